/**
 * The widgets of the package, each a function that takes options and gives a record.
 *
 * @since 0.2.0
 */
import { html } from 'hono/html'
import type { Json, Kind } from '../../value/Value.js'
import { lastOf, type Posted } from '../Posted.js'
import type { Attributes, Control, Html, Raw, Widget } from '../Widget.js'
import { attributesHtml, commonHtml, labelText, optionsHtml, stateHtml, rawText, rawTexts } from './markup.js'
import { readsText, showsText, spelled, withPlaces } from './reading.js'
import { keyText } from '../keyText.js'

/** @since 0.2.0 */
export interface WidgetOptions {
  readonly attributes?: Attributes
}

const inputHtml = (type: string, control: Control, value: string): Html =>
  html`<input type="${type}" ${commonHtml(control)} value="${value}" ${attributesHtml(control.attributes)} />`

/** A line break behind the tag isn't part of the value; without it, one that is would be dropped. */
const areaHtml = (control: Control): Html =>
  html`<textarea${commonHtml(control)}${attributesHtml(control.attributes)}>${`\n${rawText(control.raw)}`}</textarea>`

const input = (name: string, type: string, kind: Kind, attributes: Attributes): Widget => ({
  name,
  input: type,
  attributes,
  grouped: false,
  ...readsText,
  show: showsText(kind),
  html: (control) => inputHtml(type, control, rawText(control.raw)),
})

/**
 * One line of text. `kind` is that of the value, which is spelled for people.
 *
 * @since 0.2.0
 */
export const textInput = ({
  attributes = {},
  kind = 'text',
}: WidgetOptions & { readonly kind?: Kind } = {}): Widget => ({
  ...input('text', 'text', kind, attributes),
  // A browser would drop the line breaks of a value in one line.
  html: (control) =>
    /[\r\n]/u.test(rawText(control.raw))
      ? areaHtml(control)
      : inputHtml('text', control, rawText(control.raw)),
})

/**
 * A number. `places` is how many decimal places are shown at least.
 *
 * @since 0.2.0
 */
export const numberInput = ({
  attributes = {},
  places = null,
}: WidgetOptions & { readonly places?: number | null } = {}): Widget => ({
  ...input('number', 'number', 'float', attributes),
  show: (value) => withPlaces(spelled('decimal', value), places),
})

/** @since 0.2.0 */
export const emailInput = ({ attributes = {} }: WidgetOptions = {}): Widget =>
  input('email', 'email', 'text', attributes)

/** @since 0.2.0 */
export const urlInput = ({ attributes = {} }: WidgetOptions = {}): Widget =>
  input('url', 'url', 'text', attributes)

/**
 * Options of inputs for dates and times. With `picker`, the browser shows its own calendar or clock, and accepts one
 * format. Without it, people type in any format that a form accepts.
 *
 * @since 0.2.0
 */
export interface TimeOptions extends WidgetOptions {
  readonly picker?: boolean
}

/** @since 0.2.0 */
export const dateInput = ({ attributes = {}, picker = false }: TimeOptions = {}): Widget =>
  input('date', picker ? 'date' : 'text', 'date', attributes)

/** Pickers offer seconds only where they are told a step. */
const stepOf = (text: string): number => (/\.\d+$/u.test(text) ? 0.001 : 1)

const clockInput = (name: string, type: string, kind: Kind, attributes: Attributes): Widget => ({
  ...input(name, type, kind, attributes),
  html: (control) => {
    const text = rawText(control.raw)
    return inputHtml(type, { ...control, attributes: { step: stepOf(text), ...control.attributes } }, text)
  },
})

/** @since 0.2.0 */
export const timeInput = ({ attributes = {}, picker = false }: TimeOptions = {}): Widget =>
  picker ? clockInput('time', 'time', 'time', attributes) : input('time', 'text', 'time', attributes)

/** @since 0.2.0 */
export const datetimeInput = ({ attributes = {}, picker = false }: TimeOptions = {}): Widget =>
  picker
    ? {
        ...clockInput('datetime', 'datetime-local', 'datetime', attributes),
        show: (value) => spelled('datetime', value).replace(' ', 'T'),
      }
    : input('datetime', 'text', 'datetime', attributes)

/**
 * A date and a time in two inputs, posted as `NAME_0` and `NAME_1`.
 *
 * @since 0.2.0
 */
export const splitDatetime = ({ attributes = {}, picker = false }: TimeOptions = {}): Widget => ({
  name: 'split datetime',
  input: picker ? 'date' : 'text',
  attributes,
  grouped: true,
  read: (posted, name) => {
    const [date, time] = [lastOf(posted, `${name}_0`), lastOf(posted, `${name}_1`)]
    return date === null && time === null ? null : [date ?? '', time ?? '']
  },
  omits: (posted, name) => [`${name}_0`, `${name}_1`].every((each) => posted.texts(each).length === 0),
  show: (value) => {
    const [date = '', time = ''] = spelled('datetime', value).split(' ')
    return [date, time]
  },
  html: (control) => {
    const [date = '', time = ''] = rawTexts(control.raw)
    const part = (n: 0 | 1, label: string): Control => ({
      ...control,
      id: `${control.id}_${String(n)}`,
      name: `${control.name}_${String(n)}`,
      attributes: {
        ...control.attributes,
        ...(picker && n === 1 ? { step: stepOf(time) } : {}),
        'aria-label': `${control.label}: ${label}`,
      },
    })
    return html`<span class="qs-parts"
      >${inputHtml(picker ? 'date' : 'text', part(0, 'date'), date)}
      ${inputHtml(picker ? 'time' : 'text', part(1, 'time'), time)}</span
    >`
  },
})

const isTicked = (text: string | null): boolean =>
  text !== null && text.toLowerCase() !== 'false' && text !== ''

/**
 * A box to tick. What isn't posted is not ticked.
 *
 * @since 0.2.0
 */
export const checkbox = ({ attributes = {} }: WidgetOptions = {}): Widget => ({
  name: 'checkbox',
  input: 'checkbox',
  attributes,
  grouped: false,
  read: (posted, name) => isTicked(lastOf(posted, name)),
  omits: () => false,
  show: (value) => value === true,
  html: (control) =>
    html`<input
      type="checkbox"
      ${commonHtml(control)}${control.raw === true ? html` checked` : ''}${attributesHtml(control.attributes)}
    />`,
})

const threeWay = new Map<string, string>([
  ['True', 'true'],
  ['true', 'true'],
  ['2', 'true'],
  ['False', 'false'],
  ['false', 'false'],
  ['3', 'false'],
])

/**
 * A choice of yes, no, and unknown.
 *
 * @since 0.2.0
 */
export const nullBooleanSelect = ({ attributes = {} }: WidgetOptions = {}): Widget => ({
  name: 'three-way',
  input: 'select',
  attributes,
  grouped: false,
  read: (posted, name) => threeWay.get(lastOf(posted, name) ?? '') ?? null,
  omits: readsText.omits,
  show: (value) => (value === null ? null : keyText(value)),
  html: (control) =>
    html`<select${commonHtml(control)}${attributesHtml(control.attributes)}>${optionsHtml([{ label: null, choices: threeChoices }], new Set([rawText(control.raw) === '' ? 'unknown' : rawText(control.raw)]))}</select>`,
})

/** @since 0.2.0 */
export const threeChoices: ReadonlyArray<{ readonly value: string; readonly label: string }> = [
  { value: 'unknown', label: 'Unknown' },
  { value: 'true', label: 'Yes' },
  { value: 'false', label: 'No' },
]

/** A key is typed where there are too many choices to list. */
const keyHtml = (control: Control): Html => inputHtml('text', control, rawText(control.raw))

/** Several keys are typed under another name, with spaces or commas between. */
const keysHtml = (control: Control): Html =>
  inputHtml('text', { ...control, name: keysName(control.name) }, rawTexts(control.raw).join(', '))

const keysName = (name: string): string => `${name}__keys`

const typedKeys = (posted: Posted, name: string): ReadonlyArray<string> =>
  posted.texts(keysName(name)).flatMap((text) => text.split(/[\s,]+/u).filter((key) => key !== ''))

const showsKey = (value: Json): Raw => keyText(value)

const emptyOption = ({ emptyLabel }: Control, chosen: boolean): Html | string =>
  emptyLabel === null ? '' : html`<option value="" ${chosen ? html` selected` : ''}>${emptyLabel}</option>`

/**
 * A list of which one is chosen.
 *
 * @since 0.2.0
 */
export const select = ({ attributes = {} }: WidgetOptions = {}): Widget => ({
  name: 'select',
  input: 'select',
  attributes,
  grouped: false,
  ...readsText,
  show: showsKey,
  html: (control) =>
    control.choices === null
      ? keyHtml(control)
      : html`<select${commonHtml(control)}${attributesHtml(control.attributes)}>${emptyOption(control, rawText(control.raw) === '')}${optionsHtml(control.choices, new Set([rawText(control.raw)]))}</select>`,
})

const readsTexts: Pick<Widget, 'read' | 'omits' | 'show'> = {
  read: (posted: Posted, name: string): Raw => [...posted.texts(name), ...typedKeys(posted, name)],
  omits: () => false,
  show: (value: Json): Raw => (Array.isArray(value) ? (value as ReadonlyArray<Json>).map(keyText) : []),
}

/**
 * A list of which several are chosen.
 *
 * @since 0.2.0
 */
export const selectMany = ({ attributes = {} }: WidgetOptions = {}): Widget => ({
  name: 'select many',
  input: 'select',
  attributes,
  grouped: false,
  ...readsTexts,
  html: (control) =>
    control.choices === null
      ? keysHtml(control)
      : html`<select multiple${commonHtml(control)}${attributesHtml({ size: 8, ...control.attributes })}>
          ${optionsHtml(control.choices, new Set(rawTexts(control.raw)))}
        </select>`,
})

const boxes = (type: 'radio' | 'checkbox', control: Control): Html => {
  const chosen = new Set(rawTexts(control.raw))
  const none =
    control.emptyLabel !== null && type === 'radio' ? [{ value: '', label: control.emptyLabel }] : []
  const choices = [...none, ...(control.choices ?? []).flatMap((group) => group.choices)]
  return html`<span class="qs-boxes"
    >${choices.map(
      ({ value, label }, i) =>
        html`<label for="${control.id}_${String(i)}"
          ><input
            type="${type}"
            id="${control.id}_${String(i)}"
            name="${control.name}"
            value="${String(value)}"
            ${chosen.has(String(value)) ? html` checked` : ''}${stateHtml(control)}${attributesHtml(control.attributes)}
          />
          ${labelText(label)}</label
        >`,
    )}</span
  >`
}

/**
 * All choices at once, of which one is chosen.
 *
 * @since 0.2.0
 */
export const radio = ({ attributes = {} }: WidgetOptions = {}): Widget => ({
  name: 'radio',
  input: 'radio',
  attributes,
  grouped: true,
  ...readsText,
  show: showsKey,
  html: (control) => (control.choices === null ? keyHtml(control) : boxes('radio', control)),
})

/**
 * All choices at once, of which several are chosen.
 *
 * @since 0.2.0
 */
export const checkboxes = ({ attributes = {} }: WidgetOptions = {}): Widget => ({
  name: 'checkboxes',
  input: 'checkbox',
  attributes,
  grouped: true,
  ...readsTexts,
  html: (control) => (control.choices === null ? keysHtml(control) : boxes('checkbox', control)),
})

/** @since 0.2.0 */
export interface TextareaOptions extends WidgetOptions {
  readonly rows?: number
  readonly cols?: number
  readonly kind?: Kind
}

/**
 * Several lines of text. A line break that browsers would drop at the beginning is kept.
 *
 * @since 0.2.0
 */
export const textarea = ({
  attributes = {},
  rows = 10,
  cols = 40,
  kind = 'text',
}: TextareaOptions = {}): Widget => ({
  name: 'text area',
  input: null,
  attributes: { cols, rows, ...attributes },
  grouped: false,
  ...readsText,
  show: showsText(kind),
  html: areaHtml,
})

/**
 * JSON in a text area.
 *
 * @since 0.2.0
 */
export const jsonArea = (options: TextareaOptions = {}): Widget => ({
  ...textarea({ ...options, kind: 'json' }),
  name: 'JSON',
  show: (value) => (value === null ? '' : JSON.stringify(value, null, 2)),
})

/**
 * A value that people don't see. What is posted is checked like any other.
 *
 * @since 0.2.0
 */
export const hidden = ({
  attributes = {},
  kind = 'text',
}: WidgetOptions & { readonly kind?: Kind } = {}): Widget => ({
  ...input('hidden', 'hidden', kind, attributes),
  html: (control) =>
    html`<input
      type="hidden"
      id="${control.id}"
      name="${control.name}"
      value="${rawText(control.raw)}"
      ${attributesHtml(control.attributes)}
    />`,
})
