/**
 * Pieces of markup that widgets share.
 *
 * @since 0.2.0
 */
import { html } from 'hono/html'
import type { Choice, ChoiceGroup } from '../../schema/choices.js'
import type { Attributes, Control, Html, Raw } from '../Widget.js'

const attributeName = /^[a-z][a-z\d-]*$/iu

/**
 * Attributes as markup. A name that can't be one, or that would run a script, is left out.
 *
 * @since 0.2.0
 */
export const attributesHtml = (attributes: Attributes): ReadonlyArray<Html> =>
  Object.entries(attributes)
    .filter(([name]) => attributeName.test(name) && !/^on|^style$/iu.test(name))
    .map(([name, value]) => html` ${name}="${String(value)}"`)

/**
 * What every input of a control has: its id, name, and what describes it.
 *
 * @since 0.2.0
 */
export const commonHtml = (control: Control): Html =>
  html` id="${control.id}"
  name="${control.name}"${control.required ? html` required` : ''}${stateHtml(control)}`

/**
 * Whether a control's value is wrong, and what describes it.
 *
 * @since 0.2.0
 */
export const stateHtml = ({ invalid, describedBy }: Control): Html =>
  html`${invalid ? html` aria-invalid="true"` : ''}${describedBy === '' ? '' : html` aria-describedby="${describedBy}"`}`

/** @since 0.2.0 */
export const rawText = (raw: Raw): string =>
  raw === null ? '' : typeof raw === 'string' ? raw : typeof raw === 'boolean' ? String(raw) : (raw[0] ?? '')

/** @since 0.2.0 */
export const rawTexts = (raw: Raw): ReadonlyArray<string> =>
  raw === null ? [] : typeof raw === 'object' ? raw : [String(raw)]

/**
 * The options of a list, in their groups.
 *
 * @since 0.2.0
 */
export const optionsHtml = (
  groups: ReadonlyArray<ChoiceGroup>,
  chosen: ReadonlySet<string>,
): ReadonlyArray<Html> =>
  groups.map(({ label, choices }) => {
    const options = choices.map((choice) => optionHtml(choice, chosen))
    return label === null ? html`${options}` : html`<optgroup label="${label}">${options}</optgroup>`
  })

const optionHtml = ({ value, label }: Choice, chosen: ReadonlySet<string>): Html =>
  html`<option value="${String(value)}" ${chosen.has(String(value)) ? html` selected` : ''}>
    ${labelText(label)}
  </option>`

/**
 * A label that people can see: an option or a box must not be without text.
 *
 * @since 0.2.0
 */
export const labelText = (label: string): string => (label.trim() === '' ? '(no name)' : label)
