/**
 * A form with what its inputs hold: what was posted, or what a row has.
 *
 * @since 0.2.0
 */
import type { either as E, taskEither as TE } from 'fp-ts'
import type { QueryError } from '../../value/QueryError.js'
import type { Json, Row } from '../../value/Value.js'
import type { ChoiceGroup } from '../../schema/choices.js'
import type { Client } from '../../client/Client.js'
import type { AnyForm, FormErrors } from '../AnyForm.js'
import type { Raw } from '../Widget.js'

/**
 * - `raws` are what stands in the inputs; `shown` are the stored values that a page without anything posted shows.
 * - `passed` are the values of the fields that passed, whatever became of the others; `cleaned` are they once all passed.
 * - `changed` are the names of the fields that hold something else than was shown.
 * - `omitted` are the fields of which nothing was posted, though something could have been.
 * - `stale` says that the row was changed, or is gone, since the page was made.
 *
 * @since 0.2.0
 */
export interface Bound<V = unknown> {
  readonly form: AnyForm
  readonly prefix: string
  readonly isBound: boolean
  /** The key of the row that is edited, and the row as it is stored; `null` for a new one. */
  readonly key: Json
  readonly row: Row | null
  readonly shown: { readonly [field: string]: Json }
  readonly raws: { readonly [field: string]: Raw }
  readonly passed: { readonly [field: string]: unknown }
  readonly omitted: ReadonlySet<string>
  readonly errors: FormErrors
  readonly cleaned: E.Either<FormErrors, V>
  readonly changed: ReadonlyArray<string>
  readonly stale: boolean
  /** The version of the row that the page was made of. */
  readonly version: string
  /** The rows that may be chosen, where they were asked for; `null` where they are too many to list. */
  readonly choices: { readonly [field: string]: ReadonlyArray<ChoiceGroup> | null }
}

/**
 * What asks a client, and gives a bound form.
 *
 * @since 0.2.0
 */
export type Binding<V> = (client: Client) => TE.TaskEither<QueryError, Bound<V>>

/**
 * The name of an input: with the prefix of its form, if it has one.
 *
 * @since 0.2.0
 */
export const inputName = (prefix: string, name: string): string =>
  prefix === '' ? name : `${prefix}-${name}`

/**
 * The name under which what was shown comes back.
 *
 * @since 0.2.0
 */
export const shownName = (prefix: string, name: string): string => `initial-${inputName(prefix, name)}`

/**
 * The name under which the version of the row comes back. No field has two underscores in a row.
 *
 * @since 0.2.0
 */
export const versionName = (prefix: string): string => inputName(prefix, '__row')
