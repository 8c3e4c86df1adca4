/**
 * What a case is about, without its names and values. Two cases of the same fault have the same signature.
 *
 * @since 0.1.0
 */
import type { Node } from '../../expression/Expression.js'
import { fold } from '../../expression/fold.js'
import { readsWithin, type Call } from './Case.js'
import type { QuerysetData, StepData } from './QuerysetData.js'

const ofNode = (node: Node<QuerysetData>): string =>
  fold<QuerysetData, null, string>(node, null, {
    enter: () => null,
    combine: (at, operands) => {
      const inner = operands.filter((text) => text !== '').join(',')
      switch (at._tag) {
        case 'const':
        case 'column':
          return ''
        case 'lookup':
          return `${at.name}(${inner})`
        case 'call':
        case 'aggregate':
          return `${at.name}(${inner})`
        case 'subquery':
        case 'exists':
          return `${at._tag}(${ofQueryset(at.query)})`
        case 'inQuery':
          return `inQuery(${inner},${ofQueryset(at.query)})`
        default:
          return `${at._tag}(${inner})`
      }
    },
  })

const ofStep = (step: StepData): string => {
  switch (step._tag) {
    case 'filter':
      return ofNode(step.predicate)
    case 'orderBy':
      return step.keys.map((key) => `${key.direction} ${key.nulls}${ofNode(key.expression)}`).join(',')
    case 'slice':
      return 'slice'
    case 'values':
    case 'annotate':
      return `${step._tag}(${step.columns.map(({ expression }) => ofNode(expression)).join('')})`
    case 'groupBy':
      return `groupBy(${step.keys.length > 0 ? 'keys' : ''};${step.aggregates.map(({ expression }) => ofNode(expression)).join(',')})`
    case 'union':
    case 'intersection':
    case 'difference':
      return `${step._tag}(${step.others.map(ofQueryset).join(',')})`
    case 'and':
    case 'or':
    case 'xor':
      return `${step._tag}(${ofQueryset(step.other)})`
    case 'prefetchRelated':
      return `prefetch(${ofQueryset(step.query)})`
    default:
      return step._tag
  }
}

const ofQueryset = ({ steps }: QuerysetData): string => steps.map(ofStep).join('.')

const ofCall = (call: Call): string => {
  switch (call._tag) {
    case 'read':
      return `${call.terminal._tag}(${ofQueryset(call.of)}${
        call.terminal._tag === 'aggregate'
          ? call.terminal.aggregates.map(({ expression }) => ofNode(expression)).join(',')
          : ''
      })`
    case 'write':
      return `client.${call.write._tag}`
    case 'create':
      return 'create'
    case 'atomic':
      return `atomic(${call.writes.map(({ _tag }) => _tag).join(',')};${call.undone.map(({ _tag }) => _tag).join(',')};${[...(call.kept ?? []), ...(call.later ?? [])].map(({ _tag }) => _tag).join(',')};${readsWithin(
        call,
      )
        .map(({ of, terminal }) => (terminal._tag === 'count' ? `count ${ofQueryset(of)}` : ofQueryset(of)))
        .join(',')})`
    case 'faulty':
      return `failing ${ofCall(call.call)}`
    case 'overlap':
      return call.threads
        .map((thread) => thread.map(ofCall).join('+'))
        .sort()
        .join('|')
    case 'mutate':
      return `write(${call.mutations.map((each) => (each._tag === 'insert' ? `insert ${each.onConflict._tag}` : `${each._tag} ${ofQueryset(each.of)}`)).join(',')})`
    case 'law':
      return `${call.law}(${ofQueryset(call.of)})`
    default:
      return `${call._tag}(${ofQueryset(call.of)})`
  }
}

/** Calls that only create rows are the setup, not the fault. */
const makesRows = (call: Call): boolean =>
  call._tag === 'create' || (call._tag === 'write' && call.write._tag === 'create')

/** @since 0.1.0 */
export const signatureOf = (law: string, calls: ReadonlyArray<Call>): string =>
  [law, ...calls.filter((call, i) => i === calls.length - 1 || !makesRows(call)).map(ofCall)].join('; ')
