import type { Query } from '../../query/Query.js'
import type { Predicate } from '../../expression/Expression.js'
import type { Answer, Support } from '../../client/Support.js'
import { isInOrder, keyedItemsOf } from './byKey.js'
import { filtersOf } from './filters.js'
import { orderParams } from './params.js'
import type { Resource } from './Resource.js'
import type { RestStyle } from './RestStyle.js'
import { sendsFor } from './sendsFor.js'

/** The facts about a service that its support needs. */
export interface Described {
  readonly style: RestStyle
  readonly reserved: ReadonlySet<string>
  readonly resourceOf: (model: string) => Resource | null
  readonly maxPages: number
  /** Whether rows that don't fit are left out. */
  readonly skips: boolean
  readonly rows: { readonly [model: string]: number }
  readonly milliseconds: number | null
}

/**
 * The condition on the key by which rows are requested one by one, if the service has no filter by key.
 */
export const keyCondition = (
  { style, reserved }: Pick<Described, 'style' | 'reserved'>,
  resource: Resource,
  where: ReadonlyArray<Predicate<Query>>,
): { readonly at: number; readonly keys: NonNullable<ReturnType<typeof keyedItemsOf>> } | null => {
  if (style.one === undefined) return null
  const { spelled } = filtersOf(style, reserved, resource, where)
  const found = where.flatMap((each, at) => {
    const keys = spelled[at]?.fidelity === 'exact' ? null : keyedItemsOf(style, resource, each)
    return keys === null ? [] : [{ at, keys }]
  })
  // Few keys are few requests.
  return found.reduce<(typeof found)[number] | null>(
    (best, each) => (best === null || each.keys.keys.length < best.keys.keys.length ? each : best),
    null,
  )
}

/** The queries that a service can answer. */
export const supportOf =
  (described: Described): Support =>
  ({ model, query, where }) => {
    const { style, reserved, resourceOf, maxPages, skips, rows, milliseconds } = described
    const resource = resourceOf(model)
    const known = Object.hasOwn(rows, model) ? (rows[model] ?? null) : null
    const common = {
      ...nothingElse,
      maxMembers: style.maxMembers,
      ...(known === null ? {} : { rows: known }),
      ...(milliseconds === null ? {} : { milliseconds }),
      ...(skips ? { leavesOut: true } : {}),
    }
    const byKey = resource === null ? null : keyCondition(described, resource, where)
    if (resource !== null && byKey !== null) {
      const count = byKey.keys.keys.length
      return {
        ...common,
        // The other conditions are evaluated here, over few rows.
        where: where.map((_, i) => (i === byKey.at ? 'exact' : 'unsupported')),
        order: !query.reverse && isInOrder(resource, byKey.keys, query),
        slice: true,
        projection: false,
        total: 'exact',
        sends: { requests: count, rows: count },
      }
    }
    const { pages } = style
    const sends = sendsFor(style, maxPages, known, skips, query)
    return {
      ...common,
      where:
        resource === null
          ? where.map(() => 'unsupported')
          : filtersOf(style, reserved, resource, where).spelled.map(({ fidelity }) => fidelity),
      order: resource !== null && !query.reverse && orderParams(style, resource, query) !== null,
      slice: (pages.by !== 'next' && !skips) || (query.slice?.offset ?? 0) === 0,
      // Whether a row fits depends on its columns, so each query must read the same columns.
      projection: style.select !== null && query.columns === null && !skips,
      // The service's total counts the rows that are left out here.
      total: style.total === null || skips ? 'none' : 'exact',
      ...(pages.by === 'next' || skips ? {} : { maxPerRequest: pages.size }),
      // A page that begins inside a page of the service would take two of the service's pages.
      ...(pages.by === 'page' && !skips ? { overlap: false } : {}),
      ...(sends === null ? {} : { sends }),
    }
  }

const nothingElse = {
  aggregate: false,
  distinct: false,
  annotations: false,
  related: false,
  nested: false,
} as const satisfies Partial<Answer>
