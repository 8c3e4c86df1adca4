/**
 * A client under test, and what is known about it so far.
 *
 * @since 0.1.0
 */
import { either as E, type taskEither as TE } from 'fp-ts'
import type { QueryError } from '../../value/QueryError.js'
import type { Json } from '../../value/Value.js'
import type { Schema } from '../../schema/Schema.js'
import { store, type Store } from '../../engine/Store.js'
import type { Client, WritableClient } from '../../client/Client.js'
import { inMemory, storeClient } from '../../clients/reference/storeClient.js'
import type { Area } from '../report/Report.js'
import type { Rows } from '../case/Rows.js'
import { snapshot } from './ask.js'
import type { LawName } from './LawName.js'
import type { Stage } from './Stage.js'
import type { Moment } from '../report/timeLine.js'

/**
 * A broken law: the expected and the actual result.
 *
 * @since 0.1.0
 */
export interface Violation {
  readonly law: LawName
  readonly area: Area
  readonly expected: unknown
  readonly actual: unknown
  /** The model of the rows, if the result is the rows after a write. */
  readonly model?: string
  /** What the client answered, if the answer itself isn't what is wrong. */
  readonly told?: unknown
  /** What happened in which order, if calls overlapped. */
  readonly moments?: ReadonlyArray<Moment>
}

/**
 * The first argument that a client has changed, if there is one.
 *
 * @since 0.2.0
 */
export interface Watch {
  changed: Violation | null
}

/**
 * A client and the store that it should hold: the rows that were given, with all writes. If only the laws are known, it
 * holds the rows that the client listed last. `known` are all keys that have existed. The subject has `ended` once
 * foreign keys may lead nowhere, as after a row was deleted without the rows that point to it. Later answers then have
 * no meaning.
 *
 * @since 0.1.0
 */
export interface Subject {
  readonly schema: Schema
  readonly client: Client
  readonly watch: Watch
  /** Whether the client was seen to refuse what it declares unsupported. */
  readonly seen: { refused: boolean }
  readonly writes: boolean
  readonly stage: Stage
  readonly known: { store: Store; stale: boolean; ended: boolean }
  readonly used: ReadonlyMap<string, Set<Json>>
  /** The number of milliseconds after which a call counts as hanging. */
  readonly patience: number
  readonly tally: Tally
}

/**
 * Counters of a case.
 *
 * @since 0.1.0
 */
export interface Tally {
  readonly count: (sort: 'laws' | 'terminals' | 'refused', name: string) => void
  readonly read: (empty: boolean) => void
  readonly wrote: () => void
}

/** @since 0.1.0 */
export const noTally: Tally = { count: () => undefined, read: () => undefined, wrote: () => undefined }

/**
 * Builds a store of rows. `null` if two rows have the same key.
 *
 * @since 0.1.0
 */
export const storeOf = (
  schema: Schema,
  rows: Rows,
  used: ReadonlyMap<string, ReadonlySet<Json>> | null = null,
  client = 'store',
): E.Either<QueryError, Store> =>
  E.map((made: Store): Store => {
    const greatest = new Map(
      [...(used ?? [])].map(([model, keys]): [string, number] => [
        model,
        [...keys].reduce<number>((most, key) => (typeof key === 'number' ? Math.max(most, key) : most), 0),
      ]),
    )
    return used === null ? made : { ...made, greatest }
  })(store(schema, rows, client))

/**
 * The rows of a store by model.
 *
 * @since 0.1.0
 */
export const rowsIn = ({ rows }: Store): Rows => Object.fromEntries(rows)

/**
 * The reference over a store, and the store after its writes.
 *
 * @since 0.1.0
 */
export const referenceOver = (
  schema: Schema,
  known: Store,
): { readonly client: WritableClient; readonly after: TE.TaskEither<QueryError, Store> } => {
  const keeper = inMemory(known)
  return { client: storeClient('reference', schema, keeper), after: keeper.read }
}

/**
 * Updates a subject with the rows that its client lists now.
 *
 * @since 0.1.0
 */
export const lookAgain = async (subject: Subject): Promise<E.Either<QueryError, Store>> => {
  const { schema, client, known, used } = subject
  const rows = await snapshot(client, schema)()
  if (E.isLeft(rows)) return rows
  const now = storeOf(schema, rows.right, used, client.name)
  if (E.isRight(now)) {
    known.store = now.right
    known.stale = false
    remember(subject, rows.right)
  }
  return now
}

/**
 * Adds the keys of rows to the keys that have existed.
 *
 * @since 0.1.0
 */
export const remember = ({ schema, used }: Pick<Subject, 'schema' | 'used'>, rows: Rows): void => {
  schema.models.forEach(({ name, primaryKey }) => {
    rows[name]?.forEach((row) => used.get(name)?.add(row[primaryKey] ?? null))
  })
}

/** @since 0.1.0 */
export const noKeys = (schema: Schema): ReadonlyMap<string, Set<Json>> =>
  new Map([...schema.models.keys()].map((name) => [name, new Set<Json>()]))
