/**
 * Reads the rows of a statement by the shape that is wanted. Each value is decoded and checked at once, and nothing is made
 * for a row but the row.
 *
 * @since 0.2.0
 */
import { option as O } from 'fp-ts'
import { canonical } from '../../value/canonical.js'
import { marks } from '../../value/marked.js'
import type { Json, Kind, Row } from '../../value/Value.js'
import type { RelatedShape, Shape, ShapeColumn } from '../../query/shape.js'
import type { Dialect } from './Dialect.js'
import { listFrom, type Part } from './outputs.js'

type Raw = ReadonlyArray<unknown>

type Decode = Dialect['decode']

/** Makes a row. `undefined` if a value doesn't fit. */
type Reader<A> = (raw: Raw) => A | undefined

/**
 * The rows of a shape that a statement's rows say. `null` if any of them doesn't fit the shape, or if the parts aren't read
 * this way.
 *
 * @since 0.2.0
 */
export const readRows = (
  { decode }: Pick<Dialect, 'decode'>,
  parts: ReadonlyArray<Part>,
  shape: Shape,
  raws: ReadonlyArray<Raw>,
): ReadonlyArray<Row> | null => {
  const read = readerFor(decode, parts, shape)
  if (read === null) return null
  return allOf(read, raws) ?? null
}

interface Made {
  readonly shape: Shape
  readonly read: Reader<Row> | null
}

const readers = marks<ReadonlyArray<Part>, Made>()

/** The reader of some parts is made once. A plan has one shape. */
const readerFor = (decode: Decode, parts: ReadonlyArray<Part>, shape: Shape): Reader<Row> | null => {
  const known = readers.get(parts)
  if (known?.shape === shape) return known.read
  const read = readerOf(decode, parts, shape)
  readers.set(parts, { shape, read })
  return read
}

const readerOf = (
  decode: Decode,
  parts: ReadonlyArray<Part>,
  { columns, related }: Shape,
): Reader<Row> | null => {
  if (parts.length !== columns.length + related.length) return null
  const cells = columns.map((column, i) => cellOf(parts[i], column))
  const others = related.map((each, i) => besideOf(decode, parts[columns.length + i], each))
  const values = cells.filter((each) => each !== null)
  const besides = others.filter((each) => each !== null)
  if (values.length !== cells.length || besides.length !== others.length) return null
  return besides.length === 0 ? flat(decode, values) : withRelated(flat(decode, values), besides)
}

/** A value of the statement's row, and the column that it is for. */
interface Cell {
  readonly name: string
  readonly at: number
  readonly kind: Kind
  readonly nullable: boolean
  /** Whether what the decoder gives is canonical anyway. */
  readonly sure: boolean
  readonly coded: boolean
}

/** Kinds whose decoded values may have another canonical form. */
const unsure: ReadonlySet<Kind> = new Set(['uuid', 'json'])

const cellOf = (part: Part | undefined, { name, kind, nullable, codec }: ShapeColumn): Cell | null =>
  part?._tag !== 'value' || part.name !== name || part.kind !== kind
    ? null
    : { name, at: part.at, kind, nullable, sure: !unsure.has(kind), coded: codec !== null }

/** A row's own columns. It begins as an empty object: a copy of one with all columns is slower where many are made. */
const flat =
  (decode: Decode, cells: ReadonlyArray<Cell>): Reader<{ [name: string]: Json }> =>
  (raw) => {
    const row: { [name: string]: Json } = {}
    /* eslint-disable-next-line functional/no-loop-statements -- called for each row */
    for (const { name, at, kind, nullable, sure, coded } of cells) {
      const value = decode(kind, raw[at] ?? null)
      if (value === undefined || (value === null && !nullable)) return undefined
      if (sure || value === null) row[name] = value
      else {
        const own = canonical(kind, value)
        // What isn't in stored form is left to the field's codec.
        if (O.isNone(own) || (coded && own.value !== value)) return undefined
        row[name] = own.value
      }
    }
    return row
  }

interface Beside {
  readonly name: string
  readonly read: Reader<Json>
}

const withRelated =
  (own: Reader<{ [name: string]: Json }>, related: ReadonlyArray<Beside>): Reader<Row> =>
  (raw) => {
    const row = own(raw)
    if (row === undefined) return undefined
    /* eslint-disable-next-line functional/no-loop-statements -- called for each row */
    for (const { name, read } of related) {
      const value = read(raw)
      if (value === undefined) return undefined
      row[name] = value
    }
    return row
  }

/** The related rows of a row. */
const besideOf = (
  decode: Decode,
  part: Part | undefined,
  { name, many, nullable, shape }: RelatedShape,
): Beside | null => {
  if (part === undefined || part.name !== name) return null
  const read = part._tag === 'one' || part._tag === 'many' ? readerOf(decode, part.parts, shape) : null
  if (read === null) return null
  if (part._tag === 'one' && !many)
    return {
      name,
      read: (raw) => ((raw[part.key] ?? null) !== null ? read(raw) : nullable ? null : undefined),
    }
  if (part._tag !== 'many' || part.single === many) return null
  return {
    name,
    read: (raw) => {
      const rows = allOf(read, listFrom(raw[part.at]))
      if (rows === undefined || many) return rows
      return rows[0] ?? (nullable ? null : undefined)
    },
  }
}

const allOf = (read: Reader<Row>, raws: ReadonlyArray<Raw>): ReadonlyArray<Row> | undefined => {
  const rows: Array<Row> = []
  /* eslint-disable-next-line functional/no-loop-statements -- ends at the first that doesn't fit */
  for (const raw of raws) {
    const row = read(raw)
    if (row === undefined) return undefined
    rows.push(row)
  }
  return rows
}
