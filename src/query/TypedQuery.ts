/**
 * Queries with their types.
 *
 * A typed query has everything that the query has, with typed expressions and nested queries. It also has the columns
 * of its rows, pass by pass. `infer` creates typed queries.
 *
 * @since 0.2.0
 */
import type { OrderKey } from '../expression/Expression.js'
import type { Join, Scope } from '../expression/Scope.js'
import type { TypedExpression, TypedPredicate, TypedSubquery } from '../expression/Typed.js'
import type { From, Grouping, Query, Related } from './Query.js'

/**
 * The types of a pass.
 *
 * - `start` has the columns of the rows of `from`.
 * - `row` also has the annotations. The conditions, the order, the projection and the keys of groups refer to it.
 * - `scope` has the columns that the query gives. It includes hidden annotations and columns that `fields` leaves out.
 * - `reach` says how many levels of rows the query refers to: 1 means only its own rows.
 *
 * @since 0.2.0
 */
export interface TypedQuery extends Query, TypedSubquery {
  readonly from: From<TypedQuery>
  readonly annotations: ReadonlyArray<TypedNamed>
  readonly where: TypedPredicate<TypedQuery> | null
  readonly order: ReadonlyArray<TypedOrderKey>
  readonly distinctOn: ReadonlyArray<TypedExpression<TypedQuery>> | null
  readonly columns: ReadonlyArray<TypedNamed> | null
  readonly group: TypedGrouping | null
  readonly related: ReadonlyArray<TypedRelated>
  readonly start: Scope
  readonly row: Scope
  readonly scope: Scope
}

/** @since 0.2.0 */
export interface TypedNamed {
  readonly name: string
  readonly expression: TypedExpression<TypedQuery>
}

/** @since 0.2.0 */
export interface TypedOrderKey extends OrderKey<TypedQuery> {
  readonly expression: TypedExpression<TypedQuery>
}

/** @since 0.2.0 */
export interface TypedGrouping extends Grouping {
  readonly keys: ReadonlyArray<TypedNamed>
  readonly aggregates: ReadonlyArray<TypedNamed>
}

/**
 * `join` leads from the row to its related rows.
 *
 * @since 0.2.0
 */
export interface TypedRelated extends Related {
  readonly query: TypedQuery
  readonly join: Join
}
