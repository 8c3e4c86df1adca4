/**
 * Generates cases. The first cases come from a fixed list that covers each pair of features. Random cases follow.
 *
 * @since 0.1.0
 */
import type { Kind } from '../../value/Value.js'
import { either as E } from 'fp-ts'
import type { LookupName } from '../../expression/Expression.js'
import { modelScope } from '../../expression/Scope.js'
import { resolve } from '../../schema/resolve.js'
import type { Definitions, Schema } from '../../schema/Schema.js'
import type { Call, Case, ReadCall } from '../case/Case.js'
import { changeOf, watchedOf } from './changes.js'
import { faultyOf } from './disturbances.js'
import { overlapOf } from './overlapOf.js'
import { alikeOf, nearlyThe } from './nearly.js'
import { lawOf } from '../hold/checkLaw.js'
import { mutateOf } from './mutations.js'
import type { Area } from '../report/Report.js'
import type { Rows } from '../case/Rows.js'
import { columnAt, lookupOf, lookupsOf, negated, type Making } from './predicates.js'
import { random } from './random.js'
import { oneComputed } from './computed.js'
import { asideOf, readOf, terminalOf } from './reads.js'
import { betweenPatterns, betweenValues, testsOf } from './searches.js'
import { modelFor, orderKeyOf } from './parts.js'
import { then, type QuerysetData, type StepData } from '../case/QuerysetData.js'
import { chance, pick, pickOf, times, weighted } from './Tape.js'
import { isWithin, themes } from './themes.js'
import type { Theme } from './Theme.js'
import { wideCalls, wideOf, wideRows, widesBefore } from './wide.js'
import { definitionsFrom } from './definitions.js'
import { usual } from './limits.js'
import { worldOf } from './World.js'

/**
 * What cases are generated for: the author's schema or `null`, existing rows or `null`, the models to query, and the
 * areas.
 *
 * @since 0.1.0
 */
export interface Setting {
  readonly definitions: Definitions | null
  readonly schema: Schema | null
  readonly rows: Rows | null
  readonly models: ReadonlyArray<string> | null
  readonly areas: ReadonlySet<Area>
  readonly laws: boolean
  readonly hooked: boolean
  /** The largest number of rows of a model. It is smaller for a client that gives few rows at once. */
  readonly most: number
}

const kinds = [
  'text',
  'int',
  'datetime',
  'decimal',
  'float',
  'boolean',
  'date',
  'uuid',
  'time',
  'duration',
] as const

/** Each lookup of each kind, spread so that the first cases cover as much as possible. */
const pairs: ReadonlyArray<{ readonly kind: (typeof kinds)[number]; readonly lookup: LookupName }> = (() => {
  const all = kinds.flatMap((kind) => lookupsOf(kind).map((lookup) => ({ kind, lookup })))
  // The kind that was added last comes last, so a seed gives the same cases as before.
  const late = all.filter(({ kind }) => kind === 'duration')
  const early = all.slice(0, all.length - late.length)
  const step = 37
  return [
    ...early.map(
      (_, i) => early[(i * step) % early.length] ?? { kind: 'int' as const, lookup: 'exact' as const },
    ),
    ...late,
  ]
})()

/** The lookup that a case begins with: first each custom lookup with each kind, then the others. */
const featureAt = (schema: Schema | null, number: number): (typeof pairs)[number] | null => {
  const custom = [...(schema?.lookups.values() ?? [])].flatMap(({ name, kinds: of }) =>
    of.flatMap((kind) => (kind === 'json' ? [] : [{ kind, lookup: name }])),
  )
  return custom[number] ?? pairs[number - custom.length] ?? null
}

/**
 * The case with a number, counted from 0.
 *
 * @since 0.1.0
 */
export const caseOf = (setting: Setting, seed: number, number: number): Case => {
  const tape = random(Math.imul(seed + 1, 0x9e3779b1) ^ Math.imul(number + 1, 0x85ebca6b))
  const feature = setting.areas.has('reads') ? featureAt(setting.schema, number - widesBefore(number)) : null
  const wide = setting.rows === null ? wideOf(number, setting.most) : null
  const theme = wide === null ? themeOf(setting, number) : null
  const definitions =
    setting.definitions ??
    definitionsFrom(
      tape,
      wide?.about === 'text' ? 'text' : (feature?.kind ?? null),
      wide?.about === 'rows' ? (wide.each ? 'chain' : 'pair') : (theme?.shape ?? null),
    )
  const schema = setting.schema ?? resolve(definitions)
  const named = [...schema.models.values()].filter(({ implicit }) => !implicit).map(({ name }) => name)
  const wanted = wide !== null ? wideRows(named, wide) : (theme?.rows ?? usual)
  const world = worldOf(schema, tape, setting.rows, wanted)
  const making: Making = { world, tape }
  const models = setting.models ?? [...schema.models.keys()]
  if (wide !== null)
    return { definitions, rows: world.rows, calls: wideCalls(making, models, wide, setting.areas) }
  const first = feature === null ? [] : featured(making, models, feature.kind, feature.lookup, number)
  // Values that a client may confuse are usually read one by one, whatever else the case reads.
  const aside = setting.areas.has('reads') && world.twins.size > 0 ? asideOf(making, models) : null
  const rehearsed = number < rehearsals && setting.areas.has('reads') ? rehearsal(making, models, number) : []
  const themed = theme?.calls(making, models) ?? []
  const overlapping =
    setting.areas.has('concurrency') && setting.hooked && number >= manyCalls
      ? [overlapOf(making, models, true)]
      : []
  return {
    definitions,
    rows: world.rows,
    calls: [
      ...first,
      ...rehearsed,
      ...(aside === null ? [] : [aside]),
      ...themed,
      ...overlapping,
      ...callsOf(setting, making, models, lengthOf(number) + tape.next(4)),
    ],
  }
}

/** The themes that apply. Failures and overlapping calls need a client that waits. */
const themesFor = ({ areas, hooked }: Setting): ReadonlyArray<Theme> => {
  const allowed = hooked ? areas : new Set([...areas].filter((area) => area === 'reads' || area === 'writes'))
  return themes.filter(isWithin(allowed))
}

/** The theme of a case. The themes that apply take turns. */
const themeOf = (setting: Setting, number: number): Theme | null => {
  const fitting = themesFor(setting)
  // A stride that is coprime to the number of themes visits all of them.
  const step = [7, 11, 13].find((each) => fitting.length % each !== 0) ?? 1
  return fitting[(number * step) % Math.max(1, fitting.length)] ?? null
}

/** A lookup and its negation, sorted, sliced and distinct by turns. */
const featured = (
  making: Making,
  models: ReadonlyArray<string>,
  kind: Kind,
  lookup: LookupName,
  number: number,
): ReadonlyArray<Call> => {
  const { tape, world } = making
  const having = [...world.schema.models.values()].filter(
    (model) =>
      models.includes(model.name) &&
      [...model.columns.values()].some(
        (column) => column.kind === kind && column.name !== model.primaryKey && column.target === null,
      ),
  )
  const model = having.at(-1) ?? modelFor(making, models)
  const scope = modelScope(world.schema, model.name)
  const column = pickOf(
    tape,
    [...model.columns.values()].filter(
      (each) => each.kind === kind && each.name !== model.primaryKey && each.target === null,
    ),
  )
  if (E.isLeft(scope) || column === null) return []
  const found = { path: [column.name], kind }
  const predicate = lookupOf(making, scope.right, found, lookup)
  const from: QuerysetData = { model: model.name, steps: [] }
  const kept: StepData = { _tag: 'filter', predicate }
  const left: StepData = { _tag: 'filter', predicate: negated(predicate) }
  const n = world.rows[model.name]?.length ?? 0
  const direction = number % 2 === 0 ? 'desc' : 'asc'
  const key = {
    ...orderKeyOf(making, found),
    direction,
    nulls: (number >> 1) % 2 === 0 ? 'last' : 'first',
  } as const
  const slice: StepData = pick(tape, [
    { _tag: 'slice', start: 0, stop: 1 },
    { _tag: 'slice', start: 1, stop: null },
    { _tag: 'slice', start: 1, stop: Math.max(1, n - 1) },
    { _tag: 'slice', start: 0, stop: 0 },
    { _tag: 'slice', start: Math.max(0, n - 1), stop: n + 1 },
  ])
  const flat: StepData = {
    _tag: 'values',
    columns: [{ name: 'a', kind, expression: columnAt(found.path) }],
    form: 'record',
  }
  const asked = (...steps: ReadonlyArray<StepData>): Call => {
    const of = then(from, ...steps)
    return { _tag: 'read', of, terminal: terminalOf(making, of, model) }
  }
  const order: StepData = { _tag: 'orderBy', keys: [key] }
  return [
    { _tag: 'read', of: then(from, kept), terminal: { _tag: 'toArray' } },
    asked(left, order),
    number % 3 === 0 ? asked(flat, { _tag: 'distinct' }) : asked(order, slice),
    {
      _tag: 'read',
      of: then(from, {
        _tag: 'filter',
        predicate: {
          _tag: 'xor',
          odd: lookupsOf(kind, world.schema).map((each) => lookupOf(making, scope.right, found, each)),
        },
      }),
      terminal: { _tag: 'toArray' },
    },
    {
      _tag: 'read',
      of: then(
        from,
        testsOf([
          ...times(6, () => lookupOf(making, scope.right, found, lookup)),
          ...(lookup === 'regex' || lookup === 'iregex'
            ? times(24, () => betweenPatterns(tape, lookup))
            : kind === 'json' || world.schema.lookups.has(lookup)
              ? []
              : times(10, () => betweenValues(tape, kind, lookup))),
        ]),
      ),
      terminal: { _tag: 'toArray' },
    },
  ]
}

/** The number of cases that go through all functions, one function each. */
const rehearsals = 400

/** One function of many values. */
const rehearsal = (making: Making, models: ReadonlyArray<string>, number: number): ReadonlyArray<Call> => {
  const model = modelFor(making, models)
  const of: QuerysetData = {
    model: model.name,
    steps: [{ _tag: 'values', form: 'record', columns: oneComputed(making, number, 10) }],
  }
  return [{ _tag: 'read', of, terminal: { _tag: 'toArray' } }]
}

/** The number of cases with many calls. */
const manyCalls = 60

/** The first cases do the most, so gross faults are found at once. */
const lengthOf = (number: number): number =>
  number < 12 ? 64 : number < manyCalls ? 24 : number < 300 ? 10 : 3

const callsOf = (
  setting: Setting,
  making: Making,
  models: ReadonlyArray<string>,
  n: number,
): ReadonlyArray<Call> => {
  const { tape } = making
  const calls: Array<Call> = []
  const reads: Array<ReadCall> = []
  const read = (): void => {
    const made = readOf(making, models)
    reads.push(made)
    calls.push(made)
  }
  const again = (): void => {
    const known = pickOf(tape, chance(tape, 60) ? reads.slice(-3) : reads)
    if (known === null) read()
    else if (chance(tape, 35)) calls.push(known)
    else if (chance(tape, 70)) calls.push(nearlyThe(making, known))
    else {
      const model = making.world.schema.models.get(known.of.model)
      calls.push(model === undefined ? known : { ...known, terminal: terminalOf(making, known.of, model) })
    }
  }
  const aside = (): void => {
    const made = asideOf(making, models)
    if (made !== null) calls.push(made)
  }
  const alike = (): void => {
    calls.push(...alikeOf(making, models))
  }
  const change = (): void => {
    calls.push(chance(tape, 12) ? mutateOf(making, modelFor(making, models)) : changeOf(making, models))
    if (chance(tape, 55)) again()
  }
  const watch = (): void => {
    calls.push(...watchedOf(making, models))
  }
  const fitting = themesFor(setting)
  const themed = (): void => {
    calls.push(...(pickOf(tape, fitting)?.calls(making, models) ?? []))
  }
  const reading = setting.areas.has('reads')
  const writing = setting.areas.has('writes')
  const sorts: ReadonlyArray<readonly [number, () => void]> = [
    ...(reading
      ? ([
          [60, read],
          [11, again],
          [7, aside],
          [6, alike],
        ] as const)
      : []),
    ...(writing ? ([[34, change]] as const) : []),
    ...(writing && reading ? ([[6, watch]] as const) : []),
    ...(fitting.length > 0 ? ([[12, themed]] as const) : []),
    ...(setting.laws && reading
      ? ([
          [
            30,
            () => {
              calls.push(lawOf(making, models))
            },
          ],
        ] as const)
      : []),
    ...(setting.areas.has('faults') && setting.hooked
      ? ([
          [
            15,
            () => {
              calls.push(...faultyOf(making, models))
            },
          ],
        ] as const)
      : []),
    ...(setting.areas.has('concurrency')
      ? ([
          [
            setting.hooked ? 27 : 2,
            () => {
              calls.push(overlapOf(making, models, setting.hooked))
            },
          ],
        ] as const)
      : []),
  ]
  if (sorts.length > 0)
    Array.from({ length: n }).forEach(() => {
      weighted(tape, sorts)()
    })
  return calls
}
