/**
 * Worlds: a small schema, and rows for it. Values come from pools of few, so that ties, duplicates and values at a
 * boundary abound.
 *
 * @since 0.1.0
 */
import { either as E } from 'fp-ts'
import type { Json, Kind, Row } from '../../value/Value.js'
import { canonical } from '../../value/canonical.js'
import { autoId, field, type AnyField } from '../../schema/Field.js'
import { belongsTo, manyToMany, oneToOne } from '../../schema/Relation.js'
import {
  valuesOf as valuesIn,
  type Definition,
  type Definitions,
  type Model,
  type ModelColumn,
  type Schema,
} from '../../schema/Schema.js'
import type { TextFormat } from '../../schema/formats.js'
import { validateChange } from '../../schema/validate.js'
import type { Rows } from '../case/Rows.js'
import { confusable, kin, kindsInUse, oddKeys, poolOf, valuesOf } from './pools.js'
import { chance, pick, pickOf, shuffled, times, type Tape } from './Tape.js'
import { twinOf } from './twin.js'

/** @since 0.1.0 */
export interface World {
  readonly schema: Schema
  readonly rows: Rows
  /** The values that this case's columns and constants are made of. */
  readonly pool: (kind: Kind) => ReadonlyArray<Json>
  /** The values that are in rows. */
  readonly live: (kind: Kind) => ReadonlyArray<Json>
  /** The values that a column can have. */
  readonly fitting: (column: ModelColumn) => ReadonlyArray<Json>
  /** By model, the column in which two rows have values that are taken for each other. */
  readonly twins: ReadonlyMap<string, string>
}

type Plain = (typeof kindsInUse)[number]

const names: { readonly [K in Plain]: readonly [string, string, string] } = {
  text: ['name', 'title', 'note'],
  int: ['rank', 'size', 'stock'],
  float: ['weight', 'score', 'depth'],
  decimal: ['price', 'tax', 'rate'],
  boolean: ['live', 'paid', 'open'],
  date: ['day', 'due', 'born'],
  time: ['hour', 'start', 'stop'],
  datetime: ['made', 'seen', 'sent'],
  duration: ['length', 'lap', 'wait'],
  uuid: ['token', 'mark', 'ref'],
}

/** Names that a row, a list, a statement, a document or the query of a URL has something of its own by. */
const oddNames = [
  'items',
  'keys',
  'count',
  'length',
  'toString',
  'value',
  'some',
  'order',
  'group',
  'from',
  'limit',
  'offset',
  'page',
  'sort',
  'filter',
  'rows',
  'total',
  'data',
  'type',
  'index',
  'pk',
  'model',
  'exact',
  'select',
  'fields',
  'maxSize',
  'max_size',
  'a1',
  'hasOwnProperty',
] as const

/** A field of a kind. @since 0.1.0 */
export const fieldOf = (
  kind: Plain,
  options: { readonly unique?: boolean; readonly primaryKey?: boolean },
): AnyField =>
  // Each of them takes these options.
  (field as unknown as { readonly [K in Plain]: (o: object) => AnyField })[kind](options)

const kindOf = (tape: Tape): Plain =>
  pick(tape, [
    'text',
    'int',
    'text',
    'int',
    'text',
    'int',
    'text',
    'decimal',
    'float',
    'decimal',
    'boolean',
    'boolean',
    'datetime',
    'datetime',
    'date',
    'time',
    'uuid',
  ] as const)

const columnsFor = (tape: Tape, wanted: Plain | null): { [name: string]: Definition } => {
  const fields: { [name: string]: Definition } = {}
  const key = tape.next(20)
  if (key < 11) fields['id'] = autoId
  else if (key < 16) fields['code'] = fieldOf('text', { primaryKey: true })
  else if (key < 18) fields['number'] = fieldOf('int', { primaryKey: true })
  else
    fields['uid'] = fieldOf(pick(tape, ['uuid', 'datetime', 'date', 'decimal'] as const), {
      primaryKey: true,
    })
  const made: Array<Plain> = []
  times(pick(tape, [2, 1, 3, 2, 3, 4] as const), (n) => {
    const same = n === 1 && chance(tape, 40) ? made[0] : undefined
    const kind = same ?? (n === 0 && wanted !== null ? wanted : kindOf(tape))
    made.push(kind)
    const plain = names[kind].find((name) => !(name in fields)) ?? `other${String(n)}`
    const odd = pick(tape, oddNames)
    const name = chance(tape, 8) && !Object.hasOwn(fields, odd) ? odd : plain
    const own = fieldOf(kind, { unique: chance(tape, 22) })
    fields[name] = chance(tape, 55) ? field.nullable(own) : own
  })
  return fields
}

/** Columns some of which have the names of another model's, and mostly their kinds: who forgets whose they are shows. */
const likeNamed = (
  tape: Tape,
  fields: { readonly [name: string]: Definition },
  others: { readonly [name: string]: Definition },
): { readonly [name: string]: Definition } => {
  if (!chance(tape, 55)) return fields
  const taken = shuffled(tape, Object.entries(others))
    .slice(0, 1 + tape.next(2))
    .flatMap(([name, other]) => {
      if (other._tag !== 'field' || other.primaryKey || other.kind === 'json' || Object.hasOwn(fields, name))
        return []
      const own = fieldOf(chance(tape, 85) ? other.kind : kindOf(tape), {})
      return [[name, chance(tape, 50) ? field.nullable(own) : own] as const]
    })
  return { ...fields, ...Object.fromEntries(taken) }
}

/** The key of `owner` and the like, from the side of `item`. */
const relationTo = (tape: Tape, target: string, relatedName: string | null): Definition => {
  const options = relatedName === null ? {} : { relatedName }
  const sort = tape.next(10)
  if (sort < 4)
    return field.nullable(
      belongsTo(target, {
        ...options,
        onDelete: pick(tape, ['cascade', 'setNull', 'protect', 'cascade'] as const),
      }),
    )
  if (sort < 6)
    return belongsTo(target, { ...options, onDelete: pick(tape, ['cascade', 'protect', 'cascade'] as const) })
  if (sort < 7) return field.nullable(oneToOne(target, options))
  return manyToMany(target, options)
}

/**
 * What a case needs of its schema: models that lead to each other one after the other, or a model that leads to
 * several others; or one of many columns with few values each, or with several numbers.
 *
 * @since 0.2.0
 */
export type Shape = 'chain' | 'fork' | 'pair' | 'columns' | 'numbers'

/**
 * The definitions of a small schema: one model, or some that lead to each other. The first field of the first has
 * the kind that is wanted.
 *
 * @since 0.1.0
 */
export const definitionsFrom = (
  tape: Tape,
  wanted: Plain | null = null,
  shape: Shape | null = null,
): Definitions => {
  if (shape === 'chain' || shape === 'fork') return chained(tape, wanted, shape === 'fork')
  if (shape === 'columns') return { item: manyColumns(tape) }
  const sort = shape === 'pair' || shape === 'numbers' ? 8 + tape.next(7) : tape.next(20)
  const item = shape === 'numbers' ? withNumbers(tape, columnsFor(tape, wanted)) : columnsFor(tape, wanted)
  if (sort < 6) return { item }
  const self: { [name: string]: Definition } =
    sort < 8
      ? {
          parent: field.nullable(
            belongsTo('item', {
              relatedName: 'children',
              onDelete: pick(tape, ['setNull', 'cascade'] as const),
            }),
          ),
        }
      : {}
  if (sort < 8) return { item: { ...item, ...self } }
  const owner = likeNamed(tape, columnsFor(tape, null), item)
  const relatedName = chance(tape, 85) ? 'all' : null
  const two: Definitions = {
    owner,
    item: { ...item, rel: relationTo(tape, 'owner', relatedName) },
  }
  if (sort < 15) return two
  if (chance(tape, 55)) {
    const tag = columnsFor(tape, null)
    const note = columnsFor(tape, null)
    return {
      tag,
      note: {
        ...note,
        rel: chance(tape, 50)
          ? belongsTo('item', { relatedName: 'notes' })
          : field.nullable(belongsTo('item', { relatedName: 'notes' })),
      },
      item: { ...item, tags: manyToMany('tag', { relatedName: 'tagged' }) },
    }
  }
  const tag = columnsFor(tape, null)
  return { tag, ...two, item: { ...two['item'], tags: manyToMany('tag', { relatedName: 'tagged' }) } }
}

/** Three models, each with a key of the one before it; the one in between may have rows of a fourth besides. */
const chained = (tape: Tape, wanted: Plain | null, forked: boolean): Definitions => {
  const key = (target: string, relatedName: string): Definition => {
    const own = belongsTo(target, { relatedName })
    return chance(tape, 55) ? field.nullable(own) : own
  }
  const item = columnsFor(tape, wanted)
  const [owner, note] = [
    likeNamed(tape, columnsFor(tape, null), item),
    likeNamed(tape, columnsFor(tape, null), item),
  ]
  const last: { readonly [name: string]: Definition } = { ...item, rel: key('owner', 'all') }
  const models: Definitions = { owner, note: { ...note, rel: key('item', 'notes') }, item: last }
  return forked || chance(tape, 25)
    ? {
        tag: columnsFor(tape, null),
        ...models,
        item: { ...last, tags: manyToMany('tag', { relatedName: 'tagged' }) },
      }
    : models
}

/** Two or three numbers besides. */
const withNumbers = (
  tape: Tape,
  fields: { readonly [name: string]: Definition },
): { readonly [name: string]: Definition } => {
  const made = (['int', 'float', 'decimal'] as const).flatMap((kind) => {
    const name = names[kind][2]
    return chance(tape, 75) && !Object.hasOwn(fields, name)
      ? [[name, chance(tape, 50) ? field.nullable(fieldOf(kind, {})) : fieldOf(kind, {})] as const]
      : []
  })
  return { ...fields, ...Object.fromEntries(made) }
}

/** So many columns that rows are often the same in all but one. */
const manyColumns = (tape: Tape): { readonly [name: string]: Definition } => {
  const made = times(5 + tape.next(2), (n) => {
    const kind = pick(tape, ['boolean', 'int', 'text', 'boolean', 'date', 'decimal'] as const)
    const own = fieldOf(kind, {})
    return [`${names[kind][0]}${String(n)}`, chance(tape, 30) ? field.nullable(own) : own] as const
  })
  return { id: autoId, ...Object.fromEntries(made) }
}

/** Whether a column's field allows some values of its kind only. @since 0.1.0 */
export const limited = ({ field: own }: ModelColumn): boolean =>
  [
    own.codec,
    own.choices,
    own.maxLength,
    own.minLength,
    own.min,
    own.max,
    own.maxDigits,
    own.decimalPlaces,
    own.format,
    own.pattern,
  ].some((limit) => limit !== null)

/** Those of some values that a column can have. */
const fits = (model: Model, column: ModelColumn, values: ReadonlyArray<Json>): ReadonlyArray<Json> => {
  if (!limited(column)) return values
  const { codec } = column.field
  // A key can't be changed, but it is checked in the same way.
  const free: Model = { ...model, primaryKey: '' }
  return values.flatMap((value) => {
    const said: unknown = codec === null ? value : E.getOrElseW(() => undefined)(codec.decode(value))
    const made = said === undefined ? null : validateChange(free, [{ [column.name]: said }])
    return made !== null && E.isRight(made) ? [made.right[0]?.[column.name] ?? null] : []
  })
}

/** Whether rows have only values that their columns' own limits allow. @since 0.1.0 */
export const isAllowed = (schema: Schema, rows: Rows): boolean =>
  [...schema.models.values()].every((model) =>
    [...model.columns.values()].every((column) => {
      if (!limited(column)) return true
      const values = (rows[model.name] ?? [])
        .map((row) => row[column.name] ?? null)
        .filter((value) => value !== null)
      return fits(model, column, values).length === values.length
    }),
  )

/** Texts of each format, several of which begin alike. */
const formatted: { readonly [F in TextFormat]: ReadonlyArray<Json> } = {
  email: ['a@b.example', 'ab@b.example', 'A@b.example', 'a%b@c.example'],
  url: ['https://a.example/', 'https://a.example/b', 'http://a.example', 'https://a.example/?b=%25'],
  slug: ['a', 'A', 'ab', 'a_b', 'a-b', '10', '9'],
  ip: ['10.0.0.1', '9.0.0.1', '::1', '2001:db8::1'],
}

const fittingIn = (
  schema: Schema,
  pool: (kind: Kind) => ReadonlyArray<Json>,
): ((column: ModelColumn) => ReadonlyArray<Json>) => {
  const known = new Map<ModelColumn, ReadonlyArray<Json>>()
  return (column) => {
    const before = known.get(column)
    if (before !== undefined) return before
    const model = [...schema.models.values()].find((each) => each.columns.get(column.name) === column)
    const choices = column.field.choices ?? []
    const { format } = column.field
    const from = choices.length > 0 ? choices : format !== null ? formatted[format] : pool(column.kind)
    const first = model === undefined ? from : fits(model, column, from)
    const all = first.length > 0 || model === undefined ? first : fits(model, column, valuesOf(column.kind))
    known.set(column, all)
    return all
  }
}

/**
 * What rows there are to be: of some models so `many`, of the others as few as usual; of each model at least so many
 * as `least`; `nearly` the same, so that most rows differ from another one in one column only; `mixed`, so that their
 * values are any that there are; with `texts`, and no others; with the values of `pools` rather than any of their kinds.
 *
 * @since 0.2.0
 */
export interface Wanted {
  readonly many?: ReadonlyMap<string, number>
  readonly least?: number
  readonly nearly?: boolean
  readonly mixed?: boolean
  readonly texts?: ReadonlyArray<string>
  readonly pools?: { readonly [K in Kind]?: ReadonlyArray<Json> }
}

/** @since 0.2.0 */
export const usual: Wanted = {}

/**
 * A world over a schema: with rows of its own, or with those that are there.
 *
 * @since 0.1.0
 */
export const worldOf = (
  schema: Schema,
  tape: Tape,
  given: Rows | null = null,
  wanted: Wanted = usual,
): World => {
  const pools = new Map<Kind, ReadonlyArray<Json>>(wanted.texts === undefined ? [] : [['text', wanted.texts]])
  const pool = (kind: Kind) => {
    const known = pools.get(kind) ?? wanted.pools?.[kind] ?? poolOf(tape, kind)
    pools.set(kind, known)
    return known
  }
  // Durations are drawn where they are needed, so that a seed gives the cases that it gave before there were any.
  kindsInUse.filter((kind) => kind !== 'duration').forEach(pool)
  const fitting = fittingIn(schema, wanted.mixed === true ? valuesOf : pool)
  const twins = new Map<string, string>()
  const rows = given ?? rowsFrom(schema, tape, fitting, twins, wanted)
  const live = new Map<Kind, Set<Json>>()
  schema.models.forEach((model) => {
    model.columns.forEach(({ name, kind }) => {
      const found = live.get(kind) ?? new Set<Json>()
      live.set(kind, found)
      rows[model.name]?.forEach((row) => {
        const value = row[name] ?? null
        if (value !== null) found.add(value)
      })
    })
  })
  const lists = new Map([...live].map(([kind, values]) => [kind, [...values]]))
  return { schema, rows, pool, fitting, twins, live: (kind) => lists.get(kind) ?? [] }
}

const nullRates = [0, 12, 25, 50] as const

/** Few rows, but now and then more than a backend may give at once. */
const sizeFor = (tape: Tape): number =>
  chance(tape, 3) ? pick(tape, [12, 25, 12, 25, 60, 120] as const) : pick(tape, sizes)

const sizes = [3, 2, 4, 3, 5, 2, 4, 6, 1, 3, 5, 4, 0] as const

/** A key that no row has yet: of the pool while it lasts, then any. */
const freeKey = (
  tape: Tape,
  column: ModelColumn,
  taken: ReadonlySet<Json>,
  from: ReadonlyArray<Json>,
): Json => {
  if (column.kind === 'int' && !limited(column) && (column.auto || chance(tape, 40))) {
    const start = pick(tape, [1, 1, 1, 0, 5] as const)
    return (
      times(taken.size + 1, (i) => start + i * (1 + (taken.size % 2))).find((n) => !taken.has(n)) ??
      taken.size + 7
    )
  }
  const odd = column.kind === 'text' && !limited(column) && chance(tape, 20) ? pick(tape, oddKeys) : null
  if (odd !== null && !taken.has(odd)) return odd
  const free = (limited(column) ? from : [...from, ...valuesOf(column.kind)]).filter(
    (value) => !taken.has(value),
  )
  return (chance(tape, 70) ? free[0] : pickOf(tape, free)) ?? null
}

const rowsFrom = (
  schema: Schema,
  tape: Tape,
  fitting: World['fitting'],
  twins: Map<string, string>,
  wanted: Wanted,
): Rows => {
  // Named models come before those of many-to-many rows; what is pointed to comes before what points to it.
  const order = [...schema.models.values()].sort((a, b) => Number(a.implicit) - Number(b.implicit))
  const sorted = byDependence(order)
  const keys = new Map<string, ReadonlyArray<Json>>()
  const made: { [model: string]: ReadonlyArray<Row> } = {}
  sorted.forEach((model) => {
    const list = modelRows(tape, model, keys, fitting, twins, wanted)
    keys.set(
      model.name,
      list.map((row) => row[model.primaryKey] ?? null),
    )
    made[model.name] = shuffled(tape, list)
  })
  return made
}

const byDependence = (models: ReadonlyArray<Model>): ReadonlyArray<Model> => {
  const placed: Array<Model> = []
  const needs = (model: Model) =>
    [...model.columns.values()].flatMap(({ target, nullable }) =>
      target === null || nullable ? [] : [target],
    )
  const rest = [...models]
  times(models.length, () => {
    const at = rest.findIndex((model) =>
      needs(model).every((name) => name === model.name || placed.some((each) => each.name === name)),
    )
    placed.push(...rest.splice(Math.max(0, at), 1))
  })
  return placed
}

const modelRows = (
  tape: Tape,
  model: Model,
  keys: ReadonlyMap<string, ReadonlyArray<Json>>,
  fitting: World['fitting'],
  twins: Map<string, string>,
  wanted: Wanted,
): ReadonlyArray<Row> => {
  const many = wanted.many?.get(model.name) ?? null
  const columns = [...model.columns.values()]
  const rates = new Map(columns.map(({ name }) => [name, pick(tape, nullRates)]))
  const taken = new Map<string, Set<Json>>(columns.map(({ name }) => [name, new Set<Json>()]))
  const rows: Array<Row> = []
  const valueOf = (column: ModelColumn, isKey: boolean): Json | undefined => {
    const { name, nullable, unique, target } = column
    const used = taken.get(name) ?? new Set<Json>()
    if (nullable && chance(tape, rates.get(name) ?? 0)) return null
    if (target !== null) {
      // A row may point to one of its own model that is there already.
      const there =
        target === model.name ? rows.map((row) => row[model.primaryKey] ?? null) : (keys.get(target) ?? [])
      const chosen = pickOf(
        tape,
        there.filter((key) => !unique || !used.has(key)),
      )
      return chosen ?? (nullable ? null : undefined)
    }
    const beyond = (): Json | undefined => (limited(column) ? undefined : numbered(column.kind, rows.length))
    if (isKey)
      return (
        (many === null
          ? freeKey(tape, column, used, fitting(column))
          : (beyond() ?? freeKey(tape, column, used, fitting(column)))) ?? undefined
      )
    const chosen = pickOf(
      tape,
      unique ? (many === null ? fitting(column).filter((value) => !used.has(value)) : []) : fitting(column),
    )
    return chosen ?? (many !== null && unique ? beyond() : undefined) ?? (nullable ? null : undefined)
  }
  const alike = many === null && chance(tape, 45)
  const size = many ?? (alike && chance(tape, 35) ? 9 : Math.max(wanted.least ?? 0, sizeFor(tape)))
  times(size, () => {
    const twin = chance(tape, 15) ? rows.at(-1) : undefined
    const row: { [name: string]: Json } = {}
    const whole = columns.every((column) => {
      const { name, unique } = column
      const isKey = name === model.primaryKey
      const value = twin !== undefined && !unique && !isKey ? twin[name] : valueOf(column, isKey)
      if (value === undefined) return false
      row[name] = value
      return true
    })
    const twice = model.unique.some((names) => {
      const own = valuesIn(model, names)
      const mine = own(row)
      return mine !== null && rows.some((other) => own(other) === mine)
    })
    if (!whole || twice) return
    columns.forEach(({ name }) => taken.get(name)?.add(row[name] ?? null))
    rows.push(row)
  })
  const all = alike ? confused(tape, model, rows, twins) : rows
  const near = wanted.nearly === true ? nearlyAlike(tape, model, all) : all
  return looped(tape, model, wanted.nearly !== true && chance(tape, 50) ? shifted(tape, model, near) : near)
}

/** Rows each of which is one before it, but for its key and for one other column. */
const nearlyAlike = (tape: Tape, model: Model, rows: ReadonlyArray<Row>): ReadonlyArray<Row> => {
  const free = [...model.columns.values()].filter(
    ({ name, unique }) =>
      !unique && name !== model.primaryKey && model.unique.every((names) => !names.includes(name)),
  )
  const made: Array<Row> = []
  rows.forEach((row) => {
    const before = pickOf(tape, made)
    const other = pickOf(tape, free)
    made.push(
      before === null || other === null
        ? row
        : {
            ...row,
            ...Object.fromEntries(free.map(({ name }) => [name, before[name] ?? null])),
            [other.name]: row[other.name] ?? null,
          },
    )
  })
  return made
}

/** A value for each number, in the order of the numbers or not. @since 0.2.0 */
export const numbered = (kind: Kind, n: number): Json | undefined => {
  const day = (of: number): string => new Date(Date.UTC(2001, 0, 1) + of * 86_400_000).toISOString()
  switch (kind) {
    case 'text':
      return `t${String(n)}`
    case 'int':
      return n + 1
    case 'float':
      return n + 0.5
    case 'decimal':
      return `${String(n)}.5`
    case 'date':
      return day(n).slice(0, 10)
    case 'datetime':
      return day(n)
    case 'time':
      return new Date(n * 1001).toISOString().slice(11, 23)
    case 'duration':
      return `${String(n)} 00:00:00`
    case 'uuid':
      return `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`
    default:
      return undefined
  }
}

/** Rows of which one now and then leads to itself, or two to each other. */
const looped = (tape: Tape, model: Model, rows: ReadonlyArray<Row>): ReadonlyArray<Row> => {
  const own = [...model.columns.values()].find(({ target, unique }) => target === model.name && !unique)
  if (own === undefined || rows.length === 0 || !chance(tape, 25)) return rows
  const key = (i: number): Json => rows[i % rows.length]?.[model.primaryKey] ?? null
  const n = pick(tape, [1, 2, 2, 3] as const)
  return rows.map((row, i) => (i < n ? { ...row, [own.name]: key((i + 1) % n) } : row))
}

/** Pairs of rows with values in a column that are taken for each other, such as none and 'null'. */
const confused = (
  tape: Tape,
  model: Model,
  rows: ReadonlyArray<Row>,
  twins: Map<string, string>,
): ReadonlyArray<Row> => {
  const column = pickOf(
    tape,
    [...model.columns.values()].filter(
      (each) =>
        !each.unique &&
        each.target === null &&
        !limited(each) &&
        each.name !== model.primaryKey &&
        model.unique.every((names) => !names.includes(each.name)),
    ),
  )
  const known = column === null ? undefined : confusable[column.kind]
  if (column === null || column.kind === 'json' || known === undefined || rows.length < 2) return rows
  const { kind, nullable } = column
  const pairOf = (): ReadonlyArray<Json> => {
    if (chance(tape, 70)) return pick(tape, known)
    const [one = null] = kin(tape, kind, 1)
    return [one, twinOf(tape, kind, one)]
  }
  const values = times(Math.max(1, Math.floor(rows.length / 2)), pairOf).flatMap((pair) =>
    !nullable && pair.includes(null) ? [] : pair,
  )
  if (values.length === 0) return rows
  twins.set(model.name, column.name)
  return rows.map((row, i) => {
    const value = values[i]
    return value === undefined ? row : { ...row, [column.name]: value }
  })
}

/** Two rows whose texts are the same only if they are put together: 'a' and 'bc', 'ab' and 'c'. */
const shifted = (tape: Tape, model: Model, rows: ReadonlyArray<Row>): ReadonlyArray<Row> => {
  const [one, two] = [...model.columns.values()].filter(
    (column) =>
      column.kind === 'text' &&
      !column.unique &&
      column.target === null &&
      !limited(column) &&
      column.name !== model.primaryKey,
  )
  if (one === undefined || two === undefined || rows.length < 2) return rows
  const between = pick(tape, ['', ',', '', '|', '', ',', '-', ' '] as const)
  const texts = [
    ['a', `b${between}c`],
    [`a${between}b`, 'c'],
  ] as const
  return rows.map((row, i) => {
    const own = texts[i]
    if (own === undefined) return row
    const [first, second] = own
    return { ...row, [one.name]: first, [two.name]: second }
  })
}

/**
 * Whether rows are as a backend may have them: keys and unique values once, and each foreign key leads to a row.
 *
 * @since 0.1.0
 */
export const isSound = (schema: Schema, rows: Rows): boolean => {
  const keys = new Map(
    [...schema.models.values()].map((model) => [
      model.name,
      new Set((rows[model.name] ?? []).map((row) => row[model.primaryKey] ?? null)),
    ]),
  )
  return [...schema.models.values()].every((model) => {
    const list = rows[model.name] ?? []
    const once = model.unique.every((columns) => {
      const values = list.map(valuesIn(model, columns)).filter((value) => value !== null)
      return new Set(values).size === values.length
    })
    return (
      once &&
      [...model.columns.values()].every(({ name, nullable, target }) => {
        const values = list.map((row) => row[name] ?? null)
        const there = values.filter((value) => value !== null)
        return (
          (nullable || there.length === values.length) &&
          (target === null || there.every((value) => keys.get(target)?.has(value) === true))
        )
      })
    )
  })
}

/** Every value of the pools is canonical: else the cases would test nothing. @since 0.1.0 */
export const poolsAreCanonical = (): boolean =>
  kindsInUse.every((kind) =>
    valuesOf(kind).every((value) => {
      const found = canonical(kind, value)
      return found._tag === 'Some' && found.value === value
    }),
  )
