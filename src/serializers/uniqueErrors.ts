/**
 * Checks whether unique values are taken.
 *
 * @since 0.2.0
 */
import { either as E, type taskEither as TE } from 'fp-ts'
import type { QueryError } from '../value/QueryError.js'
import type { Json, Row } from '../value/Value.js'
import type { Model } from '../schema/Schema.js'
import { allRows, type AnyQueryset } from '../queryset/Queryset.js'
import type { Client } from '../client/Client.js'
import { exists } from '../run/read/exists.js'
import { errorsOf, joinErrors, noErrors, wholeRow, type FieldErrors } from './FieldErrors.js'
import { problem } from './problem.js'
import { where, whereIs, whereLookup } from './where.js'

const others = (model: Model, queryset: AnyQueryset, key: Json): AnyQueryset =>
  key === null
    ? queryset
    : where(queryset, {
        _tag: 'not',
        predicate: {
          _tag: 'lookup',
          name: 'exact',
          left: { _tag: 'column', path: [model.primaryKey], level: 0 },
          right: [{ _tag: 'const', kind: model.columns.get(model.primaryKey)?.kind ?? 'int', value: key }],
        },
      })

interface Asked {
  readonly queryset: AnyQueryset
  readonly errors: FieldErrors
}

const askAll =
  (client: Client, asked: ReadonlyArray<Asked>): TE.TaskEither<QueryError, FieldErrors> =>
  async () => {
    const found: Array<FieldErrors> = []
    /* eslint-disable-next-line functional/no-loop-statements -- one question after the other */
    for (const { queryset, errors } of asked) {
      const taken = await exists(client)(queryset)()
      if (E.isLeft(taken)) return taken
      if (taken.right) found.push(errors)
    }
    return E.right(found.length === 0 ? noErrors : joinErrors(found))
  }

/**
 * The values that are unique by themselves and taken. `values` are stored values by column. `key` is the key of their
 * row, or `null` for a new row. Missing values are never taken.
 *
 * @since 0.2.0
 */
export const uniqueErrors = (
  client: Client,
  model: Model,
  values: Row,
  key: Json,
): TE.TaskEither<QueryError, FieldErrors> =>
  askAll(
    client,
    model.unique.flatMap((set) => {
      const [name, another] = set
      const value = name === undefined || another !== undefined ? null : (values[name] ?? null)
      return name === undefined || value === null
        ? []
        : [
            {
              queryset: others(model, whereIs(allRows(client.schema, model.name), name, value), key),
              errors: errorsOf(name, [problem('unique', { fields: [name] })]),
            },
          ]
    }),
  )

/**
 * The values that are unique together, or for a part of a date, and taken. `row` is the whole row as it would be
 * stored. Only sets with a column in `changed` are checked.
 *
 * @since 0.2.0
 */
export const togetherErrors = (
  client: Client,
  model: Model,
  row: Row,
  key: Json,
  changed: ReadonlySet<string>,
): TE.TaskEither<QueryError, FieldErrors> => {
  const all = allRows(client.schema, model.name)
  const sets = model.unique.filter((set) => set.length > 1 && set.some((name) => changed.has(name)))
  const parts = model.uniqueFor.filter(({ field, of }) => changed.has(field) || changed.has(of))
  return askAll(client, [
    ...sets.flatMap((set) =>
      set.some((name) => (row[name] ?? null) === null)
        ? []
        : [
            {
              queryset: others(
                model,
                set.reduce((found, name) => whereIs(found, name, row[name] ?? null), all),
                key,
              ),
              errors: errorsOf(wholeRow, [problem('unique', { fields: [...set] })]),
            },
          ],
    ),
    ...parts.flatMap(({ field, per, of }) => {
      const [value, date] = [row[field] ?? null, row[of] ?? null]
      return value === null || typeof date !== 'string'
        ? []
        : [
            {
              queryset: others(model, inPeriod(whereIs(all, field, value), of, per, date), key),
              errors: errorsOf(field, [problem('unique', { fields: [field], date: of, per })]),
            },
          ]
    }),
  ])
}

/** The rows whose date is in the same day, month or year. */
const inPeriod = (
  queryset: AnyQueryset,
  column: string,
  per: 'day' | 'month' | 'year',
  date: string,
): AnyQueryset => {
  const [year, month, day] = date.slice(0, 10).split('-').map(Number)
  const inYear = whereLookup(queryset, `${column}__year`, year)
  if (per === 'year') return inYear
  const inMonth = whereLookup(inYear, `${column}__month`, month)
  return per === 'month' ? inMonth : whereLookup(inMonth, `${column}__day`, day)
}
