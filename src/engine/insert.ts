/**
 * What an insert means: a store without it, and a store with it.
 *
 * @since 0.2.0
 */
import { either as E } from 'fp-ts'
import type { FieldError, QueryError } from '../value/QueryError.js'
import type { Row } from '../value/Value.js'
import { clashConflict, clashErrors } from '../schema/clashes.js'
import { valuesOf, type Model } from '../schema/Schema.js'
import { staleAmong } from '../schema/staleAmong.js'
import { mergedInto } from '../query/mergedInto.js'
import { keyColumn, type Insert, type Mutated } from '../query/Mutation.js'
import type { Change } from '../query/Write.js'
import { apply, type Applied } from './apply.js'
import { holdersOf, sourceOf, type Store } from './Store.js'

/**
 * A store after one mutation, and what that did.
 *
 * @since 0.2.0
 */
export interface AfterMutation {
  readonly store: Store
  readonly mutated: Mutated
}

/**
 * Makes new rows, and does what the insert says about those that conflict.
 *
 * @since 0.2.0
 */
export const insert = (store: Store, model: Model, mutation: Insert): E.Either<QueryError, AfterMutation> => {
  const { rows, onConflict, expect } = mutation
  switch (onConflict._tag) {
    case 'refuse':
      return refusing(store, model, rows)
    case 'ignore':
      return written(store, model, [], free(store, model, rows))
    case 'update':
      return updating(store, model, rows, onConflict, expect)
  }
}

const updating = (
  store: Store,
  model: Model,
  rows: ReadonlyArray<Row>,
  { by, set }: Extract<Insert['onConflict'], { readonly _tag: 'update' }>,
  expect: Row | null,
): E.Either<QueryError, AfterMutation> => {
  const holders = holdersOf(model, storedRows(store, model), by, rows)
  const keyed = new Map(
    rows.map(valuesOf(model, by)).flatMap((value) => {
      const row = value === null ? undefined : holders(value).at(-1)
      return row === undefined ? [] : [[value, { [keyColumn]: row[model.primaryKey] ?? null }] as const]
    }),
  )
  const { changes, created, order, items } = mergedInto(model, by, set, rows, keyed)
  const { find } = sourceOf(store)
  const before = changes.flatMap(({ key }) => find(model.name, model.primaryKey, key))
  const stale = before.length === 0 ? null : staleAmong(model, before, expect)
  if (stale !== null) return E.left(stale)
  const after = [...before.map((row, i): Row => ({ ...row, ...changes[i]?.set })), ...created]
  const errors = clashesAfter(store, model, before, after)
  if (errors.length > 0)
    return E.left(
      clashConflict(
        model,
        errors.map((error) => ({ ...error, item: items[error.item] ?? error.item })),
      ),
    )
  return E.map(({ store: last, mutated }: AfterMutation): AfterMutation => {
    const source = sourceOf(last)
    const keys = order.map((each) =>
      'key' in each ? each.key : (mutated.rows[each.made]?.[model.primaryKey] ?? null),
    )
    return {
      store: last,
      mutated: { ...mutated, rows: keys.flatMap((key) => source.find(model.name, model.primaryKey, key)) },
    }
  })(written(store, model, changes, created))
}

const storedRows = (store: Store, model: Model): ReadonlyArray<Row> => store.rows.get(model.name) ?? []

const refusing = (
  store: Store,
  model: Model,
  rows: ReadonlyArray<Row>,
): E.Either<QueryError, AfterMutation> => {
  const errors = model.keptApart.flatMap((columns) => {
    const holders = holdersOf(model, storedRows(store, model), columns, rows)
    return clashErrors(model, columns, rows, (value) => holders(value).length > 0)
  })
  return errors.length > 0 ? E.left(clashConflict(model, errors)) : written(store, model, [], rows)
}

/** The new rows whose unique values neither a stored row nor an earlier one of them has. */
const free = (store: Store, model: Model, rows: ReadonlyArray<Row>): ReadonlyArray<Row> => {
  const sets = model.keptApart.map((columns) => ({
    values: valuesOf(model, columns),
    holders: holdersOf(model, storedRows(store, model), columns, rows),
    seen: new Set<unknown>(),
  }))
  return rows.filter((row) => {
    const own = sets.map(({ values }) => values(row))
    if (
      sets.some(({ seen, holders }, i) => own[i] !== null && (seen.has(own[i]) || holders(own[i]).length > 0))
    )
      return false
    sets.forEach(({ seen }, i) => own[i] !== null && seen.add(own[i]))
    return true
  })
}

/** The errors of the rows `after` that would share a unique value with another, once they stand for those `before`. */
const clashesAfter = (
  store: Store,
  model: Model,
  before: ReadonlyArray<Row>,
  after: ReadonlyArray<Row>,
): ReadonlyArray<FieldError> => {
  const touched = new Set(before)
  return model.keptApart.flatMap((columns) => {
    const holders = holdersOf(model, storedRows(store, model), columns, after)
    return clashErrors(model, columns, after, (value) => holders(value).some((row) => !touched.has(row)))
  })
}

/**
 * Changes some rows, and then makes others.
 *
 * @since 0.2.0
 */
export const written = (
  store: Store,
  model: Model,
  changes: ReadonlyArray<Change>,
  created: ReadonlyArray<Row>,
): E.Either<QueryError, AfterMutation> =>
  E.flatMap(
    apply({ _tag: 'update', model: model.name, changes })(store),
    ({ store: after, count }: Applied) =>
      E.map(({ store: last, rows }: Applied): AfterMutation => ({
        store: last,
        mutated: { rows, counts: { [model.name]: count + rows.length } },
      }))(apply({ _tag: 'create', model: model.name, rows: created })(after)),
  )
