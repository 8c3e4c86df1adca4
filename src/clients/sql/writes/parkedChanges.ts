import { hash } from '../../../value/Order.js'
import type { Json } from '../../../value/Value.js'
import type { Model, ModelColumn } from '../../../schema/Schema.js'
import type { DialectName } from '../Dialect.js'
import type { Merged } from './mergedChanges.js'

/**
 * The intermediate values of rows that trade unique values. In each unique set that changes, one column gets a value
 * that hardly any row has, and none will have, or `null` if it is nullable. A set without such a column stays unchanged. If
 * a row has one of the values, the next `attempt` has others.
 *
 * @since 0.2.0
 */
export const parkedChanges = (
  dialect: DialectName,
  model: Model,
  changes: ReadonlyArray<Merged>,
  attempt: number,
): ReadonlyArray<Merged> => {
  const valuesBetween = new Map<string, Parking>()
  const parkingOf = (column: ModelColumn): Json | undefined => {
    const own = valuesBetween.get(column.name) ?? parkingOn(dialect, column, changes, attempt)
    valuesBetween.set(column.name, own)
    return own()
  }
  return changes.flatMap(({ key, set }) => {
    const parked: { [column: string]: Json } = {}
    model.unique.forEach((columns) => {
      if (columns.some((name) => Object.hasOwn(parked, name))) return
      const candidates = columns
        .flatMap((name) => model.columns.get(name) ?? [])
        .filter(({ name }) => Object.hasOwn(set, name) && name !== model.primaryKey)
        .sort((a, b) => costOf(a) - costOf(b))
      const found = candidates.map((column) => [column.name, parkingOf(column)] as const)
      const [name, value] = found.find(([, each]) => each !== undefined) ?? []
      if (name !== undefined && value !== undefined) parked[name] = value
    })
    return Object.keys(parked).length === 0 ? [] : [{ key, set: parked }]
  })
}

/** Gives another value each time. `undefined` if there are no more. */
type Parking = () => Json | undefined

/** The values of an attempt are far from those of the one before. */
const stride = 1_000_003

/** Values for a column, none of which a row gets by the changes. */
const parkingOn = (
  dialect: DialectName,
  column: ModelColumn,
  changes: ReadonlyArray<Merged>,
  attempt: number,
): Parking => {
  const own = hash(column.kind)
  const taken = new Set(changes.map(({ set }) => own(set[column.name] ?? null)))
  const next = { n: attempt * stride }
  return () => {
    /* eslint-disable-next-line functional/no-loop-statements -- one turn for each value that is taken */
    for (;;) {
      const value = parkingFor(dialect, column, next.n)
      next.n += 1
      if (value === undefined || value === null || !taken.has(own(value))) return value
    }
  }
}

/** Missing values are in nobody's way; a key that leads nowhere needs checks that wait. */
const costOf = ({ nullable, target }: ModelColumn): number => (nullable ? 0 : target === null ? 1 : 2)

/** The `n`th of the values of a kind that are rarely stored. `undefined` if there is none. */
const parkingFor = (dialect: DialectName, column: ModelColumn, n: number): Json | undefined => {
  const { kind, nullable, field } = column
  if (nullable) return null
  switch (kind) {
    case 'int':
      // Beyond the integers that a row may have, and in steps that numbers of that size have.
      return -(2 ** 62) - n * 1024
    case 'float':
      return -1.7e308 + n * 1e300
    case 'decimal':
      return decimal(field.maxDigits ?? 30, field.decimalPlaces ?? 0, n)
    case 'text':
      return text(n, field.maxLength)
    case 'date':
      return new Date(lastDay - n * 86_400_000).toISOString().slice(0, 10)
    case 'datetime':
      return new Date(lastDay + 86_399_999 - n).toISOString()
    case 'time':
      return n < 86_400_000 ? new Date(lastDay + 86_399_999 - n).toISOString().slice(11, 23) : undefined
    case 'duration':
      return `${String(90_000_000 + n)} 00:00:00`
    case 'uuid':
      return `ffffffff-ffff-ffff-ffff-${n.toString(16).padStart(12, '0')}`
    case 'json':
      return { [text(0, null) ?? '']: n }
    case 'boolean':
      // A small number in the other engines.
      return dialect === 'postgres' || n % stride > 100 ? undefined : 2 + (n % stride)
  }
}

const lastDay = Date.UTC(9999, 11, 31)

const decimal = (digits: number, places: number, n: number): Json | undefined => {
  const most = 10n ** BigInt(digits) - 1n
  if (BigInt(n % stride) >= most) return undefined
  const all = most - (BigInt(n) % most)
  const spelled = String(all).padStart(places + 1, '0')
  const at = spelled.length - places
  return `-${spelled.slice(0, at)}${places === 0 ? '' : `.${spelled.slice(at)}`}`
}

/** Code points for private use, of the last plane. */
const privates = 65_000

const text = (count: number, maxLength: number | null): string | undefined => {
  const single = maxLength === 1
  if (single && count % stride >= privates) return undefined
  const n = single ? count % privates : count
  const characters: Array<string> = []
  /* eslint-disable-next-line functional/no-loop-statements -- the digits of a number */
  for (let left = n; left > 0 || characters.length === 0; left = Math.floor(left / privates))
    characters.push(String.fromCodePoint(0x10_0000 + (left % privates)))
  return maxLength !== null && characters.length > maxLength ? undefined : characters.join('')
}
