/**
 * Ordering by what a caller asks for.
 *
 * @since 0.2.0
 */
import { either as E } from 'fp-ts'
import type { OrderKey } from '../expression/Expression.js'
import { columnType, modelScope, type ColumnPath, type Scope } from '../expression/Scope.js'
import type { AnyQueryset } from '../queryset/Queryset.js'
import { orderKey } from '../serializers/where.js'
import type { AnySerializer } from './Serializer.js'

/**
 * What a view's rows may be ordered by: names, `'all'` of the model's columns, or `'shown'`: those that the serializer gives.
 *
 * @since 0.2.0
 */
export type Orderings = ReadonlyArray<string> | 'all' | 'shown'

/** The paths that a view's rows may be ordered by. @since 0.2.0 */
export const orderPaths = (
  queryset: AnyQueryset,
  serializer: AnySerializer,
  orderings: Orderings,
): ReadonlyMap<string, ReadonlyArray<string>> => {
  const names =
    orderings === 'all'
      ? [...serializer.model.columns.keys()]
      : orderings === 'shown'
        ? serializer.fields.flatMap(({ source, writeOnly, shape }) =>
            source === null || writeOnly || (shape._tag === 'related' && shape.many) ? [] : [source],
          )
        : orderings
  return new Map(
    names.flatMap((name) => {
      const path = name.split('.')
      return isColumn(queryset, path) ? [[path.join('__'), path] as const] : []
    }),
  )
}

const isColumn = (queryset: AnyQueryset, path: ReadonlyArray<string>): boolean =>
  E.isRight(
    E.flatMap(modelScope(queryset.schema, queryset.model), (scope: Scope): E.Either<unknown, ColumnPath> =>
      columnType(scope, path),
    ),
  )

/** What is wrong with names to order by. @since 0.2.0 */
export const orderMistakes = (queryset: AnyQueryset, orderings: Orderings): ReadonlyArray<string> =>
  typeof orderings === 'string'
    ? []
    : orderings.flatMap((name) =>
        isColumn(queryset, name.split('.')) ? [] : [`'${name}' is not a column to order by`],
      )

/**
 * The keys that a caller asks for: names with commas between, each with a `-` for descending. Names that may not be ordered
 * by are left out.
 *
 * @since 0.2.0
 */
export const askedOrder = (
  paths: ReadonlyMap<string, ReadonlyArray<string>>,
  text: string,
  most: number,
): ReadonlyArray<OrderKey<AnyQueryset>> =>
  text
    .split(',')
    .slice(0, most)
    .map((term) => term.trim())
    .flatMap((term) => {
      const descending = term.startsWith('-')
      const path = paths.get(descending ? term.slice(1) : term)
      return path === undefined ? [] : [orderKey(path, descending)]
    })
