/**
 * MariaDB, and MySQL, whose code point collation has another name.
 *
 * @since 0.2.0
 */
import { canonicalJson } from '../../../value/Order.js'
import * as Duration from '../../../value/Duration.js'
import type { Duration as DurationText, Json, Kind } from '../../../value/Value.js'
import type { Comparison, Dialect, Spelled } from '../Dialect.js'
import { decodeValue } from '../decode.js'
import { after, foldedPattern } from '../fold.js'
import { translated } from '../pattern.js'
import { join, natural, nothing, nowParam, param, sql, type Sql, type SqlValue } from '../Sql.js'
import { isSendable } from './common.js'
import { mariadbAggregate } from './mariadbAggregate.js'
import { mariadbCall } from './mariadbCall.js'
import { mariadbCast } from './mariadbCast.js'

const clock = (text: string): string => text.replace('T', ' ').replace('Z', '')

const encode = (kind: Kind, value: Json): SqlValue => {
  if (value === null) return null
  if (kind === 'json' || typeof value === 'object') return canonicalJson(value)
  if (typeof value === 'boolean') return value ? 1n : 0n
  if (typeof value === 'number') return kind === 'int' ? BigInt(value) : value
  if (kind === 'duration') return String(Duration.toMicros(value as DurationText)) // a value of a kind is what the kind says
  return kind === 'datetime' ? clock(value) : value
}

const typed: { readonly [K in Kind]: (given: Sql) => Sql } = {
  text: (given) => given,
  int: (given) => sql`cast(${given} as signed)`,
  float: (given) => sql`cast(${given} as double)`,
  decimal: (given) => sql`cast(${given} as decimal(65, 30))`,
  boolean: (given) => sql`cast(${given} as signed)`,
  date: (given) => sql`cast(${given} as date)`,
  time: (given) => sql`cast(${given} as time(3))`,
  datetime: (given) => sql`cast(${given} as datetime(3))`,
  duration: (given) => sql`cast(${given} as decimal(20))`,
  uuid: (given) => given,
  json: (given) => given,
}

/**
 * A constant as a parameter with the type of its kind. MySQL takes the parameter of `cast(? as time)` for a time, and reads
 * any text as midnight, unless the parameter is cast to text first.
 */
const binding =
  (timeAsText: boolean): Dialect['bind'] =>
  (kind, value) => {
    if (value === null) return sql`null`
    const given = param(encode(kind, value))
    return typed[kind](kind === 'time' && timeAsText ? sql`cast(${given} as char)` : given)
  }

/** A decimal column has 35 digits before the point and 30 after it. */
const sendable = (kind: Kind, value: Json): boolean => {
  if (kind !== 'decimal' || typeof value !== 'string') return isSendable(kind, value)
  const [wholes = '', places = ''] = value.replace('-', '').split('.')
  return wholes.length <= 35 && places.length <= 30
}

const operators: { readonly [O in Comparison]: Sql } = {
  '=': sql` = `,
  '<>': sql` <> `,
  '<': sql` < `,
  '<=': sql` <= `,
  '>': sql` > `,
  '>=': sql` >= `,
}

const mysqlLike = (name: 'mariadb' | 'mysql', collated: (text: Sql) => Sql): Dialect => {
  /** Text outside the library's columns may have any collation. */
  const told = ({ sql: text, type: { kind }, column, constant }: Spelled): Sql =>
    (kind === 'text' || kind === 'uuid') && !column && constant === undefined ? collated(text) : text
  const sortable = (x: Spelled): Sql | null => (x.type.kind === 'json' ? null : told(x))
  const startsWith = (x: Spelled, operand: Spelled): Sql => {
    if (typeof operand.constant !== 'string')
      return sql`left(${told(x)}, char_length(${operand.sql})) = ${operand.sql}`
    const end = after(operand.constant)
    const from = sql`${told(x)} >= ${operand.sql}`
    return end === null ? from : sql`(${from} and ${told(x)} < ${param(end)})`
  }
  // MySQL refuses an empty pattern.
  const matches = (x: Spelled, pattern: string): Sql =>
    sql`${told(x)} regexp ${param(pattern === '' ? '(?:)' : pattern)}`
  const folded = (lookup: string, x: Spelled, operand: Spelled): Sql | null => {
    if (typeof operand.constant !== 'string') return null
    const pattern = foldedPattern(operand.constant)
    if (pattern === null) return null
    const begins = lookup === 'istartswith' || lookup === 'iexact'
    const ends = lookup === 'iendswith' || lookup === 'iexact'
    return matches(x, `${begins ? '\\A' : ''}${pattern}${ends ? '\\z' : ''}`)
  }
  const matching = (x: Spelled, operand: Spelled, anyCase: boolean): Sql | null => {
    const pattern = typeof operand.constant === 'string' ? translated(operand.constant, anyCase) : null
    return pattern === null ? null : matches(x, pattern)
  }
  const textLookup: Dialect['textLookup'] = (lookup, x, operand) => {
    switch (lookup) {
      case 'contains':
        return sql`locate(${told(operand)}, ${told(x)}) > 0`
      case 'startswith':
        return startsWith(x, operand)
      case 'endswith':
        return sql`right(${told(x)}, char_length(${operand.sql})) = ${told(operand)}`
      case 'iexact':
      case 'icontains':
      case 'istartswith':
      case 'iendswith':
        return folded(lookup, x, operand)
      case 'regex':
      case 'iregex':
        return matching(x, operand, lookup === 'iregex')
      default:
        return null
    }
  }
  return {
    name,
    quote: '`',
    placeholder: 'question',
    columnTypes: {
      text: name === 'mysql' ? 'longtext collate utf8mb4_0900_bin' : 'longtext collate utf8mb4_nopad_bin',
      int: 'bigint',
      float: 'double',
      decimal: 'decimal(65, 30)',
      boolean: 'tinyint(1)',
      date: 'date',
      time: 'time(3)',
      datetime: 'datetime(3)',
      duration: 'decimal(20)',
      uuid: 'char(36)',
      json: 'json',
    },
    abilities: {
      returning: { insert: name === 'mariadb', update: false, delete: name === 'mariadb' },
      upsert: 'on duplicate key',
      rowSource: 'json_table',
      // MySQL has them, but no window in them may refer to an outer row.
      correlatedDerived: false,
      correlatedOrder: true,
      limitInIn: false,
      nullsOrder: false,
      transactionalDdl: false,
      registered: false,
      maxJoins: 50,
    },
    sendable,
    encode,
    bind: binding(name === 'mysql'),
    now: sql`cast(${nowParam(clock)} as datetime(3))`,
    decode: decodeValue,
    among: (x, members) => {
      const { kind } = x.type
      if (kind !== 'int' && kind !== 'text') return null
      const list = param(JSON.stringify(members))
      return kind === 'int'
        ? sql`${x.sql} in (select v from json_table(${list}, '$[*]' columns (v bigint path '$')) j)`
        : null
    },
    truth: (value) => (value ? sql`true` : sql`false`),
    exists: (query) => sql`exists (${query})`,
    isMissing: ({ sql: text }) => sql`${text} is null`,
    sortable,
    distinguishable: sortable,
    compare: (operator, a, b) => {
      const kinds = [a.type.kind, b.type.kind]
      if (kinds.includes('json')) return null
      if (kinds.includes('decimal') && kinds.includes('float')) return null
      return sql`${told(a)}${operators[operator]}${told(b)}`
    },
    call: mariadbCall(told),
    cast: mariadbCast,
    textLookup,
    aggregate: mariadbAggregate(told),
    asked: (_, x) => x,
    jsonArray: (items) =>
      sql`json_array(${join(items.map((each) => (each.type.kind === 'text' ? each.sql : sql`cast(${each.sql} as char)`)))})`,
    jsonRows: (item, order) => {
      const items = sql`${item}${order === null ? nothing : sql` order by ${order}`}`
      // In MySQL, `json_arrayagg` takes no order.
      const rows =
        name === 'mysql' ? sql`concat('[', group_concat(${items}), ']')` : sql`json_arrayagg(${items})`
      return sql`coalesce(${rows}, '[]')`
    },
    limit: (limit, offset) =>
      sql` limit ${limit === null ? sql`18446744073709551615` : natural(limit)}${offset === 0 ? nothing : sql` offset ${natural(offset)}`}`,
  }
}

/**
 * MariaDB's dialect.
 *
 * @since 0.2.0
 */
export const mariadb: Dialect = mysqlLike(
  'mariadb',
  (text) => sql`(convert(${text} using utf8mb4) collate utf8mb4_nopad_bin)`,
)

/**
 * MySQL's dialect, of version 8.0.31 and newer.
 *
 * @since 0.2.0
 */
export const mysql: Dialect = {
  // The parameters within `convert(… using utf8mb4)` would compare by the character set's usual collation.
  ...mysqlLike('mysql', (text) => sql`(cast(${text} as char) collate utf8mb4_0900_bin)`),
  // MySQL compares a date that can't be null with '0000-00-00' instead, and refuses that in a derived table.
  isMissing: ({ sql: text, type: { kind } }) =>
    kind === 'date' || kind === 'datetime' ? sql`${text} <=> null` : sql`${text} is null`,
  // mysql2 would parse JSON, and a text that looks like JSON would be parsed again.
  asked: (kind, x) => (kind === 'json' ? sql`cast(${x} as char)` : x),
}
