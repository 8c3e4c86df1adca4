/**
 * Steps of querysets whose types have been forgotten.
 *
 * @since 0.2.0
 */
import type { JsonObject } from '../value/Value.js'
import type { Model } from '../schema/Schema.js'
import { ordered, orderKey, whereLookup } from '../serializers/where.js'
import { stepsOf, type AnyQueryset, type StepName } from '../queryset/Queryset.js'

/** Steps whose rows have an order of their own, or none that a column could tell. */
const arranging: ReadonlySet<StepName> = new Set([
  'orderBy',
  'reverse',
  'slice',
  'distinctOn',
  'values',
  'groupBy',
  'union',
  'intersection',
  'difference',
])

/**
 * The rows in the order that the model has for people; a queryset with an order of its own keeps it.
 *
 * @since 0.2.0
 */
export const inOrder = (queryset: AnyQueryset, model: Model): AnyQueryset =>
  model.ordering.length === 0 || stepsOf(queryset).some(({ _tag }) => arranging.has(_tag))
    ? queryset
    : ordered(
        queryset,
        model.ordering.map(({ column, descending }) => orderKey([column], descending)),
      )

/**
 * The rows that meet lookups in Django's spelling. A mistake stays in the queryset.
 *
 * @since 0.2.0
 */
export const limitedTo = (queryset: AnyQueryset, lookups: JsonObject | null): AnyQueryset =>
  Object.entries(lookups ?? {}).reduce((rows, [path, value]) => whereLookup(rows, path, value), queryset)
