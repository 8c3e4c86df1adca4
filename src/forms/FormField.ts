/**
 * A field of a form, as data: its description for people, how its input is read, and the rules for its values.
 *
 * @since 0.2.0
 */
import type { either as E } from 'fp-ts'
import type { Json } from '../value/Value.js'
import type { ChoiceGroup } from '../schema/choices.js'
import type { ModelColumn } from '../schema/Schema.js'
import type { AnyQueryset } from '../queryset/Queryset.js'
import type { Problem } from './Problem.js'
import type { Attributes, Widget } from './Widget.js'

/**
 * The related rows that can be chosen.
 *
 * @since 0.2.0
 */
export interface Related {
  readonly model: string
  readonly many: boolean
  readonly rows: AnyQueryset
}

/**
 * A field of a form.
 *
 * - `initial` is the value of the input for a new row: the column's default.
 * - `comesBack` says that the page also carries the value that it showed, and that changes are found by comparing with
 *   it. That is the case for defaults that are objects or lists.
 * - `empty` is the value of an input that was left empty.
 * - `column` is `null` for a to-many relation, which has no column.
 *
 * @since 0.2.0
 */
export interface FormField {
  readonly name: string
  readonly label: string
  readonly help: string
  readonly required: boolean
  readonly disabled: boolean
  readonly initial: Json
  readonly comesBack: boolean
  readonly empty: Json
  readonly attributes: Attributes
  readonly choices: ReadonlyArray<ChoiceGroup> | null
  readonly emptyLabel: string | null
  readonly related: Related | null
  readonly column: ModelColumn | null
  readonly widget: Widget
  readonly parse: (text: string) => E.Either<Problem, Json>
  readonly messages: { readonly [code: string]: string }
  readonly clean: ((value: never) => E.Either<string | CleanProblem, unknown>) | null
}

/**
 * The error of an author's rule: a message, and a code for programs.
 *
 * @since 0.2.0
 */
export interface CleanProblem {
  readonly message: string
  readonly code?: string
}
