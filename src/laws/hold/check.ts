/**
 * Tries one case on a client.
 *
 * @since 0.1.0
 */
import { either as E, taskEither as TE } from 'fp-ts'
import { clientFailed, type QueryError } from '../../value/QueryError.js'
import { resolve } from '../../schema/resolve.js'
import type { Definitions, Schema } from '../../schema/Schema.js'
import type { Client, WritableClient } from '../../client/Client.js'
import { validate } from '../../client/middleware/validate.js'
import { isOwn } from '../../client/own.js'
import type { Case } from '../case/Case.js'
import { execute, unlisted, type Broken } from './execute.js'
import type { Io } from '../Options.js'
import type { Rows } from '../case/Rows.js'
import { mostOf } from '../discover/promise.js'
import { stage } from './Stage.js'
import { lookAgain, noKeys, noTally, remember, storeOf, type Subject, type Tally } from './Subject.js'
import { watched } from './watched.js'
import { isSound } from '../make/World.js'
import { canWrite } from './perform.js'

/**
 * How the client of a case is created.
 *
 * @since 0.1.0
 */
export interface Prepared {
  readonly schema: Schema | null
  readonly writes: boolean
  readonly laws: boolean
  /** The number of milliseconds after which a call counts as hanging. */
  readonly patience: number
  readonly seen: Observed
  readonly make: (schema: Schema, rows: Rows, io: Io) => TE.TaskEither<QueryError, Client | WritableClient>
}

/**
 * What was observed of a client so far: whether it waits at waiting points, whether it refuses what it declares
 * unsupported, and how many rows it can take. A client that refuses too little is `wrapped` in `validate` from then on.
 *
 * @since 0.2.0
 */
export interface Observed {
  waiting: boolean
  refused: boolean
  wrapped: boolean
  most: number
}

const schemas = new WeakMap<Definitions, Schema>()

/** @since 0.1.0 */
export const schemaFor = (prepared: Pick<Prepared, 'schema'>, definitions: Definitions): Schema => {
  const known = prepared.schema ?? schemas.get(definitions) ?? resolve(definitions)
  schemas.set(definitions, known)
  return known
}

/**
 * Tries a case. Gives the first call that breaks a law, or `null`. A case that isn't valid breaks none.
 *
 * @since 0.1.0
 */
export const attempt = async (
  prepared: Prepared,
  { definitions, rows, calls }: Case,
  tally: Tally = noTally,
): Promise<Broken | null> => {
  const schema = schemaFor(prepared, definitions)
  if (schema.errors.length > 0) return null
  if (!isSound(schema, rows)) return null
  const known = storeOf(schema, rows)
  if (E.isLeft(known)) return null
  const place = stage()
  const made = await prepared.make(schema, rows, place.io)()
  if (E.isLeft(made)) return { call: 0, violation: unlisted(made.left) }
  const watch = { changed: null }
  const given = prepared.seen.wrapped ? validate(made.right) : made.right
  const client = watched(patient(given, rows, calls.length), watch, isOwn(given))
  const used = noKeys(schema)
  remember({ schema, used }, rows)
  const subject: Subject = {
    schema,
    client,
    watch,
    seen: prepared.seen,
    writes: prepared.writes && canWrite(client),
    stage: place,
    known: { store: known.right, stale: false, ended: false },
    used,
    patience: prepared.patience,
    tally,
  }
  if (prepared.laws) {
    const seen = await lookAgain(subject)
    if (E.isLeft(seen)) return { call: 0, violation: unlisted(seen.left) }
  }
  const broken = await execute(subject, calls)
  if (place.waited()) prepared.seen.waiting = true
  prepared.seen.most = Math.min(prepared.seen.most, pagesOfMost * atOnce(client, schema))
  return broken
}

/** Walking through more pages than this takes too long. */
const pagesOfMost = 20

/** The smallest number of rows that a client gives at once of any model. */
const atOnce = (client: Client, schema: Schema): number =>
  Math.min(...[...schema.models.keys()].map((model) => mostOf(client, model) ?? Infinity))

/** Ends a walk that never gets on: after so many calls the client counts as failed. */
const patient = <C extends Client>(client: C, rows: Rows, calls: number): C => {
  const most = (1 + calls) * (200 + 10 * Object.values(rows).reduce((sum, list) => sum + list.length, 0))
  const asked = { times: 0 }
  return {
    ...client,
    list: (query) => {
      asked.times += 1
      return asked.times > most
        ? TE.left(clientFailed(client.name, 'list', null, { message: 'the pages have no end' }))
        : client.list(query)
    },
  }
}
