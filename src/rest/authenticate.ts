/**
 * Telling who asks.
 *
 * @since 0.2.0
 */
import { either as E, type taskEither as TE } from 'fp-ts'
import { refuse, type Failure, type Refused } from './Failure.js'

/**
 * A way of telling who asks. `user` gives `null` where a request has no credentials of this sort, so that the next way is
 * tried, and refuses those that are wrong. `challenge` is the `WWW-Authenticate` of a 401.
 *
 * @since 0.2.0
 */
export interface Authentication<out U> {
  readonly challenge: string
  readonly user: (request: Request) => TE.TaskEither<Failure, U | null>
}

/** A user with the secret that proves who it is; `active: false` is refused. @since 0.2.0 */
export interface Known<out U> {
  readonly user: U
  readonly secret: string
  readonly active?: boolean
}

const failed = (): Refused => refuse(401, 'authentication_failed', 'These credentials are wrong.')

const bytesOf = (text: string): Promise<ArrayBuffer> =>
  crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))

/**
 * Whether two secrets are the same. How long it takes tells nothing of where they differ, nor of how long they are: their
 * digests are compared, whole.
 *
 * @example
 * import { sameSecret } from 'queryset-ts/rest'
 * console.log(await sameSecret('open sesame', 'open sesame'), await sameSecret('open', 'open sesame')) // => true false
 *
 * @since 0.2.0
 */
export const sameSecret = async (a: string, b: string): Promise<boolean> => {
  const [left, right] = await Promise.all([bytesOf(a), bytesOf(b)])
  const other = new Uint8Array(right)
  return new Uint8Array(left).reduce((differs, byte, i) => differs | (byte ^ (other[i] ?? 0)), 0) === 0
}

/**
 * Says whether a secret that was given is the one that is kept, which may be a hash of it.
 *
 * @since 0.2.0
 */
export type Verify = (given: string, kept: string) => Promise<boolean>

const proved = async <U>(
  known: Known<U> | null,
  given: string,
  verify: Verify,
): Promise<E.Either<Failure, U>> => {
  // A name that isn't there takes as long as one that is.
  const right = await verify(given, known?.secret ?? '')
  return known !== null && right && known.active !== false ? E.right(known.user) : E.left(failed())
}

/** The credentials behind a scheme, whatever its case; `null` where it is another scheme. */
const credentials = (request: Request, scheme: string): string | null => {
  const header = (request.headers.get('authorization') ?? '').trim()
  const [first = ''] = header.split(' ', 1)
  return first.toLowerCase() === scheme.toLowerCase() ? header.slice(first.length).trim() : null
}

const decoded = (base64: string): string | null => {
  if (!/^[A-Za-z0-9+/]+={0,2}$/u.test(base64)) return null
  const bytes = E.tryCatch(
    () => Uint8Array.from(atob(base64), (char) => char.charCodeAt(0)),
    () => null,
  )
  return E.isRight(bytes) ? new TextDecoder().decode(bytes.right) : null
}

/**
 * Basic authentication: a name and a password with each request. `find` gives who has a name, with the password as it is
 * kept; `verify` compares, in constant time unless another is given. Use it over TLS only.
 *
 * @since 0.2.0
 */
export const basic = <U>(options: {
  readonly realm: string
  readonly find: (name: string) => TE.TaskEither<Failure, Known<U> | null>
  readonly verify?: Verify
}): Authentication<U> => ({
  challenge: `Basic realm="${options.realm.replace(/["\\]/gu, '\\$&')}"`,
  user: (request) => async () => {
    const given = credentials(request, 'basic')
    if (given === null) return E.right(null)
    const text = decoded(given)
    const colon = text?.indexOf(':') ?? -1
    if (text === null || colon < 0) return E.left(failed())
    const known = await options.find(text.slice(0, colon))()
    return E.isLeft(known) ? known : proved(known.right, text.slice(colon + 1), options.verify ?? sameSecret)
  },
})

/**
 * A token with each request: `Authorization: Token …`, or another scheme. `find` gives who has it. What `find` gives is
 * compared once more, in constant time; a look-up by the token itself may take longer for one that is nearly right, so keep
 * a hash and look that up where it matters.
 *
 * @since 0.2.0
 */
export const token = <U>(options: {
  readonly find: (token: string) => TE.TaskEither<Failure, Known<U> | null>
  readonly scheme?: string
  readonly verify?: Verify
}): Authentication<U> => {
  const scheme = options.scheme ?? 'Token'
  return {
    challenge: scheme,
    user: (request) => async () => {
      const given = credentials(request, scheme)
      if (given === null) return E.right(null)
      if (!/^[\x21-\x7e]+$/u.test(given)) return E.left(failed())
      const known = await options.find(given)()
      return E.isLeft(known) ? known : proved(known.right, given, options.verify ?? sameSecret)
    },
  }
}

/** The first that knows who asks. @since 0.2.0 */
export const userOf =
  <U>(ways: ReadonlyArray<Authentication<U>>, request: Request): TE.TaskEither<Failure, U | null> =>
  async () => {
    const [first] = ways
    /* eslint-disable-next-line functional/no-loop-statements -- one way after the other */
    for (const way of ways) {
      const found = await way.user(request)()
      if (E.isLeft(found))
        return E.left(
          found.left._tag === 'Refused' && found.left.status === 401 && first !== undefined
            ? { ...found.left, headers: { 'www-authenticate': first.challenge, ...found.left.headers } }
            : found.left,
        )
      if (found.right !== null) return found
    }
    return E.right(null)
  }
