/**
 * What expressions and predicates mean: functions of a row.
 *
 * An expression is checked and compiled once, against the scopes in which it stands, and then run on each row.
 *
 * @since 0.1.0
 */
import { either as E, option as O } from 'fp-ts'
import { canonical } from '../value/canonical.js'
import { aKind, sortOf } from '../value/describe.js'
import { hash } from '../value/Order.js'
import { make, spend, type Meter } from '../value/Meter.js'
import { invalidField, type QueryError } from '../value/QueryError.js'
import * as Text from '../value/Text.js'
import type { Json, Kind, Row, Type } from '../value/Value.js'
import type { ModelRelation } from '../schema/Schema.js'
import { aggregate, aggregateType } from './aggregate.js'
import type {
  Aggregate,
  Call,
  Case,
  Cast,
  Column,
  Const,
  Expression,
  Lookup,
  Node,
  Predicate,
  Some,
} from './Expression.js'
import { children } from './Expression.js'
import { fold } from './fold.js'
import { castable, castValue } from './functions/cast.js'
import { functions } from './functions.js'
import { commonKind } from './commonKind.js'
import { lookups } from './lookups.js'
import { equality, spelling } from './lookups/equality.js'
import type { LookupDef } from './lookups/LookupDef.js'
import type { FunctionDef } from './functions/FunctionDef.js'
import { columnType, followAll, type Scopes } from './Scope.js'

/**
 * The rows that relations lead to. `find` gives those whose column has the value.
 *
 * @since 0.1.0
 */
export interface Source {
  readonly all: (model: string) => ReadonlyArray<Row>
  readonly find: (model: string, column: string, value: Json) => ReadonlyArray<Row>
}

/**
 * The current row, the rows around it, and, where the current "row" is a group, the group's rows.
 *
 * @since 0.1.0
 */
export interface Frame {
  readonly row: Row
  readonly parent: Frame | null
  readonly group: ReadonlyArray<Row> | null
}

/**
 * A compiled expression. `reach` tells how far out it looks: 0 for a constant, 1 for the current row only, 2 for
 * the row around it too, and so on. `weight` is how many steps a run takes, which whoever runs it has to count before;
 * what it may take besides, of related rows and long text, it counts itself.
 *
 * @since 0.1.0
 */
export interface Compiled<A> {
  readonly type: Type
  readonly reach: number
  readonly weight: number
  readonly run: (frame: Frame) => A
}

/**
 * A compiled subquery. `single` is its only column, or the key of its model's rows; `null` if there is neither.
 *
 * @since 0.1.0
 */
export interface CompiledQuery {
  readonly single: { readonly name: string; readonly type: Type } | null
  readonly reach: number
  readonly rows: (frame: Frame | null) => ReadonlyArray<Row>
}

/**
 * What compiling needs: where rows come from, the time that `now()` gives, what counts the work, and how subqueries are
 * compiled.
 *
 * @since 0.1.0
 */
export interface Env<S> {
  readonly source: Source
  readonly now: string
  readonly meter: Meter
  readonly query: (query: S, scopes: Scopes) => E.Either<QueryError, CompiledQuery>
}

/** A node under compilation: `registers` are deep operands, to be run first, deepest first. */
interface Part {
  readonly type: Type
  readonly reach: number
  readonly weight: number
  readonly run: (frame: Frame) => Json
  readonly registers: ReadonlyArray<Register>
}

interface Register {
  readonly weight: number
  readonly run: (frame: Frame) => void
}

type Result = E.Either<QueryError, Part>
type Context = E.Either<QueryError, Scopes>

const boolean: Type = { kind: 'boolean', nullable: false }

/** So many nested closures are called at most; what lies deeper is run before them, into a register. */
const deep = 200

/**
 * Compiles an expression.
 *
 * @since 0.1.0
 */
export const compile = <S>(
  env: Env<S>,
  scopes: Scopes,
  expression: Expression<S>,
): E.Either<QueryError, Compiled<Json>> => compileNode(env, scopes, expression)

/**
 * Compiles a predicate.
 *
 * @since 0.1.0
 */
export const compilePredicate = <S>(
  env: Env<S>,
  scopes: Scopes,
  predicate: Predicate<S>,
): E.Either<QueryError, Compiled<boolean>> =>
  E.map((compiled: Compiled<Json>): Compiled<boolean> => ({
    ...compiled,
    // Predicates compile to functions that give true or false.
    run: compiled.run as (frame: Frame) => boolean,
  }))(compileNode(env, scopes, predicate))

const compileNode = <S>(env: Env<S>, scopes: Scopes, node: Node<S>): E.Either<QueryError, Compiled<Json>> =>
  E.map(close)(
    fold<S, Context, Result>(node, E.right(scopes), {
      enter: (context, at) => (E.isLeft(context) ? context : insideOf(context.right, at)),
      // Once for each node: without `E.flatMap` and `E.sequenceArray`, which would take longer than the rest together.
      combine: (at, operands, context, height) => {
        if (E.isLeft(context)) return context
        const parts: Array<Part> = []
        /* eslint-disable-next-line functional/no-loop-statements -- as above */
        for (const [i, each] of operands.entries()) {
          if (E.isLeft(each)) return E.left(misfit(context.right, at, i) ?? each.left)
          parts.push(each.right)
        }
        const made = part(env, context.right, at, parts)
        return E.isLeft(made) ? made : registered(height, made)
      },
    }),
  )

/** The scopes on the rows that an aggregate or a `some` goes through. */
const insideOf = <S>(scopes: Scopes, node: Aggregate<S> | Some<S>): Context => {
  const around = inner(scopes)
  if (node.relation.length === 0) return E.right(around)
  const start = node._tag === 'aggregate' && node.over === 'group' ? around : scopesAt(scopes, node.level)
  return start === null
    ? E.left(noSuchLevel(node.relation.join('__'), node.level))
    : E.map(({ scope }: { readonly scope: Scopes['scope'] }): Scopes => ({
        scope,
        group: null,
        parent: around,
      }))(followAll(start.scope, node.relation))
}

/** The scopes on a group's rows, for the operands of aggregates over it; the scopes themselves elsewhere. */
const inner = (scopes: Scopes): Scopes =>
  scopes.group === null ? scopes : { scope: scopes.group, group: null, parent: scopes.parent }

const registered = (height: number, made: E.Right<Part>): Result => {
  if (height === 0 || height % deep !== 0) return made
  const { run, registers, weight } = made.right
  const cell: { value: Json } = { value: null }
  return E.right({
    ...made.right,
    weight: 1,
    run: () => cell.value,
    registers: [
      ...registers,
      {
        weight,
        run: (frame) => {
          cell.value = run(frame)
        },
      },
    ],
  })
}

/** A part as a whole: its registers are run before it. */
const close = (made: Part): Compiled<Json> => ({
  type: made.type,
  reach: made.reach,
  weight: made.registers.reduce((sum, { weight }) => sum + weight, made.weight),
  run:
    made.registers.length === 0
      ? made.run
      : (frame) => {
          made.registers.forEach((register) => {
            register.run(frame)
          })
          return made.run(frame)
        },
})

const weightOf = (parts: ReadonlyArray<{ readonly weight: number }>): number =>
  parts.reduce((sum, { weight }) => sum + weight, 1)

const reachOf = (parts: ReadonlyArray<{ readonly reach: number }>): number =>
  parts.reduce((reach, { reach: own }) => Math.max(reach, own), 0)

const together = (
  parts: ReadonlyArray<Part>,
  type: Type,
  run: (frame: Frame) => Json,
  {
    reach = reachOf(parts),
    weight = weightOf(parts),
  }: { readonly reach?: number; readonly weight?: number } = {},
): Result =>
  E.right({
    type,
    reach,
    weight,
    run,
    registers: parts.length === 1 ? (parts[0]?.registers ?? []) : parts.flatMap((each) => each.registers),
  })

/** Some parts of a node are operands in its own frame, the others behind a relation. */
const part = <S>(env: Env<S>, scopes: Scopes, node: Node<S>, parts: ReadonlyArray<Part>): Result => {
  switch (node._tag) {
    case 'const':
      return constantPart(node)
    case 'column':
      return columnPart(env, scopes, node)
    case 'call':
      return callPart(env, node, parts)
    case 'cast':
      return castPart(env, node, parts)
    case 'case':
      return casePart(env, node, parts)
    case 'aggregate':
      return aggregatePart(env, scopes, node, parts)
    case 'subquery':
      return E.flatMap(env.query(node.query, scopes), (query: CompiledQuery): Result => {
        const { single } = query
        const rows = stable(query)
        return single === null
          ? E.left(manyColumns('subquery'))
          : together(
              [],
              { ...single.type, nullable: true },
              (frame) => rows(frame)[0]?.[single.name] ?? null,
              { reach: outer(query) },
            )
      })
    case 'exists':
      return E.flatMap(env.query(node.query, scopes), (query: CompiledQuery): Result => {
        const rows = stable(query)
        return together([], boolean, (frame) => rows(frame).length > 0, { reach: outer(query) })
      })
    case 'inQuery':
      return E.flatMap(env.query(node.query, scopes), (query: CompiledQuery) =>
        inQueryPart(env, query, parts),
      )
    case 'test':
    case 'holds': {
      const [only] = parts
      if (only === undefined) return E.left(malformed(node._tag))
      return only.type.kind !== 'boolean'
        ? E.left(invalidField(null, node._tag, `takes a boolean, not ${only.type.kind}`))
        : together(parts, boolean, (frame) => only.run(frame) === true)
    }
    case 'not': {
      const [only] = parts
      return only === undefined
        ? E.left(malformed('not'))
        : together(parts, boolean, (frame) => only.run(frame) !== true)
    }
    case 'and': {
      const holds = counted(env.meter, parts)
      return together(parts, boolean, (frame) => holds.every((each) => each(frame) === true), { weight: 1 })
    }
    case 'or': {
      const holds = counted(env.meter, parts)
      return together(parts, boolean, (frame) => holds.some((each) => each(frame) === true), { weight: 1 })
    }
    case 'xor':
      return together(
        parts,
        boolean,
        (frame) => parts.filter((each) => each.run(frame) === true).length % 2 === 1,
      )
    case 'some':
      return somePart(env, scopes, node, parts)
    case 'lookup':
      return lookupPart(env, node, parts)
  }
}

/** Operands of which not all may be run: each counts its own steps. */
const counted = (meter: Meter, parts: ReadonlyArray<Part>): ReadonlyArray<Part['run']> =>
  parts.map(({ weight, run }) => (frame: Frame) => {
    spend(meter, weight)
    return run(frame)
  })

/** Text that is looked at: so many characters of it are a step. */
const lookAt = (meter: Meter, value: Json): void => {
  if (typeof value === 'string' && value.length > 64) spend(meter, value.length >>> 6)
}

/** Text that is gone through, character by character where it isn't ASCII. */
const goThrough = (meter: Meter, value: Json): void => {
  if (typeof value === 'string' && value.length > 32)
    spend(meter, Text.isAscii(value) ? value.length >>> 5 : value.length)
}

const outer = (query: CompiledQuery): number => Math.max(0, query.reach - 1)

/** The rows of a query that looks at no row around it are the same each time. */
const stable = (query: CompiledQuery): ((frame: Frame) => ReadonlyArray<Row>) => {
  if (query.reach > 1) return query.rows
  const cell: { rows: ReadonlyArray<Row> | null } = { rows: null }
  return () => (cell.rows ??= query.rows(null))
}

const malformed = (what: string): QueryError => invalidField(null, what, 'has the wrong number of operands')

const manyColumns = (what: string): QueryError =>
  invalidField(null, what, 'takes a queryset of one column: say which with valuesList((row) => row.column)')

const constantPart = (node: Const): Result => {
  if (node.value === null) return together([], { kind: node.kind, nullable: true }, () => null)
  const value = canonical(node.kind, node.value)
  if (O.isNone(value))
    return E.left(
      invalidField(null, 'constant', `expected ${aKind(node.kind)}, got ${givenSort(node.value)}`),
    )
  const constant = value.value
  return together([], { kind: node.kind, nullable: false }, () => constant)
}

/** Of which sort a constant is: references keep that of a value which isn't JSON in its place. */
const givenSort = (value: Json): string =>
  typeof value === 'object' && value !== null && 'not' in value && typeof value['not'] === 'string'
    ? value['not'].slice(0, 40)
    : sortOf(value)

/** What is wrong with an operand of a lookup or a function, if it is a constant of another kind than it takes. */
const misfit = <S>(scopes: Scopes, node: Node<S>, i: number): QueryError | null => {
  switch (node._tag) {
    case 'lookup':
      return misfitOf(scopes, titleOf(node.name), node.left, node.right[i - 1])
    case 'call':
      return misfitOf(scopes, node.name, node.args[0], node.args[i])
    default:
      return null
  }
}

const misfitOf = <S>(
  scopes: Scopes,
  name: string,
  about: Expression<S> | undefined,
  operand: Expression<S> | undefined,
): QueryError | null => {
  if (operand?._tag !== 'const' || operand.value === null) return null
  if (O.isSome(canonical(operand.kind, operand.value))) return null
  const wrong = `takes ${aKind(operand.kind)}, not ${givenSort(operand.value)}`
  const error =
    about?._tag === 'column'
      ? invalidField(scopes.scope.model, about.path.join('__'), `${name} ${wrong}`)
      : invalidField(null, name, wrong)
  return {
    ...error,
    hint: `Give ${aKind(operand.kind)}, or cast the field to the kind that you compare it with.`,
  }
}

/** A lookup's name, after the method that asks for it where that has another one. */
const titleOf = (name: string): string => {
  const method = lookups.get(name)?.method ?? name
  return method === name ? name : `${method} (${name})`
}

const at = (frame: Frame, level: number): Frame => {
  /* eslint-disable-next-line functional/no-let -- moved by the loop below */
  let found = frame
  /* eslint-disable-next-line functional/no-loop-statements -- called for each row */
  for (let i = 0; i < level && found.parent !== null; i++) found = found.parent
  return found
}

const scopesAt = (scopes: Scopes, level: number): Scopes | null =>
  level === 0 || scopes.parent === null ? (level === 0 ? scopes : null) : scopesAt(scopes.parent, level - 1)

const noSuchLevel = (what: string, level: number): QueryError =>
  invalidField(null, what, `speaks of a row that isn't around it (level ${String(level)})`)

const columnPart = <S>(env: Env<S>, scopes: Scopes, node: Column): Result => {
  const there = scopesAt(scopes, node.level)
  if (there === null) return E.left(noSuchLevel(node.path.join('__'), node.level))
  const found = columnType(there.scope, node.path)
  if (E.isLeft(found)) return found
  const { relations, column, type } = found.right
  const { level } = node
  const read = toOne(env, there, relations, column)
  return together(
    [],
    { kind: type.kind, nullable: type.nullable },
    relations.length > 0
      ? (frame) => read(at(frame, level).row)
      : level === 0
        ? (frame) => frame.row[column] ?? null
        : (frame) => at(frame, level).row[column] ?? null,
    { reach: level + 1, weight: 1 + relations.length },
  )
}

/** A column behind to-one relations. */
const toOne = (
  world: Pick<Env<unknown>, 'source' | 'meter'>,
  scopes: Scopes,
  relations: ReadonlyArray<ModelRelation>,
  column: string,
): ((row: Row) => Json) => {
  const steps = stepsOf(world, scopes, relations)
  return (row) => {
    /* eslint-disable-next-line functional/no-let -- moved by the loop below */
    let current: Row | undefined = row
    /* eslint-disable-next-line functional/no-loop-statements -- called for each row */
    for (let i = 0; i < steps.length && current !== undefined; i++) current = steps[i]?.(current)[0]
    return current?.[column] ?? null
  }
}

const none: ReadonlyArray<Row> = []

/** One function for each relation, from a row to the rows that it leads to. */
const stepsOf = (
  { source, meter }: Pick<Env<unknown>, 'source' | 'meter'>,
  scopes: Scopes,
  relations: ReadonlyArray<ModelRelation>,
): ReadonlyArray<(row: Row) => ReadonlyArray<Row>> => {
  const { models } = scopes.scope.schema
  return relations.map((relation, i) => {
    const from = i === 0 ? scopes.scope.model : (relations[i - 1]?.target ?? null)
    const nearKey = models.get(from ?? '')?.primaryKey ?? 'id'
    const farKey = models.get(relation.target)?.primaryKey ?? 'id'
    const { via, target } = relation
    const lookUp = (model: string, column: string, value: Json | undefined) =>
      value === null || value === undefined ? none : source.find(model, column, value)
    switch (via._tag) {
      case 'forward':
        return (row) => lookUp(target, farKey, row[via.column])
      case 'reverse':
        return (row) => lookUp(target, via.column, row[nearKey])
      case 'through': {
        // A correlated subquery comes back to the same rows again and again.
        const known = new Map<Json, ReadonlyArray<Row>>()
        return (row) => {
          const key = row[nearKey] ?? null
          const before = known.get(key)
          if (before !== undefined) return before
          const rows = lookUp(via.model, via.near, key).flatMap((link) =>
            lookUp(target, farKey, link[via.far]),
          )
          spend(meter, rows.length)
          known.set(key, rows)
          return rows
        }
      }
    }
  })
}

/**
 * The rows that a path of relations leads to from a row of a scope, as often as they are reached; or once each, where it
 * doesn't matter how often. Those that are gone through are for the caller to count.
 *
 * @since 0.1.0
 */
export const related = (
  world: Pick<Env<unknown>, 'source' | 'meter'>,
  scopes: Scopes,
  relations: ReadonlyArray<ModelRelation>,
  once = false,
): ((row: Row) => ReadonlyArray<Row>) => {
  const steps = stepsOf(world, scopes, relations)
  const [only] = steps
  if (steps.length === 1 && only !== undefined) return only
  const { meter } = world
  return (row) =>
    steps.reduce<ReadonlyArray<Row>>(
      (rows, step) => {
        const reached: Array<Row> = []
        rows.forEach((each) => {
          const next = step(each)
          spend(meter, 1 + next.length)
          make(meter, 16 * next.length)
          next.forEach((one) => reached.push(one))
        })
        return once ? [...new Set(reached)] : reached
      },
      [row],
    )
}

const callPart = <S>(env: Env<S>, node: Call<S>, parts: ReadonlyArray<Part>): Result => {
  const definition = functions.get(node.name)
  if (definition === undefined)
    return E.left(invalidField(null, node.name, 'is not a function', [...functions.keys()]))
  const [min, max] = definition.arity
  if (parts.length < min || parts.length > max) return E.left(malformed(node.name))
  const types = parts.map((each) => each.type)
  return E.fold(
    (why: string): Result => E.left(invalidField(null, node.name, why)),
    (type: Type) => {
      const run = applied(env, definition, types, parts)
      const weight = weightOf(parts) + (types.some(({ kind }) => kind === 'decimal') ? 20 : 8)
      return together(parts, type, run, { weight })
    },
  )(definition.type(types))
}

/** A call as a function of a row, which counts the text that it is given and makes. */
const applied = <S>(
  { now, meter }: Env<S>,
  { apply, strict, size, effort }: FunctionDef,
  types: ReadonlyArray<Type>,
  parts: ReadonlyArray<Part>,
): ((frame: Frame) => Json) => {
  const long = types.some(({ kind }) => mayBeLong(kind))
  const given = (values: ReadonlyArray<Json>): Json => {
    if (!long) return apply(values, types, now)
    types.forEach(({ kind }, i) => {
      const value = values[i] ?? null
      if (kind !== 'decimal') goThrough(meter, value)
      // Long division.
      else if (typeof value === 'string' && value.length > 16)
        spend(meter, (value.length * value.length) >>> 8)
    })
    if (effort !== undefined) spend(meter, effort(values))
    if (size !== undefined) make(meter, 2 * size(values))
    const result = apply(values, types, now)
    if (size === undefined && typeof result === 'string') make(meter, 2 * result.length)
    return result
  }
  const [first, second] = parts
  return strict && first !== undefined && second === undefined
    ? (frame) => {
        const value = first.run(frame)
        return value === null ? null : given([value])
      }
    : (frame) => {
        const values = parts.map((each) => each.run(frame))
        return strict && values.includes(null) ? null : given(values)
      }
}

const mayBeLong = (kind: Kind): boolean => kind === 'text' || kind === 'decimal' || kind === 'json'

const castPart = <S>({ meter }: Env<S>, node: Cast<S>, parts: ReadonlyArray<Part>): Result => {
  const [only] = parts
  if (only === undefined) return E.left(malformed('cast'))
  const { kind } = only.type
  return castable(kind, node.to)
    ? together(
        parts,
        { kind: node.to, nullable: true },
        (frame) => {
          const value = only.run(frame)
          if (value === null) return null
          goThrough(meter, value)
          if (node.to === 'json' && typeof value === 'string') {
            // Lists and objects take up many times what their text does.
            spend(meter, 2 * value.length)
            make(meter, 64 * value.length)
          }
          const made = castValue(kind, node.to, value)
          if (typeof made === 'string') make(meter, 2 * made.length)
          return made
        },
        { weight: weightOf(parts) + 8 },
      )
    : E.left(invalidField(null, 'cast', `can't make ${node.to} of ${kind}`))
}

const casePart = <S>({ meter }: Env<S>, node: Case<S>, parts: ReadonlyArray<Part>): Result => {
  const otherwise = parts.at(-1)
  const branches = node.branches.map((_, i) => ({ when: parts[2 * i], then: parts[2 * i + 1] }))
  const results = [...branches.map(({ then }) => then), otherwise].flatMap((each) =>
    each === undefined ? [] : [each],
  )
  // A bare null fits any kind.
  const solid = results.filter(
    (_, i) => !isNull(i < node.branches.length ? node.branches[i]?.then : node.otherwise),
  )
  const kind = commonKind((solid.length === 0 ? results : solid).map((each) => each.type.kind))
  if (kind === null) return E.left(invalidField(null, 'case', 'gives values of different kinds'))
  const converted = (each: Part, frame: Frame): Json => {
    const value = each.run(frame)
    return value === null || each.type.kind === kind ? value : castValue(each.type.kind, kind, value)
  }
  return together(
    parts,
    { kind, nullable: results.some((each) => each.type.nullable) },
    (frame) => {
      const taken = branches.find(({ when, then }) => {
        spend(meter, (when?.weight ?? 0) + (then?.weight ?? 0))
        return when?.run(frame) === true
      })
      const chosen = taken === undefined ? otherwise : taken.then
      return chosen === undefined ? null : converted(chosen, frame)
    },
    { weight: 1 + (otherwise?.weight ?? 0) },
  )
}

const isNull = <S>(expression: Expression<S> | undefined): boolean =>
  expression?._tag === 'const' && expression.value === null

const aggregatePart = <S>(
  env: Env<S>,
  scopes: Scopes,
  node: Aggregate<S>,
  parts: ReadonlyArray<Part>,
): Result => {
  const start = node.over === 'group' ? scopes : scopesAt(scopes, node.level)
  if (start === null) return E.left(noSuchLevel(node.name, node.level))
  if (node.over === 'group' && scopes.group === null)
    return E.left(
      invalidField(null, node.name, 'there is no group here: aggregate over a relation, or group first'),
    )
  const base = node.over === 'group' ? inner(scopes) : start
  return E.flatMap(
    followAll(base.scope, node.relation),
    ({ relations }: { readonly relations: ReadonlyArray<ModelRelation> }): Result => {
      const bound = children(node).map((child, i) => ({ inside: child.inside, part: parts[i] }))
      const at_ = (i: number) => bound[i]?.part
      const arg = node.arg === null ? undefined : at_(0)
      const filter = node.filter === null ? undefined : at_(node.arg === null ? 0 : 1)
      const fallback = node.default === null ? undefined : parts.at(-1)
      const kind = arg?.type.kind ?? 'int'
      const type = aggregateType(node.name, kind)
      if (type === null) return E.left(invalidField(null, node.name, `doesn't take ${kind}`))
      if (arg === undefined && node.name !== 'count') return E.left(malformed(node.name))
      if (fallback !== undefined && commonKind([fallback.type.kind, type.kind]) === null)
        return E.left(invalidField(null, node.name, `its default is ${fallback.type.kind}, not ${type.kind}`))
      const reachRows = relations.length === 0 ? null : related(env, base, relations)
      const value = arg === undefined ? null : close(arg)
      const passes = filter === undefined ? null : close(filter)
      const { name, distinct, sample, level } = node
      const { meter } = env
      const each = 1 + (value?.weight ?? 0) + (passes?.weight ?? 0)
      const run = (frame: Frame): Json => {
        const parent = node.over === 'group' ? frame.parent : frame
        const starts = node.over === 'group' ? (frame.group ?? []) : [at(frame, level).row]
        const values: Array<Json> = []
        /* eslint-disable-next-line functional/no-let -- counted by the loop below */
        let count = 0
        const take = (row: Row, around: Frame | null): void => {
          const inner: Frame = { row, parent: around, group: null }
          if (passes !== null && passes.run(inner) !== true) return
          count += 1
          const own = value === null ? null : value.run(inner)
          if (own !== null) values.push(own)
        }
        starts.forEach((row) => {
          if (reachRows === null) {
            spend(meter, each)
            take(row, parent)
            return
          }
          const around: Frame = node.over === 'group' ? { row, parent, group: null } : frame
          const reached = reachRows(row)
          spend(meter, each * (1 + reached.length))
          reached.forEach((one) => {
            take(one, around)
          })
        })
        if (value === null) return count
        weighValues(meter, kind, name, values)
        return aggregate(name, kind, values, { distinct, sample })
      }
      const inside = reachOf(
        bound.flatMap((each) => (each.inside && each.part !== undefined ? [each.part] : [])),
      )
      const reach = Math.max(
        node.over === 'group' ? 1 : level + 1,
        inside - (node.relation.length > 0 ? 1 : 0),
        fallback?.reach ?? 0,
      )
      const ownRegisters = fallback?.registers ?? []
      return E.right({
        type: { kind: type.kind, nullable: fallback === undefined ? type.nullable : fallback.type.nullable },
        reach,
        weight: 1 + (fallback?.weight ?? 0),
        run:
          fallback === undefined
            ? perRow(scopes, reach, run)
            : (frame) => {
                const result = run(frame)
                if (result !== null) return result
                const given = fallback.run(frame)
                return given === null || fallback.type.kind === type.kind
                  ? given
                  : castValue(fallback.type.kind, type.kind, given)
              },
        registers: ownRegisters,
      })
    },
  )
}

/** Counts what an aggregate makes of values. */
const weighValues = (
  meter: Meter,
  kind: Kind,
  name: Aggregate<unknown>['name'],
  values: ReadonlyArray<Json>,
): void => {
  make(meter, 8 * values.length)
  if (!mayBeLong(kind)) return
  values.forEach((value) => {
    if (typeof value !== 'string' || value.length <= 16) return
    // Variances square.
    spend(
      meter,
      name === 'variance' || name === 'stddev' ? (value.length * value.length) >>> 8 : value.length >>> 4,
    )
  })
}

const somePart = <S>(env: Env<S>, scopes: Scopes, node: Some<S>, parts: ReadonlyArray<Part>): Result => {
  const start = scopesAt(scopes, node.level)
  const [only] = parts
  if (start === null) return E.left(noSuchLevel(node.relation.join('__'), node.level))
  if (only === undefined || node.relation.length === 0) return E.left(malformed('some'))
  return E.flatMap(
    followAll(start.scope, node.relation),
    ({ relations }: { readonly relations: ReadonlyArray<ModelRelation> }): Result => {
      const reachRows = related(env, start, relations, true)
      const { run, weight } = close(only)
      const { level } = node
      const { meter } = env
      const reach = Math.max(level + 1, only.reach - 1)
      const holds = (frame: Frame): boolean =>
        reachRows(at(frame, level).row).some((row) => {
          spend(meter, 1 + weight)
          return run({ row, parent: frame, group: null }) === true
        })
      return together([], boolean, perRow(scopes, reach, holds), { reach })
    },
  )
}

/**
 * What a row is asked for again and again, since it is reached by a relation, is found out once; if it looks at no row
 * around it.
 */
const perRow = <A extends Json>(
  scopes: Scopes,
  reach: number,
  run: (frame: Frame) => A,
): ((frame: Frame) => A) => {
  if (scopes.parent === null || scopes.group !== null || reach > 1) return run
  const known = new Map<Row, A>()
  return (frame) => {
    const found = known.get(frame.row)
    if (found !== undefined) return found
    const value = run(frame)
    known.set(frame.row, value)
    return value
  }
}

const inQueryPart = <S>({ meter }: Env<S>, query: CompiledQuery, parts: ReadonlyArray<Part>): Result => {
  const [left] = parts
  const { single } = query
  if (left === undefined) return E.left(malformed('in'))
  if (single === null) return E.left(manyColumns('in'))
  if (commonKind([left.type.kind, single.type.kind]) === null)
    return E.left(invalidField(null, 'in', `compares ${left.type.kind} with ${single.type.kind}`))
  const equal = equality(left.type.kind, single.type.kind, meter)
  const rows = stable(query)
  const values = (frame: Frame) => rows(frame).map((row) => row[single.name] ?? null)
  const reach = Math.max(left.reach, outer(query))
  if (query.reach > 1 || left.type.kind !== single.type.kind)
    return together(
      parts,
      boolean,
      (frame) => {
        const value = left.run(frame)
        return (
          value !== null &&
          values(frame).some((other) => {
            spend(meter, 1)
            lookAt(meter, other)
            return other !== null && equal(value, other)
          })
        )
      },
      { reach },
    )
  const key = hash(left.type.kind)
  const cell: { set: ReadonlySet<unknown> | null } = { set: null }
  return together(
    parts,
    boolean,
    (frame) => {
      cell.set ??= new Set(values(frame).flatMap((value) => (value === null ? [] : [key(value)])))
      const value = left.run(frame)
      goThrough(meter, value)
      return value !== null && cell.set.has(key(value))
    },
    { reach },
  )
}

const lookupPart = <S>({ meter }: Env<S>, node: Lookup<S>, parts: ReadonlyArray<Part>): Result => {
  const definition = lookups.get(node.name)
  if (definition === undefined)
    return E.left(invalidField(null, node.name, 'is not a lookup', [...lookups.keys()]))
  const [left, ...right] = parts
  const [min, max] = definition.arity
  if (left === undefined || right.length < min || right.length > max) return E.left(malformed(node.name))
  const { kind } = left.type
  const kinds = right.map((each) => each.type.kind)
  const wrong = definition.misfit(kind, kinds)
  if (wrong !== null) return E.left(invalidField(null, node.name, wrong))
  const look = looking(meter, kind, definition)
  const test = (run: (value: Json, frame: Frame) => boolean): Result =>
    together(parts, boolean, (frame) => {
      const value = left.run(frame)
      if (value === null) return false
      look(value)
      return run(value, frame)
    })
  if (definition.pattern !== null) return patternPart(definition.name, definition.pattern, node, test)
  if (definition.any) return anyPart(meter, kind, definition, node, right, test)
  const holds = definition.meaning(kind, kinds, meter)
  if (!definition.strict)
    return together(parts, boolean, (frame) =>
      holds(left.run(frame), ...right.map((each) => each.run(frame))),
    )
  const [only, another] = right
  if (only !== undefined && another === undefined)
    return test((value, frame) => {
      const other = only.run(frame)
      if (other === null) return false
      look(other)
      return holds(value, other)
    })
  if (only !== undefined && another !== undefined && right.length === 2)
    return test((value, frame) => {
      const first = only.run(frame)
      const second = another.run(frame)
      if (first === null || second === null) return false
      look(first)
      look(second)
      return holds(value, first, second)
    })
  return test((value, frame) => {
    const others = right.map((each) => each.run(frame))
    if (others.includes(null)) return false
    others.forEach(look)
    return holds(value, ...others)
  })
}

/** Counts the text that a lookup looks at. */
const looking = (meter: Meter, kind: Kind, { byCharacter }: LookupDef): ((value: Json) => void) =>
  !mayBeLong(kind)
    ? () => undefined
    : byCharacter
      ? (value) => {
          goThrough(meter, value)
        }
      : (value) => {
          lookAt(meter, value)
        }

type Tested = (run: (value: Json, frame: Frame) => boolean) => Result

/** A lookup that holds as soon as it holds for one of its operands. */
const anyPart = <S>(
  meter: Meter,
  kind: Kind,
  definition: LookupDef,
  node: Lookup<S>,
  right: ReadonlyArray<Part>,
  test: Tested,
): Result => {
  if (
    definition.name === 'in' &&
    node.right.every((each) => each._tag === 'const') &&
    right.every((each) => each.type.kind === kind)
  )
    return test(amongConstants(meter, kind, right))
  const members = right.map((each) => ({
    run: each.run,
    holds: definition.meaning(kind, [each.type.kind], meter),
  }))
  return test((value, frame) =>
    members.some(({ run, holds }) => {
      const other = run(frame)
      return other !== null && holds(value, other)
    }),
  )
}

/** Whether a value is among constants of its kind, which are put into a set once. */
const amongConstants = (meter: Meter, kind: Kind, right: ReadonlyArray<Part>): ((value: Json) => boolean) => {
  const key = hash(kind)
  const nowhere: Frame = { row: {}, parent: null, group: null }
  const set = new Set(
    right.flatMap((each) => {
      const value = each.run(nowhere)
      return value === null ? [] : [key(value)]
    }),
  )
  return (value) => {
    const own = key(value)
    if (kind === 'json') spend(meter, spelling(String(own)))
    return set.has(own)
  }
}

const patternPart = <S>(
  name: string,
  prepare: NonNullable<LookupDef['pattern']>,
  node: Lookup<S>,
  test: Tested,
): Result => {
  const [pattern] = node.right
  if (pattern?._tag !== 'const' || typeof pattern.value !== 'string')
    return E.left(invalidField(null, name, 'takes a pattern written out, as text'))
  return E.match(
    (why: string): Result => E.left(invalidField(null, name, why)),
    (matches: (value: Json) => boolean) => test(matches),
  )(prepare(pattern.value))
}
