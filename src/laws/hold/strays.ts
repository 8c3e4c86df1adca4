/**
 * Foreign keys that lead nowhere for a moment, within a transaction.
 *
 * @since 0.2.0
 */
import { either as E } from 'fp-ts'
import type { Schema } from '../../schema/Schema.js'
import type { Store } from '../../engine/Store.js'
import type { Call } from '../case/Case.js'
import { isSound } from '../make/World.js'
import type { CallResult } from './ask.js'
import { copyOf, perform } from './perform.js'
import { referenceOver, rowsIn } from './Subject.js'

/**
 * Whether a client may have refused a transaction over these rows because a foreign key leads nowhere after one of its
 * writes, though not at its end. Some databases look at foreign keys with each write, and others at the end. This is looked
 * into only after a refusal.
 *
 * @since 0.2.0
 */
export const strays = async (
  schema: Schema,
  before: Store,
  call: Call,
  actual: CallResult | undefined,
): Promise<boolean> => {
  if (call._tag !== 'atomic' || actual === undefined || E.isRight(actual)) return false
  if (actual.left._tag !== 'Conflict' && actual.left._tag !== 'Invalid') return false
  const { client, after } = referenceOver(schema, before)
  /* eslint-disable-next-line functional/no-loop-statements -- one write after the other */
  for (const write of [...call.writes, ...(call.kept ?? []), ...(call.later ?? [])]) {
    await perform(client, schema, copyOf({ _tag: 'write', write, bulk: true }))()
    const now = await after()
    if (E.isRight(now) && !isSound(schema, rowsIn(now.right))) return true
  }
  return false
}
