/**
 * The filters that an API declares: the columns that a caller may filter by, and the lookups. No other filters are
 * allowed.
 *
 * @since 0.2.0
 */
import type { Kind } from '../value/Value.js'
import type { BuiltInLookupName } from '../expression/Expression.js'
import type { Model, ModelColumn, ModelRelation, Schema } from '../schema/Schema.js'
import { isSuffix } from '../expression/text/suffixes.js'
import { functions } from '../expression/functions.js'
import type { AnyQueryset, Queryset } from '../queryset/Queryset.js'
import type { Within } from './overrides.js'

type Transform =
  | 'date'
  | 'year'
  | 'iso_year'
  | 'quarter'
  | 'month'
  | 'week'
  | 'day'
  | 'week_day'
  | 'iso_week_day'
  | 'time'
  | 'hour'
  | 'minute'
  | 'second'

/**
 * A lookup in a filter's declaration: `exact`, `year`, `year__gte`. `exact` has no name in a URL.
 *
 * @since 0.2.0
 */
export type FilterLookup = BuiltInLookupName | Transform | `${Transform}__${BuiltInLookupName}`

/**
 * Lookups by field. The fields of a relation come after a point: `'tracks.album'`.
 *
 * @since 0.2.0
 */
export type FilterDeclarations<R> = { readonly [F in keyof R & string]?: ReadonlyArray<FilterLookup> } & {
  readonly [path: `${string}.${string}`]: ReadonlyArray<FilterLookup> | undefined
}

/** How the value of a filter is read. @since 0.2.0 */
export type FilterValue =
  | { readonly _tag: 'boolean' }
  | { readonly _tag: 'kind'; readonly kind: Kind; readonly whole: boolean }
  | { readonly _tag: 'choice'; readonly column: ModelColumn }
  | { readonly _tag: 'key'; readonly target: string; readonly within: Within | null }

/**
 * A filter. `name` is the name of its parameter, `path` its lookup. `form` is `one` value, a `list` with commas, a
 * `range` of two, or `any` of the values of a repeated parameter.
 *
 * @since 0.2.0
 */
export interface Filter {
  readonly name: string
  readonly path: string
  readonly lookup: string
  readonly form: 'one' | 'list' | 'range' | 'any'
  readonly value: FilterValue
}

/** @since 0.2.0 */
export interface Filters {
  readonly all: ReadonlyArray<Filter>
  readonly mistakes: ReadonlyArray<string>
}

/**
 * Options of filters. `within` gives the queryset in which keys of related rows are looked up, by the relation's path.
 * `as` gives further parameters by name, each with its lookup: `{ since: 'released__year__gte' }`.
 *
 * @since 0.2.0
 */
export interface FilterOptions {
  readonly as?: { readonly [parameter: string]: string }
  readonly within?: { readonly [path: string]: Within }
}

/**
 * The filters of a view: `filters(music.track, { name: ['exact', 'icontains'], 'artist.name': ['exact'] })` allows
 * `?name=One`, `?name__icontains=on` and `?artist__name=U2`. A filter on a to-many relation holds if at least one
 * related row meets it, and each row comes once.
 *
 * A caller who can filter by a column can find out its values, even if they aren't shown. Declare only what may be
 * known.
 *
 * @example
 * import { autoId, field, schema } from 'queryset-ts'
 * import { filters } from 'queryset-ts/rest'
 * const { genre } = schema({ genre: { id: autoId, name: field.text() } })
 * console.log(filters(genre, { name: ['exact', 'icontains'] }).all.map(({ name }) => name)) // => [ 'name', 'name__icontains' ]
 *
 * @since 0.2.0
 */
export const filters = <R, A, M>(
  queryset: Queryset<R, A, M>,
  declarations: FilterDeclarations<R>,
  options: FilterOptions = {},
): Filters => anyFilters(queryset, Object.entries(declarations), options)

/** Like `filters`, without types. @since 0.2.0 */
export const anyFilters = (
  queryset: AnyQueryset,
  declarations: ReadonlyArray<readonly [string, ReadonlyArray<string> | undefined]>,
  { within = {}, as = {} }: FilterOptions = {},
): Filters => {
  const declared = declarations.flatMap(([path, lookups = []]) =>
    lookups.map((lookup) => filterOf(queryset, path.split('.'), lookup, within)),
  )
  const named = Object.entries(as).map(([name, path]): Filter | string => {
    const { fields, lookup } = partsOf(queryset, path.split('__'))
    const filter = filterOf(queryset, fields, lookup, within)
    return typeof filter === 'string' ? filter : { ...filter, name }
  })
  const found = [...declared, ...named]
  return {
    all: found.flatMap((each) => (typeof each === 'string' ? [] : [each])),
    mistakes: found.filter((each) => typeof each === 'string'),
  }
}

/** The fields and the lookup in a path with two underscores between. */
const partsOf = (
  { schema }: AnyQueryset,
  parts: ReadonlyArray<string>,
): { readonly fields: ReadonlyArray<string>; readonly lookup: string } => {
  const end = parts.findIndex((part, i) => i > 0 && isSuffix(schema, part))
  return end === -1
    ? { fields: parts, lookup: 'exact' }
    : { fields: parts.slice(0, end), lookup: parts.slice(end).join('__') }
}

interface End {
  readonly column: ModelColumn | null
  readonly relation: ModelRelation | null
}

/** The end of a path. */
const endOf = (schema: Schema, model: string, path: ReadonlyArray<string>): End | null => {
  const [head, ...tail] = path
  const at: Model | undefined = schema.models.get(model)
  if (head === undefined || at === undefined) return null
  const relation = at.relations.get(head) ?? null
  if (tail.length === 0) {
    const column = at.columns.get(head) ?? null
    return column === null && relation === null ? null : { column, relation }
  }
  return relation === null ? null : endOf(schema, relation.target, tail)
}

const filterOf = (
  queryset: AnyQueryset,
  path: ReadonlyArray<string>,
  lookup: string,
  within: { readonly [path: string]: Within },
): Filter | string => {
  const { schema, model } = queryset
  const end = endOf(schema, model, path)
  if (end === null) return `'${path.join('.')}' is not a field of ${model}`
  const parts = lookup.split('__')
  if (!parts.every((part) => isSuffix(schema, part))) return `'${lookup}' is not a lookup`
  const last = parts.at(-1) ?? ''
  const transformed =
    functions.has(last) && !comparisons.has(last) ? last : parts.length > 1 ? (parts[0] ?? null) : null
  const named = transformed === last ? 'exact' : last
  const plain = path.join('__')
  const name = lookup === 'exact' ? plain : `${plain}__${lookup}`
  const value = valueOf(end, transformed, named, within[path.join('.')] ?? null)
  const many = end.column === null && end.relation?.many === true
  const form =
    named === 'in' ? 'list' : named === 'range' ? 'range' : many && named === 'exact' ? 'any' : 'one'
  return { name, path: form === 'any' ? `${plain}__in` : name, lookup: named, form, value }
}

const comparisons: ReadonlySet<string> = new Set(
  'exact iexact contains icontains startswith istartswith endswith iendswith in gt gte lt lte range isnull regex iregex'.split(
    ' ',
  ),
)

const valueOf = (
  { column, relation }: End,
  transform: string | null,
  lookup: string,
  within: Within | null,
): FilterValue => {
  if (lookup === 'isnull') return { _tag: 'boolean' }
  if (transform !== null)
    return {
      _tag: 'kind',
      kind: transform === 'date' || transform === 'time' ? transform : 'int',
      whole: true,
    }
  if (relation !== null) return { _tag: 'key', target: relation.target, within }
  if (column === null) return { _tag: 'boolean' }
  if (column.field.choices !== null && lookup === 'exact') return { _tag: 'choice', column }
  return column.kind === 'boolean'
    ? { _tag: 'boolean' }
    : { _tag: 'kind', kind: column.kind, whole: column.kind === 'int' }
}
