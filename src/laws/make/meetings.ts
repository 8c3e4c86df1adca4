/**
 * Reads with two similar parts in one query: two lists for one column, a case within a case, a new column with the name
 * of an old one, constants in a projection and in a condition. A client that treats each part correctly may still mix
 * the two up.
 *
 * @since 0.2.0
 */
import { either as E } from 'fp-ts'
import type { Json } from '../../value/Value.js'
import type { LookupName } from '../../expression/Expression.js'
import { modelScope, type Scope } from '../../expression/Scope.js'
import type { ReadCall, Terminal } from '../case/Case.js'
import {
  all,
  then,
  type PredicateData,
  type ExpressionData,
  type QuerysetData,
  type StepData,
  type TypedColumn,
} from '../case/QuerysetData.js'
import { computedFrom } from './computed.js'
import { outer } from './facing.js'
import {
  atom,
  columnAt,
  columnOf,
  constant,
  constantOf,
  lookupOf,
  lookupsOf,
  near,
  negated,
  own,
  type ScopedColumn,
  type Making,
} from './predicates.js'
import { modelFor, orderKeyOf, someOrder, scopeOf, someOf } from './parts.js'
import { chance, pick, pickOf, shuffled, times, weighted } from './Tape.js'

interface Ground {
  readonly making: Making
  readonly model: string
  readonly scope: Scope
  /** The number of rows of the model. */
  readonly n: number
}

const comparable = (making: Making, scope: Scope): ScopedColumn | null =>
  columnOf(making, scope, (kind) => kind !== 'json')

/** A column of the model itself, not of a related row. */
const plain = ({ making, model }: Ground): ScopedColumn | null => {
  const columns = [...(making.world.schema.models.get(model)?.columns.values() ?? [])]
  const found = pickOf(
    making.tape,
    columns.filter(({ kind, target }) => kind !== 'json' && target === null),
  )
  return found === null ? null : { path: [found.name], kind: found.kind }
}

/** Values that are stored in a column, and one that may not be. */
const listOf = (
  { making, model }: Ground,
  { path: [name = ''], kind }: ScopedColumn,
): ReadonlyArray<ExpressionData> => {
  const { tape, world } = making
  const stored = (world.rows[model] ?? []).map((row) => row[name] ?? null).filter((value) => value !== null)
  const chosen: ReadonlyArray<Json> = shuffled(tape, [...new Set(stored)]).slice(0, 1 + tape.next(3))
  return [...chosen, ...(chosen.length === 0 || chance(tape, 25) ? [constantOf(making, kind)] : [])].map(
    (value) => constant(kind, value),
  )
}

/** Two conditions on one column with the same lookup, in one filter or in two. One of them may be negated. */
const sameLookupTwice = (ground: Ground): ReadonlyArray<StepData> => {
  const { making, scope } = ground
  const { tape } = making
  const found = plain(ground)
  if (found === null) return []
  const name = pick<LookupName>(tape, [
    'in',
    'in',
    'in',
    ...lookupsOf(found.kind).filter((each) => each !== 'isnull'),
  ])
  const one = (): PredicateData => {
    const made: PredicateData =
      name === 'in'
        ? { _tag: 'lookup', name, left: columnAt(found.path), right: listOf(ground, found) }
        : lookupOf(making, scope, found, name)
    return chance(tape, 20) ? negated(made) : made
  }
  const both = [one(), one()]
  return weighted<() => ReadonlyArray<StepData>>(tape, [
    [3, () => both.map((predicate) => ({ _tag: 'filter', predicate }))],
    [2, () => [{ _tag: 'filter', predicate: { _tag: 'and', all: both } }]],
    [1, () => [{ _tag: 'filter', predicate: { _tag: 'or', any: both } }]],
    [1, () => [{ _tag: 'filter', predicate: { _tag: 'xor', odd: both } }]],
  ])()
}

/** A case with a case in a branch, in its default, or in both. Each may lack a default. */
const nestedCase = ({ making, scope }: Ground): TypedColumn => {
  const { tape } = making
  const kind = comparable(making, scope)?.kind ?? 'int'
  const value = (): ExpressionData => {
    const found = chance(tape, 40) ? columnOf(making, scope, (each) => each === kind) : null
    return found === null ? constant(kind, constantOf(making, kind)) : columnAt(found.path)
  }
  const last = (): ExpressionData => (chance(tape, 45) ? constant(kind, null) : value())
  const simple = (): ExpressionData => ({
    _tag: 'case',
    branches: times(1 + tape.next(2), () => ({ when: atom(making, scope), then: value() })),
    otherwise: last(),
  })
  const where = pick(tape, ['branch', 'branch', 'last', 'both'] as const)
  return {
    name: 'x',
    kind,
    expression: {
      _tag: 'case',
      branches: [
        { when: atom(making, scope), then: where === 'last' ? value() : simple() },
        ...(chance(tape, 40) ? [{ when: atom(making, scope), then: value() }] : []),
      ],
      otherwise: where === 'branch' ? last() : simple(),
    },
  }
}

/** Columns that take the name of another column, before or after rows are filtered and sorted by that column. */
const takenNames = (ground: Ground): ReadonlyArray<StepData> => {
  const { making, model, scope, n } = ground
  const { tape } = making
  const columns = [...(making.world.schema.models.get(model)?.columns.values() ?? [])].filter(
    ({ kind, target }) => kind !== 'json' && target === null,
  )
  const [from, ...others] = shuffled(tape, columns)
  const to = pickOf(tape, others) ?? from
  if (from === undefined || to === undefined) return []
  const own: ScopedColumn = { path: [to.name], kind: to.kind }
  const moved: TypedColumn = chance(tape, 60)
    ? { name: to.name, kind: from.kind, expression: columnAt([from.name]) }
    : { ...computedFrom(making, scope, to.name, { path: [from.name], kind: from.kind }), name: to.name }
  const swapped: ReadonlyArray<TypedColumn> =
    from.name !== to.name && chance(tape, 35)
      ? [{ name: from.name, kind: to.kind, expression: columnAt([to.name]) }]
      : []
  const by = (found: ScopedColumn): ReadonlyArray<StepData> => [
    ...(chance(tape, 30) ? [{ _tag: 'filter', predicate: atom(making, scope, found) } as const] : []),
    ...(chance(tape, 75) ? [{ _tag: 'orderBy', keys: [orderKeyOf(making, found)] } as const] : []),
  ]
  const values: StepData = { _tag: 'values', form: 'record', columns: [moved, ...swapped] }
  const after = scopeOf(making, then(all(model), values))
  const kind = moved.kind
  return [
    ...by(own),
    values,
    ...(after !== null && kind !== 'json' && chance(tape, 40)
      ? ([{ _tag: 'orderBy', keys: [orderKeyOf(making, { path: [to.name], kind })] }] as const)
      : []),
    ...(chance(tape, 30) ? [{ _tag: 'distinct' } as const] : []),
    ...(chance(tape, 45) ? [someOf(tape, n)] : []),
  ]
}

/** The single column of some rows of a model: filtered, distinct, sorted and sliced by turns. */
const innerRows = (
  making: Making,
  model: string,
  scope: Scope,
  found: ScopedColumn,
  also: ReadonlyArray<StepData> = [],
): QuerysetData => {
  const { tape, world } = making
  const n = world.rows[model]?.length ?? 0
  const flat: StepData = {
    _tag: 'values',
    form: 'flat',
    columns: [{ name: 'value', kind: found.kind, expression: columnAt(found.path) }],
  }
  const sorted: StepData = {
    _tag: 'orderBy',
    keys: [orderKeyOf(making, { path: ['value'], kind: found.kind })],
  }
  const cut: StepData = chance(tape, 70) ? { _tag: 'slice', start: tape.next(2), stop: 2 } : someOf(tape, n)
  return then(
    all(model),
    ...also,
    ...(chance(tape, 50) ? [{ _tag: 'filter', predicate: atom(making, scope) } as const] : []),
    flat,
    ...(chance(tape, 65) ? [{ _tag: 'distinct' } as const] : []),
    ...(chance(tape, 75) ? [sorted] : []),
    ...(chance(tape, 75) ? [cut] : []),
  )
}

/** A model for a subquery, with a column of a kind. */
const within = (
  making: Making,
  fits: (found: ScopedColumn) => boolean,
): { readonly model: string; readonly scope: Scope; readonly found: ScopedColumn } | null => {
  const { tape, world } = making
  const there = [...world.schema.models.values()].flatMap(({ name, implicit }) => {
    const scope = modelScope(world.schema, name)
    if (implicit || E.isLeft(scope)) return []
    const fitting = [...scope.right.columns].flatMap(
      ([column, { kind, target }]): ReadonlyArray<ScopedColumn> => {
        const found: ScopedColumn = { path: [column], kind }
        return target === null && kind !== 'json' && fits(found) ? [found] : []
      },
    )
    return fitting.map((found) => ({ model: name, scope: scope.right, found }))
  })
  return pickOf(tape, there)
}

/** A column that must be among the values of some rows. */
const amongSome = (ground: Ground): ReadonlyArray<StepData> => {
  const { making } = ground
  const found = plain(ground)
  const inner = found === null ? null : within(making, ({ kind }) => kind === found.kind)
  if (found === null || inner === null) return []
  const made: PredicateData = {
    _tag: 'inQuery',
    left: columnAt(found.path),
    query: innerRows(making, inner.model, inner.scope, inner.found),
  }
  return [{ _tag: 'filter', predicate: chance(making.tape, 25) ? negated(made) : made }]
}

/** Constants in many places: in a condition, in a computed column, in the condition of a subquery. */
const constantsApart = (ground: Ground): ReadonlyArray<StepData> => {
  const { making, scope } = ground
  const { tape } = making
  const found = plain(ground)
  const inner = within(making, ({ kind }) => kind === found?.kind || chance(tape, 30))
  if (found === null || inner === null) return []
  const linked: ReadonlyArray<StepData> =
    inner.found.kind === found.kind && chance(tape, 30)
      ? [
          {
            _tag: 'filter',
            predicate: {
              _tag: 'lookup',
              name: pick(tape, ['exact', 'lte', 'gte'] as const),
              left: columnAt(inner.found.path),
              right: [outer(found.path)],
            },
          },
        ]
      : []
  const filterOf = (at: Scope, by: ScopedColumn): StepData => ({
    _tag: 'filter',
    predicate: lookupOf(making, at, by, pick(tape, ['gt', 'exact', 'lte', 'in'] as const)),
  })
  const query = then(
    innerRows(making, inner.model, inner.scope, inner.found, [
      ...linked,
      ...(chance(tape, 80) ? [filterOf(inner.scope, inner.found)] : []),
    ]),
    { _tag: 'slice', start: 0, stop: 1 },
  )
  const asked: TypedColumn = {
    name: 'best',
    kind: inner.found.kind,
    expression: { _tag: 'subquery', query },
  }
  const columns: ReadonlyArray<TypedColumn> = [
    asked,
    ...(chance(tape, 50) ? [computedFrom(making, scope, 'more', found)] : []),
  ]
  const before = chance(tape, 80) ? [filterOf(scope, found)] : []
  const made: StepData = chance(tape, 60)
    ? { _tag: 'values', form: 'record', columns }
    : { _tag: 'annotate', columns: columns.filter(({ name }) => !scope.columns.has(name)) }
  return [...before, made]
}

/** Two projections of the same columns by different conditions, combined. */
const projectedSets = (ground: Ground): ReadonlyArray<StepData> => {
  const { making, model, scope } = ground
  const { tape } = making
  const shown = plain(ground)
  const by = plain(ground)
  if (shown === null || by === null) return []
  const values: StepData = {
    _tag: 'values',
    form: 'record',
    columns: [{ name: 'a', kind: shown.kind, expression: columnAt(shown.path) }],
  }
  const first = lookupOf(making, scope, by, pick(tape, ['exact', 'in', 'lte', 'isnull'] as const))
  const second = chance(tape, 55) ? negated(first) : atom(making, scope)
  const side = (predicate: PredicateData): ReadonlyArray<StepData> => [{ _tag: 'filter', predicate }, values]
  const set = pick(tape, ['intersection', 'intersection', 'difference', 'union'] as const)
  return [...side(first), { _tag: set, others: [then(all(model), ...side(second))] }]
}

/** Characters that are special in replacements, patterns and formats. */
const specials = [
  '$&',
  '$$',
  '$1',
  "$'",
  '\\',
  '\\1',
  '\\0',
  '&',
  '%',
  '%s',
  '{0}',
  '.',
  '*',
  '^',
  '[a]',
  '?',
  '|',
]

/** Text functions whose arguments have special characters, or characters of the text. */
const specialTexts = (ground: Ground): ReadonlyArray<StepData> => {
  const { making, model } = ground
  const { tape, world } = making
  const text = pickOf(
    tape,
    [...(world.schema.models.get(model)?.columns.values() ?? [])].filter(({ kind }) => kind === 'text'),
  )
  const stored = (world.rows[model] ?? []).flatMap((row) => {
    const value = row[text?.name ?? '']
    return typeof value === 'string' && value !== '' ? [value] : []
  })
  const special = (): ExpressionData => constant('text', pickOf(tape, specials))
  const present = (): ExpressionData => {
    const value = chance(tape, 70) ? pickOf(tape, stored) : null
    return value === null
      ? constant('text', `${pickOf(tape, specials) ?? ''}b`)
      : constant('text', pickOf(tape, [...value]))
  }
  const subject = (): ExpressionData =>
    text === null || chance(tape, 35)
      ? constant('text', `a${pickOf(tape, specials) ?? ''}b${pickOf(tape, specials) ?? ''}`)
      : columnAt([text.name])
  const one = (i: number): TypedColumn => {
    const call = (
      name: string,
      kind: TypedColumn['kind'],
      ...args: ReadonlyArray<ExpressionData>
    ): TypedColumn => ({
      name: `t${String(i)}`,
      kind,
      expression: { _tag: 'call', name, args },
    })
    return weighted<() => TypedColumn>(tape, [
      [4, () => call('replace', 'text', subject(), chance(tape, 75) ? present() : special(), special())],
      [1, () => call('strindex', 'int', subject(), special())],
      [1, () => call('lpad', 'text', subject(), constant('int', 9), special())],
      [1, () => call('rpad', 'text', subject(), constant('int', 9), special())],
      [1, () => call('concat', 'text', special(), subject())],
    ])()
  }
  return [{ _tag: 'values', form: 'record', columns: times(6, one) }]
}

/** Columns of the same name on different relations, or on the row itself. They find clients that mix them up. */
const namesakes = ({ making, scope }: Ground): ReadonlyArray<ScopedColumn> => {
  const { tape } = making
  const columns = [...own(scope), ...near(scope)].filter(({ kind }) => kind !== 'json')
  const groups = [...new Set(columns.map(({ path }) => path.at(-1)))]
    .map((name) => columns.filter(({ path }) => path.at(-1) === name))
    .filter((group) => group.length > 1)
  return shuffled(tape, pickOf(tape, groups) ?? [])
}

/** Two conditions, sort keys or columns about columns of the same name on different rows. */
const sameName = (ground: Ground): ReadonlyArray<StepData> => {
  const { making, scope } = ground
  const { tape } = making
  const found = namesakes(ground).slice(0, 3)
  const name = pick<LookupName>(tape, ['exact', 'exact', 'in', 'gt', 'isnull'])
  const all = found.map((each) => lookupOf(making, scope, each, name))
  return found.length === 0
    ? []
    : pick<() => ReadonlyArray<StepData>>(tape, [
        () => [{ _tag: 'filter', predicate: { _tag: 'or', any: all } }],
        () => [{ _tag: 'filter', predicate: { _tag: 'or', any: all } }],
        () => [{ _tag: 'filter', predicate: { _tag: 'and', all: all.map(negated) } }],
        () => all.slice(0, 2).map((predicate) => ({ _tag: 'filter', predicate })),
        () => [{ _tag: 'orderBy', keys: found.map((each) => orderKeyOf(making, each)) }],
        () => [
          {
            _tag: 'values',
            form: pick(tape, ['record', 'tuple'] as const),
            columns: found.map(({ path, kind }, i): TypedColumn => ({
              name: `n${String(i)}`,
              kind,
              expression: columnAt(path),
            })),
          },
          ...(chance(tape, 40) ? [{ _tag: 'distinct' } as const] : []),
        ],
      ])()
}

const terminalFor = ({ tape }: Making): Terminal =>
  pick<Terminal>(tape, [{ _tag: 'toArray' }, { _tag: 'whole' }, { _tag: 'toArray' }, { _tag: 'count' }])

/** Reads with two similar parts, one read of each sort. @since 0.2.0 */
export const meetingsOf = (making: Making, models: ReadonlyArray<string>): ReadonlyArray<ReadCall> => {
  const { name: model } = modelFor(making, models)
  const scope = modelScope(making.world.schema, model)
  if (E.isLeft(scope)) return []
  const ground: Ground = { making, model, scope: scope.right, n: making.world.rows[model]?.length ?? 0 }
  const x: StepData = { _tag: 'annotate', columns: [nestedCase(ground)] }
  const cased: ReadonlyArray<StepData> = scope.right.columns.has('x') ? [someOrder(making, scope.right)] : [x]
  return [
    sameLookupTwice(ground),
    cased,
    takenNames(ground),
    takenNames(ground),
    amongSome(ground),
    constantsApart(ground),
    projectedSets(ground),
    projectedSets(ground),
    specialTexts(ground),
    sameName(ground),
    sameName(ground),
  ]
    .filter((steps) => steps.length > 0)
    .map((steps) => ({
      _tag: 'read',
      of: then(all(model), ...steps),
      terminal: steps === cased ? { _tag: 'toArray' } : terminalFor(making),
    }))
}
