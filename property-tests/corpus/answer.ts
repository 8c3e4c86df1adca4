/** A case's answer, in the corpus's words. */
import { either as E, option as O, readonlyArray as A_, type taskEither as TE } from 'fp-ts'
import { contains, count, exists, first, get, inBulk, last, toArray, type Client } from 'queryset-ts'
import { multipleFound, notFound, type QueryError } from '../../src/value/QueryError.js'
import type { Row } from '../../src/value/Value.js'
import { append } from '../../src/queryset/append.js'
import { stepsOf, type AnyQueryset, type Form, type Step } from '../../src/queryset/Queryset.js'
import type { Schema } from '../../src/schema/Schema.js'
import { modelOf } from '../../src/expression/Scope.js'
import type { Source } from '../../src/expression/Source.js'
import { denote } from '../../src/reference/denote.js'
import type { Json, Pipeline } from './Case.js'
import { aggregated, keysFor, predicateFor, translate } from './translate.js'

export type Answer =
  | { readonly rows: ReadonlyArray<unknown> }
  | { readonly value: unknown }
  | { readonly error: string; readonly why: string }

type Asked<A> = TE.TaskEither<QueryError, A>

/** What can be asked about a queryset. `latest`, `earliest` and `aggregate` are querysets of their own here. */
export interface Terminals {
  readonly rows: (of: AnyQueryset) => Asked<ReadonlyArray<unknown>>
  readonly count: (of: AnyQueryset) => Asked<number>
  readonly exists: (of: AnyQueryset) => Asked<boolean>
  readonly first: (of: AnyQueryset) => Asked<O.Option<unknown>>
  readonly last: (of: AnyQueryset) => Asked<O.Option<unknown>>
  readonly get: (of: AnyQueryset) => Asked<unknown>
  readonly contains: (of: AnyQueryset, key: Json) => Asked<boolean>
  readonly inBulk: (of: AnyQueryset, keys: ReadonlyArray<Json>) => Asked<ReadonlyMap<unknown, unknown>>
}

/** A queryset whose rows are a model's, as far as types can tell: whether they are is for the terminal to say. */
type Keyed = Parameters<ReturnType<typeof contains<Json>>>[0]

/** The library's own terminals. */
export const terminalsOf = (client: Client): Terminals => ({
  rows: toArray(client),
  count: count(client),
  exists: exists(client),
  first: first(client),
  last: last(client),
  get: get(client),
  contains: (of, key) => contains(client, key)(of as Keyed),
  inBulk: (of, keys) => inBulk<Json>(client, keys)(of as Keyed),
})

/** The terminals as functions of the list that a queryset means. */
export const denoted = (schema: Schema, source: E.Either<QueryError, Source>): Terminals => {
  const rows = (of: AnyQueryset): E.Either<QueryError, ReadonlyArray<unknown>> =>
    E.chain((from: Source) =>
      E.map((meant: { readonly rows: ReadonlyArray<Row> }) => meant.rows.map(formed(formOf(of))))(
        denote(schema, from, new Date().toISOString())(of),
      ),
    )(source)
  const asked =
    <A>(result: E.Either<QueryError, A>): Asked<A> =>
    () =>
      Promise.resolve(result)
  const listed = <A>(of: AnyQueryset, what: (list: ReadonlyArray<unknown>) => A): Asked<A> =>
    asked(E.map(what)(rows(of)))
  const byKey = (of: AnyQueryset): ((row: unknown) => unknown) => keyOf(of) ?? (() => null)
  return {
    rows: (of) => asked(rows(of)),
    count: (of) => listed(of, (list) => list.length),
    exists: (of) => listed(of, (list) => list.length > 0),
    // Slicing and reversing are what orders the rows of a queryset without an order.
    first: (of) => listed(stepTo(of, { _tag: 'slice', start: 0, stop: 1 }), A_.head),
    last: (of) => listed(stepTo(of, { _tag: 'reverse' }), A_.head),
    get: (of) =>
      asked(
        E.chain((list: ReadonlyArray<unknown>): E.Either<QueryError, unknown> =>
          list.length === 1
            ? E.right(list[0])
            : E.left(list.length === 0 ? notFound(of.model) : multipleFound(of.model)),
        )(rows(of)),
      ),
    contains: (of, key) => listed(of, (list) => list.map(byKey(of)).includes(key)),
    inBulk: (of, keys) =>
      listed(
        of,
        (list) =>
          new Map(
            list.flatMap((row) =>
              keys.some((key) => key === byKey(of)(row)) ? [[byKey(of)(row), row] as const] : [],
            ),
          ),
      ),
  }
}

/** How the rows are given, which the last projection says. */
const formOf = (queryset: AnyQueryset): Form => {
  const projection = stepsOf(queryset).findLast(({ _tag }) => _tag === 'values' || _tag === 'groupBy')
  return projection?._tag === 'values' ? projection.form : 'record'
}

const formed =
  (form: Form) =>
  (row: Row): unknown =>
    form === 'record' ? row : form === 'tuple' ? Object.values(row) : Object.values(row)[0]

const failedWith = (error: QueryError): Answer => ({ error: error._tag, why: error.message })

const stepTo = (queryset: AnyQueryset, step: Step): AnyQueryset =>
  append(queryset, step._tag, () => E.right({ step }))

/** The key of a model's row; `null` where the rows are projected ones. */
const keyOf = (queryset: AnyQueryset): ((row: unknown) => unknown) | null => {
  const model = E.isRight(queryset.scope) ? modelOf(queryset.scope.right) : null
  return model === null
    ? null
    : // Such rows are records.
      (row) => (row as { readonly [name: string]: unknown })[model.primaryKey]
}

/** A model's row stands as its key; a projected one as it is. */
const standing = (queryset: AnyQueryset): ((row: unknown) => unknown) => keyOf(queryset) ?? ((row) => row)

const answered = <A>(of: E.Either<QueryError, A>, as: (value: A) => Answer): Answer =>
  E.isLeft(of) ? failedWith(of.left) : as(of.right)

export const answer = async (
  schema: Schema,
  terminals: Terminals,
  pipeline: Pipeline,
  result: ReadonlyArray<Json>,
): Promise<Answer> => {
  const translated = translate(schema, pipeline)
  if (E.isLeft(translated)) return failedWith(translated.left)
  const queryset = translated.right
  const [terminal, said] = result
  const stands = standing(queryset)
  const one = (row: O.Option<unknown>, none: Answer): Answer =>
    O.isNone(row) ? none : { value: stands(row.value) }
  switch (terminal) {
    case 'rows':
      return answered(await terminals.rows(queryset)(), (rows) => ({ rows: rows.map(stands) }))
    case 'count':
      return answered(await terminals.count(queryset)(), (value) => ({ value }))
    case 'exists':
      return answered(await terminals.exists(queryset)(), (value) => ({ value }))
    case 'first':
      return answered(await terminals.first(queryset)(), (row) => one(row, { value: null }))
    case 'last':
      return answered(await terminals.last(queryset)(), (row) => one(row, { value: null }))
    case 'latest':
    case 'earliest': {
      const keys = keysFor(schema, queryset, said ?? null)
      if (E.isLeft(keys)) return failedWith(keys.left)
      const sorted = stepTo(queryset, { _tag: 'orderBy', keys: keys.right })
      return answered(await (terminal === 'latest' ? terminals.last : terminals.first)(sorted)(), (row) =>
        one(row, failedWith(notFound(queryset.model))),
      )
    }
    case 'get': {
      const predicate = said === undefined || said === null ? null : predicateFor(schema, queryset, said)
      if (predicate !== null && E.isLeft(predicate)) return failedWith(predicate.left)
      const filtered =
        predicate === null ? queryset : stepTo(queryset, { _tag: 'filter', predicate: predicate.right })
      return answered(await terminals.get(filtered)(), (row) => ({ value: stands(row) }))
    }
    case 'contains':
      return answered(await terminals.contains(queryset, said ?? null)(), (value) => ({ value }))
    case 'in_bulk':
      return answered(await terminals.inBulk(queryset, Array.isArray(said) ? said : [])(), (rows) => ({
        value: Object.fromEntries([...rows].map(([key, row]) => [String(key), stands(row)])),
      }))
    case 'aggregate': {
      const made = aggregated(schema, queryset, said ?? null)
      return E.isLeft(made)
        ? failedWith(made.left)
        : answered(await terminals.get(made.right)(), (value) => ({ value }))
    }
    default:
      return { error: 'Unsupported', why: `${JSON.stringify(terminal)} is not supported yet` }
  }
}
