/**
 * Cases: a schema, rows, and calls, all of it plain data. What a case is found with is what it is shrunk in, and what
 * is printed.
 *
 * @since 0.1.0
 */
import type { LawName } from '../hold/LawName.js'
import type { Json, Row } from '../../value/Value.js'
import type { Definitions } from '../../schema/Schema.js'
import type { Slice } from '../../query/Query.js'
import type { Insert } from '../../query/Mutation.js'
import type { Write } from '../../query/Write.js'
import type { Rows } from './Rows.js'
import { nodesIn, nodesOf, type QuerysetData, type TypedColumn } from './QuerysetData.js'
import type { Size } from './Size.js'

/**
 * How a queryset is asked for its rows, or for something of them.
 *
 * - `page` asks the client itself for at most so many rows, and compares the total that it tells too; `whole` asks it
 *   for the count and the keys as well; a `page` with a `slice` is asked for in whatever order the client has;
 * - `aggregate` asks for aggregates of all rows; the other names are those of the terminals.
 *
 * @since 0.1.0
 */
export type Terminal =
  | {
      readonly _tag: 'toArray' | 'whole' | 'list' | 'count' | 'exists' | 'first' | 'last' | 'get' | 'getPks'
    }
  | { readonly _tag: 'page'; readonly slice?: Slice }
  | { readonly _tag: 'stream'; readonly size: number }
  | { readonly _tag: 'inBulk'; readonly keys: ReadonlyArray<Json> }
  | { readonly _tag: 'contains'; readonly key: Json }
  | { readonly _tag: 'aggregate'; readonly aggregates: ReadonlyArray<TypedColumn> }

/**
 * A mutation whose querysets are data.
 *
 * @since 0.2.0
 */
export type MutationData =
  | Insert
  | {
      readonly _tag: 'update'
      readonly of: QuerysetData
      readonly set: ReadonlyArray<TypedColumn>
      readonly expect: Row | null
    }
  | { readonly _tag: 'delete'; readonly of: QuerysetData; readonly expect: Row | null }

/**
 * One thing that is done.
 *
 * - `read` asks a queryset, `write` the client itself; `create`, `update`, `updateBulk`, `delete`, `obtain`
 *   (`getOrCreate`, `updateOrCreate`) and `relate` are the writing terminals.
 * - `atomic` does some writes in a transaction, which fails at the end if `fails`; those in `undone` are done in
 *   another one within it, which fails alone. Those in `kept` are done in one within it that succeeds, and those in
 *   `later` after both. `first` is asked within it before it writes, `reads` at its end.
 * - `mutate` has the client do writes as data, together or not at all.
 * - `law` holds several answers about one queryset against each other.
 * - `faulty` makes a call while the backend fails at one of its points of waiting, counted from 0; `overlap` makes
 *   calls at once, each thread's own one after the other. Each pick says which thread goes on.
 *
 * @since 0.1.0
 */
export type Call =
  | { readonly _tag: 'read'; readonly of: QuerysetData; readonly terminal: Terminal }
  | { readonly _tag: 'write'; readonly write: Write; readonly bulk: boolean }
  | { readonly _tag: 'create'; readonly model: string; readonly rows: ReadonlyArray<Row> }
  | {
      readonly _tag: 'update'
      readonly of: QuerysetData
      readonly set: Row
      readonly computed: ReadonlyArray<TypedColumn>
    }
  | {
      readonly _tag: 'updateBulk'
      readonly of: QuerysetData
      readonly changes: ReadonlyArray<readonly [Json, Row]>
    }
  | { readonly _tag: 'delete'; readonly of: QuerysetData }
  | {
      readonly _tag: 'obtain'
      readonly of: QuerysetData
      readonly values: Row
      readonly defaults: Row
      readonly changing: boolean
    }
  | {
      readonly _tag: 'relate'
      readonly of: QuerysetData
      readonly relation: string
      readonly how: 'add' | 'remove' | 'set'
      readonly keys: ReadonlyArray<Json>
    }
  | {
      readonly _tag: 'atomic'
      readonly writes: ReadonlyArray<Write>
      readonly undone: ReadonlyArray<Write>
      /** Done in a transaction within it, which succeeds. */
      readonly kept?: ReadonlyArray<Write>
      /** Done after the transactions within it. */
      readonly later?: ReadonlyArray<Write>
      readonly fails: boolean
      readonly first?: ReadonlyArray<QuerysetData>
      readonly reads?: ReadonlyArray<QuerysetData>
      /** Counted at the end of the transaction. */
      readonly counts?: ReadonlyArray<QuerysetData>
    }
  | { readonly _tag: 'mutate'; readonly mutations: ReadonlyArray<MutationData> }
  | {
      readonly _tag: 'law'
      readonly law: LawName
      readonly of: QuerysetData
      readonly sizes: ReadonlyArray<number>
    }
  | { readonly _tag: 'faulty'; readonly call: Plain; readonly at: number }
  | {
      readonly _tag: 'overlap'
      readonly threads: ReadonlyArray<ReadonlyArray<Plain>>
      readonly picks: ReadonlyArray<number>
    }

/**
 * A call that is made by itself, and not in several ways at once.
 *
 * @since 0.1.0
 */
export type Plain = Exclude<Call, { readonly _tag: 'law' | 'faulty' | 'overlap' }>

/** A call that reads. @since 0.2.0 */
export type ReadCall = Extract<Call, { readonly _tag: 'read' }>

/** A call that reads a queryset by a terminal. @since 0.2.0 */
export const readCall = (of: QuerysetData, terminal: Terminal = { _tag: 'toArray' }): ReadCall => ({
  _tag: 'read',
  of,
  terminal,
})

/**
 * `definitions` are those of the case's schema.
 *
 * @since 0.1.0
 */
export interface Case {
  readonly definitions: Definitions
  readonly rows: Rows
  readonly calls: ReadonlyArray<Call>
}

/**
 * What a transaction asks, in turn.
 *
 * @since 0.2.0
 */
export const readsWithin = ({
  first = [],
  reads = [],
  counts = [],
}: Extract<Call, { readonly _tag: 'atomic' }>): ReadonlyArray<ReadCall> => [
  ...[...first, ...reads].map((of) => ({ _tag: 'read', of, terminal: { _tag: 'toArray' } }) as const),
  ...counts.map((of) => ({ _tag: 'read', of, terminal: { _tag: 'count' } }) as const),
]

/**
 * What a transaction writes, in turn, also what is undone.
 *
 * @since 0.2.0
 */
export const writesWithin = ({
  writes,
  undone,
  kept = [],
  later = [],
}: Extract<Call, { readonly _tag: 'atomic' }>): ReadonlyArray<Write> => [
  ...writes,
  ...kept,
  ...undone,
  ...later,
]

const sum = (numbers: ReadonlyArray<number>): number => numbers.reduce((a, b) => a + b, 0)

const nodesOfCall = (call: Call): number => {
  switch (call._tag) {
    case 'read':
      return (
        nodesOf(call.of) +
        (call.terminal._tag === 'aggregate'
          ? sum(call.terminal.aggregates.map(({ expression }) => nodesIn(expression)))
          : 0)
      )
    case 'update':
      return nodesOf(call.of) + sum(call.computed.map(({ expression }) => nodesIn(expression)))
    case 'updateBulk':
    case 'delete':
    case 'obtain':
    case 'relate':
    case 'law':
      return nodesOf(call.of)
    case 'write':
    case 'create':
      return 0
    case 'atomic':
      return writesWithin(call).length + sum(readsWithin(call).map(({ of }) => 1 + nodesOf(of)))
    case 'mutate':
      return sum(
        call.mutations.map((each) =>
          each._tag === 'insert'
            ? 1
            : 1 +
              nodesOf(each.of) +
              (each._tag === 'update' ? sum(each.set.map(({ expression }) => nodesIn(expression))) : 0),
        ),
      )
    case 'faulty':
      return 1 + nodesOfCall(call.call)
    case 'overlap':
      return sum(call.threads.flat().map((each) => 1 + nodesOfCall(each)))
  }
}

/**
 * How small a case is.
 *
 * @since 0.1.0
 */
export const sizeOf = ({ rows, calls }: Case): Size => {
  const counted = {
    rows: sum(Object.values(rows).map((list) => list.length)),
    calls: calls.length,
    nodes: sum(calls.map(nodesOfCall)),
  }
  return { ...counted, total: counted.rows + counted.calls + counted.nodes }
}
