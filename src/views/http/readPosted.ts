/**
 * Reading what was posted, within limits.
 *
 * @since 0.2.0
 */
import { either as E } from 'fp-ts'

/**
 * `bytes` is the most that a body may have, `fields` the most texts that it may hold.
 *
 * @since 0.2.0
 */
export interface ViewLimits {
  readonly bytes: number
  readonly fields: number
}

/** @since 0.2.0 */
export const viewLimits: ViewLimits = { bytes: 1024 * 1024, fields: 1000 }

/**
 * Why a body can't be read, as a status and a sentence.
 *
 * @since 0.2.0
 */
export interface Unreadable {
  readonly status: 400 | 413 | 415
  readonly message: string
}

const unreadable = (status: Unreadable['status'], message: string): E.Either<Unreadable, never> =>
  E.left({ status, message })

const bytesOf = async (
  request: Request,
  most: number,
): Promise<E.Either<Unreadable, Uint8Array<ArrayBuffer>>> => {
  const tooLarge = unreadable(413, `at most ${String(most)} bytes can be sent`)
  if (Number(request.headers.get('content-length') ?? 0) > most) return tooLarge
  if (request.body === null) return E.right(new Uint8Array())
  const chunks: Array<Uint8Array> = []
  const body: ReadableStream<Uint8Array> = request.body
  const reader = body.getReader()
  /* eslint-disable functional/no-let, functional/no-loop-statements -- one turn a chunk */
  let size = 0
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) break
      size += value.byteLength
      if (size > most) return tooLarge
      chunks.push(value)
    }
  } catch {
    return unreadable(400, 'the request broke off')
  } finally {
    await reader.cancel().catch(() => null)
  }
  const all = new Uint8Array(size)
  let at = 0
  for (const chunk of chunks) {
    all.set(chunk, at)
    at += chunk.byteLength
  }
  /* eslint-enable functional/no-let, functional/no-loop-statements */
  return E.right(all)
}

const formTypes = /^(?:application\/x-www-form-urlencoded|multipart\/form-data)\s*(?:;|$)/iu
const charsetIn = /;\s*charset\s*=\s*"?([^";\s]{1,40})/iu

/**
 * The form that a request holds. A body that is too large, of another type or charset, or that breaks off, is a `Left`;
 * files in it are passed over by forms.
 *
 * @since 0.2.0
 */
export const readPosted = async (
  request: Request,
  limits: ViewLimits,
): Promise<E.Either<Unreadable, FormData>> => {
  const bytes = await bytesOf(request, limits.bytes)
  if (E.isLeft(bytes)) return bytes
  const type = request.headers.get('content-type') ?? ''
  if (bytes.right.byteLength === 0) return E.right(new FormData())
  if (!formTypes.test(type)) return unreadable(415, 'send a form')
  const charset = charsetIn.exec(type)?.[1]?.toLowerCase() ?? 'utf-8'
  if (charset !== 'utf-8' && charset !== 'utf8') return unreadable(415, 'send the form in UTF-8')
  try {
    const whole = new Response(bytes.right, { headers: { 'content-type': type } })
    /* eslint-disable-next-line @typescript-eslint/no-deprecated -- it is advised against for files, which aren't taken */
    const posted = await whole.formData()
    return [...posted.keys()].length > limits.fields
      ? unreadable(400, `at most ${String(limits.fields)} fields can be sent`)
      : E.right(posted)
  } catch {
    return unreadable(400, 'the form that was sent is incomplete')
  }
}
