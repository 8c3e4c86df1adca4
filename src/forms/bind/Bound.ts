/**
 * A form with the content of its inputs: posted data, or the values of a row.
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
 * A bound form.
 *
 * - `raws` is the content of the inputs. `shown` are the stored values that the page shows before anything is posted.
 * - `passed` are the values of the fields without errors. `cleaned` are these values if no field has an error.
 * - `changed` are the names of the fields whose content differs from what was shown.
 * - `omitted` are the fields for which nothing was posted, though something could have been.
 * - `stale` says that the row was changed or deleted after the page was created.
 *
 * @since 0.2.0
 */
export interface Bound<V = unknown> {
  readonly form: AnyForm
  readonly prefix: string
  readonly isBound: boolean
  /** The key of the edited row, and the row as it is stored. `null` for a new row. */
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
  /** The version of the row when the page was created. */
  readonly version: string
  /** The rows that can be chosen, if they were requested. `null` if there are too many to list. */
  readonly choices: { readonly [field: string]: ReadonlyArray<ChoiceGroup> | null }
}

/**
 * Asks a client, and gives a bound form.
 *
 * @since 0.2.0
 */
export type Binding<V> = (client: Client) => TE.TaskEither<QueryError, Bound<V>>

/**
 * The name of an input, with the prefix of its form, if it has one.
 *
 * @since 0.2.0
 */
export const inputName = (prefix: string, name: string): string =>
  prefix === '' ? name : `${prefix}-${name}`

/**
 * The name under which the shown value comes back.
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
