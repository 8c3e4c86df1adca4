import { either as E } from 'fp-ts'
import { optionsOf } from '../value/optionsOf.js'
import { invalidSchema, type InvalidSchema } from '../value/QueryError.js'
import type { CustomLookup } from '../schema/CustomLookup.js'
import { resolve } from '../schema/resolve.js'
import type { Messages } from '../schema/messages.js'
import type {
  AnySchemaOptions,
  Definitions,
  ModelLabels,
  RowError,
  Schema,
  UniqueFor,
} from '../schema/Schema.js'
import type { Checked, ModelNames, PkOf, RowOf } from '../schema/Types.js'
import { mistakesIn } from '../expression/lookups/mistakesIn.js'
import type { Shown } from '../expression/Refs.js'
import { allRows, type Queryset } from './Queryset.js'

/** Where a schema's models keep the schema. */
const key: unique symbol = Symbol('schema')

/**
 * A schema's models: for each one, the queryset of all its rows.
 *
 * @since 0.1.0
 */
export type Models<S> = {
  readonly [M in ModelNames<S>]: Queryset<Shown<S, M>['refs'], RowOf<S, M>, Shown<S, M>['tag']>
} & AnyModels

/** @since 0.1.0 */
export interface AnyModels {
  readonly [key]: Schema
}

/**
 * Further options of models, each by model name:
 *
 * - `uniqueTogether`: lists of columns. No two rows may have the same values in all columns of a list.
 * - `uniqueFor`: fields whose values no two rows may share within the same day, month or year of a date.
 * - `ordering`: the order in which people see rows, such as `['-released', 'id']`. REST and views use it;
 *   querysets don't.
 * - `labels`: the model's singular and plural names for people.
 * - `display`: a row as one line of text for people. See `textOf`.
 * - `validate`: the problems of a row as a whole. It is called on create and on update, with the row as it would be
 *   stored. A key that the backend generates is still missing on create.
 *
 * Options of the whole schema:
 *
 * - `lookups`: custom lookups, which are available wherever the schema is used. See `lookupOf`.
 * - `messages`: the texts of errors, by code. See `messages`.
 * - `clock`: the source of the time for fields with `auto`. A test can give a fixed clock.
 *
 * @since 0.1.0
 */
export interface SchemaOptions<S> {
  readonly uniqueTogether?: {
    readonly [M in keyof S]?: ReadonlyArray<ReadonlyArray<keyof RowOf<S, M>>>
  }
  readonly uniqueFor?: {
    readonly [M in keyof S]?: ReadonlyArray<UniqueFor<NameOf<S, M>, NameOf<S, M>>>
  }
  readonly ordering?: {
    readonly [M in keyof S]?: ReadonlyArray<NameOf<S, M> | `-${NameOf<S, M>}`>
  }
  readonly labels?: { readonly [M in keyof S]?: ModelLabels }
  readonly display?: { readonly [M in keyof S]?: (row: RowOf<S, M>) => string }
  readonly validate?: {
    readonly [M in keyof S]?: (row: Unsaved<S, M>) => ReadonlyArray<RowError<NameOf<S, M>>>
  }
  readonly messages?: Messages
  readonly clock?: () => Date
  readonly lookups?: ReadonlyArray<CustomLookup>
}

type NameOf<S, M extends keyof S> = keyof RowOf<S, M> & string

/**
 * A row that may not have its key yet.
 *
 * @since 0.2.0
 */
export type Unsaved<S, M extends keyof S> = {
  readonly [F in keyof RowOf<S, M>]: F extends PkOf<S[M]> ? RowOf<S, M>[F] | null : RowOf<S, M>[F]
}

/**
 * Creates the models of an application from one object of definitions. Relations refer to each other's models by key.
 *
 * The result holds querysets: `music.track` is all tracks. A many-to-many relation also creates its join model
 * (`music.playlist_tracks`).
 *
 * Mistakes such as an unknown target, two primary keys or clashing reverse names don't compile. Mistakes that the types
 * can't catch are reported by `checkSchema`, and by every query as `InvalidSchema`.
 *
 * @example
 * import { autoId, belongsTo, field, schema } from 'queryset-ts'
 * const music = schema({
 *   artist: { id: autoId, name: field.nullable(field.text({ maxLength: 120 })) },
 *   album: { id: autoId, title: field.text({ maxLength: 160 }), artist: belongsTo('artist', { relatedName: 'albums' }) },
 * })
 * console.log(Object.keys(music)) // => [ 'artist', 'album' ]
 *
 * @example
 * import { autoId, checkSchema, field, schema } from 'queryset-ts'
 * const library = schema(
 *   { book: { id: autoId, title: field.text(), author: field.text() } },
 *   { uniqueTogether: { book: [['title', 'author']] } },
 * )
 * console.log(checkSchema(library)._tag) // => Right
 *
 * @since 0.1.0
 */
export const schema = <const S extends Definitions>(
  definitions: S & Checked<S>,
  options: SchemaOptions<NoInfer<S>> = {},
): Models<S> => {
  // Column names are strings.
  const resolved = withLookups(
    resolve(definitions, options as unknown as AnySchemaOptions),
    optionsOf(options).lookups ?? [],
  )
  const given: unknown = definitions
  const names =
    resolved.errors.length === 0
      ? [...resolved.models.keys()]
      : typeof given === 'object' && given !== null
        ? Object.keys(given)
        : []
  const models = Object.fromEntries(names.map((name) => [name, allRows(resolved, name)]))
  Object.defineProperty(models, key, { value: resolved })
  // The models are those of the definitions and the join models.
  return models as unknown as Models<S>
}

const withLookups = (resolved: Schema, given: ReadonlyArray<CustomLookup>): Schema => {
  const mistakes = mistakesIn(given)
  return mistakes.length > 0
    ? { ...resolved, errors: [...resolved.errors, ...mistakes] }
    : { ...resolved, lookups: new Map(given.map((each) => [each.name, each])) }
}

/**
 * The resolved schema of some models.
 *
 * @example
 * import { autoId, schema, schemaOf } from 'queryset-ts'
 * console.log([...schemaOf(schema({ genre: { id: autoId } })).models.keys()]) // => [ 'genre' ]
 *
 * @since 0.1.0
 */
export const schemaOf = (models: AnyModels): Schema => {
  const given: unknown = models
  return typeof given === 'object' && given !== null && Object.hasOwn(given, key) ? models[key] : noSchema
}

/** The schema that is used for a value that isn't a set of models. Every query on it fails. */
const noSchema: Schema = {
  models: new Map(),
  lookups: new Map(),
  errors: [invalidSchema('models', null, 'are not what schema gives', "Give what 'schema' returned, whole.")],
}

/**
 * Reports the mistakes in a schema that the types can't catch.
 *
 * @example
 * import { autoId, checkSchema, schema } from 'queryset-ts'
 * console.log(checkSchema(schema({ genre: { id: autoId } }))._tag) // => Right
 *
 * @since 0.1.0
 */
export const checkSchema = (models: AnyModels): E.Either<ReadonlyArray<InvalidSchema>, Schema> => {
  const resolved = schemaOf(models)
  return resolved.errors.length > 0 ? E.left(resolved.errors) : E.right(resolved)
}
