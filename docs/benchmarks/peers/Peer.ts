/**
 * What another kit asserts, as data: questions about a schema of its own, each with what a right client answers.
 *
 * Such a kit kills a mutant if one of its questions is answered otherwise than by a right client.
 */
import { either as E, type taskEither as TE } from 'fp-ts'
import type { QueryError } from 'queryset-ts'
import { canonicalJson } from '../../../src/value/Order.js'
import type { Json } from '../../../src/value/Value.js'
import type { Schema } from '../../../src/schema/Schema.js'
import type { Store } from '../../../src/engine/Store.js'
import type { StoreClient } from '../../../src/clients/reference/storeClient.js'
import type { MakeClient } from '../../../property-tests/mutants/support/Mutant.js'

/** Each assertion begins with the same rows. */
export interface Peer {
  readonly name: string
  readonly schema: Schema
  readonly store: Store
  readonly assertions: ReadonlyArray<Assertion>
}

export interface Assertion {
  readonly name: string
  readonly ask: (client: StoreClient) => Promise<Json>
}

/** What a program gives; of an error which one it is. */
export const said = async <A>(program: TE.TaskEither<QueryError, A>): Promise<Json> => {
  const result = await program()
  return E.isLeft(result)
    ? { error: result.left._tag }
    : result.right === undefined
      ? null
      : // What programs give is JSON, but for what isn't there.
        (JSON.parse(JSON.stringify(result.right)) as Json)
}

const answer = async ({ schema, store }: Peer, make: MakeClient, { ask }: Assertion): Promise<string> => {
  // A client that can't come to an end is wrong, too.
  const io = patience()
  try {
    return canonicalJson(await ask(make(schema, store, io)))
  } catch (cause) {
    return cause instanceof Error ? cause.name : 'it threw'
  }
}

const patience = (): (() => Promise<void>) => {
  const asked = { times: 0 }
  return () => {
    asked.times += 1
    return asked.times > 2000 ? Promise.reject(new Error('it is asked again and again')) : Promise.resolve()
  }
}

/** The names of the assertions that a client fails. */
export const failedBy = async (
  peer: Peer,
  make: MakeClient,
  right: MakeClient,
): Promise<ReadonlyArray<string>> => {
  const failed: Array<string> = []
  for (const assertion of peer.assertions)
    if ((await answer(peer, make, assertion)) !== (await answer(peer, right, assertion)))
      failed.push(assertion.name)
  return failed
}
