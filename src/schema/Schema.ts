/**
 * A schema: models whose fields and relations have been resolved against each other.
 *
 * @since 0.1.0
 */
import { hash } from '../value/Order.js'
import type { InvalidSchema } from '../value/QueryError.js'
import type { Json, JsonObject, Kind, Row } from '../value/Value.js'
import type { CustomLookup } from './CustomLookup.js'
import type { AnyField } from './Field.js'
import type { Messages } from './messages.js'
import type { AnyManyToMany, AnyToOne, OnDelete } from './Relation.js'

/** @since 0.1.0 */
export type Definition = AnyField | AnyToOne | AnyManyToMany

/**
 * What `schema` takes: the definitions of each model's fields, by name.
 *
 * @since 0.1.0
 */
export interface Definitions {
  readonly [model: string]: { readonly [field: string]: Definition }
}

/**
 * What people see of a column or relation, and what they may do with it.
 *
 * @since 0.2.0
 */
export interface Seen {
  /** Its name for people, made of its name where none is given. */
  readonly label: string
  readonly help: string
  /** Whether people may leave it empty though it isn't nullable. */
  readonly blank: boolean
  readonly editable: boolean
  /** Which related rows people may choose, as lookups. */
  readonly limitTo: JsonObject | null
}

/**
 * A column that rows of a model have: a field, or the key that a to-one relation holds.
 *
 * @since 0.1.0
 */
export interface ModelColumn extends Seen {
  readonly name: string
  readonly kind: Kind
  readonly nullable: boolean
  readonly unique: boolean
  readonly auto: boolean
  /** The field that defines the column's values; for a foreign key that of the key pointed to, at the end. */
  readonly field: AnyField
  /** The model that the column points to, for a foreign key. */
  readonly target: string | null
  readonly onDelete: OnDelete | null
  /** What a new row has where nothing is given, and a foreign key that is set to its default; stored form. */
  readonly default: Json
}

/**
 * How the related rows are found: by the key that this row holds (`forward`), by the rows that hold this row's
 * key (`reverse`), or by the rows of a model between (`through`).
 *
 * @since 0.1.0
 */
export type Via =
  | { readonly _tag: 'forward'; readonly column: string }
  | { readonly _tag: 'reverse'; readonly column: string }
  | { readonly _tag: 'through'; readonly model: string; readonly near: string; readonly far: string }

/**
 * A relation as seen from one side.
 *
 * @since 0.1.0
 */
export interface ModelRelation extends Seen {
  readonly name: string
  readonly target: string
  readonly many: boolean
  readonly nullable: boolean
  readonly via: Via
}

/** @since 0.1.0 */
export interface Model {
  readonly name: string
  readonly primaryKey: string
  readonly columns: ReadonlyMap<string, ModelColumn>
  readonly relations: ReadonlyMap<string, ModelRelation>
  /** The columns whose values no two rows share, alone or together. */
  readonly unique: ReadonlyArray<ReadonlyArray<string>>
  /** The fields that are unique for a day, month or year of a date. */
  readonly uniqueFor: ReadonlyArray<UniqueFor>
  /**
   * The lists of what no two rows share on writing: those of `unique`, and for each of `uniqueFor` the field and the part
   * of the date, as in `['title', 'released__year']`.
   */
  readonly keptApart: ReadonlyArray<ReadonlyArray<string>>
  /** Whether the model was made to hold a many-to-many relation's rows. */
  readonly implicit: boolean
  /** The names of what the model defines, fields and relations, in order. */
  readonly fields: ReadonlyArray<string>
  /** The model's name for people, for one row and for several. */
  readonly label: string
  readonly plural: string
  /** The order in which people see rows. Querysets without an order aren't put into it. */
  readonly ordering: ReadonlyArray<Ordering>
  /** A row in one line, for people; see `textOf`. */
  readonly display: ((row: never) => string) | null
  /** What is wrong with a row as a whole; see `rowErrors`. */
  readonly validate: ((row: never) => ReadonlyArray<RowError>) | null
  /** The words of errors. */
  readonly messages: Messages
  /** The time that fields with `auto` are set to. */
  readonly clock: () => Date
}

/**
 * A field that no two rows share within the same day, month or year of the date `of`: `{ field: 'title', per: 'year', of:
 * 'released' }`. Rows where either is missing are left alone. A datetime counts in UTC.
 *
 * @since 0.2.0
 */
export interface UniqueFor<F extends string = string, D extends string = string> {
  readonly field: F
  readonly per: 'day' | 'month' | 'year'
  readonly of: D
}

/** @since 0.2.0 */
export interface Ordering {
  readonly column: string
  readonly descending: boolean
}

/**
 * What is wrong with a row: `field` is `null` for what concerns several. Where no message is given, the schema's table
 * has it, by `code`.
 *
 * @since 0.2.0
 */
export interface RowError<F extends string = string> {
  readonly field: F | null
  readonly code: string
  readonly message?: string
  readonly params?: JsonObject
}

interface ByModel<A> {
  readonly [model: string]: A | undefined
}

/**
 * What else can be said of models, by model; see `SchemaOptions`.
 *
 * @since 0.1.0
 */
export interface AnySchemaOptions {
  readonly uniqueTogether?: ByModel<ReadonlyArray<ReadonlyArray<string>>>
  readonly uniqueFor?: ByModel<ReadonlyArray<UniqueFor>>
  readonly ordering?: ByModel<ReadonlyArray<string>>
  readonly labels?: ByModel<ModelLabels>
  readonly display?: ByModel<(row: never) => string>
  readonly validate?: ByModel<(row: never) => ReadonlyArray<RowError>>
  readonly messages?: Messages
  readonly clock?: () => Date
}

/**
 * A model's name for people: `label` for one row, `plural` for several. What isn't given is made of the model's name.
 *
 * @since 0.2.0
 */
export interface ModelLabels {
  readonly label?: string
  readonly plural?: string
}

/** @since 0.1.0 */
export interface Schema {
  readonly models: ReadonlyMap<string, Model>
  /** The custom lookups, by name. */
  readonly lookups: ReadonlyMap<string, CustomLookup>
  readonly errors: ReadonlyArray<InvalidSchema>
}

/** How many letters of a date each part has. */
const partLengths: ReadonlyMap<string, number> = new Map([
  ['day', 10],
  ['month', 7],
  ['year', 4],
])

/**
 * The column of a name in `keptApart`: `released__year` is about `released`.
 *
 * @since 0.2.0
 */
export const columnOfPart = (name: string): string => name.split('__')[0] ?? name

/** Dates are text. */
const textOf = (value: Json): string => (typeof value === 'string' ? value : '')

// Names of columns have no two underscores in a row.
const partOf = (model: Model, name: string): ((row: Row) => string | number | boolean | null) => {
  const [column = '', part] = name.split('__')
  const length = partLengths.get(part ?? '')
  const key = hash(model.columns.get(column)?.kind ?? 'text')
  return (row) => {
    const value = row[column] ?? null
    return value === null ? null : length === undefined ? key(value) : textOf(value).slice(0, length)
  }
}

/**
 * What tells the values of some columns of a row apart from those of another; `null` where one of them is missing,
 * which collides with nothing. A name may be that of a part of a date, as in `keptApart`.
 *
 * @since 0.2.0
 */
export const valuesOf = (
  model: Model,
  columns: ReadonlyArray<string>,
): ((row: Row) => string | number | boolean | null) => {
  const parts = columns.map((name) => partOf(model, name))
  const [only, ...more] = parts
  if (only !== undefined && more.length === 0) return only
  return (row) => {
    const values = parts.map((part) => part(row))
    return values.includes(null) ? null : JSON.stringify(values)
  }
}
