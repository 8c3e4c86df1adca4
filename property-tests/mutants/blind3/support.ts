/** How the mutants of the third blind set are made: as those of the second, under a name of their own. */
import { either as E } from 'fp-ts'
import { fold, type Query } from '../../../src/index.js'
import type { StoreClient } from '../../../src/clients/reference/storeClient.js'
import { asked, blindOf, type Any, type Area } from '../blind/support.js'
import type { Asked, MutantKind } from '../support/Mutant.js'
import type { Rows } from '../support/models.js'

/** Makes mutants of an area. */
export const of = (area: Area, kind: MutantKind) => blindOf(area, kind, 'blind3')

/** The query of a queryset that has no mistake. */
export const queryOf = (queryset: Any): Query => {
  const query = fold(queryset)
  if (E.isLeft(query)) throw new Error(query.left.message)
  return query.right
}

/** What a client answers when it is asked itself, without a plan. */
export const answers = (
  rows: Rows,
  ask: (client: StoreClient) => ReadonlyArray<() => Promise<unknown>>,
): Asked =>
  asked(rows, async (client) => {
    const told: Array<unknown> = []
    for (const each of ask(client)) told.push(await each())
    return told
  })

/** How many rows the client itself counts. */
export const counted = (client: StoreClient, queryset: Any): (() => Promise<unknown>) =>
  client.count?.(queryOf(queryset)) ?? (() => Promise.resolve(null))
