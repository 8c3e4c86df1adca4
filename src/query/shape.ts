/**
 * The shape of a query's result: the required form of each row, and the form in which readers get it.
 *
 * @since 0.1.0
 */
import { either as E, option as O } from 'fp-ts'
import type * as t from 'io-ts'
import { canonical } from '../value/canonical.js'
import * as Decimal from '../value/Decimal.js'
import { copyJson } from '../value/copyJson.js'
import { marks } from '../value/marked.js'
import type { QueryError } from '../value/QueryError.js'
import { shownValue, sortOf } from '../value/describe.js'
import type { Decimal as DecimalText, Json, Kind, Row } from '../value/Value.js'
import type { Schema } from '../schema/Schema.js'
import { maySay } from '../schema/secrets.js'
import { modelOf, type Scope, type ScopeColumn, type Scopes } from '../expression/Scope.js'
import { check, type CheckedQuery } from './check.js'
import { isHidden, type Query, type Related } from './Query.js'

/**
 * The columns of a row, and its related rows.
 *
 * @since 0.1.0
 */
export interface Shape {
  readonly model: string | null
  readonly columns: ReadonlyArray<ShapeColumn>
  readonly related: ReadonlyArray<RelatedShape>
}

/** @since 0.1.0 */
export interface RelatedShape {
  readonly name: string
  readonly many: boolean
  /** For a single related row: whether there may be none. */
  readonly nullable: boolean
  /** For many related rows: whether several rows may lead to the same one. */
  readonly shared: boolean
  readonly shape: Shape
}

/** @since 0.1.0 */
export interface ShapeColumn {
  readonly name: string
  readonly kind: Kind
  readonly nullable: boolean
  readonly codec: t.Mixed | null
  /** The number of decimal places to show, if it is known. */
  readonly scale?: number
  /** Whether messages must not include the column's values. */
  readonly secret: boolean
}

/**
 * A value that doesn't fit: where it is, what is expected, and what type of value it is. `got` is the value, shortened,
 * if a message may include it.
 *
 * @since 0.1.0
 */
export interface Misfit {
  readonly path: string
  readonly expected: string
  readonly actual: string
  readonly got?: string
}

/**
 * The shape of a query's rows. The query is checked in the process.
 *
 * @since 0.1.0
 */
export const shapeOf = (
  schema: Schema,
  query: Query,
  parent: Scopes | null = null,
): E.Either<QueryError, Shape> => {
  const known = shapes.get(query)
  if (known?.schema === schema && parent === null) return known.shape
  const shape = shapeIn(schema, query, parent)
  if (parent === null) shapes.set(query, { schema, shape })
  return shape
}

/** On its way, a query's shape is computed several times, always for the same value. */
const shapes = marks<Query, { readonly schema: Schema; readonly shape: E.Either<QueryError, Shape> }>()

const shapeIn = (schema: Schema, query: Query, parent: Scopes | null): E.Either<QueryError, Shape> =>
  E.flatMap(check(schema, query, parent), ({ scope }: CheckedQuery) =>
    E.map((related: Shape['related']): Shape => {
      const besides = new Set(related.map(({ name }) => name))
      return {
        model: scope.model,
        columns: [...scope.columns].flatMap(([name, column]) =>
          isHidden(name) || besides.has(name) || !isGiven(scope, query, name)
            ? []
            : [shapeColumn(name, column, !maySay(schema, scope.model, name))],
        ),
        related,
      }
    })(
      E.traverseArray(({ relation, many, query: inner }: Related) =>
        E.map((shape: Shape) => ({
          name: relation,
          many,
          // The far side of a one-to-one relation is not a column, and may be missing.
          nullable: scope.columns.get(relation)?.nullable ?? true,
          shared: modelOf(scope)?.relations.get(relation)?.via._tag === 'through',
          shape,
        }))(
          // A refining query refers to the row that it belongs to.
          shapeOf(schema, inner, { scope, group: null, parent }),
        ),
      )(query.related),
    ),
  )

const shapeColumn = (
  name: string,
  { kind, nullable, codec, scale }: ScopeColumn,
  secret: boolean,
): ShapeColumn => ({
  name,
  kind,
  nullable,
  codec,
  secret,
  // A codec receives values as they are stored.
  ...(scale === undefined || scale === 0 || codec !== null ? {} : { scale }),
})

/** The error for a column value that doesn't fit. */
const misfitOf = ({ name, secret }: ShapeColumn, expected: string, value: unknown): Misfit => ({
  path: name,
  expected,
  actual: sortOf(value),
  ...(secret ? {} : { got: shownValue(value) }),
})

/**
 * Whether the rows of a query have this column. A query with `fields` gives only those fields of the model; its other
 * columns stay.
 *
 * @since 0.1.0
 */
export const isGiven = (scope: Scope, { fields }: Query, name: string): boolean =>
  fields === null || fields.includes(name) || modelOf(scope)?.columns.has(name) !== true

/**
 * Related rows that several rows share as the same object. Each is read once, and stays shared.
 *
 * @since 0.2.0
 */
export type Shared<A> = Map<Shape, Map<unknown, E.Either<Misfit, A>>>

const sharing = <A>(
  known: Shared<A>,
  shape: Shape,
  given: unknown,
  read: () => E.Either<Misfit, A>,
): E.Either<Misfit, A> => {
  const rows = known.get(shape) ?? new Map<unknown, E.Either<Misfit, A>>()
  if (rows.size === 0) known.set(shape, rows)
  const found = rows.get(given)
  if (found !== undefined) return found
  const made = read()
  rows.set(given, made)
  return made
}

/**
 * Turns a row from a client into canonical values of the shape, or says where it doesn't fit. Columns that aren't in
 * the shape are left out. Rows of one page that share related rows still share them if they are decoded with the same
 * `known`.
 *
 * @since 0.1.0
 */
export const decodeRow = (
  shape: Shape,
  given: unknown,
  known: Shared<Json> = new Map(),
): E.Either<Misfit, Row> => {
  try {
    return decoded(shape, given, known)
  } catch {
    // A property access can throw.
    return E.left({ path: '', expected: 'an object that can be read', actual: 'one that throws' })
  }
}

/**
 * Decodes all rows from a client, or gives the first row that doesn't fit, with its position.
 *
 * @since 0.2.0
 */
export const decodeRows = (
  shape: Shape,
  given: ReadonlyArray<unknown>,
): E.Either<Misfit & { readonly row: number }, ReadonlyArray<Row>> => {
  const known: Shared<Json> = new Map()
  const rows: Array<Row> = []
  /* eslint-disable-next-line functional/no-loop-statements -- no `Either` for each row */
  for (let i = 0; i < given.length; i++) {
    const copy = copyAsItIs(shape, given[i])
    if (copy !== null) {
      rows.push(copy)
      continue
    }
    const row = decodeRow(shape, given[i], known)
    if (E.isLeft(row)) return E.left({ ...row.left, row: i })
    rows.push(row.right)
  }
  return E.right(rows)
}

/**
 * A copy of a row with exactly the columns of its shape, in their order, if all values are canonical already. For any
 * other row `null`, which leaves it to `decodeRow`. The copy is checked instead of the row, since a property of the row
 * may be a function that gives a different value each time.
 */
const copyAsItIs = ({ columns, related }: Shape, given: unknown): Row | null => {
  if (related.length > 0 || !isObject(given)) return null
  try {
    const copy = { ...given }
    /* eslint-disable-next-line functional/no-let -- counted by the loop below */
    let count = 0
    /* eslint-disable-next-line functional/no-loop-statements -- called for each row */
    for (const name in copy) {
      const column = columns[count]
      if (column?.name !== name || !isStored(column, copy[name])) return null
      count += 1
    }
    // Each value has just been checked.
    return count === columns.length ? (copy as Row) : null
  } catch {
    return null
  }
}

/** Whether a value is in stored form, and needs no copy. */
const isStored = ({ kind, nullable, codec }: ShapeColumn, value: unknown): boolean => {
  if (value === null) return nullable
  if (codec !== null) return false
  if (isAsItIs(kind, value)) return true
  if (typeof value !== 'string' || kind === 'json' || kind === 'text') return false
  const read = canonical(kind, value)
  return O.isSome(read) && read.value === value
}

/** The value of an object's own property. A column can have the name of a property that all objects have. */
const ownOf = (given: { readonly [key: string]: unknown }, name: string): unknown =>
  Object.hasOwn(given, name) ? given[name] : undefined

const decoded = (shape: Shape, given: unknown, known: Shared<Json>): E.Either<Misfit, Row> => {
  if (!isObject(given)) return E.left({ path: '', expected: 'an object', actual: sortOf(given) })
  const row: { [name: string]: Json } = {}
  /* eslint-disable functional/no-loop-statements -- called for each row */
  for (const column of shape.columns) {
    const { name, kind, nullable, codec } = column
    const value = ownOf(given, name)
    if (value === null && nullable) row[name] = null
    else if (codec === null && isAsItIs(kind, value)) row[name] = value
    else {
      const read =
        value === null || value === undefined
          ? O.none
          : codec === null
            ? plain(kind, value)
            : coded(codec, kind, value)
      if (O.isNone(read)) return E.left(misfitOf(column, `${kind}${nullable ? ' or null' : ''}`, value))
      row[name] = read.value
    }
  }
  for (const { name, many, nullable, shared, shape: inner } of shape.related) {
    const value = ownOf(given, name)
    const inside = many
      ? sharing(known, inner, value, () => decodeList(inner, value, shared, known))
      : value === null && nullable
        ? E.right(null)
        : sharing(known, inner, value, () => decodeRow(inner, value, known))
    if (E.isLeft(inside)) return E.left({ ...inside.left, path: behind(name, inside.left.path) })
    row[name] = inside.right
  }
  /* eslint-enable functional/no-loop-statements */
  return E.right(row)
}

const decodeList = (
  shape: Shape,
  given: unknown,
  shared: boolean,
  known: Shared<Json>,
): E.Either<Misfit, Json> =>
  Array.isArray(given)
    ? E.traverseArrayWithIndex((i, each: unknown) =>
        E.mapLeft((misfit: Misfit): Misfit => ({ ...misfit, path: `${String(i)}.${misfit.path}` }))(
          shared
            ? sharing(known, shape, each, () => decodeRow(shape, each, known))
            : decodeRow(shape, each, known),
        ),
      )(given as ReadonlyArray<unknown>)
    : E.left({ path: '', expected: 'a list', actual: sortOf(given) })

/** Whether a value is visibly canonical. This avoids creating an `Option`. */
const isAsItIs = (kind: Kind, value: unknown): value is string | number | boolean =>
  typeof value === 'number'
    ? !Object.is(value, -0) && (kind === 'int' ? Number.isSafeInteger(value) : isFloat(kind, value))
    : (kind === 'text' && typeof value === 'string') || (kind === 'boolean' && typeof value === 'boolean')

const isFloat = (kind: Kind, value: number): boolean => kind === 'float' && Number.isFinite(value)

/** A value that is visibly canonical is kept. Any other value is parsed. */
const plain = (kind: Kind, value: unknown): O.Option<Json> =>
  (kind === 'text' && typeof value === 'string') || (kind === 'boolean' && typeof value === 'boolean')
    ? O.some(value)
    : canonical(kind, value)

/**
 * A value of a field with its own codec. A value that isn't in stored form is first given to the codec, which may read
 * more than the kind does.
 */
const coded = (codec: t.Mixed, kind: Kind, value: unknown): O.Option<Json> => {
  const own = plain(kind, value)
  if (O.isSome(own) && own.value === value) return own
  const read = O.tryCatch(() => codec.decode(value))
  return O.isSome(read) && E.isRight(read.value)
    ? O.alt(() => own)(encoded(codec, kind, read.value.right))
    : own
}

/** The stored form of what a codec reads. A codec that throws rejects the value. */
const encoded = (codec: t.Mixed, kind: Kind, value: unknown): O.Option<Json> =>
  O.flatMap(
    O.tryCatch((): unknown => codec.encode(value)),
    (stored: unknown) => plain(kind, stored),
  )

const behind = (name: string, path: string): string => (path === '' ? name : `${name}.${path}`)

const isObject = (u: unknown): u is { readonly [key: string]: unknown } =>
  typeof u === 'object' && u !== null && !Array.isArray(u)

/**
 * Copies rows of a shape. A list or row that several of them share is copied once, and the copies share it.
 *
 * @since 0.2.0
 */
export const copyRows = (shape: Shape, rows: ReadonlyArray<Row>): ReadonlyArray<Row> => {
  const isFlat = shape.related.length === 0 && shape.columns.every(({ kind }) => kind !== 'json')
  return isFlat ? rows.map((row) => ({ ...row })) : copyDeep(shape, rows)
}

const copyDeep = (shape: Shape, rows: ReadonlyArray<Row>): ReadonlyArray<Row> => {
  const known = new Map<Json, Json>()
  const once = (json: Json, copy: () => Json): Json => {
    const found = known.get(json)
    if (found !== undefined) return found
    const made = copy()
    known.set(json, made)
    return made
  }
  const copyRow = ({ related }: Shape, row: Row): Row =>
    related.length === 0
      ? copyJson(row)
      : Object.fromEntries(
          Object.entries(row).map(([name, json]) => {
            const found = related.find((each) => each.name === name)
            return [
              name,
              found === undefined || json === null
                ? copyJson(json)
                : once(json, () => copyRelated(found, json)),
            ]
          }),
        )
  const copyRelated = ({ many, shared, shape: inner }: RelatedShape, json: Json): Json => {
    // The shape says what the row contains.
    if (!many) return copyRow(inner, json as Row)
    const list = json as ReadonlyArray<Row>
    return list.map((each) => (shared ? once(each, () => copyRow(inner, each)) : copyRow(inner, each)))
  }
  return rows.map((row) => copyRow(shape, row))
}

/**
 * Whether rows of this shape have values that readers see in another form than the stored one: through a codec, or as
 * decimals with a fixed number of places.
 *
 * @since 0.1.0
 */
export const isCoded = (shape: Shape): boolean =>
  shape.columns.some(({ codec, scale }) => codec !== null || scale !== undefined) ||
  shape.related.some(({ shape: inner }) => isCoded(inner))

/**
 * Turns a row of canonical values into the form that readers see, with the values of the fields' own codecs and with
 * decimals at their number of places.
 *
 * @since 0.1.0
 */
export const readRow = (
  shape: Shape,
  row: Row,
  known: Shared<unknown> = new Map(),
): E.Either<Misfit, object> => {
  const read: { [name: string]: unknown } = { ...row }
  /* eslint-disable functional/no-loop-statements -- called for each row */
  for (const column of shape.columns) {
    const { name, codec, scale } = column
    const value = row[name] ?? null
    if (scale !== undefined && typeof value === 'string') {
      read[name] = Decimal.withPlaces(value as DecimalText, scale) // decimals are text
      continue
    }
    if (codec === null || value === null) continue
    const decoded = codec.decode(value)
    if (E.isLeft(decoded)) return E.left(misfitOf(column, codec.name, value))
    read[name] = decoded.right
  }
  for (const { name, many, shared, shape: inner } of shape.related) {
    const value = row[name] ?? null
    if (value === null) continue
    // `decodeRow` has made these values fit the shape.
    const one = (each: Row) =>
      shared || !many
        ? sharing(known, inner, each, () => readRow(inner, each, known))
        : readRow(inner, each, known)
    const result = many
      ? sharing(known, inner, value, () => E.traverseArray(one)(value as unknown as ReadonlyArray<Row>))
      : one(value as unknown as Row)
    if (E.isLeft(result)) return E.left({ ...result.left, path: behind(name, result.left.path) })
    read[name] = result.right
  }
  /* eslint-enable functional/no-loop-statements */
  return E.right(read)
}
