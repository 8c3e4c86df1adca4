/**
 * REST services over rows in memory, each in the dialect of a preset, made so that what they answer can be spoilt: by
 * what they say of their rows, before it is spelled.
 */
import type { Json, Row } from '../../src/index.js'
import { djangoRestFramework, jsonServer, odata, postgrest, type RestStyle } from '../../src/http.js'

/** Rows by model. */
export type State = { readonly [model: string]: ReadonlyArray<Row> }

/** What a request for rows asks. */
export interface Wanted {
  readonly model: string
  readonly meets: (row: Row) => boolean
  /** The filters that the preset takes for exact: a row that doesn't meet another is one too many, and no lie. */
  readonly surely: (row: Row) => boolean
  readonly order: (a: Row, b: Row) => number
  /** The order that was asked for, where rows come in one of the service's own: nobody can look whether they do. */
  readonly asked?: Order
  readonly offset: number
  readonly limit: number
}

/** What a service says: these rows, so many in all, and more after them. */
export interface Told {
  readonly rows: ReadonlyArray<unknown>
  readonly total: unknown
  readonly next: boolean
}

export interface Dialect {
  readonly name: string
  readonly style: (size: number) => RestStyle
  /** Whether totals and next pages are told; and whether a page without a next one is the last for certain. */
  readonly tells: { readonly total: boolean; readonly next: boolean; readonly last: boolean }
  readonly read: (url: URL) => Wanted
  readonly spell: (wanted: Wanted, told: Told, url: URL) => Response
  /** The key of the row that a write is of. */
  readonly keyOf: (url: URL) => string
}

type Meets = Wanted['meets']
type Order = Wanted['order']

/** What a service would say that says what is. */
export const honest = (state: State, { model, meets, order, offset, limit }: Wanted): Told => {
  const found = (state[model] ?? []).filter(meets).sort(order)
  const rows = found.slice(offset, offset + limit)
  return { rows, total: found.length, next: offset + rows.length < found.length }
}

/** Whether it could be said of some rows: nobody can tell then from it alone that it isn't true. */
export const credible = (
  { tells }: Dialect,
  { model, surely, order: own, asked: order = own, offset, limit }: Wanted,
  { rows, total, next }: Told,
): boolean => {
  const all = rows.flatMap((row) => (isRow(model, row) ? [row] : []))
  const due = (n: number) => Math.min(limit, Math.max(0, n - offset))
  return (
    all.length === rows.length &&
    new Set(all.map(({ id }) => id)).size === all.length &&
    all.every(surely) &&
    all.every((row, i) => i === 0 || order(all[i - 1] ?? row, row) <= 0) &&
    rows.length <= limit &&
    // A page may be shorter than it was asked to be where no total says otherwise.
    (!tells.next || !next || rows.length === limit || !tells.total) &&
    (!tells.total ||
      (Number.isSafeInteger(total) &&
        (total as number) >= 0 &&
        due(total as number) === rows.length &&
        (!tells.next || !next || offset + rows.length < (total as number)) &&
        (!tells.last || next || offset + rows.length >= (total as number))))
  )
}

const isRow = (model: string, u: unknown): u is Row => {
  if (typeof u !== 'object' || u === null) return false
  const { id, name, size, live, genre } = u as { readonly [name: string]: unknown }
  const int = Number.isSafeInteger
  return (
    int(id) &&
    typeof name === 'string' &&
    (model !== 'track' ||
      ((size === null || int(size)) && typeof live === 'boolean' && (genre === null || int(genre))))
  )
}

/** A filter, and whether it is taken for exact. */
type Met = readonly [meets: Meets, sure: boolean]

const both = (all: ReadonlyArray<Met>): Pick<Wanted, 'meets' | 'surely'> => ({
  meets: and(all.map(([meets]) => meets)),
  surely: and(all.flatMap(([meets, sure]) => (sure ? [meets] : []))),
})

const and =
  (all: ReadonlyArray<Meets>): Meets =>
  (row) =>
    all.every((each) => each(row))

const byKeys =
  (keys: ReadonlyArray<{ readonly field: string; readonly down: boolean; readonly first: boolean }>): Order =>
  (a, b) => {
    for (const { field, down, first } of keys) {
      const [x, y] = [a[field] ?? null, b[field] ?? null]
      if (x === y) continue
      if (x === null || y === null) return (x === null) === first ? -1 : 1
      return x < y === down ? 1 : -1
    }
    return 0
  }

/** A value as it is compared with a parameter. */
const texted = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value))

const modelIn = ({ pathname }: URL): string => /^\/([a-z]+)/u.exec(pathname)?.[1] ?? ''

const number = (text: string | null | undefined, otherwise: number): number =>
  text === null || text === undefined ? otherwise : Number(text)

const jsonDialect: Dialect = {
  name: 'JSON Server',
  style: (size) => jsonServer({ size }),
  tells: { total: true, next: false, last: false },
  read: (url) => {
    const search = url.searchParams
    const names = [...new Set(search.keys())].filter((name) => !name.startsWith('_'))
    const meets = names.map((name): Met => {
      const [, field = name, suffix = ''] = /^(.*)_(gte|lte|like)$/u.exec(name) ?? []
      const values = search.getAll(name)
      const first = values[0] ?? ''
      const meet: Meets = (row) => {
        const value = row[field] ?? null
        if (suffix === '') return values.includes(texted(value))
        // It takes a missing value for text.
        if (suffix === 'like') return new RegExp(first, 'iu').test(texted(value))
        const [least, most] = suffix === 'gte' ? [Number(first), Infinity] : [-Infinity, Number(first)]
        return value !== null && Number(value) >= least && Number(value) <= most
      }
      return [meet, suffix !== 'like']
    })
    const fields = (search.get('_sort') ?? '').split(',').filter((each) => each !== '')
    const down = (search.get('_order') ?? '').split(',')
    return {
      model: modelIn(url),
      ...both(meets),
      order: byKeys(
        fields.map((field, i) => ({ field, down: down[i] === 'desc', first: down[i] === 'desc' })),
      ),
      offset: number(search.get('_start'), 0),
      limit: number(search.get('_limit'), 10),
    }
  },
  spell: (_, { rows, total }) => Response.json(rows, { headers: { 'x-total-count': String(total) } }),
  keyOf: ({ pathname }) => pathname.split('/')[2] ?? '',
}

const comparing: { readonly [name: string]: (a: unknown, b: number | string) => boolean } = {
  gt: (a, b) => a !== null && Number(a) > Number(b),
  gte: (a, b) => a !== null && Number(a) >= Number(b),
  lt: (a, b) => a !== null && Number(a) < Number(b),
  lte: (a, b) => a !== null && Number(a) <= Number(b),
}

const django = (pages: 'page' | 'offset' | 'cursor'): Dialect => ({
  name: `Django REST framework by ${pages}`,
  style: (size) =>
    djangoRestFramework({
      pages,
      size,
      filters: ['name', 'live', 'id__in', 'id', 'genre', 'size__gte', 'size__lt', 'name__contains'],
      ordering: pages === 'cursor' ? [] : ['id'],
    }),
  tells: { total: pages !== 'cursor', next: true, last: pages === 'page' },
  read: (url) => {
    const search = url.searchParams
    const own = new Set(['page', 'page_size', 'limit', 'offset', 'ordering', 'cursor'])
    const meets = [...search].flatMap(([name, text]): ReadonlyArray<Met> => {
      if (own.has(name)) return []
      const [field = '', lookup = ''] = name.split('__')
      const compares = comparing[lookup]
      const meet: Meets =
        lookup === 'in'
          ? (row) => text.split(',').includes(texted(row[field] ?? null))
          : lookup === 'contains'
            ? (row) =>
                texted(row[field] ?? null)
                  .toLowerCase()
                  .includes(text.toLowerCase())
            : compares !== undefined
              ? (row) => compares(row[field] ?? null, text)
              : // Some databases don't tell upper case from lower.
                (row) => texted(row[field] ?? null).toLowerCase() === text.toLowerCase()
      return [[meet, field !== 'name']]
    })
    const asked = search.get('ordering')?.split(',') ?? []
    const orderOf = (names: ReadonlyArray<string>): Order =>
      byKeys(
        names.map((each) => ({ field: each.replace('-', ''), down: each.startsWith('-'), first: false })),
      )
    const size = number(search.get('page_size'), 10)
    const at = search.get('cursor')
    return {
      model: modelIn(url),
      // Cursors say after which row, but to nobody else.
      ...both([
        ...meets,
        ...(at === null ? [] : [[(row: Row) => Number(row['id']) > Number(at), false] as const]),
      ]),
      order: orderOf(asked.length === 0 ? ['id'] : asked),
      asked: orderOf(asked),
      offset:
        pages === 'page'
          ? (number(search.get('page'), 1) - 1) * size
          : pages === 'offset'
            ? number(search.get('offset'), 0)
            : 0,
      limit: pages === 'offset' ? number(search.get('limit'), 10) : size,
    }
  },
  spell: ({ offset, limit }, { rows, total, next }, url) => {
    const following = new URL(url)
    if (pages === 'page') following.searchParams.set('page', String(offset / limit + 2))
    if (pages === 'offset') following.searchParams.set('offset', String(offset + rows.length))
    const last: unknown = rows.at(-1)
    if (pages === 'cursor' && typeof last === 'object' && last !== null && 'id' in last)
      following.searchParams.set('cursor', String(last.id))
    return rows.length === 0 && offset > 0 && pages === 'page'
      ? Response.json({ detail: 'Invalid page.' }, { status: 404 })
      : Response.json({
          ...(pages === 'cursor' ? {} : { count: total }),
          next: next ? following.href : null,
          results: rows,
        })
  },
  keyOf: ({ pathname }) => pathname.split('/')[2] ?? '',
})

const postgrestDialect: Dialect = {
  name: 'PostgREST',
  style: (size) => postgrest({ size }),
  tells: { total: true, next: false, last: false },
  read: (url) => {
    const search = url.searchParams
    const own = new Set(['order', 'offset', 'limit', 'select'])
    const meets = [...search].flatMap(([field, text]): ReadonlyArray<Met> => {
      if (own.has(field)) return []
      const [, name = '', rest = ''] = /^(not\.is|\w+)\.([^]*)$/u.exec(text) ?? []
      const compares = comparing[name]
      const among = [...rest.matchAll(/"((?:[^"\\]|\\.)*)"/gu)].map((each) => each[1] ?? '')
      const pattern = rest.replace(/^\*|\*$/gu, '').replace(/\\(.)/gu, '$1')
      const meet: Meets =
        name === 'eq'
          ? (row) => texted(row[field] ?? null) === rest && row[field] !== null
          : name === 'is'
            ? (row) => row[field] === null
            : name === 'not.is'
              ? (row) => row[field] !== null
              : name === 'in'
                ? (row) => row[field] !== null && among.includes(texted(row[field] ?? null))
                : name === 'like'
                  ? (row) => texted(row[field] ?? null).includes(pattern)
                  : (row) => compares?.(row[field] ?? null, rest) ?? false
      return [[meet, name !== 'like']]
    })
    return {
      model: modelIn(url),
      ...both(meets),
      order: byKeys(
        (search.get('order') ?? '')
          .split(',')
          .filter((each) => each !== '')
          .map((each) => {
            const [field = '', direction, nulls] = each.split('.')
            return { field, down: direction === 'desc', first: nulls === 'nullsfirst' }
          }),
      ),
      offset: number(search.get('offset'), 0),
      limit: number(search.get('limit'), 1000),
    }
  },
  spell: ({ offset }, { rows, total }, url) => {
    // Beyond the last row there is no range, unless it is the first.
    if (offset > 0 && rows.length === 0 && typeof total === 'number' && offset > total)
      return Response.json(
        { code: 'PGRST103', message: 'Requested range not satisfiable' },
        { status: 416, headers: { 'content-range': `*/${String(total)}` } },
      )
    const fields = url.searchParams.get('select')?.split(',') ?? null
    return Response.json(
      rows.map((row) =>
        fields === null || typeof row !== 'object' || row === null
          ? row
          : Object.fromEntries(Object.entries(row).filter(([name]) => fields.includes(name))),
      ),
      {
        headers: {
          'content-range': `${String(offset)}-${String(offset + rows.length - 1)}/${String(total)}`,
        },
      },
    )
  },
  keyOf: ({ searchParams }) => (searchParams.get('id') ?? '').replace('eq.', ''),
}

const odataDialect: Dialect = {
  name: 'OData',
  style: (size) => odata({ size }),
  tells: { total: true, next: true, last: false },
  read: (url) => {
    const search = url.searchParams
    const literal = (text: string): unknown =>
      text === 'null'
        ? null
        : text.startsWith("'")
          ? text.slice(1, -1).replace(/''/gu, "'")
          : JSON.parse(text)
    const term = (text: string): Met => {
      if (text.startsWith('(')) {
        const any = text.slice(1, -1).split(' or ').map(term)
        return [(row) => any.some(([each]) => each(row)), any.every(([, sure]) => sure)]
      }
      const [, called = '', left = '', quoted = ''] = /^(\w+)\((\w+),('[^]*')\)$/u.exec(text) ?? []
      if (called !== '') {
        const part = String(literal(quoted))
        return [(row) => texted(row[left] ?? null).includes(part), false]
      }
      const [, field = '', name = '', right = ''] = /^(\w+) (\w+) ([^]*)$/u.exec(text) ?? []
      const value = literal(right)
      const compares = comparing[name === 'ge' ? 'gte' : name === 'le' ? 'lte' : name]
      const meet: Meets =
        name === 'eq'
          ? (row) => row[field] === value
          : name === 'ne'
            ? (row) => row[field] !== value
            : (row) => compares?.(row[field] ?? null, Number(value)) ?? false
      return [meet, typeof value !== 'string']
    }
    const filter = search.get('$filter')
    return {
      model: modelIn(url),
      ...both(filter === null ? [] : filter.split(' and ').map(term)),
      order: byKeys(
        (search.get('$orderby') ?? '')
          .split(',')
          .filter((each) => each !== '')
          .map((each) => {
            const [field = '', direction] = each.split(' ')
            return { field, down: direction === 'desc', first: direction !== 'desc' }
          }),
      ),
      offset: number(search.get('$skip'), 0),
      limit: number(search.get('$top'), 100),
    }
  },
  // It has the whole answer in one page, so that there is no next one.
  spell: (_, { rows, total }) => Response.json({ '@odata.count': total, value: rows }),
  keyOf: ({ pathname }) => /\((.*)\)$/u.exec(pathname)?.[1] ?? '',
}

export const dialects: readonly [Dialect, ...ReadonlyArray<Dialect>] = [
  jsonDialect,
  django('page'),
  django('offset'),
  django('cursor'),
  postgrestDialect,
  { ...odataDialect, tells: { total: true, next: false, last: false } },
]
