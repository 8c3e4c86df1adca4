/**
 * Cases: a schema, rows and calls, all as plain data. A case is generated, shrunk and printed in the same form.
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
 * How a queryset is run.
 *
 * - `page` calls the client's own `list` with a limit, and compares the total too. `whole` also calls `count` and
 *   `getPks`. A `page` with a `slice` accepts any order.
 * - `aggregate` computes aggregates of all rows. The other names are those of the terminals.
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
 * One call of a case.
 *
 * - `read` runs a queryset. `write` calls the client's own functions. `create`, `update`, `updateBulk`, `delete`,
 *   `obtain` (`getOrCreate`, `updateOrCreate`) and `relate` are the writing terminals.
 * - `atomic` does some writes in a transaction, which fails at the end if `fails` is set. The writes in `undone` run in
 *   a nested transaction that fails, those in `kept` in a nested one that succeeds, and those in `later` after both.
 *   `first` is read before the writes, `reads` at the end.
 * - `mutate` has the client carry out mutations, all or none.
 * - `law` compares several answers about one queryset with each other.
 * - `faulty` makes a call during which the backend fails at one waiting point, counted from 0.
 * - `overlap` makes calls at the same time. The calls of one thread follow each other. Each pick chooses the thread
 *   that goes on.
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
      /** Written in a nested transaction that succeeds. */
      readonly kept?: ReadonlyArray<Write>
      /** Written after the nested transactions. */
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
 * A call that can be a part of another call: it is made alone, and in one way.
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
 * The querysets that a transaction reads, in order.
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
 * The writes of a transaction, in order. This includes writes that are undone.
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
 * The size of a case.
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
