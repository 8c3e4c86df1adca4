/**
 * Random schemas.
 *
 * @since 0.2.0
 */
import { type AnyField, autoId, field } from '../../schema/Field.js'
import { belongsTo, manyToMany, oneToOne } from '../../schema/Relation.js'
import type { Definition, Definitions } from '../../schema/Schema.js'
import { kindsInUse } from './pools.js'
import { chance, pick, shuffled, type Tape, times } from './Tape.js'

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

/** Names that have a meaning of their own in a row, a list, a statement, a document or the query of a URL. */
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
  // Each field function takes these options.
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

/**
 * Columns of which some have the name of a column of another model, and usually its kind. They find clients that ignore
 * which model a column belongs to.
 */
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

/** The foreign key of `item` to `owner` and the like. */
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
 * Requirements of a case for its schema: a chain of models; a model with several foreign keys; a model with many
 * columns of few values; a model with several numbers; or a model with two foreign keys to the same model.
 *
 * @since 0.2.0
 */
export type SchemaShape = 'chain' | 'fork' | 'pair' | 'columns' | 'numbers' | 'double'

/**
 * The definitions of a small schema: one model, or some related models. The first field of the first model has the
 * given kind.
 *
 * @since 0.1.0
 */
export const definitionsFrom = (
  tape: Tape,
  wanted: Plain | null = null,
  shape: SchemaShape | null = null,
): Definitions => {
  if (shape === 'chain' || shape === 'fork') return chained(tape, wanted, shape === 'fork')
  if (shape === 'double') return doubled(tape, wanted)
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

/** A chain of three models. The one in the middle may also have rows of a fourth model. */
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

/** A model with two foreign keys to another model and one to itself, so rows are reached in two ways. */
const doubled = (tape: Tape, wanted: Plain | null): Definitions => {
  const item = columnsFor(tape, wanted)
  const key = (target: string, relatedName: string): Definition =>
    field.nullable(belongsTo(target, { relatedName }))
  return {
    owner: likeNamed(tape, columnsFor(tape, null), item),
    item: {
      ...item,
      rel: key('owner', 'all'),
      other: key('owner', 'others'),
      ...(chance(tape, 50) ? { parent: key('item', 'children') } : {}),
    },
  }
}

/** Two or three further number columns. */
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

/** Enough columns that rows are often equal in all but one. */
const manyColumns = (tape: Tape): { readonly [name: string]: Definition } => {
  const made = times(5 + tape.next(2), (n) => {
    const kind = pick(tape, ['boolean', 'int', 'text', 'boolean', 'date', 'decimal'] as const)
    const own = fieldOf(kind, {})
    return [`${names[kind][0]}${String(n)}`, chance(tape, 30) ? field.nullable(own) : own] as const
  })
  return { id: autoId, ...Object.fromEntries(made) }
}
