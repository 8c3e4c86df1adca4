/**
 * SQLite. Functions of this library, which run inside SQLite, compute what SQLite can't (see `drivers/registered`).
 *
 * @since 0.2.0
 */
import { canonicalJson } from '../../../value/Order.js'
import type { Json, Kind } from '../../../value/Value.js'
import type { Comparison, Dialect, Spelled } from '../Dialect.js'
import { decodeValue } from '../decode.js'
import { inBinaryParts, isMisread, ofParts } from '../exactFloats.js'
import { after } from '../fold.js'
import { join, natural, nothing, nowParam, param, sql, word, type Sql, type SqlValue } from '../Sql.js'
import { isSendable } from './common.js'

const encode = (kind: Kind, value: Json): SqlValue => {
  if (value === null) return null
  if (kind === 'json' || typeof value === 'object') return canonicalJson(value)
  if (typeof value === 'boolean') return value ? 1n : 0n
  return typeof value === 'number' && kind === 'int' ? BigInt(value) : value
}

const bind = (kind: Kind, value: Json): Sql => param(encode(kind, value))

const operators: { readonly [O in Comparison]: Sql } = {
  '=': sql` = `,
  '<>': sql` <> `,
  '<': sql` < `,
  '<=': sql` <= `,
  '>': sql` > `,
  '>=': sql` >= `,
}

/** Kinds whose values don't sort as they are stored. */
const keyed: ReadonlySet<Kind> = new Set<Kind>(['decimal', 'duration', 'json'])

const keyOf = ({ sql: text, type: { kind } }: Spelled): Sql => sql`qs_key(${word(kind)}, ${text})`

const sortable = (x: Spelled): Sql => (keyed.has(x.type.kind) ? keyOf(x) : x.sql)

const compare = (operator: Comparison, a: Spelled, b: Spelled): Sql => {
  const [x, y] = [a.type.kind, b.type.kind]
  const by = operators[operator]
  const decimal = x !== y && (x === 'decimal' || y === 'decimal')
  const equal = operator === '=' || operator === '<>'
  const byKey = decimal || x === 'json' || (keyed.has(x) && !equal)
  return byKey ? sql`${keyOf(a)}${by}${keyOf(b)}` : sql`${a.sql}${by}${b.sql}`
}

const startsWith = (x: Spelled, operand: Spelled): Sql => {
  if (typeof operand.constant !== 'string') return byMeaning('startswith', x, operand)
  const end = after(operand.constant)
  const from = sql`${x.sql} >= ${operand.sql}`
  return end === null ? from : sql`(${from} and ${x.sql} < ${param(end)})`
}

const byMeaning = (name: string, x: Spelled, operand: Spelled): Sql =>
  sql`qs_lookup(${word(name)}, ${x.sql}, ${operand.sql})`

const texts: ReadonlySet<string> = new Set([
  'endswith',
  'iexact',
  'icontains',
  'istartswith',
  'iendswith',
  'regex',
  'iregex',
])

const textLookup: Dialect['textLookup'] = (name, x, operand) => {
  if (name === 'contains') return sql`instr(${x.sql}, ${operand.sql}) > 0`
  if (name === 'startswith') return startsWith(x, operand)
  return texts.has(name) ? byMeaning(name, x, operand) : null
}

const aggregate: Dialect['aggregate'] = (name, x, { distinct, sample }) => {
  const { kind } = x.type
  if ((name === 'min' || name === 'max') && !keyed.has(kind))
    return name === 'min' ? sql`min(${x.sql})` : sql`max(${x.sql})`
  if (kind === 'json') return null
  const how = [name, kind, distinct ? '1' : '0', sample ? '1' : '0'].join(':')
  return sql`qs_aggregate(${word(how)}, ${x.sql})`
}

const call: Dialect['call'] = (name, args, type) => {
  if (name === 'coalesce') return sql`coalesce(${join(args.map((each) => each.sql))})`
  const given = args.map((each) => sql`, ${word(each.type.kind)}, ${each.sql}`)
  return sql`qs_call(${word(name)}, ${word(type.kind)}, ${name === 'now' ? now : word('')}${join(given, nothing)})`
}

const now = nowParam((at) => at)

const floatsOf = (members: ReadonlyArray<Json>): Sql => {
  const [whole, power] = [sql`json_extract(value, '$[0]')`, sql`json_extract(value, '$[1]')`]
  return sql`select ${ofParts(whole, power)} from json_each(${param(JSON.stringify(members.map(inBinaryParts)))})`
}

/**
 * SQLite's dialect.
 *
 * @since 0.2.0
 */
export const sqlite: Dialect = {
  name: 'sqlite',
  quote: '"',
  placeholder: 'question',
  columnTypes: {
    text: 'text',
    int: 'integer',
    float: 'real',
    decimal: 'decimaltext',
    boolean: 'boolean',
    date: 'date',
    time: 'time',
    datetime: 'datetime',
    duration: 'varchar(32)',
    uuid: 'char(36)',
    json: 'jsontext',
  },
  abilities: {
    returning: { insert: true, update: true, delete: true },
    upsert: 'on conflict',
    rowSource: 'prepared',
    correlatedDerived: true,
    correlatedOrder: false,
    limitInIn: true,
    nullsOrder: true,
    transactionalDdl: true,
    registered: true,
    maxJoins: 55,
  },
  sendable: isSendable,
  encode,
  bind,
  now,
  decode: decodeValue,
  among: (x, members) =>
    keyed.has(x.type.kind) && x.type.kind !== 'decimal'
      ? null
      : sql`${x.sql} in (${x.type.kind === 'float' && members.some(isMisread) ? floatsOf(members) : sql`select value from json_each(${param(JSON.stringify(members))})`})`,
  truth: (value) => (value ? sql`true` : sql`false`),
  // SQLite 3.51 makes a join of an EXISTS, and then loses the OFFSET around it: not so behind a `+`.
  exists: (query) => sql`+exists (${query})`,
  isMissing: ({ sql: text }) => sql`${text} is null`,
  sortable,
  distinguishable: (x) => (x.type.kind === 'json' ? keyOf(x) : x.sql),
  compare,
  call,
  cast: ({ sql: text, type: { kind } }, to) => sql`qs_cast(${word(kind)}, ${word(to)}, ${text})`,
  textLookup,
  aggregate,
  asked: (_, x) => x,
  // The digits of a float are ours: SQLite writes fifteen into JSON.
  jsonArray: (items) =>
    sql`json_array(${join(items.map((each) => (each.type.kind === 'float' ? sql`qs_cast('float', 'text', ${each.sql})` : each.sql)))})`,
  jsonRows: (item, order) =>
    sql`json_group_array(${item}${order === null ? nothing : sql` order by ${order}`})`,
  // A parameter there would have the statement prepared anew each time.
  limit: (limit, offset) =>
    sql` limit ${natural(limit ?? -1)}${offset === 0 ? nothing : sql` offset ${bind('int', offset)}`}`,
}
