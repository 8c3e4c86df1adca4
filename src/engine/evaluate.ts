/**
 * What a query means, over rows.
 *
 * @since 0.1.0
 */
import { either as E } from 'fp-ts'
import { make, metered, spend, unmetered, type Meter } from '../value/Meter.js'
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
import { asTheyStand, firstOfEach, framed, grouped, keyOf, rowBytes, rowOf, sorted } from './rows.js'

/** Rows, given the row around the query, and what its innermost `from` stands for where that isn't the whole model. */
type Rows = (frame: Frame | null, base: ReadonlyArray<Row> | null) => ReadonlyArray<Row>

/** Where rows come from, and what is done with them in turn. Only `meaning` adds to the list. */
interface Course {
  readonly start: Rows
  readonly passes: Array<(rows: ReadonlyArray<Row>, frame: Frame | null) => ReadonlyArray<Row>>
}

interface Meaning {
  readonly course: Course
  /** The rows before the slice. */
  readonly whole: Rows
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
      const all = made.whole(null, null)
      return { rows: sliced(made.slice, all).map((row) => made.present(row, null)), total: all.length }
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

const rowsOf =
  ({ whole, slice }: Meaning): Rows =>
  (frame, base) =>
    sliced(slice, whole(frame, base))

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
    rows: (inner) => {
      const rows = rowsOf(meaning(world, inner, true))
      return (frame) => rows(frame, null)
    },
  }
  return layersOf(query).reduce<Meaning | null>((inside, layer, i): Meaning => {
    if (i < done) return standing(presented(world, layer))
    const from = begin(world, layer, inside, nested)
    const compiled = compileLayer(env, nested, layer)
    const seek = seekable(env, layer, nested)
    const course = seek === null ? from : { ...from, start: seeking(seek, from.start) }
    course.passes.push((rows, frame) => pass(world.meter, compiled, layer, rows, frame))
    const { bare, present } = presented(world, layer)
    return {
      course,
      whole: (frame, base) => follows(course, frame, base),
      slice: layer.slice,
      bare,
      present,
    }
  }, null) as Meaning // there is one layer at least
}

/** What a pass gives that is done already: the rows that there are. */
const standing = ({ bare, present }: Given): Meaning => {
  const start: Rows = (_, base) => base ?? []
  return { course: { start, passes: [] }, whole: start, slice: null, bare, present }
}

/** One pass after the other: a query can have more of them than the stack has room for. */
const follows = (course: Course, frame: Frame | null, base: ReadonlyArray<Row> | null): ReadonlyArray<Row> =>
  course.passes.reduce((rows, next) => next(rows, frame), course.start(frame, base))

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
  if (slice !== null) course.passes.push((rows) => sliced(slice, rows))
  if (from._tag === 'combine') {
    const others = from.right.map((other) => meaning(world, other, nested))
    course.passes.push(combining(world.meter, from.operation, start, others))
  }
  return course
}

/** The rows that there are, put together with those of other queries: each once, told apart by all columns. */
const combining = (
  meter: Meter,
  operation: 'union' | 'intersection' | 'difference',
  scope: Scope,
  others: ReadonlyArray<Meaning>,
): Course['passes'][number] => {
  const key = keyOf(asTheyStand(scope), meter)
  const keyed = (row: Row) => key(framed(null)(row))
  return (left, frame) => {
    const found = new Map<string, Row>()
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
    return [...found.values()]
  }
}

/** One pass over rows, in the order that `Query` says, up to its slice. */
const pass = (
  meter: Meter,
  layer: CompiledLayer,
  query: TypedQuery,
  from: ReadonlyArray<Row>,
  parent: Frame | null,
): ReadonlyArray<Row> => {
  const frame = framed(parent)
  spend(meter, from.length * weightOf(layer.annotations))
  const annotated =
    layer.annotations.length === 0 ? from : from.map((row) => annotate(meter, layer.annotations, row, parent))
  if (changesNothing(layer, query)) return annotated
  const { where } = layer
  spend(meter, annotated.length * (where?.weight ?? 0))
  const kept = where === null ? annotated.map(frame) : annotated.map(frame).filter((each) => where.run(each))
  const inOrder = layer.order.length === 0 ? kept : sorted(kept, layer.order, meter)
  const turned = query.reverse ? [...inOrder].reverse() : inOrder
  const firsts = layer.distinctOn === null ? turned : firstOfEach(turned, keyOf(layer.distinctOn, meter))
  const { columns } = layer
  if (columns !== null) spend(meter, firsts.length * weightOf(columns))
  const made =
    layer.aggregates !== null
      ? groups(meter, layer.keys, layer.aggregates, firsts, parent)
      : columns !== null
        ? firsts.map((each) => rowOf(columns, each, meter))
        : firsts.map(({ row }) => row)
  if (!query.distinct) return made
  const key = keyOf(asTheyStand(query.scope), meter)
  return firstOfEach(made, (row) => key(frame(row)))
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
  parent: Frame | null,
): Row => {
  const grown: { [name: string]: Json } = { ...row }
  make(meter, rowBytes(annotations.length))
  const frame = framed(parent)(grown)
  annotations.forEach(({ name, run }) => {
    grown[name] = run(frame)
  })
  return grown
}

const groups = (
  meter: Meter,
  keys: ReadonlyArray<CompiledColumn>,
  aggregates: ReadonlyArray<CompiledColumn>,
  frames: ReadonlyArray<Frame>,
  parent: Frame | null,
): ReadonlyArray<Row> => {
  // Without keys there is one group, of whatever there is.
  const all = keys.length === 0 ? [frames] : grouped(frames, keyOf(keys, meter))
  spend(meter, all.length * (weightOf(keys) + weightOf(aggregates)))
  return all.map((members) => {
    const [first] = members
    const group: Frame = { row: {}, parent, group: members.map(({ row }) => row) }
    return { ...(first === undefined ? {} : rowOf(keys, first, meter)), ...rowOf(aggregates, group, meter) }
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
