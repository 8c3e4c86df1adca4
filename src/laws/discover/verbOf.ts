/**
 * A verb for what a client did.
 *
 * @since 0.2.0
 */
import type { Promised } from './promise.js'
import type { Ability } from './probes.js'
import type { ProbeResult } from './outcome.js'

export const nameOf = (ability: Ability): string =>
  ability._tag === 'lookup'
    ? `lookup ${ability.model} ${ability.field} ${ability.lookup}`
    : ability._tag === 'order'
      ? `order ${ability.model} ${ability.field}`
      : ability._tag

/** Faults of this sort are reported once: a client that doesn't refuse one lookup probably refuses none. */
export const sortOf = (ability: Ability, promised: Promised): string =>
  `${ability._tag} ${ability._tag === 'lookup' && promised !== 'nothing' ? ability.lookup : ''} ${promised}`

export const verbOf = (ability: Ability): string => {
  switch (ability._tag) {
    case 'lookup':
      return `finds ${ability.model}.${ability.field} by '${ability.lookup}'`
    case 'order':
      return `orders ${ability.model} by ${ability.field}`
    case 'connectives':
      return "answers 'and', 'or', 'xor' and 'not'"
    case 'limit':
      return 'obeys a limit'
    case 'offset':
      return 'obeys an offset'
    case 'projection':
      return 'gives only the columns asked for'
    case 'total':
      return 'tells the total'
    case 'everything':
      return 'answers everything'
    case 'nested':
      return 'answers a query of a query'
    case 'related':
      return 'gives related rows with rows'
    case 'annotations':
      return 'gives computed columns'
    case 'aggregate':
      return 'groups and aggregates'
    case 'distinct':
      return 'gives each row once'
  }
}

const cant = (ability: Ability): string => verbOf(ability).replace(/^(\w+?)s /u, "can't $1 ")

const didOf: { readonly [K in Exclude<ProbeResult, 'right'>]: string } = {
  refused: 'refuses',
  failed: 'fails',
  superset: 'gives too many rows',
  wrong: 'gives others than it should',
}

export const aboutOf = (ability: Ability, promised: Promised, outcome: ProbeResult): string | null =>
  promised === 'any'
    ? null
    : promised === 'nothing'
      ? `it says that it ${cant(ability)}, and ${outcome === 'failed' ? 'fails' : 'answers wrongly'} instead of refusing`
      : `it says that it ${verbOf(ability)}, and ${outcome === 'right' ? "doesn't" : didOf[outcome]}`
