/**
 * What a callback asked its references for. In plain JavaScript nothing else tells a misspelled name: the reference gives
 * `undefined`, and what goes wrong afterwards has forgotten which name it was.
 *
 * A name that isn't there stays `undefined`, and is told only when the callback fails. So whoever probes a reference
 * (`await`, `JSON.stringify`, a debugger) does no harm.
 *
 * @since 0.2.0
 */
import { describeCause } from '../value/describeCause.js'
import { invalidField, type QueryError } from '../value/QueryError.js'
import type { StepName } from './Queryset.js'

/**
 * A name that was asked for, behind the relations of `path`. `names` are those that are there.
 *
 * @since 0.2.0
 */
export interface Asked {
  readonly model: string | null
  readonly path: ReadonlyArray<string>
  readonly name: string
  readonly names: ReadonlyArray<string>
  /** What is wrong with the name. */
  readonly told: string
}

/**
 * A reference that was found.
 *
 * @since 0.2.0
 */
export interface Found {
  readonly model: string | null
  readonly path: ReadonlyArray<string>
  readonly ref: unknown
}

/**
 * What one callback, and those within it, asked for: the names that weren't there, the last reference that was, and the
 * first mistake that was recognised on the way.
 *
 * @since 0.2.0
 */
export interface Seen {
  readonly missed: Array<Asked>
  found: Found | null
  /** Whether the last name that was asked for was there. */
  hit: boolean
  mistake: ((step: StepName, index: number) => QueryError) | null
}

/**
 * Nothing was asked for yet.
 *
 * @since 0.2.0
 */
export const nothingSeen = (): Seen => ({ missed: [], found: null, hit: true, mistake: null })

/**
 * Notes that a reference was found.
 *
 * @since 0.2.0
 */
export const hit = (seen: Seen, found: Found): void => {
  seen.found = found
  seen.hit = true
}

/**
 * Notes that a name wasn't there.
 *
 * @since 0.2.0
 */
export const miss = (seen: Seen, asked: Asked): void => {
  seen.missed.push(asked)
  seen.hit = false
}

/**
 * Names that code asks any object for, to find out what it is.
 */
const probes: ReadonlySet<string> = new Set([
  ...Object.getOwnPropertyNames(Object.prototype),
  'then',
  'catch',
  'finally',
  'toJSON',
  'inspect',
  'nodeType',
  'tagName',
  'asymmetricMatch',
  '$$typeof',
])

/** The name that is most likely what the callback failed by. */
const culprit = ({ missed, hit: last }: Seen, certain: boolean): Asked | null =>
  certain && !last ? (missed.at(-1) ?? null) : (missed.filter(({ name }) => !probes.has(name)).at(-1) ?? null)

const told = ({ model, path, name, names, told: why }: Asked): QueryError => {
  const error = invalidField(
    model,
    name,
    path.length === 0 ? why : `${why} (in '${[...path, name].join('.')}')`,
    names,
  )
  return { ...error, path: [...path, name].join('__') }
}

/**
 * The mistake of a callback that threw; `null` where what it threw has nothing to do with a name.
 *
 * @since 0.2.0
 */
export const thrownBy = (seen: Seen, cause: unknown): QueryError | null => {
  // Anything else was thrown on purpose, or says what is wrong by itself.
  if (!(cause instanceof TypeError)) return null
  const asked = culprit(seen, true)
  return asked !== null ? told(asked) : noMethod(seen.found, describeCause(cause))
}

/** A method that the last reference doesn't have: all engines say "… .name is not a function". */
const noMethod = (found: Found | null, message: string): QueryError | null => {
  const name = /\.([\w$]+) is not a function/u.exec(message)?.[1]
  if (found === null || name === undefined) return null
  const members = typeof found.ref === 'object' && found.ref !== null ? Object.keys(found.ref) : []
  if (members.includes(name)) return null
  const path = found.path.join('.')
  const error = invalidField(found.model, path, `'${path}' has no method '${name}'`, [])
  const { hint, names, nearest } = invalidField(null, name, '', members)
  return { ...error, path: found.path.join('__'), hint, names, nearest }
}

/**
 * The mistake of a callback that returned something else than it should.
 *
 * @since 0.2.0
 */
export const returnedBy = (seen: Seen, said: unknown): QueryError | null => {
  // `a.titel === 'x'` asks for nothing after the name that isn't there.
  const asked = typeof said === 'boolean' && seen.hit ? null : culprit(seen, false)
  return asked === null ? null : told(asked)
}
