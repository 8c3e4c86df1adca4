/**
 * Records which names a callback asked its references for.
 *
 * In plain JavaScript nothing else reveals a misspelled name: the reference returns `undefined`, and the error that
 * follows no longer names it. A missing name still returns `undefined`, and is reported only if the callback fails.
 * Code that merely inspects a reference (`await`, `JSON.stringify`, a debugger) therefore causes no error.
 *
 * @since 0.2.0
 */
import { describeCause } from '../value/describeCause.js'
import { invalidField, type QueryError } from '../value/QueryError.js'
import type { StepName } from './Queryset.js'

/**
 * A missing name that was asked for. `path` holds the relations before it, `names` the names that exist there.
 *
 * @since 0.2.0
 */
export interface MissedName {
  readonly model: string | null
  readonly path: ReadonlyArray<string>
  readonly name: string
  readonly names: ReadonlyArray<string>
  /** The message about the name. */
  readonly problem: string
}

/**
 * A reference that was found.
 *
 * @since 0.2.0
 */
export interface FoundRef {
  readonly model: string | null
  readonly path: ReadonlyArray<string>
  readonly ref: unknown
}

/**
 * What one callback, and the callbacks inside it, asked for: the missing names, the last reference that was found, and
 * the first mistake that was recognised.
 *
 * @since 0.2.0
 */
export interface CallbackTrace {
  readonly missed: Array<MissedName>
  found: FoundRef | null
  /** Whether the last name that was asked for exists. */
  hit: boolean
  mistake: ((step: StepName, index: number) => QueryError) | null
}

/**
 * The record of a callback that has asked for nothing yet.
 *
 * @since 0.2.0
 */
export const emptyTrace = (): CallbackTrace => ({ missed: [], found: null, hit: true, mistake: null })

/**
 * Records that a reference was found.
 *
 * @since 0.2.0
 */
export const hit = (trace: CallbackTrace, found: FoundRef): void => {
  trace.found = found
  trace.hit = true
}

/**
 * Records that a name is missing.
 *
 * @since 0.2.0
 */
export const miss = (trace: CallbackTrace, asked: MissedName): void => {
  trace.missed.push(asked)
  trace.hit = false
}

/**
 * Names that code asks any object for, to find out what kind of object it is.
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

/** The missing name that most likely made the callback fail. */
const culprit = ({ missed, hit: last }: CallbackTrace, certain: boolean): MissedName | null =>
  certain && !last ? (missed.at(-1) ?? null) : (missed.filter(({ name }) => !probes.has(name)).at(-1) ?? null)

const missing = ({ model, path, name, names, problem }: MissedName): QueryError => {
  const error = invalidField(
    model,
    name,
    path.length === 0 ? problem : `${problem} (in '${[...path, name].join('.')}')`,
    names,
  )
  return { ...error, path: [...path, name].join('__') }
}

/**
 * The mistake behind an error that a callback threw. `null` if the error has nothing to do with a name.
 *
 * @since 0.2.0
 */
export const thrownBy = (trace: CallbackTrace, cause: unknown): QueryError | null => {
  // Any other error was thrown on purpose, or explains itself.
  if (!(cause instanceof TypeError)) return null
  const asked = culprit(trace, true)
  return asked !== null ? missing(asked) : noMethod(trace.found, describeCause(cause))
}

/** The mistake of calling a method that the last reference lacks. All engines say "… .name is not a function". */
const noMethod = (found: FoundRef | null, message: string): QueryError | null => {
  const name = /\.([\w$]+) is not a function/u.exec(message)?.[1]
  if (found === null || name === undefined) return null
  const members = typeof found.ref === 'object' && found.ref !== null ? membersOf(found.ref) : []
  if (members.includes(name)) return null
  const path = found.path.join('.')
  const error = invalidField(found.model, path, `'${path}' has no method '${name}'`, [])
  const { hint, names, nearest } = invalidField(null, name, '', members)
  return { ...error, path: found.path.join('__'), hint, names, nearest }
}

/** The names of a reference's members. It inherits its methods. */
const membersOf = (ref: object): ReadonlyArray<string> => {
  const names: Array<string> = []
  /* eslint-disable-next-line functional/no-loop-statements -- no function gives inherited names */
  for (const name in ref) names.push(name)
  return names
}

/**
 * The mistake of a callback that returned a value of the wrong type.
 *
 * @since 0.2.0
 */
export const returnedBy = (trace: CallbackTrace, returned: unknown): QueryError | null => {
  // `a.titel === 'x'` asks for nothing more after the missing name.
  const asked = typeof returned === 'boolean' && trace.hit ? null : culprit(trace, false)
  return asked === null ? null : missing(asked)
}
