/**
 * Reads bodies: JSON, and data of forms.
 *
 * @since 0.2.0
 */
import { either as E } from 'fp-ts'
import { parseBody } from 'hono/utils/body'
import { bodyBytes, type UnreadBody } from '../value/body.js'
import { parseError, refuse, type Refused } from './Failure.js'
import type { Input } from './readInput.js'
import type { RestLimits } from './RestLimits.js'

/** The supported media types of bodies. @since 0.2.0 */
export const bodyTypes: ReadonlyArray<string> = [
  'application/json',
  'application/x-www-form-urlencoded',
  'multipart/form-data',
]

const tooLarge = refuse(413, 'too_large', 'The body is too large.')
const unsupportedType = refuse(415, 'unsupported_media_type', 'A body of this type is not supported.')

type Read<A> = E.Either<Refused, A>

/** The bytes of a body, up to `most`. */
const bytesOf = async (
  body: ReadableStream<Uint8Array> | null,
  most: number,
): Promise<Read<Uint8Array<ArrayBuffer>>> =>
  E.mapLeft((why: UnreadBody) => (why === 'too large' ? tooLarge : parseError('The body broke off.')))(
    await bodyBytes(body, most),
  )

/** A decoder for an encoding. The default, also for an unknown name, is UTF-8. */
const decoderOf = (type: string) => {
  const options = { fatal: true, ignoreBOM: true }
  const named = /;\s*charset="?([\w-]{1,40})/iu.exec(type.slice(0, 300))?.[1] ?? 'utf-8'
  return E.getOrElse(() => new TextDecoder('utf-8', options))(
    E.tryCatch(
      () => new TextDecoder(named, options),
      () => null,
    ),
  )
}

const textOf = (bytes: Uint8Array, type: string): Read<string> =>
  E.tryCatch(
    () => decoderOf(type).decode(bytes),
    () => parseError('The body is not valid text in its encoding.'),
  )

/** Whether JSON is nested too deep. A loop over its levels needs no stack. */
const isDeeper = (json: unknown, most: number): boolean => {
  /* eslint-disable functional/no-let, functional/no-loop-statements -- one turn a level */
  let level: ReadonlyArray<unknown> = [json]
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > most) return true
    level = level.flatMap((each) =>
      typeof each === 'object' && each !== null ? (Object.values(each) as ReadonlyArray<unknown>) : [],
    )
  }
  /* eslint-enable functional/no-let, functional/no-loop-statements */
  return false
}

const jsonOf = (text: string, { depth }: RestLimits): Read<Input> =>
  E.flatMap(
    E.tryCatch(
      (): unknown => JSON.parse(text),
      () => parseError('The body is not JSON.'),
    ),
    (value: unknown): Read<Input> =>
      // One more level is the value inside the deepest member.
      isDeeper(value, depth + 1)
        ? E.left(parseError(`The JSON is nested more than ${String(depth)} deep.`))
        : E.right({ _tag: 'json', value }),
  )

const formOf = (entries: Iterable<readonly [string, unknown]>): Input => {
  const values = new Map<string, Array<unknown>>()
  Array.from(entries).forEach(([name, value]) => {
    const own = values.get(name)
    if (own === undefined) values.set(name, [value])
    else own.push(value)
  })
  return { _tag: 'form', values }
}

const multipartOf = async (bytes: Uint8Array<ArrayBuffer>, type: string): Promise<Read<Input>> => {
  try {
    const request = new Request('http://localhost/', {
      method: 'POST',
      headers: { 'content-type': type },
      body: bytes,
    })
    const fields: { readonly [name: string]: unknown } = await parseBody(request, { all: true })
    return E.right(
      formOf(
        Object.entries(fields).flatMap(([name, given]) =>
          (Array.isArray(given) ? (given as ReadonlyArray<unknown>) : [given]).map(
            (value) => [name, value] as const,
          ),
        ),
      ),
    )
  } catch {
    return E.left(parseError('The body is not multipart/form-data.'))
  }
}

/**
 * The body of a request. An empty body is an object or a form without fields.
 *
 * @since 0.2.0
 */
export const readBody = async (request: Request, limits: RestLimits): Promise<Read<Input>> => {
  if (Number(request.headers.get('content-length') ?? 0) > limits.bytes) return E.left(tooLarge)
  if ((request.headers.get('content-encoding') ?? 'identity').toLowerCase() !== 'identity')
    return E.left(unsupportedType)
  const given = request.headers.get('content-type') ?? ''
  const type = (given.split(';')[0] ?? '').trim().toLowerCase()
  const bytes = await bytesOf(request.body, limits.bytes)
  if (E.isLeft(bytes)) return bytes
  const isForm = type === bodyTypes[1] || type === bodyTypes[2]
  if (bytes.right.byteLength === 0) return E.right(isForm ? formOf([]) : { _tag: 'json', value: {} })
  if (!bodyTypes.includes(type)) return E.left(unsupportedType)
  if (type === bodyTypes[2]) return multipartOf(bytes.right, given)
  const text = textOf(bytes.right, given)
  if (E.isLeft(text)) return text
  return isForm ? E.right(formOf(new URLSearchParams(text.right))) : jsonOf(text.right, limits)
}
