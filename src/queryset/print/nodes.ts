/**
 * Prints expressions and predicates, with variables for the visible rows.
 *
 * @since 0.2.0
 */
import { either as E } from 'fp-ts'
import { aggregateType } from '../../expression/aggregate.js'
import type { Node } from '../../expression/Expression.js'
import { fold } from '../../expression/fold.js'
import { columnType, followAll, type Scope } from '../../expression/Scope.js'
import type { Kind } from '../../value/Value.js'
import { kindOfCall, printCall, printLookup } from './calls.js'
import { lambda, list, member, variable, type Names } from './code.js'
import { printConst, solidOf, type Text } from './Text.js'

/**
 * A visible row: its variable, and its columns if they are known.
 *
 * @since 0.2.0
 */
export interface ShownRow {
  readonly name: string
  readonly scope: Scope | null
}

/**
 * The visible rows, the current one first.
 *
 * @since 0.2.0
 */
export type ShownRows = ReadonlyArray<ShownRow>

/**
 * The variables of the visible rows.
 *
 * @since 0.2.0
 */
export const namesIn = (view: ShownRows): Names => view.map(({ name }) => name)

/**
 * How to print a node: the variables of its rows, the current one first (an empty name for none), and how subqueries
 * are printed.
 *
 * @since 0.1.0
 */
export interface Printing<S> {
  readonly names: Names
  readonly subquery: (query: S) => string
}

/**
 * The code of an expression or predicate when nothing is known of its rows.
 *
 * @since 0.1.0
 */
export const printNode = <S>(node: Node<S>, { names, subquery }: Printing<S>): Text =>
  printSeen(
    node,
    names.map((name) => ({ name, scope: null })),
    { subquery, kindOf: () => null },
  )

/**
 * How subqueries are printed, and the kind of a subquery's value.
 *
 * @since 0.2.0
 */
export interface Inner<S> {
  readonly subquery: (query: S, view: ShownRows) => string
  readonly kindOf: (query: S) => Kind | null
}

const typeIn = (at: ShownRow | undefined, path: ReadonlyArray<string>): Pick<Text, 'kind' | 'codec'> => {
  const found = at?.scope == null ? null : columnType(at.scope, path)
  return found === null || E.isLeft(found)
    ? { kind: null, codec: null }
    : { kind: found.right.type.kind, codec: found.right.type.codec }
}

/**
 * The code of an expression or predicate of the visible rows.
 *
 * @since 0.2.0
 */
export const printSeen = <S>(node: Node<S>, view: ShownRows, { subquery, kindOf }: Inner<S>): Text =>
  fold<S, ShownRows, Text>(node, view, {
    enter: (at, crossing) => {
      const scope = at[crossing.level]?.scope ?? null
      if (crossing._tag === 'aggregate' && crossing.over === 'group' && crossing.relation.length === 0)
        return [{ name: 'row', scope }, ...at.slice(1)]
      const target = scope === null ? null : followAll(scope, crossing.relation)
      return [
        {
          name: variable(crossing.relation.at(-1) ?? 'row', namesIn(at)),
          scope: target === null || E.isLeft(target) ? null : target.right.scope,
        },
        ...at,
      ]
    },
    combine: (at, operands, view) => {
      const here = namesIn(view)
      const codes = operands.map(({ code }) => code)
      const bare = (code: string, kind: Kind | null = null): Text => ({
        code,
        literal: null,
        kind,
        codec: null,
      })
      const [first = ''] = codes
      switch (at._tag) {
        case 'const':
          return printConst(at)
        case 'column':
          return {
            code: member(here[at.level] ?? 'outside', at.path),
            literal: null,
            ...typeIn(view[at.level], at.path),
          }
        case 'call':
          return bare(printCall(at, operands), kindOfCall(at.name, operands))
        case 'cast':
          return bare(`cast(${solidOf(at.arg, operands[0])}, '${at.to}')`, at.to)
        case 'case': {
          const branches = at.branches.map(
            ({ then }, i) => `[${codes[2 * i] ?? ''}, ${solidOf(then, operands[2 * i + 1])}]`,
          )
          const otherwise =
            at.otherwise._tag === 'const' && at.otherwise.value === null
              ? []
              : [solidOf(at.otherwise, operands.at(-1))]
          return bare(
            list('caseWhen(', [list('[', branches, ']'), ...otherwise], ')'),
            operands[1]?.kind ?? null,
          )
        }
        case 'aggregate': {
          const inside = variableInside(at, here)
          const start = at.over === 'group' ? 'group' : member(here[at.level] ?? 'outside', at.relation)
          const arg = at.arg === null ? [] : [`(${inside}) => ${solidOf(at.arg, operands[0])}`]
          const filter =
            at.filter === null ? [] : [`filter: (${inside}) => ${codes[at.arg === null ? 0 : 1] ?? ''}`]
          const fallback = at.default === null ? [] : [`default: ${codes.at(-1) ?? ''}`]
          const options = [
            ...(at.distinct ? ['distinct: true'] : []),
            ...filter,
            ...fallback,
            ...(at.sample ? ['sample: true'] : []),
          ]
          const name = at.name === 'count' && at.arg !== null ? 'countOf' : at.name
          const of = at.arg === null ? 'int' : (operands[0]?.kind ?? null)
          return bare(
            `${start}.${name}(${[...arg, ...(options.length === 0 ? [] : [`{ ${options.join(', ')} }`])].join(', ')})`,
            of === null ? null : (aggregateType(at.name, of)?.kind ?? null),
          )
        }
        case 'subquery': {
          const kind = kindOf(at.query)
          return bare(`subquery(${kind === null ? '' : `'${kind}', `}${subquery(at.query, view)})`, kind)
        }
        case 'exists':
          return bare(`exists(${subquery(at.query, view)})`)
        case 'inQuery':
          return bare(`${solidOf(at.left, operands[0])}.in(${subquery(at.query, view)})`)
        case 'test':
          return bare(`test(${first})`, 'boolean')
        case 'holds':
          return bare(`holds(${solidOf(at.expression, operands[0])})`)
        case 'not':
          return bare(`not(${first})`)
        case 'and':
        case 'or':
        case 'xor':
          return bare(list(`${at._tag}(`, codes, ')'))
        case 'some':
          return bare(
            `${member(here[at.level] ?? 'outside', at.relation)}.some(${lambda(variable(at.relation.at(-1) ?? 'row', here), first)})`,
          )
        case 'lookup':
          return bare(printLookup(at, operands))
      }
    },
  })

const variableInside = (
  at: { readonly over: string; readonly relation: ReadonlyArray<string> },
  here: Names,
): string =>
  at.over === 'group' && at.relation.length === 0 ? 'row' : variable(at.relation.at(-1) ?? 'row', here)
