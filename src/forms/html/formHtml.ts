/**
 * Forms as HTML.
 *
 * @since 0.2.0
 */
import { html } from 'hono/html'
import { versionName, type Bound } from '../bind/Bound.js'
import { wholeForm, type FormError } from '../AnyForm.js'
import type { FormField } from '../FormField.js'
import type { Html } from '../Widget.js'
import type { BoundSet } from '../formset/BoundSet.js'
import { fieldHtml } from './fieldHtml.js'
import { formsetHtml, setErrors } from './formsetHtml.js'
import { inputId } from './names.js'

const versionHtml = ({ prefix, version }: Bound): Html | string =>
  version === '' ? '' : html`<input type="hidden" name="${versionName(prefix)}" value="${version}" />`

const named = (bound: Bound, names: ReadonlyArray<string>): ReadonlyArray<FormField> =>
  names.flatMap((name) => bound.form.fields.filter((field) => field.name === name))

/**
 * The fields of a form, without the `<form>` around them. Fieldsets are groups.
 *
 * @since 0.2.0
 */
export const fieldsHtml = (bound: Bound): Html => {
  const { fields, fieldsets } = bound.form
  const grouped = new Set(fieldsets.flatMap((set) => set.fields))
  const single = fields.filter(({ name }) => !grouped.has(name))
  const groups = fieldsets.map(
    ({ legend, fields: names }) =>
      html`<fieldset class="qs-group">
        <legend>${legend}</legend>
        ${named(bound, names).map((field) => fieldHtml(bound, field))}
      </fieldset>`,
  )
  return html`${versionHtml(bound)}${single.map((field) => fieldHtml(bound, field))}${groups}`
}

/** An error with the id of what it is about, if that is on the page. @since 0.2.0 */
export interface Linked extends FormError {
  readonly to: string | null
}

/**
 * The errors of a form, first those of the form as a whole, then in the order of its fields.
 *
 * @since 0.2.0
 */
export const linkedErrors = (bound: Bound): ReadonlyArray<Linked> => {
  const fields = new Map(bound.form.fields.map((field) => [field.name, field]))
  const to = (name: string): string | null => {
    const field = fields.get(name)
    return field === undefined || field.widget.input === 'hidden'
      ? null
      : inputId(bound, field.widget.name === 'split datetime' ? `${name}_0` : name)
  }
  const names = [wholeForm, ...fields.keys()]
  const others = Object.keys(bound.errors).filter((name) => !names.includes(name))
  return [...names, ...others].flatMap((name) =>
    (bound.errors[name] ?? []).map((error) => ({ ...error, to: to(name) })),
  )
}

/**
 * The list of errors at the top of a page. It takes the focus, so that it is read first.
 *
 * @since 0.2.0
 */
export const summaryHtml = (errors: ReadonlyArray<Linked>, title = 'There is a problem'): Html | string =>
  errors.length === 0
    ? ''
    : html`<div class="qs-summary" role="alert" tabindex="-1" autofocus>
        <h2>${title}</h2>
        <ul>
          ${errors.map(({ message, to }) => html`<li>${to === null ? message : html`<a href="#${to}">${message}</a>`}</li>`)}
        </ul>
      </div>`

/**
 * Options of a form's HTML. `action` is the address that the form is sent to. The default is this page. `submit` is the
 * text of the button. `cancel` is the address of a link that leaves the form. `notice` is a text above the form.
 *
 * @since 0.2.0
 */
export interface FormHtmlOptions {
  readonly action?: string
  readonly submit?: string
  readonly cancel?: string
  readonly notice?: string | null
  readonly sets?: ReadonlyArray<BoundSet>
}

/**
 * The Enter key presses the first button of a form. Where formsets have buttons of their own, this one comes first, so
 * that Enter saves. Nobody sees it or gets to it by the Tab key.
 */
const byEnter = (submit: string): Html =>
  html`<button type="submit" class="qs-unseen" tabindex="-1" aria-hidden="true">${submit}</button>`

/**
 * A whole form with its formsets. The server checks the values, not the browser, so that everybody can read the errors.
 *
 * @since 0.2.0
 */
export const formHtml = (bound: Bound, options: FormHtmlOptions = {}): Html => {
  const { action, submit = 'Save', cancel, notice = null, sets = [] } = options
  const fieldErrors: ReadonlyArray<Linked> =
    notice === null ? [] : [{ code: 'notice', message: notice, params: {}, to: null }]
  const errors = [...fieldErrors, ...linkedErrors(bound), ...sets.flatMap(setErrors)]
  return html`${summaryHtml(errors)}
    <form class="qs-form" method="post" novalidate${action === undefined ? '' : html` action="${action}"`}>
      ${sets.length === 0 ? '' : byEnter(submit)}${fieldsHtml(bound)}${sets.map((set) => formsetHtml(set, action))}
      <p class="qs-actions">
        <button type="submit">${submit}</button
        >${cancel === undefined ? '' : html` <a href="${cancel}">Cancel</a>`}
      </p>
    </form>`
}
