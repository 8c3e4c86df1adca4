/**
 * Querysets that search by existing values, and by values that are nearly equal.
 *
 * @since 0.2.0
 */
import { either as E } from 'fp-ts'
import type { Json, Kind } from '../../value/Value.js'
import type { LookupName } from '../../expression/Expression.js'
import { modelOf, modelScope } from '../../expression/Scope.js'
import type { Model } from '../../schema/Schema.js'
import { special } from './conditions.js'
import { columnAt, columnOf, constant, lookupOf, lookupsOf, predicate, window } from './predicates.js'
import { kin } from './pools.js'
import {
  type PredicateData,
  type QuerysetData,
  type StepData,
  then,
  type TypedColumn,
} from '../case/QuerysetData.js'
import { chance, pick, pickOf, type Tape, times } from './Tape.js'
import { twinOf } from './twin.js'
import { type Idea, kept, maybe, someOrder, sliceOf, tail } from './parts.js'
import { filtered } from './shapes.js'
import { textsOf } from './chains.js'

/** The rows of a model with a value in a column, or with none. @since 0.1.0 */
export const rowsWith = (model: Model, column: string, value: Json): QuerysetData => {
  const left = columnAt([column])
  const kind = model.columns.get(column)?.kind ?? 'int'
  return then(
    { model: model.name, steps: [] },
    {
      _tag: 'filter',
      predicate:
        value === null
          ? { _tag: 'lookup', name: 'isnull', left, right: [] }
          : { _tag: 'lookup', name: 'exact', left, right: [constant(kind, value)] },
    },
  )
}

/** Searches by the first value of another queryset. */
export const looked: Idea = (making, from, scope, n) => {
  const { tape, world } = making
  const model = pickOf(
    tape,
    [...world.schema.models.values()].filter(({ implicit }) => !implicit),
  )
  const there = model === null ? null : modelScope(world.schema, model.name)
  const column = there === null || E.isLeft(there) ? null : columnOf(making, there.right)
  if (model === null || there === null || E.isLeft(there) || column === null)
    return filtered(making, from, scope, n)
  const query: QuerysetData = then(
    { model: model.name, steps: [] },
    ...maybe(tape, 50, () => kept(making, there.right)),
    someOrder(making, there.right),
    ...maybe(tape, 30, () => sliceOf(tape, n)),
    {
      _tag: 'values',
      form: 'flat',
      columns: [{ name: 'a', kind: column.kind, expression: columnAt(column.path) }],
    },
  )
  return [
    {
      _tag: 'values',
      form: 'record',
      columns: [{ name: 'a', kind: column.kind, expression: { _tag: 'subquery', query } }],
    },
  ]
}

export const narrowed: Idea = (making, _, scope, n) => {
  const model = modelOf(scope)
  const fields =
    model === null
      ? []
      : [...model.columns.keys()].filter((name) => name === model.primaryKey || chance(making.tape, 50))
  return [{ _tag: 'only', fields }, ...tail(making, scope, n, 40)]
}

/** Many conditions at once: as boolean columns, or combined by `xor`. */
export const swept: Idea = (making, _, scope) => {
  const { tape } = making
  if (chance(tape, 24))
    return [
      testsOf(
        times(8 + tape.next(5), () => (chance(tape, 20) ? betweenPatterns(tape) : betweenValues(tape))),
      ),
    ]
  const found = columnOf(making, scope)
  if (found === null) return []
  const names = lookupsOf(found.kind, scope.schema)
  const start = tape.next(names.length)
  const same = chance(tape, 50)
  const all = times(Math.min(names.length, 7 + tape.next(6)), (i) => {
    const name = names[(start + i) % names.length] ?? 'exact'
    return !same
      ? (i % 4 === 3 ? predicate : special)(making, scope)
      : chance(tape, 20)
        ? window(making, scope, found)
        : lookupOf(making, scope, found, name)
  })
  return [chance(tape, 50) ? { _tag: 'filter', predicate: { _tag: 'xor', odd: all } } : testsOf(all)]
}

/** Conditions as boolean columns. @since 0.1.0 */
export const testsOf = (all: ReadonlyArray<PredicateData>): StepData => ({
  _tag: 'values',
  form: 'record',
  columns: all.map((each, i): TypedColumn => ({
    name: `t${String(i)}`,
    kind: 'boolean',
    expression: { _tag: 'test', predicate: each },
  })),
})

const kindsOfValues = [
  'text',
  'datetime',
  'text',
  'float',
  'int',
  'text',
  'decimal',
  'date',
  'uuid',
  'time',
] as const

/** A comparison of similar constants that occur in no row. @since 0.1.0 */
export const betweenValues = (
  tape: Tape,
  kind: Exclude<Kind, 'json'> = pick(tape, kindsOfValues),
  given: LookupName | null = null,
): PredicateData => {
  const name =
    given ??
    pickOf(
      tape,
      lookupsOf(kind).filter((each) => each !== 'regex' && each !== 'iregex'),
    ) ??
    'exact'
  const text = kind === 'text' ? textsOf(tape, name) : null
  const family = kin(tape, kind, 4)
  const one = text?.one ?? family[0] ?? null
  const other = (): Json =>
    text?.other() ?? (chance(tape, 30) ? twinOf(tape, kind, one) : (pickOf(tape, family) ?? one))
  const three = [other(), other(), other()]
  const listed = kind === 'text' && chance(tape, 20) ? [three.map(String).join(',')] : three
  const right =
    name === 'isnull' ? [] : name === 'range' ? three.slice(1) : name === 'in' ? listed : three.slice(2)
  return {
    _tag: 'lookup',
    name,
    left: constant(kind, one),
    right: right.map((value) => constant(kind, value)),
  }
}

const searched = [
  'a',
  'b',
  'A',
  '\n',
  '\r\n',
  '\u{1F600}',
  'é',
  '.',
  ' ',
  '9',
  '_',
  '-',
  'ab',
  'K',
  '\u212A',
] as const

const lines = [
  'a\nb',
  'a\r\nb',
  'a\n',
  '\nb',
  'ab\n',
  'a\nab',
  'A',
  'aa',
  'a.b',
  'a_b',
  '\u{1F600}',
  '\u{1F600}b',
  '',
] as const

const expressions = [
  '^a$',
  '^.$',
  'a.b',
  '.',
  '^b',
  'a$',
  '^..$',
  '\\d',
  '\\w',
  '\\W',
  '\\s',
  '[ab]',
  '[^a]',
  'a|b',
  '^(a|b)+$',
  'a*b',
  'a+',
  'ab?',
  'a{2}',
  '^.{2}$',
  '\\.',
  '\\bA',
  '\\p{L}',
  '\\p{Lu}',
  '[a-z]',
  '^[^\\n]+$',
  '(a)\\1',
  'k',
  '^$',
  '^.+$',
  '^a.b$',
  '^.*$',
  'a.+',
  '.b$',
  '^.b',
] as const

/** A pattern matched against a text of lines, marks and letters. @since 0.1.0 */
export const betweenPatterns = (
  tape: Tape,
  name: LookupName = pick(tape, ['regex', 'iregex', 'regex'] as const),
): PredicateData => ({
  _tag: 'lookup',
  name,
  left: constant(
    'text',
    chance(tape, 50) ? pick(tape, lines) : times(1 + tape.next(4), () => pick(tape, searched)).join(''),
  ),
  right: [constant('text', pick(tape, expressions))],
})
