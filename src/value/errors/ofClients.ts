/**
 * Creates the errors of a client: what it can't do, what would cost too much, and how it failed.
 *
 * @since 0.2.0
 */
import { describeCause } from '../describeCause.js'
import type { Json } from '../Value.js'
import type { BadFile, ClientFailed, OverBudget, Undecodable, Unsupported } from './types.js'

/** @since 0.1.0 */
export const undecodable = ({
  got,
  key = null,
  place = null,
  ...at
}: Pick<Undecodable, 'client' | 'model' | 'row' | 'path' | 'expected' | 'actual'> & {
  readonly key?: Json
  readonly place?: string | null
  /** The value, if a message may include it. */
  readonly got?: string
}): Undecodable => ({
  _tag: 'Undecodable',
  ...at,
  key,
  place,
  message: `the client '${at.client}' returned a wrong row: ${namedRow(at.model, key, place ?? `row ${String(at.row)}`)}, '${at.path}': expected ${at.expected}, got ${got ?? at.actual}`,
  hint: 'Fix the data or the schema, so that they agree.',
  retryable: false,
})

/** The description of a row by its key, if it has one, and its place. */
const namedRow = (model: string | null, key: Json, place: string): string =>
  key === null
    ? `${place}${model === null ? '' : ` of ${model}`}`
    : `${model ?? 'the row'} ${JSON.stringify(key)} (${place})`

/** @since 0.1.0 */
export const badFile = (
  {
    key = null,
    ...at
  }: Pick<BadFile, 'client' | 'file' | 'line' | 'column' | 'model' | 'row' | 'path' | 'reason'> & {
    readonly key?: Json
  },
  hint = 'Fix the file or the schema, so that they agree.',
): BadFile => ({
  _tag: 'BadFile',
  ...at,
  key,
  message: `${[
    `${at.file}${at.line === null ? '' : `:${String(at.line)}`}${at.column === null ? '' : `:${String(at.column)}`}`,
    ...(at.row === null || at.line !== null ? [] : [`row ${String(at.row)}`]),
    ...(at.path === '' ? [] : [`'${at.path}'`]),
  ].join(', ')}: ${at.reason}${besides(at, key)}`,
  hint,
  retryable: false,
})

/** The row, by its number if the line is given already, and by its key. */
const besides = ({ row, line, model }: Pick<BadFile, 'row' | 'line' | 'model'>, key: Json): string => {
  const parts = [
    ...(row === null || line === null ? [] : [`row ${String(row)}`]),
    ...(key === null ? [] : [`${model} ${JSON.stringify(key)}`]),
  ]
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`
}

/**
 * The error of a client for a query that it can't answer.
 *
 * @example
 * import { unsupported } from 'queryset-ts'
 * console.log(unsupported('shelf', 'regular expressions').message)
 * // => the client 'shelf' does not support regular expressions
 *
 * @since 0.1.0
 */
export const unsupported = (client: string, feature: string): Unsupported => ({
  _tag: 'Unsupported',
  client,
  feature,
  message: `the client '${client}' does not support ${feature}`,
  hint: 'Ask for something that it supports, or use another client.',
  retryable: false,
})

/** Whether the limit is counted during the evaluation of a query, instead of before. */
const isWork = (what: OverBudget['what']): boolean => what === 'steps' || what === 'bytes'

/** @since 0.1.0 */
export const overBudget = (
  client: string,
  what: OverBudget['what'],
  cost: number | null,
  budget: number,
): OverBudget => ({
  _tag: 'OverBudget',
  client,
  what,
  cost,
  budget,
  message: isWork(what)
    ? `evaluating the query on the client '${client}' takes more than the ${String(budget)} ${what} that are allowed`
    : cost === null
      ? `the query may cost any number of ${what} on the client '${client}', and ${String(budget)} are allowed`
      : `the query may cost ${String(cost)} ${what} on the client '${client}', and ${String(budget)} are allowed`,
  hint: isWork(what)
    ? 'Ask for fewer rows, in fewer steps, or for shorter text; or allow more with `within`, or as `work` of the HTTP server.'
    : "See with 'explain' what costs so much; slice the queryset, filter by what the backend understands, or allow more.",
  retryable: false,
})

/**
 * The error of a client whose backend failed. `cause` is the backend's own error. Set `retryable` if the same call may
 * succeed later, and `retryAfter` to the number of milliseconds to wait. A write with `retryable: true` may have been
 * done.
 *
 * @example
 * import { clientFailed } from 'queryset-ts'
 * const error = clientFailed('shelf', 'list', null, { message: 'no answer within 5000 ms', retryable: true })
 * console.log(error.message) // => list failed on the client 'shelf': no answer within 5000 ms
 *
 * @since 0.1.0
 */
export const clientFailed = (
  client: string,
  operation: string,
  cause: unknown,
  options: {
    readonly message?: string
    readonly hint?: string
    readonly retryable?: boolean
    readonly retryAfter?: number | null
  } = {},
): ClientFailed => ({
  _tag: 'ClientFailed',
  client,
  operation,
  cause,
  message: `${operation} failed on the client '${client}': ${options.message ?? describeCause(cause)}`,
  hint: options.hint ?? "See 'cause' for what the client said.",
  retryable: options.retryable ?? false,
  retryAfter: options.retryAfter ?? null,
})
