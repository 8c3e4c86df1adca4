/**
 * Random conditions. Most are one comparison, and many are at a boundary.
 *
 * @since 0.1.0
 */
import { either as E } from 'fp-ts'
import type { Json, Kind } from '../../value/Value.js'
import type { CustomLookup } from '../../schema/CustomLookup.js'
import type { Schema } from '../../schema/Schema.js'
import type { LookupName } from '../../expression/Expression.js'
import { builtIn, lookupsOf as lookupsOfKind } from '../../expression/lookups.js'
import { modelOf, modelScope, type Scope } from '../../expression/Scope.js'
import { samplesOf } from './customOperands.js'
import { notorious } from './pools.js'
import type { PredicateData, ExpressionData } from '../case/QuerysetData.js'
import { chance, pick, pickOf, times, weighted, type Tape } from './Tape.js'
import { twinOf } from './twin.js'
import type { World } from './World.js'

/** What random parts are generated from. @since 0.1.0 */
export interface Making {
  readonly world: World
  readonly tape: Tape
}

/** A column in scope, with its kind. @since 0.1.0 */
export interface ScopedColumn {
  readonly path: ReadonlyArray<string>
  readonly kind: Kind
}

/** @since 0.1.0 */
export const columnAt = (path: ReadonlyArray<string>): ExpressionData => ({ _tag: 'column', path, level: 0 })

/** @since 0.1.0 */
export const constant = (kind: Kind, value: Json): ExpressionData => ({ _tag: 'const', kind, value })

/** @since 0.1.0 */
export const negated = (predicate: PredicateData): PredicateData => ({ _tag: 'not', predicate })

/** The columns of the row. A foreign key counts as the key of the related row. @since 0.2.0 */
export const own = (scope: Scope): ReadonlyArray<ScopedColumn> =>
  [...scope.columns].map(([name, { kind, target }]) => {
    const key =
      scope.model === null || target === null ? undefined : scope.schema.models.get(target)?.primaryKey
    return { path: key === undefined ? [name] : [name, key], kind }
  })

const alone: ReadonlySet<LookupName> = new Set(['exact', 'in', 'isnull'])

/** The columns over one or two to-one relations. @since 0.2.0 */
export const near = (scope: Scope, further = 1): ReadonlyArray<ScopedColumn> =>
  [...(modelOf(scope)?.relations.values() ?? [])].flatMap((relation) => {
    if (relation.many || (relation.via._tag === 'forward' && !scope.columns.has(relation.via.column)))
      return []
    const there = modelScope(scope.schema, relation.target)
    return E.isLeft(there)
      ? []
      : [...own(there.right), ...(further > 0 ? near(there.right, further - 1) : [])].map(
          ({ path, kind }) => ({ path: [relation.name, ...path], kind }),
        )
  })

/** A column. It is usually one of the row itself. @since 0.1.0 */
export const columnOf = (
  { tape }: Making,
  scope: Scope,
  fits: (kind: Kind) => boolean = () => true,
): ScopedColumn | null => {
  const mine = own(scope).filter(({ kind }) => fits(kind))
  const all =
    mine.length === 0 || chance(tape, 27) ? [...mine, ...near(scope).filter(({ kind }) => fits(kind))] : mine
  return pickOf(tape, all)
}

/** A value to compare with: of a row, a twin of such a value, or from the pool. @since 0.1.0 */
export const constantOf = ({ tape, world }: Making, kind: Kind): Json => {
  const sort = tape.next(100)
  const live = sort < 75 ? pickOf(tape, world.live(kind)) : null
  if (kind === 'text' && chance(tape, 6)) return pick(tape, notorious)
  const value = live ?? pickOf(tape, world.pool(kind)) ?? 0
  return sort < 30 ? twinOf(tape, kind, value) : value
}

const points = (text: string): ReadonlyArray<string> => [...text]

/** Text to search for: a part of a value, or a value. */
const partOf = (making: Making): Json => {
  const { tape } = making
  const value = constantOf(making, 'text')
  const from = points(typeof value === 'string' ? value : '')
  const other = pick(tape, ['', '%', '_', '\\', '.', 'a', 'A', '*', '?'] as const)
  return weighted<Json>(tape, [
    [4, value],
    [2, from.slice(0, 1).join('')],
    [2, from.slice(-1).join('')],
    [1, from.slice(0, -1).join('')],
    [1, from.slice(1).join('')],
    [1, from.slice(1, -1).join('')],
    [1, swapped(from.join(''))],
    [2, other],
  ])
}

/** A pattern that matches a value, or a twin of it. */
const patternOf = (making: Making): string => {
  const value = constantOf(making, 'text')
  const escaped = (typeof value === 'string' ? value : '').replace(/[\\^$.*+?()[\]{}|/]/gu, '\\$&')
  return pick(making.tape, [escaped, `^${escaped}$`, swapped(escaped)] as const)
}

/** The other case of a character, if it is a single character. */
const swapped = (text: string): string =>
  points(text)
    .map((c) => {
      const up = c.toUpperCase()
      const other = up === c ? c.toLowerCase() : up
      return points(other).length === 1 ? other : c
    })
    .join('')

const patterns = [
  'a',
  '^a',
  '.',
  '[%_]',
  '\\\\',
  'a|b',
  '^$',
  'É',
  'b$',
  '^.$',
  '\\w',
  '[^a]',
  'a.',
  '\\s',
] as const

/** The names of all lookups for columns of a kind. @since 0.1.0 */
export const lookupsOf = (kind: Kind, schema: Schema | null = null): ReadonlyArray<LookupName> =>
  lookupsOfKind(kind, schema).map(({ name }) => name)

/** Operands of a custom lookup: a sample, or values of their kinds. */
const customOperands = (
  making: Making,
  scope: Scope,
  custom: CustomLookup,
): ReadonlyArray<ExpressionData> => {
  const { tape } = making
  const sample = chance(tape, 50) ? pickOf(tape, samplesOf(custom)) : null
  return custom.operands.map((kind, i) => {
    const other = chance(tape, 8) ? columnOf(making, scope, (each) => each === kind) : null
    if (other !== null) return columnAt(other.path)
    return constant(kind, sample?.[i] ?? (kind === 'text' ? partOf(making) : constantOf(making, kind)))
  })
}

/** Lookups that search for a part of a text. */
const partial: ReadonlySet<LookupName> = new Set(
  lookupsOfKind('text').flatMap(({ name, kinds }) => (kinds.length === 1 ? [name] : [])),
)

const weightOf = (name: LookupName): number =>
  name === 'exact'
    ? 6
    : name === 'in' || name === 'isnull' || name === 'range'
      ? 4
      : name === 'regex' || name === 'iregex'
        ? 1
        : builtIn.has(name)
          ? 2
          : 6

/** A comparison by a lookup. @since 0.1.0 */
export const lookupOf = (
  making: Making,
  scope: Scope,
  { path, kind }: ScopedColumn,
  name: LookupName,
): PredicateData => {
  const { tape } = making
  const [first = '', ...more] = path
  const isKey =
    more.length === 1 &&
    more[0] === scope.schema.models.get(scope.columns.get(first)?.target ?? '')?.primaryKey
  // A foreign key has few lookups of its own.
  const left = columnAt(isKey && alone.has(name) && chance(tape, 50) ? [first] : path)
  const operand = (): ExpressionData => {
    if (chance(tape, 2)) return constant(kind, null)
    const other = chance(tape, 8) ? columnOf(making, scope, (each) => each === kind) : null
    if (other !== null) return columnAt(other.path)
    const value = constantOf(making, kind)
    // An int may be compared with a fraction.
    return kind === 'int' && typeof value === 'number' && Math.abs(value) < 1e6 && chance(tape, 5)
      ? constant('float', value + 0.5)
      : constant(kind, value)
  }
  const right = (): ReadonlyArray<ExpressionData> => {
    const custom = scope.schema.lookups.get(name)
    if (custom !== undefined) return customOperands(making, scope, custom)
    switch (name) {
      case 'isnull':
        return []
      case 'in': {
        const all = times(pick(tape, [2, 1, 3, 0, 2, 4] as const), () => constantOf(making, kind))
        // A list that is joined into one text is one text.
        const members = (kind === 'text' && chance(tape, 20) ? [all.map(String).join(',')] : all).map(
          (each) => constant(kind, each),
        )
        // A member may be a column.
        const other = chance(tape, 16) ? columnOf(making, scope, (each) => each === kind) : null
        // A missing value is not in an empty list.
        const missing = chance(tape, 10) ? [constant(kind, null)] : []
        return [...missing, ...members, ...(other === null ? [] : [columnAt(other.path)])]
      }
      case 'range':
        return [operand(), operand()]
      case 'regex':
      case 'iregex':
        return [constant('text', chance(tape, 50) ? pick(tape, patterns) : patternOf(making))]
      case 'exact':
        return [operand()]
      default:
        return [partial.has(name) && !chance(tape, 8) ? constant('text', partOf(making)) : operand()]
    }
  }
  return { _tag: 'lookup', name, left, right: right() }
}

/** One comparison. @since 0.1.0 */
export const atom = (making: Making, scope: Scope, given: ScopedColumn | null = null): PredicateData => {
  const found = given ?? columnOf(making, scope)
  if (found === null) return { _tag: 'and', all: [] }
  const name = weighted<LookupName>(
    making.tape,
    lookupsOf(found.kind, scope.schema).map((each) => [weightOf(each), each] as const),
  )
  return lookupOf(making, scope, found, name)
}

/** A comparison, and the negation of a similar one: of the same column, with a near value. */
const opposed = (
  making: Making,
  scope: Scope,
  given: ScopedColumn | null = null,
): ReadonlyArray<PredicateData> => {
  const { tape } = making
  const found = given ?? columnOf(making, scope)
  const one = atom(making, scope, found)
  const value = one._tag === 'lookup' ? one.right[0] : undefined
  const like: PredicateData =
    one._tag === 'lookup' && value?._tag === 'const' && value.value !== null && chance(tape, 50)
      ? {
          ...one,
          right: [constant(value.kind, twinOf(tape, value.kind, value.value)), ...one.right.slice(1)],
        }
      : atom(making, scope, found)
  return pick<ReadonlyArray<PredicateData>>(tape, [
    [one, negated(like)],
    [negated(one), like],
    [negated(one), negated(like)],
    [one, like, negated(atom(making, scope, found))],
    [one, negated(one)],
  ])
}

/** Such a pair, combined in each way. @since 0.2.0 */
export const contrary = (making: Making, scope: Scope, given: ScopedColumn | null = null): PredicateData => {
  const both = opposed(making, scope, given)
  return pick<PredicateData>(making.tape, [
    { _tag: 'or', any: both },
    { _tag: 'and', all: both },
    { _tag: 'or', any: both },
    { _tag: 'xor', odd: both },
    negated({ _tag: 'or', any: both }),
    negated({ _tag: 'and', all: both }),
  ])
}

/** Two comparisons of the same column. */
const pair = (making: Making, scope: Scope): ReadonlyArray<PredicateData> => {
  const found = columnOf(making, scope)
  return [atom(making, scope, found), atom(making, scope, found)]
}

/** A path to many rows, and the scope of these. @since 0.2.0 */
export interface Way {
  readonly path: ReadonlyArray<string>
  readonly scope: Scope
}

/** To-many relations of the rows, and of rows over a to-one relation. @since 0.2.0 */
export const toMany = (scope: Scope, further = 1): ReadonlyArray<Way> =>
  [...(modelOf(scope)?.relations.values() ?? [])].flatMap(
    ({ many, name, target, via }): ReadonlyArray<Way> => {
      const there = modelScope(scope.schema, target)
      if (E.isLeft(there) || (via._tag === 'forward' && !scope.columns.has(via.column))) return []
      return many
        ? [{ path: [name], scope: there.right }]
        : further > 0
          ? toMany(there.right, further - 1).map((way) => ({ ...way, path: [name, ...way.path] }))
          : []
    },
  )

/** A condition on one of the related rows. @since 0.1.0 */
export const someRelated = (making: Making, scope: Scope, depth: number): PredicateData => {
  const many = pickOf(making.tape, toMany(scope))
  if (many === null) return atom(making, scope)
  const inside: PredicateData = chance(making.tape, 20)
    ? { _tag: 'and', all: [] }
    : chance(making.tape, 15)
      ? pick<PredicateData>(making.tape, [
          { _tag: 'and', all: two(making, many.scope) },
          { _tag: 'or', any: two(making, many.scope) },
        ])
      : depth <= 0 || chance(making.tape, 60)
        ? atom(making, many.scope)
        : deep(making, many.scope, depth - 1)
  const some: PredicateData = { _tag: 'some', level: 0, relation: many.path, predicate: inside }
  return pick(making.tape, [
    some,
    negated(some),
    { ...some, predicate: negated(inside) },
    negated({ ...some, predicate: negated(inside) }),
  ] as const)
}

const two = (making: Making, scope: Scope): ReadonlyArray<PredicateData> =>
  chance(making.tape, 50) ? pair(making, scope) : [atom(making, scope), atom(making, scope)]

/** Between two values of a column, or outside of them. @since 0.1.0 */
export const window = (making: Making, scope: Scope, given: ScopedColumn | null = null): PredicateData => {
  const { tape } = making
  const found = given ?? columnOf(making, scope, (kind) => kind !== 'json')
  if (found === null || found.kind === 'json') return { _tag: 'and', all: [] }
  const above = lookupOf(making, scope, found, pick(tape, ['gt', 'gte'] as const))
  const below = lookupOf(making, scope, found, pick(tape, ['lt', 'lte'] as const))
  return chance(tape, 70) ? { _tag: 'and', all: [above, below] } : { _tag: 'or', any: [above, below] }
}

/** A comparison of a column over a relation, if there is one. */
const beyond = (making: Making, scope: Scope): PredicateData =>
  atom(making, scope, pickOf(making.tape, near(scope)))

const twisted = (making: Making, scope: Scope): PredicateData => {
  const { tape } = making
  return weighted<() => PredicateData>(tape, [
    [6, () => negated(atom(making, scope))],
    [4, () => ({ _tag: 'and', all: two(making, scope) })],
    [2, () => ({ _tag: 'and', all: two(making, scope).map(negated) })],
    [3, () => ({ _tag: 'or', any: two(making, scope) })],
    [2, () => negated({ _tag: 'and', all: two(making, scope) })],
    [3, () => negated({ _tag: 'or', any: two(making, scope) })],
    [1, () => ({ _tag: 'xor', odd: two(making, scope) })],
    [1, () => negated(negated(atom(making, scope)))],
    [1, () => ({ _tag: 'or', any: [negated(negated(atom(making, scope))), atom(making, scope)] })],
    [1, () => negated({ _tag: 'and', all: [negated(negated(atom(making, scope))), atom(making, scope)] })],
    [1, () => ({ _tag: 'xor', odd: [atom(making, scope), atom(making, scope), atom(making, scope)] })],
    [1, () => ({ _tag: 'or', any: [atom(making, scope), atom(making, scope), atom(making, scope)] })],
    [1, () => ({ _tag: 'or', any: [] })],
    [1, () => ({ _tag: 'and', all: [] })],
    [1, () => negated({ _tag: 'or', any: [] })],
    [1, () => ({ _tag: 'and', all: [atom(making, scope), { _tag: 'or', any: two(making, scope) }] })],
    [1, () => ({ _tag: 'or', any: [atom(making, scope), { _tag: 'and', all: two(making, scope) }] })],
    [3, () => window(making, scope)],
    [2, () => negated({ _tag: 'and', all: [negated(atom(making, scope)), atom(making, scope)] })],
    [2, () => negated({ _tag: 'or', any: [beyond(making, scope), atom(making, scope)] })],
    [1, () => negated(beyond(making, scope))],
    [1, () => ({ _tag: 'or', any: [negated(atom(making, scope)), atom(making, scope)] })],
    [4, () => contrary(making, scope)],
    [4, () => someRelated(making, scope, 0)],
  ])()
}

/** A condition of at most so many levels. One connective in ten has no members. @since 0.1.0 */
export const deep = (making: Making, scope: Scope, depth: number): PredicateData => {
  const { tape } = making
  if (depth <= 0) return atom(making, scope)
  const some = (): ReadonlyArray<PredicateData> =>
    chance(tape, 10)
      ? []
      : chance(tape, 30)
        ? pair(making, scope)
        : times(1 + tape.next(3), () => deep(making, scope, depth - 1 - tape.next(2)))
  return weighted<() => PredicateData>(tape, [
    [3, () => atom(making, scope)],
    [3, () => negated(deep(making, scope, depth - 1))],
    [3, () => ({ _tag: 'and', all: some() })],
    [3, () => ({ _tag: 'or', any: some() })],
    [1, () => ({ _tag: 'xor', odd: some() })],
    [2, () => someRelated(making, scope, depth - 1)],
  ])()
}

/** A condition on rows. @since 0.1.0 */
export const predicate = (making: Making, scope: Scope): PredicateData => {
  const sort = making.tape.next(100)
  return sort < 60 ? atom(making, scope) : sort < 85 ? twisted(making, scope) : deep(making, scope, 4)
}
