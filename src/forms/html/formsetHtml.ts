/**
 * Formsets as HTML.
 *
 * @since 0.2.0
 */
import { html } from 'hono/html'
import { textOf } from '../../schema/rowErrors.js'
import { inputName, versionName } from '../bind/Bound.js'
import {
  addName,
  deleteName,
  managementNames,
  rowPrefix,
  type BoundRow,
  type BoundSet,
} from '../formset/BoundSet.js'
import { wholeForm, type FormError } from '../AnyForm.js'
import type { Html } from '../Widget.js'
import { errorsHtml, fieldHtml } from './fieldHtml.js'
import { inputId } from './names.js'
import { keyText } from '../keyText.js'

interface Linked extends FormError {
  readonly to: string | null
}

/**
 * The errors of a formset, with the ids of what they are about.
 *
 * @since 0.2.0
 */
export const setErrors = ({ forms, whole }: BoundSet): ReadonlyArray<Linked> => [
  ...whole.map((error) => ({ ...error, to: null })),
  ...forms.flatMap(({ bound }) =>
    Object.entries(bound.errors).flatMap(([name, errors]) =>
      errors.map((error) => ({
        ...error,
        to: bound.form.fields.some((field) => field.name === name) ? inputId(bound, name) : null,
      })),
    ),
  ),
]

const hiddenHtml = (name: string, value: string): Html =>
  html`<input type="hidden" name="${name}" value="${value}" />`

/** What a form of the set is called: the row that it is of, or that it is a new one. */
const titleOf = ({ formset: { child } }: BoundSet, { bound: { row } }: BoundRow): string =>
  row === null ? `New ${child.label.toLowerCase()}` : textOf(child, row) || child.label

const rowHtml = (set: BoundSet, row: BoundRow, n: number): Html => {
  const { formset } = set
  const { bound, isInitial, isDeleted } = row
  const remove = deleteName(formset, n)
  const own = bound.form.fields.map((field) => fieldHtml(bound, field))
  const key = isInitial
    ? hiddenHtml(inputName(bound.prefix, formset.child.primaryKey), keyText(bound.key))
    : ''
  const version = bound.version === '' ? '' : hiddenHtml(versionName(bound.prefix), bound.version)
  const goes = formset.canDelete
    ? html`<div class="qs-field qs-tick">
        <input type="checkbox" id="id_${remove}" name="${remove}" ${isDeleted ? html` checked` : ''} />
        <label for="id_${remove}"
          >${isInitial ? 'Delete' : 'Leave out'}<span class="qs-unseen"> ${titleOf(set, row)}</span></label
        >
      </div>`
    : ''
  return html`<fieldset class="qs-row" id="id_${bound.prefix}">
    <legend>${titleOf(set, row)}</legend>
    ${errorsHtml(`id_${bound.prefix}_errors`, bound.errors[wholeForm] ?? [])}${key}${version}
    <div class="qs-columns">${own}</div>
    ${goes}
  </fieldset>`
}

/** A button that posts the form and gets it back with one more row. The page then opens at that row. */
const addHtml = ({ formset, forms }: BoundSet, action: string): Html | string =>
  forms.length >= formset.max
    ? ''
    : html`<p class="qs-add">
        <button
          type="submit"
          class="qs-second"
          name="${addName(formset)}"
          value="1"
          formaction="${action}#id_${rowPrefix(formset, forms.length)}"
        >
          Add another ${formset.child.label.toLowerCase()}
        </button>
      </p>`

/**
 * A formset, with the number of its forms, and a button to add another one. `action` is the address that the form is sent
 * to. The default is the page's own.
 *
 * @since 0.2.0
 */
export const formsetHtml = (set: BoundSet, action = ''): Html => {
  const { formset, forms, whole } = set
  const names = managementNames(formset)
  const initial = forms.filter(({ isInitial }) => isInitial).length
  return html`<section class="qs-set" aria-labelledby="id_${formset.prefix}_title">
    <h2 id="id_${formset.prefix}_title">${formset.child.plural}</h2>
    ${hiddenHtml(names.total, String(forms.length))}${hiddenHtml(names.initial, String(initial))}${hiddenHtml(names.min, String(formset.min))}${hiddenHtml(names.max, String(formset.max))}
    ${errorsHtml(`id_${formset.prefix}_errors`, whole)}${forms.map((row, n) => rowHtml(set, row, n))}${addHtml(set, action)}
  </section>`
}
