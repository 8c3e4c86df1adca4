/**
 * Prints queries as text for people, with one line for each part.
 *
 * @since 0.1.0
 */
import { printNode } from '../queryset/print/nodes.js'
import type { Named, Node } from '../expression/Expression.js'
import type { From, Query } from './Query.js'

/**
 * The lines of a query, innermost pass first.
 *
 * @since 0.1.0
 */
export const printQuery = (query: Query): ReadonlyArray<string> => [
  ...printFrom(query.from),
  ...query.annotations.map(({ name, expression }) => `annotate ${name} = ${text(expression)}`),
  ...(query.where === null
    ? []
    : (query.where._tag === 'and' ? query.where.all : [query.where]).map(
        (each, i) => `${i === 0 ? 'where' : '  and'} ${text(each)}`,
      )),
  ...(query.group === null
    ? []
    : [`group by ${printNamed(query.group.keys)}`, `  making ${printNamed(query.group.aggregates)}`]),
  ...(query.order.length === 0
    ? []
    : [
        `order by ${query.order
          .map(
            ({ expression, direction, nulls }) =>
              `${text(expression)} ${direction}${nulls === (direction === 'asc' ? 'last' : 'first') ? '' : ` nulls ${nulls}`}`,
          )
          .join(', ')}`,
      ]),
  ...(query.reverse ? ['reversed'] : []),
  ...(query.distinctOn === null ? [] : [`first of each ${query.distinctOn.map(text).join(', ')}`]),
  ...(query.columns === null ? [] : [`give ${printNamed(query.columns)}`]),
  ...(query.distinct ? ['each once'] : []),
  ...(query.slice === null
    ? []
    : [
        `rows ${String(query.slice.offset)} to ${query.slice.limit === null ? 'the end' : String(query.slice.offset + query.slice.limit)}`,
      ]),
  ...(query.fields === null ? [] : [`only ${query.fields.join(', ')}`]),
  ...query.related.flatMap(({ relation, many, query: inner }) => [
    `with its ${relation}${many ? ' (a list)' : ''}`,
    ...indented(printQuery(inner)),
  ]),
]

const printFrom = (from: From): ReadonlyArray<string> => {
  switch (from._tag) {
    case 'model':
      return [`from ${from.model}`]
    case 'query':
      return ['from', ...indented(printQuery(from.query))]
    case 'combine':
      return [
        `from the ${from.operation} of`,
        ...indented(printQuery(from.left)),
        ...from.right.flatMap((each) => ['and', ...indented(printQuery(each))]),
      ]
  }
}

const indented = (lines: ReadonlyArray<string>): ReadonlyArray<string> => lines.map((line) => `  ${line}`)

/**
 * Named expressions on one line.
 *
 * @since 0.2.0
 */
export const printNamed = (columns: ReadonlyArray<Named<Query>>): string =>
  columns.length === 0
    ? 'nothing'
    : columns.map(({ name, expression }) => named(name, text(expression))).join(', ')

const named = (name: string, code: string): string => (name === code ? name : `${name} = ${code}`)

const text = (node: Node<Query>): string =>
  oneLine(
    printNode<Query>(node, {
      names: ['', 'outer', 'outer2', 'outer3', 'outer4'],
      subquery: (query) => `(${printQuery(query).join('; ')})`,
    }).code,
  )

/** Line breaks in code are only layout. Line breaks in strings are escaped. */
const oneLine = (code: string): string =>
  code
    .replace(/,\n *(?=[)\]}])/gu, '')
    .replace(/(?<=[([{]) *\n */gu, '')
    .replace(/\n */gu, ' ')
