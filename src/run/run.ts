/**
 * Runs a queryset: fold, plan, request, decode, read.
 *
 * @since 0.1.0
 */
import { either as E, type taskEither as TE } from 'fp-ts'
import { meterFor } from '../value/Meter.js'
import { invalidQuery, type QueryError, type ReadError } from '../value/QueryError.js'
import type { Row } from '../value/Value.js'
import type { Client } from '../client/Client.js'
import { fittedBy } from '../client/fitting.js'
import { allAtOnce, fittedAtOnce } from '../client/pages/pages.js'
import { budgetOf } from '../client/within.js'
import type { Evaluator } from '../query/Evaluator.js'
import { isCoded, readRow, type Shape, type Shared } from '../query/shape.js'
import { wrongRow } from '../query/wrongRow.js'
import type { AnyQueryset, Form } from '../queryset/Queryset.js'
import { fetchRows } from './read/fetchRows.js'
import { reading } from './read/reading.js'
import { filledPlan } from '../plan/planAgain.js'
import { findPlan, isFor, planOf, withinBudget } from '../plan/planQuery.js'
import { type Forms, type Plan } from '../plan/Plan.js'
import { optionsOf } from '../value/optionsOf.js'
import { total } from '../value/total.js'

/**
 * How a plan is run. `evaluator` evaluates the residual. The default is `engine`.
 *
 * @since 0.2.0
 */
export interface RunOptions {
  readonly evaluator?: Evaluator
}

const typedRun =
  (client: Client, options: RunOptions = {}) =>
  <A>(planned: Plan<A>): TE.TaskEither<ReadError, ReadonlyArray<A>> =>
  () => {
    const ready = isFor(client, planned)
      ? withinBudget(client, planned)
      : E.left(
          invalidQuery(
            'plan',
            `it was made for another client than this one ('${client.name}')`,
            'Plan it for this one, and run what comes of that as it is.',
          ),
        )
    // Rows are read by the plan's shape, which is that of `A`.
    const rows = E.isLeft(ready)
      ? () => Promise.resolve(ready)
      : () => gather(client, planned, optionsOf(options).evaluator)
    return reading(client, 'list')(rows)() as Promise<E.Either<ReadError, ReadonlyArray<A>>>
  }

/**
 * Carries out a plan and gives the rows of its queryset. The plan must have been made for this client, or for the same
 * client behind middleware that doesn't change what it can do. A plan for another client is a `Left`.
 *
 * @example
 * import { taskEither as TE } from 'fp-ts'
 * import { autoId, pipe, plan, run, schema } from 'queryset-ts'
 * import { memory } from 'queryset-ts/memory'
 * const models = schema({ genre: { id: autoId } })
 * const client = memory(models, { genre: [{ id: 1 }] })
 * const program = pipe(models.genre, plan(client), TE.fromEither, TE.flatMap(run(client)))
 * console.log(await program()) // => { _tag: 'Right', right: [ { id: 1 } ] }
 *
 * @since 0.1.0
 */
export const run = total('run', 2, 'program', typedRun)

/**
 * All rows of a queryset whose row type isn't known.
 *
 * @since 0.1.0
 */
export const fetchedRows =
  (client: Client) =>
  (queryset: AnyQueryset): TE.TaskEither<QueryError, ReadonlyArray<unknown>> =>
  () =>
    finishedRows(client, queryset, (rows) => rows)

/**
 * All rows of a queryset, passed through `finish`.
 *
 * @since 0.2.0
 */
export const finishedRows = <B>(
  client: Client,
  queryset: AnyQueryset,
  finish: (rows: E.Either<QueryError, ReadonlyArray<unknown>>) => B,
): Promise<B> => {
  const found = findPlan(client, queryset)
  if (E.isLeft(found)) return Promise.resolve(finish(found))
  const { plan, filled } = found.right
  const list = fittedBy(client)
  if (list !== undefined && isOneQuestion(plan))
    return fittedAtOnce(client, list, plan.walk, filled ?? plan.walk.query, (rows) =>
      finish(E.isLeft(rows) ? rows : readPage(client, plan, rows.right, 0)),
    )
  return gather(client, filled === null ? plan : filledPlan(plan, filled)).then(finish)
}

/** Whether a plan is a single question, whose rows need no generators. Most are. */
const isOneQuestion = ({ walk, residual }: Plan): boolean =>
  residual === null && walk.by === 'once' && walk.most !== 0

/**
 * The rows of a queryset as they are stored, page by page, with `size` rows in a page if it is given. The fields' own
 * codecs aren't applied. A `Left` is the last item.
 *
 * @since 0.1.0
 */
export async function* storedPages(
  client: Client,
  queryset: AnyQueryset,
  size: number | null = null,
): AsyncGenerator<E.Either<QueryError, ReadonlyArray<Row>>, void, undefined> {
  const planned = planOf(client, queryset, size)
  if (E.isLeft(planned)) yield planned
  else yield* fetchRows(client, planned.right)
}

/**
 * All rows of a plan, as their readers see them.
 *
 * @since 0.2.0
 */
export const gather = async (
  client: Client,
  planned: Plan,
  evaluator?: Evaluator,
): Promise<E.Either<QueryError, ReadonlyArray<unknown>>> => {
  if (isOneQuestion(planned)) {
    const meter = meterFor(client.name, budgetOf(client, planned.query))
    const rows = await allAtOnce(client, planned.walk, meter)
    return E.isLeft(rows) ? rows : readPage(client, planned, rows.right, 0)
  }
  const all: Array<ReadonlyArray<unknown>> = []
  /* eslint-disable-next-line functional/no-loop-statements -- one turn a page */
  for await (const page of answers(client, planned, evaluator)) {
    if (E.isLeft(page)) return page
    all.push(page.right)
  }
  const [only = [], ...others] = all
  return E.right(others.length === 0 ? only : all.flat())
}

/**
 * The rows of a plan, page by page, as their readers see them. A `Left` is the last item.
 *
 * @since 0.1.0
 */
export async function* answers(
  client: Client,
  planned: Plan,
  evaluator?: Evaluator,
): AsyncGenerator<E.Either<QueryError, ReadonlyArray<unknown>>, void, undefined> {
  /* eslint-disable-next-line functional/no-let -- moved by the loop below */
  let number = 0
  /* eslint-disable-next-line functional/no-loop-statements -- one turn a page, in bounded memory */
  for await (const page of fetchRows(client, planned, undefined, evaluator)) {
    const rows = E.isLeft(page) ? page : readPage(client, planned, page.right, number)
    yield rows
    if (E.isLeft(rows)) return
    number += rows.right.length
  }
}

/**
 * Reads the rows of a page. `number` is the number of its first row. Rows that share a related row still share it after
 * reading.
 */
const readPage = (
  client: Client,
  { walk, shape, residual, forms }: Plan,
  rows: ReadonlyArray<Row>,
  number: number,
): E.Either<QueryError, ReadonlyArray<unknown>> => {
  const form = former(forms, shape, residual === null ? walk.added : [])
  if (!isCoded(shape)) return E.right(form === null ? rows : rows.map(form))
  const known: Shared<unknown> = new Map()
  const read: Array<unknown> = []
  /* eslint-disable-next-line functional/no-loop-statements -- ends at the first that can't be read */
  for (const [i, row] of rows.entries()) {
    const made = readRow(shape, row, known)
    if (E.isLeft(made))
      return E.left(
        wrongRow(
          { client: client.name, schema: client.schema, model: shape.model, row: number + i },
          row,
          made.left,
        ),
      )
    read.push(form === null ? made.right : form(made.right))
  }
  return E.right(read)
}

/** The function that gives rows, and their related rows, the requested form. `null` if they have it already. */
const former = (
  forms: Forms,
  shape: Shape,
  added: ReadonlyArray<string>,
): ((row: object) => unknown) | null => {
  // Most rows are read as they come.
  if (forms.form === 'record' && shape.related.length === 0) return null
  const names = shape.columns.map(({ name }) => name).filter((name) => !added.includes(name))
  const inner = shape.related.flatMap(({ name, shape: related }) => {
    const own = forms.related[name]
    const form = own === undefined ? null : former(own, related, [])
    return form === null ? [] : [{ name, form: once(form) }]
  })
  if (inner.length === 0) return forms.form === 'record' ? null : (row) => formed(forms.form, names, row)
  return (row) =>
    formed(forms.form, names, {
      ...row,
      ...Object.fromEntries(
        inner.map(({ name, form }) => {
          const rows = valueAt(row, name)
          return [name, Array.isArray(rows) ? rows.map(form) : rows]
        }),
      ),
    })
}

/** Makes sure that a row that was converted isn't converted again. */
const once = (form: (row: object) => unknown): ((row: object) => unknown) => {
  const known = new Map<object, unknown>()
  return (row) => {
    const found = known.get(row)
    if (found !== undefined) return found
    const made = form(row)
    known.set(row, made)
    return made
  }
}

const formed = (form: Form, names: ReadonlyArray<string>, row: object): unknown => {
  switch (form) {
    case 'record':
      return row
    case 'tuple':
      return names.map((name) => valueAt(row, name))
    case 'flat':
      return valueAt(row, names[0] ?? 'value')
  }
}

const valueAt = (row: object, name: string): unknown =>
  // Rows are records by column name.
  (row as { readonly [name: string]: unknown })[name]
