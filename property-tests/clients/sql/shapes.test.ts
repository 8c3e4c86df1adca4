/**
 * A client that has planned and compiled a queryset like this one before sends the same statement, with the same values,
 * as a client that hasn't. Seen to fail with each of these faults planted: the slots of two constants swapped, a
 * literal left out of the key, and NUL let into a slot. The second property was seen to fail with two more: the flag of
 * `distinct` of an aggregate left out of the key, and constants left out of it. The third was seen to fail with a slot
 * within an output.
 */
import { expect } from 'chai'
import { either as E, function as fn, taskEither as TE } from 'fp-ts'
import fc from 'fast-check'
import {
  aggregate,
  and,
  annotate,
  autoId,
  belongsTo,
  caseWhen,
  count,
  difference,
  distinct,
  exists,
  field,
  filter,
  groupBy,
  intersection,
  not,
  only,
  or,
  orderBy,
  plan,
  prefetchRelated,
  selectRelated,
  valuesList,
  values,
  schema,
  slice,
  subquery,
  toArray,
  union,
  xor,
  type Client,
  type Predicate,
  type Queryset,
  type QueryError,
} from '../../../src/index.js'
import { byShape } from '../../../src/client/byShape.js'
import { allOf, anyOf } from '../../../src/expression/predicates.js'
import { sqlClient, type DialectName, type Driver, type SqlValue } from '../../../src/sql.js'
import { parameters, titled } from '../../support/runs.js'

const { pipe } = fn

const models = schema({
  album: { id: autoId, title: field.text(), year: field.int() },
  track: {
    album: field.nullable(belongsTo('album', { relatedName: 'tracks' })),
    id: autoId,
    name: field.text(),
    note: field.nullable(field.text()),
    price: field.nullable(field.decimal()),
    speed: field.nullable(field.float()),
    length: field.nullable(field.int()),
  },
})

interface Sent {
  readonly text: string
  readonly params: ReadonlyArray<SqlValue>
}

/** A database that tells what it was asked. It gives the rows that it is made with. */
const recorder = (
  dialect: DialectName,
  rows: ReadonlyArray<ReadonlyArray<unknown>> = [],
): { readonly driver: Driver; readonly sent: Array<Sent> } => {
  const sent: Array<Sent> = []
  const driver: Driver = {
    dialect,
    query: (text, params) => {
      sent.push({ text, params })
      return TE.right({ rows, affected: 0 })
    },
    transaction: (_, program) => program(driver),
    close: TE.right(undefined),
  }
  return { driver, sent }
}

const numbers = [0, -0, 1, -1, 2, 1.5, 2 ** 40, -(2 ** 53) + 1, 2 ** 53, NaN, Infinity, null]
const texts = [
  '',
  'a',
  'b',
  "it's",
  '"\\%_',
  '\0',
  'x\0y',
  '\ud800',
  'é',
  '\u{1f600}',
  'a'.repeat(2000),
  null,
]
const decimals = ['0', '1', '1.0', '1.00', '-0', '-0.0', '12.345', 'no number', null]

/** Values of the wrong kind are meant: what is an error has to be one again. */
const pick = (values: ReadonlyArray<unknown>, n: number): never => values[n % values.length] as never

const size = 9

/** A queryset of one of several shapes, with values that a number picks. */
const querysetOf = (shapes: ReadonlyArray<number>, picks: ReadonlyArray<number>, window: number) => {
  const rows = filter((t: Track) => {
    const met = shapes.map((shape, i): Predicate => {
      const n = picks[i] ?? 0
      const made = [
        () => t.id.eq(pick(numbers, n)),
        () => t.length.gt(pick(numbers, n)),
        () => t.length.lte(pick(numbers, n)),
        () => t.name.eq(pick(texts, n)),
        () => t.note.lt(pick(texts, n)),
        () => t.name.contains(pick(texts, n)),
        () => t.price.gte(pick(decimals, n)),
        () => t.speed.eq(pick(numbers, n)),
        () => t.length.in(n % 3 === 0 ? [] : [pick(numbers, n), pick(numbers, n + 1)]),
      ][shape % size]?.()
      return shape < size ? (made ?? allOf()) : not(made ?? allOf())
    })
    return window % 2 === 0 ? allOf(...met) : anyOf(...met)
  })(models.track)
  const sorted = window % 3 === 0 ? orderBy((t: Track) => [t.name.desc()])(rows) : rows
  return window % 5 === 0 ? sorted : slice((window % 4) - 1, window % 7)(sorted)
}

type Track = typeof models.track extends Queryset<infer R, infer _A, infer _M> ? R : never

type Rows = typeof models.track

/** A row whose values fit few columns. The error names one that they don't fit. */
const odd: ReadonlyArray<unknown> = Array.from({ length: 20 }, () => null)

/** What combines titles with names. */
const set = (n: number) => [union, intersection, difference][n % 3] ?? union

/** What combines rows with others. */
const sets = [
  (other: Rows) => union(other),
  (other: Rows) => intersection(other),
  (other: Rows) => difference(other),
]
const merges = [(other: Rows) => and(other), (other: Rows) => or(other), (other: Rows) => xor(other)]

type Question = (client: Client, rows: Rows, n: number, m: number) => TE.TaskEither<QueryError, unknown>

/** What is asked about rows. `n` changes what the statement says, `m` a constant only. */
const questions: ReadonlyArray<Question> = [
  (client, rows) => count(client)(rows),
  (client, rows) => exists(client)(rows),
  (client, rows, n) => pipe(rows, slice(n, 5), count(client)),
  (client, rows, n, m) =>
    pipe(
      rows,
      slice(n, 9),
      filter((t) => t.length.gt(m)),
      exists(client),
    ),
  (client, rows, n) =>
    pipe(
      rows,
      aggregate(client, (g) => ({
        n: g.count(),
        names: g.countOf((t) => t.name, { distinct: n > 1 }),
        sum: g.sum((t) => t.length.plus(n), { filter: (t) => t.length.gt(n), default: n }),
      })),
    ),
  (client, rows, n) =>
    pipe(
      rows,
      aggregate(client, (g) => ({ n: g.countOf((t) => t.name, { distinct: n > 1 }) })),
    ),
  (client, rows, n) =>
    pipe(
      rows,
      values((t) => (n > 1 ? { name: t.name } : { note: t.name })),
      toArray(client),
    ),
  (client, rows, n) =>
    pipe(
      rows,
      values((t) =>
        n > 1 ? { name: t.name, more: t.length.plus(n) } : { note: t.name, more: t.length.minus(n) },
      ),
      distinct,
      toArray(client),
    ),
  (client, rows, n, m) =>
    pipe(
      rows,
      annotate((t) => ({ far: t.album.year.minus(n), is: caseWhen([[t.length.gt(n), t.note]], t.name) })),
      filter((t) => allOf(t.far.gte(m), t.is.eq(`x${String(m)}`))),
      toArray(client),
    ),
  (client, rows, n, m) =>
    pipe(
      rows,
      groupBy(
        (t) => ({ name: t.name }),
        (g) => ({ n: g.count(), most: g.max((t) => t.length) }),
      ),
      filter((g) => (n > 1 ? g.n.gt(m) : g.most.lte(m))),
      toArray(client),
    ),
  (client, rows, n) =>
    n > 1
      ? pipe(
          rows,
          selectRelated((t) => t.album),
          toArray(client),
        )
      : toArray(client)(rows),
  (client, rows, n) => pipe(rows, n > 1 ? only('id', 'name') : only('id', 'note'), toArray(client)),
  (client, _, n, m) =>
    pipe(
      models.album,
      filter((a) => a.tracks.some((t) => allOf(t.id.eq(m), t.length.gt(a.year), t.name.eq(`y${String(m)}`)))),
      filter((a) => a.tracks.none((t) => (n > 1 ? t.id.lt(m) : t.length.lt(m)))),
      valuesList((a) => [a.title, a.tracks.count()]),
      toArray(client),
    ),
  (client, rows, n, m) =>
    pipe(
      models.album,
      filter((a) =>
        allOf(
          a.year.gt(m),
          exists(
            pipe(
              rows,
              filter((t) => allOf(t.album.eq(a.id), n > 1 ? t.length.gt(m) : t.length.gt(a.year))),
            ),
          ),
        ),
      ),
      count(client),
    ),
  (client, rows, n, m) =>
    pipe(
      models.track,
      filter((t) =>
        t.length.in(
          pipe(
            rows,
            slice(n > 1 ? 1 : 0, 2 + n),
            valuesList((o) => o.id),
          ),
        ),
      ),
      filter((t) => not(t.name.eq(`x${String(m)}`))),
      toArray(client),
    ),
  (client, rows, n, m) =>
    pipe(
      models.album,
      filter((a) =>
        a.year.lt(
          subquery(
            'int',
            pipe(
              rows,
              filter((t) => t.album.eq(a.id)),
              filter((t) => t.length.gte(m)),
              orderBy((t) => [n > 1 ? t.id.desc() : t.name.asc()]),
              valuesList((t) => t.length),
            ),
          ),
        ),
      ),
      toArray(client),
    ),
  (client, _, n, m) =>
    pipe(
      models.album,
      annotate((a) => ({
        last: subquery(
          'text',
          pipe(
            models.track,
            filter((t) => allOf(t.album.eq(a.id), t.length.gt(n))),
            valuesList((t) => t.name),
          ),
        ),
      })),
      filter((a) => a.year.eq(m)),
      toArray(client),
    ),
  (client, _, n, m) =>
    pipe(
      models.album,
      filter((a) => a.year.eq(m)),
      prefetchRelated(
        (a) => a.tracks,
        (tracks) =>
          pipe(
            tracks,
            filter((t) => allOf(t.length.gt(m), n > 1 ? t.name.eq(`y${String(m)}`) : t.id.lte(m))),
            slice(0, n + 1),
          ),
      ),
      toArray(client),
    ),
  ...[sets, merges].map(
    (ways): Question =>
      (client, rows, n, m) =>
        pipe(
          rows,
          ways[n % 3]?.(
            pipe(
              models.track,
              filter((t) => t.id.lt(m)),
            ),
          ) ?? union(rows),
          filter((t) => t.name.eq(`z${String(m)}`)),
          toArray(client),
        ),
  ),
  (client, rows, n, m) =>
    pipe(
      models.album,
      filter((a) => a.year.lt(m)),
      valuesList((a) => a.title),
      set(n)(
        pipe(
          rows,
          filter((t) => t.length.lt(m)),
          valuesList((t) => t.name),
        ),
      ),
      toArray(client),
    ),
  // The same queryset twice, and querysets that may be alike.
  (client, rows, n, m) =>
    pipe(
      rows,
      union(rows),
      n > 1 ? union(filter((t: Track) => t.id.eq(m))(models.track)) : union(rows),
      count(client),
    ),
  (client, rows, n, m) =>
    pipe(
      filter((t: Track) => anyOf(t.id.eq(m), t.length.eq(n)))(models.track),
      or(filter((t: Track) => t.id.eq(n))(models.track)),
      filter((t) => exists(filter((o: Track) => allOf(o.id.eq(n), o.length.eq(t.length)))(rows))),
      toArray(client),
    ),
]

const dialects: ReadonlyArray<DialectName> = ['postgres', 'sqlite', 'mariadb', 'mysql']

describe('statements that are used again', () => {
  it(titled('are those that would be made anew', 0.25), async () => {
    const warm = dialects.map((dialect) => {
      const { driver, sent } = recorder(dialect)
      return { dialect, sent, client: sqlClient(models, driver) }
    })
    const counts = { all: 0, sent: 0 }
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(2 * size - 1), { minLength: 1, maxLength: 3 }),
        fc.array(fc.array(fc.nat(11), { minLength: 3, maxLength: 3 }), { minLength: 4, maxLength: 6 }),
        fc.nat(40),
        async (shapes, values, window) => {
          for (const picks of values)
            for (const { dialect, sent, client } of warm) {
              const { driver, sent: expected } = recorder(dialect)
              const queryset = querysetOf(shapes, picks, window)
              const anew = await toArray(sqlClient(models, driver))(queryset)()
              sent.splice(0)
              const again = await toArray(client)(querysetOf(shapes, picks, window))()
              counts.all += 1
              counts.sent += sent.length
              expect(again).to.deep.equal(anew)
              expect(sent).to.deep.equal(expected)
            }
        },
      ),
      parameters(0.25),
    )
    // Most querysets have a statement, and are asked more than once.
    expect(counts.sent).to.be.greaterThan(counts.all / 3)
  })

  it(titled('are those that would be made anew, whatever is asked', 0.02), async () => {
    const warm = dialects.map((dialect) => {
      const { driver, sent } = recorder(dialect, [odd])
      return { dialect, sent, client: sqlClient(models, driver) }
    })
    const counts = { all: 0, sent: 0 }
    for (const question of questions)
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.nat(size - 1), { minLength: 1, maxLength: 2 }),
          fc.array(
            fc.record({
              picks: fc.array(fc.nat(11), { minLength: 2, maxLength: 2 }),
              n: fc.nat(3),
              m: fc.nat(9),
            }),
            {
              minLength: 4,
              maxLength: 9,
            },
          ),
          async (shapes, asked) => {
            for (const { picks, n, m } of asked)
              for (const { dialect, sent, client } of warm) {
                const { driver, sent: expected } = recorder(dialect, [odd])
                const ask = (of: Client) => question(of, querysetOf(shapes, picks, 40), n, m)()
                const anew = await ask(sqlClient(models, driver))
                sent.splice(0)
                const again = await ask(client)
                counts.all += 1
                counts.sent += sent.length
                expect(again).to.deep.equal(anew)
                expect(sent).to.deep.equal(expected)
              }
          },
        ),
        parameters(0.02),
      )
    expect(counts.sent).to.be.greaterThan(counts.all / 3)
  })

  it('need no new plan, whatever is asked', async () => {
    const { driver } = recorder('postgres')
    const made = sqlClient(models, driver)
    const asked = { times: 0 }
    const client: Client = {
      ...made,
      support: byShape((query) => {
        asked.times += 1
        return made.support(query)
      }),
    }
    for (const question of questions) {
      const ask = async (m: number) => {
        asked.times = 0
        await question(client, filter((t: Track) => t.id.eq(m))(models.track), 2, m)()
        return asked.times
      }
      expect(await ask(1), String(question)).to.be.greaterThan(0)
      await ask(2)
      expect(await ask(3), String(question)).to.equal(0)
    }
  })

  it('are really used again', async () => {
    const { driver, sent } = recorder('postgres')
    const client = sqlClient(models, driver)
    const plans = [1, 2, 3, 4].map((n) =>
      plan(client)(
        pipe(
          models.track,
          filter((t) => t.id.eq(n)),
        ),
      ),
    )
    const shapesOf = plans.map((each) => (E.isRight(each) ? each.right.shape : null))
    expect(shapesOf[3]).not.to.equal(null)
    // The third is made from the second.
    expect(shapesOf[2]).to.equal(shapesOf[1])
    expect(shapesOf[3]).to.equal(shapesOf[1])
    await toArray(client)(
      pipe(
        models.track,
        filter((t) => t.id.eq(7)),
      ),
    )()
    expect(sent.map(({ params }) => params)).to.deep.equal([['7']])
  })
})
