/**
 * What expressions and predicates mean: functions of a row.
 *
 * An expression is checked and compiled once, against the scopes in which it stands, and then run on each row.
 *
 * @since 0.1.0
 */
import { either as E, option as O } from 'fp-ts'
import { canonical } from '../value/canonical.js'
import { compare, compareNumeric, hash } from '../value/Order.js'
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
 * the row around it too, and so on.
 *
 * @since 0.1.0
 */
export interface Compiled<A> {
  readonly type: Type
  readonly reach: number
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
 * What compiling needs: where rows come from, the time that `now()` gives, and how subqueries are compiled.
 *
 * @since 0.1.0
 */
export interface Env<S> {
  readonly source: Source
  readonly now: string
  readonly query: (query: S, scopes: Scopes) => E.Either<QueryError, CompiledQuery>
}

/** A node under compilation: `registers` are deep operands, to be run first, deepest first. */
interface Part {
  readonly type: Type
  readonly reach: number
  readonly run: (frame: Frame) => Json
  readonly registers: ReadonlyArray<(frame: Frame) => void>
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
        for (const each of operands) {
          if (E.isLeft(each)) return each
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
  const { run, registers } = made.right
  const cell: { value: Json } = { value: null }
  return E.right({
    ...made.right,
    run: () => cell.value,
    registers: [
      ...registers,
      (frame) => {
        cell.value = run(frame)
      },
    ],
  })
}

/** A part as a whole: its registers are run before it. */
const close = (made: Part): Compiled<Json> => ({
  type: made.type,
  reach: made.reach,
  run:
    made.registers.length === 0
      ? made.run
      : (frame) => {
          made.registers.forEach((register) => {
            register(frame)
          })
          return made.run(frame)
        },
})

const reachOf = (parts: ReadonlyArray<{ readonly reach: number }>): number =>
  parts.reduce((reach, { reach: own }) => Math.max(reach, own), 0)

const together = (
  parts: ReadonlyArray<Part>,
  type: Type,
  run: (frame: Frame) => Json,
  reach: number = reachOf(parts),
): Result =>
  E.right({
    type,
    reach,
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
      return castPart(node, parts)
    case 'case':
      return casePart(node, parts)
    case 'aggregate':
      return aggregatePart(env, scopes, node, parts)
    case 'subquery':
      return E.flatMap(env.query(node.query, scopes), (query: CompiledQuery): Result => {
        const { single, rows } = query
        return single === null
          ? E.left(manyColumns('subquery'))
          : together(
              [],
              { ...single.type, nullable: true },
              (frame) => rows(frame)[0]?.[single.name] ?? null,
              outer(query),
            )
      })
    case 'exists':
      return E.flatMap(env.query(node.query, scopes), (query: CompiledQuery): Result => {
        const rows = stable(query)
        return together([], boolean, (frame) => rows(frame).length > 0, outer(query))
      })
    case 'inQuery':
      return E.flatMap(env.query(node.query, scopes), (query: CompiledQuery) => inQueryPart(query, parts))
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
    case 'and':
      return together(parts, boolean, (frame) => parts.every((each) => each.run(frame) === true))
    case 'or':
      return together(parts, boolean, (frame) => parts.some((each) => each.run(frame) === true))
    case 'xor':
      return together(
        parts,
        boolean,
        (frame) => parts.filter((each) => each.run(frame) === true).length % 2 === 1,
      )
    case 'some':
      return somePart(env, scopes, node, parts)
    case 'lookup':
      return lookupPart(node, parts)
  }
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
  if (O.isNone(value)) return E.left(invalidField(null, shown(node.value), `is no ${node.kind}`))
  const constant = value.value
  return together([], { kind: node.kind, nullable: false }, () => constant)
}

// Enough of a value to find it in the code, and no more of it in an error.
const shown = (value: Json): string => {
  const text = typeof value === 'object' ? (Array.isArray(value) ? 'a list' : 'an object') : String(value)
  return text.length > 40 ? `${text.slice(0, 40)}…` : text
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
  const read = toOne(env.source, there, relations, column)
  return together(
    [],
    { kind: type.kind, nullable: type.nullable },
    relations.length > 0
      ? (frame) => read(at(frame, level).row)
      : level === 0
        ? (frame) => frame.row[column] ?? null
        : (frame) => at(frame, level).row[column] ?? null,
    level + 1,
  )
}

/** A column behind to-one relations. */
const toOne = (
  source: Source,
  scopes: Scopes,
  relations: ReadonlyArray<ModelRelation>,
  column: string,
): ((row: Row) => Json) => {
  const steps = stepsOf(source, scopes, relations)
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
  source: Source,
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
          known.set(key, rows)
          return rows
        }
      }
    }
  })
}

/**
 * The rows that a path of relations leads to from a row of a scope, as often as they are reached.
 *
 * @since 0.1.0
 */
export const related = (
  source: Source,
  scopes: Scopes,
  relations: ReadonlyArray<ModelRelation>,
): ((row: Row) => ReadonlyArray<Row>) => {
  const steps = stepsOf(source, scopes, relations)
  const [only] = steps
  if (steps.length === 1 && only !== undefined) return only
  return (row) => steps.reduce<ReadonlyArray<Row>>((rows, step) => rows.flatMap(step), [row])
}

const callPart = <S>(env: Env<S>, node: Call<S>, parts: ReadonlyArray<Part>): Result => {
  const definition = functions.get(node.name)
  if (definition === undefined)
    return E.left(invalidField(null, node.name, 'is no function', [...functions.keys()]))
  const [min, max] = definition.arity
  if (parts.length < min || parts.length > max) return E.left(malformed(node.name))
  const types = parts.map((each) => each.type)
  return E.fold(
    (why: string): Result => E.left(invalidField(null, node.name, why)),
    (type: Type) => {
      const { apply, strict } = definition
      const { now } = env
      const [first, second] = parts
      const run: (frame: Frame) => Json =
        strict && first !== undefined && second === undefined
          ? (frame) => {
              const value = first.run(frame)
              return value === null ? null : apply([value], types, now)
            }
          : (frame) => {
              const values = parts.map((each) => each.run(frame))
              return strict && values.includes(null) ? null : apply(values, types, now)
            }
      return together(parts, type, run)
    },
  )(definition.type(types))
}

const castPart = <S>(node: Cast<S>, parts: ReadonlyArray<Part>): Result => {
  const [only] = parts
  if (only === undefined) return E.left(malformed('cast'))
  const { kind } = only.type
  return castable(kind, node.to)
    ? together(parts, { kind: node.to, nullable: true }, (frame) => {
        const value = only.run(frame)
        return value === null ? null : castValue(kind, node.to, value)
      })
    : E.left(invalidField(null, 'cast', `can't make ${node.to} of ${kind}`))
}

const numeric = (kind: Kind): boolean => kind === 'int' || kind === 'float' || kind === 'decimal'

/** The kind that values of these kinds have in common, if there is one. */
const commonKind = (kinds: ReadonlyArray<Kind>): Kind | null => {
  const [first] = kinds
  return first === undefined
    ? null
    : kinds.every((kind) => kind === first)
      ? first
      : kinds.every(numeric)
        ? kinds.includes('float')
          ? 'float'
          : 'decimal'
        : null
}

const casePart = <S>(node: Case<S>, parts: ReadonlyArray<Part>): Result => {
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
  return together(parts, { kind, nullable: results.some((each) => each.type.nullable) }, (frame) => {
    const taken = branches.find(({ when }) => when?.run(frame) === true)
    const chosen = taken === undefined ? otherwise : taken.then
    return chosen === undefined ? null : converted(chosen, frame)
  })
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
      const reachRows = related(env.source, base, relations)
      const value = arg === undefined ? null : close(arg).run
      const passes = filter === undefined ? null : close(filter).run
      const { name, distinct, sample, level } = node
      const run = (frame: Frame): Json => {
        const parent = node.over === 'group' ? frame.parent : frame
        const starts = node.over === 'group' ? (frame.group ?? []) : [at(frame, level).row]
        const framed: (row: Row) => ReadonlyArray<Frame> =
          relations.length === 0
            ? (row) => [{ row, parent, group: null }]
            : (row) => {
                const around: Frame = node.over === 'group' ? { row, parent, group: null } : frame
                return reachRows(row).map((reached) => ({ row: reached, parent: around, group: null }))
              }
        const frames = starts.flatMap(framed).filter((each) => passes === null || passes(each) === true)
        if (value === null) return frames.length
        const values = frames.map(value).filter((each) => each !== null)
        const result = aggregate(name, kind, values, { distinct, sample })
        return result
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
        run:
          fallback === undefined
            ? run
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

const somePart = <S>(env: Env<S>, scopes: Scopes, node: Some<S>, parts: ReadonlyArray<Part>): Result => {
  const start = scopesAt(scopes, node.level)
  const [only] = parts
  if (start === null) return E.left(noSuchLevel(node.relation.join('__'), node.level))
  if (only === undefined || node.relation.length === 0) return E.left(malformed('some'))
  return E.flatMap(
    followAll(start.scope, node.relation),
    ({ relations }: { readonly relations: ReadonlyArray<ModelRelation> }): Result => {
      const reachRows = related(env.source, start, relations)
      const { run } = close(only)
      const { level } = node
      return together(
        [],
        boolean,
        (frame) =>
          reachRows(at(frame, level).row).some((row) => run({ row, parent: frame, group: null }) === true),
        Math.max(level + 1, only.reach - 1),
      )
    },
  )
}

const inQueryPart = (query: CompiledQuery, parts: ReadonlyArray<Part>): Result => {
  const [left] = parts
  const { single } = query
  if (left === undefined) return E.left(malformed('in'))
  if (single === null) return E.left(manyColumns('in'))
  if (commonKind([left.type.kind, single.type.kind]) === null)
    return E.left(invalidField(null, 'in', `compares ${left.type.kind} with ${single.type.kind}`))
  const equal = equality(left.type.kind, single.type.kind)
  const values = (frame: Frame | null) => query.rows(frame).map((row) => row[single.name] ?? null)
  const reach = Math.max(left.reach, outer(query))
  if (query.reach > 1 || left.type.kind !== single.type.kind)
    return together(
      parts,
      boolean,
      (frame) => {
        const value = left.run(frame)
        return value !== null && values(frame).some((other) => other !== null && equal(value, other))
      },
      reach,
    )
  const key = hash(left.type.kind)
  const cell: { set: ReadonlySet<unknown> | null } = { set: null }
  return together(
    parts,
    boolean,
    (frame) => {
      cell.set ??= new Set(values(null).flatMap((value) => (value === null ? [] : [key(value)])))
      const value = left.run(frame)
      return value !== null && cell.set.has(key(value))
    },
    reach,
  )
}

/** How values of two kinds compare. */
const comparison = (a: Kind, b: Kind): ((x: Json, y: Json) => number) =>
  a === b ? compare(a) : compareNumeric(a, b)

const equality = (a: Kind, b: Kind): ((x: Json, y: Json) => boolean) => {
  if (a === b && a !== 'json') return (x, y) => x === y
  const order = comparison(a, b)
  return (x, y) => order(x, y) === 0
}

const textual: { readonly [name: string]: (text: string, part: string) => boolean } = {
  contains: (text, part_) => Text.find(text, part_) !== -1,
  startswith: (text, part_) => text.startsWith(part_),
  endswith: (text, part_) => text.endsWith(part_),
  iexact: (text, part_) => Text.upper(text) === Text.upper(part_),
  icontains: (text, part_) => Text.find(Text.upper(text), Text.upper(part_)) !== -1,
  istartswith: (text, part_) => Text.upper(text).startsWith(Text.upper(part_)),
  iendswith: (text, part_) => Text.upper(text).endsWith(Text.upper(part_)),
}

const ordering: { readonly [name: string]: (order: number) => boolean } = {
  gt: (order) => order > 0,
  gte: (order) => order >= 0,
  lt: (order) => order < 0,
  lte: (order) => order <= 0,
}

const operandCount = (name: Lookup<unknown>['name']): readonly [number, number] =>
  name === 'isnull' ? [0, 0] : name === 'range' ? [2, 2] : name === 'in' ? [0, Infinity] : [1, 1]

const lookupPart = <S>(node: Lookup<S>, parts: ReadonlyArray<Part>): Result => {
  const [left, ...right] = parts
  const [min, max] = operandCount(node.name)
  if (left === undefined || right.length < min || right.length > max) return E.left(malformed(node.name))
  const { kind } = left.type
  const test = (run: (value: Json, frame: Frame) => boolean): Result =>
    together(parts, boolean, (frame) => {
      const value = left.run(frame)
      return value !== null && run(value, frame)
    })
  if (node.name === 'isnull') return together(parts, boolean, (frame) => left.run(frame) === null)
  const [first, second] = right
  if (node.name === 'regex' || node.name === 'iregex') return regexPart(node, kind, test)
  const matches = textual[node.name]
  if (matches !== undefined) {
    if (kind !== 'text' || first?.type.kind !== 'text')
      return E.left(
        invalidField(
          null,
          node.name,
          `compares text, not ${kind === 'text' ? String(first?.type.kind) : kind}`,
        ),
      )
    return test((value, frame) => {
      const other = first.run(frame)
      return other !== null && matches(value as string, other as string)
    })
  }
  const misfit = right.find((each) => commonKind([kind, each.type.kind]) === null)
  if (misfit !== undefined)
    return E.left(invalidField(null, node.name, `compares ${kind} with ${misfit.type.kind}`))
  if (kind === 'json' && node.name !== 'exact' && node.name !== 'in')
    return E.left(invalidField(null, node.name, 'json has no order'))
  if (node.name === 'in') return inPart(kind, node, right, test)
  if (first === undefined) return E.left(malformed(node.name))
  if (node.name === 'exact') {
    const equal = equality(kind, first.type.kind)
    return test((value, frame) => {
      const other = first.run(frame)
      return other !== null && equal(value, other)
    })
  }
  const order = comparison(kind, first.type.kind)
  if (node.name === 'range') {
    if (second === undefined) return E.left(malformed(node.name))
    const upper = comparison(kind, second.type.kind)
    return test((value, frame) => {
      const from = first.run(frame)
      const to = second.run(frame)
      return from !== null && to !== null && order(value, from) >= 0 && upper(value, to) <= 0
    })
  }
  const holds = ordering[node.name] ?? (() => false)
  return test((value, frame) => {
    const other = first.run(frame)
    return other !== null && holds(order(value, other))
  })
}

type Tested = (run: (value: Json, frame: Frame) => boolean) => Result

const inPart = <S>(kind: Kind, node: Lookup<S>, right: ReadonlyArray<Part>, test: Tested): Result => {
  if (node.right.every((each) => each._tag === 'const') && right.every((each) => each.type.kind === kind)) {
    const key = hash(kind)
    const nowhere: Frame = { row: {}, parent: null, group: null }
    const set = new Set(
      right.flatMap((each) => {
        const value = each.run(nowhere)
        return value === null ? [] : [key(value)]
      }),
    )
    return test((value) => set.has(key(value)))
  }
  const members = right.map((each) => ({ run: each.run, equal: equality(kind, each.type.kind) }))
  return test((value, frame) =>
    members.some(({ run, equal }) => {
      const other = run(frame)
      return other !== null && equal(value, other)
    }),
  )
}

const regexPart = <S>(node: Lookup<S>, kind: Kind, test: Tested): Result => {
  const [pattern] = node.right
  if (kind !== 'text') return E.left(invalidField(null, node.name, `compares text, not ${kind}`))
  if (pattern?._tag !== 'const' || typeof pattern.value !== 'string')
    return E.left(invalidField(null, node.name, 'takes a pattern written out, as text'))
  const source = pattern.value
  return E.flatMap(
    E.tryCatch(
      () => new RegExp(source, node.name === 'regex' ? 'u' : 'iu'),
      (cause) =>
        invalidField(null, node.name, cause instanceof Error ? cause.message : 'is no regular expression'),
    ),
    (regex: RegExp) => test((value) => regex.test(value as string)),
  )
}
