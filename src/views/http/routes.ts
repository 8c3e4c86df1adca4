/**
 * Routes: paths with names in braces, as in `artists/{id}/edit/`.
 *
 * @since 0.2.0
 */
import type { AnyView } from '../View.js'

/** @since 0.2.0 */
export interface Routes<U> {
  readonly [path: string]: AnyView<U>
}

interface Route<U> {
  readonly parts: ReadonlyArray<string>
  readonly view: AnyView<U>
}

/** What a path leads to, with the parts that the route names. @since 0.2.0 */
export interface Matched<U> {
  readonly view: AnyView<U>
  readonly params: { readonly [name: string]: string }
}

const named = /^\{(\w+)\}$/u

const decoded = (part: string): string | null => {
  try {
    return decodeURIComponent(part)
  } catch {
    return null
  }
}

const matchOf = <U>({ parts, view }: Route<U>, path: ReadonlyArray<string>): Matched<U> | null => {
  if (parts.length !== path.length) return null
  const params: Array<readonly [string, string]> = []
  const fits = parts.every((part, i) => {
    const text = decoded(path[i] ?? '')
    const name = named.exec(part)?.[1]
    if (name === undefined) return part === text
    if (text === null || text === '') return false
    params.push([name, text])
    return true
  })
  return fits ? { view, params: Object.fromEntries(params) } : null
}

/**
 * Finds the view that a path leads to. Parts that are written out come before those that are named, whatever the order of
 * the routes.
 *
 * @since 0.2.0
 */
export const router = <U>(routes: Routes<U>): ((path: string) => Matched<U> | null) => {
  const all = Object.entries(routes)
    .map(([path, view]): Route<U> => ({ parts: path.replace(/^\//u, '').split('/'), view }))
    .sort((a, b) => namedParts(a) - namedParts(b))
  return (path) => {
    const parts = path.split('/')
    return all.map((route) => matchOf(route, parts)).find((found) => found !== null) ?? null
  }
}

const namedParts = ({ parts }: { readonly parts: ReadonlyArray<string> }): number =>
  parts.filter((part) => named.test(part)).length
