/**
 * A schema: models whose fields and relations refer to each other consistently.
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
 * The argument of `schema`: the definitions of each model's fields, by name.
 *
 * @since 0.1.0
 */
export interface Definitions {
  readonly [model: string]: { readonly [field: string]: Definition }
}

/**
 * How people see a column or relation, and what they can do with it.
 *
 * @since 0.2.0
 */
export interface Seen {
  /** The name for people. If none is given, it is derived from the name. */
  readonly label: string
  readonly help: string
  /** Whether people can leave it empty although it isn't nullable. */
  readonly blank: boolean
  readonly editable: boolean
  /** The related rows that people can choose, as lookups. */
  readonly limitTo: JsonObject | null
}

/**
 * A column of a model: a field, or the key of a to-one relation.
 *
 * @since 0.1.0
 */
export interface ModelColumn extends Seen {
  readonly name: string
  readonly kind: Kind
  readonly nullable: boolean
  readonly unique: boolean
  readonly auto: boolean
  /**
   * The field that defines the column's values. For a foreign key, it is the field of the key at the end of the chain.
   */
  readonly field: AnyField
  /** The model that a foreign key points to. `null` for other columns. */
  readonly target: string | null
  readonly onDelete: OnDelete | null
  /** The value of a new row if none is given, and of a foreign key that is set to its default. In stored form. */
  readonly default: Json
}

/**
 * How the related rows are found: by the key that this row holds (`forward`), by the rows that hold this row's key
 * (`reverse`), or by the rows of a join model (`through`).
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
  /** The fields that are unique within a day, month or year of a date. */
  readonly uniqueFor: ReadonlyArray<UniqueFor>
  /**
   * Everything that no two rows may share on writing: the lists of `unique`, and for each of `uniqueFor` the field and
   * the part of the date, as in `['title', 'released__year']`.
   */
  readonly keptApart: ReadonlyArray<ReadonlyArray<string>>
  /** Whether the model was created for the join rows of a many-to-many relation. */
  readonly implicit: boolean
  /** The names of the model's fields and relations, in the order of their definition. */
  readonly fields: ReadonlyArray<string>
  /** The model's name for people, for one row and for several. */
  readonly label: string
  readonly plural: string
  /** The order in which people see rows. It doesn't apply to querysets without an order. */
  readonly ordering: ReadonlyArray<Ordering>
  /** A row as one line of text for people. See `textOf`. */
  readonly display: ((row: never) => string) | null
  /** The problems of a row as a whole. See `rowErrors`. */
  readonly validate: ((row: never) => ReadonlyArray<RowError>) | null
  /** The texts of errors. */
  readonly messages: Messages
  /** The time that fields with `auto` are set to. */
  readonly clock: () => Date
}

/**
 * A field whose value no two rows share within the same day, month or year of the date `of`: `{ field: 'title', per:
 * 'year', of: 'released' }`. Rows in which either value is missing are exempt. A datetime is taken in UTC.
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
 * A problem of a row. `field` is `null` if it concerns several fields. Without a message, the schema's table gives one
 * for `code`.
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
 * Further options of models, by model. See `SchemaOptions`.
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
 * A model's name for people: `label` for one row, `plural` for several. If one isn't given, it is derived from the
 * model's name.
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

/** The number of characters of a date that each part covers. */
const partLengths: ReadonlyMap<string, number> = new Map([
  ['day', 10],
  ['month', 7],
  ['year', 4],
])

/**
 * The column of a name in `keptApart`: `released__year` is a part of `released`.
 *
 * @since 0.2.0
 */
export const columnOfPart = (name: string): string => name.split('__')[0] ?? name

/** Dates are text. */
const textOf = (value: Json): string => (typeof value === 'string' ? value : '')

// Names of columns never have two underscores in a row.
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
 * A key that is the same for two rows exactly if they have the same values in some columns. `null` if one of the values
 * is missing, since a missing value clashes with nothing. A name can be that of a part of a date, as in `keptApart`.
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
