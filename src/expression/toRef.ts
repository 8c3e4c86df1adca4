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

/** What a reference stands for. */
interface Meant {
  readonly expression: AnyExpression
  readonly kind: Kind
  readonly codec: t.Mixed | null
}

/** The methods of references by name. Each is made when it is asked for, since few of them are. */
interface Methods {
  readonly [name: string]: (of: Meant) => unknown
}

const keyed = {
  eq:
    ({ expression, kind, codec }: Meant) =>
    (value: unknown) =>
      equals(expression, operand(kind, value, codec)),
  in:
    ({ expression, kind, codec }: Meant) =>
    (values: unknown) =>
      among(kind, expression, values, codec),
  isNull:
    ({ expression }: Meant) =>
    () =>
      lookup('isnull', expression, []),
} satisfies Methods

/**
 * The methods that references to a to-one relation have besides their fields.
 *
 * @since 0.1.0
 */
export const keyMethods = (expression: AnyExpression, kind: Kind, codec: t.Mixed | null) => {
  const meant = { expression, kind, codec }
  return {
    [node]: expression,
    [kindOf]: kind,
    [codecKey]: codec,
    eq: keyed.eq(meant),
    in: keyed.in(meant),
    isNull: keyed.isNull(meant),
  }
}

const compared =
  (name: LookupName) =>
  ({ expression, kind, codec }: Meant) =>
  (value: unknown) =>
    lookup(name, expression, [operand(kind, value, codec)])

const ordered: Methods = {
  ...keyed,
  asc: ({ expression }) => order(expression, 'asc'),
  desc: ({ expression }) => order(expression, 'desc'),
  gt: compared('gt'),
  gte: compared('gte'),
  lt: compared('lt'),
  lte: compared('lte'),
  range:
    ({ expression, kind, codec }) =>
    (from: unknown, to: unknown) =>
      lookup('range', expression, [operand(kind, from, codec), operand(kind, to, codec)]),
}

const called =
  (name: string) =>
  ({ expression, kind }: Meant) =>
  () =>
    call(name, [{ expression, kind }])

/** A function whose other arguments are of one kind. Those that are left out aren't passed. */
const calledWith =
  (other: Kind, name: string) =>
  ({ expression, kind }: Meant) =>
  (...values: ReadonlyArray<unknown>) =>
    call(name, [
      { expression, kind },
      ...values
        .filter((value) => value !== undefined)
        .map((value) => ({ expression: operand(other, value), kind: other })),
    ])

const arithmetic =
  (name: string) =>
  ({ expression, kind }: Meant) =>
  (value: unknown) => {
    const right = numeral(kind, value)
    return call(name, [
      { expression, kind },
      { expression: right, kind: isExpr(value) ? value[kindOf] : shownKind(right, kind) },
    ])
  }

const padded =
  (name: string) =>
  ({ expression }: Meant) =>
  (length: unknown, fill?: unknown) =>
    call(name, [
      { expression, kind: 'text' },
      { expression: operand('int', length), kind: 'int' },
      ...(fill === undefined ? [] : [{ expression: operand('text', fill), kind: 'text' as const }]),
    ])

/** A comparison of text. The operand is never read by the field's codec. */
const matched =
  (name: LookupName) =>
  ({ expression }: Meant) =>
  (value: unknown) =>
    lookup(name, expression, [operand('text', value)])

const text: Methods = {
  iexact: matched('iexact'),
  contains: matched('contains'),
  icontains: matched('icontains'),
  startswith: matched('startswith'),
  istartswith: matched('istartswith'),
  endswith: matched('endswith'),
  iendswith: matched('iendswith'),
  regex: matched('regex'),
  iregex: matched('iregex'),
  length: called('length'),
  lower: called('lower'),
  upper: called('upper'),
  trim: called('trim'),
  ltrim: called('ltrim'),
  rtrim: called('rtrim'),
  reverse: called('reverse'),
  ord: called('ord'),
  left: calledWith('int', 'left'),
  right: calledWith('int', 'right'),
  substr: calledWith('int', 'substr'),
  repeat: calledWith('int', 'repeat'),
  replace: calledWith('text', 'replace'),
  strindex: calledWith('text', 'strindex'),
  lpad: padded('lpad'),
  rpad: padded('rpad'),
}

const number: Methods = {
  plus: arithmetic('add'),
  minus: arithmetic('sub'),
  times: arithmetic('mul'),
  dividedBy: arithmetic('div'),
  mod: arithmetic('mod'),
  power: arithmetic('power'),
  negated: called('neg'),
  abs: called('abs'),
  ceil: called('ceil'),
  floor: called('floor'),
  round: calledWith('int', 'round'),
  sign: called('sign'),
  sqrt: called('sqrt'),
  exp: called('exp'),
  ln: called('ln'),
}

const calendar: Methods = {
  year: called('year'),
  isoYear: called('iso_year'),
  quarter: called('quarter'),
  month: called('month'),
  week: called('week'),
  day: called('day'),
  weekDay: called('week_day'),
  isoWeekDay: called('iso_week_day'),
}

const clock: Methods = { hour: called('hour'), minute: called('minute'), second: called('second') }

const trunc: Methods = {
  trunc:
    ({ expression, kind }) =>
    (unit: string) =>
      call(`trunc_${unit}`, [{ expression, kind }]),
}

/** What the references of a kind inherit: a getter for each of their methods. */
const shared = (...families: ReadonlyArray<Methods>): object => {
  const members = families.flatMap((family) => Object.entries(family))
  return Object.defineProperties(
    {},
    Object.fromEntries(
      members.map(([name, method]) => [
        name,
        {
          enumerable: true,
          get(this: object) {
            /* eslint-disable-next-line functional/no-this-expressions -- the reference that is asked */
            return method(meantBy(this))
          },
        },
      ]),
    ),
  )
}

const meantBy = (ref: object): Meant => {
  // `toRef` sets these on every reference.
  const { [node]: expression, [kindOf]: kind } = ref as Expr
  return { expression, kind, codec: codecOf(ref as Expr) }
}

const plain = shared(ordered)
const numbers = shared(ordered, number)

/** What references inherit, by kind. The others inherit `plain`. */
const prototypes: ReadonlyMap<Kind, object> = new Map([
  ['text', shared(ordered, text)],
  ['int', numbers],
  ['float', numbers],
  ['decimal', numbers],
  ['date', shared(ordered, calendar, trunc)],
  ['time', shared(ordered, clock, trunc)],
  ['datetime', shared(ordered, calendar, clock, trunc, { date: called('date'), time: called('time') })],
])

/** The properties that a reference has of its own. */
interface Made extends Expr {
  readonly [codecKey]: t.Mixed | null
}

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
  const ref = Object.create(prototypes.get(kind) ?? plain) as { -readonly [K in keyof Made]: Made[K] }
  // One property after the other: `Object.assign` takes several times as long.
  ref[node] = expression
  ref[kindOf] = kind
  ref[codecKey] = codec
  // The methods of each kind are those that `Ref` says.
  return ref as unknown as Ref<K, A>
}
