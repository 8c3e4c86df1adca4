/**
 * Runs a corpus of queries against a client: `npm run corpus -- FOLDER [--client NAME] [--fixtures FILE]
 * [--areas a,b] [--jobs N]`. Cases are split over as many threads as there are processors, or N.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import type { Case } from './Case.js'
import { readFixtures } from './fixtures.js'
import { runOnThreads } from './threads.js'

const usage =
  'Say which folder: npm run corpus -- FOLDER [--client NAME] [--fixtures FILE] [--areas a,b] [--jobs N]'

/** What is asked for on the command line, or what is wrong with it. */
const asked = () => {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: {
      client: { type: 'string', default: 'reference' },
      fixtures: { type: 'string' },
      areas: { type: 'string' },
      jobs: { type: 'string', default: String(availableParallelism()) },
    },
  })
  const [folder] = positionals
  if (folder === undefined || !/^[1-9]\d?$/u.test(values.jobs)) return usage
  const candidates =
    values.fixtures === undefined
      ? [join(folder, 'fixtures.json'), join(folder, '../../shared/django-corpus/fixtures.json')]
      : [values.fixtures]
  const fixtures = candidates.find((file) => attempt(() => readFixtures(file)) !== null)
  if (fixtures === undefined)
    return `There are no fixtures that can be read: looked for ${candidates.map((file) => resolve(file)).join(', ')}.`
  const areas = values.areas?.split(',')
  return { folder, fixtures, client: values.client, jobs: Number(values.jobs), areas }
}

/** The cases of a file, and what in it is none. */
const casesIn = (folder: string, file: string): ReadonlyArray<Case | string> => {
  const text = attempt(() => readFileSync(join(folder, 'cases', file), 'utf8'))
  if (text === null) return [`${file}: can't be read`]
  return text.split('\n').flatMap((line, i) => {
    if (line.trim() === '') return []
    const parsed = attempt(() => JSON.parse(line) as unknown)
    return [isCase(parsed) ? parsed : `${file}:${String(i + 1)}: is no case`]
  })
}

const main = async (): Promise<number> => {
  const args = asked()
  if (typeof args === 'string') {
    console.error(args)
    return 1
  }
  const { folder, client, fixtures, jobs, areas } = args
  const files = attempt(() => readdirSync(join(folder, 'cases')).sort())
  if (files === null) {
    console.error(`There is no folder ${resolve(folder, 'cases')}.`)
    return 1
  }
  const all = files.filter((file) => file.endsWith('.ndjson')).flatMap((file) => casesIn(folder, file))
  const broken = all.filter((each) => typeof each === 'string')
  const cases = all
    .filter((each) => typeof each !== 'string')
    .filter(({ area }) => areas === undefined || areas.includes(area))
  broken.forEach((why) => {
    console.log(why)
  })

  const started = performance.now()
  const tally = { passed: 0, failed: broken.length, once: 0, asked: 0 }
  await runAll(jobs, { client, fixtures }, cases, ({ id }, { failure, sent }) => {
    if (failure === null) tally.passed += 1
    else {
      tally.failed += 1
      console.log(`${id}: ${failure}`)
    }
    if (sent === null) return
    tally.asked += 1
    if (sent <= 1) tally.once += 1
    else console.log(`${id}: ran as ${String(sent)} statements`)
  })
  console.log(`${client}: ${((performance.now() - started) / 1000).toFixed(1)} s`)
  if (tally.asked > 0)
    console.log(`${String(tally.once)} of ${String(tally.asked)} reads ran as one statement`)
  console.log(`passed: ${String(tally.passed)} passed, ${String(tally.failed)} failed`)
  return tally.failed === 0 && tally.passed > 0 ? 0 : 1
}

/** A client is loaded by the thread that uses it: that takes seconds. */
const runAll: typeof runOnThreads = async (jobs, started, cases, tell) => {
  if (jobs > 1) return runOnThreads(jobs, started, cases, tell)
  const { openSession } = await import('./session.js')
  const session = await openSession(started.client, started.fixtures)
  for (const one of cases) tell(one, await session.run(one))
  return session.close()
}

const attempt = <A>(what: () => A): A | null => {
  try {
    return what()
  } catch {
    return null
  }
}

const isCase = (u: unknown): u is Case =>
  typeof u === 'object' &&
  u !== null &&
  'id' in u &&
  'area' in u &&
  'model' in u &&
  'steps' in u &&
  Array.isArray(u.steps) &&
  'result' in u &&
  Array.isArray(u.result) &&
  'expect' in u

process.exitCode = await main().catch((cause: unknown) => {
  console.error(cause instanceof Error ? cause.message : cause)
  return 1
})
