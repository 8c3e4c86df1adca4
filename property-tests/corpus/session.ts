/** Runs cases against a client, one after another. */
import { schemaOf } from 'queryset-ts'
import { answer, terminalsOf } from './answer.js'
import type { Case } from './Case.js'
import { clients, type Opened } from './clients.js'
import { readFixtures } from './fixtures.js'
import { difference, settled, short } from './judge.js'
import { models } from './schema.js'
import { isWrite, write } from './write.js'

const schema = schemaOf(models)

/** What came of a case. */
export interface Verdict {
  /** What differs, or `null`. */
  readonly failure: string | null
  /** How many statements a read was, where the client is a database. */
  readonly sent: number | null
}

export interface Session {
  readonly run: (one: Case) => Promise<Verdict>
  readonly close: () => Promise<void>
}

/** A client with the fixtures loaded, ready for cases. */
export const openSession = async (name: string, fixturesFile: string): Promise<Session> => {
  const open = clients[name]
  if (open === undefined)
    throw new Error(`There is no client '${name}'. There are: ${Object.keys(clients).join(', ')}.`)
  const fixtures = readFixtures(fixturesFile)
  const opened = await open(fixtures)
  const written = writtenBy(() => open(fixtures))
  return {
    run: async (one) => {
      try {
        return isWrite(one.result) ? { failure: await written(one), sent: null } : await read(opened, one)
      } catch (cause) {
        const told = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)
        return { failure: `threw ${told}`, sent: null }
      }
    },
    close: opened.close,
  }
}

const read = async ({ client, besides, statements }: Opened, one: Case): Promise<Verdict> => {
  const before = statements?.() ?? 0
  const actual = await answer(schema, terminalsOf(client), one, one.result)
  const sent = statements === undefined ? null : statements() - before
  const differs = difference(one, actual)
  if (differs !== null || besides === undefined) return { failure: differs, sent }
  const meant = await answer(schema, besides, one, one.result)
  const differsToo = difference(one, meant)
  if (differsToo !== null) return { failure: `by its meaning: ${differsToo}`, sent }
  const isOrdered = one.ordered === true
  return settled(actual, isOrdered) === settled(meant, isOrdered)
    ? { failure: null, sent }
    : { failure: `means ${short(meant)}, got ${short(actual)}`, sent }
}

/** A write is made on data of its own, on which its later reads are made too. */
const writtenBy =
  (open: () => Promise<Opened>) =>
  async (one: Case): Promise<string | null> => {
    const { writable, client, close } = await open()
    if (writable === undefined) {
      await close()
      return 'this client does not write yet'
    }
    const differs = difference(one, await write(schema, writable, one, one.result))
    const after: Array<string> = []
    for (const [i, read] of (one.after ?? []).entries()) {
      const differsAfter = difference(read, await answer(schema, terminalsOf(client), read, read.result))
      if (differsAfter !== null) after.push(`read ${String(i)} after: ${differsAfter}`)
    }
    await close()
    return differs ?? after[0] ?? null
  }
