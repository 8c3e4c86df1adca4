/**
 * Expressions and predicates: one closed union of plain JSON.
 *
 * An expression has a value for each row. A predicate is true or false for each row, and has no third value. The union
 * is the form that is sent over the wire and to clients. The typed references of `Ref` create it. `S` is the type of a
 * subquery: a queryset before folding, and a `Query` after it.
 *
 * @since 0.1.0
 */
import type { CustomLookupName } from '../schema/CustomLookup.js'
import type { Json, Kind } from '../value/Value.js'

/**
 * A constant of a kind. `null` is a missing value of that kind.
 *
 * @since 0.1.0
 */
export interface Const {
  readonly _tag: 'const'
  readonly kind: Kind
  readonly value: Json
}

/**
 * A column of the current row, or of a row that its to-one relations lead to: `['album', 'artist', 'name']`.
 *
 * `level` counts the rows around it: 0 is the current row, 1 the row for which a `some`, an aggregate over a relation
 * or a subquery is evaluated, and so on outwards.
 *
 * @since 0.1.0
 */
export interface Column {
  readonly _tag: 'column'
  readonly path: ReadonlyArray<string>
  readonly level: number
}

/**
 * A function, operator or transform applied to arguments. `name` is one of the names in `functions`.
 *
 * @since 0.1.0
 */
export interface Call<S> {
  readonly _tag: 'call'
  readonly name: string
  readonly args: ReadonlyArray<Expression<S>>
}

/**
 * A conversion to another kind. A value that can't be converted becomes `null`.
 *
 * @since 0.1.0
 */
export interface Cast<S> {
  readonly _tag: 'cast'
  readonly to: Kind
  readonly arg: Expression<S>
}

/**
 * The value of the first branch whose predicate holds, or else of `otherwise`.
 *
 * @since 0.1.0
 */
export interface Case<S> {
  readonly _tag: 'case'
  readonly branches: ReadonlyArray<{ readonly when: Predicate<S>; readonly then: Expression<S> }>
  readonly otherwise: Expression<S>
}

/** @since 0.1.0 */
export type AggregateName = 'count' | 'sum' | 'avg' | 'min' | 'max' | 'stddev' | 'variance'

/**
 * An aggregate: one value computed from many.
 *
 * - Over a `row`, it uses the rows that `relation` leads to from the row at `level`, through to-one and to-many steps.
 * - Over a `group`, it uses the rows of the group. With a `relation`, it uses all the rows that it leads to from each
 *   of them.
 *
 * `arg` is evaluated on each such row, at level 0. For `row`, the row that it belongs to is at level 1. If `arg` is
 * `null`, rows are counted. Missing values are ignored. `default` is the result if there are no values. `sample`
 * selects the sample form of `stddev` and `variance` instead of the population form.
 *
 * @since 0.1.0
 */
export interface Aggregate<S> {
  readonly _tag: 'aggregate'
  readonly name: AggregateName
  readonly over: 'row' | 'group'
  readonly level: number
  readonly relation: ReadonlyArray<string>
  readonly arg: Expression<S> | null
  readonly distinct: boolean
  readonly filter: Predicate<S> | null
  readonly default: Expression<S> | null
  readonly sample: boolean
}

/**
 * The single column of the first row of a query, or `null` if it has no row.
 *
 * @since 0.1.0
 */
export interface Subquery<S> {
  readonly _tag: 'subquery'
  readonly query: S
}

/**
 * A predicate as a boolean value.
 *
 * @since 0.1.0
 */
export interface Test<S> {
  readonly _tag: 'test'
  readonly predicate: Predicate<S>
}

/** @since 0.1.0 */
export type Expression<S> =
  Const | Column | Call<S> | Cast<S> | Case<S> | Aggregate<S> | Subquery<S> | Test<S>

/**
 * The lookups that every schema has. The names are Django's.
 *
 * @since 0.2.0
 */
export type BuiltInLookupName =
  | 'exact'
  | 'iexact'
  | 'contains'
  | 'icontains'
  | 'startswith'
  | 'istartswith'
  | 'endswith'
  | 'iendswith'
  | 'in'
  | 'gt'
  | 'gte'
  | 'lt'
  | 'lte'
  | 'range'
  | 'isnull'
  | 'regex'
  | 'iregex'

/**
 * The names of lookups: those that every schema has, and custom lookups.
 *
 * @since 0.1.0
 */
export type LookupName = BuiltInLookupName | CustomLookupName

/**
 * A value for some lookups, by their names.
 *
 * @since 0.2.0
 */
export type ByLookup<A> = { readonly [L in BuiltInLookupName]?: A } & {
  readonly [name: CustomLookupName]: A
}

/**
 * A comparison. It is false if a value that it needs is missing; only `isnull` is about missing values. `right` has no
 * member for `isnull` (`isnull: false` is its negation), two for `range`, any number for `in`, a custom lookup's own
 * number, and one for the others.
 *
 * @since 0.1.0
 */
export interface Lookup<S> {
  readonly _tag: 'lookup'
  readonly name: LookupName
  readonly left: Expression<S>
  readonly right: ReadonlyArray<Expression<S>>
}

/**
 * Whether the value is in the single column of a query. A missing value never is.
 *
 * @since 0.1.0
 */
export interface InQuery<S> {
  readonly _tag: 'inQuery'
  readonly left: Expression<S>
  readonly query: S
}

/**
 * True if all predicates hold, and for no predicates.
 *
 * @since 0.1.0
 */
export interface And<S> {
  readonly _tag: 'and'
  readonly all: ReadonlyArray<Predicate<S>>
}

/**
 * True if at least one predicate holds, and false for no predicates.
 *
 * @since 0.1.0
 */
export interface Or<S> {
  readonly _tag: 'or'
  readonly any: ReadonlyArray<Predicate<S>>
}

/**
 * True if an odd number of predicates holds, and false for no predicates.
 *
 * @since 0.1.0
 */
export interface Xor<S> {
  readonly _tag: 'xor'
  readonly odd: ReadonlyArray<Predicate<S>>
}

/**
 * The complement.
 *
 * @since 0.1.0
 */
export interface Not<S> {
  readonly _tag: 'not'
  readonly predicate: Predicate<S>
}

/**
 * Whether at least one row that a relation leads to, from the row at `level`, meets the predicate. The predicate is
 * evaluated on that row, at level 0; the current row is at level 1. `none` and `every` are expressed with `not`.
 *
 * @since 0.1.0
 */
export interface Some<S> {
  readonly _tag: 'some'
  readonly level: number
  readonly relation: ReadonlyArray<string>
  readonly predicate: Predicate<S>
}

/**
 * Whether the query has a row.
 *
 * @since 0.1.0
 */
export interface Exists<S> {
  readonly _tag: 'exists'
  readonly query: S
}

/**
 * A boolean expression as a predicate. A missing value is false.
 *
 * @since 0.1.0
 */
export interface Holds<S> {
  readonly _tag: 'holds'
  readonly expression: Expression<S>
}

/** @since 0.1.0 */
export type Predicate<S> =
  Lookup<S> | InQuery<S> | And<S> | Or<S> | Xor<S> | Not<S> | Some<S> | Exists<S> | Holds<S>

/** @since 0.1.0 */
export type Node<S> = Expression<S> | Predicate<S>

/**
 * A sort key. A missing value is greater than all others, so it comes last in ascending order and first in descending
 * order, unless `nulls` says otherwise.
 *
 * @since 0.1.0
 */
export interface OrderKey<S> {
  readonly expression: Expression<S>
  readonly direction: 'asc' | 'desc'
  readonly nulls: 'first' | 'last'
}

/**
 * An expression with the name of its column.
 *
 * @since 0.1.0
 */
export interface Named<S> {
  readonly name: string
  readonly expression: Expression<S>
}

/**
 * An operand of a node. `inside` says that it is evaluated on other rows than the node itself: those of an aggregate or
 * a `some`.
 *
 * @since 0.1.0
 */
export interface Child<S> {
  readonly node: Node<S>
  readonly inside: boolean
}

const own = <S>(node: Node<S>): Child<S> => ({ node, inside: false })

const inside = <S>(node: Node<S>): Child<S> => ({ node, inside: true })

/**
 * The direct operands of a node, in a fixed order. Subqueries aren't included.
 *
 * @since 0.1.0
 */
export const children = <S>(node: Node<S>): ReadonlyArray<Child<S>> => {
  switch (node._tag) {
    case 'const':
    case 'column':
    case 'subquery':
    case 'exists':
      return []
    case 'call':
      return node.args.map(own)
    case 'cast':
      return [own(node.arg)]
    case 'case':
      return [
        ...node.branches.flatMap((branch) => [own<S>(branch.when), own<S>(branch.then)]),
        own(node.otherwise),
      ]
    case 'aggregate':
      return [
        ...(node.arg === null ? [] : [inside<S>(node.arg)]),
        ...(node.filter === null ? [] : [inside<S>(node.filter)]),
        ...(node.default === null ? [] : [own<S>(node.default)]),
      ]
    case 'test':
    case 'not':
      return [own(node.predicate)]
    case 'lookup':
      return [own(node.left), ...node.right.map(own<S>)]
    case 'inQuery':
      return [own(node.left)]
    case 'and':
      return node.all.map(own<S>)
    case 'or':
      return node.any.map(own<S>)
    case 'xor':
      return node.odd.map(own<S>)
    case 'some':
      return [inside(node.predicate)]
    case 'holds':
      return [own(node.expression)]
  }
}
