/**
 * Shows a failing case in words, and as a table.
 *
 * @since 0.1.0
 */
import { builtIn } from '../../expression/lookups.js'
import type { Schema } from '../../schema/Schema.js'
import type { Call, Case } from '../case/Case.js'
import { callCode } from './code.js'
import type { Broken } from '../hold/execute.js'
import { inline } from '../case/inline.js'
import { letter, timeLine } from './timeLine.js'
import { laws } from '../hold/laws.js'
import type { PredicateData, ExpressionData, QuerysetData, StepData } from '../case/QuerysetData.js'

const pathOf = (x: ExpressionData): string | null => (x._tag === 'column' ? x.path.join('.') : null)

const quoted = (text: string): string => `\`${text}\``

const condition = (p: PredicateData): string => {
  switch (p._tag) {
    case 'lookup': {
      const path = pathOf(p.left)
      return `${quoted(builtIn.get(p.name)?.method ?? p.name)} on ${path === null ? 'an expression' : quoted(path)}`
    }
    case 'not':
      return `${quoted('not')} of ${condition(p.predicate)}`
    case 'and':
      return p.all.length === 0
        ? `an empty ${quoted('and')}`
        : `${quoted('and')} of ${p.all.map(condition).join(' and ')}`
    case 'or':
      return p.any.length === 0
        ? `an empty ${quoted('or')}`
        : `${quoted('or')} of ${p.any.map(condition).join(' and ')}`
    case 'xor':
      return p.odd.length === 0
        ? `an empty ${quoted('xor')}`
        : `${quoted('xor')} of ${p.odd.map(condition).join(' and ')}`
    case 'some':
      return `${quoted('some')} of ${quoted(p.relation.join('.'))}`
    case 'exists':
      return quoted('exists')
    case 'inQuery':
      return `${quoted('in')} a queryset`
    case 'holds':
      return quoted('holds')
  }
}

const stepText = (step: StepData): string => {
  switch (step._tag) {
    case 'filter':
      return step.predicate._tag === 'not'
        ? `${quoted('exclude')} by ${condition(step.predicate.predicate)}`
        : `${quoted('filter')} by ${condition(step.predicate)}`
    case 'orderBy':
      return `${quoted('orderBy')} ${step.keys.map(({ expression, direction, nulls }) => `${quoted(pathOf(expression) ?? 'an expression')} ${direction === 'asc' ? 'ascending' : 'descending'}${nulls === (direction === 'asc' ? 'last' : 'first') ? '' : `, missing values ${nulls}`}`).join(' and ')}`
    case 'slice':
      return quoted(`slice(${String(step.start)}${step.stop === null ? '' : `, ${String(step.stop)}`})`)
    case 'values':
      return `${quoted(step.form === 'record' ? 'values' : 'valuesList')} of ${step.columns.map(({ expression }) => quoted(pathOf(expression) ?? 'an expression')).join(' and ')}`
    case 'selectRelated':
      return `${quoted('selectRelated')} of ${quoted(step.path.join('.'))}`
    case 'prefetchRelated':
      return `${quoted('prefetchRelated')} of ${quoted(step.relation)}`
    default:
      return quoted(step._tag)
  }
}

const querysetText = ({ steps, model }: QuerysetData): string =>
  steps.length === 0 ? `all of ${quoted(model)}` : steps.map(stepText).join(', then ')

const columnsIn = (p: PredicateData): ReadonlyArray<string> => {
  switch (p._tag) {
    case 'lookup':
      // In a path to a related row's column, the relation may be missing.
      return p.left._tag === 'column' ? p.left.path.slice(0, 1) : []
    case 'not':
      return columnsIn(p.predicate)
    case 'and':
      return p.all.flatMap(columnsIn)
    case 'or':
      return p.any.flatMap(columnsIn)
    case 'xor':
      return p.odd.flatMap(columnsIn)
    default:
      return []
  }
}

const listIn = (answer: unknown): ReadonlyArray<unknown> | null =>
  Array.isArray(answer)
    ? answer
    : typeof answer === 'object' && answer !== null && 'rows' in answer && Array.isArray(answer.rows)
      ? (answer.rows as ReadonlyArray<unknown>)
      : null

/** The items that have no equal in the other list. */
const less = (a: ReadonlyArray<unknown>, b: ReadonlyArray<unknown>): ReadonlyArray<unknown> => {
  const left = b.map((row) => JSON.stringify(row))
  return a.filter((row) => {
    const at = left.indexOf(JSON.stringify(row))
    if (at === -1) return true
    left.splice(at, 1)
    return false
  })
}

const some = (n: number): string => (n === 1 ? 'a row' : `${String(n)} rows`)

/** What the rows have in common in a column that the call uses: " whose `name` is missing". */
const whose = (rows: ReadonlyArray<unknown>, columns: ReadonlyArray<string>): string => {
  const found = columns.find((name) =>
    rows.every(
      (row) =>
        typeof row === 'object' &&
        row !== null &&
        name in row &&
        (row as { readonly [n: string]: unknown })[name] === null,
    ),
  )
  return found === undefined ? '' : ` whose ${quoted(found)} is missing`
}

const errorIn = (answer: unknown): string | null =>
  typeof answer === 'object' && answer !== null && 'error' in answer && 'message' in answer
    ? `${String(answer.error)}: ${String(answer.message)}`
    : null

const differenceOf = (expected: unknown, actual: unknown, columns: ReadonlyArray<string>): string => {
  const error = errorIn(actual)
  if (error !== null) return `fails (${error})`
  if (errorIn(expected)?.startsWith('Unsupported') === true)
    return `answers wrongly what it said that it can't answer`
  const [wanted, got] = [listIn(expected), listIn(actual)]
  if (wanted === null || got === null)
    return `gives ${inline(actual)} where it should give ${inline(expected)}`
  const [lost, extra] = [less(wanted, got), less(got, wanted)]
  if (lost.length === 0 && extra.length === 0)
    return wanted.length > 1 && JSON.stringify(wanted) !== JSON.stringify(got)
      ? 'gives the rows in another order'
      : `gives ${inline(actual)} where it should give ${inline(expected)}`
  if (extra.length === 0) return `loses ${some(lost.length)}${whose(lost, columns)}`
  if (lost.length === 0) return `gives ${some(extra.length)} too many${whose(extra, columns)}`
  return lost.length === extra.length
    ? `gives other rows than it should`
    : `loses ${some(lost.length)} and gives ${some(extra.length)} that should not be there`
}

const callText = (call: Call): string => {
  switch (call._tag) {
    case 'read':
      return call.terminal._tag === 'toArray'
        ? querysetText(call.of)
        : `${quoted(call.terminal._tag)} of ${querysetText(call.of)}`
    case 'write':
      return `the client's ${quoted(call.bulk ? `${call.write._tag}Bulk` : call.write._tag)}`
    case 'create':
      return quoted(call.rows.length === 1 ? 'create' : 'createBulk')
    case 'update':
    case 'updateBulk':
    case 'delete':
      return `${quoted(call._tag === 'delete' ? 'deleteRows' : call._tag)} of ${querysetText(call.of)}`
    case 'obtain':
      return quoted(call.changing ? 'updateOrCreate' : 'getOrCreate')
    case 'relate':
      return quoted(`${call.how}Related`)
    case 'atomic':
      return quoted('transaction')
    case 'mutate':
      return `the client's \`write\` of ${call.mutations.map((each) => (each._tag === 'insert' ? `an \`insert\` (on conflict: ${each.onConflict._tag})` : `${each._tag === 'update' ? 'an' : 'a'} \`${each._tag}\``)).join(' and ')}`
    case 'law':
      return querysetText(call.of)
    case 'faulty':
      return `${callText(call.call)}, while the backend fails,`
    case 'overlap':
      return call.threads
        .map((thread) => thread.map(callText).join(', then '))
        .join(', and at the same time ')
  }
}

/** The result of overlapping calls: the answers of each thread, and the rows by model. */
interface Came {
  readonly answers: ReadonlyArray<ReadonlyArray<unknown>>
  readonly rows: { readonly [model: string]: ReadonlyArray<unknown> }
}

const isCame = (answer: unknown): answer is Came =>
  typeof answer === 'object' && answer !== null && 'answers' in answer && 'rows' in answer

const rowText = (row: unknown): string =>
  typeof row === 'object' && row !== null
    ? `(${Object.entries(row)
        .map(([name, value]: readonly [string, unknown]) => `${name} ${inline(value)}`)
        .join(', ')})`
    : inline(row)

const answerText = (answer: unknown): string => {
  const [error, list] = [errorIn(answer), listIn(answer)]
  return (
    error ??
    (list === null ? rowText(answer) : list.length === 0 ? 'no rows' : list.map(rowText).join(' and '))
  )
}

/** The difference between the result and that of the closest order of the calls. */
const cameText = (expected: unknown, actual: unknown): string => {
  if (!isCame(expected) || !isCame(actual)) return differenceOf(expected, actual, [])
  const model = Object.keys({ ...expected.rows, ...actual.rows }).find((name) => {
    const [wanted, got] = [expected.rows[name] ?? [], actual.rows[name] ?? []]
    return less(wanted, got).length > 0 || less(got, wanted).length > 0
  })
  if (model !== undefined) {
    const [wanted, got] = [expected.rows[model] ?? [], actual.rows[model] ?? []]
    const [lost, extra] = [less(wanted, got), less(got, wanted)].map((rows) =>
      rows.map(rowText).join(' and '),
    )
    return `leave in ${quoted(model)} ${extra === '' ? 'no row more' : extra}, which no order of them does; one after the other they would leave ${lost === '' ? 'none of these' : lost}`
  }
  const at = actual.answers
    .flatMap((answers, thread) =>
      answers.map((answer, i) => ({ thread, answer, right: expected.answers[thread]?.[i] })),
    )
    .find(({ answer, right }) => JSON.stringify(answer) !== JSON.stringify(right))
  return at === undefined
    ? 'end as in no order of them'
    : `end as in no order of them: ${letter(at.thread)} is given ${answerText(at.answer)}; one after the other it would be ${answerText(at.right)}`
}

const overlapText = (call: Extract<Call, { readonly _tag: 'overlap' }>): string => {
  const texts = call.threads.map((thread) => thread.map(callText).join(', then '))
  return texts.every((text) => text === texts[0])
    ? `${texts[0] ?? ''}, ${texts.length === 2 ? 'twice' : `${String(texts.length)} times`} at once,`
    : `${texts.join(', and at the same time ')},`
}

/** The fault as a sentence. @since 0.1.0 */
export const sentenceOf = (example: Case, { call, violation }: Broken): string => {
  const last = example.calls[call]
  const about = laws.find(({ name }) => name === violation.law)?.about ?? violation.law
  if (last?._tag === 'overlap')
    return `${about} But ${overlapText(last)} ${cameText(violation.expected, violation.actual)}.`
  if (last !== undefined && / left as they are$/u.test(violation.law))
    return `${about} But ${callText(last)} changes what it is given.`
  if (last === undefined) return `${about} But the rows can't be listed: ${inline(violation.actual)}.`
  const columns =
    'of' in last
      ? last.of.steps.flatMap((step) => (step._tag === 'filter' ? columnsIn(step.predicate) : []))
      : []
  const before = example.calls.slice(0, call).filter(({ _tag }) => _tag !== 'read').length
  const what = `${callText(last)}${before > 0 ? ', after what was written before,' : ''} ${differenceOf(violation.expected, violation.actual, columns)}`
  return last._tag === 'read' ? `${what}.` : `${about} But ${what}.`
}

const cell = (value: unknown): string =>
  value === undefined ? '' : typeof value === 'string' ? JSON.stringify(value) : inline(value)

/** Rows as a table. */
const grid = (rows: ReadonlyArray<unknown>): ReadonlyArray<string> => {
  const objects = rows.map((row): { readonly [name: string]: unknown } =>
    // A value that isn't a record gets a column of its own.
    typeof row === 'object' && row !== null && !Array.isArray(row)
      ? (row as { readonly [name: string]: unknown })
      : { value: row },
  )
  const names = [...new Set(objects.flatMap((row) => Object.keys(row)))]
  const lines = [names, ...objects.map((row) => names.map((name) => cell(row[name])))]
  const widths = names.map((_, i) => Math.max(...lines.map((line) => line[i]?.length ?? 0)))
  const text = (line: ReadonlyArray<string>) =>
    line
      .map((each, i) => each.padEnd(widths[i] ?? 0))
      .join(' | ')
      .trimEnd()
  const [head, ...body] = lines
  return head === undefined
    ? []
    : [text(head), widths.map((width) => '-'.repeat(width)).join('-|-'), ...body.map(text)]
}

const shownAs = (title: string, answer: unknown): ReadonlyArray<string> => {
  const list = listIn(answer)
  const total =
    typeof answer === 'object' && answer !== null && 'total' in answer
      ? `, total ${String(answer.total)}`
      : ''
  return list === null
    ? [`${title}: ${errorIn(answer) ?? inline(answer)}`]
    : list.length === 0
      ? [`${title}: no rows${total}`]
      : [`${title}:${total.slice(1)}`, ...grid(list).map((line) => `  ${line}`)]
}

/** The result of overlapping calls as a table: the answers of each thread, and the rows. */
const cameAs = (title: string, came: unknown): ReadonlyArray<string> =>
  isCame(came)
    ? [
        `${title}:`,
        ...came.answers.map(
          (answers, thread) => `  ${letter(thread)} is given ${answers.map(answerText).join(', then ')}`,
        ),
        ...Object.entries(came.rows)
          .flatMap(([model, rows]) => shownAs(model, rows))
          .map((line) => `  ${line}`),
      ]
    : shownAs(title, came)

/** The rows, the calls, and the expected and actual answers. @since 0.1.0 */
export const tableOf = (schema: Schema, example: Case, { violation }: Broken): string => {
  const { moments, expected, actual, told } = violation
  const line = timeLine(moments ?? [], (call) => callCode(schema, call))
  return [
    ...Object.entries(example.rows).flatMap(([model, rows]) =>
      rows.length === 0 ? [] : shownAs(model, rows),
    ),
    ...example.calls.flatMap((call) =>
      call._tag === 'overlap' && line.length > 0
        ? ['> at once:', ...line.map((each) => `  ${each}`)]
        : [`> ${callCode(schema, call).replaceAll('\n', '\n  ')}`],
    ),
    ...cameAs(moments === undefined ? 'expected' : 'expected, had they come one after the other', expected),
    ...cameAs('actual', actual),
    ...(told === undefined ? [] : shownAs('it said', told)),
  ].join('\n')
}
