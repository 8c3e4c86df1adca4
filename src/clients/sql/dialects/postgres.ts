/**
 * PostgreSQL, and databases that are compatible with it: PGlite, CockroachDB, Yugabyte.
 *
 * @since 0.2.0
 */
import { canonicalJson } from '../../../value/Order.js'
import type { Json, Kind } from '../../../value/Value.js'
import type { Comparison, Dialect, Spelled } from '../Dialect.js'
import { decodeValue } from '../decode.js'
import { join, nothing, nowParam, param, sql, type Sql, type SqlValue } from '../Sql.js'
import { isSendable } from './common.js'
import { postgresAggregate } from './postgresAggregate.js'
import { postgresCall } from './postgresCall.js'
import { postgresCast } from './postgresCast.js'
import { postgresText } from './postgresText.js'

const types: { readonly [K in Kind]: Sql } = {
  text: sql`text`,
  int: sql`bigint`,
  float: sql`float8`,
  decimal: sql`numeric`,
  boolean: sql`boolean`,
  date: sql`date`,
  time: sql`time(3)`,
  datetime: sql`timestamptz(3)`,
  duration: sql`interval`,
  uuid: sql`uuid`,
  json: sql`jsonb`,
}

const spelled = (kind: Kind, value: Json): string =>
  kind === 'json' || typeof value === 'object'
    ? canonicalJson(value)
    : kind === 'duration'
      ? // Each part has a sign of its own.
        String(value).replace(' ', ' days +')
      : String(value)

const encode = (kind: Kind, value: Json): SqlValue => (value === null ? null : spelled(kind, value))

const bind = (kind: Kind, value: Json): Sql => sql`${param(encode(kind, value))}::${types[kind]}`

const operators: { readonly [O in Comparison]: Sql } = {
  '=': sql` = `,
  '<>': sql` <> `,
  '<': sql` < `,
  '<=': sql` <= `,
  '>': sql` > `,
  '>=': sql` >= `,
}

/** Text that isn't a column of ours may be in any collation. */
const sortable = ({ sql: text, type: { kind }, column }: Spelled): Sql | null =>
  kind === 'json' ? null : kind === 'text' && !column ? sql`(${text}) collate "C"` : text

const compare = (operator: Comparison, a: Spelled, b: Spelled): Sql | null => {
  const by = operators[operator]
  const [x, y] = [a.type.kind, b.type.kind]
  if (x === y) {
    if (operator === '=' || operator === '<>') return sql`${a.sql}${by}${b.sql}`
    const [left, right] = [sortable({ ...a, column: a.column || b.column }), b.sql]
    return left === null ? null : sql`${left}${by}${right}`
  }
  // Ints and floats compare as floats. Anything compared with a decimal compares as decimals.
  const common: Kind = x === 'decimal' || y === 'decimal' ? 'decimal' : 'float'
  const [left, right] = [a, b].map((each) =>
    each.type.kind === common ? each.sql : postgresCast(each, common),
  )
  return left === null || right === null || left === undefined || right === undefined
    ? null
    : sql`${left}${by}${right}`
}

/** An array as PostgreSQL reads it. */
const arrayOf = (values: ReadonlyArray<string>): string =>
  `{${values.map((each) => `"${each.replace(/["\\]/gu, '\\$&')}"`).join(',')}}`

/**
 * PostgreSQL's dialect.
 *
 * @since 0.2.0
 */
export const postgres: Dialect = {
  name: 'postgres',
  quote: '"',
  placeholder: 'dollar',
  columnTypes: {
    text: 'text collate "C"',
    int: 'bigint',
    float: 'double precision',
    decimal: 'numeric',
    boolean: 'boolean',
    date: 'date',
    time: 'time(3)',
    datetime: 'timestamptz(3)',
    duration: 'interval',
    uuid: 'uuid',
    json: 'jsonb',
  },
  abilities: {
    returning: { insert: true, update: true, delete: true },
    upsert: 'on conflict',
    rowSource: 'unnest',
    correlatedDerived: true,
    correlatedOrder: true,
    limitInIn: true,
    nullsOrder: true,
    transactionalDdl: true,
    registered: false,
    maxJoins: 200,
  },
  sendable: isSendable,
  encode,
  bind,
  now: sql`${nowParam((now) => now)}::timestamptz(3)`,
  decode: decodeValue,
  among: ({ sql: text, type: { kind } }, members) =>
    sql`${text} = any(${param(arrayOf(members.map((each) => spelled(kind, each))))}::${types[kind]}[])`,
  truth: (value) => (value ? sql`true` : sql`false`),
  exists: (query) => sql`exists (${query})`,
  isMissing: ({ sql: text }) => sql`${text} is null`,
  sortable,
  distinguishable: ({ sql: text }) => text,
  compare,
  call: postgresCall,
  cast: postgresCast,
  textLookup: postgresText,
  aggregate: postgresAggregate,
  asked: (_, x) => x,
  jsonArray: (items) => sql`array[${join(items.map(({ sql: text }) => sql`${text}::text`))}]::text[]`,
  jsonRows: (item, order) =>
    sql`coalesce(json_agg(${item}${order === null ? nothing : sql` order by ${order}`}), '[]')::text`,
  limit: (limit, offset) =>
    sql`${limit === null ? nothing : sql` limit ${bind('int', limit)}`}${offset === 0 ? nothing : sql` offset ${bind('int', offset)}`}`,
}
