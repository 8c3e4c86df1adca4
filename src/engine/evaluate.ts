/**
 * What a query means, over rows.
 *
 * @since 0.1.0
 */
import { either as E } from 'fp-ts'
import { isLimited, make, metered, spend, unmetered, type Meter } from '../value/Meter.js'
import type { QueryError } from '../value/QueryError.js'
import type { Json, Row } from '../value/Value.js'
import type { Schema } from '../schema/Schema.js'
import { compile } from '../expression/evaluate.js'
import type { Frame } from '../expression/evaluate/Frame.js'
import { weightOf, type Env } from '../expression/evaluate/Part.js'
import { related } from '../expression/evaluate/related.js'
import { ownField } from '../expression/ownField.js'
import type { Join, Scope } from '../expression/Scope.js'
import type { Source } from '../expression/Source.js'
import type { TypedPredicate } from '../expression/Typed.js'
import { compileLayer, type CompiledColumn, type CompiledLayer } from '../query/compile.js'
import type { Evaluated } from '../query/Evaluator.js'
import { infer } from '../query/infer.js'
import { isHidden, layersOf, type Query } from '../query/Query.js'
import { isGiven } from '../query/shape.js'
import type { TypedQuery, TypedRelated } from '../query/TypedQuery.js'
import { asTheyStand, firstOfEach, grouped, moving, numbering, rowBytes, rowOf } from './rows.js'
import { sorted } from './sorted.js'

/** Rows, given the row around the query, and what its innermost `from` stands for where that isn't the whole model. */
type Rows = (frame: Frame | null, base: ReadonlyArray<Row> | null) => ReadonlyArray<Row>

/** How many rows of a pass are needed at most, and whether it matters how many there are. */
interface Wanted {
  readonly most: number
  readonly total: boolean
}

const everything: Wanted = { most: Infinity, total: true }

interface Pass {
  /** How many of its rows the next pass needs at most. */
  readonly most: number
  /** The rows, of which those past the wanted ones may be missing; `total` is right where it is wanted. */
  readonly run: (rows: ReadonlyArray<Row>, frame: Frame | null, wanted: Wanted) => Evaluated
}

/** Where rows come from, and what is done with them in turn. Only `meaning` adds to the list. */
interface Course {
  readonly start: Rows
  readonly passes: Array<Pass>
}

interface Meaning {
  readonly course: Course
  /** The rows before the slice, as far as they are wanted. */
  readonly whole: (frame: Frame | null, base: ReadonlyArray<Row> | null, wanted: Wanted) => Evaluated
  readonly slice: Query['slice']
  /** Whether rows are given as they are. */
  readonly bare: boolean
  /** A row as it is given: its fields, and the related rows besides. */
  readonly present: (row: Row, frame: Frame | null) => Row
}

/**
 * The rows that a query gives over a source. `now` is what `now()` means, a datetime. Past the budget of the meter it is an
 * `OverBudget`.
 *
 * @since 0.1.0
 */
export const evaluate =
  (schema: Schema, source: Source, now: string, meter: Meter = unmetered) =>
  (query: Query): E.Either<QueryError, ReadonlyArray<Row>> =>
    E.map(({ rows }: Evaluated) => rows)(evaluatePage(schema, source, now, meter)(query))

/**
 * The same, and how many rows there would be without the slice.
 *
 * @since 0.1.0
 */
export const evaluatePage =
  (schema: Schema, source: Source, now: string, meter: Meter = unmetered) =>
  (query: Query): E.Either<QueryError, Evaluated> =>
    told({ schema, source, now, meter }, query, (made): Evaluated => {
      const { rows, total } = made.whole(null, null, { most: endOf(made.slice), total: true })
      return { rows: sliced(made.slice, rows).map((row) => made.present(row, null)), total }
    })

/**
 * The rows alone, where the rows that the query begins with are given, instead of all of the model's; or those that its
 * innermost passes give, so many of them.
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
      (made) => rowsOf(made)(null, base).map((row) => made.present(row, null)),
      given,
    )

/** What is made of a query, for as long as the meter lets it. */
const told = <A>(
  world: World,
  query: Query,
  read: (made: Meaning) => A,
  given = 0,
): E.Either<QueryError, A> => {
  const typed = infer(world.schema, query)
  return E.isLeft(typed) ? typed : metered(() => read(meaning(world, typed.right, false, given)))
}

/** The rows of a query, `most` of them at most where no more are needed. */
const rowsOf = ({ whole, slice }: Meaning, most = Infinity): Rows => {
  const wanted = { most: Math.min(endOf(slice), (slice?.offset ?? 0) + most), total: false }
  return (frame, base) => sliced(slice, whole(frame, base, wanted).rows)
}

/** How many rows a slice looks at. */
const endOf = (slice: Query['slice']): number =>
  slice === null || slice.limit === null ? Infinity : slice.offset + slice.limit

const sliced = (slice: Query['slice'], rows: ReadonlyArray<Row>): ReadonlyArray<Row> =>
  slice === null
    ? rows
    : rows.slice(slice.offset, slice.limit === null ? undefined : slice.offset + slice.limit)

interface World {
  readonly schema: Schema
  readonly source: Source
  readonly now: string
  readonly meter: Meter
}

/** `nested` says that there is a row around the query; of its innermost passes, so many are done already. */
const meaning = (world: World, query: TypedQuery, nested: boolean, done = 0): Meaning => {
  const env: Env<TypedQuery> = {
    ...world,
    rows: (inner, most) => {
      const rows = rowsOf(meaning(world, inner, true), most)
      return (frame) => rows(frame, null)
    },
  }
  return layersOf(query).reduce<Meaning | null>((inside, layer, i): Meaning => {
    if (i < done) return standing(presented(world, layer))
    const from = begin(world, layer, inside, nested)
    const compiled = compileLayer(env, nested, layer)
    const seek = seekable(env, layer, nested)
    const course = seek === null ? from : { ...from, start: seeking(seek, from.start) }
    course.passes.push({ most: Infinity, run: passOf(world.meter, compiled, layer) })
    const { bare, present } = presented(world, layer)
    return {
      course,
      whole: (frame, base, wanted) => follows(course, frame, base, wanted),
      slice: layer.slice,
      bare,
      present,
    }
  }, null) as Meaning // there is one layer at least
}

/** What a pass gives that is done already: the rows that there are. */
const standing = ({ bare, present }: Given): Meaning => {
  const start: Rows = (_, base) => base ?? []
  const course: Course = { start, passes: [] }
  return {
    course,
    whole: (frame, base) => follows(course, frame, base, everything),
    slice: null,
    bare,
    present,
  }
}

/** One pass after the other: a query can have more of them than the stack has room for. */
const follows = (
  { start, passes }: Course,
  frame: Frame | null,
  base: ReadonlyArray<Row> | null,
  wanted: Wanted,
): Evaluated =>
  passes.reduce<Evaluated>(
    ({ rows }, { most, run }, i) =>
      run(rows, frame, i === passes.length - 1 ? wanted : { most, total: false }),
    counted(start(frame, base)),
  )

const counted = (rows: ReadonlyArray<Row>): Evaluated => ({ rows, total: rows.length })

const seeking =
  (seek: Seek, all: Rows): Rows =>
  (frame, base) =>
    base === null ? seek(frame) : all(frame, base)

const begin = (
  world: World,
  { from, start }: TypedQuery,
  inside: Meaning | null,
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
    course.passes.push({ most: Infinity, run: (rows) => counted(sliced(slice, rows)) })
  }
  if (from._tag === 'combine') {
    const others = from.right.map((other) => meaning(world, other, nested))
    course.passes.push({ most: Infinity, run: combining(world.meter, from.operation, start, others) })
  }
  return course
}

/** The rows that there are, put together with those of other queries: each once, told apart by all columns. */
const combining = (
  meter: Meter,
  operation: 'union' | 'intersection' | 'difference',
  scope: Scope,
  others: ReadonlyArray<Meaning>,
): Pass['run'] => {
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
    // One after the other, so that no more are held than there will be.
    others.forEach((other) => {
      const rows = rowsOf(other)(frame, null)
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
    return counted([...found.values()])
  }
}

/** One pass over rows, in the order that `Query` says, up to its slice. */
const passOf = (meter: Meter, layer: CompiledLayer, query: TypedQuery): Pass['run'] => {
  const { annotations, where, order, columns, distinctOn, aggregates } = layer
  const nothing = changesNothing(layer, query)
  // Each row that is kept is one of the answer, in this order.
  const plain = distinctOn === null && aggregates === null && !query.reverse && !query.distinct
  // Work that is limited is counted for all rows.
  const lazy = plain && !isLimited(meter)
  return (given, parent, wanted) => {
    const at = moving(parent)
    const most = lazy || (plain && columns === null) ? wanted.most : Infinity
    const from =
      lazy && where === null && order.length === 0 && given.length > most ? given.slice(0, most) : given
    spend(meter, from.length * weightOf(annotations))
    const annotated =
      annotations.length === 0 ? from : from.map((row) => annotate(meter, annotations, row, at))
    if (nothing) return { rows: annotated, total: given.length }
    spend(meter, annotated.length * (where?.weight ?? 0))
    const stops = lazy && order.length === 0 && !wanted.total ? most : Infinity
    const kept = where === null ? annotated : keptBy((row) => where.run(at(row)), annotated, stops)
    const inOrder = order.length === 0 ? kept : sorted(kept, order, at, meter, most)
    const turned = query.reverse ? [...inOrder].reverse() : inOrder
    const firsts = distinctOn === null ? turned : firstOfEach(turned, keyIn(distinctOn, meter, at))
    const needed = lazy && firsts.length > most ? firsts.slice(0, most) : firsts
    if (columns !== null) spend(meter, needed.length * weightOf(columns))
    const made =
      aggregates !== null
        ? groups(meter, layer.keys, aggregates, needed, parent)
        : columns !== null
          ? needed.map((row) => rowOf(columns, at(row), meter))
          : needed
    if (!query.distinct)
      return { rows: made, total: !plain ? made.length : from === given ? kept.length : given.length }
    return counted(firstOfEach(made, keyIn(asTheyStand(query.scope), meter, at)))
  }
}

/** The first rows that are kept, `most` at most. */
const keptBy = (keeps: (row: Row) => boolean, rows: ReadonlyArray<Row>, most: number): ReadonlyArray<Row> => {
  if (most === Infinity) return rows.filter(keeps)
  const kept: Array<Row> = []
  /* eslint-disable-next-line functional/no-loop-statements -- ends once there are enough */
  for (let i = 0; i < rows.length && kept.length < most; i++) {
    const row = rows[i]
    if (row !== undefined && keeps(row)) kept.push(row)
  }
  return kept
}

const keyIn = (
  columns: ReadonlyArray<CompiledColumn>,
  meter: Meter,
  at: (row: Row) => Frame,
): ((row: Row) => number) => {
  const number = numbering(columns, meter)
  return (row) => number(at(row))
}

/** Whether the rows are those that there were, but for annotations. */
const changesNothing = (layer: CompiledLayer, { reverse, distinct }: Query): boolean =>
  layer.where === null &&
  layer.order.length === 0 &&
  layer.distinctOn === null &&
  layer.columns === null &&
  layer.aggregates === null &&
  !reverse &&
  !distinct

/** A row with annotations, each seeing the ones before it. */
const annotate = (
  meter: Meter,
  annotations: ReadonlyArray<CompiledColumn>,
  row: Row,
  at: (row: Row) => Frame,
): Row => {
  const grown: { [name: string]: Json } = { ...row }
  make(meter, rowBytes(annotations.length))
  const frame = at(grown)
  annotations.forEach(({ name, run }) => {
    grown[name] = run(frame)
  })
  return grown
}

const groups = (
  meter: Meter,
  keys: ReadonlyArray<CompiledColumn>,
  aggregates: ReadonlyArray<CompiledColumn>,
  rows: ReadonlyArray<Row>,
  parent: Frame | null,
): ReadonlyArray<Row> => {
  const at = moving(parent)
  // Without keys there is one group, of whatever there is.
  const all = keys.length === 0 ? [rows] : grouped(rows, keyIn(keys, meter, at))
  spend(meter, all.length * (weightOf(keys) + weightOf(aggregates)))
  return all.map((members) => {
    const [first] = members
    const group: Frame = { row: {}, parent, group: members }
    return {
      ...(first === undefined ? {} : rowOf(keys, at(first), meter)),
      ...rowOf(aggregates, group, meter),
    }
  })
}

type Seek = (frame: Frame | null) => ReadonlyArray<Row>

/**
 * A filter by a column of the model's own, for a value that doesn't depend on the row, finds its rows without
 * looking at the others. (The filter itself still runs, so this can't change what the query means.)
 */
const seekable = (env: Env<TypedQuery>, layer: TypedQuery, nested: boolean): Seek | null => {
  const { from, where, start } = layer
  if (from._tag !== 'model' || where === null) return null
  const conjuncts = where._tag === 'and' ? where.all : [where]
  const found = conjuncts.flatMap((each) => {
    const equality = equalityOf(each)
    return equality !== null && start.columns.has(equality.column) ? [equality] : []
  })[0]
  if (found === undefined) return null
  const { column, value } = found
  const { kind } = value.type
  if (kind !== start.columns.get(column)?.kind || kind === 'json') return null
  const { run } = compile(env, { nested, group: false }, value)
  return (frame) => {
    const own = run({ row: {}, parent: frame, group: null })
    return own === null ? [] : env.source.find(from.model, column, own)
  }
}

const equalityOf = (predicate: TypedPredicate<TypedQuery>) => {
  if (predicate._tag !== 'lookup' || predicate.name !== 'exact') return null
  const { left } = predicate
  const [value] = predicate.right
  const column = ownField(left)
  return column !== null &&
    value !== undefined &&
    (value._tag === 'const' || (value._tag === 'column' && value.level > 0))
    ? { column, value }
    : null
}

interface Given {
  /** Whether rows are given as they are. */
  readonly bare: boolean
  readonly present: (row: Row, frame: Frame | null) => Row
}

const presented = (world: World, query: TypedQuery): Given => {
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

const relatedMeaning = (world: World, { relation, many, query, join }: TypedRelated): RelatedMeaning => {
  const { meter } = world
  const inside = meaning(world, query, true)
  const reached = related(world, [join])
  const there = rowsOf(inside)
  // What looks at no row around it is the same wherever it is reached from: it is made once, and shared.
  const alone = query.reach <= 1
  // By a foreign key, no two rows lead back to the same one.
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

/** The column by whose value a relation leads on. */
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
