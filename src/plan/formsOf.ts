import { stepsOf, type AnyQueryset } from '../queryset/Queryset.js'
import type { Forms } from './Plan.js'

/**
 * The forms that a queryset's steps ask for.
 *
 * @since 0.1.0
 */
export const formsOf = (queryset: AnyQueryset): Forms => {
  const steps = stepsOf(queryset)
  const last = steps.findLast(({ _tag }) => _tag === 'values' || _tag === 'groupBy')
  return {
    form: last?._tag === 'values' ? last.form : 'record',
    related: Object.fromEntries(
      steps.flatMap((step) =>
        step._tag === 'prefetchRelated' ? [[step.relation, formsOf(step.query)] as const] : [],
      ),
    ),
  }
}
