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

/** A permission of one's own, of what is known of the caller. @since 0.2.0 */
export const allowIf =
  <U>(test: (context: Context<U>, row: object | null) => boolean): Permission<U> =>
  (context, row) =>
    test(context, row) ? yes : no

/** Everybody. @since 0.2.0 */
export const allowAny: Permission<unknown> = () => yes

/** Whoever is known. @since 0.2.0 */
export const isAuthenticated: Permission<unknown> = allowIf(({ user }) => user !== null)

const safe: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS'])

/** Whether a request only reads. @since 0.2.0 */
export const isReading: Permission<unknown> = allowIf(({ method }) => safe.has(method))

/** All of them. @since 0.2.0 */
export const all =
  <U>(...permissions: ReadonlyArray<Permission<U>>): Permission<U> =>
  (context, row) =>
    permissions.map((permission) => permission(context, row)).find(E.isLeft) ?? yes

/** One of them. @since 0.2.0 */
export const any =
  <U>(...permissions: ReadonlyArray<Permission<U>>): Permission<U> =>
  (context, row) => {
    const said = permissions.map((permission) => permission(context, row))
    return said.find(E.isRight) ?? said[0] ?? no
  }

/** Whoever isn't allowed by it. @since 0.2.0 */
export const notAllowed =
  <U>(permission: Permission<U>): Permission<U> =>
  (context, row) =>
    E.isLeft(permission(context, row)) ? yes : no

/** Whoever is known, and everybody to read. @since 0.2.0 */
export const isAuthenticatedOrReading: Permission<unknown> = any(isReading, isAuthenticated)

/**
 * What a user may do with a model, by Django's rules: known users may read, and `add`, `change` and `delete` need the
 * permission of that name.
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
