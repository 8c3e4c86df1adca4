/** Conditions and missing values that are wrong. Written on 2026-11-28, without sight of the generator. */
import { function as fn } from 'fp-ts'
import {
  and as bothOf,
  coalesce,
  exclude,
  filter,
  not as none,
  or as anyOf,
  value,
  valuesList,
  xor,
} from '../../../src/index.js'
import type { LookupName } from '../../../src/expression/Expression.js'
import { functions } from '../../../src/expression/functions.js'
import type { FunctionDef } from '../../../src/expression/functions/FunctionDef.js'
import type { Json } from '../../../src/value/Value.js'
import type { Bug } from '../support/client.js'
import { m } from '../support/models.js'
import {
  and,
  both,
  calls,
  conjuncts,
  constant,
  gives,
  isColumn,
  missing,
  nodes,
  not,
  or,
  queries,
  type BlindMutant,
  type P,
} from '../blind/support.js'
import { ns } from '../blind2/support.js'
import { of } from './support.js'

const { pipe } = fn
const predicate = of('predicates', 'predicates')
const nothing = of('null', 'null')

const comparisons: ReadonlyArray<LookupName> = ['gt', 'gte', 'lt', 'lte']

const isComparison = (name: LookupName): boolean => comparisons.includes(name)

/** Exactly one of the conditions holds. */
const exactlyOne = (all: ReadonlyArray<P>): P =>
  or(...all.map((each, i) => and(each, ...all.filter((_, j) => j !== i).map(not))))

/** What a condition says once it is written without the parentheses around alternatives. */
const unbracketed = (all: ReadonlyArray<P>): P => {
  const [first, ...more] = all.reduce<ReadonlyArray<ReadonlyArray<P>>>(
    (terms, each) => {
      const [head, ...rest] = each._tag === 'or' && each.any.length > 1 ? each.any : [each]
      const last = terms.at(-1) ?? []
      return [...terms.slice(0, -1), head === undefined ? last : [...last, head], ...rest.map((one) => [one])]
    },
    [[]],
  )
  return more.length === 0 ? and(...(first ?? [])) : or(...[first ?? [], ...more].map((term) => and(...term)))
}

/** Whether a condition compares with a value that JavaScript takes for false. */
const isFalsy = (each: P): boolean =>
  each._tag === 'lookup' &&
  (each.name === 'exact' || isComparison(each.name)) &&
  each.right.some(
    (other) => other._tag === 'const' && (other.value === 0 || other.value === false || other.value === ''),
  )

const isFilled = (arg: Json): boolean => arg !== null && arg !== 0 && arg !== false && arg !== ''

/** A function of numbers that takes what is missing for 0, unless all is. */
const blankAsZero = (name: string): Bug => {
  const own = functions.get(name)
  if (own === undefined) throw new Error(`no function ${name}`)
  const wrong: FunctionDef = {
    ...own,
    name: `~blank_${name}`,
    strict: false,
    apply: (args, types, now) =>
      args.every((arg) => arg === null)
        ? null
        : own.apply(
            args.map((arg, i) => arg ?? (types[i]?.kind === 'decimal' ? '0' : 0)),
            types,
            now,
          ),
  }
  return {
    functions: [wrong],
    ...nodes((node) => (node._tag === 'call' && node.name === name ? { ...node, name: wrong.name } : node)),
  }
}

export const predicates: ReadonlyArray<BlindMutant> = [
  predicate(
    'a column stands left of a comparison',
    'a comparison whose right side only is a column is turned round, but its sign is not',
    null,
    nodes((node) => {
      const [right] = node._tag === 'lookup' ? node.right : []
      return node._tag === 'lookup' && isComparison(node.name) && !isColumn(node.left) && isColumn(right)
        ? { ...node, left: right, right: [node.left] }
        : node
    }),
    gives(
      {
        book: [
          { n: 1, rank: 5 },
          { n: 9, rank: 5 },
        ],
      },
      pipe(
        m.book,
        filter((b) => b.n.plus(1).gt(b.rank)),
      ),
    ),
  ),
  predicate(
    'one of several and no more',
    'an exclusive or of three or more conditions holds where exactly one of them does',
    'https://github.com/django/django/pull/16901',
    nodes((node) => (node._tag === 'xor' && node.odd.length > 2 ? exactlyOne(node.odd) : node)),
    gives(
      ns(1, 2),
      pipe(
        m.book,
        filter((b) => xor(b.n.gt(0), b.n.lt(2), b.n.lt(3))),
      ),
    ),
  ),
  predicate(
    'the parentheses of alternatives are lost',
    'a and (b or c) is written as a and b or c',
    'https://github.com/stacksjs/bun-query-builder/issues/1083',
    nodes((node) => (node._tag === 'and' && node.all.length > 1 ? unbracketed(node.all) : node)),
    gives(
      ns(1, 2, 3),
      pipe(
        m.book,
        filter((b) => bothOf(b.n.lt(2), anyOf(b.n.eq(1), b.n.eq(3)))),
      ),
    ),
  ),
  predicate(
    'a comma is between values',
    'the texts that a value is looked for in are joined with commas, unquoted',
    'https://github.com/PostgREST/postgrest/issues/701',
    nodes((node) =>
      node._tag === 'lookup' && node.name === 'in'
        ? {
            ...node,
            right: node.right.flatMap((each) =>
              each._tag === 'const' && each.kind === 'text' && typeof each.value === 'string'
                ? each.value.split(',').map((part) => constant('text', part))
                : [each],
            ),
          }
        : node,
    ),
    gives(
      { book: [{ title: 'a,b' }, { title: 'b' }] },
      pipe(
        m.book,
        filter((b) => b.title.in(['a,b', 'c'])),
      ),
    ),
  ),
  predicate(
    'a parameter that is falsy is not sent',
    "conditions on 0, false and the empty text aren't sent with the others",
    'https://github.com/ardatan/graphql-mesh/pull/2470',
    queries((query) => {
      const all = query.where === null ? [] : conjuncts(query.where)
      return all.some(isFalsy) ? { ...query, where: and(...all.filter((each) => !isFalsy(each))) } : query
    }),
    gives(
      { book: [{ n: -1 }, { n: 1 }] },
      pipe(
        m.book,
        filter((b) => b.n.gt(0)),
      ),
    ),
  ),

  nothing(
    'two that are missing are the same',
    'two columns are equal where both are missing',
    null,
    nodes((node) => {
      const [right] = node._tag === 'lookup' && node.name === 'exact' ? node.right : []
      return node._tag === 'lookup' && right !== undefined && isColumn(node.left) && isColumn(right)
        ? or(node, and(missing(node.left), missing(right)))
        : node
    }),
    gives(
      {
        book: [
          { n: 1, rank: null, ratio: null },
          { n: 2, rank: 3, ratio: 3 },
        ],
      },
      pipe(
        m.book,
        filter((b) => b.rank.eq(b.ratio)),
      ),
    ),
  ),
  nothing(
    'the first that is truthy',
    'coalesce passes over 0, false and the empty text',
    null,
    calls('coalesce', (args, right) => {
      const filled = args.map((arg) => (isFilled(arg) ? arg : null))
      return filled.every((arg) => arg === null) ? right(args) : right(filled)
    }),
    gives(
      { book: [{ rank: 0 }, { rank: null }] },
      pipe(
        m.book,
        valuesList((b) => coalesce(b.rank, 7)),
      ),
    ),
  ),
  nothing(
    'what a missing row lacks is not missing',
    'a column of a related row is missing only where there is a related row',
    'https://github.com/maskarade/Android-Orma/issues/262',
    nodes((node) =>
      node._tag === 'lookup' && node.name === 'isnull' && isColumn(node.left) && node.left.path.length > 1
        ? and(node, not(missing({ ...node.left, path: node.left.path.slice(0, -1) })))
        : node,
    ),
    gives(
      { author: [{ id: 1, email: null }], book: [{ author: 1 }, { author: null }] },
      pipe(
        m.book,
        filter((b) => b.author.email.isNull()),
      ),
      pipe(
        m.book,
        exclude((b) => none(b.author.email.isNull())),
      ),
    ),
  ),
  nothing(
    'a blank cell counts as 0',
    'a sum, a difference or a product of two values takes the one that is missing for 0',
    null,
    both(blankAsZero('add'), blankAsZero('sub'), blankAsZero('mul')),
    gives(
      {
        book: [
          { n: 2, rank: null },
          { n: 2, rank: 1 },
        ],
      },
      pipe(
        m.book,
        filter((b) => b.rank.plus(b.n).gt(value(1))),
      ),
    ),
  ),
]
