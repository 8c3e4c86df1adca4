/**
 * Smaller cases: what can be taken away from one, or put more simply, each of them by itself.
 *
 * @since 0.1.0
 */
import { either as E } from 'fp-ts'
import type { Json, Kind, Row } from '../../value/Value.js'
import type { Expression, OrderKey, Predicate } from '../../expression/Expression.js'
import type { Definition, Definitions, Schema } from '../../schema/Schema.js'
import type { Write } from '../../query/Write.js'
import { apply, type Applied } from '../../engine/apply.js'
import type { Store } from '../../engine/Store.js'
import type { Call, Case, Plain, SaidMutation, Terminal } from '../case/Case.js'
import type { Said, SaidStep, Typed } from '../case/Said.js'
import { rowsIn, storeOf } from '../hold/Subject.js'

type P = Predicate<Said>
type X = Expression<Said>

/** The list without its members from `start` on. */
const without = <T>(list: ReadonlyArray<T>, start: number, n = 1): ReadonlyArray<T> => [
  ...list.slice(0, start),
  ...list.slice(start + n),
]

const replaced = <T>(list: ReadonlyArray<T>, at: number, by: T): ReadonlyArray<T> =>
  list.map((each, i) => (i === at ? by : each))

/** The list with each of its members put more simply in turn. */
const eachSmaller = <T>(
  list: ReadonlyArray<T>,
  smaller: (each: T) => ReadonlyArray<T>,
): ReadonlyArray<ReadonlyArray<T>> =>
  list.flatMap((each, i) => smaller(each).map((by) => replaced(list, i, by)))

const eachDropped = <T>(list: ReadonlyArray<T>): ReadonlyArray<ReadonlyArray<T>> =>
  list.map((_, i) => without(list, i))

/** The list without halves, quarters and so on of it, down to single members. */
const portions = <T>(list: ReadonlyArray<T>): ReadonlyArray<ReadonlyArray<T>> => {
  const sizes = Array.from({ length: Math.ceil(Math.log2(list.length + 1)) + 1 }, (_, i) =>
    Math.floor(list.length / 2 ** i),
  ).filter((size, i, all) => size > 0 && all.indexOf(size) === i)
  return sizes.flatMap((size) =>
    Array.from({ length: Math.ceil(list.length / size) }, (_, i) => without(list, i * size, size)),
  )
}

/** Of more than so many, not each is left out by itself. */
const many = 40

/**
 * The list without parts of it: any part of a short one; of a long one the first or last half and so on, and so many
 * from its end that the fewest that are needed are found soon.
 */
const fewer = <T>(list: ReadonlyArray<T>): ReadonlyArray<ReadonlyArray<T>> => {
  if (list.length <= many) return portions(list)
  const steps = Array.from({ length: Math.ceil(Math.log2(list.length)) }, (_, i) =>
    Math.floor(list.length / 2 ** (i + 1)),
  ).filter((n) => n > 0)
  return [[], ...steps.flatMap((n) => [list.slice(0, list.length - n), list.slice(n)])]
}

/** The simplest values of each kind, the simplest first. */
const simple: { readonly [K in Kind]: ReadonlyArray<Json> } = {
  text: ['a', 'b', ''],
  int: [0, 1, 2, 3],
  float: [0, 1, 0.5],
  decimal: ['0', '1', '0.5'],
  boolean: [false, true],
  date: ['2020-01-01', '2020-01-02'],
  time: ['00:00:00.000', '12:00:00.000'],
  datetime: ['2020-01-01T00:00:00.000Z', '2020-01-02T00:00:00.000Z'],
  duration: ['0 00:00:00', '0 00:00:01', '1 00:00:00'],
  uuid: ['00000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-000000000002'],
  json: [null, 0],
}

const kindOf = (value: Json): Kind =>
  typeof value === 'boolean'
    ? 'boolean'
    : typeof value === 'number'
      ? Number.isInteger(value)
        ? 'int'
        : 'float'
      : typeof value !== 'string'
        ? 'json'
        : (stringKinds.find(([, pattern]) => pattern.test(value))?.[0] ?? 'text')

const stringKinds: ReadonlyArray<readonly [Kind, RegExp]> = [
  ['datetime', /^\d{4}-\d\d-\d\dT/u],
  ['date', /^\d{4}-\d\d-\d\d$/u],
  ['duration', /^-?\d+ \d\d:\d\d:/u],
  ['time', /^\d\d:\d\d:/u],
  ['uuid', /^[0-9a-f]{8}-[0-9a-f]{4}-/u],
  ['decimal', /^-?\d+(?:\.\d+)?$/u],
]

/** Simpler values of the same sort. */
const simpler = (value: Json): ReadonlyArray<Json> => {
  const list = simple[kindOf(value)]
  const at = list.indexOf(value)
  const listed = at === -1 ? list : list.slice(0, at)
  const shorter = typeof value === 'string' && at === -1 && kindOf(value) === 'text' ? shortened(value) : []
  return [...listed, ...shorter]
}

const shortened = (text: string): ReadonlyArray<string> => {
  const points = [...text]
  const n = points.length
  return n < 2
    ? []
    : n > 12
      ? [
          points.slice(0, Math.floor(n / 2)),
          points.slice(Math.floor(n / 2)),
          points.slice(1),
          points.slice(0, -1),
        ].map((part) => part.join(''))
      : points.map((_, i) => without(points, i).join(''))
}

const smallerExpression = (x: X): ReadonlyArray<X> => {
  switch (x._tag) {
    case 'const':
    case 'column':
      return []
    case 'call':
      return [...x.args, ...eachSmaller(x.args, smallerExpression).map((args) => ({ ...x, args }))]
    case 'cast':
      return [x.arg, ...smallerExpression(x.arg).map((arg) => ({ ...x, arg }))]
    case 'case':
      return [
        x.otherwise,
        ...x.branches.map(({ then }) => then),
        ...eachDropped(x.branches)
          .filter((branches) => branches.length > 0)
          .map((branches) => ({ ...x, branches })),
        ...eachSmaller(x.branches, ({ when, then }) => [
          ...smallerPredicate(when).map((each) => ({ when: each, then })),
          ...smallerExpression(then).map((each) => ({ when, then: each })),
        ]).map((branches) => ({ ...x, branches })),
        ...smallerExpression(x.otherwise).map((otherwise) => ({ ...x, otherwise })),
      ]
    case 'aggregate':
      return [
        ...(x.filter === null
          ? []
          : [{ ...x, filter: null }, ...smallerPredicate(x.filter).map((filter) => ({ ...x, filter }))]),
        ...(x.default === null ? [] : [{ ...x, default: null }]),
        ...(x.distinct ? [{ ...x, distinct: false }] : []),
        ...(x.sample ? [{ ...x, sample: false }] : []),
        ...(x.name === 'count' && x.arg !== null ? [{ ...x, arg: null, distinct: false }] : []),
        ...(x.arg === null ? [] : smallerExpression(x.arg).map((arg) => ({ ...x, arg }))),
      ]
    case 'subquery':
      return smallerSaid(x.query).map((query) => ({ ...x, query }))
    case 'test':
      return smallerPredicate(x.predicate).map((predicate) => ({ ...x, predicate }))
  }
}

const smallerPredicate = (p: P): ReadonlyArray<P> => {
  switch (p._tag) {
    case 'not':
      return [p.predicate, ...smallerPredicate(p.predicate).map((predicate) => ({ ...p, predicate }))]
    case 'and':
      return [
        ...p.all.slice(0, many),
        ...fewer(p.all).map((all) => ({ ...p, all })),
        ...eachSmaller(p.all, smallerPredicate).map((all) => ({ ...p, all })),
      ]
    case 'or':
      return [
        ...p.any.slice(0, many),
        ...fewer(p.any).map((any) => ({ ...p, any })),
        ...eachSmaller(p.any, smallerPredicate).map((any) => ({ ...p, any })),
      ]
    case 'xor':
      return [
        ...p.odd,
        ...portions(p.odd).map((odd) => ({ ...p, odd })),
        ...eachSmaller(p.odd, smallerPredicate).map((odd) => ({ ...p, odd })),
      ]
    case 'some':
      return [
        ...(p.relation.length > 1 ? [{ ...p, relation: p.relation.slice(-1) }] : []),
        ...(p.predicate._tag === 'and' && p.predicate.all.length === 0
          ? []
          : [{ ...p, predicate: { _tag: 'and' as const, all: [] } }]),
        ...smallerPredicate(p.predicate).map((predicate) => ({ ...p, predicate })),
      ]
    case 'lookup':
      return [
        ...(p.name === 'in' ? fewer(p.right).map((right) => ({ ...p, right })) : []),
        // What is computed on both sides is of another kind than what it is made of.
        ...(madeOf(p.left) === p.left ? [] : [{ ...p, left: madeOf(p.left), right: p.right.map(madeOf) }]),
        ...smallerExpression(p.left).map((left) => ({ ...p, left })),
        ...(p.right.length > many
          ? []
          : eachSmaller(p.right, smallerExpression).map((right) => ({ ...p, right }))),
      ]
    case 'exists':
      return smallerSaid(p.query).map((query) => ({ ...p, query }))
    case 'inQuery':
      return [
        ...smallerSaid(p.query).map((query) => ({ ...p, query })),
        ...smallerExpression(p.left).map((left) => ({ ...p, left })),
      ]
    case 'holds':
      return [
        ...(p.expression._tag === 'case' ? p.expression.branches.map(({ when }) => when) : []),
        ...smallerExpression(p.expression).map((expression) => ({ ...p, expression })),
      ]
  }
}

/** What an expression is computed of first, or itself. */
const madeOf = (x: X): X => (x._tag === 'call' ? (x.args[0] ?? x) : x._tag === 'cast' ? x.arg : x)

const smallerKey = (key: OrderKey<Said>): ReadonlyArray<OrderKey<Said>> => {
  const usual = key.direction === 'asc' ? 'last' : 'first'
  return [
    ...(key.direction === 'asc'
      ? []
      : [{ ...key, direction: 'asc', nulls: key.nulls === 'first' ? 'last' : 'first' } as const]),
    ...(key.nulls === usual ? [] : [{ ...key, nulls: usual } as const]),
    ...smallerExpression(key.expression).map((expression) => ({ ...key, expression })),
  ]
}

const smallerTyped = (column: Typed): ReadonlyArray<Typed> =>
  smallerExpression(column.expression).map((expression) => ({ ...column, expression }))

/** A step put more simply. @since 0.2.0 */
export const smallerStep = (step: SaidStep): ReadonlyArray<SaidStep> => {
  switch (step._tag) {
    case 'filter':
      return smallerPredicate(step.predicate).map((predicate) => ({ ...step, predicate }))
    case 'orderBy':
      return [
        ...eachDropped(step.keys).map((keys) => ({ ...step, keys })),
        ...eachSmaller(step.keys, smallerKey).map((keys) => ({ ...step, keys })),
      ]
    case 'slice': {
      const { start, stop } = step
      return [
        ...(start > 0
          ? [
              { ...step, start: 0 },
              { ...step, start: start - 1, stop: stop === null ? null : stop - 1 },
              { ...step, start: start - 1 },
            ]
          : []),
        ...(stop === null
          ? []
          : [
              { ...step, stop: null },
              ...(stop > start
                ? [
                    { ...step, stop: start },
                    { ...step, stop: stop - 1 },
                  ]
                : []),
            ]),
      ]
    }
    case 'distinctOn':
      return [
        ...eachDropped(step.keys).map((keys) => ({ ...step, keys })),
        ...eachSmaller(step.keys, smallerExpression).map((keys) => ({ ...step, keys })),
      ]
    case 'values':
    case 'annotate':
      return [
        ...(step._tag === 'values' && step.form !== 'record' ? [{ ...step, form: 'record' as const }] : []),
        ...portions(step.columns)
          .filter((columns) => columns.length > 0)
          .map((columns) => ({ ...step, columns })),
        ...eachSmaller(step.columns, smallerTyped).map((columns) => ({ ...step, columns })),
      ]
    case 'groupBy':
      return [
        ...eachDropped(step.keys).map((keys) => ({ ...step, keys })),
        ...portions(step.aggregates).map((aggregates) => ({ ...step, aggregates })),
        ...eachSmaller(step.keys, smallerTyped).map((keys) => ({ ...step, keys })),
        ...eachSmaller(step.aggregates, smallerTyped).map((aggregates) => ({ ...step, aggregates })),
      ]
    case 'union':
    case 'intersection':
    case 'difference':
      return [
        ...eachDropped(step.others).map((others) => ({ ...step, others })),
        ...eachSmaller(step.others, smallerSaid).map((others) => ({ ...step, others })),
      ]
    case 'and':
    case 'or':
    case 'xor':
      return smallerSaid(step.other).map((other) => ({ ...step, other }))
    case 'prefetchRelated':
      return smallerSaid(step.query).map((query) => ({ ...step, query }))
    case 'only':
      return eachDropped(step.fields).map((fields) => ({ ...step, fields }))
    case 'selectRelated':
      return step.path.length > 1 ? [{ ...step, path: step.path.slice(0, -1) }] : []
    default:
      return []
  }
}

const inside = (step: SaidStep): ReadonlyArray<Said> => {
  switch (step._tag) {
    case 'union':
    case 'intersection':
    case 'difference':
      return step.others
    case 'and':
    case 'or':
    case 'xor':
      return [step.other]
    case 'prefetchRelated':
      return [step.query]
    default:
      return []
  }
}

/** Columns that say whether a condition holds, or that tell of the rows that meet it: that condition itself. */
const tested = (said: Said): ReadonlyArray<Said> =>
  said.steps.flatMap((step, i) =>
    step._tag === 'groupBy'
      ? step.aggregates.flatMap(({ expression }) =>
          expression._tag === 'aggregate' && expression.filter !== null && expression.relation.length === 0
            ? [
                {
                  ...said,
                  steps: [
                    ...said.steps.slice(0, i),
                    { _tag: 'filter' as const, predicate: expression.filter },
                  ],
                },
              ]
            : [],
        )
      : step._tag !== 'values'
        ? []
        : step.columns.flatMap(({ expression }) =>
            expression._tag === 'test'
              ? [
                  {
                    ...said,
                    steps: replaced(said.steps, i, {
                      _tag: 'filter' as const,
                      predicate: expression.predicate,
                    }),
                  },
                ]
              : [],
          ),
  )

const smallerSaid = (said: Said): ReadonlyArray<Said> => [
  ...tested(said),
  ...portions(said.steps).map((steps) => ({ ...said, steps })),
  ...said.steps.flatMap(inside),
  ...eachSmaller(said.steps, smallerStep).map((steps) => ({ ...said, steps })),
]

/** A simpler way to ask. @since 0.2.0 */
export const smallerTerminal = (terminal: Terminal): ReadonlyArray<Terminal> => {
  const plain: ReadonlyArray<Terminal> =
    terminal._tag === 'toArray'
      ? []
      : terminal._tag === 'whole'
        ? [{ _tag: 'toArray' }, { _tag: 'count' }, { _tag: 'getPks' }, { _tag: 'page' }]
        : terminal._tag === 'count'
          ? [{ _tag: 'toArray' }]
          : [{ _tag: 'toArray' }, { _tag: 'count' }]
  switch (terminal._tag) {
    case 'inBulk':
      return [...plain, ...fewer(terminal.keys).map((keys) => ({ ...terminal, keys }))]
    case 'aggregate':
      return [
        ...plain,
        ...eachDropped(terminal.aggregates)
          .filter((aggregates) => aggregates.length > 0)
          .map((aggregates) => ({ ...terminal, aggregates })),
        ...eachSmaller(terminal.aggregates, smallerTyped).map((aggregates) => ({ ...terminal, aggregates })),
      ]
    case 'stream':
      return [...plain, ...(terminal.size > 1 ? [{ ...terminal, size: 1 }] : [])]
    default:
      return plain
  }
}

const smallerRow = (row: Row): ReadonlyArray<Row> =>
  Object.keys(row).map((name) => Object.fromEntries(Object.entries(row).filter(([each]) => each !== name)))

const smallerWrite = (write: Write): ReadonlyArray<Write> => {
  switch (write._tag) {
    case 'create':
      return fewer(write.rows)
        .filter((rows) => rows.length > 0)
        .map((rows) => ({ ...write, rows }))
    case 'update':
      return [
        ...fewer(write.changes)
          .filter((changes) => changes.length > 0)
          .map((changes) => ({ ...write, changes })),
        ...(write.changes.length > many
          ? []
          : eachSmaller(write.changes, ({ key, set }) =>
              smallerRow(set).map((each) => ({ key, set: each })),
            ).map((changes) => ({ ...write, changes }))),
      ]
    case 'delete':
      return fewer(write.keys)
        .filter((keys) => keys.length > 0)
        .map((keys) => ({ ...write, keys }))
  }
}

const smallerMutation = (mutation: SaidMutation): ReadonlyArray<SaidMutation> => {
  const free = mutation.expect === null ? [] : [{ ...mutation, expect: null }]
  switch (mutation._tag) {
    case 'insert':
      return [
        ...fewer(mutation.rows)
          .filter((rows) => rows.length > 0)
          .map((rows) => ({ ...mutation, rows })),
        ...(mutation.onConflict._tag === 'refuse'
          ? []
          : [{ ...mutation, onConflict: { _tag: 'refuse' } as const }]),
        ...(mutation.onConflict._tag === 'update'
          ? [{ ...mutation, onConflict: { _tag: 'ignore' } as const }]
          : []),
      ]
    case 'update':
      return [
        ...free,
        ...smallerSaid(mutation.of).map((of) => ({ ...mutation, of })),
        ...eachDropped(mutation.set).map((set) => ({ ...mutation, set })),
        ...eachSmaller(mutation.set, smallerTyped).map((set) => ({ ...mutation, set })),
      ]
    case 'delete':
      return [...free, ...smallerSaid(mutation.of).map((of) => ({ ...mutation, of }))]
  }
}

/** A call put more simply. @since 0.2.0 */
export const smallerCall = (call: Call): ReadonlyArray<Call> => {
  switch (call._tag) {
    case 'read':
      return [
        ...smallerTerminal(call.terminal).map((terminal) => ({ ...call, terminal })),
        ...smallerSaid(call.of).map((of) => ({ ...call, of })),
      ]
    case 'write':
      return [
        ...(call.bulk ? [{ ...call, bulk: false }] : []),
        ...smallerWrite(call.write).map((write) => ({ ...call, write })),
      ]
    case 'create':
      return [
        ...fewer(call.rows)
          .filter((rows) => rows.length > 0)
          .map((rows) => ({ ...call, rows })),
        ...(call.rows.length > many
          ? []
          : eachSmaller(call.rows, smallerRow).map((rows) => ({ ...call, rows }))),
      ]
    case 'update':
      return [
        ...smallerSaid(call.of).map((of) => ({ ...call, of })),
        ...smallerRow(call.set).map((set) => ({ ...call, set })),
        ...eachDropped(call.computed).map((computed) => ({ ...call, computed })),
        ...eachSmaller(call.computed, smallerTyped).map((computed) => ({ ...call, computed })),
      ]
    case 'updateBulk':
      return [
        ...smallerSaid(call.of).map((of) => ({ ...call, of })),
        ...fewer(call.changes).map((changes) => ({ ...call, changes })),
        ...eachSmaller(call.changes, ([key, set]) => smallerRow(set).map((each) => [key, each] as const)).map(
          (changes) => ({ ...call, changes }),
        ),
      ]
    case 'delete':
      return smallerSaid(call.of).map((of) => ({ ...call, of }))
    case 'obtain':
      return [
        ...(call.changing ? [{ ...call, changing: false }] : []),
        ...smallerSaid(call.of).map((of) => ({ ...call, of })),
        ...smallerRow(call.values).map((values) => ({ ...call, values })),
        ...smallerRow(call.defaults).map((defaults) => ({ ...call, defaults })),
      ]
    case 'relate':
      return [
        ...smallerSaid(call.of).map((of) => ({ ...call, of })),
        ...eachDropped(call.keys).map((keys) => ({ ...call, keys })),
      ]
    case 'atomic':
      return [
        ...eachDropped(call.writes).map((writes) => ({ ...call, writes })),
        ...eachDropped(call.undone).map((undone) => ({ ...call, undone })),
        ...(call.fails ? [{ ...call, fails: false }] : []),
        ...eachDropped(call.reads ?? []).map((reads) => ({ ...call, reads })),
        ...eachDropped(call.first ?? []).map((first) => ({ ...call, first })),
        ...eachSmaller(call.first ?? [], smallerSaid).map((first) => ({ ...call, first })),
        ...eachSmaller(call.reads ?? [], smallerSaid).map((reads) => ({ ...call, reads })),
        ...eachSmaller(call.writes, smallerWrite).map((writes) => ({ ...call, writes })),
      ]
    case 'mutate':
      return [
        ...eachDropped(call.mutations)
          .filter((mutations) => mutations.length > 0)
          .map((mutations) => ({ ...call, mutations })),
        ...eachSmaller(call.mutations, smallerMutation).map((mutations) => ({ ...call, mutations })),
      ]
    case 'law':
      return [
        ...smallerSaid(call.of).map((of) => ({ ...call, of })),
        ...eachSmaller(call.sizes, (size) => (size > 1 ? [1, size - 1] : [])).map((sizes) => ({
          ...call,
          sizes,
        })),
      ]
    case 'faulty':
      return [
        ...smallerPlain(call.call).map((each) => ({ ...call, call: each })),
        ...(call.at > 0
          ? [
              { ...call, at: 0 },
              { ...call, at: call.at - 1 },
            ]
          : []),
      ]
    case 'overlap':
      return [
        ...eachDropped(call.threads).map((threads) => ({ ...call, threads })),
        ...eachSmaller(call.threads, (thread) => [
          ...eachDropped(thread).filter(({ length }) => length > 0),
          ...eachSmaller(thread, smallerPlain),
        ]).map((threads) => ({ ...call, threads })),
        ...portions(call.picks).map((picks) => ({ ...call, picks })),
        ...eachSmaller(call.picks, (pick) => (pick === 0 ? [] : [0, pick % 8, pick - 1])).map((picks) => ({
          ...call,
          picks,
        })),
      ]
  }
}

/** What is smaller than a plain call is plain too. @since 0.2.0 */
export const smallerPlain = (call: Plain): ReadonlyArray<Plain> => smallerCall(call) as ReadonlyArray<Plain>

/** Fewer calls. @since 0.1.0 */
export const fewerCalls = (one: Case): ReadonlyArray<Case> =>
  portions(one.calls)
    .filter((calls) => calls.length > 0)
    .map((calls) => ({ ...one, calls }))

/** Calls that overlap, or during which the backend fails, as calls one after the other. @since 0.1.0 */
export const plainCalls = (one: Case): ReadonlyArray<Case> =>
  one.calls.flatMap((call, i) => {
    const plain = call._tag === 'faulty' ? [call.call] : call._tag === 'overlap' ? call.threads.flat() : []
    return plain.length === 0
      ? []
      : [{ ...one, calls: [...one.calls.slice(0, i), ...plain, ...one.calls.slice(i + 1)] }]
  })

/** Rows as a call would leave them, from the first, in its place. @since 0.1.0 */
export const rowsInstead =
  (schema: Schema) =>
  (one: Case): ReadonlyArray<Case> =>
    one.calls.flatMap((call, i) => {
      const writes =
        call._tag === 'write' ? [call.write] : call._tag === 'atomic' && !call.fails ? call.writes : []
      const after = writes.reduce(
        (so, write) =>
          E.flatMap(so, (store: Store) => E.map(({ store: next }: Applied) => next)(apply(write)(store))),
        storeOf(schema, one.rows),
      )
      return writes.length === 0 || E.isLeft(after)
        ? []
        : [{ ...one, rows: rowsIn(after.right), calls: without(one.calls, i) }]
    })

/** Fewer rows. @since 0.1.0 */
export const fewerRows = (one: Case): ReadonlyArray<Case> => {
  const names = Object.keys(one.rows).filter((name) => (one.rows[name]?.length ?? 0) > 0)
  return [
    ...(names.length > 0 ? [{ ...one, rows: Object.fromEntries(names.map((name) => [name, []])) }] : []),
    ...names.map((name) => ({ ...one, rows: { ...one.rows, [name]: [] } })),
    ...names.flatMap((name) =>
      fewer(one.rows[name] ?? []).map((rows) => ({ ...one, rows: { ...one.rows, [name]: rows } })),
    ),
    ...pairsDropped(one, names),
  ]
}

/** Without each two rows, where they are few: one may be there only because of the other. */
const pairsDropped = (one: Case, names: ReadonlyArray<string>): ReadonlyArray<Case> => {
  const all = names.flatMap((name) => (one.rows[name] ?? []).map((_, i) => ({ name, i })))
  if (all.length > 8) return []
  return all.flatMap((first, n) =>
    all.slice(n + 1).map((second) => ({
      ...one,
      rows: Object.fromEntries(
        Object.entries(one.rows).map(([name, rows]) => [
          name,
          rows.filter((_, i) => ![first, second].some((each) => each.name === name && each.i === i)),
        ]),
      ),
    })),
  )
}

/** Simpler calls. @since 0.1.0 */
export const smallerCalls = (one: Case): ReadonlyArray<Case> =>
  eachSmaller(one.calls, smallerCall).map((calls) => ({ ...one, calls }))

const dataNames = new Set(['rows', 'set', 'values', 'defaults', 'keys', 'key', 'changes'])

/** Data in which each value is put in another's place. */
const mapped = (node: unknown, change: (value: Json) => Json, isData: boolean): unknown => {
  if (typeof node !== 'object' || node === null) return isData ? change(node as Json) : node
  if (Array.isArray(node)) return node.map((each: unknown) => mapped(each, change, isData))
  const isConst = '_tag' in node && node._tag === 'const'
  return Object.fromEntries(
    Object.entries(node).map(([name, each]: readonly [string, unknown]) => [
      name,
      isConst
        ? name === 'value'
          ? change(each as Json)
          : each
        : mapped(each, change, (isData && !('expression' in node)) || dataNames.has(name)),
    ]),
  )
}

/** A value as it comes in data. */
const isScalar = (value: Json): boolean => typeof value !== 'object' || value === null

const valuesIn = (one: Case): ReadonlyArray<Json> => {
  const found = new Set<Json>()
  const note = (value: Json): Json => {
    if (isScalar(value) && value !== null) found.add(value)
    return value
  }
  mapped(one.rows, note, true)
  mapped(one.calls, note, false)
  return [...found]
}

const renamed = (one: Case, change: (value: Json) => Json): Case => ({
  ...one,
  // Values are put in the place of values, and nothing else changes.
  rows: mapped(one.rows, change, true) as Case['rows'],
  calls: mapped(one.calls, change, false) as Case['calls'],
})

/** The same case with another value in one's place, wherever it comes. @since 0.1.0 */
export const simplerValues = (one: Case): ReadonlyArray<Case> => {
  const values = valuesIn(one)
  return values.length > 5 * many
    ? []
    : values.flatMap((value) =>
        [...simpler(value), ...others(values, value)].map((by) =>
          renamed(one, (each) => (each === value ? by : each)),
        ),
      )
}

/** Other values of the same sort that are there, where these are few. */
const others = (values: ReadonlyArray<Json>, value: Json): ReadonlyArray<Json> => {
  const alike = values.filter((each) => kindOf(each) === kindOf(value))
  // One after the other, so that two don't change places again and again.
  return alike.length > 8 ? [] : alike.slice(0, alike.indexOf(value))
}

/** Single values of rows put more simply: missing, or the simplest there are. @since 0.1.0 */
export const simplerCells = (one: Case): ReadonlyArray<Case> =>
  Object.entries(one.rows).flatMap(([model, rows]) =>
    (rows.length > many ? [] : rows).flatMap((row, i) =>
      Object.entries(row).flatMap(([name, value]) =>
        (value === null ? [] : [null, ...simpler(value)]).map((by) => ({
          ...one,
          rows: { ...one.rows, [model]: replaced(rows, i, { ...row, [name]: by }) },
        })),
      ),
    ),
  )

const stripped = (row: Row, name: string): Row =>
  Object.fromEntries(Object.entries(row).filter(([each]) => each !== name))

const strippedCall = <C extends Call>(call: C, model: string, name: string): C =>
  // It stays what it is.
  strippedAny(call, model, name) as C

const strippedAny = (call: Call, model: string, name: string): Call => {
  const strip = (row: Row) => stripped(row, name)
  switch (call._tag) {
    case 'create':
      return call.model === model ? { ...call, rows: call.rows.map(strip) } : call
    case 'write':
      return { ...call, write: strippedWrite(call.write, model, name) }
    case 'atomic':
      return {
        ...call,
        writes: call.writes.map((write) => strippedWrite(write, model, name)),
        undone: call.undone.map((write) => strippedWrite(write, model, name)),
      }
    case 'update':
      return call.of.model === model ? { ...call, set: strip(call.set) } : call
    case 'updateBulk':
      return call.of.model === model
        ? { ...call, changes: call.changes.map(([key, set]) => [key, strip(set)] as const) }
        : call
    case 'obtain':
      return call.of.model === model
        ? { ...call, values: strip(call.values), defaults: strip(call.defaults) }
        : call
    case 'mutate':
      return { ...call, mutations: call.mutations.map((each) => strippedMutation(each, model, name)) }
    case 'faulty':
      return { ...call, call: strippedCall(call.call, model, name) }
    case 'overlap':
      return {
        ...call,
        threads: call.threads.map((thread) => thread.map((each) => strippedCall(each, model, name))),
      }
    default:
      return call
  }
}

const strippedMutation = (mutation: SaidMutation, model: string, name: string): SaidMutation =>
  mutation._tag === 'insert' && mutation.model === model
    ? { ...mutation, rows: mutation.rows.map((row) => stripped(row, name)) }
    : mutation._tag === 'update' && mutation.of.model === model
      ? { ...mutation, set: mutation.set.filter((each) => each.name !== name) }
      : mutation

const strippedWrite = (write: Write, model: string, name: string): Write =>
  write.model !== model || write._tag === 'delete'
    ? write
    : write._tag === 'create'
      ? { ...write, rows: write.rows.map((row) => stripped(row, name)) }
      : { ...write, changes: write.changes.map(({ key, set }) => ({ key, set: stripped(set, name) })) }

const isKey = (definition: Definition | { readonly _tag: 'manyToMany' }): boolean =>
  definition._tag !== 'manyToMany' && definition.primaryKey

const withoutField = (one: Case, model: string, name: string): Case => {
  const { [name]: _, ...fields } = one.definitions[model] ?? {}
  const { [`${model}_${name}`]: __, ...rows } = one.rows
  return {
    definitions: { ...one.definitions, [model]: fields },
    rows: { ...rows, [model]: (rows[model] ?? []).map((row) => stripped(row, name)) },
    calls: one.calls.map((call) => strippedCall(call, model, name)),
  }
}

const withoutModel = (one: Case, model: string): Case => {
  const pointing = Object.entries(one.definitions).flatMap(([name, fields]) =>
    Object.entries(fields).flatMap(([field, definition]) =>
      definition._tag !== 'field' && (definition.target === model || name === model)
        ? [[name, field] as const]
        : [],
    ),
  )
  const bare = pointing.reduce((so, [name, field]) => withoutField(so, name, field), one)
  const { [model]: _, ...definitions } = bare.definitions
  const { [model]: __, ...rows } = bare.rows
  return { ...bare, definitions, rows }
}

/** Fewer models and fields. @since 0.1.0 */
export const smallerSchema = (one: Case): ReadonlyArray<Case> => {
  const names = Object.keys(one.definitions)
  return [
    ...(names.length > 1 ? names.map((name) => withoutModel(one, name)) : []),
    ...fieldsOf(one.definitions).map(([model, name]) => withoutField(one, model, name)),
    ...plainer(one.definitions).map((definitions) => ({ ...one, definitions })),
  ]
}

const fieldsOf = (definitions: Definitions): ReadonlyArray<readonly [string, string]> =>
  Object.entries(definitions).flatMap(([model, fields]) =>
    Object.entries(fields).flatMap(([name, definition]) =>
      isKey(definition) ? [] : [[model, name] as const],
    ),
  )

/** Fields that are no longer unique, or that may not be missing. */
const plainer = (definitions: Definitions): ReadonlyArray<Definitions> =>
  Object.entries(definitions).flatMap(([model, fields]) =>
    Object.entries(fields).flatMap(([name, definition]) =>
      definition._tag !== 'field' || definition.primaryKey
        ? []
        : [
            ...(definition.unique ? [{ ...definition, unique: false }] : []),
            ...(definition.nullable ? [{ ...definition, nullable: false }] : []),
          ].map((by) => ({ ...definitions, [model]: { ...fields, [name]: by } })),
    ),
  )
