/**
 * Evaluates queries over rows.
 *
 * @since 0.1.0
 */
import { either as E } from 'fp-ts'
import { isLimited, make, metered, spend, unmetered, type Meter } from '../value/Meter.js'
import type { QueryError } from '../value/QueryError.js'
import type { Json, Row } from '../value/Value.js'
import type { Schema } from '../schema/Schema.js'
import type { Frame } from '../expression/evaluate/Frame.js'
import type { Env } from '../expression/evaluate/Part.js'
import { related } from '../expression/evaluate/related.js'
import { ownField } from '../expression/ownField.js'
import { modelOf, type Join, type Scope } from '../expression/Scope.js'
import type { Source } from '../expression/Source.js'
import { compileLayer, type CompiledLayer } from '../query/compile.js'
import type { Evaluated } from '../query/Evaluator.js'
import { infer } from '../query/infer.js'
import { isHidden, layersOf, type Query } from '../query/Query.js'
import { isGiven } from '../query/shape.js'
import type { TypedQuery, TypedRelated } from '../query/TypedQuery.js'
import { withTotal, everything, passOf, type ReadyPass, type WantedRows } from './pass.js'
import { asTheyStand, moving, numbering, rowBytes } from './rows.js'
import { seekable, type Seek } from './seek.js'

/**
 * Computes rows, given the row around the query, and the rows of the innermost `from` if they aren't all rows of the
 * model.
 */
type RowsIn = (frame: Frame | null, base: ReadonlyArray<Row> | null) => ReadonlyArray<Row>

/** Where rows come from, and the passes that follow. Only `meaning` adds to the list. */
interface Course {
  readonly start: RowsIn
  readonly passes: Array<ReadyPass>
}

interface CompiledQuery {
  readonly course: Course
  /** The rows before the slice, as far as they are needed. */
  readonly whole: (frame: Frame | null, base: ReadonlyArray<Row> | null, wanted: WantedRows) => Evaluated
  readonly slice: Query['slice']
  /** Whether rows are given unchanged. */
  readonly bare: boolean
  /** A row as it is given: its fields, and its related rows. */
  readonly present: (row: Row, frame: Frame | null) => Row
}

/**
 * The rows of a query over a source. `now` is the value of `now()`, a datetime. If the work exceeds the meter's budget,
 * the result is an `OverBudget`.
 *
 * @since 0.1.0
 */
export const evaluate =
  (schema: Schema, source: Source, now: string, meter: Meter = unmetered) =>
  (query: Query): E.Either<QueryError, ReadonlyArray<Row>> =>
    E.map(({ rows }: Evaluated) => rows)(evaluatePage(schema, source, now, meter)(query))

/**
 * Like `evaluate`, with the number of rows without the slice. Unless `total` is asked for, that number may be too small.
 *
 * @since 0.1.0
 */
export const evaluatePage =
  (schema: Schema, source: Source, now: string, meter: Meter = unmetered, total = true) =>
  (query: Query): E.Either<QueryError, Evaluated> =>
    told({ schema, source, now, meter }, query, (made): Evaluated => {
      const found = made.whole(null, null, { most: endOf(made.slice), total })
      return {
        rows: sliced(made.slice, found.rows).map((row) => made.present(row, null)),
        total: found.total,
      }
    })

/**
 * Only the rows, of a query whose first rows are given: in place of all rows of the model, or of the result of its
 * `given` innermost passes.
 *
 * @since 0.1.0
 */
export const evaluateOn =
  (
    schema: Schema,
    source: Source,
    now: string,
    base: ReadonlyArray<Row>,
    meter: Meter = unmetered,
    given = 0,
  ) =>
  (query: Query): E.Either<QueryError, ReadonlyArray<Row>> =>
    told(
      { schema, source, now, meter },
      query,
      (made) => slicedRows(made)(null, base).map((row) => made.present(row, null)),
      given,
    )

/** Compiles a query and runs it, as long as the meter allows. */
const told = <A>(
  world: Evaluation,
  query: Query,
  read: (made: CompiledQuery) => A,
  given = 0,
): E.Either<QueryError, A> => {
  const typed = infer(world.schema, query)
  return E.isLeft(typed) ? typed : metered(() => read(meaning(world, typed.right, false, given)))
}

/** The rows of a query, with at most `most` rows if no more are needed. */
const slicedRows = ({ whole, slice }: CompiledQuery, most = Infinity): RowsIn => {
  const wanted = { most: Math.min(endOf(slice), (slice?.offset ?? 0) + most), total: false }
  return (frame, base) => sliced(slice, whole(frame, base, wanted).rows)
}

/** The number of rows that a slice reads. */
const endOf = (slice: Query['slice']): number =>
  slice === null || slice.limit === null ? Infinity : slice.offset + slice.limit

const sliced = (slice: Query['slice'], rows: ReadonlyArray<Row>): ReadonlyArray<Row> =>
  slice === null
    ? rows
    : rows.slice(slice.offset, slice.limit === null ? undefined : slice.offset + slice.limit)

interface Evaluation {
  readonly schema: Schema
  readonly source: Source
  readonly now: string
  readonly meter: Meter
}

/**
 * Compiles a query. `nested` says that there is a row around it. `done` is the number of innermost passes that are done
 * already.
 */
const meaning = (world: Evaluation, query: TypedQuery, nested: boolean, done = 0): CompiledQuery => {
  const env: Env<TypedQuery> = {
    ...world,
    rows: (inner, most) => {
      const rows = slicedRows(meaning(world, inner, true), most)
      return (frame) => rows(frame, null)
    },
  }
  return layersOf(query).reduce<CompiledQuery | null>((inside, layer, i): CompiledQuery => {
    if (i < done) return standing(presented(world, layer))
    const from = begin(world, layer, inside, nested)
    const compiled = compileLayer(env, nested, layer)
    const seek = seekable(env, layer, nested)
    const course = seek === null ? from : { ...from, start: seeking(seek, from.start) }
    const run = passOf(world.meter, compiled, layer)
    course.passes.push({ most: Infinity, run: straight(world, compiled, layer, run) })
    const { bare, present } = presented(world, layer)
    return {
      course,
      whole: (frame, base, wanted) => follows(course, frame, base, wanted),
      slice: layer.slice,
      bare,
      present,
    }
  }, null) as CompiledQuery // there is one layer at least
}

/**
 * If a pass sorts by primary key first, it doesn't sort rows that are in that order already. Otherwise all work is done
 * where it is counted.
 */
const straight = (
  { source, meter }: Evaluation,
  compiled: CompiledLayer,
  layer: TypedQuery,
  run: ReadyPass['run'],
): ReadyPass['run'] => {
  const { from, start, order } = layer
  const [first] = order
  const inOrder =
    source.sorted === true &&
    from._tag === 'model' &&
    !isLimited(meter) &&
    first?.direction === 'asc' &&
    ownField(first.expression) === modelOf(start)?.primaryKey
  if (!inOrder) return run
  const asTheyAre = passOf(meter, { ...compiled, order: [] }, { ...layer, order: [] })
  return (rows, frame, wanted) => (rows === source.all(from.model) ? asTheyAre : run)(rows, frame, wanted)
}

/** The result of a pass that is done already: the given rows. */
const standing = ({ bare, present }: Presented): CompiledQuery => {
  const start: RowsIn = (_, base) => base ?? []
  const course: Course = { start, passes: [] }
  return {
    course,
    whole: (frame, base) => follows(course, frame, base, everything),
    slice: null,
    bare,
    present,
  }
}

/** Runs the passes one after the other. A query can have more of them than the stack has room for. */
const follows = (
  { start, passes }: Course,
  frame: Frame | null,
  base: ReadonlyArray<Row> | null,
  wanted: WantedRows,
): Evaluated =>
  passes.reduce<Evaluated>(
    ({ rows }, { most, run }, i) =>
      run(rows, frame, i === passes.length - 1 ? wanted : { most, total: false }),
    withTotal(start(frame, base)),
  )

const seeking =
  (seek: Seek, all: RowsIn): RowsIn =>
  (frame, base) =>
    base === null ? seek(frame) : all(frame, base)

const begin = (
  world: Evaluation,
  { from, start }: TypedQuery,
  inside: CompiledQuery | null,
  nested: boolean,
): Course => {
  if (from._tag === 'model' || inside === null) {
    const model = from._tag === 'model' ? from.model : ''
    return { start: (_, base) => base ?? world.source.all(model), passes: [] }
  }
  const { course, slice } = inside
  if (slice !== null) {
    const last = course.passes.pop()
    if (last !== undefined) course.passes.push({ ...last, most: endOf(slice) })
    course.passes.push({ most: Infinity, run: (rows) => withTotal(sliced(slice, rows)) })
  }
  if (from._tag === 'combine') {
    const others = from.right.map((other) => meaning(world, other, nested))
    course.passes.push({ most: Infinity, run: combining(world.meter, from.operation, start, others) })
  }
  return course
}

/** Combines rows with those of other queries: each once, compared by all columns. */
const combining = (
  meter: Meter,
  operation: 'union' | 'intersection' | 'difference',
  scope: Scope,
  others: ReadonlyArray<CompiledQuery>,
): ReadyPass['run'] => {
  const columns = asTheyStand(scope)
  return (left, frame) => {
    const number = numbering(columns, meter)
    const at = moving(null)
    const keyed = (row: Row) => number(at(row))
    const found = new Map<number, Row>()
    left.forEach((row) => {
      const own = keyed(row)
      if (!found.has(own)) found.set(own, row)
    })
    // One query after the other, so no more rows are held than there will be in the result.
    others.forEach((other) => {
      const rows = slicedRows(other)(frame, null)
      if (operation === 'union') {
        rows.forEach((row) => {
          const own = keyed(row)
          if (!found.has(own)) found.set(own, row)
        })
        return
      }
      const there = new Set(rows.map(keyed))
      found.forEach((_, own) => {
        if (there.has(own) === (operation === 'difference')) found.delete(own)
      })
    })
    return withTotal([...found.values()])
  }
}

interface Presented {
  /** Whether rows are given unchanged. */
  readonly bare: boolean
  readonly present: (row: Row, frame: Frame | null) => Row
}

const presented = (world: Evaluation, query: TypedQuery): Presented => {
  const { meter } = world
  const { scope } = query
  const all = query.related.map((each) => relatedMeaning(world, each))
  const names = [...scope.columns.keys()].filter((name) => !isHidden(name) && isGiven(scope, query, name))
  const size = names.length + all.length
  const bare = all.length === 0 && names.length === scope.columns.size
  return {
    bare,
    present: (row, frame) => {
      if (bare) return row
      spend(meter, size)
      make(meter, rowBytes(size))
      const given: { [name: string]: Json } = {}
      names.forEach((name) => {
        given[name] = row[name] ?? null
      })
      all.forEach(({ name, rows }) => {
        given[name] = rows({ row, parent: frame, group: null })
      })
      return given
    },
  }
}

interface RelatedMeaning {
  readonly name: string
  readonly rows: (frame: Frame) => Json
}

const relatedMeaning = (world: Evaluation, { relation, many, query, join }: TypedRelated): RelatedMeaning => {
  const { meter } = world
  const inside = meaning(world, query, true)
  const reached = related(world, [join])
  const there = slicedRows(inside)
  // A query that doesn't refer to a row around it is the same everywhere. It is computed once and shared.
  const alone = query.reach <= 1
  // With a foreign key, no two rows lead back to the same one.
  const again = join.relation.via._tag === 'through'
  const present =
    alone && again && !inside.bare ? remembered((each: Row) => inside.present(each, null)) : inside.present
  const rows = (frame: Frame): Json => {
    const base = reached(frame.row)
    spend(meter, 1 + base.length)
    make(meter, 8 * base.length)
    const given = there(frame, base).map((each) => present(each, frame))
    return many ? given : (given[0] ?? null)
  }
  const from = startOf(join)
  const byStart = remembered((_: Json, frame: Frame) => rows(frame))
  return {
    name: relation,
    rows: alone ? (frame) => byStart(frame.row[from] ?? null, frame) : rows,
  }
}

/** The column whose value a relation follows. */
const startOf = ({ relation: { via }, nearKey }: Join): string =>
  via._tag === 'forward' ? via.column : nearKey

/** A function that is called once for each first argument. */
const remembered = <K, A extends ReadonlyArray<unknown>, B>(
  call: (key: K, ...rest: A) => B,
): ((key: K, ...rest: A) => B) => {
  const known = new Map<K, { readonly value: B }>()
  return (key, ...rest) => {
    const found = known.get(key)
    if (found !== undefined) return found.value
    const value = call(key, ...rest)
    known.set(key, { value })
    return value
  }
}
