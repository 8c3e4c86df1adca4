/**
 * What each step means, as a function on lists of rows. This is what "correct" is held against: the fold, the
 * rules, the planner and every client have to agree with it.
 *
 * @since 0.1.0
 */
import { either as E } from 'fp-ts'
import { unmetered } from '../value/Meter.js'
import { invalidStep, type QueryError } from '../value/QueryError.js'
import type { Json, Row } from '../value/Value.js'
import type { ModelRelation, Schema } from '../schema/Schema.js'
import { compile, compilePredicate, type Compiled } from '../expression/evaluate.js'
import type { Frame } from '../expression/evaluate/Frame.js'
import type { Env as Running } from '../expression/evaluate/Part.js'
import { related } from '../expression/evaluate/related.js'
import type { Expression, Named, OrderKey, Predicate } from '../expression/Expression.js'
import { infer, inferPredicate } from '../expression/infer.js'
import type { InferQuery } from '../expression/infer/inferSubquery.js'
import { follow, joinsOf, modelOf, modelScope, type Scope, type Scopes } from '../expression/Scope.js'
import type { Source } from '../expression/Source.js'
import {
  columnOf,
  type TypedExpression,
  type TypedPredicate,
  type TypedSubquery,
} from '../expression/Typed.js'
import { keyCompare, type CompiledColumn } from '../query/compile.js'
import { combinedScope } from '../query/infer/combinedScope.js'
import { singleOf } from '../query/infer/singleOf.js'
import { allRows, stepsOf, type AnyQueryset, type Step } from '../queryset/Queryset.js'
import { asTheyStand, firstOfEach, framed, grouped, keyOf, rowOf, sorted } from './rows.js'

/** A row, and the key of the model's row that it comes from, for as long as there is one. */
interface Item {
  readonly row: Row
  readonly key: Json
}

interface World {
  readonly schema: Schema
  readonly source: Source
  readonly now: string
}

/** The meaning of some steps. `base` stands for the model's rows where it isn't all of them. */
interface Meaning {
  readonly scope: Scope
  readonly keyed: boolean
  readonly annotated: boolean
  /** Whether the rows come in an order: otherwise they are a bag, here listed by key. */
  readonly ordered: boolean
  readonly reach: number
  readonly items: (frame: Frame | null, base: ReadonlyArray<Row> | null) => ReadonlyArray<Item>
  readonly fields: ReadonlyArray<string> | null
  readonly related: ReadonlyMap<string, (frame: Frame) => Json>
}

/**
 * What a queryset means over a source: its rows, and whether their order is part of the meaning.
 *
 * @since 0.1.0
 */
export const denote =
  (schema: Schema, source: Source, now: string) =>
  (
    queryset: AnyQueryset,
  ): E.Either<QueryError, { readonly rows: ReadonlyArray<Row>; readonly ordered: boolean }> =>
    E.map((meant: Meaning) => ({
      ordered: meant.ordered,
      rows: meant.items(null, null).map(({ row }) => present(meant, row, null)),
    }))(meaning({ schema, source, now }, queryset, null))

const meaning = (world: World, queryset: AnyQueryset, parent: Scopes | null): E.Either<QueryError, Meaning> =>
  E.flatMap(queryset.scope, () =>
    stepsOf(queryset).reduce<E.Either<QueryError, Meaning>>(
      (before, step, i) =>
        E.flatMap(before, (meant: Meaning) => take(world, parent, meant, step, { queryset, index: i })),
      allOf(world, queryset.model),
    ),
  )

const allOf = (world: World, model: string): E.Either<QueryError, Meaning> =>
  E.map((scope: Scope): Meaning => {
    const pk = modelOf(scope)?.primaryKey ?? ''
    const byKey = keyCompare(scope.columns.get(pk)?.kind ?? 'int', { direction: 'asc', nulls: 'last' })
    return {
      scope,
      keyed: true,
      annotated: false,
      ordered: false,
      reach: 0,
      items: (_, base) =>
        [...(base ?? world.source.all(model))]
          .map((row) => ({ row, key: row[pk] ?? null }))
          .sort((a, b) => byKey(a.key, b.key)),
      fields: null,
      related: new Map(),
    }
  })(modelScope(world.schema, model))

interface Place {
  readonly queryset: AnyQueryset
  readonly index: number
}

/** A subquery that has been given a meaning. */
interface Within extends TypedSubquery {
  readonly rows: (frame: Frame | null) => ReadonlyArray<Row>
}

interface Env extends Running<Within> {
  readonly query: InferQuery<AnyQueryset, Within>
}

const standOf = ({ group, parent }: Scopes) => ({ nested: parent !== null, group: group !== null })

type Reaching = CompiledColumn & { readonly reach: number }

const column = (
  env: Env,
  scopes: Scopes,
  name: string,
  expression: Expression<AnyQueryset>,
): E.Either<QueryError, Reaching> =>
  E.map((typed: TypedExpression<Within>) => ({
    name,
    reach: typed.reach,
    column: columnOf(typed),
    ...compile(env, standOf(scopes), typed),
  }))(infer(env.query, scopes, expression))

const predicateIn = (
  env: Env,
  scopes: Scopes,
  predicate: Predicate<AnyQueryset>,
): E.Either<QueryError, Compiled<boolean> & { readonly reach: number }> =>
  E.map((typed: TypedPredicate<Within>) => ({
    reach: typed.reach,
    ...compilePredicate(env, standOf(scopes), typed),
  }))(inferPredicate(env.query, scopes, predicate))

const take = (
  world: World,
  parent: Scopes | null,
  meant: Meaning,
  step: Step,
  place: Place,
): E.Either<QueryError, Meaning> => {
  const scopes: Scopes = { scope: meant.scope, group: null, parent }
  const env: Env = {
    ...world,
    meter: unmetered,
    rows: ({ rows }) => rows,
    query: (inner, around) =>
      E.map((within: Meaning): Within => ({
        single: singleOf(within.scope),
        reach: within.reach,
        rows: (frame) => inOrder(within, within.items(frame, null)).map(({ row }) => row),
      }))(meaning(world, inner, around)),
  }
  const columns = (named: ReadonlyArray<Named<AnyQueryset>>, at: Scopes = scopes) =>
    E.traverseArray(({ name, expression }: Named<AnyQueryset>) => column(env, at, name, expression))(named)
  const reaching = (parts: ReadonlyArray<{ readonly reach: number }>): number =>
    parts.reduce((most, { reach }) => Math.max(most, reach), meant.reach)
  /** The same rows in another way. */
  const listed = (
    change: (items: ReadonlyArray<Item>, frame: (item: Item) => Frame) => ReadonlyArray<Item>,
    more: Partial<Meaning> = {},
  ): Meaning => ({
    ...meant,
    ...more,
    items: (frame, base) => change(meant.items(frame, base), (item) => framed(frame)(item.row)),
  })
  const widened = (scope: Scope, made: ReadonlyArray<CompiledColumn>): Scope => ({
    ...scope,
    columns: new Map([...scope.columns, ...made.map(({ name, column: one }) => [name, one] as const)]),
  })

  switch (step._tag) {
    case 'filter':
      return E.map(({ run, reach }: Compiled<boolean> & { readonly reach: number }) =>
        listed((items, frame) => items.filter((item) => run(frame(item))), { reach: reaching([{ reach }]) }),
      )(predicateIn(env, scopes, step.predicate))

    case 'orderBy':
      return E.map((keys: ReadonlyArray<Key>) =>
        listed((items, frame) => byKeys(byTies(meant, items), keys, frame), {
          ordered: true,
          reach: reaching(keys),
        }),
      )(orderKeys(env, scopes, step.keys))

    case 'reverse':
      return E.right(listed((items) => [...inOrder(meant, items)].reverse(), { ordered: true }))

    case 'slice':
      return E.right(
        listed((items) => inOrder(meant, items).slice(step.start, step.stop ?? undefined), {
          ordered: true,
        }),
      )

    case 'distinct':
      return E.right(meant.keyed && meant.scope.model !== null ? meant : once(meant))

    case 'distinctOn':
      return E.map((keys: ReadonlyArray<Reaching>) =>
        listed((items, frame) => firstOfEach(inOrder(meant, items), (item) => keyOf(keys)(frame(item))), {
          reach: reaching(keys),
        }),
      )(E.traverseArray((key: Expression<AnyQueryset>) => column(env, scopes, '', key))(step.keys))

    case 'values':
      return E.map((made: ReadonlyArray<Reaching>) =>
        listed((items, frame) => items.map((item) => ({ ...item, row: rowOf(made, frame(item)) })), {
          scope: widened({ ...meant.scope, model: null, columns: new Map() }, made),
          reach: reaching(made),
          fields: null,
          related: new Map(),
        }),
      )(columns(step.columns))

    case 'annotate':
      return E.map((made: ReadonlyArray<Reaching>) =>
        listed(
          (items, frame) =>
            items.map((item) => ({ ...item, row: { ...item.row, ...rowOf(made, frame(item)) } })),
          {
            scope: widened(meant.scope, made),
            annotated: true,
            reach: reaching(made),
          },
        ),
      )(columns(step.columns))

    case 'groupBy':
      return E.flatMap(columns(step.keys), (keys: ReadonlyArray<Reaching>) =>
        E.map((aggregates: ReadonlyArray<Reaching>): Meaning => ({
          ...meant,
          scope: widened({ ...meant.scope, model: null, columns: new Map() }, [...keys, ...aggregates]),
          keyed: false,
          annotated: false,
          ordered: false,
          reach: reaching([...keys, ...aggregates]),
          fields: null,
          related: new Map(),
          items: (frame, base) => {
            const frames = meant.items(frame, base).map((item) => framed(frame)(item.row))
            const all = keys.length === 0 ? [frames] : grouped(frames, keyOf(keys))
            return all.map((members) => ({
              key: null,
              row: {
                ...(members[0] === undefined ? {} : rowOf(keys, members[0])),
                ...rowOf(aggregates, { row: {}, parent: frame, group: members.map(({ row }) => row) }),
              },
            }))
          },
        }))(
          columns(step.aggregates, {
            scope: { ...meant.scope, model: null, columns: new Map() },
            group: { ...meant.scope, filled: keys.length > 0 },
            parent,
          }),
        ),
      )

    case 'union':
    case 'intersection':
    case 'difference':
      return E.flatMap(
        E.traverseArray((other: AnyQueryset) => meaning(world, other, parent))(step.others),
        (others: ReadonlyArray<Meaning>) => {
          const whole = [meant, ...others].every(
            (each) => each.keyed && each.scope.model !== null && !each.annotated,
          )
          return E.map((scope: Scope): Meaning => {
            const left = once({ ...meant, scope })
            const key = whole ? (item: Item) => JSON.stringify(item.key) : rowKey(scope)
            return {
              ...left,
              keyed: whole,
              annotated: false,
              ordered: false,
              reach: reaching(others),
              items: (frame, base) => {
                const right = others.map((other) => other.items(frame, null))
                const mine = meant.items(frame, base)
                if (step._tag === 'union') return firstOfEach([...mine, ...right.flat()], key)
                const sets = right.map((items) => new Set(items.map(key)))
                return firstOfEach(mine, key).filter((item) =>
                  step._tag === 'intersection'
                    ? sets.every((set) => set.has(key(item)))
                    : !sets.some((set) => set.has(key(item))),
                )
              },
            }
          })(
            combinedScope(
              step._tag,
              meant.scope,
              others.map(({ scope }) => scope),
              meant.scope.model,
            ),
          )
        },
      )

    case 'and':
    case 'or':
    case 'xor':
      return E.flatMap(meaning(world, step.other, parent), (other: Meaning) => {
        if (!meant.keyed || !other.keyed)
          return E.left(invalidStep(step._tag, place.index, 'the rows have no key any more', "Use 'union'."))
        const keys = (each: Meaning, frame: Frame | null, base: ReadonlyArray<Row> | null) =>
          new Set(each.items(frame, base).map(({ key }) => key))
        if (step._tag === 'and')
          return E.right({
            ...meant,
            reach: reaching([other]),
            items: (frame: Frame | null, base: ReadonlyArray<Row> | null) => {
              const there = keys(other, frame, null)
              return meant.items(frame, base).filter(({ key }) => there.has(key))
            },
          })
        // The model's rows, with the columns that the first queryset gives them.
        return E.map((columned: Meaning): Meaning => ({
          ...columned,
          fields: meant.fields,
          related: meant.related,
          ordered: false,
          reach: reaching([other, columned]),
          items: (frame, base) => {
            const mine = keys(meant, frame, base)
            const theirs = keys(other, frame, null)
            return columned
              .items(frame, null)
              .filter(({ key }) =>
                step._tag === 'or' ? mine.has(key) || theirs.has(key) : mine.has(key) !== theirs.has(key),
              )
          },
        }))(
          stepsOf(place.queryset)
            .slice(0, place.index)
            .filter(({ _tag }) => _tag === 'values' || _tag === 'annotate')
            .reduce<E.Either<QueryError, Meaning>>(
              (before, each) =>
                E.flatMap(before, (so_far: Meaning) => take(world, parent, so_far, each, place)),
              allOf(world, place.queryset.model),
            ),
        )
      })

    case 'selectRelated':
      return E.map((show: (frame: Frame) => Json): Meaning => ({
        ...meant,
        related: new Map([...meant.related, [step.path[0] ?? '', show]]),
      }))(selected(world, scopes, selectedPaths(place, step.path)))

    case 'prefetchRelated':
      return E.flatMap(follow(meant.scope, step.relation), (followed: { readonly relation: ModelRelation }) =>
        E.map((inside: Meaning): Meaning => {
          const reached = related({ ...world, meter: unmetered }, joinsOf(meant.scope, [followed.relation]))
          return {
            ...meant,
            reach: reaching([{ reach: inside.reach - 1 }]),
            related: new Map([
              ...meant.related,
              [
                step.relation,
                (frame) =>
                  inOrder(inside, inside.items(frame, reached(frame.row))).map(({ row }) =>
                    present(inside, row, frame),
                  ),
              ],
            ]),
          }
        })(meaning(world, step.query, scopes)),
      )

    case 'only':
      return E.right({ ...meant, fields: step.fields })
  }
}

/** Each row once, the first; told apart by their columns from then on. */
const once = (meant: Meaning): Meaning => {
  const key = rowKey(meant.scope)
  return {
    ...meant,
    keyed: false,
    annotated: false,
    items: (frame, base) => firstOfEach(meant.items(frame, base), key).map(({ row }) => ({ row, key: null })),
  }
}

const rowKey = (scope: Scope): ((item: Item) => string) => {
  const key = keyOf(asTheyStand(scope))
  return (item) => key(framed(null)(item.row))
}

interface Key {
  readonly run: (frame: Frame) => Json
  readonly reach: number
  readonly compare: (a: Json, b: Json) => number
}

const orderKeys = (
  env: Env,
  scopes: Scopes,
  keys: ReadonlyArray<OrderKey<AnyQueryset>>,
): E.Either<QueryError, ReadonlyArray<Key>> =>
  E.traverseArray((key: OrderKey<AnyQueryset>) =>
    E.map(({ column: { kind }, run, reach }: Reaching) => ({ run, reach, compare: keyCompare(kind, key) }))(
      column(env, scopes, '', key.expression),
    ),
  )(keys)

const byKeys = (
  items: ReadonlyArray<Item>,
  keys: ReadonlyArray<Key>,
  frame: (item: Item) => Frame,
): ReadonlyArray<Item> =>
  sorted(
    items,
    keys.map(({ run, compare }) => ({ compare, run: (item: Item) => run(frame(item)) })),
  )

/** What asks which row comes first sorts a bag. */
const inOrder = (meant: Meaning, items: ReadonlyArray<Item>): ReadonlyArray<Item> =>
  meant.ordered ? items : byTies(meant, items)

/** By the key, or by all columns where there is none. */
const byTies = (meant: Meaning, items: ReadonlyArray<Item>): ReadonlyArray<Item> => {
  const ascending = { direction: 'asc', nulls: 'last' } as const
  if (!meant.keyed)
    return sorted(
      items,
      [...meant.scope.columns].map(([name, { kind }]) => ({
        run: (item: Item) => item.row[name] ?? null,
        compare: keyCompare(kind, ascending),
      })),
    )
  const kinds = items.map(({ key }) => (typeof key === 'number' ? 'int' : 'text'))
  return sorted(items, [{ run: (item: Item) => item.key, compare: keyCompare(kinds[0] ?? 'int', ascending) }])
}

const present = (meant: Meaning, row: Row, frame: Frame | null): Row => {
  const { fields, related: besides, scope } = meant
  const hidden = (name: string) =>
    fields !== null && modelOf(scope)?.columns.has(name) === true && !fields.includes(name)
  return {
    ...Object.fromEntries(
      [...scope.columns.keys()].filter((name) => !hidden(name)).map((name) => [name, row[name] ?? null]),
    ),
    ...Object.fromEntries(
      [...besides].map(([name, show]) => [name, show({ row, parent: frame, group: null })]),
    ),
  }
}

/** The paths that have been selected so far behind the first relation of a path, that path included. */
const selectedPaths = (place: Place, path: ReadonlyArray<string>): ReadonlyArray<ReadonlyArray<string>> =>
  stepsOf(place.queryset)
    .slice(0, place.index + 1)
    .flatMap((step) => (step._tag === 'selectRelated' && step.path[0] === path[0] ? [step.path] : []))

/** The related row behind some paths that begin with the same relation, with those behind it in their places. */
const selected = (
  world: World,
  scopes: Scopes,
  paths: ReadonlyArray<ReadonlyArray<string>>,
): E.Either<QueryError, (frame: Frame) => Json> => {
  const [first] = paths[0] ?? []
  return E.flatMap(
    follow(scopes.scope, first ?? ''),
    (followed: { readonly relation: ModelRelation; readonly scope: Scope }) => {
      const reached = related({ ...world, meter: unmetered }, joinsOf(scopes.scope, [followed.relation]))
      const inside: Scopes = { scope: followed.scope, group: null, parent: scopes }
      const further = grouped(
        paths.map((path) => path.slice(1)).filter((path) => path.length > 0),
        (path) => path[0] ?? '',
      )
      return E.map(
        (besides: ReadonlyArray<readonly [string, (frame: Frame) => Json]>) =>
          (frame: Frame): Json => {
            const [row] = reached(frame.row)
            return row === undefined
              ? null
              : {
                  ...row,
                  ...Object.fromEntries(
                    besides.map(([name, show]) => [name, show({ row, parent: frame, group: null })]),
                  ),
                }
          },
      )(
        E.traverseArray((group: ReadonlyArray<ReadonlyArray<string>>) =>
          E.map((show: (frame: Frame) => Json) => [group[0]?.[0] ?? '', show] as const)(
            selected(world, inside, group),
          ),
        )(further),
      )
    },
  )
}

/** @since 0.1.0 */
export { allRows }
