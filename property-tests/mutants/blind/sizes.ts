/** What is right for a few rows and wrong for many. Written on 2026-11-28, without sight of the generator. */
import { either as E, function as fn } from 'fp-ts'
import { count, filter, or, orderBy, prefetchRelated } from '../../../src/index.js'
import type { Write } from '../../../src/query/Write.js'
import type { Json, Row } from '../../../src/value/Value.js'
import { m } from '../support/models.js'
import { allOf } from '../../../src/query/Query.js'
import { asked, blindOf, fresh, gives, lookups, nodes, type BlindMutant } from './support.js'

const { pipe } = fn
const size = blindOf('size', 'writes')
const reading = blindOf('size', 'slices')

const numbers = (n: number): ReadonlyArray<number> => Array.from({ length: n }, (_, i) => i + 1)
const books = (n: number) => ({ book: numbers(n).map((i) => ({ id: i, n: i })) })
const fewer = (write: Write, n: number): Write =>
  write._tag === 'delete' ? { ...write, keys: write.keys.slice(0, n) } : write
const all = allOf({ _tag: 'model', model: 'book' })

export const sizes: ReadonlyArray<BlindMutant> = [
  reading(
    'lists of more than ten are cut',
    'the members of a list beyond the tenth are dropped',
    'https://github.com/n6g7/redux-saga-firebase/issues/1100',
    nodes((node) =>
      node._tag === 'lookup' && node.name === 'in' ? { ...node, right: node.right.slice(0, 10) } : node,
    ),
    gives(
      books(12),
      pipe(
        m.book,
        filter((b) => b.n.in(numbers(11))),
      ),
    ),
  ),
  size(
    'of more than 50 rows made, 50 are given',
    'rows are made in batches of 50, and those of the first are given back',
    null,
    {
      told: (applied, write) =>
        write._tag === 'create' ? { ...applied, rows: applied.rows.slice(0, 50) } : applied,
    },
    asked({}, async (client) => {
      const made = await client.createBulk(
        'book',
        numbers(51).map((n) => fresh('book', { n })),
      )()
      return E.map((rows: ReadonlyArray<Row>) => rows.length)(made)
    }),
  ),
  size(
    'of more than 25 keys, 25 are deleted',
    'keys beyond the twenty-fifth are left unprocessed, and counted',
    'https://github.com/sensedeep/dynamodb-onetable/issues/486',
    {
      write: (write) => fewer(write, 25),
      told: (applied, write, before) =>
        write._tag === 'delete'
          ? {
              ...applied,
              count: write.keys.filter((key) =>
                (before.rows.get(write.model) ?? []).some((row) => Object.values(row)[0] === key),
              ).length,
            }
          : applied,
    },
    asked(books(30), (client) => client.deleteBulk('book', numbers(26))()),
  ),
  size(
    'the hundred and first change is the first again',
    'changes are made in batches of 100, each with the values of the first',
    null,
    {
      write: (write) =>
        write._tag === 'update'
          ? {
              ...write,
              changes: write.changes.map(({ key }, i) => ({ key, set: write.changes[i % 100]?.set ?? {} })),
            }
          : write,
    },
    asked(books(101), (client) =>
      client.updateBulk(
        'book',
        numbers(101).map((key) => ({ key, set: { n: -key } })),
      )(),
    ),
  ),
  reading(
    'the first row of the second thousand',
    'pages of 1000 are put together, and the second begins one too late',
    'https://github.com/ammuench/extra-life-api/pull/15',
    {
      rows: (rows, query) =>
        query.slice === null && rows.length > 1000 ? rows.filter((_, i) => i !== 1000) : rows,
    },
    asked(books(1001), (client) => pipe(m.book, count(client))()),
  ),
  reading(
    'related rows of twenty parents',
    'what is related is read for the first twenty rows',
    null,
    {
      rows: (rows, query) =>
        rows.map((row, i) =>
          i < 20
            ? row
            : {
                ...row,
                ...Object.fromEntries(
                  query.related.filter(({ many }) => many).map(({ relation }) => [relation, []]),
                ),
              },
        ),
    },
    gives(
      { author: numbers(21).map((id) => ({ id })), book: [{ id: 1, author: 21 }] },
      pipe(
        m.author,
        prefetchRelated((a) => a.books),
      ),
    ),
  ),
  reading(
    'texts that begin alike',
    'texts are equal where their first 255 characters are',
    null,
    lookups(['exact', 'in'], ([a, ...others]) =>
      typeof a === 'string' && a.length > 255
        ? others.some((b) => typeof b === 'string' && b.slice(0, 255) === a.slice(0, 255))
        : null,
    ),
    gives(
      { book: [{ title: 'a'.repeat(256) }] },
      pipe(
        m.book,
        filter((b) => b.title.eq('a'.repeat(257))),
      ),
    ),
  ),
  reading(
    'more than ten rows are sorted unstably',
    'rows that are equal in the first key come the other way round where there are more than ten',
    null,
    {
      rows: (rows, query, ask) =>
        query.order.length > 1 && rows.length > 10
          ? E.getOrElse(() => rows)(
              ask({
                ...query,
                order: query.order.map((key, i) =>
                  i === 0
                    ? key
                    : {
                        ...key,
                        direction: key.direction === 'asc' ? 'desc' : 'asc',
                        nulls: key.nulls === 'first' ? 'last' : 'first',
                      },
                ),
              }),
            )
          : rows,
    },
    gives(
      { book: numbers(11).map(() => ({ n: 1 })) },
      pipe(
        m.book,
        orderBy((b) => [b.n.asc()]),
      ),
    ),
  ),
  reading(
    'more than a hundred are a hundred',
    'counting stops at 100, for the count and the total',
    null,
    {
      count: (n) => Math.min(n, 100),
      page: (page) => ({ ...page, total: page.total === null ? null : Math.min(page.total, 100) }),
    },
    asked(books(101), (client) => pipe(m.book, count(client))()),
  ),
  reading(
    'a key twice where batches meet',
    'keys are read in batches of 50, each from the last key of the one before',
    'https://github.com/nensii21/devlink/issues/1103',
    {
      getPks: (keys) =>
        keys.flatMap((key, i): ReadonlyArray<Json> =>
          i > 0 && i % 50 === 0 ? [keys[i - 1] ?? null, key] : [key],
        ),
    },
    asked(books(51), (client) => client.getPks!(all)()),
  ),
  size(
    'twenty at a time are whole',
    'a bulk of more than 20 rows is made 20 at a time: what comes before the refused ones stays',
    'https://github.com/mapbox/dyno/pull/82',
    {
      around: (right) => ({
        createBulk: (model, rows) =>
          rows.length <= 20
            ? right.createBulk(model, rows)
            : async () => {
                const made: Array<Row> = []
                for (let at = 0; at < rows.length; at += 20) {
                  const some = await right.createBulk(model, rows.slice(at, at + 20))()
                  if (E.isLeft(some)) return some
                  made.push(...some.right)
                }
                return E.right(made)
              },
      }),
    },
    asked({ author: [{ id: 1, email: 'x' }] }, (client) =>
      client.createBulk(
        'author',
        numbers(21).map((i) => fresh('author', { email: i === 21 ? 'x' : `y${i}` })),
      )(),
    ),
  ),
  size(
    "more than ten rows get each other's keys",
    'the keys of more than ten rows made at once are told the other way round',
    'https://github.com/borisdj/EFCore.BulkExtensions/issues/1629',
    {
      told: (applied, write, before) => {
        if (write._tag !== 'create' || write.rows.length <= 10) return applied
        const pk = before.schema.models.get(write.model)?.primaryKey ?? ''
        const keys = applied.rows.map((row) => row[pk] ?? null).reverse()
        return { ...applied, rows: applied.rows.map((row, i) => ({ ...row, [pk]: keys[i] ?? null })) }
      },
    },
    asked({}, (client) =>
      client.createBulk(
        'book',
        numbers(11).map((n) => fresh('book', { n })),
      )(),
    ),
  ),
  reading(
    'many alternatives are the first ones',
    'an or of more than eight conditions is cut',
    'https://github.com/wovalle/fireorm/issues/332',
    nodes((node) => (node._tag === 'or' ? { ...node, any: node.any.slice(0, 8) } : node)),
    gives(
      books(9),
      pipe(
        m.book,
        filter((b) => or(...numbers(9).map((n) => b.n.range(n, n)))),
      ),
    ),
  ),
]
