/**
 * Random expressions and predicates over a scope, said through the references that callbacks are given: whatever a
 * user could write, with references to rows around and to relations in both directions.
 */
import { either as E } from 'fp-ts'
import {
  and,
  caseWhen,
  cast,
  coalesce,
  concat,
  exists,
  func,
  greatest,
  holds,
  least,
  not,
  nullIf,
  or,
  subquery,
  test,
  value,
  xor,
} from '../../src/index.js'
import {
  kindOf,
  type Expr,
  type OrderKey,
  type Predicate,
  type QuerysetLike,
} from '../../src/expression/Ref.js'
import { modelOf, modelScope, type Scope } from '../../src/expression/Scope.js'
import { castable } from '../../src/expression/functions/cast.js'
import { functions } from '../../src/expression/functions.js'
import { isExpr } from '../../src/expression/toRef.js'
import type { Queryset } from '../../src/queryset/Queryset.js'
import { kinds, type Json, type Kind } from '../../src/value/Value.js'
import { chance, pick, pickOf, times, weighted, type Tape } from '../../src/laws/make/Tape.js'
import { valuesOf, type World } from './worlds.js'

/** What callbacks are given: columns, relations and their methods, by name. */
export interface Refs {
  readonly [name: string]: unknown
}

/** A queryset whose types say nothing: its scope does. */
export type Q = Queryset<Refs, unknown>

/** The rows that an expression is about. */
export interface Here {
  readonly scope: Scope
  readonly refs: Refs
}

export interface Making {
  readonly world: World
  readonly tape: Tape
  /** How much deeper it may get. */
  readonly depth: number
  /** The rows around, the nearest first. */
  readonly around: ReadonlyArray<Here>
  /** Whether to call every function and to convert between all kinds, JSON too: some properties can't show that. */
  readonly wide: boolean
  /** A queryset to ask inside an expression, with a single column of the kind if one is given. */
  readonly inner: (making: Making, kind: Kind | null) => Q
}

type Method = (...args: ReadonlyArray<unknown>) => unknown

const has = (ref: unknown, name: string): boolean => typeof (ref as Refs)[name] === 'function'

const call = (ref: unknown, name: string, ...args: ReadonlyArray<unknown>): unknown =>
  ((ref as Refs)[name] as Method)(...args)

const expr = (ref: unknown, name: string, ...args: ReadonlyArray<unknown>): Expr =>
  call(ref, name, ...args) as Expr

const pred = (ref: unknown, name: string, ...args: ReadonlyArray<unknown>): Predicate =>
  call(ref, name, ...args) as Predicate

const deeper = (making: Making): Making => ({ ...making, depth: making.depth - 1 })

const inside = (making: Making, here: Here): Making => ({
  ...deeper(making),
  around: [here, ...making.around],
})

const isNumeric = (kind: Kind): boolean => kind === 'int' || kind === 'float' || kind === 'decimal'

/** The columns of rows, and those that to-one relations lead to. */
const columnsOf = (here: Here, relations: boolean): ReadonlyArray<Expr> => {
  const own = [...here.scope.columns.keys()].map((name) => here.refs[name]).filter(isExpr)
  return relations ? [...own, ...toOnes(here).flatMap((there) => columnsOf(there, false))] : own
}

const toOnes = (here: Here): ReadonlyArray<Here> =>
  [...(modelOf(here.scope)?.relations.values() ?? [])].flatMap((relation) => {
    const refs = here.refs[relation.name]
    return relation.many || refs === undefined ? [] : there(here.scope, relation.target, refs as Refs)
  })

const there = (scope: Scope, model: string, refs: Refs): ReadonlyArray<Here> => {
  const found = modelScope(scope.schema, model)
  return E.isRight(found) ? [{ scope: found.right, refs }] : []
}

interface Many {
  readonly ref: Refs
  readonly scope: Scope
}

const toManys = (here: Here): ReadonlyArray<Many> => {
  const own = (at: Here): ReadonlyArray<Many> =>
    [...(modelOf(at.scope)?.relations.values() ?? [])].flatMap((relation) => {
      const ref = at.refs[relation.name]
      const scope = modelScope(at.scope.schema, relation.target)
      return relation.many && ref !== undefined && E.isRight(scope)
        ? [{ ref: ref as Refs, scope: scope.right }]
        : []
    })
  return [...own(here), ...toOnes(here).flatMap(own)]
}

/** A column: the row's own, or behind a relation, or a row's around. */
const column = (making: Making, here: Here, fits: (kind: Kind) => boolean = () => true): Expr | null => {
  const { tape, around } = making
  const outer = pickOf(tape, around)
  const from = outer !== null && chance(tape, 30) ? outer : here
  const fitting = (far: boolean) => columnsOf(from, far).filter((each) => fits(each[kindOf]))
  const near = fitting(false)
  return pickOf(tape, near.length === 0 || chance(tape, 25) ? fitting(true) : near)
}

const constantOf = ({ tape, world }: Making, kind: Kind): Json =>
  (chance(tape, 50) ? pickOf(tape, world.live(kind)) : null) ??
  (chance(tape, 8) ? pick(tape, valuesOf(kind)) : null) ??
  pickOf(tape, world.pool(kind)) ??
  valuesOf(kind)[0]

const literal = (making: Making, kind: Kind): Expr => value(constantOf(making, kind) as string, kind)

/** An expression of any kind. */
export const anyExpression = (making: Making, here: Here): Expr => {
  const { tape } = making
  if (making.depth > 0 && chance(tape, 30)) return derived(making, here)
  return column(making, here) ?? literal(making, 'int')
}

/** An expression of a kind. */
export const expressionOf = (making: Making, here: Here, kind: Kind): Expr => {
  const { tape } = making
  const plain = column(making, here, (own) => own === kind)
  if (making.depth <= 0 || chance(tape, 70)) return plain ?? literal(making, kind)
  return ofKind(deeper(making), here, kind, plain ?? literal(making, kind))
}

/** What a function gives for arguments of some kinds. */
interface Signature {
  readonly name: string
  readonly args: ReadonlyArray<Kind>
  readonly gives: Kind
}

const listsOf = (n: number): ReadonlyArray<ReadonlyArray<Kind>> =>
  n === 0 ? [[]] : listsOf(n - 1).flatMap((list) => kinds.map((kind) => [...list, kind]))

/** The signatures of all functions, by what they give: each with up to three arguments. */
const signatures: ReadonlyMap<Kind, ReadonlyArray<ReadonlyArray<Signature>>> = new Map(
  kinds.map((gives) => [
    gives,
    [...functions.values()].flatMap(({ name, arity: [least, most], type }) => {
      const own = [0, 1, 2, 3]
        .filter((n) => n >= least && n <= most)
        .flatMap(listsOf)
        .flatMap((args): ReadonlyArray<Signature> => {
          const made = type(args.map((kind) => ({ kind, nullable: true })))
          return E.isRight(made) && made.right.kind === gives ? [{ name, args, gives }] : []
        })
      return own.length === 0 ? [] : [own]
    }),
  ]),
)

/** A call of any function that gives a kind. */
export const callGiving = (making: Making, here: Here, kind: Kind): Expr | null => {
  const { tape } = making
  const own = pickOf(tape, signatures.get(kind) ?? [])
  const signature = own === null ? null : pickOf(tape, own)
  return signature === null
    ? null
    : func(signature.name, kind, ...signature.args.map((each) => expressionOf(deeper(making), here, each)))
}

/** Text that spells something of another kind, or just misses it. */
const spellings = [
  '2020-02-29',
  '2019-02-29',
  '0000-01-01',
  '12:30',
  '23:59:59.9999',
  '24:00',
  '2020-01-01T00:00:00Z',
  '2020-01-01 00:30+05:30',
  '2020-01-01T00:00:00',
  '0001-01-01T00:00:00+01:00',
  '1',
  ' 7 ',
  ' 10',
  '9 ',
  ' 2020-02-29 ',
  '12:30 ',
  ' no',
  '+7',
  '-0',
  '1.50',
  '.5',
  '1.',
  '.',
  '1e3',
  '1e-7',
  '9007199254740993',
  'yes',
  'OFF',
  'T',
  'ye\u017f',
  '{"b":1,"a":[1,null]}',
  '{"a":[1,null],"b":1.0}',
  '[]',
  '"a"',
  '1e999',
  '00000000000040008000000000000001',
  '',
  'NaN',
] as const

/** A value of another kind, converted. */
export const converted = (making: Making, here: Here, kind: Kind): Expr => {
  const { tape } = making
  const from = pick(
    tape,
    kinds.filter((each) => castable(each, kind)) as unknown as readonly [Kind, ...ReadonlyArray<Kind>],
  )
  return from === 'text' && chance(tape, 60)
    ? cast(value(pick(tape, spellings), 'text'), kind)
    : cast(expressionOf(deeper(making), here, from), kind)
}

const numericOf = (making: Making, here: Here): Expr =>
  column(making, here, isNumeric) ??
  (() => {
    const text = column(making, here, (kind) => kind === 'text')
    return text !== null && has(text, 'length') ? expr(text, 'length') : literal(making, 'int')
  })()

const numberKind = (tape: Tape): Kind => pick(tape, ['decimal', 'float', 'int'] as const)

const small = (tape: Tape): number => pick(tape, [1, 2, 0, 3, -1] as const)

/** An expression made of others, of the same kind as `plain`. */
const ofKind = (making: Making, here: Here, kind: Kind, plain: Expr): Expr => {
  const { tape } = making
  const same = () => expressionOf(making, here, kind)
  const when = () => predicate(making, here)
  const general: ReadonlyArray<readonly [number, () => Expr]> = [
    [2, () => coalesce(plain, same())],
    [1, () => nullIf(plain, same())],
    [2, () => caseWhen([[when(), plain]], chance(tape, 50) ? same() : null)],
    [1, () => (kind === 'boolean' || kind === 'uuid' ? plain : greatest(plain, same(), same()))],
    [1, () => (kind === 'boolean' || kind === 'uuid' ? plain : least(plain, same()))],
    [2, () => subquery(kind, making.inner(inside(making, here), kind) as QuerysetLike)],
    [
      2,
      () => {
        const many = pickOf(tape, toManys(here))
        return many === null || kind === 'json'
          ? plain
          : expr(
              many.ref,
              pick(tape, ['min', 'max'] as const),
              (row: Refs) => expressionOf(inside(making, here), { scope: many.scope, refs: row }, kind),
              aggregateOptions(making, here, many.scope, kind),
            )
      },
    ],
  ]
  const wide: typeof general = making.wide
    ? [
        [6, () => callGiving(making, here, kind) ?? plain],
        [3, () => converted(making, here, kind)],
      ]
    : []
  const own = special(making, here, kind, plain)
  return weighted(tape, [...general, ...wide, ...own.map((make) => [2, make] as const)])()
}

const special = (making: Making, here: Here, kind: Kind, plain: Expr): ReadonlyArray<() => Expr> => {
  const { tape } = making
  const text = () => expressionOf(making, here, 'text')
  const strText = () => (chance(tape, 50) ? text() : (constantOf(making, 'text') as string))
  switch (kind) {
    case 'text':
      return [
        ...(['lower', 'upper', 'trim', 'reverse', 'ltrim', 'rtrim'] as const)
          .filter((name) => has(plain, name))
          .map((name) => () => expr(plain, name)),
        ...(has(plain, 'left')
          ? [
              () => expr(plain, 'left', small(tape)),
              () => expr(plain, 'right', small(tape)),
              () => expr(plain, 'substr', small(tape), small(tape)),
              () => expr(plain, 'replace', strText(), strText()),
              () => expr(plain, 'lpad', small(tape), 'x'),
              () => expr(plain, 'repeat', small(tape)),
            ]
          : []),
        () => concat(plain as Expr<'text'>, text() as Expr<'text'>),
        () => cast(anyExpression(making, here), 'text'),
      ]
    case 'int':
      return [
        ...arithmetic(making, here, plain, 'int'),
        () => {
          const other = text()
          return has(other, 'length') ? expr(other, 'length') : plain
        },
        () => {
          const other = text()
          return has(other, 'strindex') ? expr(other, 'strindex', strText()) : plain
        },
        () => {
          const day = column(making, here, (own) => own === 'date' || own === 'datetime')
          return day === null || !has(day, 'year')
            ? plain
            : expr(
                day,
                pick(tape, ['year', 'month', 'day', 'week', 'isoYear', 'quarter', 'weekDay', 'isoWeekDay']),
              )
        },
        () => counted(making, here, plain),
        () => aggregated(making, here, plain, 'int'),
        () => cast(column(making, here, (own) => castable(own, 'int')) ?? plain, 'int'),
      ]
    case 'float':
    case 'decimal':
      return [
        ...arithmetic(making, here, plain, kind),
        () => (has(plain, 'sqrt') ? expr(plain, 'sqrt') : plain),
        () => aggregated(making, here, plain, kind),
        () => cast(numericOf(making, here), kind),
      ]
    case 'boolean':
      return [() => test(predicate(making, here)), () => cast(text(), 'boolean')]
    case 'date':
      return [
        () =>
          has(plain, 'trunc')
            ? expr(plain, 'trunc', pick(tape, ['year', 'month', 'week', 'quarter']))
            : plain,
        () => {
          const at = column(making, here, (own) => own === 'datetime')
          return at === null || !has(at, 'date') ? plain : expr(at, 'date')
        },
      ]
    case 'datetime':
      return [
        () =>
          has(plain, 'trunc') ? expr(plain, 'trunc', pick(tape, ['day', 'hour', 'year', 'second'])) : plain,
      ]
    case 'time':
      return [() => (has(plain, 'trunc') ? expr(plain, 'trunc', pick(tape, ['hour', 'minute'])) : plain)]
    default:
      return []
  }
}

const arithmetic = (making: Making, here: Here, plain: Expr, kind: Kind): ReadonlyArray<() => Expr> => {
  const { tape } = making
  if (!has(plain, 'plus')) return []
  const other = () => (chance(tape, 50) ? expressionOf(making, here, kind) : small(tape))
  return [
    ...(['plus', 'minus', 'times', 'dividedBy', 'mod'] as const).map(
      (name) => () => expr(plain, name, other()),
    ),
    ...(['negated', 'abs', 'floor', 'ceil', 'sign', 'round'] as const).map((name) => () => expr(plain, name)),
  ]
}

const counted = (making: Making, here: Here, plain: Expr): Expr => {
  const { tape } = making
  const many = pickOf(tape, toManys(here))
  if (many === null) return plain
  const { default: _, ...options } = aggregateOptions(making, here, many.scope, 'int')
  return chance(tape, 50)
    ? expr(
        many.ref,
        'countOf',
        (row: Refs) => anyExpression(inside(making, here), { scope: many.scope, refs: row }),
        options,
      )
    : expr(many.ref, 'count', options.filter === undefined ? {} : { filter: options.filter })
}

/** An aggregate of numbers over a relation, brought to a kind. */
const aggregated = (making: Making, here: Here, plain: Expr, kind: Kind): Expr => {
  const { tape } = making
  const many = pickOf(tape, toManys(here))
  if (many === null) return plain
  const made = numbersOf(inside(making, here), many.ref, many.scope)
  return made[kindOf] === kind ? made : cast(made, kind)
}

const numbersOf = (making: Making, ref: Refs, scope: Scope): Expr => {
  const { tape } = making
  return expr(
    ref,
    pick(tape, ['sum', 'avg', 'sum', 'stddev', 'variance'] as const),
    (row: Refs) => numericOf(making, { scope, refs: row }),
    {
      ...(chance(tape, 25) ? { distinct: true } : {}),
      ...(chance(tape, 25) ? { sample: true } : {}),
      ...(chance(tape, 30) ? { filter: (row: Refs) => predicate(making, { scope, refs: row }) } : {}),
    },
  )
}

const aggregateOptions = (making: Making, here: Here, scope: Scope, kind: Kind) => {
  const { tape } = making
  return {
    ...(chance(tape, 25) ? { distinct: true } : {}),
    ...(chance(tape, 35)
      ? { filter: (row: Refs) => predicate(inside(making, here), { scope, refs: row }) }
      : {}),
    ...(chance(tape, 20) ? { default: constantOf(making, kind) } : {}),
  }
}

/** An expression of some kind that isn't a column. */
export const derived = (making: Making, here: Here): Expr => {
  const plain = column(making, here) ?? literal(making, 'int')
  const kind = pick(making.tape, [
    plain[kindOf],
    plain[kindOf],
    'int',
    'text',
    'boolean',
    'float',
    'decimal',
    ...(making.wide ? kinds : []),
  ] as const)
  return ofKind(deeper(making), here, kind, plain[kindOf] === kind ? plain : literal(making, kind))
}

/** JSON has no order. */
const comparable = (found: Expr): Expr => (found[kindOf] === 'json' ? cast(found, 'text') : found)

/** An aggregate over a group of rows. */
export const groupAggregate = (making: Making, group: Refs, scope: Scope): Expr => {
  const { tape } = making
  const within = deeper(making)
  const filter = chance(tape, 30) ? { filter: (row: Refs) => predicate(within, { scope, refs: row }) } : {}
  return weighted<() => Expr>(tape, [
    [3, () => expr(group, 'count', filter)],
    [
      2,
      () =>
        expr(group, 'countOf', (row: Refs) => anyExpression(within, { scope, refs: row }), {
          ...filter,
          distinct: chance(tape, 50),
        }),
    ],
    [3, () => numbersOf(within, group, scope)],
    [
      3,
      () =>
        expr(
          group,
          pick(tape, ['min', 'max'] as const),
          (row: Refs) => comparable(anyExpression(within, { scope, refs: row })),
          filter,
        ),
    ],
  ])()
}

/** A key to order by. */
export const orderKey = (making: Making, here: Here): OrderKey => {
  const { tape } = making
  const found = anyExpression(making, here)
  const ref = has(found, 'asc') ? found : (cast(found, 'text') as Expr)
  const nulls = chance(tape, 30) ? { nulls: pick(tape, ['first', 'last'] as const) } : {}
  return call(ref, pick(tape, ['asc', 'desc'] as const), nulls) as OrderKey
}

const textual = [
  'contains',
  'icontains',
  'startswith',
  'istartswith',
  'endswith',
  'iendswith',
  'iexact',
] as const

const patterns = ['a', '^a', '.', 'É', '[%_]', '\\\\', 'a|b', '^$'] as const

/** A comparison. */
const atom = (making: Making, here: Here, given: Expr | null = null): Predicate => {
  const { tape } = making
  const left = given ?? anyExpression(making, here)
  const kind = left[kindOf]
  const operand = (): unknown =>
    chance(tape, 25) && making.depth > 0
      ? expressionOf(deeper(making), here, making.wide && isNumeric(kind) ? numberKind(tape) : kind)
      : constantOf(making, kind)
  const choices: ReadonlyArray<readonly [number, () => Predicate]> = [
    [4, () => pred(left, 'eq', operand())],
    [1, () => pred(left, 'eq', null)],
    [2, () => pred(left, 'isNull')],
    [
      2,
      () =>
        pred(
          left,
          'in',
          times(tape.next(4), () => constantOf(making, kind)),
        ),
    ],
    ...(has(left, 'gt') && kind !== 'json'
      ? (['gt', 'gte', 'lt', 'lte'] as const).map((name) => [2, () => pred(left, name, operand())] as const)
      : []),
    ...(has(left, 'range') && kind !== 'json'
      ? [[2, () => pred(left, 'range', operand(), operand())] as const]
      : []),
    ...(has(left, 'contains')
      ? [
          [8, () => pred(left, pick(tape, textual), operand())] as const,
          [1, () => pred(left, pick(tape, ['regex', 'iregex'] as const), pick(tape, patterns))] as const,
        ]
      : []),
  ]
  return weighted(tape, choices)()
}

/** Two comparisons of the same thing. */
const pair = (making: Making, here: Here): ReadonlyArray<Predicate> => {
  const left = column(making, here)
  return [atom(making, here, left), atom(making, here, left)]
}

export const predicate = (making: Making, here: Here): Predicate => {
  const { tape } = making
  if (making.depth <= 0) return atom(making, here)
  const less = deeper(making)
  const some = () => (chance(tape, 40) ? pair(less, here) : times(tape.next(4), () => predicate(less, here)))
  return weighted<() => Predicate>(tape, [
    [45, () => atom(making, here)],
    [18, () => not(predicate(less, here))],
    [10, () => and(...some())],
    [10, () => or(...some())],
    [5, () => xor(...some())],
    [14, () => related(making, here)],
    [5, () => exists(making.inner(inside(making, here), null))],
    [
      6,
      () => {
        const left = column(making, here) ?? literal(making, 'int')
        return pred(left, 'in', making.inner(inside(making, here), left[kindOf]))
      },
    ],
    [4, () => holds(expressionOf(less, here, 'boolean') as Expr<'boolean', boolean | null>)],
  ])()
}

/** About one of the rows that a relation leads to. */
const related = (making: Making, here: Here): Predicate => {
  const { tape, around } = making
  const outer = chance(tape, 20) ? pickOf(tape, around) : null
  const many = pickOf(tape, toManys(outer ?? here))
  if (many === null) return atom(making, here)
  return pred(many.ref, pick(tape, ['some', 'none', 'every'] as const), (row: Refs) =>
    predicate(inside(making, here), { scope: many.scope, refs: row }),
  )
}

/** The to-one relations from rows. */
export const toOneNames = (scope: Scope): ReadonlyArray<{ readonly name: string; readonly target: string }> =>
  [...(modelOf(scope)?.relations.values() ?? [])].filter(
    ({ many, via }) => !many && (via._tag !== 'forward' || scope.columns.has(via.column)),
  )

export const toManyNames = (scope: Scope): ReadonlyArray<string> =>
  [...(modelOf(scope)?.relations.values() ?? [])].filter(({ many }) => many).map(({ name }) => name)
