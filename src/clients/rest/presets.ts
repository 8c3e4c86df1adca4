/**
 * Descriptions of common services. They include only what is certain for each of them in its default setup. If yours
 * does more, spread the preset and override it.
 *
 * @since 0.1.0
 */
import type { Json, Kind } from '../../value/Value.js'
import type { LookupName } from '../../expression/Expression.js'
import { isJson } from '../http/isJson.js'
import {
  segmentOf,
  type RestFilter,
  type RestItem,
  type RestRefusal,
  type RestResponse,
  type RestStyle,
} from './RestStyle.js'

const plain: ReadonlyArray<Kind> = ['text', 'int', 'boolean']

/** A value as it is written in a parameter. */
const spelled = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value))

const first = (values: ReadonlyArray<Json>): string => spelled(values[0] ?? null)

const bySegment = (key: Json): RestItem | null => {
  const segment = segmentOf(key)
  return segment === null ? null : { path: `/${segment}`, params: [] }
}

const member =
  (name: string) =>
  (body: unknown): unknown =>
    isJson(body) ? body[name] : undefined

const numberIn = (u: unknown): number | null =>
  Number.isSafeInteger(u) && (u as number) >= 0 ? (u as number) : null // just tested

const textIn = (u: unknown): string | null => (typeof u === 'string' && u !== '' ? u : null)

const same = (body: unknown): unknown => body

/**
 * [JSON Server](https://github.com/typicode/json-server) 0.17.
 *
 * Equality of texts, ints and booleans, and ranges of ints, are exact. `_like` ignores case, so `contains` is a
 * superset. It sorts texts by UTF-16, so orders are only supported on ints and booleans. A parameter that occurs twice
 * means either of the two values. It ignores filters on columns that no row has, so all rows must have all columns. A
 * delete also deletes all rows whose `…Id` then leads nowhere.
 *
 * @since 0.1.0
 */
export const jsonServer = (options: { readonly size?: number } = {}): RestStyle => {
  // These names are its own parameters.
  const may = (field: string) => !/^(?:q|callback)$|^_|_(?:lte|gte|ne|like)$/u.test(field)
  const filter = (
    kinds: ReadonlyArray<Kind>,
    fidelity: RestFilter['fidelity'],
    spell: (field: string, values: ReadonlyArray<Json>) => ReadonlyArray<readonly [string, string]> | null,
  ): ReadonlyArray<RestFilter> => [
    { kinds, fidelity, spell: (field, values) => (may(field) ? spell(field, values) : null) },
  ]
  // Beyond these limits there is no next int.
  const moved = (suffix: string, by: number) => (field: string, values: ReadonlyArray<Json>) => {
    const n = values[0]
    return typeof n === 'number' && Number.isSafeInteger(n + by)
      ? [[`${field}${suffix}`, String(n + by)] as const]
      : null
  }
  const like = (before: string, after: string) => (field: string, values: ReadonlyArray<Json>) =>
    typeof values[0] === 'string'
      ? [[`${field}_like`, `${before}${values[0].replace(/[\\^$.*+?()[\]{}|/]/gu, '\\$&')}${after}`] as const]
      : null
  return {
    filters: {
      exact: filter(plain, 'exact', (field, values) => [[field, first(values)]]),
      in: filter(plain, 'exact', (field, values) => values.map((value) => [field, spelled(value)] as const)),
      gte: filter(['int'], 'exact', moved('_gte', 0)),
      lte: filter(['int'], 'exact', moved('_lte', 0)),
      gt: filter(['int'], 'exact', moved('_gte', 1)),
      lt: filter(['int'], 'exact', moved('_lte', -1)),
      contains: filter(['text'], 'superset', like('', '')),
      startswith: filter(['text'], 'superset', like('^', '')),
      endswith: filter(['text'], 'superset', like('', '$')),
    },
    repeats: false,
    joined: null,
    order: (keys) =>
      keys.every(
        ({ field, kind, nullable, direction, nulls }) =>
          may(field) &&
          (kind === 'int' || kind === 'boolean') &&
          (!nullable || nulls === (direction === 'asc' ? 'last' : 'first')),
      )
        ? [
            ['_sort', keys.map(({ field }) => field).join(',')],
            ['_order', keys.map(({ direction }) => direction).join(',')],
          ]
        : null,
    pages: {
      by: 'offset',
      size: options.size ?? 100,
      params: (offset, limit) => [
        ['_start', String(offset)],
        ['_limit', String(limit)],
      ],
    },
    next: null,
    total: ({ headers }) => countIn(headers.get('x-total-count')),
    rows: same,
    select: null,
    collection: (path) => path,
    item: bySegment,
    row: same,
    changed: null,
    headers: {},
    // Its parser turns longer lists into an object.
    maxMembers: 20,
  }
}

const strippable = /^[\s\x1c-\x1f\x85]|[\s\x1c-\x1f\x85]$|\0/u

const countIn = (header: string | null): number | null =>
  header !== null && /^\d{1,15}$/u.test(header) ? Number(header) : null

/**
 * The messages of a serializer, by field. They come without their codes. Some codes can be recognised from the text.
 */
const refusedByDjango = (body: unknown): ReadonlyArray<RestRefusal> | null => {
  if (!isJson(body)) return null
  const told = Object.entries(body).flatMap(([name, messages]): ReadonlyArray<RestRefusal | null> =>
    Array.isArray(messages) && messages.length > 0
      ? messages.map((message) =>
          typeof message === 'string'
            ? {
                field: name === 'non_field_errors' ? null : name,
                code: codes.find(([words]) => words.test(message))?.[1] ?? 'invalid',
                // The given value is in quotes.
                message: message.replace(/".*"/gsu, '"…"').slice(0, longestMessage),
              }
            : null,
        )
      : [null],
  )
  const all = told.flatMap((each) => (each === null ? [] : [each]))
  return all.length > 0 && all.length === told.length ? all : null
}

const longestMessage = 500

const codes: ReadonlyArray<readonly [RegExp, string]> = [
  [/^This field is required\.$/u, 'required'],
  [/^This field may not be null\.$/u, 'null'],
  [/^This field may not be blank\.$/u, 'blank'],
  [/^This field must be unique\.$| already exists\.$| must make a unique set\.$/u, 'unique'],
]

/**
 * [Django REST framework](https://www.django-rest-framework.org/) with its own pages, by `page` (`?page=`), `offset` or
 * `cursor`.
 *
 * It ignores filters that a view doesn't have, so only those are sent that you name in `filters`, by model and with the
 * service's names (`name`, `name__in`, `year__gte`). The same applies to the fields to order by, in `ordering`. The
 * parameters are those of django-filter and `OrderingFilter`.
 *
 * @since 0.1.0
 */
export const djangoRestFramework = (
  options: {
    readonly pages?: 'page' | 'offset' | 'cursor'
    readonly size?: number
    readonly filters?: ReadonlyArray<string>
    readonly ordering?: ReadonlyArray<string>
  } = {},
): RestStyle => {
  const { pages = 'page', size = 100, filters = [], ordering = [] } = options
  const named = (lookup: LookupName) => (field: string) => {
    const name = lookup === 'exact' ? field : `${field}__${lookup}`
    return filters.includes(name) ? name : null
  }
  const one = (lookup: LookupName, kinds: ReadonlyArray<Kind>): ReadonlyArray<RestFilter> => [
    {
      kinds,
      fidelity: 'exact',
      spell: (field, values) => {
        const name = named(lookup)(field)
        // django-filter ignores an empty parameter, and strips white space around text. Python counts more characters
        // as white space. NUL is refused.
        const value = first(values)
        return name === null || value === '' || strippable.test(value) ? null : [[name, value]]
      },
    },
  ]
  const among = (all: ReadonlyArray<RestFilter>): ReadonlyArray<RestFilter> =>
    all.map((each) => ({ ...each, fidelity: 'superset' }))
  const ordered: ReadonlyArray<Kind> = ['int', 'decimal', 'date']
  return {
    filters: {
      exact: [
        ...one('exact', ['int', 'decimal', 'date', 'uuid', 'boolean']),
        // MySQL ignores case.
        ...among(one('exact', ['text'])),
      ],
      in: [
        {
          kinds: ['int', 'uuid'],
          fidelity: 'exact',
          spell: (field, values) => {
            const name = named('in')(field)
            return name === null || values.length === 0 ? null : [[name, values.map(spelled).join(',')]]
          },
        },
      ],
      gt: one('gt', ordered),
      gte: one('gte', ordered),
      lt: one('lt', ordered),
      lte: one('lte', ordered),
      // SQLite ignores case here too.
      contains: among(one('contains', ['text'])),
      startswith: among(one('startswith', ['text'])),
      endswith: among(one('endswith', ['text'])),
    },
    repeats: false,
    joined: null,
    // The position of missing values, and the comparison of texts, depend on the database.
    order: (keys) =>
      keys.every(
        ({ field, kind, nullable }) => ordering.includes(field) && !nullable && ordered.includes(kind),
      )
        ? [
            [
              'ordering',
              keys.map(({ field, direction }) => `${direction === 'asc' ? '' : '-'}${field}`).join(','),
            ],
          ]
        : null,
    pages:
      pages === 'offset'
        ? {
            by: 'offset',
            size,
            full: true,
            params: (offset, limit) => [
              ['limit', String(limit)],
              ['offset', String(offset)],
            ],
          }
        : pages === 'page'
          ? {
              by: 'page',
              size,
              params: (page, each) => [
                ['page', String(page + 1)],
                ['page_size', String(each)],
              ],
            }
          : { by: 'next', size, full: true, params: (each) => [['page_size', String(each)]] },
    next: ({ body }) => textIn(member('next')(body)),
    total: pages === 'cursor' ? null : ({ body }) => numberIn(member('count')(body)),
    rows: member('results'),
    select: null,
    collection: (path) => `${path}/`,
    item: (key) => {
      const segment = segmentOf(key)
      // Its routes have no such keys, and a decoded key could lead to another path.
      return segment === null || /[/.]/u.test(spelled(key)) ? null : { path: `${segment}/`, params: [] }
    },
    row: same,
    changed: null,
    headers: { accept: 'application/json' },
    refusals: (status, body) => (status === 400 ? refusedByDjango(body) : null),
    maxMembers: 100,
  }
}

/**
 * [PostgREST](https://postgrest.org/). Equality and `is null` are exact. Ranges and orders are supported on numbers and
 * dates, since texts are sorted by the database's collation. `contains` is a superset, since `*` can't be told from
 * `%`.
 *
 * @since 0.1.0
 */
export const postgrest = (options: { readonly size?: number } = {}): RestStyle => {
  const equal: ReadonlyArray<Kind> = ['text', 'int', 'decimal', 'boolean', 'date', 'uuid']
  const ordered: ReadonlyArray<Kind> = ['int', 'decimal', 'date']
  // Names that are its own parameters, operators, or those of another resource.
  const may = (field: string) =>
    !/^(?:select|order|limit|offset|columns|on_conflict|and|or|not)$|\./u.test(field)
  const filter = (
    kinds: ReadonlyArray<Kind>,
    fidelity: RestFilter['fidelity'],
    value: (values: ReadonlyArray<Json>) => string | null,
  ): ReadonlyArray<RestFilter> => [
    {
      kinds,
      fidelity,
      spell: (field, values) => {
        const text = value(values)
        return text === null || !may(field) ? null : [[field, text]]
      },
    },
  ]
  const quoted = (value: Json) => `"${spelled(value).replace(/["\\]/gu, '\\$&')}"`
  const like = (before: string, after: string) => (values: ReadonlyArray<Json>) =>
    `like.${before}${first(values).replace(/[\\%_]/gu, '\\$&')}${after}`
  // JSON has its own null.
  const all: ReadonlyArray<Kind> = [...equal, 'float', 'datetime', 'time']
  return {
    filters: {
      exact: filter(equal, 'exact', (values) => `eq.${first(values)}`),
      in: filter(equal, 'exact', (values) => `in.(${values.map(quoted).join(',')})`),
      isnull: filter(all, 'exact', ([is]) => (is === true ? 'is.null' : 'not.is.null')),
      gt: filter(ordered, 'exact', (values) => `gt.${first(values)}`),
      gte: filter(ordered, 'exact', (values) => `gte.${first(values)}`),
      lt: filter(ordered, 'exact', (values) => `lt.${first(values)}`),
      lte: filter(ordered, 'exact', (values) => `lte.${first(values)}`),
      contains: filter(['text'], 'superset', like('*', '*')),
      startswith: filter(['text'], 'superset', like('', '*')),
      endswith: filter(['text'], 'superset', like('*', '')),
    },
    repeats: true,
    joined: null,
    order: (keys) =>
      keys.every(({ kind }) => ordered.includes(kind) || kind === 'boolean' || kind === 'uuid')
        ? [
            [
              'order',
              keys.map(({ field, direction, nulls }) => `${field}.${direction}.nulls${nulls}`).join(','),
            ],
          ]
        : null,
    pages: {
      by: 'offset',
      size: options.size ?? 1000,
      params: (offset, limit) => [
        ['offset', String(offset)],
        ['limit', String(limit)],
      ],
    },
    next: null,
    total: ({ headers }) => countIn((headers.get('content-range') ?? '').split('/')[1] ?? null),
    rows: same,
    select: (fields) => [['select', fields.join(',')]],
    collection: (path) => path,
    item: (key, _, field) =>
      // It ignores a filter with an empty value, so all rows would be written.
      may(field) && (typeof key === 'string' || typeof key === 'number')
        ? { path: '', params: [[field, `eq.${spelled(key)}`]] }
        : null,
    row: (body) => (Array.isArray(body) ? (body as ReadonlyArray<unknown>)[0] : body),
    changed: (body) => Array.isArray(body) && body.length > 0,
    headers: { prefer: 'count=exact, return=representation' },
    // They are in the URL, for which many proxies allow 8,000 characters. A UUID takes 45 with its delimiters, and a
    // text in another script nine for each character.
    maxMembers: 50,
  }
}

/**
 * [OData](https://www.odata.org/) 4. Ints, booleans, UUIDs and dates are compared exactly. The comparison of texts
 * depends on the database, so filters on text are supersets. Missing values come first, so an order must use fields
 * without missing values, or request them first.
 *
 * @since 0.1.0
 */
export const odata = (options: { readonly size?: number } = {}): RestStyle => {
  const exact: ReadonlyArray<Kind> = ['int', 'boolean', 'uuid', 'date']
  const ordered: ReadonlyArray<Kind> = ['int', 'date']
  const literal = (value: Json, kind: Kind): string =>
    kind === 'text' && typeof value === 'string' ? `'${value.replace(/'/gu, "''")}'` : spelled(value)
  const filter = (
    kinds: ReadonlyArray<Kind>,
    fidelity: RestFilter['fidelity'],
    text: (field: string, values: ReadonlyArray<Json>, kind: Kind) => string,
  ): RestFilter => ({
    kinds,
    fidelity,
    spell: (field, values, kind) => [['$filter', text(field, values, kind)]],
  })
  const operator =
    (name: string) =>
    (field: string, [value]: ReadonlyArray<Json>, kind: Kind): string =>
      `${field} ${name} ${literal(value ?? null, kind)}`
  const called =
    (name: string) =>
    (field: string, [value]: ReadonlyArray<Json>): string =>
      `${name}(${field},${literal(value ?? null, 'text')})`
  const among = (field: string, values: ReadonlyArray<Json>, kind: Kind): string =>
    `(${values.map((value) => operator('eq')(field, [value], kind)).join(' or ')})`
  return {
    filters: {
      exact: [filter(exact, 'exact', operator('eq')), filter(['text'], 'superset', operator('eq'))],
      in: [filter(exact, 'exact', among), filter(['text'], 'superset', among)],
      isnull: [
        filter([...exact, 'text', 'decimal', 'float', 'datetime', 'time'], 'exact', (field, [is]) =>
          is === true ? `${field} eq null` : `${field} ne null`,
        ),
      ],
      gt: [filter(ordered, 'exact', operator('gt'))],
      gte: [filter(ordered, 'exact', operator('ge'))],
      lt: [filter(ordered, 'exact', operator('lt'))],
      lte: [filter(ordered, 'exact', operator('le'))],
      contains: [filter(['text'], 'superset', called('contains'))],
      startswith: [filter(['text'], 'superset', called('startswith'))],
      endswith: [filter(['text'], 'superset', called('endswith'))],
    },
    repeats: true,
    joined: { name: '$filter', by: ' and ' },
    order: (keys) =>
      keys.every(
        ({ kind, nullable, direction, nulls }) =>
          ordered.includes(kind) && (!nullable || nulls === (direction === 'asc' ? 'first' : 'last')),
      )
        ? [['$orderby', keys.map(({ field, direction }) => `${field} ${direction}`).join(',')]]
        : null,
    pages: {
      by: 'offset',
      size: options.size ?? 100,
      full: true,
      params: (offset, limit) => [
        ['$skip', String(offset)],
        ['$top', String(limit)],
        ['$count', 'true'],
      ],
    },
    next: ({ body }: RestResponse) => textIn(member('@odata.nextLink')(body)),
    total: ({ body }) => numberIn(member('@odata.count')(body)),
    rows: member('value'),
    select: (fields) => [['$select', fields.join(',')]],
    collection: (path) => path,
    item: (key, kind) => {
      const segment = segmentOf(typeof key === 'string' ? literal(key, kind) : key)
      // Otherwise it may create a missing row from the changes.
      return segment === null ? null : { path: `(${segment})`, params: [], headers: { 'if-match': '*' } }
    },
    row: same,
    changed: null,
    headers: { accept: 'application/json', prefer: 'return=representation' },
    maxMembers: 20,
  }
}
