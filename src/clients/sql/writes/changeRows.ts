/**
 * Changing rows that are known, each call whole or not at all.
 *
 * @since 0.2.0
 */
import { either as E } from 'fp-ts'
import { clientFailed, unsupported, type QueryError } from '../../../value/QueryError.js'
import type { Row } from '../../../value/Value.js'
import type { Model, ModelColumn } from '../../../schema/Schema.js'
import type { Change } from '../../../query/Write.js'
import type { Answered } from '../Driver.js'
import { mergedChanges, type Merged } from './mergedChanges.js'
import { parkedChanges } from './parkedChanges.js'
import { canBeKey, columnsNamed, needsSerial, needsTransaction, type Place } from './Place.js'
import { updateRows } from './rowStatements.js'
import { chunked, keyColumnOf, mostValues, sent, sentUnchecked, inOneTransaction } from './sending.js'
import { locked, staleRows } from './staleRows.js'
import { tradesAlone } from './tradesAlone.js'
import { unsendable } from './unsendable.js'

type Result<A> = E.Either<QueryError, A>

/**
 * Changes rows by key, and gives how many there were. Rows that aren't as expected are a `Conflict`, and nothing is written.
 *
 * Only what the rows become has to be unique, as in the reference. Engines compare each row as they write it, so that rows
 * which trade values are refused: they are then written anew, with values in between that nobody has. PostgreSQL knows no
 * boolean for that, so that a trade of unique booleans is `Unsupported` there.
 *
 * @since 0.2.0
 */
export const changeRows = async (
  place: Place,
  model: Model,
  changes: ReadonlyArray<Change>,
): Promise<Result<number>> => {
  if (changes.length === 0) return E.right(0)
  const wrong = unsendable(
    place.dialect,
    model,
    changes.map(({ set }) => set),
  )
  if (wrong !== null) return E.left(wrong)
  const merged = mergedChanges(model, changes).filter(({ key }) => canBeKey(place, model, key))
  const direct = await attempted(place, model, changes, merged, [])
  if (E.isRight(direct) || !isTaken(direct.left) || merged.length < 2) return direct
  const again = (await withValuesBetween(place, model, changes, merged)) ?? direct
  if (E.isRight(again)) return again
  if (isTaken(again.left) && (await tradesAlone(place, model, merged)))
    return E.left(unsupported(place.name, `a trade of unique booleans in ${place.dialect.name}`))
  // An error about the intermediate values isn't the caller's.
  return again.left._tag === 'Invalid' && !givesNull(model, merged) ? direct : again
}

/** How many times other intermediate values are tried. */
const mostTries = 3

/** Says within this file that another row has one of the intermediate values. */
const inTheWay = clientFailed('', 'update', null)

/** Changes rows that trade unique values. `null` if there are no intermediate values for them. */
const withValuesBetween = async (
  place: Place,
  model: Model,
  changes: ReadonlyArray<Change>,
  merged: ReadonlyArray<Merged>,
): Promise<Result<number> | null> => {
  /* eslint-disable-next-line functional/no-loop-statements -- one turn a try */
  for (let attempt = 0; attempt < mostTries; attempt += 1) {
    const parked = parkedChanges(place.dialect.name, model, merged, attempt)
    if (parked.length === 0) return null
    const done = await attempted(place, model, changes, merged, parked)
    if (E.isRight(done) || done.left !== inTheWay) return done
  }
  return E.left(
    clientFailed(place.name, 'update', null, {
      message: 'no values were found that rows could have in between while they trade unique values',
      hint: 'Update fewer rows at once.',
    }),
  )
}

/** Whether a row gets no value where each row has one. */
const givesNull = (model: Model, changes: ReadonlyArray<Merged>): boolean =>
  changes.some(({ set }) =>
    Object.entries(set).some(
      ([name, value]) => value === null && model.columns.get(name)?.nullable === false,
    ),
  )

/**
 * Whether nothing was written because a unique value is taken, or seems to be. Rows that aren't as expected have errors
 * of their own.
 */
const isTaken = (error: QueryError): boolean => error._tag === 'Conflict' && error.errors.length === 0

const attempted = (
  place: Place,
  model: Model,
  changes: ReadonlyArray<Change>,
  merged: ReadonlyArray<Merged>,
  parked: ReadonlyArray<Merged>,
): Promise<Result<number>> => {
  const groups = groupsOf(model, merged)
  const between = groupsOf(model, parked)
  const expects = changes.some(({ expect }) => expect !== undefined)
  const [only] = groups
  if (groups.length === 1 && only !== undefined && between.length === 0 && !expects) {
    const alone = only.rows.length === 1 || !needsSerial(place)
    if (alone && !needsTransaction(place)) return changed(place, model, only)
  }
  return inOneTransaction(place, 'update', async (inside) => {
    const stale = expects ? await staleRows(inside, model, changes) : E.right(null)
    if (E.isLeft(stale)) return stale
    /* eslint-disable-next-line functional/no-loop-statements -- in order, and no further once one failed */
    for (const group of between) {
      const done = await changed(inside, model, group, true)
      if (E.isLeft(done)) return isTaken(done.left) ? E.left(inTheWay) : done
    }
    const count = { rows: 0 }
    /* eslint-disable-next-line functional/no-loop-statements -- in order, and no further once one failed */
    for (const group of groups) {
      const done = await changed(inside, model, group)
      if (E.isLeft(done)) return done
      count.rows += done.right
    }
    return E.right(count.rows)
  })
}

/** Changes of the same columns: one statement each. */
interface Group {
  readonly columns: ReadonlyArray<ModelColumn>
  readonly rows: ReadonlyArray<Row>
}

const groupsOf = (model: Model, changes: ReadonlyArray<Merged>): ReadonlyArray<Group> => {
  const groups = new Map<
    string,
    { readonly columns: ReadonlyArray<ModelColumn>; readonly rows: Array<Row> }
  >()
  changes.forEach(({ key, set }) => {
    const names = [...model.columns.keys()].filter(
      (name) => Object.hasOwn(set, name) && name !== model.primaryKey,
    )
    const id = JSON.stringify(names)
    const group = groups.get(id) ?? { columns: columnsNamed(model, names), rows: [] }
    groups.set(id, group)
    group.rows.push({ ...set, [model.primaryKey]: key })
  })
  const size = (columns: number): number => Math.max(1, Math.floor(mostValues / (columns + 1)))
  return [...groups.values()].flatMap(({ columns, rows }) =>
    chunked(rows, Math.ceil(mostValues / size(columns.length))).map((some) => ({ columns, rows: some })),
  )
}

const changed = async (
  place: Place,
  model: Model,
  { columns, rows }: Group,
  between = false,
): Promise<Result<number>> => {
  const key = keyColumnOf(model)
  // A change that changes nothing still tells whether the row exists.
  if (columns.length === 0)
    return E.map((found: ReadonlyArray<Row>) => found.length)(
      await locked(
        place,
        model,
        rows.map((row) => row[model.primaryKey] ?? null),
      ),
    )
  const statement = updateRows(place, model, key, columns, rows)
  const pointing = columns.some(({ target }) => target !== null)
  // The packages for MariaDB and MySQL count the rows that were found, changed or not.
  return E.map(({ affected }: Answered) => affected)(
    await (between && pointing ? sentUnchecked : sent)(place, 'update', model, statement),
  )
}
