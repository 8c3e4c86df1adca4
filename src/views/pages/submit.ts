/**
 * What a page with a form does: shows it, or saves what was posted.
 *
 * @since 0.2.0
 */
import { either as E } from 'fp-ts'
import type { QueryError } from '../../value/QueryError.js'
import type { Json } from '../../value/Value.js'
import { isStale } from '../../schema/stale.js'
import type { Model } from '../../schema/Schema.js'
import type { WritableClient } from '../../client/Client.js'
import { wholeForm, type AnyForm, type FormErrors } from '../../forms/AnyForm.js'
import { bindForm, showForm } from '../../forms/bind/bind.js'
import type { Bound } from '../../forms/bind/Bound.js'
import type { SaveError } from '../../forms/bind/save.js'
import { asksForAnother, unchecked, uncheckedSet, withAnother } from '../../forms/formset/another.js'
import { bindSet, showSet } from '../../forms/formset/bindSet.js'
import type { AnyFormset, BoundSet } from '../../forms/formset/BoundSet.js'
import { saveAll, type SavedAll, type SetError } from '../../forms/formset/saveSet.js'
import { spelled } from '../../forms/widgets/reading.js'
import type { Ask, Reply, ViewError } from '../View.js'
import { addressOf, type Address } from './address.js'
import type { FormContext } from '../Context.js'
import { formPage } from './formPage.js'

/** What a view with a form is made of. @since 0.2.0 */
export interface Submission {
  readonly model: Model
  readonly form: AnyForm
  readonly sets: ReadonlyArray<AnyFormset>
  readonly initial: { readonly [field: string]: unknown }
  readonly success: Address<never>
  readonly cancel: string | null
}

type Replied<A> = Promise<E.Either<ViewError, Reply<FormContext<A>>>>

const pageOf = <A>(
  { model, cancel }: Submission,
  ask: Ask,
  row: A | null,
  bound: Bound,
  sets: ReadonlyArray<BoundSet>,
  notice: string | null = null,
): FormContext<A> => ({ _tag: 'form', model, row, bound, sets, notice, url: ask.url, cancel })

const eachOf = async <S>(
  sets: ReadonlyArray<S>,
  make: (set: S) => Promise<E.Either<QueryError, BoundSet>>,
): Promise<E.Either<QueryError, ReadonlyArray<BoundSet>>> => {
  const made: Array<BoundSet> = []
  /* eslint-disable-next-line functional/no-loop-statements -- one formset after the other */
  for (const set of sets) {
    const each = await make(set)
    if (E.isLeft(each)) return each
    made.push(each.right)
  }
  return E.right(made)
}

/** The page before anything is posted. @since 0.2.0 */
export const shownForm = async <A extends object>(
  client: WritableClient,
  submission: Submission,
  ask: Ask,
  row: A | null,
): Replied<A> => {
  const bound = await showForm(submission.form, { row, initial: submission.initial })(client)()
  if (E.isLeft(bound)) return bound
  const sets = await eachOf(submission.sets, (set) => showSet(client, set, row))
  return E.isLeft(sets) ? sets : formPage(client, 200, pageOf(submission, ask, row, bound.right, sets.right))
}

/**
 * Saves what was posted and leads to the next page, or shows it again: with 422 and what is wrong, or with 409 where the
 * row isn't as it was when the page was made. Where one more row of a formset was asked for, nothing is checked or saved,
 * and the page comes back with it.
 *
 * @since 0.2.0
 */
export const submitted = async <A extends object>(
  client: WritableClient,
  submission: Submission,
  ask: Ask,
  row: A | null,
): Replied<A> => {
  const bind = (set: AnyFormset) => bindSet(client, set, ask.posted, row)
  const bound = await bindForm(submission.form, ask.posted, { row, initial: submission.initial })(client)()
  if (E.isLeft(bound)) return bound
  const sets = await eachOf(submission.sets, bind)
  if (E.isLeft(sets)) return sets
  const page = (
    status: number,
    own: Bound,
    all: ReadonlyArray<BoundSet>,
    notice: string | null = null,
  ): Replied<A> => formPage(client, status, pageOf(submission, ask, row, own, all, notice))
  const isWrong = E.isLeft(bound.right.cleaned) || sets.right.some(({ isValid }) => !isValid)
  const isOld = bound.right.stale || sets.right.some(({ forms }) => forms.some((each) => each.bound.stale))
  // What is stale is told first: the errors may be about what is no longer there.
  if (isOld) return page(409, bound.right, sets.right, changedNotice(bound.right))
  // A set whose number of forms can't be read has none that could be shown again.
  const isWhole = sets.right.every(({ forms, whole }) => forms.length > 0 || whole.length === 0)
  if (isWhole && submission.sets.some((set) => asksForAnother(set, ask.posted))) {
    const more = await withMore(client, ask, sets.right)
    return E.isLeft(more) ? more : page(200, unchecked(bound.right), more.right)
  }
  if (isWrong) return page(422, bound.right, sets.right)
  const saved = await saveAll(client)(bound.right, sets.right)()
  if (E.isRight(saved)) return redirected(submission, ask, saved.right)
  return refused(saved.left, bound.right, sets.right, page)
}

/** The formsets without their errors, and with one more form where that was asked for. */
const withMore = (
  client: WritableClient,
  { posted }: Ask,
  sets: ReadonlyArray<BoundSet>,
): Promise<E.Either<QueryError, ReadonlyArray<BoundSet>>> =>
  eachOf(sets, (set) =>
    asksForAnother(set.formset, posted)
      ? withAnother(client)(uncheckedSet(set))()
      : Promise.resolve(E.right(uncheckedSet(set))),
  )

const redirected = <A>(
  { success }: Submission,
  { url }: Ask,
  { row }: SavedAll,
): E.Either<ViewError, Reply<FormContext<A>>> =>
  E.map((to: string) => ({ _tag: 'redirect' as const, to }))(addressOf(success, row, url))

const refused = <A>(
  error: SetError,
  bound: Bound,
  sets: ReadonlyArray<BoundSet>,
  page: (status: number, own: Bound, all: ReadonlyArray<BoundSet>, notice?: string | null) => Replied<A>,
): Replied<A> => {
  switch (error._tag) {
    case 'InvalidForm':
      return page(422, withErrors(bound, error.errors), sets)
    case 'PartlySaved':
      return page(
        409,
        bound,
        sets,
        `Only a part was saved: ${wordsOf(error.error)} Load the page again to see what is stored.`,
      )
    case 'Protected':
      return page(409, bound, sets, 'Nothing was saved: other rows point to a row that was to be deleted.')
    case 'Conflict':
      if (isStale(error)) return page(409, bound, sets, changedNotice(bound))
      return page(
        409,
        bound,
        sets,
        'Nothing was saved: the values contradict what another writer has stored meanwhile.',
      )
    default:
      return Promise.resolve(E.left(error))
  }
}

const wordsOf = (error: SaveError): string =>
  error._tag === 'InvalidForm'
    ? Object.values(error.errors)
        .flatMap((errors) => errors.map(({ message }) => message))
        .join(' ')
    : 'the rest failed.'

const withErrors = (bound: Bound, errors: FormErrors): Bound => {
  const names = new Set([wholeForm, ...bound.form.fields.map(({ name }) => name)])
  // What is about a row of a formset is told of the form as a whole.
  const own = Object.entries(errors).map(
    ([name, each]) => [names.has(name) ? name : wholeForm, each] as const,
  )
  return { ...bound, errors: Object.fromEntries(own), cleaned: E.left(Object.fromEntries(own)) }
}

/** What is stored now in the fields where something else was posted. */
const changedNotice = ({ form, shown, changed, row }: Bound): string => {
  const names = new Set(changed)
  const now = form.fields
    .filter(({ name, related }) => names.has(name) && related === null)
    .map(({ name, label, column }) => `${label} is ${quoted(column?.kind ?? 'text', shown[name] ?? null)}`)
  const what = form.model.label.toLowerCase()
  const stored = now.length === 0 || row === null ? '' : ` Now ${now.join(', ')}.`
  return `Nothing was saved, because this ${what} was changed since you opened the page.${stored} Check your values, and save again to keep them.`
}

const quoted = (kind: Parameters<typeof spelled>[0], value: Json): string => {
  const text = spelled(kind, value)
  return text === '' ? 'empty' : `“${text.length > 100 ? `${text.slice(0, 100)}…` : text}”`
}
