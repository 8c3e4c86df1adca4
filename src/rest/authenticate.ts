/**
 * Finds out who the caller is.
 *
 * @since 0.2.0
 */
import { either as E, type taskEither as TE } from 'fp-ts'
import { refuse, type Failure, type Refused } from './Failure.js'

/**
 * A way to find out who the caller is. `user` returns `null` if the request has no credentials of this kind, so that
 * the next way is tried. It refuses wrong credentials. `challenge` is the header `WWW-Authenticate` of a 401.
 *
 * @since 0.2.0
 */
export interface Authentication<out U> {
  readonly challenge: string
  readonly user: (request: Request) => TE.TaskEither<Failure, U | null>
}

/** A user, and the secret that proves the user's identity. `active: false` refuses the user. @since 0.2.0 */
export interface Known<out U> {
  readonly user: U
  readonly secret: string
  readonly active?: boolean
}

const failed = (): Refused => refuse(401, 'authentication_failed', 'These credentials are wrong.')

const bytesOf = (text: string): Promise<ArrayBuffer> =>
  crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))

/**
 * Whether two secrets are equal. The time doesn't reveal the place of a difference or a length, since whole digests are
 * compared.
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
 * Whether a given secret matches the stored one, which may be a hash.
 *
 * @since 0.2.0
 */
export type Verify = (given: string, kept: string) => Promise<boolean>

const proved = async <U>(
  known: Known<U> | null,
  given: string,
  verify: Verify,
): Promise<E.Either<Failure, U>> => {
  // An unknown name takes as long as a known one.
  const right = await verify(given, known?.secret ?? '')
  return known !== null && right && known.active !== false ? E.right(known.user) : E.left(failed())
}

/** The credentials after a scheme, in any case of letters. `null` for another scheme. */
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
 * Basic authentication: a name and a password in each request. `find` returns the user with a name, and the stored
 * password. `verify` compares the passwords. The default compares plain texts in constant time. Use basic
 * authentication only over TLS.
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
 * A token in each request: `Authorization: Token …`, or another scheme. `find` returns the user of a token. The token
 * is compared once more, in constant time. But the search by token may take longer for a token that is nearly right. If
 * that matters, store a hash, and search for the hash.
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

/** Tries several ways, and returns the first user that is found. @since 0.2.0 */
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
