/**
 * A client under test, and what is known of it so far.
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
 * What a law says that isn't so: what was expected, and what came.
 *
 * @since 0.1.0
 */
export interface Violation {
  readonly law: LawName
  readonly area: Area
  readonly expected: unknown
  readonly actual: unknown
  /** The model whose rows these are, where they are what is there after a write. */
  readonly model?: string
  /** What the client said, where that isn't what is wrong. */
  readonly told?: unknown
  /** What happened, where calls overlapped. */
  readonly moments?: ReadonlyArray<Moment>
}

/**
 * What a client has changed in what it was given first, if it has.
 *
 * @since 0.2.0
 */
export interface Watch {
  changed: Violation | null
}

/**
 * A client, the store that it should be over (the one that was given, with what was written; or, where nothing but
 * the laws are known, what the client listed last), and the keys that were ever there. It has `ended` once keys may
 * lead nowhere, as after a row was deleted without what points to it: what is asked then has no meaning.
 *
 * @since 0.1.0
 */
export interface Subject {
  readonly schema: Schema
  readonly client: Client
  readonly watch: Watch
  /** Whether it was seen to refuse what it says that it can't answer. */
  readonly seen: { refused: boolean }
  readonly writes: boolean
  readonly stage: Stage
  readonly known: { store: Store; stale: boolean; ended: boolean }
  readonly used: ReadonlyMap<string, Set<Json>>
  /** So many milliseconds a call is waited for. */
  readonly patience: number
  readonly tally: Tally
}

/**
 * What is counted while a case runs.
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
 * A store of rows; two with the same key are no store.
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
 * The rows of a store, by model.
 *
 * @since 0.1.0
 */
export const rowsIn = ({ rows }: Store): Rows => Object.fromEntries(rows)

/**
 * The reference over a store, and the store that it becomes.
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
 * Has a subject know what its client lists now.
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
 * Keeps the keys of rows as such that were there.
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
