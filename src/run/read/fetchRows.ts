/**
 * Carries out the part of a plan that is done here.
 *
 * @since 0.1.0
 */
import { either as E } from 'fp-ts'
import { meterFor, type Meter } from '../../value/Meter.js'
import type { QueryError } from '../../value/QueryError.js'
import { compare, hash } from '../../value/Order.js'
import type { Json, Row } from '../../value/Value.js'
import type { Predicate } from '../../expression/Expression.js'
import type { Client } from '../../client/Client.js'
import { pages } from '../../client/pages/pages.js'
import type { Walk } from '../../client/pages/Walk.js'
import { baseOf, conjunction, conjunctsOf } from '../../query/parts.js'
import { budgetOf } from '../../client/within.js'
import { around, layersOf, type Query } from '../../query/Query.js'
import { engine } from '../../engine/engine.js'
import type { Evaluator } from '../../query/Evaluator.js'
import { chunksOf } from '../../plan/chunks.js'
import { among, having } from '../../plan/Fetch.js'
import type { Keys, Plan, Residual } from '../../plan/Plan.js'
import { fetchAll, takes, withMost } from './fetchAll.js'
import { pool, type Pool } from '../Pool.js'

type Answered = E.Either<QueryError, ReadonlyArray<Row>>

/**
 * The rows of a plan, page by page, as values of its shape. A `Left` is the last item. One meter counts all evaluation.
 *
 * @since 0.1.0
 */
export async function* fetchRows(
  client: Client,
  planned: Plan,
  meter: Meter = meterFor(client.name, budgetOf(client, planned.query)),
  evaluator: Evaluator = engine,
): AsyncGenerator<Answered, void, undefined> {
  if (planned.residual === null) yield* pages(client, planned.walk, meter)
  else yield* rest(client, planned, planned.residual, meter, evaluator)
}

async function* rest(
  client: Client,
  planned: Plan,
  residual: Residual,
  meter: Meter,
  evaluator: Evaluator,
): AsyncGenerator<Answered, void, undefined> {
  const known = pool(client.schema)
  const now = new Date().toISOString()
  const on = (at: Pool, base: ReadonlyArray<Row>) => (query: Query) =>
    evaluator.on({ schema: client.schema, source: at, now, meter }, query, base, residual.given)
  const keys = await keysOf(client, residual, meter, evaluator)
  if (E.isLeft(keys)) {
    yield keys
    return
  }
  const found = await fetchAll(client, known, residual.others, [], meter)
  if (E.isLeft(found)) {
    yield found
    return
  }
  const { carry, putBack } = carrying(client, planned, residual)
  const { sieve } = residual
  const pushed = { all: [] as Array<Row>, seen: new Set<unknown>() }
  const pk = client.schema.models.get(baseOf(planned.pushed))?.primaryKey ?? 'id'
  const kind = client.schema.models.get(baseOf(planned.pushed))?.columns.get(pk)?.kind ?? 'int'
  const own = hash(kind)
  const slice = residual.query.slice ?? { offset: 0, limit: null }
  const left = { skip: slice.offset, take: slice.limit ?? Infinity }
  /* eslint-disable functional/no-loop-statements -- one turn a page */
  for (const walk of walksOf(client, planned, residual, keys.right)) {
    if (sieve?.until === 0) break
    for await (const page of pages(client, walk, meter)) {
      if (E.isLeft(page)) {
        yield page
        return
      }
      const at = residual.streams ? known.fork() : known
      const come = carry(page.right)
      const fresh =
        residual.streams || !residual.keyed
          ? come
          : come.filter((row) => {
              const id = own(row[pk] ?? null)
              return pushed.seen.has(id) ? false : (pushed.seen.add(id), true)
            })
      const sifted = sieve === null ? E.right(fresh) : await sift(client, at, sieve, fresh, { on, pk, meter })
      if (E.isLeft(sifted)) {
        yield sifted
        return
      }
      if (residual.streams) {
        const skipped = sifted.right.slice(left.skip)
        left.skip = Math.max(0, left.skip - sifted.right.length)
        const taken = skipped.slice(0, left.take)
        left.take -= taken.length
        const hopped = await fetchAll(client, at, residual.hops, taken, meter)
        const answered = E.isLeft(hopped)
          ? hopped
          : on(at, taken)({ ...residual.query, where: null, slice: null, order: [] })
        yield E.map(putBack)(answered)
        if (E.isLeft(answered) || left.take <= 0) return
      } else {
        sifted.right.forEach((row) => pushed.all.push(row))
        if (sieve !== null && sieve.until !== null && pushed.all.length >= sieve.until) break
      }
    }
  }
  /* eslint-enable functional/no-loop-statements */
  if (residual.streams) return
  const order = compare(kind)
  const base =
    planned.pushed.order.length > 0 || !residual.keyed
      ? pushed.all
      : [...pushed.all].sort((a, b) => order(a[pk] ?? null, b[pk] ?? null))
  if (residual.keyed && planned.pushed.fields === null)
    known.add(baseOf(planned.pushed), asStored(client, planned.pushed, base))
  if (isWhole(planned, residual)) known.setWhole(baseOf(planned.pushed))
  const hopped = await fetchAll(client, known, residual.hops, base, meter)
  yield E.isLeft(hopped) ? hopped : E.map(putBack)(on(known, base)(withKeys(residual, keys.right)))
}

/** Functions that take related rows off the rows that they come with, and put them back at the end. */
const carrying = (client: Client, { pushed }: Plan, { carried, restored }: Residual) => {
  if (carried === null)
    return {
      carry: (rows: ReadonlyArray<Row>) => named(restored, rows),
      putBack: (rows: ReadonlyArray<Row>) => rows,
    }
  const { relations, key, added } = carried
  const own = hash(client.schema.models.get(baseOf(pushed))?.columns.get(key)?.kind ?? 'int')
  const known = new Map<unknown, Row>()
  return {
    carry: (rows: ReadonlyArray<Row>): ReadonlyArray<Row> => {
      // A related row may come in the place of the key by which it is found again.
      const bare = named(
        restored,
        rows.map((row) => without(row, relations)),
      )
      rows.forEach((row, i) => known.set(own(bare[i]?.[key] ?? null), only(row, relations)))
      return bare
    },
    putBack: (rows: ReadonlyArray<Row>): ReadonlyArray<Row> =>
      rows.map((row) => ({
        ...(added ? without(row, [key]) : row),
        ...known.get(own(row[key] ?? null)),
      })),
  }
}

const only = (row: Row, names: ReadonlyArray<string>): Row =>
  Object.fromEntries(names.map((name) => [name, row[name] ?? null]))

const without = (row: Row, names: ReadonlyArray<string>): Row =>
  Object.fromEntries(Object.entries(row).filter(([name]) => !names.includes(name)))

/** Gives the columns of rows their own names back. */
const named = (restored: Residual['restored'], rows: ReadonlyArray<Row>): ReadonlyArray<Row> =>
  restored.length === 0
    ? rows
    : rows.map((row) => {
        const own: { [name: string]: Json } = { ...row }
        restored.forEach(({ name, as }) => {
          own[name] = row[as] ?? null
          Reflect.deleteProperty(own, as)
        })
        return own
      })

/** Rows without the columns that were computed for them. */
const asStored = (client: Client, pushed: Query, rows: ReadonlyArray<Row>): ReadonlyArray<Row> => {
  const columns = client.schema.models.get(baseOf(pushed))?.columns
  return pushed.annotations.length === 0 || columns === undefined
    ? rows
    : rows.map((row) => Object.fromEntries([...columns.keys()].map((name) => [name, row[name] ?? null])))
}

/** Whether the fetched rows are all rows of the model. */
const isWhole = ({ pushed, walk }: Plan, { before, sieve, keyed }: Residual): boolean =>
  keyed &&
  before.length === 0 &&
  sieve === null &&
  pushed.where === null &&
  pushed.slice === null &&
  pushed.fields === null &&
  walk.most === null

interface Sifting {
  readonly on: (at: Pool, base: ReadonlyArray<Row>) => (query: Query) => Answered
  readonly pk: string
  readonly meter: Meter
}

/** The rows that pass a sieve. */
const sift = async (
  client: Client,
  at: Pool,
  { query, hops }: NonNullable<Residual['sieve']>,
  rows: ReadonlyArray<Row>,
  { on, pk, meter }: Sifting,
): Promise<Answered> => {
  if (query === null) return E.right(rows)
  const hopped = await fetchAll(client, at, hops, rows, meter)
  if (E.isLeft(hopped)) return hopped
  return E.map((passed: ReadonlyArray<Row>): ReadonlyArray<Row> => {
    const keys = new Set(passed.map((row) => row[pk] ?? null))
    return rows.filter((row) => keys.has(row[pk] ?? null))
  })(on(at, rows)(query))
}

/** The values that are requested first, for each of the columns. */
const keysOf = async (
  client: Client,
  { before }: Residual,
  meter: Meter,
  evaluator: Evaluator,
): Promise<E.Either<QueryError, ReadonlyArray<ReadonlyArray<Json>>>> => {
  const all: Array<ReadonlyArray<Json>> = []
  /* eslint-disable functional/no-loop-statements -- one after the other, and no further once there are none */
  for (const { kind, plan, values: given } of before) {
    const own = hash(kind)
    const values = new Map(given.map((value): [unknown, Json] => [own(value), value]))
    if (plan !== null && all.every((each) => each.length > 0))
      for await (const page of fetchRows(client, plan, meter, evaluator)) {
        if (E.isLeft(page)) return page
        page.right.forEach((row) => {
          const value = Object.values(row)[0] ?? null
          if (value !== null) values.set(own(value), value)
        })
      }
    all.push([...values.values()])
  }
  /* eslint-enable functional/no-loop-statements */
  return E.right(all)
}

/**
 * How many of the conditions on keys are used. Only the first one can be asked in parts, so none are used after one
 * that has too many values.
 */
const askedOf = (before: ReadonlyArray<Keys>, keys: ReadonlyArray<ReadonlyArray<Json>>): number => {
  const long = before.findIndex(({ chunk, upTo }, i) => (keys[i] ?? []).length > (i === 0 ? upTo : chunk))
  return long === -1 ? before.length : long
}

/** The walks through the rows to fetch: one, or one for each chunk of the values that were requested first. */
const walksOf = (
  client: Client,
  { walk, pushed }: Plan,
  { before, walks }: Residual,
  keys: ReadonlyArray<ReadonlyArray<Json>>,
): ReadonlyArray<Walk> => {
  const [first] = before
  const [values] = keys
  if (first === undefined || values === undefined) return [walk]
  if (keys.some((each) => each.length === 0)) return []
  const asked = askedOf(before, keys)
  const own = walks[asked] ?? walk
  const meeting = (parts: ReadonlyArray<Predicate<Query>>) => conjunction([...conjunctsOf(pushed), ...parts])
  if (asked === 0) return [{ ...own, query: { ...own.query, where: meeting([]) } }]
  const others = before.slice(1, asked).map((each, i) => having(each, keys[i + 1] ?? []))
  const asking = (chunk: ReadonlyArray<Json>): Query => ({
    ...own.query,
    where: meeting([having(first, chunk), ...others]),
  })
  const isTaken = (chunk: ReadonlyArray<Json>) => takes(client, asking(chunk))
  return chunksOf(values, first.chunk, isTaken).map((chunk) =>
    withMost({ ...own, query: asking(chunk) }, first.unique ? chunk.length : null),
  )
}

/**
 * The query to evaluate here. If the client may give too many rows, it includes the values that were requested first.
 */
const withKeys = (residual: Residual, keys: ReadonlyArray<ReadonlyArray<Json>>): Query => {
  const asked = askedOf(residual.before, keys)
  const more = residual.before.flatMap(({ column, kind, fidelity }, i): ReadonlyArray<Predicate<Query>> =>
    fidelity === 'exact' && i < asked ? [] : [among(column, kind, keys[i] ?? [])],
  )
  if (more.length === 0) return residual.query
  const [own, ...outer] = layersOf(residual.query).slice(residual.given)
  // At least one pass is left.
  return own === undefined
    ? residual.query
    : outer.reduce(around, { ...own, where: conjunction([...more, ...conjunctsOf(own)]) })
}
