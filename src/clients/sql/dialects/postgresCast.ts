/**
 * Conversions between kinds in PostgreSQL.
 *
 * @since 0.2.0
 */
import type { Kind } from '../../../value/Value.js'
import type { Spelled } from '../Dialect.js'
import { param, sql, type Sql } from '../Sql.js'

/**
 * A whole number as an int. Null if it isn't a safe integer. The expression occurs once.
 *
 * @since 0.2.0
 */
export const safe = (value: Sql): Sql =>
  sql`nullif(nullif(greatest(least(${value}, 9007199254740992), -9007199254740992), 9007199254740992), -9007199254740992)::bigint`

/**
 * An expression with a value that occurs once. `v` is its name. Without `offset 0`, the planner would repeat the value,
 * and nested values multiply.
 *
 * @since 0.2.0
 */
export const once = (value: Sql, made: Sql): Sql =>
  sql`(select ${made} from (select ${value} as v offset 0) s)`

/**
 * A decimal as a float. Null if it is too large.
 *
 * @since 0.2.0
 */
export const asFloat = (decimal: Sql): Sql =>
  once(
    decimal,
    sql`case when abs(v) > 1.7976931348623158e308 then null when abs(v) < 2.5e-324 then 0 else v::float8 end`,
  )

/**
 * A decimal that may have too many digits. Null if it has.
 *
 * @since 0.2.0
 */
export const kept = (decimal: Sql): Sql =>
  once(
    decimal,
    sql`case when min_scale(v) + case when abs(v) < 1 then 0 else length(trunc(abs(v))::text) end <= 1000 then v end`,
  )

/** The spaces that JavaScript trims. */
const spaces =
  '\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff'

const trimmed = (text: Sql): Sql => sql`btrim(${text}, ${param(spaces)}::text)`

/**
 * A value converted to another kind. Null if it can't be converted. `null` if PostgreSQL can't express the conversion.
 *
 * @since 0.2.0
 */
export const postgresCast = (x: Spelled, to: Kind): Sql | null => {
  const {
    sql: text,
    type: { kind: from },
  } = x
  if (from === to) return text
  if (to === 'text') return toText(from, text)
  if (from === 'text') return fromText(to, trimmed(text))
  switch (to) {
    case 'int':
      if (from === 'boolean') return sql`(${text})::int::bigint`
      if (from === 'decimal') return safe(sql`round(${text})`)
      return from === 'float' ? rounded(text) : null
    case 'float':
      return from === 'decimal' ? asFloat(text) : from === 'int' ? sql`(${text})::float8` : null
    case 'decimal':
      return from === 'int'
        ? sql`(${text})::numeric`
        : from === 'float'
          ? sql`(${text})::text::numeric`
          : null
    case 'boolean':
      return from === 'int' ? sql`(${text} <> 0)` : null
    case 'date':
      return from === 'datetime' ? sql`(${text} at time zone 'UTC')::date` : null
    case 'time':
      return from === 'datetime' ? sql`(${text} at time zone 'UTC')::time(3)` : null
    case 'datetime':
      return from === 'date' ? sql`((${text})::timestamp at time zone 'UTC')` : null
    default:
      return null
  }
}

const toText = (from: Kind, text: Sql): Sql | null => {
  switch (from) {
    case 'int':
    case 'boolean':
    case 'uuid':
      return sql`(${text})::text`
    case 'decimal':
      return sql`trim_scale(${text})::text`
    case 'date':
      return sql`to_char(${text}, 'YYYY-MM-DD')`
    case 'time':
      return sql`to_char(${text}, 'HH24:MI:SS.MS')`
    case 'datetime':
      return sql`to_char(${text} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`
    default:
      return null
  }
}

const rounded = (float: Sql): Sql =>
  once(sql`round(${float})`, sql`case when abs(v) <= 9007199254740991 then v::bigint end`)

const spelling = sql`'^[+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)([eE][+-]?[0-9]{1,4})?$'`

const decimal = (given: Sql): Sql =>
  kept(once(given, sql`case when v ~ ${spelling} and length(v) <= 2002 then v::numeric end`))

const fromText = (to: Kind, given: Sql): Sql | null => {
  switch (to) {
    case 'int':
      return once(
        given,
        sql`case when v ~ '^[+-]?[0-9]+$' and length(v) <= 100000 then ${safe(sql`v::numeric`)} end`,
      )
    case 'decimal':
      return decimal(given)
    case 'float':
      return asFloat(decimal(given))
    case 'boolean':
      return once(
        sql`lower(${given} collate "C")`,
        sql`case when v in ('true', 't', 'yes', 'on', '1') then true when v in ('false', 'f', 'no', 'off', '0') then false end`,
      )
    case 'uuid':
      return once(
        sql`lower(${given} collate "C")`,
        sql`case when v ~ '^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$' then v::uuid end`,
      )
    default:
      return null
  }
}
