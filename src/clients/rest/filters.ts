/**
 * The filters of a query as parameters of a URL, with the fidelity of each.
 *
 * @since 0.2.0
 */
import type { Predicate } from '../../expression/Expression.js'
import type { Query } from '../../query/Query.js'
import type { Fidelity } from '../../client/Support.js'
import { ownField } from '../../expression/ownField.js'
import { searchOf, type Params, type RestFilter, type RestStyle } from './RestStyle.js'
import type { Resource } from './Resource.js'

interface SentFilter {
  readonly fidelity: Fidelity
  readonly params: Params
}

const not: SentFilter = { fidelity: 'unsupported', params: [] }

interface SentFilters {
  readonly spelled: ReadonlyArray<SentFilter>
  /** Whether no row can meet all of the conditions. */
  readonly nothing: boolean
}

/**
 * The filters for several conditions. If a service doesn't combine repeated parameters by "and", each parameter is sent
 * once. The lists of values for a field are intersected. Of other conditions on the same parameter, only one is sent.
 */
export const filtersOf = (
  style: RestStyle,
  reserved: ReadonlySet<string>,
  resource: Resource,
  where: ReadonlyArray<Predicate<Query>>,
): SentFilters => {
  const used = new Set<string>()
  const among = new Map<string, { at: number; lookup: Lookup }>()
  const all: Array<SentFilter> = []
  const told = { nothing: false }
  where.forEach((predicate, i) => {
    const spelled = filterOf(style, resource, predicate)
    const names = spelled.params.map(([name]) => name)
    const lookup = membershipOf(predicate)
    const field = lookup === null ? null : ownField(lookup.left)
    const earlier = style.repeats || field === null ? undefined : among.get(field)
    if (names.some((name) => reserved.has(name))) all.push(not)
    else if (earlier !== undefined && lookup !== null && spelled !== not) {
      const both = common(earlier.lookup, lookup)
      told.nothing = told.nothing || both.right.length === 0
      if (both.right.length > 0) all[earlier.at] = filterOf(style, resource, both)
      earlier.lookup = both
      all.push({ ...spelled, params: [] })
    } else if (!style.repeats && names.some((name) => used.has(name))) all.push(not)
    else {
      names.forEach((name) => used.add(name))
      if (lookup !== null && field !== null && spelled !== not) among.set(field, { at: i, lookup })
      all.push(spelled)
    }
  })
  return { spelled: all, nothing: told.nothing }
}

type Lookup = Extract<Predicate<Query>, { readonly _tag: 'lookup' }>

const membershipOf = (predicate: Predicate<Query>): Lookup | null =>
  predicate._tag === 'lookup' && (predicate.name === 'exact' || predicate.name === 'in') ? predicate : null

/** The values of a field that both lists allow. They are plain values. */
const common = (a: Lookup, b: Lookup): Lookup => {
  const valuesOf = ({ right }: Lookup) => right.map((each) => (each._tag === 'const' ? each.value : null))
  const others = new Set(valuesOf(b))
  const right = a.right.filter((_, i) => others.has(valuesOf(a)[i] ?? null))
  return { ...a, name: right.length === 1 ? 'exact' : 'in', right }
}

/** The maximum number of characters of a list in a URL. Few proxies accept more than 8,000 characters in a URL. */
const longestList = 6000

const filterOf = (
  style: RestStyle,
  { model, fieldOf }: Resource,
  predicate: Predicate<Query>,
): SentFilter => {
  const negated = predicate._tag === 'not'
  const lookup = negated ? predicate.predicate : predicate
  // A negated condition depends on missing values. Services can only tell whether a value is missing.
  if (lookup._tag !== 'lookup' || (negated && lookup.name !== 'isnull')) return not
  const { name, left, right } = lookup
  const column = model.columns.get(ownField(left) ?? '')
  const values =
    name === 'isnull' ? [!negated] : right.map((each) => (each._tag === 'const' ? each.value : null))
  const filter: RestFilter | undefined = style.filters[name]?.find(
    ({ kinds }) => column !== undefined && kinds.includes(column.kind),
  )
  const counts = name === 'in' ? values.length > 0 && values.length <= style.maxMembers : values.length === 1
  if (column === undefined || filter === undefined || !counts || values.includes(null)) return not
  const params = filter.spell(fieldOf(column.name), values, column.kind)
  const search = params === null ? null : searchOf(params)
  const isLong = values.length > 1 && (search ?? '').length > longestList
  // A filter without parameters would be dropped.
  return params === null || params.length === 0 || search === null || isLong
    ? not
    : { fidelity: filter.fidelity, params }
}
