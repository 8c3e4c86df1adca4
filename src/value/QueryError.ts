/**
 * Everything that can go wrong, as values.
 *
 * Each error says what happened (`message`), where (its own members), what to do about it (`hint`), and whether
 * trying the same again may help (`retryable`). None of them carries a row's contents or a client's credentials.
 *
 * @since 0.1.0
 */

import type { Json } from './Value.js'
import type { Write } from './Write.js'
import { describeCause } from './describeCause.js'

interface Told {
  /** What happened, in one sentence. */
  readonly message: string
  /** What to do about it. */
  readonly hint: string
  /** Whether the same call may succeed when made again. */
  readonly retryable: boolean
}

/**
 * The schema contradicts itself; `model` and `field` are the culprit.
 *
 * @since 0.1.0
 */
export interface InvalidSchema extends Told {
  readonly _tag: 'InvalidSchema'
  readonly model: string
  readonly field: string | null
}

/**
 * A name that isn't there, or an operand that doesn't fit it. `names` are the valid ones where it is a name that is
 * wrong, `nearest` the one most like it.
 *
 * @since 0.1.0
 */
export interface InvalidField extends Told {
  readonly _tag: 'InvalidField'
  readonly model: string | null
  readonly path: string
  readonly names: ReadonlyArray<string>
  readonly nearest: string | null
}

/**
 * A step that can't be taken: `step` is its name, `index` its place in the queryset, counted from 0.
 *
 * @since 0.1.0
 */
export interface InvalidStep extends Told {
  readonly _tag: 'InvalidStep'
  readonly step: string
  readonly index: number
}

/**
 * A query in wire form that isn't one, or that exceeds a limit; `path` leads to the place in the JSON.
 *
 * @since 0.1.0
 */
export interface InvalidQuery extends Told {
  readonly _tag: 'InvalidQuery'
  readonly path: string
}

/**
 * A row was asked for and there is none.
 *
 * @since 0.1.0
 */
export interface NotFound extends Told {
  readonly _tag: 'NotFound'
  readonly model: string | null
}

/**
 * One row was asked for and there are several.
 *
 * @since 0.1.0
 */
export interface MultipleFound extends Told {
  readonly _tag: 'MultipleFound'
  readonly model: string | null
}

/**
 * What a client returned isn't what its model says. `row` counts from 0, `path` leads to the value, `expected`
 * says what should have been there and `actual` of which sort the value was.
 *
 * @since 0.1.0
 */
export interface Undecodable extends Told {
  readonly _tag: 'Undecodable'
  readonly client: string
  readonly model: string | null
  readonly row: number
  readonly path: string
  readonly expected: string
  readonly actual: string
}

/**
 * A file isn't what a client needs: no JSON, or with a row that its model refuses. `line` and `column` count from 1
 * (columns in UTF-16 units, as editors do) and are `null` where the place isn't known; `row` counts from 0 and is
 * `null` where the file as a whole is bad; `path` is the column's name, or empty.
 *
 * @since 0.1.0
 */
export interface BadFile extends Told {
  readonly _tag: 'BadFile'
  readonly client: string
  readonly file: string
  readonly line: number | null
  readonly column: number | null
  readonly model: string
  readonly row: number | null
  readonly path: string
  readonly reason: string
}

/**
 * A write would contradict what is there: a key or a unique value that another row has (`fields` says which), a foreign
 * key that leads to no row, or a row that has changed since it was read. Where it was found before the write, `errors`
 * tells it of each item, of the first 100; `more` is how many errors there are besides.
 *
 * @since 0.1.0
 */
export interface Conflict extends Told {
  readonly _tag: 'Conflict'
  readonly model: string
  readonly fields: ReadonlyArray<string>
  readonly errors: ReadonlyArray<FieldError>
  readonly more: number
}

/**
 * Rows can't be deleted, because others point to them whose relation says `protect` or `restrict`. `by` tells how
 * many, of which model, through which relation.
 *
 * @since 0.1.0
 */
export interface Protected extends Told {
  readonly _tag: 'Protected'
  readonly model: string
  readonly by: ReadonlyArray<{ readonly model: string; readonly relation: string; readonly rows: number }>
}

/**
 * A value that a field can't take: `code` is Django's (`required`, `null`, `invalid`, `max_length`, `unique`, …), with
 * its parameters. `item` counts from 0 among the rows given; `field` is `null` for what concerns several.
 *
 * @since 0.1.0
 */
export interface FieldError {
  readonly item: number
  readonly field: string | null
  readonly code: string
  readonly params: { readonly [name: string]: Json }
  readonly message: string
}

/**
 * Values that can't be written. Nothing has been. `errors` are the first 100; `more` is how many there are besides.
 *
 * @since 0.1.0
 */
export interface Invalid extends Told {
  readonly _tag: 'Invalid'
  readonly model: string
  readonly errors: ReadonlyArray<FieldError>
  readonly more: number
}

/**
 * How many errors are told at most, however many there are.
 *
 * @since 0.2.0
 */
export const mostErrors = 100

/**
 * What became of one item of a write: `key` of what was done, `error` of what was not, or not for sure.
 *
 * @since 0.1.0
 */
export interface ItemFate {
  readonly _tag: 'done' | 'failed' | 'unknown'
  readonly key: Json
  readonly error: QueryError | null
}

/**
 * What a write that was done in part left to do: of the first of `writes` only what is safe to do again, at these
 * `positions` among its items; the others weren't begun.
 *
 * @since 0.1.0
 */
export interface Rest {
  readonly positions: ReadonlyArray<number>
  readonly writes: ReadonlyArray<Write>
}

/**
 * A write over a client that can't do all or nothing was done in part. `items` tells what became of each, in the
 * order given. `rest` is what `resume` goes on with; it is a function, so that rows don't get into logs.
 *
 * @since 0.1.0
 */
export interface Incomplete extends Told {
  readonly _tag: 'Incomplete'
  readonly model: string
  readonly items: ReadonlyArray<ItemFate>
  readonly rest: () => Rest
}

/**
 * The client can't do what was asked.
 *
 * @since 0.1.0
 */
export interface Unsupported extends Told {
  readonly _tag: 'Unsupported'
  readonly client: string
  readonly feature: string
}

/**
 * A query would cost more than was allowed, or nobody can tell what it would cost. `what` is the limit; `cost` is how
 * much it would take at most, `null` where that isn't known. Of requests, rows and milliseconds this is known before
 * anything is asked. Steps and bytes are counted while the query is evaluated: it was stopped on the way.
 *
 * @since 0.1.0
 */
export interface OverBudget extends Told {
  readonly _tag: 'OverBudget'
  readonly client: string
  readonly what: 'requests' | 'rows' | 'milliseconds' | 'steps' | 'bytes'
  readonly cost: number | null
  readonly budget: number
}

/**
 * The client tried and failed; `cause` is what it said, whole. `retryAfter` is how many milliseconds it asks to be left
 * alone before it is tried again, where it says so.
 *
 * @since 0.1.0
 */
export interface ClientFailed extends Told {
  readonly _tag: 'ClientFailed'
  readonly client: string
  readonly operation: string
  readonly cause: unknown
  readonly retryAfter: number | null
}

/**
 * All errors. Tell them apart by `_tag`.
 *
 * @since 0.1.0
 */
export type QueryError =
  | InvalidSchema
  | InvalidField
  | InvalidStep
  | InvalidQuery
  | NotFound
  | MultipleFound
  | Undecodable
  | BadFile
  | Conflict
  | Protected
  | Invalid
  | Incomplete
  | Unsupported
  | OverBudget
  | ClientFailed

/** @since 0.1.0 */
export const invalidSchema = (
  model: string,
  field: string | null,
  message: string,
  hint: string,
): InvalidSchema => ({
  _tag: 'InvalidSchema',
  model,
  field,
  message: `${field === null ? model : `${model}.${field}`}: ${message}`,
  hint,
  retryable: false,
})

/** @since 0.1.0 */
export const invalidField = (
  model: string | null,
  given: string,
  told: string,
  names: ReadonlyArray<string> = [],
): InvalidField => {
  const path = shortened(given)
  const message = shortened(told)
  const near = nearest(path.split('__').at(-1) ?? path, names)
  return {
    _tag: 'InvalidField',
    model,
    path,
    names,
    nearest: near,
    message: model === null ? `'${path}': ${message}` : `'${path}' of ${model}: ${message}`,
    hint:
      names.length === 0
        ? 'Give an operand of the kind that the field has.'
        : `${near === null ? '' : `Did you mean '${near}'? `}The valid names are ${names.join(', ')}.`,
    retryable: false,
  }
}

/** @since 0.1.0 */
export const invalidStep = (step: string, index: number, message: string, hint: string): InvalidStep => ({
  _tag: 'InvalidStep',
  step,
  index,
  message: `${step}: ${message}`,
  hint,
  retryable: false,
})

/** @since 0.1.0 */
export const invalidQuery = (given: string, message: string, hint: string): InvalidQuery => {
  const path = shortened(given)
  return {
    _tag: 'InvalidQuery',
    path,
    message: `${path === '' ? 'the query' : path}: ${message}`,
    hint,
    retryable: false,
  }
}

/** @since 0.1.0 */
export const notFound = (model: string | null): NotFound => ({
  _tag: 'NotFound',
  model,
  message: `no ${model ?? 'row'} matches`,
  hint: "Use 'first' where a row may be missing.",
  retryable: false,
})

/** @since 0.1.0 */
export const multipleFound = (model: string | null): MultipleFound => ({
  _tag: 'MultipleFound',
  model,
  message: `more than one ${model ?? 'row'} matches`,
  hint: "Filter by something unique, or use 'first'.",
  retryable: false,
})

/** @since 0.1.0 */
export const undecodable = (
  at: Pick<Undecodable, 'client' | 'model' | 'row' | 'path' | 'expected' | 'actual'>,
): Undecodable => ({
  _tag: 'Undecodable',
  ...at,
  message: `the client '${at.client}' returned a wrong row: row ${at.row}${at.model === null ? '' : ` of ${at.model}`}, '${at.path}': expected ${at.expected}, got ${at.actual}`,
  hint: 'Fix the data or the schema, so that they agree.',
  retryable: false,
})

/** @since 0.1.0 */
export const badFile = (
  at: Pick<BadFile, 'client' | 'file' | 'line' | 'column' | 'model' | 'row' | 'path' | 'reason'>,
  hint = 'Fix the file or the schema, so that they agree.',
): BadFile => ({
  _tag: 'BadFile',
  ...at,
  message: `${[
    `${at.file}${at.line === null ? '' : `:${String(at.line)}`}${at.column === null ? '' : `:${String(at.column)}`}`,
    // The row is of use only where the line isn't known.
    ...(at.row === null || at.line !== null ? [] : [`row ${String(at.row)}`]),
    ...(at.path === '' ? [] : [`'${at.path}'`]),
  ].join(', ')}: ${at.reason}`,
  hint,
  retryable: false,
})

/** @since 0.1.0 */
export const conflict = (
  model: string,
  fields: ReadonlyArray<string>,
  message: string,
  errors: ReadonlyArray<FieldError> = [],
  more = 0,
): Conflict => ({
  _tag: 'Conflict',
  model,
  fields,
  errors: errors.slice(0, mostErrors),
  more: more + Math.max(0, errors.length - mostErrors),
  message: `${model}: ${message}`,
  hint: 'Read what is there, and decide anew.',
  retryable: false,
})

/**
 * A foreign key that leads to no row.
 *
 * @since 0.2.0
 */
export const leadsNowhere = (model: string, column: string, target: string, key: Json): Conflict => ({
  ...conflict(model, [column], ''),
  message: `${model}.${column}: there is no ${target} with the key ${shown(key)}`,
  hint: `Create that ${target} first, or give the key of one that exists.`,
})

/**
 * A row can't be deleted, because another one still has its key. `model` and `fields` are those of the row that has it.
 *
 * @since 0.2.0
 */
export const stillPointedTo = (
  target: string,
  key: Json,
  model: string,
  column: string,
  by: Json,
): Conflict => ({
  ...conflict(model, [column], ''),
  message: `${model}.${column}: ${target} ${shown(key)} can't be deleted, because ${model} ${shown(by)} refers to it`,
  hint: `Delete or change the rows of ${model} first, or let 'onDelete' do it.`,
})

/** A key, cut where it is long. */
const shown = (key: Json): string => {
  const text = JSON.stringify(key)
  return text.length > 60 ? `${text.slice(0, 57)}...` : text
}

/** @since 0.1.0 */
export const protectedBy = (model: string, by: Protected['by']): Protected => ({
  _tag: 'Protected',
  model,
  by,
  message: `rows of ${model} are pointed to by ${by.map((each) => `${String(each.rows)} of ${each.model}.${each.relation}`).join(', ')}`,
  hint: 'Delete or repoint those rows first.',
  retryable: false,
})

/** @since 0.1.0 */
export const invalid = (model: string, errors: ReadonlyArray<FieldError>, more = 0): Invalid => {
  const told = errors.slice(0, mostErrors)
  const rest = more + errors.length - told.length
  return {
    _tag: 'Invalid',
    model,
    errors: told,
    more: rest,
    message: `${model}: ${told.map(({ item, field, message }) => `${item === 0 ? '' : `item ${String(item)}: `}${field === null ? '' : `${field}: `}${message}`).join('; ')}${rest === 0 ? '' : `; and ${String(rest)} more`}`,
    hint: 'Give values that the fields can take; nothing was written.',
    retryable: false,
  }
}

/** @since 0.1.0 */
export const unsupported = (client: string, feature: string): Unsupported => ({
  _tag: 'Unsupported',
  client,
  feature,
  message: `the client '${client}' does not support ${feature}`,
  hint: 'Ask for something that it supports, or use another client.',
  retryable: false,
})

/** What is counted while a query is evaluated, rather than before. */
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

/** @since 0.1.0 */
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

/**
 * Text that somebody gave, as an error repeats it: no more than its beginning where it is long.
 *
 * @since 0.2.0
 */
export const shortened = (text: string): string =>
  text.length > longestTold ? `${text.slice(0, longestTold)}…` : text

const longestTold = 500

/**
 * The name most like the one given, if any is like it at all (by edit distance, at most a third of its length
 * plus one).
 *
 * @since 0.1.0
 */
export const nearest = (name: string, names: ReadonlyArray<string>): string | null => {
  const limit = Math.floor(name.length / 3) + 1
  // The distance is at least the difference in length, and takes long to tell where a name is long.
  const best = names
    .filter((candidate) => Math.abs(candidate.length - name.length) <= limit)
    .reduce<{ readonly name: string | null; readonly distance: number }>(
      (found, candidate) => {
        const distance = editDistance(name, candidate)
        return distance < found.distance ? { name: candidate, distance } : found
      },
      { name: null, distance: limit + 1 },
    )
  return best.name
}

const editDistance = (a: string, b: string): number => {
  const others = [...b]
  const last = [...a].reduce<ReadonlyArray<number>>(
    (above, ca, i) => {
      const row = [i + 1]
      others.forEach((cb, j) =>
        row.push(Math.min((row[j] ?? 0) + 1, (above[j + 1] ?? 0) + 1, (above[j] ?? 0) + (ca === cb ? 0 : 1))),
      )
      return row
    },
    Array.from({ length: others.length + 1 }, (_, j) => j),
  )
  return last.at(-1) ?? 0
}
