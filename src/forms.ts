/**
 * `queryset-ts/forms`: forms of a model, as values and as HTML.
 *
 * @since 0.2.0
 */
export { form, save, type Form } from './forms/form.js'
export {
  wholeForm,
  type AnyForm,
  type FieldName,
  type Fieldset,
  type FormError,
  type FormErrors,
  type FormOptions,
  type Values,
} from './forms/AnyForm.js'
export { formset, type Formset, type FormsetOptions } from './forms/formset.js'
export type { AnyFormset, BoundRow, BoundSet } from './forms/formset/BoundSet.js'
export {
  saveAll,
  saveSet,
  type Done,
  type PartlySaved,
  type SavedAll,
  type SetError,
} from './forms/formset/saveSet.js'
export { asksForAnother, unchecked, uncheckedSet, withAnother } from './forms/formset/another.js'
export { formChoices, mostChoices, setWithChoices, withChoices } from './forms/choices.js'
export { fieldHtml } from './forms/html/fieldHtml.js'
export {
  fieldsHtml,
  formHtml,
  summaryHtml,
  type FormHtmlOptions,
  type Linked,
} from './forms/html/formHtml.js'
export { formsetHtml } from './forms/html/formsetHtml.js'
export type { CleanProblem, FormField, Related } from './forms/FormField.js'
export type { BindOptions } from './forms/bind/bind.js'
export type { Binding, Bound } from './forms/bind/Bound.js'
export type { InvalidForm, SaveError } from './forms/bind/save.js'
export type { PostedInput } from './forms/Posted.js'
export type { Attributes, Control, Html, Raw, Widget } from './forms/Widget.js'
export {
  checkbox,
  checkboxes,
  dateInput,
  datetimeInput,
  emailInput,
  hidden,
  jsonArea,
  nullBooleanSelect,
  numberInput,
  radio,
  select,
  selectMany,
  splitDatetime,
  textarea,
  textInput,
  timeInput,
  urlInput,
  type TextareaOptions,
  type TimeOptions,
  type WidgetOptions,
} from './forms/widgets/widgets.js'
