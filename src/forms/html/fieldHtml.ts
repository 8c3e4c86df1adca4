/**
 * A field of a form as HTML: label, input, help, and errors that the input is described by.
 *
 * @since 0.2.0
 */
import { html } from 'hono/html'
import { inputName, shownName, type Bound } from '../bind/Bound.js'
import type { FormError } from '../AnyForm.js'
import type { FormField } from '../FormField.js'
import type { Control, Html } from '../Widget.js'
import { rawTexts } from '../widgets/markup.js'
import { errorsId, helpId, inputId } from './names.js'

/** The errors of something, under an id that it is described by. @since 0.2.0 */
export const errorsHtml = (id: string, errors: ReadonlyArray<FormError>): Html | string =>
  errors.length === 0
    ? ''
    : html`<ul class="qs-errors" id="${id}">
        ${errors.map(({ message }) => html`<li>${message}</li>`)}
      </ul>`

/**
 * What a widget makes the input of a field from.
 *
 * @since 0.2.0
 */
export const controlOf = (bound: Bound, field: FormField): Control => {
  const id = inputId(bound, field.name)
  const wrong = (bound.errors[field.name] ?? []).length > 0
  const described = [...(field.help === '' ? [] : [helpId(id)]), ...(wrong ? [errorsId(id)] : [])]
  const choices =
    field.related === null
      ? field.choices
      : field.name in bound.choices
        ? (bound.choices[field.name] ?? null)
        : null
  return {
    id,
    name: inputName(bound.prefix, field.name),
    label: field.label,
    raw: bound.raws[field.name] ?? null,
    required: field.required && !field.disabled,
    invalid: wrong,
    describedBy: described.join(' '),
    attributes: {
      ...limitsOf(field),
      ...field.attributes,
      ...(field.disabled ? { disabled: 'disabled' } : {}),
    },
    choices,
    emptyLabel: emptyLabelOf(field, bound),
  }
}

/** A list offers the choice of nothing where nothing may be chosen, or is. */
const emptyLabelOf = ({ emptyLabel, related, required, name }: FormField, bound: Bound): string | null =>
  emptyLabel === null || related?.many === true
    ? null
    : required && rawTexts(bound.raws[name] ?? null).some((text) => text !== '') && bound.row !== null
      ? null
      : emptyLabel

/** What a browser can hold a number to. */
const limitsOf = ({ column, widget }: FormField): Control['attributes'] => {
  if (column === null || widget.input !== 'number') return {}
  const { min, max } = column.field
  const limit = (name: string, value: unknown) =>
    typeof value === 'number' || typeof value === 'string' ? { [name]: value } : {}
  return { ...limit('min', min), ...limit('max', max) }
}

/** What was shown comes back with what is posted. */
const shownHtml = (bound: Bound, field: FormField): Html | string => {
  if (!field.comesBack) return ''
  const [text = ''] = rawTexts(field.widget.show(bound.shown[field.name] ?? null))
  return html`<input type="hidden" name="${shownName(bound.prefix, field.name)}" value="${text}" />`
}

const optional = html` <span class="qs-optional">(optional)</span>`

/**
 * A field as HTML.
 *
 * @since 0.2.0
 */
export const fieldHtml = (bound: Bound, field: FormField): Html => {
  const control = controlOf(bound, field)
  const input = html`${field.widget.html(control)}${shownHtml(bound, field)}`
  if (field.widget.input === 'hidden') return input
  const errors = errorsHtml(errorsId(control.id), bound.errors[field.name] ?? [])
  const help = field.help === '' ? '' : html`<p class="qs-help" id="${helpId(control.id)}">${field.help}</p>`
  const mark = control.required || field.widget.name === 'checkbox' ? '' : optional
  const css = `qs-field${control.invalid ? ' qs-wrong' : ''}`
  if (field.widget.grouped)
    return html`<fieldset
      class="${css}"
      id="${control.id}"
      tabindex="-1"
      ${control.describedBy === '' ? '' : html` aria-describedby="${control.describedBy}"`}
    >
      <legend>${field.label}${mark}</legend>
      ${help}${errors}${input}
    </fieldset>`
  const label = html`<label for="${control.id}">${field.label}${mark}</label>`
  return field.widget.name === 'checkbox'
    ? html`<div class="${css} qs-tick">${input} ${label}${help}${errors}</div>`
    : html`<div class="${css}">${label}${help}${errors}${input}</div>`
}
