/**
 * Expressions and predicates: one closed union of plain JSON.
 *
 * An expression means a value for each row, a predicate means true or false for each row, never a third thing.
 * The union is what travels (over the wire, into a client); the typed references of `Ref` build it.
 * `S` is what stands for a subquery: a queryset before folding, a `Query` after.
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
 * A column of the current row, or of a row that one of its to-one relations leads to: `['album', 'artist', 'name']`.
 * `level` counts the rows around it: 0 is the current row, 1 the row for which a `some`, an aggregate over a
 * relation or a subquery is being evaluated, and so on outwards.
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
 * A conversion to another kind; what can't be converted becomes `null`.
 *
 * @since 0.1.0
 */
export interface Cast<S> {
  readonly _tag: 'cast'
  readonly to: Kind
  readonly arg: Expression<S>
}

/**
 * The value of the first branch whose predicate holds, else of `otherwise`.
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
 * A bag of values brought to one.
 *
 * Over a `row`: of the rows that `relation` leads to from the row at `level` (to-one and to-many steps). Over a
 * `group`: of the rows of the group, or, with a `relation`, of all the rows that it leads to from each of them.
 * `arg` is evaluated on each such row (level 0; the row that it belongs to is level 1 for `row`); `null` counts
 * rows. Missing values are skipped. `default` stands for "nothing to aggregate". `sample` asks for the sample
 * form of `stddev` and `variance` instead of the population form.
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
 * The single column of the first row of a query, `null` when it has no row.
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
 * The names of lookups: those that every schema has, and custom ones.
 *
 * @since 0.1.0
 */
export type LookupName = BuiltInLookupName | CustomLookupName

/**
 * Something for some lookups, by their names.
 *
 * @since 0.2.0
 */
export type ByLookup<A> = { readonly [L in BuiltInLookupName]?: A } & {
  readonly [name: CustomLookupName]: A
}

/**
 * A comparison: false whenever a value that it needs is missing; only `isnull` sees missing values.
 * `right` has no member for `isnull` (`isnull: false` is its negation), two for `range`, any number for `in`, as many as
 * it says for a custom lookup, and one for the others.
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
 * Whether the value is among those of a query's single column; missing values are never in.
 *
 * @since 0.1.0
 */
export interface InQuery<S> {
  readonly _tag: 'inQuery'
  readonly left: Expression<S>
  readonly query: S
}

/**
 * All of them hold (of none: true).
 *
 * @since 0.1.0
 */
export interface And<S> {
  readonly _tag: 'and'
  readonly all: ReadonlyArray<Predicate<S>>
}

/**
 * At least one holds (of none: false).
 *
 * @since 0.1.0
 */
export interface Or<S> {
  readonly _tag: 'or'
  readonly any: ReadonlyArray<Predicate<S>>
}

/**
 * An odd number of them holds (of none: false).
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
 * Whether one of the rows that a relation leads to, from the row at `level`, meets the predicate, which is
 * evaluated on that row (level 0; the current row is level 1). `none` and `every` are spelled with `not`.
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
 * A boolean expression as a predicate: a missing value is false.
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
 * A key to order by. A missing value is greater than all others, so it comes last ascending and first descending
 * unless `nulls` says otherwise.
 *
 * @since 0.1.0
 */
export interface OrderKey<S> {
  readonly expression: Expression<S>
  readonly direction: 'asc' | 'desc'
  readonly nulls: 'first' | 'last'
}

/**
 * An expression with the name of the column that it becomes.
 *
 * @since 0.1.0
 */
export interface Named<S> {
  readonly name: string
  readonly expression: Expression<S>
}

/**
 * A node's operand: `inside` tells that it is evaluated on other rows than the node itself, those that an
 * aggregate or a `some` goes through.
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
 * The direct operands of a node, in a fixed order (subqueries are not entered).
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
