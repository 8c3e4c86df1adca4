/**
 * A schema: models whose fields and relations have been resolved against each other.
 *
 * @since 0.1.0
 */
import { hash } from '../value/Order.js'
import type { InvalidSchema } from '../value/QueryError.js'
import type { Json, Kind, Row } from '../value/Value.js'
import type { CustomLookup } from './CustomLookup.js'
import type { AnyField } from './Field.js'
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
 * A column that rows of a model have: a field, or the key that a to-one relation holds.
 *
 * @since 0.1.0
 */
export interface ModelColumn {
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
export interface ModelRelation {
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
  /** Whether the model was made to hold a many-to-many relation's rows. */
  readonly implicit: boolean
}

/**
 * What else can be said of models: `uniqueTogether` names, by model, lists of columns whose values no two rows share
 * all of.
 *
 * @since 0.1.0
 */
export interface AnySchemaOptions {
  readonly uniqueTogether?: {
    readonly [model: string]: ReadonlyArray<ReadonlyArray<string>> | undefined
  }
}

/** @since 0.1.0 */
export interface Schema {
  readonly models: ReadonlyMap<string, Model>
  /** The custom lookups, by name. */
  readonly lookups: ReadonlyMap<string, CustomLookup>
  readonly errors: ReadonlyArray<InvalidSchema>
}

/**
 * What tells the values of some columns of a row apart from those of another; `null` where one of them is missing,
 * which collides with nothing.
 *
 * @since 0.1.0
 */
export const valuesOf = (
  model: Model,
  columns: ReadonlyArray<string>,
): ((row: Row) => string | number | boolean | null) => {
  const keys = columns.map((name) => ({ name, key: hash(model.columns.get(name)?.kind ?? 'text') }))
  const [only, ...more] = keys
  if (only !== undefined && more.length === 0)
    return (row) => {
      const value = row[only.name] ?? null
      return value === null ? null : only.key(value)
    }
  return (row) => {
    const values = keys.map(({ name, key }) => {
      const value = row[name] ?? null
      return value === null ? null : key(value)
    })
    return values.includes(null) ? null : JSON.stringify(values)
  }
}
