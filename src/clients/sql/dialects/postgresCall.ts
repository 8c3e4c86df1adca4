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

/**
 * A number clamped to the range of PostgreSQL's ints. `greatest` and `least` ignore a missing value, which must stay
 * missing.
 */
const small = (n: Sql, from = sql`-1000000000`): Sql =>
  sql`(least(greatest(${n}, ${from}), 1000000000) + 0 * ${n})::int`

const none = sql`null`

/** Operands in the kind that an operator works in. */
const inKind = (given: ReadonlyArray<Spelled>, kind: Kind): ReadonlyArray<Sql> =>
  given.map((each) => (each.type.kind === kind ? each.sql : (postgresCast(each, kind) ?? none)))

/** A float that is computed without raising an error. */
const guarded = (value: Sql, holds: Sql): Sql => once(value, holds)

const additive =
  (operator: Sql): Call =>
  (_, given, { kind }) => {
    const [a = none, b = none] = inKind(given, kind)
    if (kind === 'int') return safe(sql`(${a}${operator}${b})`)
    if (kind === 'decimal') return kept(sql`(${a}${operator}${b})`)
    // Near the greatest float PostgreSQL raises an error: there a quarter is worked out first.
    const quarter = sql`(case when abs(x) < 1 then 0 else x / 4 end${operator}case when abs(y) < 1 then 0 else y / 4 end)`
    return sql`(select case when greatest(abs(x), abs(y)) < 8.9e307 then x${operator}y when abs(q) <= 4.4942328371557893e307 then q * 4 end from (select x, y, case when greatest(abs(x), abs(y)) < 8.9e307 then 0 else ${quarter} end as q from (select ${a} as x, ${b} as y offset 0) s offset 0) s)`
  }

/**
 * A product or a quotient of floats. PostgreSQL raises an error if it is too large or too small, so near these limits
 * it is computed on another scale. `size` is about the logarithm of the result.
 */
const scaled = (operator: Sql, size: Sql, a: Sql, b: Sql): Sql =>
  sql`(select case when size > 710 then null when size < -746 then 0 when size > 700 then case when abs(p) <= 1.7555597020139802e305 then p * 1024 end when size < -700 then case when abs(p) <= 2.8480945388892178e-306 then 0 else p / 1152921504606846976 end else p end from (select size, case when abs(size) <= 700 then x${operator}y when size between 700 and 710 then (x / 1024)${operator}y when size between -746 and -700 then (x * 1152921504606846976)${operator}y end as p from (select x, y, ${size} as size from (select ${a} as x, ${b} as y offset 0) s offset 0) s offset 0) s)`

const multiplied: Call = (_, given, { kind }) => {
  const [a = none, b = none] = inKind(given, kind)
  if (kind === 'int') return safe(sql`((${a})::numeric * ${b})`)
  if (kind === 'decimal') return kept(sql`(${a} * ${b})`)
  const size = sql`case when x = 0 or y = 0 then 0 else ln(abs(x)) + ln(abs(y)) end`
  return scaled(sql` * `, size, a, b)
}

const divided: Call = (_, given, { kind }) => {
  const [a = none, b = none] = inKind(given, kind)
  if (kind === 'int') return sql`(${a} / nullif(${b}, 0))`
  if (kind === 'decimal') return kept(sql`(trim_scale(${a}) / nullif(trim_scale(${b}), 0))`)
  const size = sql`case when x = 0 or y = 0 then 0 else ln(abs(x)) - ln(abs(y)) end`
  return scaled(sql` / `, size, a, sql`nullif(${b}, 0)`)
}

const remainder: Call = (_, given, { kind }) => {
  const [a = none, b = none] = inKind(given, kind)
  return kind === 'float' ? null : sql`(${a} % nullif(${b}, 0))`
}

const one =
  (made: (x: Sql) => Sql): Call =>
  ([x = none]) =>
    made(x)

const rounded: Call = ([x = none, places], [number], { kind }) => {
  if (places === undefined) return kind === 'int' ? x : sql`round(${x})`
  if (number === undefined) return null
  const decimal = kind === 'decimal' ? x : (postgresCast(number, 'decimal') ?? none)
  const near = sql`round(${decimal}, ${small(places)})`
  return kind === 'decimal' ? near : kind === 'int' ? safe(near) : null
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

/** A datetime as the wall clock in UTC. A date or a time stays unchanged. */
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
  [
    'sqrt',
    ([x = none], given, { kind }) =>
      kind === 'decimal'
        ? guarded(sql`trim_scale(${x})`, sql`case when v >= 0 then sqrt(v) end`)
        : guarded(inKind(given, 'float')[0] ?? none, sql`case when v >= 0 then sqrt(v) end`),
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
        : sql`substr(${x}, ${small(from)}, ${small(n, sql`0`)})`,
  ],
  ['replace', ([x = none, old = none, by = none]) => sql`replace(${x}, ${old}, ${by})`],
  [
    'repeat',
    ([x = none, n = none]) =>
      sql`(select case when n <= 0 then left(x, 0) when octet_length(x) * n::numeric <= ${param(longest)}::int then repeat(x, n::int) end from (select ${x} as x, ${n} as n offset 0) s)`,
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
