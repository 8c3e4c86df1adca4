/**
 * Binding a formset.
 *
 * @since 0.2.0
 */
import { either as E } from 'fp-ts'
import { invalidStep, type QueryError } from '../../value/QueryError.js'
import { hash } from '../../value/Order.js'
import type { Json, Row } from '../../value/Value.js'
import { columnOfPart, valuesOf } from '../../schema/Schema.js'
import { keyColumn } from '../../query/Mutation.js'
import { allRows, type AnyQueryset } from '../../queryset/Queryset.js'
import type { Client } from '../../client/Client.js'
import { columnNamed, keyed, keyedWith, rowsWith } from '../../run/write/writing.js'
import { wholeForm, type FormError } from '../AnyForm.js'
import { bound, startWith, unbound, untouched } from '../bind/bind.js'
import type { Bound } from '../bind/Bound.js'
import { storedRow } from '../bind/shown.js'
import { inWords } from '../bind/words.js'
import { parseKey } from '../fieldOf.js'
import { lastOf, postedOf, type Posted, type PostedInput } from '../Posted.js'
import { problem, type Problem } from '../Problem.js'
import { readKeyInt } from '../../serializers/numbers.js'
import {
  deleteName,
  managementNames,
  rowPrefix,
  type AnyFormset,
  type BoundRow,
  type BoundSet,
} from './BoundSet.js'
import { keyText } from '../keyText.js'

/** So many forms more than `max` are read, so that what people typed isn't lost. */
const spare = 1000

type Failing<A> = Promise<E.Either<QueryError, A>>

const said = ({ child }: AnyFormset, found: Problem): FormError => inWords(child, null, found)

const broken = (formset: AnyFormset): QueryError | null => {
  const [mistake] = [...formset.mistakes, ...formset.form.mistakes]
  return mistake === undefined ? null : invalidStep('formset', 0, mistake, 'See the options of the formset.')
}

/** The rows of the parent, which are all that a formset may change. */
const ownRows = ({ schema, child, column }: AnyFormset, parentKey: Json): AnyQueryset =>
  rowsWith(allRows(schema, child.name), child, column, parentKey === null ? [] : [parentKey])

const asRow = (row: Row): Row => {
  const { [keyColumn]: _, ...rest } = row
  return rest
}

const keyOfParent = ({ parent }: AnyFormset, row: object | null): Json =>
  row === null ? null : (storedRow(parent, row)[parent.primaryKey] ?? null)

/**
 * A formset to which nothing was posted: a form for each of the parent's rows, by key, and the spare ones. Not more than
 * `max` rows are shown.
 *
 * @since 0.2.0
 */
export const showSet = async (
  client: Client,
  formset: AnyFormset,
  parent: object | null,
): Failing<BoundSet> => {
  const mistake = broken(formset)
  if (mistake !== null) return E.left(mistake)
  const { child, form } = formset
  const parentKey = keyOfParent(formset, parent)
  const columns = [...child.columns.keys()].map(columnNamed)
  const found =
    parentKey === null ? E.right([]) : await keyed(client, ownRows(formset, parentKey), child, columns)()
  if (E.isLeft(found)) return found
  const rows: ReadonlyArray<Row | null> = [...found.right]
    .sort((a, b) => byKey(a[keyColumn] ?? null, b[keyColumn] ?? null))
    .slice(0, formset.max)
    .map(asRow)
  const spares = Math.max(formset.min - rows.length, Math.min(formset.extra, formset.max - rows.length), 0)
  const forms: Array<BoundRow> = []
  /* eslint-disable-next-line functional/no-loop-statements -- one form after the other */
  for (const [n, row] of [...rows, ...Array.from({ length: spares }, () => null)].entries()) {
    const start = await startWith(client, form, row, rowPrefix(formset, n))
    if (E.isLeft(start)) return start
    forms.push({ bound: unbound(start.right), ...plain, isInitial: row !== null })
  }
  return E.right({ formset, parentKey, isBound: false, forms, whole: [], errors: [], isValid: false })
}

const plain = { isInitial: false, isDeleted: false, isBlank: false, isForeign: false }

const byKey = (a: Json, b: Json): number =>
  typeof a === 'number' && typeof b === 'number' ? a - b : keyText(a) < keyText(b) ? -1 : 1

const countIn = (posted: Posted, name: string): number | null => {
  const n = readKeyInt(lastOf(posted, name) ?? '')
  return n === null || n < 0 ? null : n
}

/**
 * A formset to which something was posted. How many forms there are is known, and bounded, before any of them is made.
 *
 * @since 0.2.0
 */
export const bindSet = async (
  client: Client,
  formset: AnyFormset,
  data: PostedInput,
  parent: object | null,
): Failing<BoundSet> => {
  const mistake = broken(formset)
  if (mistake !== null) return E.left(mistake)
  const posted = postedOf(data)
  const names = managementNames(formset)
  const [total, initial] = [countIn(posted, names.total), countIn(posted, names.initial)]
  const parentKey = keyOfParent(formset, parent)
  const none = { formset, parentKey, isBound: true, forms: [], errors: [], isValid: false }
  if (total === null || initial === null)
    return E.right({ ...none, whole: [said(formset, problem('missing_management_form'))] })
  if (total > formset.max + spare) return E.right({ ...none, whole: [tooMany(formset)] })
  const rows = await initialRows(client, formset, posted, parentKey, Math.min(initial, total))
  if (E.isLeft(rows)) return rows
  const forms: Array<BoundRow> = []
  /* eslint-disable-next-line functional/no-loop-statements -- one form after the other */
  for (const n of Array.from({ length: total }).keys()) {
    const row = await bindRow(client, formset, posted, parentKey, n, rows.right[n] ?? null)
    if (E.isLeft(row)) return row
    forms.push(row.right)
  }
  return E.right(checkedSet(formset, parentKey, forms))
}

/** What became of the key of an initial form: the row, or what is wrong with the key. */
type Initial = { readonly row: Row } | { readonly wrong: Problem } | { readonly foreign: true }

/** The rows whose keys were posted, asked for at once; only those of the parent are found. */
const initialRows = async (
  client: Client,
  formset: AnyFormset,
  posted: Posted,
  parentKey: Json,
  count: number,
): Failing<ReadonlyArray<Initial>> => {
  const { child } = formset
  const kind = child.columns.get(child.primaryKey)?.kind ?? 'int'
  const own = hash(kind)
  const keys = Array.from({ length: count }, (_, n): Problem | { readonly key: Json } => {
    const text = lastOf(posted, `${rowPrefix(formset, n)}-${child.primaryKey}`) ?? ''
    const key = text.includes('\0') ? E.left(null) : parseKey(kind)(text)
    return text === ''
      ? problem('required')
      : E.isLeft(key)
        ? problem('invalid_choice', { value: text.slice(0, 100) })
        : { key: key.right }
  })
  const wanted = keys.flatMap((each) => ('key' in each ? [each.key] : []))
  const columns = [...child.columns.keys()].map(columnNamed)
  const found = await keyedWith(
    client,
    ownRows(formset, parentKey),
    child,
    child.primaryKey,
    wanted,
    columns,
  )()
  if (E.isLeft(found)) return found
  const rows = new Map(found.right.map((row) => [own(row[keyColumn] ?? null), asRow(row)]))
  const strange = formset.foreign === 'ignore' ? wanted.filter((key) => !rows.has(own(key))) : []
  const others = await keyedWith(
    client,
    allRows(formset.schema, child.name),
    child,
    child.primaryKey,
    strange,
  )()
  return E.map((elsewhere: ReadonlyArray<Row>) => {
    const foreign = new Set(elsewhere.map((row) => own(row[keyColumn] ?? null)))
    return keys.map((each): Initial => {
      if (!('key' in each)) return { wrong: each }
      const row = rows.get(own(each.key))
      if (row !== undefined) return { row }
      return foreign.has(own(each.key))
        ? { foreign: true }
        : { wrong: problem('invalid_choice', { value: keyText(each.key) }) }
    })
  })(others)
}

const bindRow = async (
  client: Client,
  formset: AnyFormset,
  posted: Posted,
  parentKey: Json,
  n: number,
  initial: Initial | null,
): Failing<BoundRow> => {
  const prefix = rowPrefix(formset, n)
  const row = initial !== null && 'row' in initial ? initial.row : null
  const start = await startWith(client, formset.form, row, prefix)
  if (E.isLeft(start)) return start
  const isDeleted = formset.canDelete && isTicked(lastOf(posted, deleteName(formset, n)))
  const isForeign = initial !== null && 'foreign' in initial
  const same = untouched(start.right, posted)
  const isBlank = same !== null && initial === null
  const about = { ...plain, isInitial: initial !== null, isDeleted, isForeign, isBlank }
  const skipped = { ...unbound(start.right), isBound: true, cleaned: E.right({}) }
  if (isDeleted || isForeign)
    return E.right({ ...about, bound: { ...skipped, raws: rawsOf(formset, posted, prefix) } })
  if (same !== null && (row !== null || (isBlank && n >= formset.min)))
    return E.right({ ...about, bound: same })
  const fixed = parentKey === null ? {} : { [formset.column]: parentKey }
  const made = await bound(client, start.right, posted, fixed)
  return E.map((each: Bound): BoundRow => {
    const wrong = initial !== null && 'wrong' in initial ? initial.wrong : null
    return {
      ...about,
      bound: withKeyErrors(formset, each, wrong, lastOf(posted, `${prefix}-${formset.column}`), parentKey),
    }
  })(made)
}

const isTicked = (text: string | null): boolean =>
  text !== null && text !== '' && text.toLowerCase() !== 'false'

const rawsOf = ({ form }: AnyFormset, posted: Posted, prefix: string): Bound['raws'] =>
  Object.fromEntries(form.fields.map(({ name, widget }) => [name, widget.read(posted, `${prefix}-${name}`)]))

/** Errors of the key of the row, and of that of its parent, which the page may carry. */
const withKeyErrors = (
  { child, column }: AnyFormset,
  each: Bound,
  wrong: Problem | null,
  parentText: string | null,
  parentKey: Json,
): Bound => {
  const isOther = parentText !== null && parentText !== '' && parentText !== keyText(parentKey)
  const errors = {
    ...each.errors,
    ...(wrong === null ? {} : { [child.primaryKey]: [inWords(child, null, wrong)] }),
    ...(isOther ? { [column]: [inWords(child, null, problem('invalid_choice'))] } : {}),
  }
  return Object.keys(errors).length === Object.keys(each.errors).length
    ? each
    : { ...each, errors, cleaned: E.left(errors) }
}

const tooMany = (formset: AnyFormset): FormError =>
  said(formset, problem('too_many_forms', { limit: formset.max }))

/** What concerns several forms: how many there are, and what must be unique among them. */
const checkedSet = (formset: AnyFormset, parentKey: Json, forms: ReadonlyArray<BoundRow>): BoundSet => {
  const left = forms.filter(({ isDeleted }) => !isDeleted)
  const filled = left.filter(({ isBlank }) => !isBlank)
  const counted =
    left.length > formset.max
      ? tooMany(formset)
      : filled.length < formset.min
        ? said(formset, problem('too_few_forms', { limit: formset.min }))
        : null
  const apart = counted === null ? duplicates(formset, parentKey, forms) : { forms, whole: [] }
  const whole = counted === null ? apart.whole : [counted]
  const errors = apart.forms.filter(({ isDeleted }) => !isDeleted).map(({ bound: { errors: own } }) => own)
  const isValid = whole.length === 0 && errors.every((own) => Object.keys(own).length === 0)
  return { formset, parentKey, isBound: true, forms: apart.forms, whole, errors, isValid }
}

/** Forms that hold what must be unique, and what an earlier one of them holds already. */
const duplicates = (
  formset: AnyFormset,
  parentKey: Json,
  forms: ReadonlyArray<BoundRow>,
): { readonly forms: ReadonlyArray<BoundRow>; readonly whole: ReadonlyArray<FormError> } => {
  const { child, column } = formset
  const whole: Array<FormError> = []
  const wrong = new Set<BoundRow>()
  child.keptApart.forEach((kept) => {
    const values = valuesOf(child, kept)
    const seen = new Set<string | number | boolean>()
    const repeated = forms.filter((each) => {
      if (each.isDeleted || each.isBlank || Object.keys(each.bound.errors).length > 0) return false
      // A new parent has no key yet, but it is one and the same.
      const row = { ...each.bound.row, ...storedRow(child, each.bound.passed), [column]: parentKey ?? 0 }
      if (!kept.map(columnOfPart).every((name) => Object.hasOwn(row, name))) return false
      const value = values(row)
      if (value === null) return false
      const known = seen.has(value)
      seen.add(value)
      return known
    })
    repeated.forEach((each) => wrong.add(each))
    if (repeated.length > 0)
      whole.push(said(formset, problem('duplicates', { fields: kept.map(columnOfPart) })))
  })
  const marked = forms.map((each): BoundRow => {
    if (!wrong.has(each)) return each
    const errors = { [wholeForm]: [said(formset, problem('duplicate'))] }
    return { ...each, bound: { ...each.bound, errors, cleaned: E.left(errors) } }
  })
  return { forms: marked, whole }
}
