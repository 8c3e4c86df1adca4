/**
 * Conversions between kinds in MariaDB and MySQL.
 *
 * @since 0.2.0
 */
import type { Kind } from '../../../value/Value.js'
import type { Spelled } from '../Dialect.js'
import { sql, type Sql } from '../Sql.js'
import { isShort } from './common.js'

/**
 * A whole number as an int. Null if it isn't a safe integer. The expression occurs once.
 *
 * @since 0.2.0
 */
export const safe = (value: Sql): Sql =>
  sql`cast(nullif(nullif(greatest(least(${value}, 9007199254740992), -9007199254740992), 9007199254740992), -9007199254740992) as signed)`

const toText = ({ sql: text, type: { kind } }: Spelled): Sql | null => {
  switch (kind) {
    case 'int':
    case 'date':
    case 'uuid':
      return sql`cast(${text} as char)`
    case 'boolean':
      return sql`case when ${text} then 'true' when not ${text} then 'false' end`
    case 'decimal': {
      const digits = sql`cast(${text} as char)`
      const plain = sql`trim(trailing '.' from trim(trailing '0' from ${digits}))`
      return sql`case when locate('.', ${digits}) > 0 then ${plain} else ${digits} end`
    }
    case 'datetime':
      return sql`concat(date_format(${text}, '%Y-%m-%dT%H:%i:%s.'), lpad(microsecond(${text}) div 1000, 3, '0'), 'Z')`
    case 'time':
      return sql`concat(time_format(${text}, '%H:%i:%s.'), lpad(microsecond(${text}) div 1000, 3, '0'))`
    default:
      return null
  }
}

/**
 * A value converted to another kind. Null if it can't be converted. `null` if MariaDB can't express the conversion.
 *
 * @since 0.2.0
 */
export const mariadbCast = (x: Spelled, to: Kind): Sql | null => {
  const {
    sql: text,
    type: { kind: from },
  } = x
  if (from === to) return text
  if (to === 'text') return from === 'int' || from === 'date' || isShort(x) ? toText(x) : null
  switch (to) {
    case 'int':
      if (from === 'boolean') return sql`(${text} + 0)`
      if (from === 'decimal') return safe(sql`round(${text})`)
      return from === 'float' && isShort(x)
        ? sql`case when abs(round(${text})) <= 9007199254740991 then cast(round(${text}) as signed) end`
        : null
    case 'float':
      return from === 'int' || from === 'decimal' ? sql`cast(${text} as double)` : null
    case 'decimal':
      return from === 'int' ? sql`cast(${text} as decimal(65, 30))` : null
    case 'boolean':
      return from === 'int' ? sql`(${text} <> 0)` : null
    case 'date':
      return from === 'datetime' ? sql`date(${text})` : null
    case 'time':
      return from === 'datetime' ? sql`cast(${text} as time(3))` : null
    case 'datetime':
      return from === 'date' ? sql`cast(${text} as datetime(3))` : null
    default:
      return null
  }
}
