/**
 * Expressions and predicates with their types.
 *
 * A typed node has everything that the node has, with typed operands. It also has the type of its values, how many
 * levels of rows it refers to, and what its names resolve to. Code that reads nodes can therefore read typed nodes too.
 * `infer` creates them. Code that evaluates or translates a typed node needs no further lookups, and can't meet a
 * mistake. `T` is the type of a typed subquery.
 *
 * @since 0.2.0
 */
import type * as t from 'io-ts'
import type { Type } from '../value/Value.js'
import type {
  Aggregate,
  And,
  Call,
  Case,
  Cast,
  Column,
  Const,
  Exists,
  Holds,
  InQuery,
  Lookup,
  Not,
  Or,
  Some,
  Subquery,
  Test,
  Xor,
} from './Expression.js'
import { fold, type Fold } from './fold.js'
import type { FunctionDef } from './functions/FunctionDef.js'
import type { LookupDef } from './lookups/LookupDef.js'
import type { Join } from './Scope.js'

/**
 * The type of a node's values (for a predicate: a boolean that is never missing), and how many levels of rows it refers
 * to. `reach` is 0 for a constant, 1 if it refers only to the current row, 2 if it also refers to the row around it,
 * and so on.
 *
 * @since 0.2.0
 */
export interface Typing {
  readonly type: Type
  readonly reach: number
}

/**
 * What is known of a subquery: its only column, or the key of its model's rows (`null` if there is neither), and how
 * many levels of rows it refers to. 1 means only its own rows: it is then the same for each row around it.
 *
 * @since 0.2.0
 */
export interface TypedSubquery {
  readonly single: SingleColumn | null
  readonly reach: number
}

/** @since 0.2.0 */
export interface SingleColumn {
  readonly name: string
  readonly type: Type & { readonly scale?: number }
}

/**
 * `value` is in canonical form.
 *
 * @since 0.2.0
 */
export interface TypedConst extends Const, Typing {}

/**
 * `column` is the column's own name, in the rows that `joins` lead to, since the path may end with a relation. `codec`
 * is the user's own, if the field has one. `scale` is the number of decimal places to show, if it is known.
 *
 * @since 0.2.0
 */
export interface TypedColumn extends Column, Typing {
  readonly joins: ReadonlyArray<Join>
  readonly column: string
  readonly codec: t.Mixed | null
  readonly scale?: number
}

/** @since 0.2.0 */
export interface TypedCall<T> extends Call<T>, Typing {
  readonly args: ReadonlyArray<TypedExpression<T>>
  readonly definition: FunctionDef
}

/** @since 0.2.0 */
export interface TypedCast<T> extends Cast<T>, Typing {
  readonly arg: TypedExpression<T>
}

/** @since 0.2.0 */
export interface TypedCase<T> extends Case<T>, Typing {
  readonly branches: ReadonlyArray<{ readonly when: TypedPredicate<T>; readonly then: TypedExpression<T> }>
  readonly otherwise: TypedExpression<T>
}

/**
 * `joins` lead from the row at `level`, or from each row of the group, to the aggregated rows. `codec` is the codec of
 * its values, if these are the values of a field with its own codec.
 *
 * @since 0.2.0
 */
export interface TypedAggregate<T> extends Aggregate<T>, Typing {
  readonly arg: TypedExpression<T> | null
  readonly filter: TypedPredicate<T> | null
  readonly default: TypedExpression<T> | null
  readonly joins: ReadonlyArray<Join>
  readonly codec: t.Mixed | null
}

/**
 * `column` is the subquery's single column.
 *
 * @since 0.2.0
 */
export interface TypedSubqueryValue<T> extends Subquery<T>, Typing {
  readonly column: SingleColumn
}

/** @since 0.2.0 */
export interface TypedTest<T> extends Test<T>, Typing {
  readonly predicate: TypedPredicate<T>
}

/** @since 0.2.0 */
export type TypedExpression<T> =
  | TypedConst
  | TypedColumn
  | TypedCall<T>
  | TypedCast<T>
  | TypedCase<T>
  | TypedAggregate<T>
  | TypedSubqueryValue<T>
  | TypedTest<T>

/** @since 0.2.0 */
export interface TypedLookup<T> extends Lookup<T>, Typing {
  readonly left: TypedExpression<T>
  readonly right: ReadonlyArray<TypedExpression<T>>
  readonly definition: LookupDef
}

/**
 * `column` is the subquery's single column.
 *
 * @since 0.2.0
 */
export interface TypedInQuery<T> extends InQuery<T>, Typing {
  readonly left: TypedExpression<T>
  readonly column: SingleColumn
}

/** @since 0.2.0 */
export interface TypedAnd<T> extends And<T>, Typing {
  readonly all: ReadonlyArray<TypedPredicate<T>>
}

/** @since 0.2.0 */
export interface TypedOr<T> extends Or<T>, Typing {
  readonly any: ReadonlyArray<TypedPredicate<T>>
}

/** @since 0.2.0 */
export interface TypedXor<T> extends Xor<T>, Typing {
  readonly odd: ReadonlyArray<TypedPredicate<T>>
}

/** @since 0.2.0 */
export interface TypedNot<T> extends Not<T>, Typing {
  readonly predicate: TypedPredicate<T>
}

/**
 * `joins` lead from the row at `level` to the related rows.
 *
 * @since 0.2.0
 */
export interface TypedSome<T> extends Some<T>, Typing {
  readonly predicate: TypedPredicate<T>
  readonly joins: ReadonlyArray<Join>
}

/** @since 0.2.0 */
export interface TypedExists<T> extends Exists<T>, Typing {}

/** @since 0.2.0 */
export interface TypedHolds<T> extends Holds<T>, Typing {
  readonly expression: TypedExpression<T>
}

/** @since 0.2.0 */
export type TypedPredicate<T> =
  | TypedLookup<T>
  | TypedInQuery<T>
  | TypedAnd<T>
  | TypedOr<T>
  | TypedXor<T>
  | TypedNot<T>
  | TypedSome<T>
  | TypedExists<T>
  | TypedHolds<T>

/** @since 0.2.0 */
export type Typed<T> = TypedExpression<T> | TypedPredicate<T>

/**
 * Like `Fold`, for typed nodes.
 *
 * @since 0.2.0
 */
export interface TypedFold<T, C, R> {
  readonly enter: (context: C, node: TypedAggregate<T> | TypedSome<T>) => C
  readonly combine: (node: Typed<T>, operands: ReadonlyArray<R>, context: C, height: number) => R
}

/**
 * Folds a typed node from its leaves upwards, without recursion. See `fold`.
 *
 * @since 0.2.0
 */
export const foldTyped = <T, C, R>(root: Typed<T>, context: C, how: TypedFold<T, C, R>): R =>
  // The operands of a typed node are typed.
  fold<T, C, R>(root, context, how as unknown as Fold<T, C, R>)

/**
 * The codec of an expression whose values are those of a field with its own codec.
 *
 * @since 0.2.0
 */
export const codecOf = <T>(expression: TypedExpression<T>): t.Mixed | null =>
  expression._tag === 'column' || expression._tag === 'aggregate' ? expression.codec : null
