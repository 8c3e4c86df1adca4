/**
 * How references work: each is its expression, its kind, and the methods of that kind.
 *
 * @since 0.1.0
 */
import { either as E, option as O } from 'fp-ts'
import type * as t from 'io-ts'
import { canonical } from '../value/canonical.js'
import { sortOf } from '../value/describe.js'
import type { Kind } from '../value/Value.js'
import type { Expression, LookupName, Predicate } from './Expression.js'
import { functions } from './functions.js'
import { kindOf, node, type Expr, type OrderOptions, type QuerysetLike, type Ref } from './Ref.js'

type AnyExpression = Expression<QuerysetLike>
type AnyPredicate = Predicate<QuerysetLike>

/** Where a reference keeps its field's own codec. */
const codecKey: unique symbol = Symbol('codec')

/**
 * The user's own codec for the values of a reference, if its field has one.
 *
 * @since 0.1.0
 */
export const codecOf = (ref: Expr): t.Mixed | null =>
  // `keyMethods` sets it on every reference.
  (ref as Expr & { readonly [codecKey]?: t.Mixed | null })[codecKey] ?? null

/** @since 0.1.0 */
export const isExpr = (u: unknown): u is Expr => has(u, node)

/** A property may be one that throws when it is asked after, and then it isn't there. */
const has = (u: unknown, name: string | symbol): boolean => {
  try {
    return typeof u === 'object' && u !== null && name in u
  } catch {
    return false
  }
}

/** @since 0.1.0 */
export const isQueryset = (u: unknown): u is QuerysetLike =>
  has(u, '_tag') && (u as { readonly _tag: unknown })._tag === 'Queryset' && has(u, 'scope')

/**
 * A constant of a kind, in canonical spelling where there is one; what isn't of that kind is kept as it is, and
 * refused by the fold. A codec encodes what is of its own type first.
 *
 * @since 0.1.0
 */
export const constant = (kind: Kind, value: unknown, codec: t.Mixed | null = null): AnyExpression => {
  const encoded: unknown = value === null || codec === null ? value : encode(codec, value)
  const value_ = encoded === null ? O.some(null) : canonical(kind, encoded)
  return O.isSome(value_)
    ? { _tag: 'const', kind, value: value_.value }
    : // An object is text of no sort, so the fold will refuse it, and say what was there instead.
      { _tag: 'const', kind: kind === 'json' ? 'text' : kind, value: { not: sortOf(encoded) } }
}

// A value that its codec can't even encode is left as it is, for the fold to refuse.
const encode = (codec: t.Mixed, value: unknown): unknown =>
  E.getOrElse(() => value)(
    E.tryCatch(
      () => codec.encode(value) as unknown,
      () => null,
    ),
  )

const operand = (kind: Kind, value: unknown, codec: t.Mixed | null = null): AnyExpression =>
  isExpr(value) ? value[node] : constant(kind, value, codec)

/** The constant that a bare number is beside a value of some kind. */
const numeral = (kind: Kind, value: unknown): AnyExpression =>
  isExpr(value)
    ? value[node]
    : constant(kind === 'decimal' ? 'decimal' : Number.isSafeInteger(value) ? 'int' : 'float', value)

/** The kind of an expression's values where it shows by itself. */
const shownKind = (expression: AnyExpression, fallback: Kind): Kind =>
  expression._tag === 'const' ? expression.kind : expression._tag === 'cast' ? expression.to : fallback

/**
 * A call as a reference: its kind is that of the function's result.
 *
 * @since 0.1.0
 */
export const call = (
  name: string,
  args: ReadonlyArray<{ readonly expression: AnyExpression; readonly kind: Kind }>,
): Expr => {
  const definition = functions.get(name)
  const first = args[0]?.kind ?? 'datetime'
  const kind =
    definition === undefined
      ? first
      : E.getOrElse(() => ({ kind: first, nullable: true }))(
          definition.type(args.map((arg) => ({ kind: arg.kind, nullable: true }))),
        ).kind
  return toRef({ _tag: 'call', name, args: args.map((arg) => arg.expression) }, kind)
}

const lookup = (
  name: LookupName,
  left: AnyExpression,
  right: ReadonlyArray<AnyExpression>,
): AnyPredicate => ({
  _tag: 'lookup',
  name,
  left,
  right,
})

/** What equality with a constant `null` means. */
const equals = (left: AnyExpression, right: AnyExpression): AnyPredicate =>
  right._tag === 'const' && right.value === null ? lookup('isnull', left, []) : lookup('exact', left, [right])

/**
 * Membership among values, or among those of a queryset.
 *
 * @since 0.1.0
 */
export const among = (
  kind: Kind,
  left: AnyExpression,
  values: unknown,
  codec: t.Mixed | null = null,
): AnyPredicate =>
  isQueryset(values)
    ? { _tag: 'inQuery', left, query: values }
    : lookup(
        'in',
        left,
        (Array.isArray(values) ? (values as ReadonlyArray<unknown>) : [values])
          .filter((value) => value !== null)
          .map((value) => operand(kind, value, codec)),
      )

const order = (expression: AnyExpression, direction: 'asc' | 'desc') => (options?: OrderOptions) => ({
  expression,
  direction,
  nulls: options?.nulls ?? (direction === 'asc' ? ('last' as const) : ('first' as const)),
})

/**
 * The methods that references to a to-one relation have besides their fields.
 *
 * @since 0.1.0
 */
export const keyMethods = (expression: AnyExpression, kind: Kind, codec: t.Mixed | null) => ({
  [node]: expression,
  [kindOf]: kind,
  [codecKey]: codec,
  eq: (value: unknown) => equals(expression, operand(kind, value, codec)),
  in: (values: unknown) => among(kind, expression, values, codec),
  isNull: () => lookup('isnull', expression, []),
})

const ordered = (left: AnyExpression, kind: Kind, codec: t.Mixed | null) => {
  const compare = (name: LookupName) => (value: unknown) => lookup(name, left, [operand(kind, value, codec)])
  return {
    ...keyMethods(left, kind, codec),
    asc: order(left, 'asc'),
    desc: order(left, 'desc'),
    gt: compare('gt'),
    gte: compare('gte'),
    lt: compare('lt'),
    lte: compare('lte'),
    range: (from: unknown, to: unknown) =>
      lookup('range', left, [operand(kind, from, codec), operand(kind, to, codec)]),
  }
}

const apply = (left: AnyExpression, kind: Kind) => {
  const self = { expression: left, kind }
  return {
    none: (name: string) => () => call(name, [self]),
    texts:
      (name: string) =>
      (...values: ReadonlyArray<unknown>) =>
        call(name, [
          self,
          ...given(values).map((value) => ({ expression: operand('text', value), kind: 'text' as const })),
        ]),
    ints:
      (name: string) =>
      (...values: ReadonlyArray<unknown>) =>
        call(name, [
          self,
          ...given(values).map((value) => ({ expression: operand('int', value), kind: 'int' as const })),
        ]),
    number: (name: string) => (value: unknown) => {
      const right = numeral(kind, value)
      return call(name, [
        self,
        { expression: right, kind: isExpr(value) ? value[kindOf] : shownKind(right, kind) },
      ])
    },
  }
}

const given = (values: ReadonlyArray<unknown>): ReadonlyArray<unknown> =>
  values.filter((value) => value !== undefined)

const text = (left: AnyExpression) => {
  const { none, texts, ints } = apply(left, 'text')
  const compare = (name: LookupName) => (value: unknown) => lookup(name, left, [operand('text', value)])
  const padded = (name: string) => (length: unknown, fill?: unknown) =>
    call(name, [
      { expression: left, kind: 'text' },
      { expression: operand('int', length), kind: 'int' },
      ...(fill === undefined ? [] : [{ expression: operand('text', fill), kind: 'text' as const }]),
    ])
  return {
    iexact: compare('iexact'),
    contains: compare('contains'),
    icontains: compare('icontains'),
    startswith: compare('startswith'),
    istartswith: compare('istartswith'),
    endswith: compare('endswith'),
    iendswith: compare('iendswith'),
    regex: compare('regex'),
    iregex: compare('iregex'),
    length: none('length'),
    lower: none('lower'),
    upper: none('upper'),
    trim: none('trim'),
    ltrim: none('ltrim'),
    rtrim: none('rtrim'),
    reverse: none('reverse'),
    ord: none('ord'),
    left: ints('left'),
    right: ints('right'),
    substr: ints('substr'),
    repeat: ints('repeat'),
    replace: texts('replace'),
    strindex: texts('strindex'),
    lpad: padded('lpad'),
    rpad: padded('rpad'),
  }
}

const number = (left: AnyExpression, kind: Kind) => {
  const { none, number: numeric, ints } = apply(left, kind)
  return {
    plus: numeric('add'),
    minus: numeric('sub'),
    times: numeric('mul'),
    dividedBy: numeric('div'),
    mod: numeric('mod'),
    power: numeric('power'),
    negated: none('neg'),
    abs: none('abs'),
    ceil: none('ceil'),
    floor: none('floor'),
    round: ints('round'),
    sign: none('sign'),
    sqrt: none('sqrt'),
    exp: none('exp'),
    ln: none('ln'),
  }
}

const calendar = (left: AnyExpression, kind: Kind) => {
  const { none } = apply(left, kind)
  return {
    year: none('year'),
    isoYear: none('iso_year'),
    quarter: none('quarter'),
    month: none('month'),
    week: none('week'),
    day: none('day'),
    weekDay: none('week_day'),
    isoWeekDay: none('iso_week_day'),
  }
}

const clock = (left: AnyExpression, kind: Kind) => {
  const { none } = apply(left, kind)
  return { hour: none('hour'), minute: none('minute'), second: none('second') }
}

const trunc = (left: AnyExpression, kind: Kind) => ({
  trunc: (unit: string) => call(`trunc_${unit}`, [{ expression: left, kind }]),
})

/**
 * The reference that stands for an expression of a kind.
 *
 * @since 0.1.0
 */
export const toRef = <K extends Kind, A>(
  expression: AnyExpression,
  kind: K,
  codec: t.Mixed | null = null,
): Ref<K, A> => {
  const base = ordered(expression, kind, codec)
  const methods =
    kind === 'text'
      ? text(expression)
      : kind === 'int' || kind === 'float' || kind === 'decimal'
        ? number(expression, kind)
        : kind === 'date'
          ? { ...calendar(expression, kind), ...trunc(expression, kind) }
          : kind === 'time'
            ? { ...clock(expression, kind), ...trunc(expression, kind) }
            : kind === 'datetime'
              ? {
                  ...calendar(expression, kind),
                  ...clock(expression, kind),
                  ...trunc(expression, kind),
                  date: apply(expression, kind).none('date'),
                  time: apply(expression, kind).none('time'),
                }
              : {}
  // The methods of each kind are those that `Ref` says; TypeScript can't follow the dispatch on `kind`.
  return { ...base, ...methods } as unknown as Ref<K, A>
}
