/**
 * Orders that a caller asks for.
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
 * The columns by which rows can be ordered: a list of names, `'all'` columns of the model, or the columns `'shown'` by
 * the serializer.
 *
 * @since 0.2.0
 */
export type Orderings = ReadonlyArray<string> | 'all' | 'shown'

/** The paths by which a view's rows can be ordered. @since 0.2.0 */
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

/** The mistakes in the names to order by. @since 0.2.0 */
export const orderMistakes = (queryset: AnyQueryset, orderings: Orderings): ReadonlyArray<string> =>
  typeof orderings === 'string'
    ? []
    : orderings.flatMap((name) =>
        isColumn(queryset, name.split('.')) ? [] : [`'${name}' is not a column to order by`],
      )

/**
 * The order that a caller asks for: names with commas between them. `-` before a name means descending. Names that
 * aren't allowed are ignored.
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
