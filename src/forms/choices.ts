/**
 * The rows that can be chosen for a form's relations.
 *
 * @since 0.2.0
 */
import { either as E, type taskEither as TE } from 'fp-ts'
import type { QueryError } from '../value/QueryError.js'
import type { Json } from '../value/Value.js'
import type { ChoiceGroup } from '../schema/choices.js'
import { textOf } from '../schema/rowErrors.js'
import type { Client } from '../client/Client.js'
import { fetchedRows } from '../run/run.js'
import type { AnyForm } from './AnyForm.js'
import type { Bound } from './bind/Bound.js'
import { storedRow } from './bind/shown.js'
import type { BoundSet } from './formset/BoundSet.js'
import type { Related } from './FormField.js'
import { inOrder } from './rows.js'
import { sliced } from '../serializers/where.js'

/**
 * If there are more choices than this, they aren't listed, and people type the keys.
 *
 * @since 0.2.0
 */
export const mostChoices = 1000

type Choices = Bound['choices']

const choicesOf =
  (client: Client, { model, rows }: Related): TE.TaskEither<QueryError, ReadonlyArray<ChoiceGroup> | null> =>
  async () => {
    const target = client.schema.models.get(model)
    if (target === undefined) return E.right(null)
    const found = await fetchedRows(client)(sliced(inOrder(rows, target), 0, mostChoices + 1))()
    return E.map((all: ReadonlyArray<unknown>) =>
      all.length > mostChoices
        ? null
        : [
            {
              label: null,
              choices: all.flatMap((row) =>
                typeof row === 'object' && row !== null
                  ? [
                      {
                        value: keyText(storedRow(target, row)[target.primaryKey] ?? null),
                        label: textOf(target, row),
                      },
                    ]
                  : [],
              ),
            },
          ],
    )(found)
  }

const keyText = (key: Json): string | number =>
  typeof key === 'string' || typeof key === 'number' ? key : JSON.stringify(key)

/**
 * The rows that can be chosen for each listed relation of a form. `null` if there are too many.
 *
 * @since 0.2.0
 */
export const formChoices =
  (client: Client) =>
  (form: AnyForm): TE.TaskEither<QueryError, Choices> =>
  async () => {
    const choices: Array<readonly [string, ReadonlyArray<ChoiceGroup> | null]> = []
    /* eslint-disable-next-line functional/no-loop-statements -- one question after the other */
    for (const { name, related, widget } of form.fields) {
      if (related === null || widget.input === 'hidden') continue
      const found = await choicesOf(client, related)()
      if (E.isLeft(found)) return found
      choices.push([name, found.right])
    }
    return E.right(Object.fromEntries(choices))
  }

/**
 * A bound form with the rows that can be chosen, as HTML needs it.
 *
 * @since 0.2.0
 */
export const withChoices =
  (client: Client) =>
  <V>(bound: Bound<V>): TE.TaskEither<QueryError, Bound<V>> =>
  async () =>
    E.map((choices: Choices) => ({ ...bound, choices }))(await formChoices(client)(bound.form)())

/**
 * A bound formset with the rows that can be chosen. They are requested once for all of its forms.
 *
 * @since 0.2.0
 */
export const setWithChoices =
  (client: Client) =>
  (set: BoundSet): TE.TaskEither<QueryError, BoundSet> =>
  async () =>
    E.map((choices: Choices) => ({
      ...set,
      forms: set.forms.map((each) => ({ ...each, bound: { ...each.bound, choices } })),
    }))(await formChoices(client)(set.formset.form)())
