/**
 * Saving a formset, alone or with its parent.
 *
 * @since 0.2.0
 */
import { either as E, taskEither as TE } from 'fp-ts'
import { notFound, type QueryError } from '../../value/QueryError.js'
import type { Json } from '../../value/Value.js'
import { allRows } from '../../queryset/Queryset.js'
import type { WritableClient } from '../../client/Client.js'
import { together } from '../../client/together.js'
import { fetchedRows } from '../../run/run.js'
import { deleteRows } from '../../run/write/delete.js'
import { rowsWith } from '../../run/write/writing.js'
import { wholeForm, type FormErrors } from '../AnyForm.js'
import type { Bound } from '../bind/Bound.js'
import {
  changedMeanwhile,
  invalidForm,
  refusedBy,
  writeBound,
  type InvalidForm,
  type SaveError,
} from '../bind/save.js'
import type { BoundRow, BoundSet } from './BoundSet.js'

/**
 * The change of one row.
 *
 * @since 0.2.0
 */
export interface Done {
  readonly _tag: 'created' | 'changed' | 'deleted'
  readonly model: string
  readonly key: Json
  /** The fields that were changed. */
  readonly fields: ReadonlyArray<string>
}

/**
 * A client without transactions failed in the middle. `done` lists what was written, and `error` is the failure. The
 * other writes weren't started.
 *
 * @since 0.2.0
 */
export interface PartlySaved {
  readonly _tag: 'PartlySaved'
  readonly done: ReadonlyArray<Done>
  readonly error: SaveError
  readonly message: string
  readonly hint: string
  readonly retryable: false
}

/** @since 0.2.0 */
export type SetError = SaveError | PartlySaved

/** The changes that a save of a parent and its formsets made. @since 0.2.0 */
export interface SavedAll {
  readonly row: object
  readonly done: ReadonlyArray<Done>
}

interface Step {
  readonly bound: Bound
  readonly write: (client: WritableClient) => Promise<E.Either<QueryError, Done>>
}

const stepsOf = ({ formset, forms }: BoundSet, parentKey: Json): ReadonlyArray<Step> => {
  const of = (wanted: (each: BoundRow) => boolean, step: (bound: Bound) => Step) =>
    forms.filter((each) => wanted(each) && !each.isForeign).map(({ bound }) => step(bound))
  const fixed = { [formset.column]: parentKey }
  const done = (_tag: Done['_tag'], key: Json, fields: ReadonlyArray<string>): Done => ({
    _tag,
    model: formset.child.name,
    key,
    fields,
  })
  return [
    ...of(
      ({ isDeleted, bound: { row } }) => isDeleted && row !== null,
      (bound) => ({
        bound,
        write: async (client) =>
          E.map(() => done('deleted', bound.key, []))(
            await deleteRows(client)(
              rowsWith(allRows(formset.schema, formset.child.name), formset.child, formset.child.primaryKey, [
                bound.key,
              ]),
            )(),
          ),
      }),
    ),
    ...of(
      ({ isDeleted, bound: { row, changed } }) => !isDeleted && row !== null && changed.length > 0,
      (bound) => ({
        bound,
        write: async (client) =>
          E.map(() => done('changed', bound.key, bound.changed))(await writeBound(client, bound)),
      }),
    ),
    ...of(
      ({ isDeleted, isBlank, isInitial }) => !isDeleted && !isBlank && !isInitial,
      (bound) => ({
        bound,
        write: async (client) =>
          E.map((key: Json) => done('created', key, []))(await writeBound(client, bound, fixed)),
      }),
    ),
  ]
}

/** A left of a program, with what was done before. */
interface Halted {
  readonly error: SaveError
  readonly done: ReadonlyArray<Done>
}

/**
 * Saves the forms of a formset of an existing parent. It deletes the marked rows, updates the changed rows and creates
 * the new rows, in one transaction if the client has transactions.
 *
 * @since 0.2.0
 */
export const saveSet = (
  client: WritableClient,
  set: BoundSet,
  parentKey: Json,
): TE.TaskEither<SetError, ReadonlyArray<Done>> =>
  TE.map(({ done }: Written) => done)(
    saved(client, [set], () => Promise.resolve(E.right({ key: parentKey, done: null }))),
  )

interface Written {
  readonly key: Json
  readonly done: ReadonlyArray<Done>
}

const saved = (
  client: WritableClient,
  sets: ReadonlyArray<BoundSet>,
  first: (
    client: WritableClient,
  ) => Promise<E.Either<SaveError, { readonly key: Json; readonly done: Done | null }>>,
): TE.TaskEither<SetError, Written> => {
  const wrong = sets.find(({ isValid }) => !isValid)
  if (wrong !== undefined) return TE.left(invalidForm(errorsIn(wrong)))
  return async () => {
    // What `together` ends with must tell a failure from others, and what was done before it.
    const halted: { at: Halted | null } = { at: null }
    const result = await together(client, async (inside): Promise<E.Either<QueryError, Written>> => {
      const done: Array<Done> = []
      const stop = (error: SaveError): E.Either<QueryError, never> => {
        halted.at = { error, done }
        return E.left(error._tag === 'InvalidForm' ? notFound(error.message) : error)
      }
      const parent = await first(inside)
      if (E.isLeft(parent)) return stop(parent.left)
      if (parent.right.done !== null) done.push(parent.right.done)
      /* eslint-disable-next-line functional/no-loop-statements -- one write after the other */
      for (const { bound, write } of sets.flatMap((set) => stepsOf(set, parent.right.key))) {
        const each = bound.stale ? E.left(changedMeanwhile(bound)) : await write(inside)
        if (E.isLeft(each)) return stop(refusedBy(bound, each.left))
        done.push(each.right)
      }
      return E.right({ key: parent.right.key, done })
    })()
    if (E.isRight(result)) return result
    const { at } = halted
    if (at === null) return result
    return E.left(client.transaction === undefined && at.done.length > 0 ? partly(at) : at.error)
  }
}

const partly = ({ error, done }: Halted): PartlySaved => ({
  _tag: 'PartlySaved',
  done,
  error,
  message: `the save stopped after ${String(done.length)} of its writes: ${error.message}`,
  hint: 'Show the page again: it shows what is stored now.',
  retryable: false,
})

const errorsIn = ({ whole, errors }: BoundSet): FormErrors =>
  Object.fromEntries([
    ...errors.flatMap((own) => Object.entries(own)),
    ...(whole.length === 0 ? [] : [[wholeForm, whole] as const]),
  ])

/**
 * Saves a parent with its formsets, in one transaction if the client has transactions. If a form has errors, nothing is
 * written. If a client without transactions fails in the middle, the result is a `PartlySaved`.
 *
 * @since 0.2.0
 */
export const saveAll =
  (client: WritableClient) =>
  (parent: Bound, sets: ReadonlyArray<BoundSet>): TE.TaskEither<SetError, SavedAll> => {
    const { form, errors, isBound, stale, row } = parent
    if (!isBound || Object.keys(errors).length > 0) return TE.left<InvalidForm>(invalidForm(errors))
    if (stale) return TE.left<SetError>(changedMeanwhile(parent))
    return TE.flatMap(({ key, done }: Written): TE.TaskEither<SetError, SavedAll> => {
      const own = rowsWith(allRows(form.schema, form.model.name), form.model, form.model.primaryKey, [key])
      return TE.flatMapEither(fetchedRows(client)(own), ([stored]: ReadonlyArray<unknown>) =>
        typeof stored === 'object' && stored !== null
          ? E.right({ row: stored, done })
          : E.left(notFound(form.model.name)),
      )
    })(
      saved(client, sets, async (inside) => {
        const key = await writeBound(inside, parent)
        return E.bimap(
          (error: QueryError): SaveError => refusedBy(parent, error),
          (each: Json) => ({
            key: each,
            done:
              row !== null && parent.changed.length === 0
                ? null
                : {
                    _tag: row === null ? ('created' as const) : ('changed' as const),
                    model: form.model.name,
                    key: each,
                    fields: parent.changed,
                  },
          }),
        )(key)
      }),
    )
  }
