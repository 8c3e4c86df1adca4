/** Answers the recorded cases of forms. */
import { either as E } from 'fp-ts'
import { schemaOf, type Json, type WritableClient } from '../../../src/index.js'
import type { AnyForm, Bound, FormErrors } from '../../../src/forms.js'
import { bindForm } from '../../../src/forms/bind/bind.js'
import { saveBound } from '../../../src/forms/bind/save.js'
import { rowOf } from './rowOf.js'
import { forms, models } from './definitions.js'
import { spell, spelledFields, storedAs } from './values.js'

export type Asked = { readonly [name: string]: unknown }
type Posted = { readonly [name: string]: string | ReadonlyArray<string> }

const schema = schemaOf(models)

export const errorsAs = (errors: FormErrors): Asked =>
  Object.fromEntries(
    Object.entries(errors).map(([field, found]) => [
      field === '' ? '__all__' : field,
      found.map(({ code, message }) => ({ code, message })),
    ]),
  )

const named = (name: unknown): AnyForm => {
  const found = forms[String(name)]
  if (found === undefined) throw new Error(`there is no form ${String(name)}`)
  return found
}

const rightOf = <A>(result: E.Either<{ readonly message: string }, A>): A => {
  if (E.isLeft(result)) throw new Error(result.left.message)
  return result.right
}

/** Decimals are recorded with the exponent that they were typed with: `1e2` is `1E+2`. */
const asTyped = (form: AnyForm, bound: Bound): Asked => {
  const cleaned = spelledFields(form.model, bound.passed)
  return Object.fromEntries(
    Object.entries(cleaned).map(([name, value]) => {
      const raw = bound.raws[name]
      const typed = typeof raw === 'string' ? /^\s*\+?0*(\d+)e\+?0*([1-9]\d*)\s*$/iu.exec(raw) : null
      if (typed === null || value === null || form.model.columns.get(name)?.kind !== 'decimal')
        return [name, value]
      const [, digits = '', power = ''] = typed
      const rest = digits.slice(1)
      return [
        name,
        {
          decimal: `${digits.slice(0, 1)}${rest === '' ? '' : `.${rest}`}E+${String(Number(power) + rest.length)}`,
        },
      ]
    }),
  )
}

/** What a form made of the posted data. */
export const answerForm = async (client: WritableClient, asked: Asked): Promise<Asked> => {
  const form = named(asked['form'])
  const key = (asked['instance'] ?? null) as Json
  const row = key === null ? null : await rowOf(client, form.model, key)
  const prefix = typeof asked['prefix'] === 'string' ? asked['prefix'] : ''
  const bound: Bound = rightOf(await bindForm(form, asked['data'] as Posted, { row, prefix })(client)())
  const valid = E.isRight(bound.cleaned)
  const saved = valid ? await saveBound(client, bound)() : null
  return {
    valid,
    cleaned: asTyped(form, bound),
    errors: errorsAs(bound.errors),
    changed: bound.changed,
    ...(saved !== null && E.isRight(saved)
      ? {
          saved: await storedAs(
            client,
            schema,
            form.model.name,
            (saved.right as { readonly [name: string]: Json })[form.model.primaryKey] ?? null,
          ),
        }
      : {}),
    ...(key === null ? {} : { stored: await storedAs(client, schema, form.model.name, key) }),
  }
}

/** How a form's field was derived from the model. */
export const describeField = (asked: Asked): Asked => {
  const form = named(asked['form'])
  const field = form.fields.find(({ name }) => name === asked['field'])
  if (field === undefined) throw new Error(`there is no field ${String(asked['field'])}`)
  const choices =
    field.choices?.flatMap(({ label, choices: own }): ReadonlyArray<unknown> => {
      const pairs = own.map(({ value, label: text }) => [value, text])
      return label === null ? pairs : [[label, pairs]]
    }) ?? null
  return {
    name: field.name,
    label: field.label,
    required: field.required,
    help_text: field.help,
    initial: spell(field.column?.kind ?? 'text', field.initial),
    input_type: field.widget.input,
    attrs: field.attributes,
    ...(choices === null
      ? {}
      : { choices: field.emptyLabel === null ? choices : [['', field.emptyLabel], ...choices] }),
    ...(field.related === null
      ? {}
      : {
          choices_of: field.related.model,
          empty_label: field.related.many ? null : field.emptyLabel,
        }),
  }
}
