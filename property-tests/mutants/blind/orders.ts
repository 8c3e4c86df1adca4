/** Rows in the wrong order, or the wrong part of them. Written on 2026-11-28, without sight of the generator. */
import { either as E, function as fn } from 'fp-ts'
import { count, filter, groupBy, orderBy, distinct, slice, values, type Query } from '../../../src/index.js'
import type { OrderKey } from '../../../src/expression/Expression.js'
import { m } from '../support/models.js'
import type { Bug } from '../support/client.js'
import {
  and,
  asked,
  blindOf,
  both,
  call,
  column,
  define,
  gives,
  isColumn,
  kindOf,
  missing,
  not,
  queries,
  within,
  type At,
  type BlindMutant,
} from './support.js'

const { pipe } = fn
const order = blindOf('ordering', 'order')
const slicing = blindOf('slicing', 'slices')

type Key = OrderKey<Query>

const keys = (change: (keys: ReadonlyArray<Key>, query: Query, at: At) => ReadonlyArray<Key>): Bug =>
  queries((query, at) =>
    query.order.length === 0 ? query : { ...query, order: change(query.order, query, at) },
  )

const turned = (key: Key): Key => ({
  ...key,
  direction: key.direction === 'asc' ? 'desc' : 'asc',
  nulls: key.nulls === 'first' ? 'last' : 'first',
})

const units = (text: string): string =>
  Array.from({ length: text.length }, (_, i) => text.charCodeAt(i).toString(16).padStart(4, '0')).join('')

const ns = (...list: ReadonlyArray<number>) => ({ book: list.map((n) => ({ n })) })

/** Nothing but a slice is done with the rows of a model. */
const whole = (query: Query): boolean =>
  query.columns === null && query.group === null && !query.distinct && query.distinctOn === null

const five = ns(5, 4, 3, 2, 1)

export const orders: ReadonlyArray<BlindMutant> = [
  order(
    'true before false',
    'booleans are sorted the other way round',
    null,
    keys((list, _, at) =>
      list.map((key) =>
        kindOf(key.expression, at) === 'boolean'
          ? { ...key, expression: call('neg', { _tag: 'cast', to: 'int', arg: key.expression }) }
          : key,
      ),
    ),
    gives(
      { book: [{ done: true }, { done: false }] },
      pipe(
        m.book,
        orderBy((b) => [b.done.asc()]),
      ),
    ),
  ),
  order(
    'the first direction goes for all',
    'all keys but the last have the direction of the first',
    null,
    keys((list) =>
      list.map((key, i) =>
        i === 0 || i === list.length - 1 || key.direction === list[0]?.direction ? key : turned(key),
      ),
    ),
    gives(
      {
        book: [
          { n: 1, title: 'a' },
          { n: 1, title: 'b' },
        ],
      },
      pipe(
        m.book,
        orderBy((b) => [b.n.desc(), b.title.asc()]),
      ),
    ),
  ),
  order(
    'sorted by what is related, rows without it go',
    'an order by a column behind a relation joins, so that rows without a related row vanish',
    'https://github.com/jfinkels/flask-restless/issues/439',
    queries((query) => {
      const held = query.order.flatMap(({ expression }) =>
        isColumn(expression) && expression.path.length > 1
          ? [not(missing(column(...expression.path.slice(0, -1))))]
          : [],
      )
      return held.length === 0
        ? query
        : { ...query, where: query.where === null ? and(...held) : and(query.where, ...held) }
    }),
    gives(
      { author: [{ id: 1, name: 'a' }], book: [{ author: 1 }, { author: null }] },
      pipe(
        m.book,
        orderBy((b) => [b.author.name.asc()]),
      ),
    ),
  ),
  order(
    'sorted by the column, not by what is made of it',
    'an order by a computed value is by its first column',
    null,
    keys((list) =>
      list.map((key) =>
        key.expression._tag === 'call' && isColumn(key.expression.args[0])
          ? { ...key, expression: key.expression.args[0] }
          : key,
      ),
    ),
    gives(
      ns(-3, 1),
      pipe(
        m.book,
        orderBy((b) => [b.n.abs().asc()]),
      ),
    ),
  ),
  order(
    'where nulls go is heard for the first key',
    'keys after the first put what is missing where it goes by default',
    null,
    keys((list) =>
      list.map((key, i) => (i === 0 ? key : { ...key, nulls: key.direction === 'asc' ? 'last' : 'first' })),
    ),
    gives(
      { book: [{ rank: 1 }, { rank: null }] },
      pipe(
        m.book,
        orderBy((b) => [b.n.asc(), b.rank.asc({ nulls: 'first' })]),
      ),
    ),
  ),
  order(
    'fractions are no difference',
    'numbers are compared by their rounded difference',
    null,
    keys((list, _, at) =>
      list.map((key) =>
        kindOf(key.expression, at) === 'float' ? { ...key, expression: call('round', key.expression) } : key,
      ),
    ),
    gives(
      { book: [{ ratio: 0.4 }, { ratio: 0.2 }] },
      pipe(
        m.book,
        orderBy((b) => [b.ratio.asc()]),
      ),
    ),
  ),
  order(
    'text by UTF-16 units',
    'text is sorted as JavaScript does',
    null,
    both(
      {
        functions: [
          define(
            '~units',
            ([type]) => ({ kind: 'text', nullable: type?.nullable ?? true }),
            ([a]) => (typeof a === 'string' ? units(a) : (a ?? null)),
          ),
        ],
      },
      keys((list, _, at) =>
        list.map((key) =>
          kindOf(key.expression, at) === 'text'
            ? { ...key, expression: call('~units', key.expression) }
            : key,
        ),
      ),
    ),
    gives(
      { book: [{ title: '\u{1F600}' }, { title: '\uFFFD' }] },
      pipe(
        m.book,
        orderBy((b) => [b.title.asc()]),
      ),
    ),
  ),
  order(
    'the outer order chooses the page',
    'an order after a slice replaces the one before it',
    'https://github.com/dotnet/efcore/issues/15863',
    queries((query) => {
      const { from } = query
      return from._tag === 'query' &&
        from.query.slice !== null &&
        whole(from.query) &&
        query.order.length > 0 &&
        query.order.every(({ expression }) => isColumn(expression) && query.annotations.length === 0)
        ? { ...query, from: { ...from, query: { ...from.query, order: query.order, reverse: false } } }
        : query
    }),
    gives(
      {
        book: [
          { n: 1, title: 'b' },
          { n: 2, title: 'a' },
        ],
      },
      pipe(
        m.book,
        orderBy((b) => [b.n.asc()]),
        slice(0, 1),
        orderBy((b) => [b.title.asc()]),
      ),
    ),
  ),
  order(
    'groups are not sorted',
    'an order by what was aggregated is ignored',
    'https://github.com/TanStack/db/issues/466',
    queries((query) =>
      query.from._tag === 'query' && query.from.query.group !== null && query.order.length > 0
        ? { ...query, order: [] }
        : query,
    ),
    gives(
      {
        book: [
          { title: 'a', n: 1 },
          { title: 'b', n: 5 },
        ],
      },
      pipe(
        m.book,
        groupBy(
          (b) => ({ title: b.title }),
          (g) => ({ n: g.sum((b) => b.n) }),
        ),
        orderBy((g) => [g.n.desc()]),
      ),
    ),
  ),
  order(
    'keys beyond the third are ignored',
    'at most three keys are sent',
    null,
    keys((list) => list.slice(0, 3)),
    gives(
      { book: [{ rank: 2 }, { rank: 1 }] },
      pipe(
        m.book,
        orderBy((b) => [b.n.asc(), b.title.asc(), b.note.asc(), b.rank.asc()]),
      ),
    ),
  ),
  order(
    'one row is found without an order',
    'a limit of 1 is a "find one", which takes no order',
    'https://github.com/spring-projects/spring-data-mongodb/issues/1243',
    queries((query) =>
      query.slice?.limit === 1 && query.slice.offset === 0 && whole(query)
        ? { ...query, order: [], reverse: false }
        : query,
    ),
    gives(
      five,
      pipe(
        m.book,
        orderBy((b) => [b.n.asc()]),
        slice(0, 1),
      ),
    ),
  ),

  slicing(
    'a filter after a slice goes before it',
    'what is asked of a slice is asked of the rows before it',
    'https://github.com/dotnet/efcore/issues/34123',
    queries((query) => {
      const { from, where } = query
      return from._tag === 'query' &&
        from.query.slice !== null &&
        whole(from.query) &&
        where !== null &&
        query.annotations.length === 0
        ? {
            ...query,
            where: null,
            from: {
              ...from,
              query: {
                ...from.query,
                where: from.query.where === null ? where : and(from.query.where, where),
              },
            },
          }
        : query
    }),
    gives(
      ns(1, 2, 3),
      pipe(
        m.book,
        orderBy((b) => [b.n.asc()]),
        slice(0, 2),
        filter((b) => b.n.gt(1)),
      ),
    ),
  ),
  slicing(
    'a slice before distinct',
    'distinct goes over the page, not over the rows before it',
    null,
    queries((query) =>
      query.distinct && query.slice !== null
        ? { ...within({ ...query, distinct: false }), distinct: true }
        : query,
    ),
    gives(
      ns(1, 1, 2),
      pipe(
        m.book,
        values((b) => ({ n: b.n })),
        distinct,
        orderBy((b) => [b.n.asc()]),
        slice(0, 2),
      ),
      pipe(
        m.book,
        orderBy((b) => [b.n.asc()]),
        values((b) => ({ n: b.n })),
        distinct,
        slice(0, 2),
      ),
    ),
  ),
  slicing(
    'beyond the end is the last page',
    "a page that isn't there is answered by the last that is",
    'https://github.com/nestjsx/nestjs-typeorm-paginate/issues/6',
    {
      rows: (rows, query, ask) => {
        const { slice: cut } = query
        if (cut === null || cut.offset === 0 || cut.limit === null || cut.limit === 0 || rows.length > 0)
          return rows
        const { limit } = cut
        return E.getOrElse(() => rows)(
          E.flatMap(ask({ ...query, slice: null }), (all) =>
            all.length === 0
              ? E.right(rows)
              : ask({ ...query, slice: { offset: Math.floor((all.length - 1) / limit) * limit, limit } }),
          ),
        )
      },
    },
    gives(
      five,
      pipe(
        m.book,
        orderBy((b) => [b.n.asc()]),
        slice(6, 8),
      ),
    ),
  ),
  slicing(
    'one more row on the second page',
    'a row more is fetched, to know whether there are more, and given where there is an offset',
    null,
    queries((query) =>
      query.slice !== null && query.slice.offset > 0 && query.slice.limit !== null && query.slice.limit > 0
        ? { ...query, slice: { ...query.slice, limit: query.slice.limit + 1 } }
        : query,
    ),
    gives(
      five,
      pipe(
        m.book,
        orderBy((b) => [b.n.asc()]),
        slice(1, 2),
      ),
    ),
  ),
  slicing(
    'of two slices the outer counts',
    'a slice of a slice that is sorted again forgets the first limit',
    null,
    queries((query) => {
      const { from } = query
      return query.slice !== null && from._tag === 'query' && from.query.slice !== null
        ? {
            ...query,
            from: { ...from, query: { ...from.query, slice: { ...from.query.slice, limit: null } } },
          }
        : query
    }),
    gives(
      five,
      pipe(
        m.book,
        orderBy((b) => [b.n.asc()]),
        slice(0, 2),
        orderBy((b) => [b.n.desc()]),
        slice(0, 1),
      ),
    ),
  ),
  slicing(
    'an offset is the start of a page',
    "an offset becomes a page's number, rounded down",
    'https://github.com/modrinth/labrinth/issues/906',
    queries((query) =>
      query.slice !== null && query.slice.limit !== null && query.slice.limit > 0
        ? {
            ...query,
            slice: { ...query.slice, offset: query.slice.offset - (query.slice.offset % query.slice.limit) },
          }
        : query,
    ),
    gives(
      five,
      pipe(
        m.book,
        orderBy((b) => [b.n.asc()]),
        slice(1, 3),
      ),
    ),
  ),
  slicing(
    'a slice is counted by its limit',
    'the number of rows of a slice is its limit, or that of all, without the offset',
    null,
    {
      count: (n, query, ask) =>
        query.slice === null || query.slice.limit === null
          ? n
          : Math.min(
              query.slice.limit,
              E.getOrElse(() => n)(
                E.map(({ length }: ReadonlyArray<unknown>) => length)(ask({ ...query, slice: null })),
              ),
            ),
    },
    asked(five, (client) =>
      pipe(
        m.book,
        orderBy((b) => [b.n.asc()]),
        slice(4, 8),
        count(client),
      )(),
    ),
  ),
  slicing(
    'a slice loses the order of what it is of',
    'rows that are sliced after they were filtered again come by their key',
    null,
    queries((query) =>
      query.slice !== null &&
      query.order.length === 0 &&
      query.from._tag === 'query' &&
      query.from.query.order.length > 0 &&
      query.from.query.slice !== null
        ? { ...query, from: { ...query.from, query: { ...query.from.query, order: [] } } }
        : query,
    ),
    gives(
      five,
      pipe(
        m.book,
        orderBy((b) => [b.n.asc()]),
        slice(0, 4),
        filter((b) => b.n.gt(1)),
        slice(0, 2),
      ),
    ),
  ),
]
