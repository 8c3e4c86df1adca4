/**
 * Random querysets, in which every combinator can follow every other.
 */
import { either as E } from 'fp-ts'
import {
  and,
  annotate,
  dates,
  datetimes,
  defer,
  difference,
  distinct,
  distinctOn,
  exclude,
  filter,
  groupBy,
  intersection,
  none,
  only,
  or,
  orderBy,
  prefetchRelated,
  reverse,
  selectRelated,
  slice,
  union,
  values,
  valuesList,
  test,
  xor,
} from '../../src/index.js'
import type { Expr } from '../../src/expression/Ref.js'
import { modelOf, namesOf, type Scope } from '../../src/expression/Scope.js'
import { cellsOf, type AnyQueryset, type Queryset } from '../../src/queryset/Queryset.js'
import { kinds, type Kind } from '../../src/value/Value.js'
import {
  anyExpression,
  callGiving,
  converted,
  derived,
  expressionOf,
  groupAggregate,
  orderKey,
  predicate,
  toManyNames,
  toOneNames,
  type Here,
  type Making,
  type Q,
  type Refs,
} from './expressions.js'
import { chance, pick, pickOf, times, weighted, type Tape } from '../../src/laws/make/Tape.js'
import type { World } from './worlds.js'

/** The queryset of a model's rows, as these tests see it: the types are random, so they say nothing. */
export const modelOfWorld = (world: World, name: string): Q => world.models[name] as unknown as Q

const asQ = (queryset: unknown): Q => queryset as Q

export const scopeOf = (queryset: AnyQueryset): Scope | null =>
  E.isRight(queryset.scope) ? queryset.scope.right : null

/** What has been built, and what it was built from. */
interface Building {
  readonly now: Q
  readonly before: ReadonlyArray<Q>
}

type Take = (making: Making, building: Building, scope: Scope) => Q | null

const here = (scope: Scope, refs: Refs): Here => ({ scope, refs })

const wellNamed = /^[A-Za-z_$][\w$]*$/u

/** Slices from the start, the end and both sides of where the rows end. */
const sliced: Take = ({ tape }, { now }) => {
  const start = pick(tape, [0, 1, 0, 1, 0, 2, 0, 1, 3, 5] as const)
  const length = pick(tape, [null, 2, 3, 4, null, 1, 2, 3, 4, 5, 6, 50, null, 2, 0] as const)
  return length === null ? slice(start)(now) : slice(start, start + length)(now)
}

const columnsFor = (making: Making, scope: Scope, refs: Refs): { [name: string]: Expr } => {
  const { tape } = making
  const own = [...scope.columns.keys()].filter((name) => wellNamed.test(name))
  const n = 1 + tape.next(3)
  const made: { [name: string]: Expr } = {}
  const model = modelOf(scope)
  times(n, (i) => {
    // The names of other columns, or new ones.
    const name = chance(tape, 30) ? (pickOf(tape, own) ?? `c${String(i)}`) : `c${String(i)}`
    const key = model === null ? undefined : refs[model.primaryKey]
    const expression =
      i === 0 && key !== undefined && chance(tape, 25)
        ? (key as Expr)
        : anyExpression({ ...making, depth: making.depth }, here(scope, refs))
    made[name] ??= expression
  })
  return made
}

/** Names that nothing in the scope has. */
const fresh = (scope: Scope, prefix: string): string => {
  const taken = namesOf(scope)
  return (
    [prefix, ...times(50, (i) => `${prefix}${String(i)}`)].find((name) => !taken.includes(name)) ?? prefix
  )
}

const rowsAlone: ReadonlyArray<readonly [number, Take]> = [
  [10, (making, { now }, scope) => filter((row: Refs) => predicate(making, here(scope, row)))(now)],
  [5, (making, { now }, scope) => exclude((row: Refs) => predicate(making, here(scope, row)))(now)],
  [
    10,
    (making, { now }, scope) =>
      orderBy((row: Refs) => times(1 + making.tape.next(2), () => orderKey(making, here(scope, row))))(now),
  ],
  [10, sliced],
  [5, (_, { now }) => reverse(now)],
  [5, (_, { now }) => distinct(now)],
  [
    4,
    (making, { now }, scope) =>
      distinctOn((row: Refs) =>
        times(making.tape.next(3), () => anyExpression({ ...making, depth: 1 }, here(scope, row))),
      )(now),
  ],
]

const others: Take = (making, building, scope) => {
  const { tape } = making
  const { now } = building
  const name = pick(tape, ['union', 'union', 'intersection', 'difference'] as const)
  const n = pick(tape, [1, 1, 1, 2, 1, 2, 1, 0] as const)
  const made = times(n, () => partner(making, building, scope))
  switch (name) {
    case 'union':
      return union(...made)(now)
    case 'intersection':
      return intersection(...made)(now)
    case 'difference':
      return difference(...made)(now)
  }
}

/** A queryset with the same columns: from the same beginning, or of another model altogether. */
const partner = (making: Making, { now, before }: Building, scope: Scope): Q => {
  const { tape } = making
  const names = [...scope.columns.keys()]
  const alike = [now, ...before].filter((each) => {
    const own = [...(scopeOf(each)?.columns ?? [])]
    return (
      own.length === names.length &&
      own.every(([name, { kind }]) => scope.columns.get(name)?.kind === kind) &&
      scopeOf(each)?.model === scope.model
    )
  })
  const from =
    scope.model === null && names.length > 0 && chance(tape, 40)
      ? likeness(making, scope)
      : (pickOf(tape, alike) ?? now)
  return vary(making, from, tape.next(3))
}

/** Another model's rows, projected to the same columns. */
const likeness = (making: Making, scope: Scope): Q => {
  const model = pickOf(making.tape, [...making.world.schema.models.keys()]) ?? 'alpha'
  const from = modelOfWorld(making.world, model)
  const own = scopeOf(from)
  if (own === null) return from
  const columns = (row: Refs) =>
    [...scope.columns].map(([name, { kind }]) => [
      name,
      expressionOf({ ...making, depth: 1 }, here(own, row), kind),
    ])
  return [...scope.columns.keys()].every((name) => wellNamed.test(name))
    ? asQ(values((row: Refs) => Object.fromEntries(columns(row)) as { [name: string]: Expr })(from))
    : asQ(valuesList((row: Refs) => columns(row).map(([, each]) => each as Expr))(from))
}

/** A few steps that keep the rows' columns. */
const vary = (making: Making, from: Q, steps: number): Q =>
  times(steps, () => null).reduce<Q>((now) => {
    const scope = scopeOf(now)
    const step = weighted(making.tape, rowsAlone)
    return scope === null ? now : (step({ ...making, depth: 1 }, { now, before: [] }, scope) ?? now)
  }, from)

const merged: Take = (making, building, scope) => {
  const { tape } = making
  const { now, before } = building
  const name = pick(tape, ['and', 'or', 'xor'] as const)
  const from = chance(tape, 30) ? (pickOf(tape, before) ?? now) : modelOfWorld(making.world, now.model)
  const other = vary(making, from, 1 + tape.next(2))
  if (!isKeyed(now) || !isKeyed(other))
    return chance(tape, 10) ? and(other)(now) : others(making, building, scope)
  return name === 'and' ? and(other)(now) : name === 'or' ? or(other)(now) : xor(other)(now)
}

/** Whether each row still comes from one row of the model, as far as steps show. */
export const isKeyed = (queryset: AnyQueryset): boolean => {
  let annotated = false
  let projected = false
  let keyed = true
  const steps: Array<NonNullable<AnyQueryset['step']>> = []
  for (let at: AnyQueryset | null = queryset; at !== null; at = at.source)
    if (at.step !== null) steps.unshift(at.step)
  steps.forEach((step) => {
    switch (step._tag) {
      case 'annotate':
        annotated = true
        break
      case 'values':
        projected = true
        break
      case 'groupBy':
        keyed = false
        break
      case 'distinct':
        if (projected) keyed = false
        break
      case 'union':
      case 'intersection':
      case 'difference':
        if (annotated || projected || !step.others.every(isWhole)) keyed = false
        break
      default:
    }
  })
  return keyed
}

/** Whether a queryset is a mistake: a step that was one when it was taken, or rows put together by keys that they lost. */
export const isMistaken = (queryset: AnyQueryset): boolean =>
  E.isLeft(queryset.scope) ||
  cellsOf(queryset).some(
    ({ step, source }) =>
      (step?._tag === 'and' || step?._tag === 'or' || step?._tag === 'xor') &&
      !(source !== null && isKeyed(source) && isKeyed(step.other)),
  )

const isWhole = (queryset: AnyQueryset): boolean =>
  scopeOf(queryset)?.model !== null &&
  isKeyed(queryset) &&
  (queryset.source === null || (queryset.step?._tag !== 'annotate' && isWhole(queryset.source)))

const shaping: ReadonlyArray<readonly [number, Take]> = [
  [8, (making, { now }, scope) => asQ(values((row: Refs) => columnsFor(making, scope, row))(now))],
  [
    4,
    (making, { now }, scope) =>
      chance(making.tape, 50)
        ? asQ(valuesList((row: Refs) => anyExpression(making, here(scope, row)))(now))
        : asQ(
            valuesList((row: Refs) =>
              times(1 + making.tape.next(3), () => anyExpression(making, here(scope, row))),
            )(now),
          ),
  ],
  [
    8,
    (making, { now }, scope) => {
      const name = fresh(scope, 'x')
      const other = fresh(scope, 'y')
      const two = chance(making.tape, 30)
      return asQ(
        annotate(
          (row: Refs) =>
            ({
              [name]: anyExpression(making, here(scope, row)),
              ...(two ? { [other]: anyExpression(making, here(scope, row)) } : {}),
            }) as never,
        )(now),
      )
    },
  ],
  [
    5,
    (making, { now }, scope) => {
      const { tape } = making
      const keys = pick(tape, [1, 0, 1, 2] as const)
      return asQ(
        groupBy(
          (row: Refs) =>
            Object.fromEntries(
              times(keys, (i) => [`k${String(i)}`, anyExpression(making, here(scope, row))]),
            ),
          (group) =>
            Object.fromEntries(
              times(keys === 0 ? 1 + tape.next(2) : tape.next(3), (i) => [
                `g${String(i)}`,
                groupAggregate(making, group as unknown as Refs, scope),
              ]),
            ) as never,
        )(now),
      )
    },
  ],
  [
    2,
    (making, { now }, scope) => {
      const { tape } = making
      const days = [...scope.columns].filter(([, { kind }]) => kind === 'date' || kind === 'datetime')
      const found = pickOf(tape, days)
      if (found === null) return null
      const [name, { kind }] = found
      const direction = pick(tape, ['asc', 'desc'] as const)
      return kind === 'datetime' && chance(tape, 50)
        ? asQ(
            datetimes(
              (row: Refs) => row[name] as Expr<'datetime'>,
              pick(tape, ['year', 'day', 'hour'] as const),
              direction,
            )(now),
          )
        : asQ(
            dates(
              (row: Refs) => row[name] as Expr<'date' | 'datetime'>,
              pick(tape, ['year', 'month', 'week', 'day'] as const),
              direction,
            )(now),
          )
    },
  ],
]

const giving: ReadonlyArray<readonly [number, Take]> = [
  [
    4,
    ({ tape }, { now }, scope) => {
      const first = pickOf(tape, toOneNames(scope))
      if (first === null) return null
      const model = scope.schema.models.get(first.target)
      const second = chance(tape, 40)
        ? pickOf(
            tape,
            [...(model?.relations.values() ?? [])].filter(({ many }) => !many),
          )
        : null
      return asQ(
        selectRelated((row: Refs) => {
          const one = row[first.name] as Refs
          return (second === null ? one : one[second.name]) as never
        })(now),
      )
    },
  ],
  [
    4,
    (making, { now }, scope) => {
      const { tape } = making
      const name = pickOf(tape, toManyNames(scope))
      if (name === null) return null
      // The query may speak of the row that it is for.
      let row: Refs = {}
      return asQ(
        prefetchRelated(
          (refs: Refs) => {
            row = refs
            return refs[name] as never
          },
          (related) =>
            build(
              {
                ...making,
                depth: Math.min(1, making.depth - 1),
                around: chance(tape, 40) ? [here(scope, row), ...making.around] : [],
              },
              asQ(related),
              times(tape.next(4), () => tape),
              chance(tape, 15) ? steps : keepingModel,
            ) as never,
        )(now),
      )
    },
  ],
  [
    3,
    ({ tape }, { now }, scope) => {
      const model = modelOf(scope)
      if (model === null) return null
      const fields = [...model.columns.keys()].filter(() => chance(tape, 50))
      return asQ((chance(tape, 50) ? only(...fields) : defer(...fields))(now as never))
    },
  ],
]

/** Steps that are mistakes. */
const mistaken: Take = ({ tape }, building, scope) => {
  // What is wrong here is what the types forbid.
  const now = building.now as unknown as Queryset<unknown, unknown>
  return asQ(
    pick<() => unknown>(tape, [
      () => slice(-1)(now),
      () => slice(0, 0.5)(now),
      () => annotate(() => ({ [namesOf(scope)[0] ?? 'x']: 1 }) as never)(now),
      () => filter(() => 1 as never)(now),
      () => filter((row: Refs) => (row['nowhere'] as { eq: (n: number) => never }).eq(1))(building.now),
      () => values(() => ({ 'not a name': null }) as never)(now),
      () => only('nowhere')(now as never),
      () => selectRelated(() => null as never)(now),
    ])(),
  )
}

const keepingModel: ReadonlyArray<readonly [number, Take]> = [
  ...rowsAlone,
  ...giving,
  [3, merged],
  [3, others],
  [1, (_, { now }) => none(now)],
]

const steps: ReadonlyArray<readonly [number, Take]> = [
  ...rowsAlone,
  ...shaping,
  ...giving,
  [8, others],
  [6, merged],
  [1, (_, { now }) => none(now)],
]

/** Steps on a queryset, each decoded from its own tape; what can't be taken is left out. */
const build = (
  making: Making,
  from: Q,
  tapes: ReadonlyArray<Tape>,
  choices: ReadonlyArray<readonly [number, Take]> = steps,
): Q =>
  tapes.reduce<Building>(
    (building, tape) => {
      const scope = scopeOf(building.now)
      if (scope === null) return building
      const own: Making = { ...making, tape }
      const daring = choices === steps && making.around.length === 0 && chance(tape, 2)
      const step = daring ? mistaken : weighted(tape, choices)
      const next = step(own, building, scope)
      return next === null || (!daring && E.isLeft(next.scope))
        ? building
        : { now: next, before: [...building.before, building.now] }
    },
    { now: from, before: [] },
  ).now

/** A queryset inside an expression. */
const inner: Making['inner'] = (making, kind) => {
  const { tape, world } = making
  const names = [...world.schema.models.keys()]
  const from = modelOfWorld(world, pickOf(tape, names) ?? 'alpha')
  const n = tape.next(3)
  const tapes = times(n, () => tape)
  const limited = { ...making, depth: Math.min(making.depth, 2) - 1 }
  const rows = build(limited, from, tapes, kind === null && chance(tape, 40) ? steps : keepingModel)
  const scope = scopeOf(rows)
  if (kind === null || scope === null) return rows
  // A model's rows stand for their keys.
  const key = modelOf(scope)?.columns.get(modelOf(scope)?.primaryKey ?? '')
  if (key?.kind === kind && chance(tape, 30)) return rows
  const listed = asQ(valuesList((row: Refs) => expressionOf(limited, here(scope, row), kind))(rows))
  return chance(tape, 20) ? distinct(listed) : chance(tape, 20) ? slice(0, 2)(listed) : listed
}

export const makingOf = (world: World, tape: Tape, wide = false): Making => ({
  world,
  tape,
  depth: 3,
  around: [],
  wide,
  inner,
})

/** A queryset of a world, a step from each tape. */
export const querysetOf = (world: World, base: Tape, tapes: ReadonlyArray<Tape>, wide = false): Q => {
  const names = [...world.schema.models.keys()]
  return build(makingOf(world, base, wide), modelOfWorld(world, pickOf(base, names) ?? 'alpha'), tapes)
}

const named = (n: number, make: () => Expr): { [name: string]: Expr } =>
  Object.fromEntries(times(n, (i) => [`c${String(i)}`, make()]))

/** One step on all rows of a model, and much said in it: many expressions, conditions, keys or aggregates. */
export const crowdedOf = (world: World, tape: Tape): Q => {
  const model = modelOfWorld(world, pickOf(tape, [...world.schema.models.keys()]) ?? 'alpha')
  const scope = scopeOf(model)
  const making = makingOf(world, tape, true)
  if (scope === null) return model
  const kind = () => pickOf(tape, kinds) ?? 'text'
  const plain = (row: Refs) => anyExpression({ ...making, depth: tape.next(2) }, here(scope, row))
  const keys = (row: Refs) =>
    times(1 + tape.next(2), () => orderKey({ ...making, depth: 1 }, here(scope, row)))
  return weighted<() => Q>(tape, [
    [3, () => asQ(values((row: Refs) => named(8, () => derived(making, here(scope, row))))(model))],
    [2, () => asQ(values((row: Refs) => named(8, () => converted(making, here(scope, row), kind())))(model))],
    [
      2,
      () =>
        asQ(
          values((row: Refs) =>
            named(
              8,
              () =>
                callGiving(making, here(scope, row), kind()) ?? converted(making, here(scope, row), kind()),
            ),
          )(model),
        ),
    ],
    [4, () => asQ(values((row: Refs) => named(8, () => test(predicate(making, here(scope, row)))))(model))],
    [3, () => slice(0)(orderBy(keys)(model))],
    [2, () => slice(0, 1 + tape.next(3))(orderBy(keys)(model))],
    [2, () => distinct(asQ(values((row: Refs) => named(1 + tape.next(2), () => plain(row)))(model)))],
    [
      1,
      () =>
        reverse(
          distinct(
            orderBy(keys)(asQ(values((row: Refs) => named(1 + tape.next(2), () => plain(row)))(model))),
          ),
        ),
    ],
    [
      3,
      () =>
        asQ(
          groupBy(
            (row: Refs) => named(tape.next(3), () => plain(row)),
            (group) =>
              Object.fromEntries(
                times(4, (i) => [
                  `g${String(i)}`,
                  groupAggregate({ ...making, depth: 1 }, group as unknown as Refs, scope),
                ]),
              ) as never,
          )(model),
        ),
    ],
  ])()
}

/** Steps of a sort on a queryset: those that keep the rows' columns. */
export const varied = (world: World, tape: Tape, from: Q, n: number): Q =>
  vary(makingOf(world, tape), from, n)

/** The kind of each column that a queryset's rows have. */
export const kindsOf = (queryset: AnyQueryset): ReadonlyArray<readonly [string, Kind]> =>
  [...(scopeOf(queryset)?.columns ?? [])].map(([name, { kind }]) => [name, kind])
