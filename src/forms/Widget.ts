/**
 * Widgets: how posted data is read for an input, how a value is shown, and the HTML. Each widget is a record, so you
 * can write your own.
 *
 * @since 0.2.0
 */
import type { html as template } from 'hono/html'
import type { Json } from '../value/Value.js'
import type { ChoiceGroup } from '../schema/choices.js'
import type { Posted } from './Posted.js'

/**
 * HTML that is escaped.
 *
 * @since 0.2.0
 */
export type Html = ReturnType<typeof template>

/**
 * The content of an input: nothing, a text, several texts, or, for a checkbox, whether it is checked.
 *
 * @since 0.2.0
 */
export type Raw = null | string | boolean | ReadonlyArray<string>

/** @since 0.2.0 */
export interface Attributes {
  readonly [name: string]: string | number
}

/**
 * What a widget needs to draw an input. `describedBy` are the ids of its help and errors, separated by spaces.
 * `attributes` are those of the field and of the widget. `choices` is `null` if there are none, or too many.
 *
 * @since 0.2.0
 */
export interface Control {
  readonly id: string
  readonly name: string
  readonly label: string
  readonly raw: Raw
  readonly required: boolean
  readonly invalid: boolean
  readonly describedBy: string
  readonly attributes: Attributes
  readonly choices: ReadonlyArray<ChoiceGroup> | null
  /** The text of the empty choice, or `null` if a value is always chosen. */
  readonly emptyLabel: string | null
}

/**
 * A widget.
 *
 * - `name` identifies the widget. `input` is the `type` of its `<input>`, `select` for a list, `null` for a text area.
 * - `read` takes the data that was posted under a name. `omits` says whether there was none, which is unknown for a
 *   checkbox.
 * - `show` gives the content of the input for a stored value.
 * - `grouped` widgets have several inputs, and their label is a `<legend>`.
 *
 * @since 0.2.0
 */
export interface Widget {
  readonly name: string
  readonly input: string | null
  readonly attributes: Attributes
  readonly grouped: boolean
  readonly read: (posted: Posted, name: string) => Raw
  readonly omits: (posted: Posted, name: string) => boolean
  readonly show: (value: Json) => Raw
  readonly html: (control: Control) => Html
}
