/**
 * Every expression and every condition that a query can have, with hostile values wherever one can stand. The tables are
 * made from those of the library, or are typed by its unions: a new lookup or function is here by itself, and without an
 * entry for a new tag this file does not compile.
 */
import { either as E } from 'fp-ts'
import fc from 'fast-check'
import { field, filter, orderBy, pipe, schema, slice, valuesList, belongsTo, manyToMany } from 'queryset-ts'
import { aggregateType } from '../../../src/expression/aggregate.js'
import type { AggregateName, Expression, Predicate } from '../../../src/expression/Expression.js'
import { functions } from '../../../src/expression/functions.js'
import { castable } from '../../../src/expression/functions/cast.js'
import { builtIn } from '../../../src/expression/lookups.js'
import type { QuerysetLike } from '../../../src/expression/Ref.js'
import { constant, toRef } from '../../../src/expression/toRef.js'
import { kinds, type Kind } from '../../../src/value/Value.js'
import { text, valueOf } from './values.js'

/** Rows with a column of each kind, and relations in both directions. Those of `witness` are never written. */
export const models = schema({
  author: { id: field.int({ primaryKey: true }), name: field.text({ maxLength: 160 }) },
  tag: { name: field.text({ primaryKey: true, maxLength: 160 }) },
  note: {
    id: field.int({ primaryKey: true }),
    name: field.text({ maxLength: 160, unique: true }),
    body: field.nullable(field.text()),
    n: field.int(),
    size: field.nullable(field.float()),
    price: field.nullable(field.decimal()),
    yes: field.nullable(field.boolean()),
    day: field.nullable(field.date()),
    at: field.nullable(field.time()),
    when: field.nullable(field.datetime()),
    took: field.nullable(field.duration()),
    code: field.nullable(field.uuid()),
    data: field.nullable(field.json()),
    author: field.nullable(belongsTo('author', { relatedName: 'notes' })),
    tags: manyToMany('tag', { relatedName: 'notes' }),
  },
  witness: { id: field.int({ primaryKey: true }), name: field.text({ maxLength: 160 }) },
})

export type Term = Expression<QuerysetLike>
export type Cond = Predicate<QuerysetLike>

/** An expression with the kind of its values. */
export interface Typed {
  readonly term: Term
  readonly kind: Kind
}

/** A place where values stand in a statement. */
export interface Place<A> {
  readonly label: string
  readonly draw: fc.Arbitrary<A>
}

/** The columns of a note, by kind. */
export const columns: { readonly [K in Kind]: ReadonlyArray<readonly [string, ...ReadonlyArray<string>]> } = {
  text: [['name'], ['body'], ['author', 'name']],
  int: [['n'], ['id']],
  float: [['size']],
  decimal: [['price']],
  boolean: [['yes']],
  date: [['day']],
  time: [['at']],
  datetime: [['when']],
  duration: [['took']],
  uuid: [['code']],
  json: [['data']],
}

const column = (kind: Kind): fc.Arbitrary<Term> =>
  fc.constantFrom(...columns[kind]).map((path) => ({ _tag: 'column', path, level: 0 }))

const literal = (kind: Kind): fc.Arbitrary<Term> => valueOf(kind).map((value) => constant(kind, value))

/** A value or a column, or what is made of both. */
const leaf = (kind: Kind): fc.Arbitrary<Term> =>
  fc.oneof(
    { weight: 5, arbitrary: literal(kind) },
    { weight: 4, arbitrary: column(kind) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(column(kind), literal(kind))
        .map((args): Term => ({ _tag: 'call', name: 'coalesce', args })),
    },
  )

const any: fc.Arbitrary<Typed> = fc
  .constantFrom(...kinds)
  .chain((kind) => leaf(kind).map((term) => ({ term, kind })))

/* Functions: with each combination of kinds that they take. */

const combinations = (size: number): ReadonlyArray<ReadonlyArray<Kind>> =>
  size === 0 ? [[]] : combinations(size - 1).flatMap((before) => kinds.map((kind) => [...before, kind]))

const bySize = [0, 1, 2, 3].map(combinations)

const calls: ReadonlyArray<Place<Typed>> = [...functions.values()].flatMap(({ name, arity, type }) =>
  bySize.flatMap((all, size) =>
    size < arity[0] || size > arity[1]
      ? []
      : all.flatMap((given): ReadonlyArray<Place<Typed>> => {
          const result = type(given.map((kind) => ({ kind, nullable: true })))
          if (E.isLeft(result)) return []
          const { kind } = result.right
          return [
            {
              label: `the function ${name}(${given.join()})`,
              draw: fc
                .tuple(...given.map(leaf))
                .map((args) => ({ term: { _tag: 'call', name, args }, kind })),
            },
          ]
        }),
  ),
)

const casts: ReadonlyArray<Place<Typed>> = kinds.flatMap((from) =>
  kinds
    .filter((to) => castable(from, to))
    .map((to) => ({
      label: `the conversion of ${from} to ${to}`,
      draw: leaf(from).map((arg) => ({ term: { _tag: 'cast', to, arg }, kind: to })),
    })),
)

/* Lookups: with each kind, and with a value, a column or a pattern. */

const arities = ([min, max]: readonly [number, number]): fc.Arbitrary<number> =>
  fc.integer({ min, max: Math.min(max, min + 4) })

const pattern: fc.Arbitrary<Term> = fc
  .oneof(
    { weight: 4, arbitrary: text.map((each) => each.replaceAll(/[\\^$.*+?()[\]{}|/]/gu, '\\$&')) },
    { weight: 1, arbitrary: text },
    fc.constantFrom("[zqx'\\\\]", '^zqx.*\\\\$', "zqx|'|\\u0000", '(zqx', '\\p{Lu}zqx'),
  )
  .map((each) => constant('text', each))

const lookups: ReadonlyArray<Place<Cond>> = [...builtIn.values()].flatMap(
  ({ name, arity, kinds: of, operand, pattern: isPattern }) =>
    of.map((kind) => ({
      label: `the lookup ${name} of ${kind}`,
      draw: arities(arity)
        .chain((size) =>
          fc.tuple(
            leaf(kind),
            fc.tuple(
              ...Array.from({ length: size }, (_, i) =>
                isPattern === null ? leaf(operand(kind, i)) : pattern,
              ),
            ),
          ),
        )
        .map(([left, right]): Cond => ({ _tag: 'lookup', name: name, left, right })),
    })),
)

const condition: fc.Arbitrary<Cond> = fc.oneof(...lookups.map(({ draw }) => draw))

/* Aggregates: of each kind, with a filter and a default. */

const names: { readonly [A in AggregateName]: true } = {
  count: true,
  sum: true,
  avg: true,
  min: true,
  max: true,
  stddev: true,
  variance: true,
}

/** An aggregate over the notes of the note's author. */
const aggregates: ReadonlyArray<Place<Typed>> = (Object.keys(names) as ReadonlyArray<AggregateName>).flatMap(
  (name) =>
    kinds.flatMap((kind): ReadonlyArray<Place<Typed>> => {
      const type = aggregateType(name, kind)
      if (type === null) return []
      return [
        {
          label: `the aggregate ${name} of ${kind}`,
          draw: fc
            .record({
              arg: leaf(kind),
              distinct: fc.boolean(),
              filter: fc.option(condition),
              default: fc.option(literal(type.kind)),
              sample: fc.boolean(),
            })
            .map(({ sample, ...given }) => ({
              term: {
                ...given,
                _tag: 'aggregate',
                name,
                over: 'row',
                level: 0,
                relation: ['author', 'notes'],
                sample: sample && (name === 'stddev' || name === 'variance'),
              },
              kind: type.kind,
            })),
        },
      ]
    }),
)

/** A query for one column of a note, which may look at the note around it. */
const query = ({ term, kind }: Typed, cond: Cond, correlated: boolean): QuerysetLike =>
  pipe(
    models.note,
    filter(() =>
      correlated
        ? {
            _tag: 'and',
            all: [
              cond,
              {
                _tag: 'lookup',
                name: 'gte',
                left: { _tag: 'column', path: ['id'], level: 0 },
                right: [{ _tag: 'column', path: ['id'], level: 1 }],
              },
            ],
          }
        : cond,
    ),
    orderBy((r) => [r.id.asc()]),
    slice(0, 1),
    valuesList(() => toRef(term, kind)),
  )

const queries = (one: fc.Arbitrary<Typed>): fc.Arbitrary<readonly [Typed, QuerysetLike]> =>
  fc
    .tuple(one, condition, fc.boolean())
    .map(([typed, cond, correlated]) => [typed, query(typed, cond, correlated)])

const draws = <A>(places: ReadonlyArray<Place<A>>): fc.Arbitrary<A> =>
  fc.oneof(...places.map(({ draw }) => draw))

const terms: { readonly [T in Expression<unknown>['_tag']]: fc.Arbitrary<Typed> } = {
  const: fc.constantFrom(...kinds).chain((kind) => literal(kind).map((term) => ({ term, kind }))),
  column: fc.constantFrom(...kinds).chain((kind) => column(kind).map((term) => ({ term, kind }))),
  call: draws(calls),
  cast: draws(casts),
  case: fc.constantFrom(...kinds).chain((kind) =>
    fc
      .tuple(condition, leaf(kind), condition, leaf(kind), leaf(kind))
      .map(([a, x, b, y, otherwise]): Typed => ({
        term: {
          _tag: 'case',
          branches: [
            { when: a, then: x },
            { when: b, then: y },
          ],
          otherwise,
        },
        kind,
      })),
  ),
  aggregate: draws(aggregates),
  subquery: queries(any).map(([{ kind }, inner]) => ({ term: { _tag: 'subquery', query: inner }, kind })),
  test: condition.map((predicate) => ({ term: { _tag: 'test', predicate }, kind: 'boolean' })),
}

const conditions: { readonly [T in Predicate<unknown>['_tag']]: fc.Arbitrary<Cond> } = {
  lookup: condition,
  inQuery: queries(any.filter(({ kind }) => kind !== 'json')).chain(([{ kind }, inner]) =>
    leaf(kind).map((left) => ({ _tag: 'inQuery', left, query: inner })),
  ),
  and: fc.array(condition, { maxLength: 4 }).map((all) => ({ _tag: 'and', all })),
  or: fc.array(condition, { maxLength: 4 }).map((given) => ({ _tag: 'or', any: given })),
  xor: fc.array(condition, { maxLength: 4 }).map((odd) => ({ _tag: 'xor', odd })),
  not: condition.map((predicate) => ({ _tag: 'not', predicate })),
  some: condition.map((predicate) => ({
    _tag: 'some',
    level: 0,
    relation: ['author', 'notes'],
    predicate,
  })),
  exists: queries(any).map(([, inner]) => ({ _tag: 'exists', query: inner })),
  holds: fc
    .oneof(
      leaf('boolean'),
      condition.map((predicate): Term => ({ _tag: 'test', predicate })),
    )
    .map((expression) => ({ _tag: 'holds', expression })),
}

const tagged = <A>(sort: string, table: { readonly [tag: string]: fc.Arbitrary<A> }) =>
  Object.entries(table).map(([tag, draw]): Place<A> => ({ label: `${sort} ${tag}`, draw }))

/** All places of expressions. */
export const termPlaces: ReadonlyArray<Place<Typed>> = [
  ...tagged('the expression', terms),
  ...calls,
  ...casts,
  ...aggregates,
]

/** All places of conditions. */
export const condPlaces: ReadonlyArray<Place<Cond>> = [...tagged('the condition', conditions), ...lookups]
