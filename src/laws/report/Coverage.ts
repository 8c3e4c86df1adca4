/**
 * Counts what a check exercises.
 *
 * @since 0.1.0
 */
import type { Node } from '../../expression/Expression.js'
import { fold } from '../../expression/fold.js'
import type { Schema } from '../../schema/Schema.js'
import { kinds } from '../../value/Value.js'
import type { Call, Case } from '../case/Case.js'
import { lookupsOf } from '../make/predicates.js'
import type { Coverage } from './Report.js'
import type { QuerysetData } from '../case/QuerysetData.js'
import type { Tally } from '../hold/Subject.js'

type Sort = 'laws' | 'terminals' | 'steps' | 'lookups' | 'kinds' | 'nullness' | 'refused'

/** @since 0.1.0 */
export interface CoverageCounter extends Tally {
  /** Counts the parts of a case. */
  readonly seen: (schema: Schema, one: Case) => void
  readonly result: (possible: Possible) => Coverage
}

/** The names that could be exercised. @since 0.1.0 */
export interface Possible {
  readonly terminals: ReadonlyArray<string>
  readonly laws: ReadonlyArray<string>
  readonly schema: Schema | null
}

const stepNames = [
  'filter',
  'orderBy',
  'reverse',
  'slice',
  'distinct',
  'distinctOn',
  'values',
  'annotate',
  'groupBy',
  'union',
  'intersection',
  'difference',
  'and',
  'or',
  'xor',
  'selectRelated',
  'prefetchRelated',
  'only',
  'not',
  'all of',
  'any of',
  'odd of',
  'some',
  'exists',
  'in a queryset',
  'aggregate',
] as const

const nodeNames: { readonly [tag: string]: string } = {
  not: 'not',
  and: 'all of',
  or: 'any of',
  xor: 'odd of',
  some: 'some',
  exists: 'exists',
  inQuery: 'in a queryset',
  aggregate: 'aggregate',
}

/** @since 0.1.0 */
export const counting = (): CoverageCounter => {
  const counts = new Map<string, number>()
  const add = (sort: Sort, name: string): void => {
    const key = `${sort} ${name}`
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  const totals = { reads: 0, empty: 0, writes: 0 }
  const of = (sort: Sort): { readonly [name: string]: number } =>
    Object.fromEntries(
      [...counts]
        .filter(([key]) => key.startsWith(`${sort} `))
        .map(([key, n]) => [key.slice(sort.length + 1), n] as const)
        .sort(([, a], [, b]) => b - a),
    )
  const node = (at: Node<QuerysetData>): void => {
    fold<QuerysetData, null, null>(at, null, {
      enter: () => null,
      combine: (each) => {
        if (each._tag === 'lookup') add('lookups', each.name)
        const name = nodeNames[each._tag]
        if (name !== undefined) add('steps', name)
        if (each._tag === 'exists' || each._tag === 'inQuery' || each._tag === 'subquery') data(each.query)
        return null
      },
    })
  }
  const data = ({ steps }: QuerysetData): void => {
    steps.forEach((step) => {
      add('steps', step._tag)
      if (step._tag === 'filter') node(step.predicate)
      if (step._tag === 'orderBy')
        step.keys.forEach(({ expression }) => {
          node(expression)
        })
      if (step._tag === 'values' || step._tag === 'annotate')
        step.columns.forEach(({ expression }) => {
          node(expression)
        })
      if (step._tag === 'groupBy')
        step.aggregates.forEach(({ expression }) => {
          node(expression)
        })
      if (step._tag === 'union' || step._tag === 'intersection' || step._tag === 'difference')
        step.others.forEach(data)
      if (step._tag === 'and' || step._tag === 'or' || step._tag === 'xor') data(step.other)
      if (step._tag === 'prefetchRelated') data(step.query)
    })
  }
  const call = (each: Call): void => {
    if ('of' in each) data(each.of)
    if (each._tag === 'faulty') call(each.call)
    if (each._tag === 'overlap') each.threads.flat().forEach(call)
  }
  return {
    count: add,
    read: (empty) => {
      totals.reads += 1
      if (empty) totals.empty += 1
    },
    wrote: () => {
      totals.writes += 1
    },
    seen: (schema, one) => {
      schema.models.forEach((model) => {
        if (model.implicit) return
        model.columns.forEach((column) => {
          add('kinds', column.kind)
          const missing = (one.rows[model.name] ?? []).some((row) => (row[column.name] ?? null) === null)
          add('nullness', column.nullable ? (missing ? 'missing values' : 'may be missing') : 'never missing')
        })
      })
      one.calls.forEach(call)
    },
    result: ({ terminals, laws, schema }) => {
      const there =
        schema === null
          ? kinds.filter((kind) => kind !== 'json')
          : [
              ...new Set(
                [...schema.models.values()].flatMap((model) =>
                  [...model.columns.values()].map(({ kind }) => kind),
                ),
              ),
            ]
      const names: ReadonlyArray<readonly [Sort, ReadonlyArray<string>]> = [
        ['laws', laws],
        ['terminals', terminals],
        ['steps', stepNames],
        ['lookups', [...new Set(there.flatMap((kind) => lookupsOf(kind, schema)))]],
        ['kinds', there],
      ]
      return {
        laws: of('laws'),
        terminals: of('terminals'),
        steps: of('steps'),
        lookups: of('lookups'),
        kinds: of('kinds'),
        nullness: of('nullness'),
        ...totals,
        refused: of('refused'),
        never: names.flatMap(([sort, all]) => all.filter((name) => !counts.has(`${sort} ${name}`))),
      }
    },
  }
}
