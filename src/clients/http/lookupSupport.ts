import { either as E } from 'fp-ts'
import type { LookupName } from '../../expression/Expression.js'
import { builtIn } from '../../expression/lookups.js'
import { everything, type Support } from '../../client/Support.js'
import { allOf, type From, type Query } from '../../query/Query.js'
import { encodeMutation, wireLimits } from '../../query/wire.js'
import { refusedLookup } from './refusedLookup.js'

/**
 * The lookups that a server answers unless it is told otherwise: a pattern for `regex` or `iregex` can be made to take
 * as long as its author likes.
 *
 * @since 0.2.0
 */
export const harmless = (name: LookupName): boolean => name !== 'regex' && name !== 'iregex'

/**
 * The lookups that a client takes for granted of a server unless it is told otherwise: the server may not know custom
 * ones.
 *
 * @since 0.2.0
 */
export const expected = (name: LookupName): boolean => builtIn.has(name) && harmless(name)

/**
 * The support of a client that answers everything but what has another lookup than these in it. Mutations are done at
 * once if they are no larger than servers take.
 *
 * @since 0.2.0
 */
export const lookupSupport =
  (allowed: (name: LookupName) => boolean): Support =>
  (question) => {
    const { query, where, model, mutation } = question
    const base: From = { _tag: 'model', model }
    const has = (part: Partial<Query>): boolean =>
      refusedLookup(allowed, { ...allOf(base), ...part }) === null
    const { annotations, order, distinctOn, columns, group, related, from } = query
    return {
      ...everything(question),
      where: where.map((each) => (has({ where: each }) ? 'exact' : 'unsupported')),
      order: has({ order }),
      projection: has({ columns }),
      aggregate: has({ group }),
      distinct: has({ distinctOn }),
      annotations: has({ annotations }),
      related: has({ related }),
      nested: from._tag !== 'combine' || from.right.every((each) => refusedLookup(allowed, each) === null),
      // The server may not tell it.
      total: 'none',
      atOnce:
        mutation !== undefined &&
        E.isRight(encodeMutation(wireLimits)(mutation)) &&
        (mutation._tag !== 'update' || has({ columns: mutation.set })),
    }
  }
