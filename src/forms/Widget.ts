/**
 * Widgets: what an input reads of what was posted, how it shows a value, and its HTML. Each is a record, so that one of
 * your own is as good as those here.
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
 * What stands in an input: nothing, a text, several texts, or, of a box to tick, whether it is ticked.
 *
 * @since 0.2.0
 */
export type Raw = null | string | boolean | ReadonlyArray<string>

/** @since 0.2.0 */
export interface Attributes {
  readonly [name: string]: string | number
}

/**
 * What a widget makes an input of. `describedBy` are the ids of what describes it (help and errors), separated by spaces;
 * `attributes` are the field's and the widget's own. `choices` is `null` where there are none, or too many.
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
  /** The text of the choice of nothing; `null` where something is always chosen. */
  readonly emptyLabel: string | null
}

/**
 * - `name` tells widgets apart; `input` is the `type` of its `<input>`, `select` for a list, `null` for a text area.
 * - `read` takes what was posted under a name; `omits` tells whether nothing was, which can't be told of a box to tick.
 * - `show` spells a stored value as it stands in the input.
 * - `grouped` widgets are several inputs, whose label is a `<legend>`.
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
