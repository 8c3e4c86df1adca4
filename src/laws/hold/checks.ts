/**
 * Checks of laws that need no reference. They compare several answers about one queryset with each other, or with what
 * can be computed from the rows that the client lists.
 *
 * @since 0.2.0
 */
import { either as E } from 'fp-ts'
import type { Json, Kind, Row } from '../../value/Value.js'
import type { Model } from '../../schema/Schema.js'
import type { Aggregate } from '../../expression/Expression.js'
import { fold } from '../../query/fold.js'
import { isOrdered } from '../../query/Query.js'
import { compareKeys, compareValues } from '../case/compareValues.js'
import { columnAt, constant, type Making, negated } from '../make/predicates.js'
import { someOrder, scopeOf } from '../make/parts.js'
import {
  querysetOf,
  type QuerysetData,
  then,
  type TypedColumn,
  type ExpressionData,
} from '../case/QuerysetData.js'
import type { Subject } from './Subject.js'
import type { Check } from './Law.js'

const texts = (rows: ReadonlyArray<unknown>): ReadonlyArray<string> => rows.map((row) => JSON.stringify(row))

const sorted = (rows: ReadonlyArray<unknown>): ReadonlyArray<string> => [...texts(rows)].sort()

const same = (a: ReadonlyArray<string>, b: ReadonlyArray<string>): boolean =>
  a.length === b.length && a.every((text, i) => text === b[i])

const apart = (expected: unknown, actual: unknown, is: boolean) => (is ? null : { expected, actual })

const lastOf = (of: QuerysetData) => of.steps.at(-1)

const before = (of: QuerysetData): QuerysetData => ({ ...of, steps: of.steps.slice(0, -1) })

const isBag = ({ schema }: Subject, of: QuerysetData): boolean => {
  const query = fold(querysetOf(schema, of))
  return E.isRight(query) && !isOrdered(query.right)
}

export const partition: Check = async ({ rows }, of) => {
  const last = lastOf(of)
  if (last?._tag !== 'filter') return null
  const base = before(of)
  const [all, kept, left] = [
    await rows(base),
    await rows(of),
    await rows(then(base, { _tag: 'filter', predicate: negated(last.predicate) })),
  ]
  if (all === null || kept === null || left === null) return null
  return apart(all, [...kept, ...left], same(sorted(all), sorted([...kept, ...left])))
}

/** The kind of a column. `null` if a codec converts its values into something with an order of its own. */
const plainKind = (model: Model, name: string): Kind | undefined => {
  const column = model.columns.get(name)
  return column?.field.codec === null ? column.kind : undefined
}

export const isSorted: Check = async ({ subject, rows }, of) => {
  const last = lastOf(of)
  const model = subject.schema.models.get(of.model)
  if (last?._tag !== 'orderBy' || model === undefined) return null
  const kinds = last.keys.map(({ expression }) =>
    expression._tag === 'column' && expression.path.length === 1
      ? plainKind(model, expression.path[0] ?? '')
      : undefined,
  )
  const pk = model.columns.get(model.primaryKey)
  const scope = scopeOf({ world: { schema: subject.schema } }, of)
  if (pk === undefined || pk.field.codec !== null || kinds.includes(undefined) || scope?.model !== model.name)
    return null
  const columns: ReadonlyArray<TypedColumn> = [
    ...last.keys.map(({ expression }, i): TypedColumn => ({
      name: `k${String(i)}`,
      kind: kinds[i] ?? 'int',
      expression,
    })),
    { name: 'pk', kind: pk.kind, expression: columnAt([pk.name]) },
  ]
  const list = await rows(then(of, { _tag: 'values', columns, form: 'record' }))
  if (list === null) return null
  const compare = (a: Row, b: Row): number =>
    last.keys
      .map((key, i) =>
        compareKeys(kinds[i] ?? 'int', key, a[`k${String(i)}`] ?? null, b[`k${String(i)}`] ?? null),
      )
      .find((order) => order !== 0) ?? (isKeyed(of) ? compareValues(pk.kind, a['pk'] ?? 0, b['pk'] ?? 0) : 0)
  const right = [...list].sort(compare)
  return apart(right, list, same(texts(right), texts(list)))
}

/** Whether each row is a row of the model, and comes only once. */
const isKeyed = ({ steps }: QuerysetData): boolean =>
  steps.every(
    ({ _tag }) =>
      _tag === 'filter' ||
      _tag === 'orderBy' ||
      _tag === 'slice' ||
      _tag === 'only' ||
      _tag === 'selectRelated',
  )

export const countsAgree: Check = async ({ rows, one }, of) => {
  const list = await rows(of)
  const [count, exists] = [await one(of, { _tag: 'count' }), await one(of, { _tag: 'exists' })]
  if (list === null) return null
  return apart(
    { count: list.length, exists: list.length > 0 },
    { count: count ?? list.length, exists: exists ?? list.length > 0 },
    (count === null || count === list.length) && (exists === null || exists === list.length > 0),
  )
}

export const paged: Check = async ({ rows, one }, of, [size = 2]) => {
  const n = Math.max(1, size)
  const whole = await rows(then(of, { _tag: 'slice', start: 0, stop: null }))
  if (whole === null) return null
  const pages: Array<Row> = []
  /* eslint-disable-next-line functional/no-loop-statements -- one page after the other */
  for (let start = 0; start <= whole.length; start += n) {
    const page = await rows(then(of, { _tag: 'slice', start, stop: start + n }))
    if (page === null) return null
    pages.push(...page)
  }
  if (!same(texts(whole), texts(pages))) return { expected: whole, actual: pages }
  const [first, last] = [
    await one(of, { _tag: 'first' }),
    await one(then(of, { _tag: 'reverse' }), { _tag: 'first' }),
  ]
  const ends = [whole[0] ?? null, whole.at(-1) ?? null]
  return apart(ends, [first, last], same(texts(ends), texts([first, last])))
}

export const keysAgree: Check = async ({ subject, rows, one }, of) => {
  const pk = subject.schema.models.get(of.model)?.primaryKey ?? ''
  const [list, keys] = [await rows(of), await one(of, { _tag: 'getPks' })]
  if (list === null || !Array.isArray(keys) || !isKeyed(of)) return null
  // A related row may have replaced its key.
  const own = list.map((row) => (typeof row[pk] === 'object' ? null : (row[pk] ?? null)))
  if (own.includes(null)) return null
  const bag = isBag(subject, of)
  if (!same(bag ? sorted(own) : texts(own), bag ? sorted(keys) : texts(keys)))
    return { expected: own, actual: keys }
  const found = await one(
    { model: of.model, steps: of.steps.filter(({ _tag }) => _tag !== 'slice') },
    { _tag: 'inBulk', keys: own },
  )
  return found === null || !Array.isArray(found)
    ? null
    : apart(
        sorted(own),
        sorted(found.map((each: unknown) => (Array.isArray(each) ? (each[0] as unknown) : each))),
        same(
          [...new Set(sorted(own))],
          sorted(found.map((each: unknown) => (Array.isArray(each) ? (each[0] as unknown) : each))),
        ),
      )
}

const plainAggregate = (
  name: Aggregate<QuerysetData>['name'],
  arg: ExpressionData | null,
  distinct = false,
): ExpressionData => ({
  _tag: 'aggregate',
  name,
  over: 'group',
  level: 0,
  relation: [],
  arg,
  distinct,
  filter: null,
  default: null,
  sample: false,
})

export const folded: Check = async ({ subject, rows, one }, of, [at = 0]) => {
  const model = subject.schema.models.get(of.model)
  const scope = scopeOf({ world: { schema: subject.schema } }, of)
  const columns = [...(model?.columns.values() ?? [])].filter(
    ({ kind, field }) => kind !== 'json' && kind !== 'uuid' && kind !== 'boolean' && field.codec === null,
  )
  const column = columns[at % Math.max(1, columns.length)]
  if (model === undefined || column === undefined || scope?.model !== model.name) return null
  const own = columnAt([column.name])
  const value: TypedColumn = { name: 'a', kind: column.kind, expression: own }
  const list = await rows(then(of, { _tag: 'values', columns: [value], form: 'record' }))
  if (list === null) return null
  const there = list.flatMap((row) => (row['a'] === null || row['a'] === undefined ? [] : [row['a']]))
  const ranked = [...there].sort((a, b) => compareValues(column.kind, a, b))
  const isInt = column.kind === 'int' && there.every((each) => Math.abs(Number(each)) < 2 ** 40)
  const total = there.reduce<number>((so, each) => so + Number(each), 0)
  const expected: { readonly [name: string]: Json } = {
    all: list.length,
    some: there.length,
    different: new Set(there).size,
    least: ranked[0] ?? null,
    greatest: ranked.at(-1) ?? null,
    ...(isInt ? { sum: there.length === 0 ? null : total } : {}),
  }
  const aggregates: ReadonlyArray<TypedColumn> = [
    { name: 'all', kind: 'int', expression: plainAggregate('count', null) },
    { name: 'some', kind: 'int', expression: plainAggregate('count', own) },
    { name: 'different', kind: 'int', expression: plainAggregate('count', own, true) },
    { name: 'least', kind: column.kind, expression: plainAggregate('min', own) },
    { name: 'greatest', kind: column.kind, expression: plainAggregate('max', own) },
    ...(isInt ? [{ name: 'sum', kind: column.kind, expression: plainAggregate('sum', own) }] : []),
  ]
  const actual = await one(of, { _tag: 'aggregate', aggregates })
  return actual === null ? null : apart(expected, actual, JSON.stringify(expected) === JSON.stringify(actual))
}

export const foundAgain: Check = async ({ subject, rows }, of, [at = 0, which = 0]) => {
  const model = subject.schema.models.get(of.model)
  const all: QuerysetData = { model: of.model, steps: [] }
  const list = await rows(all)
  const row = list?.[at % Math.max(1, list.length)]
  const columns = [...(model?.columns.values() ?? [])].filter(
    ({ kind, field }) => kind !== 'json' && field.codec === null,
  )
  const column = columns[which % Math.max(1, columns.length)]
  if (model === undefined || list === null || row === undefined || column === undefined) return null
  const value = row[column.name] ?? null
  const left = columnAt([column.name])
  const found = await rows(
    then(all, {
      _tag: 'filter',
      predicate:
        value === null
          ? { _tag: 'lookup', name: 'isnull', left, right: [] }
          : { _tag: 'lookup', name: 'exact', left, right: [constant(column.kind, value)] },
    }),
  )
  const expected = list.filter((each) => JSON.stringify(each[column.name] ?? null) === JSON.stringify(value))
  return found === null ? null : apart(expected, found, same(sorted(expected), sorted(found)))
}

export const distinctOnce: Check = async ({ rows }, of) => {
  if (lastOf(of)?._tag !== 'distinct' || before(of).steps.at(-1)?._tag !== 'values') return null
  const [all, once] = [await rows(before(of)), await rows(of)]
  if (all === null || once === null) return null
  return apart([...new Set(sorted(all))], sorted(once), same([...new Set(sorted(all))], sorted(once)))
}

export const withOrder = (making: Making, queryset: QuerysetData): QuerysetData => {
  const base: QuerysetData = { ...queryset, steps: queryset.steps.filter(({ _tag }) => _tag === 'filter') }
  const scope = scopeOf(making, base)
  return scope === null ? base : then(base, someOrder(making, scope))
}

export const withFilter = (_: Making, queryset: QuerysetData): QuerysetData => {
  const at = queryset.steps.findLastIndex(({ _tag }) => _tag === 'filter')
  return at === -1 ? queryset : { ...queryset, steps: queryset.steps.slice(0, at + 1) }
}

export const withDistinct = (_: Making, queryset: QuerysetData): QuerysetData => {
  const at = queryset.steps.findIndex(({ _tag }) => _tag === 'values')
  return at === -1
    ? queryset
    : then({ ...queryset, steps: queryset.steps.slice(0, at + 1) }, { _tag: 'distinct' })
}
