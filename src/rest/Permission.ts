/**
 * Permissions: who may do what.
 *
 * @since 0.2.0
 */
import { either as E } from 'fp-ts'
import type { Context } from './Context.js'

/**
 * Decides whether a request is allowed, for a view as a whole or, with `row`, for a row. It is called before the row is
 * looked up, with `null`, and again with the row. The text of a `Left` is shown to the caller. An empty text stands for
 * the default message.
 *
 * A missing permission is a 401 if the caller is unknown and the view can authenticate, and otherwise a 403.
 *
 * @since 0.2.0
 */
export type Permission<U> = (context: Context<U>, row: object | null) => E.Either<string, null>

const yes: E.Either<string, null> = E.right(null)
const no: E.Either<string, null> = E.left('')

/** A permission of your own: a function of the request and the row. @since 0.2.0 */
export const allowIf =
  <U>(test: (context: Context<U>, row: object | null) => boolean): Permission<U> =>
  (context, row) =>
    test(context, row) ? yes : no

/** Allows everybody. @since 0.2.0 */
export const allowAny: Permission<unknown> = () => yes

/** Allows known callers. @since 0.2.0 */
export const isAuthenticated: Permission<unknown> = allowIf(({ user }) => user !== null)

const safe: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS'])

/** Allows requests that only read. @since 0.2.0 */
export const isReading: Permission<unknown> = allowIf(({ method }) => safe.has(method))

/** Allows a request if all of the permissions do. @since 0.2.0 */
export const all =
  <U>(...permissions: ReadonlyArray<Permission<U>>): Permission<U> =>
  (context, row) =>
    permissions.map((permission) => permission(context, row)).find(E.isLeft) ?? yes

/** Allows a request if one of the permissions does. @since 0.2.0 */
export const any =
  <U>(...permissions: ReadonlyArray<Permission<U>>): Permission<U> =>
  (context, row) => {
    const said = permissions.map((permission) => permission(context, row))
    return said.find(E.isRight) ?? said[0] ?? no
  }

/** Allows a request if the permission doesn't. @since 0.2.0 */
export const notAllowed =
  <U>(permission: Permission<U>): Permission<U> =>
  (context, row) =>
    E.isLeft(permission(context, row)) ? yes : no

/** Allows known callers, and everybody to read. @since 0.2.0 */
export const isAuthenticatedOrReading: Permission<unknown> = any(isReading, isAuthenticated)

/**
 * Django's rules for models: known callers may read. To add, change or delete rows, they need the permission `add`,
 * `change` or `delete`.
 *
 * @since 0.2.0
 */
export const modelPermissions =
  <U>(may: (user: U, permission: 'add' | 'change' | 'delete') => boolean): Permission<U> =>
  ({ user, method }) => {
    if (user === null) return no
    if (safe.has(method)) return yes
    const wanted = method === 'POST' ? 'add' : method === 'DELETE' ? 'delete' : 'change'
    return may(user, wanted) ? yes : no
  }
