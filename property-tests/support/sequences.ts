/** Every sequence of a few steps, over a few rows, beside the same in memory. */
import { either as E } from 'fp-ts'
import { autoId, field, fold, print, schema, schemaOf, toArray, type Client } from '../../src/index.js'
import { querysetOf, type ExpressionData, type StepData } from '../../src/laws/case/QuerysetData.js'
import { memory } from '../../src/memory.js'
import { isOrdered } from '../../src/query/Query.js'
import { shown } from './sqlQuerysets.js'

export const models = schema({ item: { id: autoId, k: field.nullable(field.int()), n: field.int() } })
export const rows = [
  { id: 1, k: 2, n: 5 },
  { id: 2, k: null, n: 7 },
  { id: 3, k: 1, n: 5 },
  { id: 4, k: 2, n: 1 },
  { id: 5, k: null, n: 3 },
  { id: 6, k: 1, n: 5 },
]

const column = (name: string): ExpressionData => ({ _tag: 'column', path: [name], level: 0 })
const int = (value: number): ExpressionData => ({ _tag: 'const', kind: 'int', value })
const named = (name: string, expression: ExpressionData) => ({ name, kind: 'int' as const, expression })
const greatest: ExpressionData = {
  _tag: 'aggregate',
  name: 'max',
  over: 'group',
  level: 0,
  relation: [],
  arg: column('n'),
  distinct: false,
  filter: null,
  default: null,
  sample: false,
}

const pairs: StepData = {
  _tag: 'values',
  form: 'record',
  columns: [named('k', column('k')), named('n', column('n'))],
}

/** All keep the columns `k` and `n`, so that any step can follow any other. */
export const steps: ReadonlyArray<StepData> = [
  { _tag: 'orderBy', keys: [{ expression: column('n'), direction: 'desc', nulls: 'first' }] },
  { _tag: 'orderBy', keys: [] },
  { _tag: 'filter', predicate: { _tag: 'lookup', name: 'gt', left: column('n'), right: [int(1)] } },
  pairs,
  { _tag: 'values', form: 'record', columns: [named('n', column('k')), named('k', int(1))] },
  { _tag: 'distinct' },
  { _tag: 'distinctOn', keys: [column('k')] },
  { _tag: 'slice', start: 1, stop: 4 },
  { _tag: 'reverse' },
  { _tag: 'groupBy', keys: [named('k', column('k'))], aggregates: [named('n', greatest)] },
]

const some: StepData = { _tag: 'slice', start: 0, stop: 3 }

/** With these there are too many sequences of five steps. */
export const more: ReadonlyArray<StepData> = [
  ...steps,
  { _tag: 'union', others: [{ model: 'item', steps: [] }] },
  { _tag: 'union', others: [{ model: 'item', steps: [pairs, some] }] },
  { _tag: 'difference', others: [{ model: 'item', steps: [some, pairs] }] },
  {
    _tag: 'or',
    other: {
      model: 'item',
      steps: [
        { _tag: 'filter', predicate: { _tag: 'lookup', name: 'lt', left: column('n'), right: [int(4)] } },
      ],
    },
  },
  { _tag: 'annotate', columns: [named('next', { _tag: 'call', name: 'add', args: [column('n'), int(1)] })] },
  {
    _tag: 'filter',
    predicate: {
      _tag: 'inQuery',
      left: column('k'),
      query: {
        model: 'item',
        steps: [some, { _tag: 'values', form: 'flat', columns: [named('k', column('k'))] }],
      },
    },
  },
]

/** All sequences of so many of some steps. */
export function* sequences(of: ReadonlyArray<StepData>, length: number): Generator<ReadonlyArray<StepData>> {
  if (length === 0) {
    yield []
    return
  }
  for (const before of sequences(of, length - 1)) for (const step of of) yield [...before, step]
}

const reference = memory(models, { item: rows })

/** A sequence that means something else to a client, with what it gave. `null` if it means the same. */
const wrong = async (client: Client, sequence: ReadonlyArray<StepData>): Promise<string | null> => {
  const queryset = querysetOf(schemaOf(models), { model: 'item', steps: sequence })
  const query = fold(queryset)
  const [expected, actual] = await Promise.all([toArray(reference)(queryset)(), toArray(client)(queryset)()])
  if (E.isLeft(query) || E.isLeft(expected)) return E.isLeft(actual) ? null : print(queryset)
  if (E.isLeft(actual)) return `${print(queryset)}: ${actual.left.message}`
  const texts = [expected.right, actual.right].map((each) => shown(each, isOrdered(query.right)))
  return JSON.stringify(texts[0]) === JSON.stringify(texts[1])
    ? null
    : `${print(queryset)}: ${JSON.stringify(actual.right)} instead of ${JSON.stringify(expected.right)}`
}

/** How many sequences are told at most, and how many are asked at the same time. */
const most = 10
const atOnce = 16

/** The first sequences of several lists that mean something else to a client. */
export const wrongs = async (
  client: Client,
  lists: ReadonlyArray<Iterable<ReadonlyArray<StepData>>>,
): Promise<ReadonlyArray<string>> => {
  const found: Array<string> = []
  let under: Array<Promise<string | null>> = []
  const ended = async () => {
    for (const each of await Promise.all(under)) if (each !== null) found.push(each)
    under = []
  }
  for (const list of lists)
    for (const sequence of list) {
      under.push(wrong(client, sequence))
      if (under.length === atOnce) await ended()
      if (found.length >= most) return found
    }
  await ended()
  return found
}
