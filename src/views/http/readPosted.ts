/**
 * Reading what was posted, within limits.
 *
 * @since 0.2.0
 */
import { either as E } from 'fp-ts'
import { bodyBytes, type UnreadBody } from '../../value/body.js'

/**
 * The maximum number of `bytes` of a body, and of `fields` in it.
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

const unreadable = (status: Unreadable['status'], message: string): Unreadable => ({ status, message })

const bytesOf = async (
  request: Request,
  most: number,
): Promise<E.Either<Unreadable, Uint8Array<ArrayBuffer>>> => {
  const tooLarge = unreadable(413, `at most ${String(most)} bytes can be sent`)
  if (Number(request.headers.get('content-length') ?? 0) > most) return E.left(tooLarge)
  return E.mapLeft((why: UnreadBody): Unreadable =>
    why === 'too large' ? tooLarge : unreadable(400, 'the request broke off'),
  )(await bodyBytes(request.body, most))
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
  if (!formTypes.test(type)) return E.left(unreadable(415, 'send a form'))
  const charset = charsetIn.exec(type)?.[1]?.toLowerCase() ?? 'utf-8'
  if (charset !== 'utf-8' && charset !== 'utf8') return E.left(unreadable(415, 'send the form in UTF-8'))
  try {
    const whole = new Response(bytes.right, { headers: { 'content-type': type } })
    /* eslint-disable-next-line @typescript-eslint/no-deprecated -- it is advised against for files, which aren't taken */
    const posted = await whole.formData()
    return [...posted.keys()].length > limits.fields
      ? E.left(unreadable(400, `at most ${String(limits.fields)} fields can be sent`))
      : E.right(posted)
  } catch {
    return E.left(unreadable(400, 'the form that was sent is incomplete'))
  }
}
