/** One thread of the corpus' runner: it has a client of its own, and asks for the next case until there is none. */
import { parentPort, workerData } from 'node:worker_threads'
import type { Case } from './Case.js'
import { openSession, type Verdict } from './session.js'

/** What a thread is started with. */
export interface Started {
  readonly client: string
  readonly fixtures: string
}

/** What a thread asks with: what came of the case before, or `null` at first. */
export type Request = Verdict | null

/** What a thread is given: a case, or `null` at the end. */
export type Reply = Case | null

const { client, fixtures } = workerData as Started
const session = await openSession(client, fixtures)

const tell = (request: Request): void => parentPort?.postMessage(request)

parentPort?.on('message', (next: Reply) => {
  if (next !== null) {
    void session.run(next).then(tell)
    return
  }
  void session.close().then(() => parentPort?.close())
})
tell(null)
