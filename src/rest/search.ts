/**
 * Search: finds the rows that contain all of the terms.
 *
 * @since 0.2.0
 */
import { either as E } from 'fp-ts'
import type { BuiltInLookupName, Predicate } from '../expression/Expression.js'
import type { AnyQueryset } from '../queryset/Queryset.js'
import { where } from '../serializers/where.js'
import { errorsOf } from '../serializers/FieldErrors.js'
import { problem } from '../serializers/problem.js'
import { mistaken, type Failure } from './Failure.js'
import type { RestLimits } from './RestLimits.js'

/** A field to search: the to-many relations on its path, and the column at the end. */
interface Searched {
  readonly relations: ReadonlyArray<ReadonlyArray<string>>
  readonly path: ReadonlyArray<string>
  readonly lookup: BuiltInLookupName
}

const lookups: ReadonlyMap<string, BuiltInLookupName> = new Map([
  ['^', 'istartswith'],
  ['=', 'iexact'],
  ['$', 'iregex'],
])

/** Reads `^artist.name`: a sign for the lookup, and a path. */
const searchedIn = (queryset: AnyQueryset, text: string): Searched | null => {
  const lookup = lookups.get(text.charAt(0)) ?? 'icontains'
  const names = (lookups.has(text.charAt(0)) ? text.slice(1) : text).split('.')
  const steps: Array<ReadonlyArray<string>> = []
  const at = { model: queryset.schema.models.get(queryset.model), path: [] as ReadonlyArray<string> }
  const walked = names.slice(0, -1).every((name) => {
    const relation = at.model?.relations.get(name)
    if (relation === undefined) return false
    at.model = queryset.schema.models.get(relation.target)
    at.path = [...at.path, name]
    if (relation.many) {
      steps.push(at.path)
      at.path = []
    }
    return true
  })
  const last = names.at(-1) ?? ''
  return walked && at.model?.columns.get(last)?.kind === 'text'
    ? { relations: steps, path: [...at.path, last], lookup }
    : null
}

/** The mistakes in the fields to search. @since 0.2.0 */
export const searchMistakes = (queryset: AnyQueryset, fields: ReadonlyArray<string>): ReadonlyArray<string> =>
  fields.flatMap((field) => (searchedIn(queryset, field) === null ? [`'${field}' is not a text column`] : []))

const found = ({ path, lookup }: Searched, level: number, term: string): Predicate<AnyQueryset> => ({
  _tag: 'lookup',
  name: lookup,
  left: { _tag: 'column', path, level },
  right: [{ _tag: 'const', kind: 'text', value: term }],
})

/**
 * All terms are found in fields of the row, or in fields of the row and of one related row.
 */
const searching = (fields: ReadonlyArray<Searched>, terms: ReadonlyArray<string>): Predicate<AnyQueryset> => {
  const own = fields.filter(({ relations }) => relations.length === 0)
  const groups = new Map<string, ReadonlyArray<Searched>>()
  fields.forEach((field) => {
    const key = JSON.stringify(field.relations)
    if (field.relations.length > 0) groups.set(key, [...(groups.get(key) ?? []), field])
  })
  const all = (among: ReadonlyArray<readonly [Searched, number]>): Predicate<AnyQueryset> => ({
    _tag: 'and',
    all: terms.map((term) => ({ _tag: 'or', any: among.map(([field, level]) => found(field, level, term)) })),
  })
  const inGroup = (group: ReadonlyArray<Searched>): Predicate<AnyQueryset> => {
    const [first] = group
    const relations = first?.relations ?? []
    const depth = relations.length
    return relations.reduceRight<Predicate<AnyQueryset>>(
      (predicate, relation) => ({ _tag: 'some', level: 0, relation, predicate }),
      all([...own.map((field) => [field, depth] as const), ...group.map((field) => [field, 0] as const)]),
    )
  }
  const any = [
    ...(own.length === 0 ? [] : [all(own.map((field) => [field, 0] as const))]),
    ...[...groups.values()].map(inGroup),
  ]
  const [only, another] = any
  return only !== undefined && another === undefined ? only : { _tag: 'or', any }
}

/**
 * The rows that contain all terms of a text, in any case of letters. Spaces and commas separate terms.
 *
 * @since 0.2.0
 */
export const searched = (
  queryset: AnyQueryset,
  names: ReadonlyArray<string>,
  text: string,
  limits: RestLimits,
): E.Either<Failure, AnyQueryset> => {
  const terms = text
    .replaceAll('\0', '')
    .split(/[\s,]+/u)
    .filter((term) => term !== '')
  const fields = names.flatMap((name) => searchedIn(queryset, name) ?? [])
  if (terms.length === 0 || fields.length === 0) return E.right(queryset)
  const refused = problemIn(terms, fields, limits)
  return refused === null
    ? E.right(where(queryset, searching(fields, terms)))
    : E.left(mistaken(errorsOf('search', [refused])))
}

const problemIn = (terms: ReadonlyArray<string>, fields: ReadonlyArray<Searched>, limits: RestLimits) =>
  terms.length > limits.terms
    ? problem('max_items', { limit: limits.terms })
    : terms.some((term) => term.length > limits.termLength)
      ? problem('max_length', { limit: limits.termLength })
      : terms.some((term) => /\p{Cs}/u.test(term))
        ? problem('surrogate_characters_not_allowed')
        : fields.some(({ lookup }) => lookup === 'iregex') && !terms.every(isPattern)
          ? problem('invalid', {}, 'This is not a regular expression.')
          : null

const isPattern = (term: string): boolean =>
  E.isRight(
    E.tryCatch(
      () => new RegExp(term, 'u'),
      () => null,
    ),
  )
