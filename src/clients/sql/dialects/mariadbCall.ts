/**
 * The functions of expressions in MariaDB and MySQL. An operand that a spelling repeats must be short.
 *
 * @since 0.2.0
 */
import type { Kind, Type } from '../../../value/Value.js'
import type { Dialect, Spelled } from '../Dialect.js'
import { join, nowParam, param, sql, type Sql } from '../Sql.js'
import { isShort } from './common.js'
import { mariadbCast, safe } from './mariadbCast.js'

type Call = (args: ReadonlyArray<Sql>, given: ReadonlyArray<Spelled>, type: Type) => Sql | null

const none = sql`null`

/** Operands in the kind that an operator works in; `null` where one can't be brought there. */
const inKind = (given: ReadonlyArray<Spelled>, kind: Kind): ReadonlyArray<Sql> | null => {
  const all = given.map((each) => (each.type.kind === kind ? each.sql : mariadbCast(each, kind)))
  return all.includes(null) ? null : all.flatMap((each) => (each === null ? [] : [each]))
}

const additive =
  (operator: Sql): Call =>
  (_, given, { kind }) => {
    const all = inKind(given, kind)
    if (all === null) return null
    const [a = none, b = none] = all
    if (kind === 'int') return safe(sql`(${a}${operator}${b})`)
    if (kind === 'decimal') return sql`(${a}${operator}${b})`
    return given.every(isShort)
      ? sql`case when abs(${a} / 2${operator}${b} / 2) <= 8.9884656743115785e307 then ${a}${operator}${b} end`
      : null
  }

/** Places behind the point, where that is known: MariaDB keeps 38 of a product. */
const places = ({ type, constant, places: told }: Spelled): number =>
  type.kind === 'int'
    ? 0
    : typeof constant === 'string'
      ? (constant.split('.')[1] ?? '').length
      : (told ?? 30)

/**
 * The last branches of a `case` that gives a float, or nothing where it is too large: MariaDB would fail. `log` is about its
 * logarithm. The greatest float's is 709.78, and near that a quarter of the result decides.
 */
const finite = (log: Sql, quarter: Sql, result: Sql): Sql =>
  sql`when ${log} <= 709.7 then ${result} when ${log} > 711 then null when abs(${quarter}) <= 4.4942328371557893e307 then ${result}`

const multiplied: Call = (_, given, { kind }) => {
  const [a = none, b = none] = inKind(given, kind) ?? []
  const [x, y] = given
  if (x === undefined || y === undefined || inKind(given, kind) === null) return null
  if (kind === 'int') return safe(sql`(cast(${a} as decimal(65)) * ${b})`)
  if (kind === 'decimal') return places(x) + places(y) <= 30 ? sql`(${exactly(x)} * ${exactly(y)})` : null
  return isShort(x) && isShort(y)
    ? sql`case when ${a} = 0 or ${b} = 0 then ${a} * 0 + ${b} * 0 ${finite(sql`ln(abs(${a})) + ln(abs(${b}))`, sql`(${a} / 2) * (${b} / 2)`, sql`${a} * ${b}`)} end`
    : null
}

/** A decimal with no more places than it is known to have. */
const exactly = (x: Spelled): Sql => {
  const to = places(x)
  return to <= 2
    ? sql`cast(${x.sql} as decimal(65, 2))`
    : to <= 6
      ? sql`cast(${x.sql} as decimal(65, 6))`
      : x.sql
}

const divided: Call = (_, given, { kind }) => {
  const [a = none, b = none] = inKind(given, kind) ?? []
  if (kind === 'int') return sql`(${a} div ${b})`
  if (kind === 'decimal' || inKind(given, kind) === null || !given.every(isShort)) return null
  return sql`case when ${b} = 0 then null when ${a} = 0 then ${b} * 0 ${finite(sql`ln(abs(${a})) - ln(abs(${b}))`, sql`(${a} / 4) / ${b}`, sql`${a} / ${b}`)} end`
}

/** The remainder of decimals may be -0, which MariaDB takes for another number than 0. A sum is never -0. */
const remainder: Call = (_, given, { kind }) => {
  const [a = none, b = none] = inKind(given, kind) ?? []
  switch (kind) {
    case 'int':
      return sql`(${a} % nullif(${b}, 0))`
    case 'decimal':
      return sql`(${a} % nullif(${b}, 0) + 0)`
    default:
      return null
  }
}

const one =
  (made: (x: Sql) => Sql): Call =>
  ([x = none]) =>
    made(x)

const rounded: Call = ([x = none, to], [, places_], { kind }) => {
  if (to === undefined) return kind === 'int' ? x : sql`round(${x})`
  const n = places_?.constant
  if (typeof n !== 'number' || Math.abs(n) > 30) return null
  return kind === 'float'
    ? null
    : kind === 'int'
      ? safe(sql`round(cast(${x} as decimal(65)), ${to})`)
      : sql`round(${x}, ${to})`
}

/** The greatest or the least, leaving out those that are missing. */
const extreme =
  (name: Sql, told: (x: Spelled) => Sql): Call =>
  (_, given) => {
    if (given.some(({ type: { kind } }) => kind === 'json') || !given.every(isShort) || given.length > 6)
      return null
    return given.map(told).reduce((a, b) => sql`${name}(coalesce(${a}, ${b}), coalesce(${b}, ${a}))`)
  }

/** MariaDB keeps 17 digits of a rounded float in a temporary table, such as that of DISTINCT, unless it is multiplied. */
const wide = (kind: Kind, rounded: Sql): Sql => (kind === 'float' ? sql`(${rounded} * 1e0)` : rounded)

const cut =
  (name: Sql): Call =>
  ([x = none, n = none], given) =>
    given.every(isShort)
      ? sql`case when ${n} >= 0 then ${name}(${x}, ${n}) else ${name}(${x}, greatest(char_length(${x}) + ${n}, 0)) end`
      : null

const substr: Call = ([x = none, from = none, n], given) => {
  if (!given.slice(1).every(isShort)) return null
  const first = sql`greatest(${from}, 1)`
  return n === undefined
    ? sql`substring(${x}, ${first})`
    : sql`substring(${x}, ${first}, greatest(${from} + greatest(${n}, 0) - ${first}, 0))`
}

/** Text that isn't longer than is made. */
const longest = param(10_000_000n)

const padded =
  (name: Sql): Call =>
  ([x = none, n = none, fill = sql`' '`], [, length, filling]) => {
    if (filling !== undefined && (typeof filling.constant !== 'string' || filling.constant === ''))
      return null
    return length !== undefined && isShort(length)
      ? sql`case when ${n} <= ${longest} then ${name}(${x}, greatest(${n}, 0), ${fill}) end`
      : null
  }

/** A date or a datetime made of text, as the argument is. */
const cutTo =
  (text: (x: Sql) => Sql): Call =>
  ([x = none], given, { kind }) =>
    !given.every(isShort)
      ? null
      : kind === 'date'
        ? sql`cast(${text(x)} as date)`
        : kind === 'datetime'
          ? sql`cast(${text(x)} as datetime(3))`
          : null

const clockTo =
  (dated: Sql, timed: Sql): Call =>
  ([x = none], _, { kind }) =>
    kind === 'time'
      ? sql`cast(time_format(${x}, ${timed}) as time(3))`
      : sql`cast(date_format(${x}, ${dated}) as datetime(3))`

const tableFor = (told: (x: Spelled) => Sql): ReadonlyMap<string, Call> =>
  new Map<string, Call>([
    ['coalesce', (_, given) => sql`coalesce(${join(given.map(told))})`],
    ['greatest', extreme(sql`greatest`, told)],
    ['least', extreme(sql`least`, told)],
    ['add', additive(sql` + `)],
    ['sub', additive(sql` - `)],
    ['mul', multiplied],
    ['div', divided],
    ['mod', remainder],
    ['neg', one((x) => sql`(- ${x})`)],
    ['abs', one((x) => sql`abs(${x})`)],
    ['ceil', ([x = none], _, { kind }) => (kind === 'int' ? x : wide(kind, sql`ceiling(${x})`))],
    ['floor', ([x = none], _, { kind }) => (kind === 'int' ? x : wide(kind, sql`floor(${x})`))],
    ['sign', one((x) => sql`sign(${x})`)],
    ['round', rounded],
    [
      'sqrt',
      (_, given, { kind }) => (kind === 'float' ? sql`sqrt(${inKind(given, 'float')?.[0] ?? none})` : null),
    ],
    ['pi', () => sql`(pi() + 0e0)`],
    ['trim', one((x) => sql`trim(${x})`)],
    ['ltrim', one((x) => sql`ltrim(${x})`)],
    ['rtrim', one((x) => sql`rtrim(${x})`)],
    ['reverse', one((x) => sql`reverse(${x})`)],
    ['length', one((x) => sql`char_length(${x})`)],
    ['left', cut(sql`left`)],
    ['right', cut(sql`right`)],
    ['substr', substr],
    ['replace', ([x = none, old = none, by = none]) => sql`replace(${x}, ${old}, ${by})`],
    ['lpad', padded(sql`lpad`)],
    ['rpad', padded(sql`rpad`)],
    [
      'strindex',
      (_, [x, part]) =>
        x === undefined || part === undefined ? null : sql`locate(${told(part)}, ${told(x)})`,
    ],
    [
      'ord',
      ([x = none], given) =>
        given.every(isShort)
          ? sql`case when char_length(${x}) > 0 then ord(convert(left(${x}, 1) using utf32)) end`
          : null,
    ],
    ['concat', (args) => sql`concat_ws('', ${join(args)})`],
    ['year', one((x) => sql`year(${x})`)],
    ['iso_year', one((x) => sql`(yearweek(${x}, 3) div 100)`)],
    ['quarter', one((x) => sql`quarter(${x})`)],
    ['month', one((x) => sql`month(${x})`)],
    ['week', one((x) => sql`week(${x}, 3)`)],
    ['day', one((x) => sql`dayofmonth(${x})`)],
    ['week_day', one((x) => sql`dayofweek(${x})`)],
    ['iso_week_day', one((x) => sql`(weekday(${x}) + 1)`)],
    ['hour', one((x) => sql`hour(${x})`)],
    ['minute', one((x) => sql`minute(${x})`)],
    ['second', one((x) => sql`second(${x})`)],
    ['date', one((x) => sql`date(${x})`)],
    ['time', one((x) => sql`cast(${x} as time(3))`)],
    ['trunc_year', cutTo((x) => sql`date_format(${x}, '%Y-01-01')`)],
    [
      'trunc_quarter',
      cutTo((x) => sql`concat(date_format(${x}, '%Y-'), lpad(quarter(${x}) * 3 - 2, 2, '0'), '-01')`),
    ],
    ['trunc_month', cutTo((x) => sql`date_format(${x}, '%Y-%m-01')`)],
    ['trunc_week', cutTo((x) => sql`date_sub(date(${x}), interval weekday(${x}) day)`)],
    ['trunc_day', cutTo((x) => sql`date(${x})`)],
    ['trunc_hour', clockTo(sql`'%Y-%m-%d %H:00:00'`, sql`'%H:00:00'`)],
    ['trunc_minute', clockTo(sql`'%Y-%m-%d %H:%i:00'`, sql`'%H:%i:00'`)],
    ['trunc_second', clockTo(sql`'%Y-%m-%d %H:%i:%s'`, sql`'%H:%i:%s'`)],
    ['now', () => sql`cast(${nowParam((at) => at.replace('T', ' ').replace('Z', ''))} as datetime(3))`],
  ])

/**
 * The functions of expressions; one gives `null` where MariaDB has none that gives the same.
 *
 * @since 0.2.0
 */
export const mariadbCall = (told: (x: Spelled) => Sql): Dialect['call'] => {
  const table = tableFor(told)
  return (name, given, type) =>
    table.get(name)?.(
      given.map((each) => each.sql),
      given,
      type,
    ) ?? null
}
