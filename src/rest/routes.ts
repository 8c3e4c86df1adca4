/**
 * Finds the handler of a URL.
 *
 * @since 0.2.0
 */
import { either as E } from 'fp-ts'
import type { View, AnyAction } from './View.js'

/** The target of a URL. @since 0.2.0 */
export type Route =
  | { readonly _tag: 'root' }
  | { readonly _tag: 'document' }
  | { readonly _tag: 'list'; readonly view: View; readonly name: string }
  | { readonly _tag: 'row'; readonly view: View; readonly name: string; readonly key: string }
  | {
      readonly _tag: 'action'
      readonly view: View
      readonly name: string
      readonly key: string | null
      readonly action: AnyAction
      readonly actionName: string
    }

/** A route and the format that the URL names, or the correct URL. @since 0.2.0 */
export type Routed =
  | { readonly _tag: 'found'; readonly route: Route; readonly format: string | null }
  | { readonly _tag: 'moved'; readonly path: string }
  | { readonly _tag: 'none' }

/** @since 0.2.0 */
export interface Views {
  readonly [path: string]: View
}

const decoded = (segments: ReadonlyArray<string>): ReadonlyArray<string> | null =>
  E.getOrElse((): ReadonlyArray<string> | null => null)(
    E.tryCatch(
      (): ReadonlyArray<string> | null => segments.map((segment) => decodeURIComponent(segment)),
      () => null,
    ),
  )

/** The target of the segments of a path after the prefix. */
const routeTo = (views: Views, segments: ReadonlyArray<string>): Route | null => {
  const [name = '', key, action, rest] = segments
  const view = Object.hasOwn(views, name) ? views[name] : undefined
  if (view === undefined || rest !== undefined) return null
  if (view.endpoint !== null)
    return key === undefined
      ? { _tag: 'action', view, name, key: null, action: view.endpoint, actionName: 'endpoint' }
      : null
  if (key === undefined) return { _tag: 'list', view, name }
  const own = view.actions.get(action ?? key)
  if (action === undefined)
    return own?.on === 'list'
      ? { _tag: 'action', view, name, key: null, action: own, actionName: key }
      : { _tag: 'row', view, name, key }
  return own?.on === 'row' ? { _tag: 'action', view, name, key, action: own, actionName: action } : null
}

/** A last segment without its format: `artists.json`. */
const withoutFormat = (
  segments: ReadonlyArray<string>,
): { readonly segments: ReadonlyArray<string>; readonly format: string } | null => {
  const last = segments.at(-1) ?? ''
  const match = /^(.+)\.([a-z0-9]{1,10})$/u.exec(last)
  const [, base, format] = match ?? []
  return base === undefined || format === undefined
    ? null
    : { segments: [...segments.slice(0, -1), base], format }
}

/**
 * Finds the target of a path. A path without the last slash redirects to the path with it, unless it ends in a format,
 * as in `artists.json`.
 *
 * @since 0.2.0
 */
export const routed = (
  views: Views,
  prefix: string,
  path: string,
  formats: ReadonlyArray<string>,
): Routed => {
  if (!path.startsWith(prefix))
    return `${path}/` === prefix ? { _tag: 'moved', path: prefix } : { _tag: 'none' }
  const rest = path.slice(prefix.length)
  if (rest === '') return { _tag: 'found', route: { _tag: 'root' }, format: null }
  if (rest === 'openapi.json') return { _tag: 'found', route: { _tag: 'document' }, format: null }
  const whole = rest.endsWith('/')
  const segments = decoded((whole ? rest.slice(0, -1) : rest).split('/'))
  if (segments === null) return { _tag: 'none' }
  const named = withoutFormat(segments)
  const bare = named === null ? null : routeTo(views, named.segments)
  // A key may contain a point. The path ends in a format only if that is a known one.
  if (named !== null && bare !== null && (formats.includes(named.format) || bare._tag === 'list'))
    return { _tag: 'found', route: bare, format: named.format }
  const route = routeTo(views, segments)
  if (route === null) return { _tag: 'none' }
  return whole ? { _tag: 'found', route, format: null } : { _tag: 'moved', path: `${path}/` }
}
