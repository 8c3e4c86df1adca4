/**
 * The functions of expressions in PostgreSQL.
 *
 * @since 0.2.0
 */
import { lower, upper } from '../../../value/Text.js'
import type { Kind, Type } from '../../../value/Value.js'
import type { Spelled } from '../Dialect.js'
import { mapping } from '../fold.js'
import { join, nowParam, param, sql, type Sql } from '../Sql.js'
import { kept, once, postgresCast, safe } from './postgresCast.js'

/** A function, given its arguments and the type of its result. */
type Call = (args: ReadonlyArray<Sql>, given: ReadonlyArray<Spelled>, type: Type) => Sql | null

/** How far PostgreSQL's own ints go. */
const small = (n: Sql): Sql => sql`least(greatest(${n}, -1000000000), 1000000000)::int`

const none = sql`null`

/** Operands in the kind that an operator works in. */
const inKind = (given: ReadonlyArray<Spelled>, kind: Kind): ReadonlyArray<Sql> =>
  given.map((each) => (each.type.kind === kind ? each.sql : (postgresCast(each, kind) ?? none)))

/** What a float is, when it is worked out in a way that raises no error. */
const guarded = (value: Sql, holds: Sql): Sql => once(value, holds)

const additive =
  (operator: Sql): Call =>
  (_, given, { kind }) => {
    const [a = none, b = none] = inKind(given, kind)
    if (kind === 'int') return safe(sql`(${a}${operator}${b})`)
    if (kind === 'decimal') return sql`(${a}${operator}${b})`
    return sql`(select case when greatest(abs(x), abs(y)) < 8.9e307 or abs(x::numeric${operator}y::numeric) <= 1.797693134862315e308 then x${operator}y end from (select ${a} as x, ${b} as y) s)`
  }

/** Whether a product or a quotient of floats is one that there is: its size is that of its parts. */
const multiplied: Call = (_, given, { kind }) => {
  const [a = none, b = none] = inKind(given, kind)
  if (kind === 'int') return safe(sql`((${a})::numeric * ${b})`)
  if (kind === 'decimal') return kept(sql`(${a} * ${b})`)
  return sql`(select case when x = 0 or y = 0 then case when x is null or y is null then null else 0 end when ln(abs(x)) + ln(abs(y)) > 709.78 then null when ln(abs(x)) + ln(abs(y)) < -744 then 0 else x * y end from (select ${a} as x, ${b} as y) s)`
}

const divided: Call = (_, given, { kind }) => {
  const [a = none, b = none] = inKind(given, kind)
  if (kind === 'int') return sql`(${a} / nullif(${b}, 0))`
  if (kind === 'decimal') return kept(sql`(trim_scale(${a}) / nullif(trim_scale(${b}), 0))`)
  return sql`(select case when y = 0 then null when x = 0 then case when y is null then null else 0 end when ln(abs(x)) - ln(abs(y)) > 709.78 then null when ln(abs(x)) - ln(abs(y)) < -744 then 0 else x / y end from (select ${a} as x, ${b} as y) s)`
}

const remainder: Call = (_, given, { kind }) => {
  const [a = none, b = none] = inKind(given, kind)
  return kind === 'float' ? null : sql`(${a} % nullif(${b}, 0))`
}

const one =
  (made: (x: Sql) => Sql): Call =>
  ([x = none]) =>
    made(x)

/** A function of one float. */
const float =
  (made: (v: Sql) => Sql): Call =>
  (_, given, { kind }) => {
    if (kind !== 'float') return null
    const [x = none] = inKind(given, 'float')
    return once(x, made(sql`v`))
  }

const rounded: Call = ([x = none, places], [number], { kind }) => {
  if (places === undefined) return kind === 'int' ? x : sql`round(${x})`
  if (number === undefined) return null
  const decimal = kind === 'decimal' ? x : (postgresCast(number, 'decimal') ?? none)
  const near = sql`round(${decimal}, ${small(places)})`
  return kind === 'decimal' ? near : kind === 'int' ? safe(near) : null
}

const power: Call = (_, given, { kind }) => {
  if (kind !== 'float') return null
  const [x = none, y = none] = inKind(given, 'float')
  return sql`(select case when x is null or y is null then null when x = 0 and y < 0 then null when x < 0 and y <> floor(y) then null when x <> 0 and y * ln(abs(x)) > 709.78 then null when x <> 0 and y * ln(abs(x)) < -744 then 0 else power(x, y) end from (select ${x} as x, ${y} as y) s)`
}

const logarithm: Call = (_, given, { kind }) => {
  if (kind !== 'float') return null
  const [base = none, x = none] = inKind(given, 'float')
  return sql`(select case when x <= 0 or b <= 0 or b = 1 then null when b = 10 then log(x) else ln(x) / ln(b) end from (select ${base} as b, ${x} as x) s)`
}

const cased =
  (name: Sql, change: (c: string) => string): Call =>
  ([x = none]) => {
    const [from, to] = mapping(change)
    return once(
      x,
      sql`case when octet_length(v) = length(v) then ${name}(v collate "C") else translate(${name}(v collate "C"), ${param(from)}::text, ${param(to)}::text) end`,
    )
  }

/** A datetime as a clock in UTC shows it; a date or a time as it is. */
const shown = (x: Spelled | undefined): Sql =>
  x === undefined ? none : x.type.kind === 'datetime' ? sql`(${x.sql} at time zone 'UTC')` : x.sql

const part =
  (field: Sql): Call =>
  (_, [x]) =>
    sql`floor(extract(${field} from ${shown(x)}))::bigint`

const truncated =
  (unit: Sql): Call =>
  (_, [x]) => {
    const at = shown(x)
    switch (x?.type.kind) {
      case 'date':
        return sql`date_trunc(${unit}, ${at}::timestamp)::date`
      case 'time':
        return sql`date_trunc(${unit}, ${at}::interval)::time(3)`
      default:
        return sql`(date_trunc(${unit}, ${at}) at time zone 'UTC')`
    }
  }

/** Text that isn't longer than is made. */
const longest = 10_000_000

const padded =
  (name: Sql): Call =>
  ([x = none, n = none, fill = sql`' '`]) =>
    sql`case when ${n} <= ${param(longest)}::int then ${name}(${x}, greatest(${n}, 0)::int, ${fill}) end`

const table: ReadonlyMap<string, Call> = new Map<string, Call>([
  ['coalesce', (args) => sql`coalesce(${join(args)})`],
  ['greatest', (_, given) => extreme(sql`greatest`, given)],
  ['least', (_, given) => extreme(sql`least`, given)],
  ['add', additive(sql` + `)],
  ['sub', additive(sql` - `)],
  ['mul', multiplied],
  ['div', divided],
  ['mod', remainder],
  ['neg', one((x) => sql`(- ${x})`)],
  ['abs', one((x) => sql`abs(${x})`)],
  ['ceil', ([x = none], _, { kind }) => (kind === 'int' ? x : sql`ceil(${x})`)],
  ['floor', ([x = none], _, { kind }) => (kind === 'int' ? x : sql`floor(${x})`)],
  ['sign', ([x = none], _, { kind }) => (kind === 'int' ? sql`sign(${x})::bigint` : sql`sign(${x})`)],
  ['round', rounded],
  ['power', power],
  [
    'sqrt',
    ([x = none], given, { kind }) =>
      kind === 'decimal'
        ? guarded(sql`trim_scale(${x})`, sql`case when v >= 0 then sqrt(v) end`)
        : guarded(inKind(given, 'float')[0] ?? none, sql`case when v >= 0 then sqrt(v) end`),
  ],
  ['exp', float((v) => sql`case when ${v} > 709.78 then null when ${v} < -744 then 0 else exp(${v}) end`)],
  ['ln', float((v) => sql`case when ${v} > 0 then ln(${v}) end`)],
  ['log', logarithm],
  ['degrees', float((v) => sql`case when abs(${v}) < 3e306 then degrees(${v}) end`)],
  ['radians', float((v) => sql`radians(${v})`)],
  ['sin', float((v) => sql`sin(${v})`)],
  ['cos', float((v) => sql`cos(${v})`)],
  ['tan', float((v) => sql`tan(${v})`)],
  ['cot', float((v) => sql`case when ${v} <> 0 then 1 / nullif(tan(${v}), 0) end`)],
  ['asin', float((v) => sql`case when abs(${v}) <= 1 then asin(${v}) end`)],
  ['acos', float((v) => sql`case when abs(${v}) <= 1 then acos(${v}) end`)],
  ['atan', float((v) => sql`atan(${v})`)],
  [
    'atan2',
    (_, given) => {
      const [y = none, x = none] = inKind(given, 'float')
      return sql`atan2(${y}, ${x})`
    },
  ],
  ['pi', () => sql`pi()`],
  ['upper', cased(sql`upper`, upper)],
  ['lower', cased(sql`lower`, lower)],
  ['trim', one((x) => sql`btrim(${x}, ' ')`)],
  ['ltrim', one((x) => sql`ltrim(${x}, ' ')`)],
  ['rtrim', one((x) => sql`rtrim(${x}, ' ')`)],
  ['reverse', one((x) => sql`reverse(${x})`)],
  ['length', one((x) => sql`length(${x})::bigint`)],
  ['left', ([x = none, n = none]) => sql`left(${x}, ${small(n)})`],
  ['right', ([x = none, n = none]) => sql`right(${x}, ${small(n)})`],
  [
    'substr',
    ([x = none, from = none, n]) =>
      n === undefined
        ? sql`substr(${x}, ${small(from)})`
        : sql`substr(${x}, ${small(from)}, greatest(${small(n)}, 0))`,
  ],
  ['replace', ([x = none, old = none, by = none]) => sql`replace(${x}, ${old}, ${by})`],
  [
    'repeat',
    ([x = none, n = none]) =>
      sql`(select case when n <= 0 then left(x, 0) when octet_length(x) * n::numeric <= ${param(longest)}::int then repeat(x, n::int) end from (select ${x} as x, ${n} as n) s)`,
  ],
  ['lpad', padded(sql`lpad`)],
  ['rpad', padded(sql`rpad`)],
  ['strindex', ([x = none, found = none]) => sql`strpos(${x}, ${found})::bigint`],
  ['ord', one((x) => once(x, sql`case when v <> '' then ascii(v)::bigint end`))],
  [
    'chr',
    one((x) =>
      once(x, sql`case when v between 1 and 1114111 and v not between 55296 and 57343 then chr(v::int) end`),
    ),
  ],
  [
    'concat',
    (args) =>
      sql`(${join(
        args.map((each) => sql`coalesce(${each}, '')`),
        sql` || `,
      )})`,
  ],
  ['year', part(sql`year`)],
  ['iso_year', part(sql`isoyear`)],
  ['quarter', part(sql`quarter`)],
  ['month', part(sql`month`)],
  ['week', part(sql`week`)],
  ['day', part(sql`day`)],
  ['week_day', (args, given, type) => sql`(${part(sql`dow`)(args, given, type) ?? none} + 1)`],
  ['iso_week_day', part(sql`isodow`)],
  ['hour', part(sql`hour`)],
  ['minute', part(sql`minute`)],
  ['second', part(sql`second`)],
  ['date', (_, [x]) => (x?.type.kind === 'date' ? x.sql : sql`${shown(x)}::date`)],
  ['time', (_, [x]) => (x?.type.kind === 'time' ? x.sql : sql`${shown(x)}::time(3)`)],
  ...(['year', 'quarter', 'month', 'week', 'day', 'hour', 'minute', 'second'] as const).map(
    (unit) => [`trunc_${unit}`, truncated(sql`${param(unit)}::text`)] as const,
  ),
  ['now', () => sql`${nowParam((now) => now)}::timestamptz(3)`],
])

/** The greatest or the least of values of one kind, leaving out those that are missing. */
const extreme = (name: Sql, given: ReadonlyArray<Spelled>): Sql | null => {
  const kind = given[0]?.type.kind
  if (kind === 'json') return null
  return sql`${name}(${join(given.map((each) => (kind === 'text' ? sql`(${each.sql}) collate "C"` : each.sql)))})`
}

/**
 * A function of expressions; `null` where PostgreSQL has none that gives the same.
 *
 * @since 0.2.0
 */
export const postgresCall = (name: string, given: ReadonlyArray<Spelled>, type: Type): Sql | null =>
  table.get(name)?.(
    given.map((each) => each.sql),
    given,
    type,
  ) ?? null
