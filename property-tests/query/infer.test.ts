/** Types never lie: each value is of the kind that `infer` says, and is missing only where it says so. */
import { AssertionError, expect } from 'chai'
import { either as E } from 'fp-ts'
import fc from 'fast-check'
import { fold } from '../../src/index.js'
import { children, type Expression, type Named, type Node } from '../../src/expression/Expression.js'
import type { TypedExpression } from '../../src/expression/Typed.js'
import { infer } from '../../src/query/infer.js'
import { allOf, isHidden, layersOf, type Query } from '../../src/query/Query.js'
import type { TypedQuery } from '../../src/query/TypedQuery.js'
import { evaluate } from '../../src/engine/evaluate.js'
import { canonical } from '../../src/value/canonical.js'
import type { Json, Row, Type } from '../../src/value/Value.js'
import { cases, type Case } from '../support/cases.js'
import { now } from '../support/compare.js'
import { expectCaught } from '../support/planted.js'
import { parameters, tally, titled } from '../support/runs.js'
import type { World } from '../support/worlds.js'

type Typing = (expression: TypedExpression<TypedQuery>) => Type

const told: Typing = ({ type }) => type

const rowsOf = (world: World, query: Query): ReadonlyArray<Row> => {
  const rows = evaluate(world.schema, world.source, now)(query)
  if (E.isLeft(rows)) throw new Error(JSON.stringify(rows.left))
  return rows.right
}

const typedOf = (world: World, query: Query): TypedQuery => {
  const typed = infer(world.schema, query)
  if (E.isLeft(typed)) throw new Error(JSON.stringify(typed.left))
  return typed.right
}

const isOf = ({ kind, nullable }: Type, value: Json): boolean => {
  if (value === null) return nullable
  const again = canonical(kind, value)
  return again._tag === 'Some' && JSON.stringify(again.value) === JSON.stringify(value)
}

const expectOf = (type: Type, value: Json, what: unknown): void => {
  if (!isOf(type, value))
    throw new AssertionError(
      `${JSON.stringify(value)} is not of ${JSON.stringify(type)}: ${JSON.stringify(what)}`,
    )
}

/** The expressions in a node that stand on the same row as the node, the node included. */
const within = (root: Node<Query>): ReadonlyArray<Expression<Query>> => {
  const found: Array<Expression<Query>> = []
  const pending: Array<Node<Query>> = [root]
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    found.push(isExpression(next) ? next : { _tag: 'test', predicate: next })
    children(next).forEach(({ node, inside }) => {
      if (!inside) pending.push(node)
    })
  }
  return found
}

const expressions: ReadonlySet<string> = new Set([
  'const',
  'column',
  'call',
  'cast',
  'case',
  'aggregate',
  'subquery',
  'test',
])

const isExpression = (node: Node<Query>): node is Expression<Query> => expressions.has(node._tag)

const named = (roots: ReadonlyArray<Node<Query>>): ReadonlyArray<Named<Query>> =>
  roots.flatMap(within).map((expression, i) => ({ name: `e${String(i)}`, expression }))

/** A pass that gives each expression in it as a column: those about rows, and those about groups. */
const spread = (pass: Query): ReadonlyArray<Query> => {
  const { annotations, where, order, distinctOn, columns, group } = pass
  const rows = named([
    ...[...annotations, ...order, ...(columns ?? []), ...(group?.keys ?? [])].map(
      ({ expression }) => expression,
    ),
    ...(where === null ? [] : [where]),
    ...(distinctOn ?? []),
  ])
  const groups = named((group?.aggregates ?? []).map(({ expression }) => expression))
  const base: Query = { ...allOf(pass.from), annotations }
  return [
    { ...base, columns: rows },
    ...(group === null ? [] : [{ ...base, where, group: { keys: group.keys, aggregates: groups } }]),
  ]
}

/** Each expression of a query, on each row. */
const holdsWithin = (world: World, query: Query, typing: Typing = told): ReadonlyArray<string> =>
  layersOf(query)
    .flatMap(spread)
    .flatMap((pass) => {
      const typed = typedOf(world, pass)
      const given = typed.columns ?? [...(typed.group?.keys ?? []), ...(typed.group?.aggregates ?? [])]
      const rows = rowsOf(world, pass)
      return given.flatMap(({ name, expression }) => {
        const type = typing(expression)
        const values = rows.map((row) => row[name] ?? null)
        values.forEach((value) => {
          expectOf(type, value, expression)
        })
        const missing = values.includes(null) ? ['missing'] : []
        return values.length === 0 ? [] : [expression._tag, ...missing, type.nullable ? 'nullable' : 'there']
      })
    })

const folded = ({ queryset }: Case): Query | null => {
  const query = fold(queryset)
  return E.isLeft(query) ? null : query.right
}

/** Each column of a query's rows, pass by pass. */
const holdsForRows = (world: World, query: Query): void => {
  layersOf(query).forEach((pass) => {
    const given = [...typedOf(world, pass).scope.columns].filter(([name]) => !isHidden(name))
    rowsOf(world, { ...pass, fields: null, related: [] }).forEach((row) => {
      given.forEach(([name, type]) => {
        expectOf(type, row[name] ?? null, name)
      })
    })
  })
}

const property = (holds: (world: World, query: Query) => unknown) =>
  fc.asyncProperty(cases(), (one) => {
    const query = folded(one)
    if (query !== null) holds(one.world, query)
    return Promise.resolve()
  })

describe('query/infer', () => {
  const seen = tally()

  it(titled("a query's rows are of the types that it says, and so are those of each pass", 4), () =>
    fc.assert(property(holdsForRows), parameters(4)),
  )

  it(titled('so are the values of all expressions in it', 4), () =>
    fc.assert(
      property((world, query) => {
        seen.saw(...new Set(holdsWithin(world, query)))
      }),
      parameters(4),
    ),
  )

  it('does so of expressions of all sorts, some missing', () => {
    console.log(`      ${seen.toString()}`)
    ;[...expressions, 'missing', 'there'].forEach((label) => {
      expect(seen.count(label), label).to.be.greaterThan(0)
    })
  })

  describe('catches one that forgets', () => {
    const plants: ReadonlyArray<readonly [string, Typing]> = [
      [
        'that a subquery may have no row',
        (each) => (each._tag === 'subquery' ? each.column.type : each.type),
      ],
      [
        'that the row behind a relation may be missing',
        (each) =>
          each._tag === 'column' && each.joins.length > 0 ? { ...each.type, nullable: false } : each.type,
      ],
      [
        'that there may be nothing to aggregate',
        (each) =>
          each._tag === 'aggregate' && each.default === null ? { ...each.type, nullable: false } : each.type,
      ],
      [
        'that a quotient may have no answer',
        (each) =>
          each._tag === 'call' && each.name === 'div'
            ? { ...each.type, nullable: each.args.some(({ type }) => type.nullable) }
            : each.type,
      ],
      [
        'that a branch is brought to the kind of all',
        (each) => (each._tag === 'case' ? (each.branches[0]?.then.type ?? each.type) : each.type),
      ],
      [
        'what a cast is for',
        (each) => (each._tag === 'cast' ? { ...each.arg.type, nullable: true } : each.type),
      ],
    ]
    plants.forEach(([what, typing]) => {
      it(titled(what, 4), () =>
        expectCaught(
          property((world, query) => holdsWithin(world, query, typing)),
          4,
        ),
      )
    })
  })
})
