/** Gives cases to threads. Each takes the next case when it is done with one, so that all end at about the same time. */
import { Worker } from 'node:worker_threads'
import type { Case } from './Case.js'
import type { Verdict } from './session.js'
import type { Reply, Request, Started } from './thread.js'

/** Runs all cases over so many threads; tells what came of each as it comes. Rejects when a thread fails. */
export const runOnThreads = async (
  jobs: number,
  started: Started,
  cases: ReadonlyArray<Case>,
  tell: (one: Case, verdict: Verdict) => void,
): Promise<void> => {
  const waiting = cases.values()
  const run = () => {
    let current: Case | null = null
    const worker = new Worker(new URL('thread.mjs', import.meta.url), { workerData: started })
    return new Promise<void>((resolve, reject) => {
      worker.on('message', (verdict: Request) => {
        if (current !== null && verdict !== null) tell(current, verdict)
        const next = waiting.next()
        current = next.done === true ? null : next.value
        const reply: Reply = current
        worker.postMessage(reply)
      })
      worker.on('error', reject)
      worker.on('exit', (code) => {
        if (code === 0 && current === null) resolve()
        else reject(new Error(`a thread ended with ${String(code)} before its cases were done`))
      })
    })
  }
  await Promise.all(Array.from({ length: Math.min(jobs, cases.length) }, run))
}
