/**
 * Reads that differ in one respect. They find clients that confuse them.
 *
 * @since 0.1.0
 */
import type { OrderKey } from '../../expression/Expression.js'
import type { ReadCall, Terminal } from '../case/Case.js'
import { columnAt, negated, type Making } from './predicates.js'
import { modelFor } from './parts.js'
import { readOf } from './reads.js'
import { rowsWith } from './searches.js'
import type { PredicateData, QuerysetData, StepData } from '../case/QuerysetData.js'
import { chance, pick, pickOf, shuffled, weighted } from './Tape.js'
import { caseTwinOf, twinOf } from './twin.js'

/** Another constant, the negation, or another bound. */
const otherPredicate = (making: Making, predicate: PredicateData): PredicateData => {
  const { tape } = making
  if (predicate._tag === 'lookup' && chance(tape, 75)) {
    const at = tape.next(Math.max(1, predicate.right.length))
    const operand = predicate.right[at]
    if (operand?._tag !== 'const' || operand.kind === 'json') return negated(predicate)
    const { kind, value } = operand
    const other =
      typeof value === 'string' && kind === 'text' && chance(tape, 40)
        ? caseTwinOf(tape, value)
        : twinOf(tape, kind, value)
    return {
      ...predicate,
      right: predicate.right.map((each, i) => (i === at ? { ...operand, value: other } : each)),
    }
  }
  if (predicate._tag === 'and') return { ...predicate, all: oneOtherwise(making, predicate.all) }
  if (predicate._tag === 'or') return { ...predicate, any: oneOtherwise(making, predicate.any) }
  return predicate._tag === 'not' ? predicate.predicate : negated(predicate)
}

const oneOtherwise = (making: Making, all: ReadonlyArray<PredicateData>): ReadonlyArray<PredicateData> => {
  const at = making.tape.next(Math.max(1, all.length))
  return all.map((each, i) => (i === at ? otherPredicate(making, each) : each))
}

const otherKey = ({ tape }: Making, key: OrderKey<QuerysetData>): OrderKey<QuerysetData> =>
  chance(tape, 50)
    ? { ...key, nulls: key.nulls === 'first' ? 'last' : 'first' }
    : { ...key, direction: key.direction === 'asc' ? 'desc' : 'asc' }

const otherStep = (making: Making, step: StepData): ReadonlyArray<StepData> => {
  const { tape } = making
  const at = step._tag === 'orderBy' ? tape.next(Math.max(1, step.keys.length)) : 0
  switch (step._tag) {
    case 'filter':
      return [{ ...step, predicate: otherPredicate(making, step.predicate) }]
    case 'orderBy':
      return [{ ...step, keys: step.keys.map((key, i) => (i === at ? otherKey(making, key) : key)) }]
    case 'slice':
      return pick<ReadonlyArray<StepData>>(tape, [
        [],
        [{ ...step, start: step.start + 1, stop: step.stop === null ? null : step.stop + 1 }],
        [{ ...step, stop: step.stop === null ? step.start + 1 : null }],
      ])
    case 'union':
    case 'intersection':
    case 'difference':
      return [{ ...step, _tag: step._tag === 'union' ? 'difference' : 'union' }]
    case 'distinctOn':
      return step.keys.length > 1 ? [{ ...step, keys: step.keys.slice(1) }] : []
    case 'values':
    case 'annotate':
      return step.columns.length > 1
        ? [{ ...step, columns: oneLess(making, step.columns) }]
        : step._tag === 'values' && step.form !== 'record'
          ? [{ ...step, form: 'record' }]
          : []
    case 'groupBy':
      return [
        step.aggregates.length > 0
          ? { ...step, aggregates: oneLess(making, step.aggregates) }
          : { ...step, keys: oneLess(making, step.keys) },
      ]
    case 'only':
      return step.fields.length > 1 ? [{ ...step, fields: step.fields.slice(0, -1) }] : []
    case 'prefetchRelated': {
      const [last] = step.query.steps.slice(-1)
      const steps =
        last === undefined ? [{ _tag: 'slice', start: 0, stop: 1 } as const] : step.query.steps.slice(0, -1)
      return pick<ReadonlyArray<StepData>>(tape, [[{ ...step, query: { ...step.query, steps } }], []])
    }
    case 'and':
    case 'or':
    case 'xor':
      return [{ ...step, _tag: step._tag === 'and' ? 'or' : 'and' }]
    case 'distinct':
    case 'reverse':
    case 'selectRelated':
      return []
  }
}

const oneLess = <T>({ tape }: Making, list: ReadonlyArray<T>): ReadonlyArray<T> => {
  const at = tape.next(Math.max(1, list.length))
  return list.filter((_, i) => i !== at)
}

/** One more step that makes little difference. */
const oneMore = ({ tape }: Making): StepData =>
  pick<StepData>(tape, [
    { _tag: 'reverse' },
    { _tag: 'distinct' },
    { _tag: 'slice', start: 0, stop: 1 },
    { _tag: 'slice', start: 1, stop: null },
    { _tag: 'reverse' },
  ])

/**
 * The same read with one step changed, removed or added. Without steps, a read of the first row.
 *
 * @since 0.1.0
 */
export const nearlyThe = (making: Making, read: ReadCall): ReadCall => {
  const { of } = read
  if (of.steps.length === 0) return { ...read, of: { ...of, steps: [{ _tag: 'slice', start: 0, stop: 1 }] } }
  if (chance(making.tape, 20)) return { ...read, of: { ...of, steps: [...of.steps, oneMore(making)] } }
  const at = making.tape.next(of.steps.length)
  return {
    ...read,
    of: { ...of, steps: of.steps.flatMap((step, i) => (i === at ? otherStep(making, step) : [step])) },
  }
}

/**
 * Similar reads: by two values of a column, with missing values first and last, of all rows of each model, or a read,
 * another that differs in one respect, and the first again. A client may answer one from the cache of another.
 *
 * @since 0.1.0
 */
export const alikeOf = (making: Making, models: ReadonlyArray<string>): ReadonlyArray<ReadCall> => {
  const { tape, world } = making
  const terminal = pick<Terminal>(tape, [
    { _tag: 'toArray' },
    { _tag: 'toArray' },
    { _tag: 'page' },
    { _tag: 'count' },
    { _tag: 'getPks' },
    { _tag: 'exists' },
  ])
  return weighted<() => ReadonlyArray<ReadCall>>(tape, [
    [
      5,
      () => {
        const model = modelFor(making, models)
        const column = pickOf(
          tape,
          [...model.columns.values()].filter(({ kind }) => kind !== 'json'),
        )
        const rows = shuffled(tape, world.rows[model.name] ?? [])
        const values = [
          ...new Set(
            rows.flatMap((row) =>
              column === null || (row[column.name] ?? null) === null ? [] : [row[column.name] ?? null],
            ),
          ),
        ].slice(0, 2)
        const [one] = values
        return column === null || one === undefined
          ? []
          : [one, values[1] ?? twinOf(tape, column.kind, one)].map((value) => ({
              _tag: 'read',
              of: rowsWith(model, column.name, value),
              terminal,
            }))
      },
    ],
    [
      2,
      () => {
        const model = modelFor(making, models)
        const column = pickOf(
          tape,
          [...model.columns.values()].filter(({ kind, nullable }) => nullable && kind !== 'json'),
        )
        if (column === null) return []
        const expression = columnAt([column.name])
        const [direction, key] = [pick(tape, ['asc', 'desc'] as const), chance(tape, 50)]
        return (['first', 'last'] as const).map((nulls) => ({
          _tag: 'read',
          of: {
            model: model.name,
            steps: [
              {
                _tag: 'orderBy',
                keys: [
                  { expression, direction, nulls },
                  ...(key
                    ? []
                    : [
                        {
                          expression: columnAt([model.primaryKey]),
                          direction: 'asc',
                          nulls: 'last',
                        } as const,
                      ]),
                ],
              },
            ],
          },
          terminal,
        }))
      },
    ],
    [2, () => shuffled(tape, models).map((model) => ({ _tag: 'read', of: { model, steps: [] }, terminal }))],
    [
      3,
      () => {
        const read = readOf(making, models)
        return [read, nearlyThe(making, read), read]
      },
    ],
  ])()
}
