/**
 * The laws of reading: an answer equals that of the reference.
 *
 * @since 0.2.0
 */
import { either as E, taskEither as TE } from 'fp-ts'
import type { QueryError } from '../../value/QueryError.js'
import { keysOnly } from '../../client/derive.js'
import { clientOver } from '../../clients/reference/referenceClient.js'
import { isOrdered, type Query } from '../../query/Query.js'
import { evaluatePage } from '../../engine/evaluate.js'
import type { Evaluated } from '../../query/Evaluator.js'
import { sourceOf } from '../../engine/Store.js'
import { type Shape, shapeOf } from '../../query/shape.js'
import {
  type CallResult,
  ask,
  asText,
  isClose,
  type PreparedRead,
  questionOf,
  readPage,
  told,
} from './ask.js'
import type { ReadCall, Terminal } from '../case/Case.js'
import { problem } from '../case/problem.js'
import {
  brokenKeys,
  brokenPromise,
  capOf,
  capped,
  inItsOrder,
  mostOf,
  promisedOf,
} from '../discover/promise.js'
import type { QuerysetData, StepData } from '../case/QuerysetData.js'
import type { LawName } from './LawName.js'
import type { Subject, Violation } from './Subject.js'

/** The expected answer of a read, and whether its order matters. */
interface Expected {
  readonly answer: CallResult
  readonly query: Query | null
  readonly bag: boolean
}

const listed: ReadonlySet<Terminal['_tag']> = new Set([
  'toArray',
  'whole',
  'page',
  'list',
  'stream',
  'getPks',
  'inBulk',
])

/**
 * The answer of the reference.
 *
 * @since 0.1.0
 */
export const expectedOf = async (
  { schema, known }: Pick<Subject, 'schema' | 'known'>,
  question: PreparedRead,
): Promise<Expected> => {
  const { terminal } = question
  const query = E.isRight(question.query) ? question.query.right : null
  const bag =
    listed.has(terminal._tag) && (terminal._tag === 'inBulk' || (query !== null && !isOrdered(query)))
  if ((terminal._tag === 'page' || terminal._tag === 'whole') && query !== null) {
    const asked = evaluatePage(schema, sourceOf(known.store), new Date().toISOString())
    const page = E.flatMap(asked(query), (found: Evaluated) =>
      E.flatMap(shapeOf(schema, query), (shape: Shape) => readPage('reference', shape, found)),
    )
    if (terminal._tag === 'page') return { query, bag, answer: page }
    const keyed = keysOnly(schema, query)
    const keys = E.isLeft(keyed)
      ? E.right(null)
      : E.map(({ rows }: Evaluated) => rows.map((row) => row[keyed.right.pk] ?? null))(
          asked(keyed.right.query),
        )
    return {
      query,
      bag,
      answer: E.flatMap(page, (own: object) =>
        E.map((there: unknown) => ({ ...own, count: countIn(own), keys: there }))(keys),
      ),
    }
  }
  return {
    query,
    bag,
    answer: await ask(clientOver('reference', schema, TE.right(sourceOf(known.store))), question),
  }
}

const countIn = (page: object): number => ('rows' in page && Array.isArray(page.rows) ? page.rows.length : 0)

/** Errors that are correct answers to some calls. */
const answers: ReadonlySet<QueryError['_tag']> = new Set(['NotFound', 'MultipleFound'])

const isEmpty = (answer: unknown): boolean =>
  answer === null ||
  answer === 0 ||
  answer === false ||
  (Array.isArray(answer) && answer.length === 0) ||
  (typeof answer === 'object' && 'rows' in answer && Array.isArray(answer.rows) && answer.rows.length === 0)

/** The law that covers a terminal. */
const lawOf: { readonly [K in Terminal['_tag']]: LawName } = {
  toArray: 'answer',
  whole: 'page',
  page: 'page',
  list: 'page',
  count: 'count',
  exists: 'count',
  first: 'answer',
  last: 'answer',
  get: 'answer',
  getPks: 'keys',
  stream: 'stream',
  inBulk: 'answer',
  contains: 'answer',
  aggregate: 'aggregate',
}

/** Whether an answer has computed numbers, which may be rounded differently. */
const isComputed = (queryset: QuerysetData, terminal: Terminal): boolean =>
  terminal._tag === 'aggregate' || queryset.steps.some(computes)

const computes = (step: StepData): boolean =>
  step._tag === 'groupBy' || step._tag === 'annotate' || step._tag === 'values'

export const checkRead = async (subject: Subject, { of, terminal }: ReadCall): Promise<Violation | null> => {
  const { client, schema, tally } = subject
  // These two terminals call the client itself, whatever it supports.
  const itself = (terminal._tag === 'page' || terminal._tag === 'whole') && client.support !== undefined
  const question = questionOf(schema, of, terminal, itself ? null : (client.maxPerRequest ?? null))
  // The number of rows at once may depend on the query.
  const most = !itself
    ? (client.maxPerRequest ?? null)
    : mostOf(client, of.model, E.isRight(question.query) ? question.query.right : null)
  const { answer: meant, query, bag } = await expectedOf(subject, question)
  // Whether a read must not be made on any client.
  if (E.isLeft(meant) && !answers.has(meant.left._tag)) return null
  const own = itself ? capped(client, question, most) : question
  if (own !== question && E.isRight(meant) && countIn(meant.right as object) > (most ?? 0)) return null
  const law = lawOf[terminal._tag]
  tally.count('laws', law)
  tally.count('terminals', terminal._tag)
  tally.read(E.isLeft(meant) || isEmpty(meant.right))
  const asked = () => ask(client, own)
  const actual = await asked()
  const expected =
    terminal._tag === 'page' && terminal.slice !== undefined
      ? inItsOrder(
          meant,
          actual,
          (await expectedOf(subject, questionOf(schema, of, { _tag: 'page' }, null))).answer,
        )
      : meant
  const raw = itself && E.isRight(own.query) ? own.query.right : null
  const cap = raw === null ? null : capOf(client, raw)
  const differs = compared(expected, actual, query, bag, isComputed(of, terminal), cap)
  const wrong =
    raw !== null
      ? brokenPromise(client, raw, expected, actual, differs, bag)
      : terminal._tag === 'getPks' && query !== null && differs !== null && differs !== 'refused'
        ? brokenKeys(client, query, differs)
        : differs
  if (
    raw !== null &&
    E.isLeft(actual) &&
    actual.left._tag === 'Unsupported' &&
    promisedOf(client, raw) === 'nothing'
  )
    subject.seen.refused = true
  if (raw !== null) {
    tally.count('laws', promisedOf(client, raw) === 'nothing' ? 'refuses' : 'keeps its word')
    if (wrong === null && differs !== null) return null
  }
  if (wrong !== null) {
    if (wrong === 'refused') tally.count('refused', terminal._tag)
    return wrong === 'refused' ? null : { law, area: 'reads', ...wrong }
  }
  if (terminal._tag !== 'page') return null
  // What the client gave has been changed meanwhile.
  const again = compared(expected, await asked(), query, bag, isComputed(of, terminal), cap)
  return again === null || again === 'refused' ? null : { law: 'results are copies', area: 'reads', ...again }
}

const compared = (
  expected: CallResult,
  actual: CallResult,
  query: Query | null,
  bag: boolean,
  computed: boolean,
  cap: number | null,
): Pick<Violation, 'expected' | 'actual'> | 'refused' | null => {
  if (E.isLeft(actual)) {
    if (actual.left._tag === 'Unsupported') return 'refused'
    return E.isLeft(expected) && expected.left._tag === actual.left._tag
      ? null
      : { expected: shown(expected), actual: shown(actual) }
  }
  if (E.isLeft(expected)) return { expected: shown(expected), actual: actual.right }
  // A missing total isn't a wrong total.
  const right = told(expected.right, actual.right, cap)
  return asText(right, query, bag) === asText(actual.right, query, bag) ||
    (computed && isClose(right, actual.right))
    ? null
    : { expected: right, actual: actual.right }
}

const shown = (answer: CallResult): unknown => (E.isLeft(answer) ? problem(answer.left) : answer.right)
