import { either as E } from 'fp-ts'
import type { Exprs, Group, Projected, RefsOf } from '../expression/Ref.js'
import { aRecord, append, columnsOf, misnamed, recordOf, say } from './append.js'
import { namedOf } from './bind.js'
import { callingGroup, misread } from './calling.js'
import type { Untaken } from './annotate.js'
import type { AnyQueryset, Queryset } from './Queryset.js'

/**
 * One row for each value of the keys, with aggregates of the rows that share it. This is Django's
 * `values().annotate()`. A missing key forms a group like any other value. Without keys there is one group of all rows,
 * even if there are none. An earlier slice applies before grouping. A later `filter` applies to the groups, like SQL's
 * `HAVING`.
 *
 * @example
 * import { autoId, field, filter, groupBy, pipe, print, schema } from 'queryset-ts'
 * const { track } = schema({ track: { id: autoId, genre: field.text(), bytes: field.int() } })
 * const sizes = pipe(
 *   track,
 *   groupBy((t) => ({ genre: t.genre }), (g) => ({ n: g.count(), bytes: g.sum((t) => t.bytes) })),
 *   filter((g) => g.n.gt(1)),
 * )
 * console.log(print(sizes))
 * // => pipe(
 * //      track,
 * //      groupBy(
 * //        (t) => ({ genre: t.genre }),
 * //        (group) => ({ n: group.count(), bytes: group.sum((row) => row.bytes) }),
 * //      ),
 * //      filter((t) => t.n.gt(1)),
 * //    )
 *
 * @since 0.1.0
 */
export const groupBy =
  <R, K extends Exprs, P extends Exprs>(
    keys: (row: R) => K,
    aggregates: (group: Group<R>) => Untaken<NoInfer<K>, P>,
  ) =>
  <A, M>(queryset: Queryset<R, A, M>): Queryset<RefsOf<K & P>, Projected<K & P>, null> =>
    // The columns are those of the two records, as the types say.
    grouped(queryset, keys, aggregates) as Queryset<RefsOf<K & P>, Projected<K & P>, null>

const grouped = (
  queryset: AnyQueryset,
  keys: (row: never) => unknown,
  aggregates: (group: never) => unknown,
): AnyQueryset =>
  append(queryset, 'groupBy', (scope) =>
    E.flatMap(
      say({ step: 'groupBy', index: queryset.length, hint: aRecord }, scope, keys, recordOf),
      ({ returned, by }: { readonly returned: object; readonly by: symbol }) => {
        const second = {
          step: 'groupBy' as const,
          index: queryset.length,
          title: 'its second callback',
          hint: 'Return a record of aggregates: (group) => ({ n: group.count() }).',
        }
        const result = callingGroup(scope, by, aggregates, second)
        if (E.isLeft(result)) return result
        const taken = recordOf(result.right.returned)
        if (taken === null) return E.left(misread(second, result.right))
        return E.flatMap(misnamed('groupBy', queryset.length, Object.keys(returned)), () =>
          E.map(() => ({
            step: { _tag: 'groupBy' as const, keys: namedOf(returned), aggregates: namedOf(taken) },
            by,
            scope: {
              schema: scope.schema,
              model: null,
              columns: new Map([...columnsOf(returned), ...columnsOf(taken)]),
            },
          }))(
            misnamed('groupBy', queryset.length, Object.keys(taken), (name) => Object.hasOwn(returned, name)),
          ),
        )
      },
    ),
  )
