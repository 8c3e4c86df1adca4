/** Whether a client's answer is what a case expects. */
import { schemaOf } from 'queryset-ts'
import type { Answer } from './answer.js'
import type { Asked, Json, Object_ } from './Case.js'
import { sameRows, sameValue, type Tolerance } from './compare.js'
import { models } from './schema.js'
import { kindIn } from './translate.js'

const schema = schemaOf(models)

const entriesOf = (json: Json | undefined): ReadonlyArray<readonly [string, Json]> =>
  typeof json === 'object' && json !== null && !Array.isArray(json) ? Object.entries(json as Object_) : []

/** To how many digits an expression's value is to be met, where it is rounded somewhere. */
const digitsOf = (model: string, json: Json): number | null => {
  const digits = (
    Array.isArray(json)
      ? (json as ReadonlyArray<Json>).map((each): [string, Json] => ['', each])
      : entriesOf(json)
  ).flatMap(([name, operand]) => {
    const own =
      name === 'stddev' && kindIn(schema, model, operand) === 'int' ? 6 : rounding.has(name) ? 9 : null
    return [own, digitsOf(model, operand)].filter((each) => each !== null)
  })
  return digits.length === 0 ? null : Math.min(...digits)
}

const rounding: ReadonlySet<string> = new Set(['avg', 'stddev', 'variance'])

/** How closely the rounded results of a case are to be met. */
const toleranceOf = ({ model, steps, result }: Asked): Tolerance =>
  Object.fromEntries(
    [
      ...steps.filter(([name]) => name === 'annotate').flatMap(([, made]) => entriesOf(made)),
      ...(result[0] === 'aggregate' ? entriesOf(result[1]) : []),
    ].flatMap(([name, expression]) => {
      const digits = digitsOf(model, expression)
      return digits === null ? [] : [[name, digits]]
    }),
  )

/** The columns of rows that are lists. */
const namesOf = ({ steps }: Asked): ReadonlyArray<string> => {
  const [, paths] = steps.findLast(([name]) => name === 'values_list') ?? []
  return Array.isArray(paths) ? (paths as ReadonlyArray<Json>).map(String) : []
}

/** A value on one line of an error. */
export const short = (u: unknown): string => {
  const text = u === undefined ? 'nothing' : JSON.stringify(u)
  return text.length > 300 ? `${text.slice(0, 300)}… (${String(text.length)} characters)` : text
}

/** What differs, or `null`. */
export const difference = (asked: Asked, actual: Answer): string | null => {
  const { expect } = asked
  const tolerance = toleranceOf(asked)
  const differs = `expected ${short(expect)}, got ${short(actual)}`
  const value = expect['value'] ?? null
  const same =
    'error' in actual
      ? expect['error'] === actual.error
      : 'rows' in actual
        ? Array.isArray(expect['rows']) &&
          sameRows(expect['rows'], actual.rows, asked.ordered === true, tolerance, namesOf(asked))
        : Object.hasOwn(expect, 'value') &&
          (asked.result[0] === 'aggregate'
            ? sameRows([value], [actual.value], true, tolerance)
            : sameValue(value, actual.value, undefined))
  return same ? null : differs
}

/** The zeros at the end of a decimal. They are no part of its value, and the meaning gives none. */
const padding = /^(-?\d+)(?:\.0+|(\.\d*[1-9])0+)$/u

/** Answers with members in the same order, and decimals without zeros at their end; those without an order sorted. */
export const settled = (given: Answer, ordered: boolean): string => {
  const text = (u: unknown) =>
    JSON.stringify(u, (_, each: unknown) =>
      typeof each === 'string'
        ? each.replace(padding, '$1$2')
        : typeof each === 'object' && each !== null && !Array.isArray(each)
          ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1)))
          : each,
    )
  const rows = 'rows' in given ? given.rows.map(text) : null
  return rows === null
    ? text('error' in given ? given.error : given)
    : JSON.stringify(ordered ? rows : [...rows].sort())
}
