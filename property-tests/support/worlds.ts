/**
 * Worlds: small schemas, and rows for them. Values come from pools of few, so that ties, duplicates and values at a
 * boundary abound, and texts have twins that differ in one feature only.
 */
import { either as E } from 'fp-ts'
import { autoId, belongsTo, field, manyToMany, oneToOne, schema, schemaOf } from '../../src/index.js'
import type { AnyField } from '../../src/schema/Field.js'
import type { Definition, Definitions, Model, Schema } from '../../src/schema/Schema.js'
import type { Source } from '../../src/expression/Source.js'
import type { AnyModels } from '../../src/queryset/schema.js'
import type { AnyQueryset } from '../../src/queryset/Queryset.js'
import { canonical } from '../../src/value/canonical.js'
import type { Json, Kind, Row } from '../../src/value/Value.js'
import { sourceOf, store } from '../../src/engine/Store.js'
import { chance, pick, pickOf, shuffled, times, type Tape } from '../../src/laws/make/Tape.js'

export interface World {
  readonly definitions: Definitions
  readonly models: AnyModels & { readonly [model: string]: AnyQueryset }
  readonly schema: Schema
  readonly rows: { readonly [model: string]: ReadonlyArray<Row> }
  readonly source: Source
  /** The values that this case's columns and constants are made of. */
  readonly pool: (kind: Kind) => ReadonlyArray<Json>
  /** The values that are in rows. */
  readonly live: (kind: Kind) => ReadonlyArray<Json>
}

type Values = readonly [Json, ...ReadonlyArray<Json>]

const uuid = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`

const all: { readonly [K in Exclude<Kind, 'json'>]: Values } = {
  text: [
    'a',
    '',
    'A',
    'b',
    'ab',
    'a%b',
    '%',
    '_',
    'a\\b',
    '\\',
    'É',
    'é',
    'e\u0301',
    'ß',
    'SS',
    'ss',
    'ı',
    'I',
  ]
    .concat(['\u{1F600}', '\uFFFD', '10', '9', 'null', ' a', "a'b", '.*', 'Z'])
    .map((text): Json => text) as unknown as Values,
  int: [1, 0, -1, 2, 3, 9, 10, 100, -10, Number.MAX_SAFE_INTEGER],
  float: [1, 0, -1, 0.5, -0.5, 0.1, 0.2, 0.3, 1.5, 2.5, 1e-9, 10, 9],
  decimal: ['1', '0', '-1', '0.5', '0.1', '0.2', '0.3', '10', '9', '1.25', '-0.01', '12345678901234567890.5'],
  boolean: [true, false],
  date: ['2020-01-01', '2019-12-30', '2020-02-29', '2020-01-31', '1999-12-31', '2021-01-03'],
  time: ['00:00:00.000', '12:00:00.000', '12:00:00.001', '23:59:59.999'],
  datetime: [
    '2020-01-01T00:00:00.000Z',
    '2020-01-01T00:00:00.001Z',
    '2019-12-31T23:59:59.999Z',
    '2020-02-29T12:30:00.000Z',
    '2020-01-01T12:00:00.000Z',
  ],
  duration: ['0 00:00:00', '0 00:00:01', '-1 23:59:59', '9 00:00:00', '10 00:00:00', '9 00:00:00.500000'],
  uuid: [uuid(1), uuid(2), uuid(10), uuid(9), uuid(3), uuid(100)],
}

export const kindsInUse = Object.keys(all) as ReadonlyArray<keyof typeof all>

/** All values that a kind's columns may have. */
export const valuesOf = (kind: Kind): Values => all[kind === 'json' ? 'text' : kind]

const modelNames = ['alpha', 'beta', 'gamma', 'delta'] as const

/** Names that a row or a list has methods or properties of. */
const oddNames = ['items', 'keys', 'count', 'length', 'toString', 'value', 'some'] as const

type Fields = { readonly [K in keyof typeof all]: () => AnyField }

const fieldOf = (kind: keyof typeof all): AnyField => (field as unknown as Fields)[kind]()

interface Plan {
  readonly name: string
  readonly fields: { readonly [name: string]: Definition }
}

const planModel = (tape: Tape, i: number, count: number): Plan => {
  const name = modelNames[i] ?? 'alpha'
  const fields: { [field: string]: Definition } = {}
  // A model's key may be the model before's.
  const key = tape.next(i === 0 ? 8 : 10)
  if (key < 5) fields['id'] = autoId
  else if (key < 7) fields['code'] = field.text({ primaryKey: true })
  else if (key === 7) fields['uid'] = field.uuid({ primaryKey: true })
  else fields['base'] = oneToOne(modelNames[i - 1] ?? 'alpha', { relatedName: `${name}Of`, primaryKey: true })
  times(1 + tape.next(3), (n) => {
    const kind = pick(tape, [
      'int',
      'text',
      'text',
      'int',
      'float',
      'decimal',
      'boolean',
      'date',
      'datetime',
      'uuid',
      'time',
      'duration',
    ] as const)
    const odd = chance(tape, 10) ? pick(tape, oddNames) : `${kind}${String(n)}`
    const column = odd in fields ? `${kind}${String(n)}` : odd
    fields[column] = chance(tape, 50) ? field.nullable(fieldOf(kind)) : fieldOf(kind)
  })
  times(i === 0 ? tape.next(2) : 1 + tape.next(2), (n) => {
    const own = `rel${String(n)}`
    // With a reverse side more often than not.
    const relatedName = chance(tape, 15) ? undefined : `${name}${n === 0 ? 's' : String(n)}`
    const options = relatedName === undefined ? {} : { relatedName }
    const earlier = modelNames[tape.next(Math.max(1, i))] ?? 'alpha'
    const any = modelNames[tape.next(count)] ?? 'alpha'
    const sort = tape.next(10)
    fields[own] =
      sort < 3 && i > 0
        ? belongsTo(earlier, options)
        : sort < 5
          ? field.nullable(belongsTo(any, options))
          : sort < 6
            ? field.nullable(belongsTo(name, options))
            : sort < 7
              ? field.nullable(oneToOne(any, options))
              : manyToMany(any, options)
  })
  return { name, fields }
}

/** A world. Its models have up to six rows, or so many times as many. */
export const worldOf = (
  tape: Tape,
  tapes: (model: number) => (row: number) => Tape,
  sizes: Tape,
  factor = 1,
): World => {
  const count = 2 + tape.next(3)
  const definitions: Definitions = Object.fromEntries(
    times(count, (i) => planModel(tape, i, count)).map(({ name, fields }) => [name, fields]),
  )
  // The definitions are random, so their types say nothing.
  const models = schema(definitions as never) as unknown as World['models']
  const resolved = schemaOf(models)
  const pools = new Map<Kind, ReadonlyArray<Json>>(
    kindsInUse.map((kind) => {
      const from = valuesOf(kind)
      return [kind, shuffledFew(tape, from)] as const
    }),
  )
  const pool = (kind: Kind) => pools.get(kind) ?? valuesOf(kind)
  const rows = rowsOf(resolved, pool, tapes, sizes, factor)
  const stored = store(resolved, rows)
  if (E.isLeft(stored)) throw new Error(JSON.stringify([stored.left, resolved.errors]))
  const live = new Map<Kind, ReadonlyArray<Json>>()
  resolved.models.forEach((model) => {
    model.columns.forEach(({ name, kind }) => {
      const found = (rows[model.name] ?? []).flatMap((row) => (row[name] === null ? [] : [row[name] as Json]))
      live.set(kind, [...new Set([...(live.get(kind) ?? []), ...found])])
    })
  })
  return {
    definitions,
    models,
    schema: resolved,
    rows: Object.fromEntries(
      [...resolved.models.keys()].map((name) => [name, stored.right.rows.get(name) ?? []]),
    ),
    source: sourceOf(stored.right),
    pool,
    live: (kind) => live.get(kind) ?? [],
  }
}

/** One to five of them. */
const shuffledFew = (tape: Tape, from: Values): ReadonlyArray<Json> => {
  const size = 1 + tape.next(5)
  const start = tape.next(from.length)
  const step = 1 + tape.next(3)
  return [...new Set(times(size, (i) => from[(start + i * step) % from.length] ?? from[0]))]
}

const keysOf = (kind: Kind, n: number): Json => {
  const values = valuesOf(kind)
  return kind === 'int' ? n + 1 : (values[n] ?? (kind === 'uuid' ? uuid(200 + n) : `k${String(n)}`))
}

const nullRates = [0, 12, 25, 50] as const

const rowsOf = (
  resolved: Schema,
  pool: World['pool'],
  tapes: (model: number) => (row: number) => Tape,
  sizes: Tape,
  factor: number,
): { readonly [model: string]: ReadonlyArray<Row> } => {
  const order = [...resolved.models.values()]
  // Named models come before those of many-to-many rows; the keys of all are known before any row is made.
  const named = [...order].sort((a, b) => Number(a.implicit) - Number(b.implicit) || rank(a) - rank(b))
  const keys = new Map<string, ReadonlyArray<Json>>()
  named.forEach((model) => {
    const wanted = factor * weightedSize(sizes)
    const limits = [...model.columns.values()].flatMap(({ target, nullable, unique, name }) =>
      target === null || nullable
        ? []
        : unique || name === model.primaryKey
          ? [keys.get(target)?.length ?? 0]
          : (keys.get(target)?.length ?? 0) === 0
            ? [0]
            : [],
    )
    const n = Math.min(wanted, ...limits)
    const own = model.columns.get(model.primaryKey)
    const target = own?.target ?? null
    // Int keys with a hole, and one that is 0.
    const skip = sizes.next(4)
    keys.set(
      model.name,
      target !== null
        ? (keys.get(target) ?? []).slice(0, n)
        : times(n, (i) => (own?.kind === 'int' && skip > 0 ? i * skip : keysOf(own?.kind ?? 'int', i))),
    )
  })
  return Object.fromEntries(
    named.map((model, m) => {
      const rates = new Map([...model.columns.keys()].map((name) => [name, pick(sizes, nullRates)]))
      const taken = new Map<string, Set<Json>>()
      const tapeFor = tapes(m)
      const made: Array<Row> = []
      ;(keys.get(model.name) ?? []).forEach((key, i) => {
        const tape = tapeFor(i)
        const twin = chance(tape, 15) ? made.at(-1) : undefined
        const row: { [name: string]: Json } = {}
        model.columns.forEach((column) => {
          const { name, kind, nullable, unique, target } = column
          if (name === model.primaryKey) {
            row[name] = key
            return
          }
          const missing = nullable && chance(tape, rates.get(name) ?? 0)
          if (target !== null) {
            const used = taken.get(name) ?? new Set<Json>()
            taken.set(name, used)
            const free = (keys.get(target) ?? []).filter((each) => !unique || !used.has(each))
            const chosen = missing ? null : pickOf(tape, free)
            if (chosen !== null) used.add(chosen)
            row[name] = chosen
          } else row[name] = missing ? null : (pickOf(tape, pool(kind)) ?? valuesOf(kind)[0])
          if (twin !== undefined && !unique) row[name] = twin[name] ?? null
        })
        // A generated model has each pair of ends once.
        if (!made.some((other) => isTwice(model, row, other))) made.push(row)
      })
      return [model.name, shuffled(sizes, made)]
    }),
  )
}

const isTwice = (model: Model, row: Row, other: Row): boolean =>
  model.unique.some(
    (columns) =>
      columns.length > 1 && columns.every((name) => row[name] !== null && row[name] === other[name]),
  )

const rank = (model: Model): number => modelNames.indexOf(model.name as (typeof modelNames)[number])

const weightedSize = (tape: Tape): number => pick(tape, [2, 3, 4, 5, 6, 3, 4, 5, 1, 6, 4, 3, 0] as const)

/** Every value of the pools is canonical: else the cases would test nothing. */
export const poolsAreCanonical = (): boolean =>
  kindsInUse.every((kind) =>
    all[kind].every((value) => {
      const found = canonical(kind, value)
      return found._tag === 'Some' && found.value === value
    }),
  )
