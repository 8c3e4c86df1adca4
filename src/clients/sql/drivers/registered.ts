/**
 * Functions of ours that run within SQLite: those of expressions, lookups and aggregates that it doesn't have, or has with
 * another meaning. Each is the library's own, so that it means the same to the last digit.
 *
 * @since 0.2.0
 */
import { unmetered } from '../../../value/Meter.js'
import { canonicalJson } from '../../../value/Order.js'
import * as Decimal from '../../../value/Decimal.js'
import * as Duration from '../../../value/Duration.js'
import { kinds, type Json, type Kind } from '../../../value/Value.js'
import { aggregate } from '../../../expression/aggregate.js'
import type { AggregateName } from '../../../expression/Expression.js'
import { castValue } from '../../../expression/functions/cast.js'
import { functions } from '../../../expression/functions.js'
import { builtIn } from '../../../expression/lookups.js'
import { decodeValue } from '../decode.js'

/**
 * The values that SQLite passes to functions and gets from them. Ints are `bigint`s.
 *
 * @since 0.2.0
 */
export type SqliteValue = null | number | bigint | string | Uint8Array

type Given = ReadonlyArray<SqliteValue>

/**
 * A value as it is stored in SQLite.
 *
 * @since 0.2.0
 */
export const stored = (kind: Kind, value: Json): SqliteValue => {
  if (value === null) return null
  if (kind === 'json' || typeof value === 'object') return canonicalJson(value)
  if (typeof value === 'boolean') return value ? 1n : 0n
  return typeof value === 'number' && kind === 'int' ? BigInt(value) : value
}

const textOf = (given: SqliteValue | undefined): string => (typeof given === 'string' ? given : '')

const kindNamed = (name: SqliteValue | undefined): Kind => kinds.find((kind) => kind === name) ?? 'text'

const valueOf = (kind: Kind, raw: SqliteValue | undefined): Json => decodeValue(kind, raw ?? null) ?? null

/** `qs_call(name, result, now, kind of a, a, kind of b, b, …)` */
const call = (...[name, result, now, ...rest]: Given): SqliteValue => {
  const definition = functions.get(textOf(name))
  const pairs = Array.from({ length: rest.length / 2 }, (_, i) => {
    const kind = kindNamed(rest[2 * i])
    return { type: { kind, nullable: true }, value: valueOf(kind, rest[2 * i + 1]) }
  })
  const args = pairs.map(({ value }) => value)
  if (definition === undefined || (definition.strict && args.includes(null))) return null
  const types = pairs.map(({ type }) => type)
  return stored(kindNamed(result), definition.apply(args, types, textOf(now)))
}

/** `qs_cast(from, to, x)` */
const cast = (...[from, to, x]: Given): SqliteValue => {
  const kind = kindNamed(from)
  return stored(kindNamed(to), castValue(kind, kindNamed(to), valueOf(kind, x)))
}

/** `qs_lookup(name, x, operand)`, of text. */
const lookup = (...[name, x, operand]: Given): SqliteValue => {
  if (x === null || operand === null || typeof x !== 'string' || typeof operand !== 'string') return null
  const [known, text] = [textOf(name), operand]
  const holds = meaningOf(known, text)
  return holds(x) ? 1n : 0n
}

const meanings = new Map<string, (value: Json) => boolean>()

/** A lookup with an operand; the last ones are kept, since a statement asks for the same with each row. */
const meaningOf = (name: string, operand: string): ((value: Json) => boolean) => {
  const key = `${name} ${operand}`
  const found = meanings.get(key)
  if (found !== undefined) return found
  const definition = builtIn.get(name)
  const pattern = definition?.pattern?.(operand)
  const meaning = definition?.meaning('text', ['text'], unmetered)
  const made = pattern?._tag === 'Right' ? pattern.right : (value: Json) => meaning?.(value, operand) ?? false
  if (meanings.size >= 100) meanings.clear()
  meanings.set(key, made)
  return made
}

/** `qs_key(kind, x)`: text that sorts as the values do. */
const key = (...[name, x]: Given): SqliteValue => {
  const kind = kindNamed(name)
  const value = valueOf(kind, x)
  if (value === null) return null
  switch (kind) {
    case 'json':
      return canonicalJson(value)
    case 'duration':
      // The kind determines the type of the value, also in the functions below.
      return decimalKey(String(Duration.toMicros(value as Duration_)))
    case 'int':
    case 'float':
      return decimalKey(Decimal.fromNumber(value as number) ?? Decimal.fromInt(0))
    case 'decimal':
      return decimalKey(value as string)
    default:
      return stored(kind, value)
  }
}

type Duration_ = Parameters<typeof Duration.toMicros>[0]

/**
 * The number of digits before the point, and the digits. In a negative number each digit is replaced by its complement.
 */
const decimalKey = (decimal: string): string => {
  const negative = decimal.startsWith('-')
  const [wholes = '', places = ''] = (negative ? decimal.slice(1) : decimal).split('.')
  const digits = `${String(wholes.length).padStart(4, '0')}${wholes}${places}`
  return negative ? `0${digits.replace(/\d/gu, (digit) => String(9 - Number(digit)))}~` : `1${digits}`
}

/** The values that an aggregate has received so far. */
interface Bag {
  how: string
  readonly values: Array<Json>
}

/** `qs_aggregate('name:kind:distinct:sample', x)` */
const step = (bag: Bag, ...[how, x]: Given): Bag => {
  bag.how = textOf(how)
  const value = valueOf(kindNamed(bag.how.split(':')[1]), x)
  if (value !== null) bag.values.push(value)
  return bag
}

const result = ({ how, values }: Bag): SqliteValue => {
  const [name = 'count', kind, distinct, sample] = how.split(':')
  const of = kindNamed(kind)
  const made = aggregate(name as AggregateName, of, values, {
    distinct: distinct === '1',
    sample: sample === '1',
  })
  return typeof made === 'number' && name === 'sum' && of === 'int'
    ? BigInt(made)
    : stored(of === 'int' ? 'float' : of, made)
}

/**
 * The members of `node:sqlite` and `better-sqlite3` that register functions.
 *
 * @since 0.2.0
 */
export interface Registering {
  readonly function?: (
    name: string,
    options: {
      readonly deterministic: boolean
      readonly varargs: boolean
      readonly useBigIntArguments: boolean
      readonly safeIntegers: boolean
    },
    run: (...given: ReadonlyArray<SqliteValue>) => SqliteValue,
  ) => unknown
  readonly aggregate?: (
    name: string,
    options: {
      readonly start: () => Bag
      readonly step: (bag: Bag, ...given: ReadonlyArray<SqliteValue>) => Bag
      readonly result: (bag: Bag) => SqliteValue
      readonly deterministic: boolean
      readonly varargs: boolean
      readonly useBigIntArguments: boolean
      readonly safeIntegers: boolean
    },
  ) => unknown
}

/**
 * Registers the functions that the SQL client calls inside SQLite, on a database of `better-sqlite3` or `node:sqlite`.
 * `betterSqliteDriver` and `nodeSqliteDriver` do this themselves. Call it if kysely opens the database.
 *
 * ```text
 * import Database from 'better-sqlite3'
 * import { Kysely, SqliteDialect } from 'kysely'
 * import { kyselyDriver } from 'queryset-ts/sql/kysely'
 * import { registerFunctions } from 'queryset-ts/sql/sqlite'
 * const database = new Database('shop.sqlite')
 * database.defaultSafeIntegers(true)
 * registerFunctions(database)
 * const db = new Kysely({ dialect: new SqliteDialect({ database }) })
 * const driver = kyselyDriver(db, 'sqlite')
 * ```
 *
 * @since 0.2.0
 */
export const registerFunctions = (db: Registering): void => {
  const options = { deterministic: true, varargs: true, useBigIntArguments: true, safeIntegers: true }
  const all = { qs_call: call, qs_cast: cast, qs_lookup: lookup, qs_key: key }
  Object.entries(all).forEach(([name, run]) => db.function?.(name, options, run))
  db.aggregate?.('qs_aggregate', { ...options, start: () => ({ how: '', values: [] }), step, result })
}
