/**
 * How well the laws kit finds bugs: it is run on each mutant of property-tests/mutants, from several seeds, held against the
 * reference and by the laws alone. `npm run bench:mutants` runs it and writes the figures to docs/benchmarks/mutants.md.
 *
 *     npm run bench:mutants -- --seeds 3 --against reference --only lte-as-lt,ties-reversed --keep
 *
 * `--seeds` is how many seeds (20; `20,8` for so many of each way), `--cases` how many cases for each (1,000), `--most` how many for those that were
 * missed (20,000), `--against` one or both ways, `--only` some mutants. `--keep` prints and writes nothing. What was
 * measured is kept in .bench/mutants.jsonl, and `--resume` goes on from there.
 */
import { fork, type ChildProcess } from 'node:child_process'
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { checkClient } from '../../src/laws/checkClient.js'
import { caseOf, type Setting } from '../../src/laws/make/generate.js'
import type { Area } from '../../src/laws/report/Report.js'
import { inMemory, storeClient } from '../../src/clients/reference/storeClient.js'
import { mutants } from '../../property-tests/mutants/mutants.js'
import { rightClient } from '../../property-tests/mutants/support/client.js'
import type { MakeClient } from '../../property-tests/mutants/support/Mutant.js'
import { djangoAnyBackend } from './peers/djangoAnyBackend.js'
import { feathers } from './peers/feathers.js'
import { failedBy } from './peers/Peer.js'

type Way = 'reference' | 'laws'

interface Job {
  readonly mutant: string
  readonly way: Way
  readonly seed: number
  readonly cases: number
  /** Only laws of this area, where it is given. */
  readonly area: Area | null
}

interface Size {
  readonly rows: number
  readonly calls: number
  readonly nodes: number
  readonly total: number
}

interface Result extends Job {
  /** The number of the first case that failed; `null` where none did. */
  readonly killed: number | null
  readonly size: Size | null
  readonly law: string
  readonly milliseconds: number
  /** Why there is no figure, where the kit broke. */
  readonly trouble: string | null
}

/** Right clients, which nothing may be found in. */
const controls: ReadonlyArray<{ readonly name: string; readonly client: MakeClient }> = [
  { name: 'right', client: rightClient },
  { name: 'reference', client: (schema, store) => storeClient('reference', schema, inMemory(store)) },
]

const clientOf = (name: string): MakeClient | undefined =>
  [...mutants, ...controls].find((each) => each.name === name)?.client

const tried = async (job: Job): Promise<Result> => {
  const start = Date.now()
  const client = clientOf(job.mutant)
  const result = (given: Partial<Result>): Result => ({
    ...job,
    killed: null,
    size: null,
    law: '',
    trouble: null,
    milliseconds: Date.now() - start,
    ...given,
  })
  if (client === undefined) return result({ trouble: 'there is no such mutant' })
  try {
    const report = await checkClient({
      client,
      against: job.way,
      cases: job.cases,
      seed: job.seed,
      failures: 1,
      ...(job.area === null ? {} : { areas: [job.area] }),
    })()
    const [failure] = report.failures
    return failure === undefined
      ? result({})
      : result({ killed: failure.firstCase, size: failure.size, law: failure.law })
  } catch (cause) {
    return result({ trouble: cause instanceof Error ? cause.message : 'it threw' })
  }
}

const heading = `# How well the laws kit finds bugs

\`npm run bench:mutants\` runs the kit on each of the mutants in \`property-tests/mutants\`: clients that are right but for one
bug, each proven to differ from a right one. They are frozen: what changes from one measurement to the next is the kit.
Each is given 1,000 random cases from each seed, with schemas of the kit's own. A case is rows and calls, of which
the first cases have most. It counts as killed from a seed when a case fails; what fails is then shrunk. "Laws" is without
the reference: the kit then knows only what the client itself says.
`

/** How many calls a case has on the average, from the case with a number to that with another. */
function callsFrom(first: number, end: number, way: Way): string {
  const setting: Setting = {
    definitions: null,
    schema: null,
    rows: null,
    models: null,
    areas: new Set<Area>(['reads', 'writes', 'faults', 'concurrency']),
    laws: way === 'laws',
    hooked: true,
    most: Infinity,
  }
  const calls = Array.from({ length: end - first }, (_, i) => caseOf(setting, 1, first + i).calls.length)
  return (calls.reduce((sum, n) => sum + n, 0) / calls.length).toFixed(1)
}

/* A process of its own does the jobs that it is sent, one after the other. */
if (process.argv.includes('--worker')) {
  process.on('message', (job: Job) => {
    void tried(job).then((result) => process.send?.(result))
  })
} else {
  await main()
}

/** A job that takes longer than this is taken for one that never ends. */
function patience(job: Job): number {
  return 15_000 + job.cases * 30
}

async function all(jobs: ReadonlyArray<Job>, done: (result: Result) => void): Promise<void> {
  const left = [...jobs]
  const worker = async (): Promise<void> => {
    const self: { child: ChildProcess | null } = { child: null }
    for (let job = left.shift(); job !== undefined; job = left.shift()) {
      self.child ??= fork(fileURLToPath(import.meta.url), ['--worker'])
      const result = await answered(self.child, job)
      if (result.trouble === 'it never ends') {
        self.child.kill('SIGKILL')
        self.child = null
      }
      done(result)
    }
    self.child?.kill()
  }
  await Promise.all([worker(), worker()])
}

function answered(child: ChildProcess, job: Job): Promise<Result> {
  return new Promise((resolve) => {
    const over = (trouble: string): void => {
      finish({ ...job, killed: null, size: null, law: '', milliseconds: patience(job), trouble })
    }
    const timer = setTimeout(() => {
      over('it never ends')
    }, patience(job))
    const exited = (): void => {
      over('it never ends')
    }
    const finish = (result: Result): void => {
      clearTimeout(timer)
      child.off('message', finish)
      child.off('exit', exited)
      resolve(result)
    }
    child.on('message', finish)
    child.on('exit', exited)
    child.send(job)
  })
}

function option(name: string, otherwise: string): string {
  const at = process.argv.indexOf(`--${name}`)
  return at === -1 ? otherwise : (process.argv[at + 1] ?? otherwise)
}

function keyOf({ mutant, way, seed, cases, area }: Job): string {
  return JSON.stringify([mutant, way, seed, cases, area])
}

function quantile(numbers: ReadonlyArray<number>, q: number): number {
  const sorted = [...numbers].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? NaN
}

function shown(n: number): string {
  return Number.isFinite(n) ? n.toLocaleString('en-GB') : 'more'
}

function percent(part: number, whole: number): string {
  return whole === 0 ? '–' : `${((100 * part) / whole).toFixed(1)} %`
}

async function main(): Promise<void> {
  const [seeds = 20, seedsOfLaws = seeds] = option('seeds', '20').split(',').map(Number)
  const cases = Number(option('cases', '1000'))
  const most = Number(option('most', '20000'))
  const ways = option('against', 'reference,laws').split(',') as ReadonlyArray<Way>
  const only = option('only', '')
    .split(',')
    .filter((name) => name !== '')
  const chosen = mutants.filter(({ name }) => only.length === 0 || only.includes(name))
  const folder = '.bench'
  const file = `${folder}/mutants.jsonl`
  mkdirSync(folder, { recursive: true })
  if (!process.argv.includes('--resume')) rmSync(file, { force: true })
  const known = new Map<string, Result>(
    existsSync(file)
      ? readFileSync(file, 'utf8')
          .split('\n')
          .filter((line) => line !== '')
          .map((line): readonly [string, Result] => {
            // This script wrote it.
            const result = JSON.parse(line) as Result
            return [keyOf(result), result]
          })
      : [],
  )
  const run = async (jobs: ReadonlyArray<Job>): Promise<ReadonlyArray<Result>> => {
    const missing = jobs.filter((job) => !known.has(keyOf(job)))
    const start = Date.now()
    const count = { done: 0 }
    await all(missing, (result) => {
      known.set(keyOf(result), result)
      appendFileSync(file, `${JSON.stringify(result)}\n`)
      count.done += 1
      if (count.done % 500 === 0)
        console.error(
          `${String(count.done)} of ${String(missing.length)}, ${String(Math.round((Date.now() - start) / 1000))} s`,
        )
    })
    return jobs.flatMap((job) => known.get(keyOf(job)) ?? [])
  }
  const from = Array.from({ length: seeds }, (_, i) => i + 1)
  const seedsOf = (way: Way): ReadonlyArray<number> =>
    way === 'laws' ? Array.from({ length: seedsOfLaws }, (_, i) => i + 1) : from
  const lines: Array<string> = []
  const say = (...more: ReadonlyArray<string>): void => {
    lines.push(...more)
    more.forEach((line) => {
      console.log(line)
    })
  }

  const results = await run(
    ways.flatMap((way) =>
      seedsOf(way).flatMap((seed) =>
        chosen.map(({ name }): Job => ({ mutant: name, way, seed, cases, area: null })),
      ),
    ),
  )
  const of = (way: Way, names: ReadonlyArray<string> | null = null): ReadonlyArray<Result> =>
    results.filter((result) => result.way === way && (names === null || names.includes(result.mutant)))

  const small = chosen.filter(
    ({ witness }) => Object.values(witness.rows).reduce((sum, rows) => sum + rows.length, 0) <= 2,
  )
  say(
    `${String(chosen.length)} mutants, ${ways.map((way) => `${String(seedsOf(way).length)} seeds ${way === 'laws' ? 'by the laws alone' : 'against the reference'}`).join(', ')}. The data that each is proven on has at most 2 rows in ${percent(small.length, chosen.length)}.`,
    '',
  )
  say('| | ' + ways.join(' | ') + ' |', '|---|' + ways.map(() => '---|').join(''))
  const row = (title: string, figure: (all: ReadonlyArray<Result>, way: Way) => string): void => {
    say(`| ${title} | ${ways.map((way) => figure(of(way), way)).join(' | ')} |`)
  }
  const by =
    (n: number) =>
    (all: ReadonlyArray<Result>): string =>
      percent(all.filter(({ killed }) => killed !== null && killed <= n).length, all.length)
  ;[10, 100, 1000]
    .filter((n) => n <= cases)
    .forEach((n) => {
      row(`killed by ${shown(n)} cases`, by(n))
    })
  const toKill = (all: ReadonlyArray<Result>) => all.map(({ killed }) => killed ?? Infinity)
  row('cases to kill, median', (all) => shown(quantile(toKill(all), 0.5)))
  row('cases to kill, 95th percentile', (all) => shown(quantile(toKill(all), 0.95)))
  const sizes = (all: ReadonlyArray<Result>) => all.flatMap(({ size }) => size ?? [])
  row('shrunk to (rows + calls + nodes), median', (all) =>
    shown(
      quantile(
        sizes(all).map(({ total }) => total),
        0.5,
      ),
    ),
  )
  row('shrunk to, 90th percentile', (all) =>
    shown(
      quantile(
        sizes(all).map(({ total }) => total),
        0.9,
      ),
    ),
  )
  row('shrunk to at most 2 rows', (all) =>
    percent(sizes(all).filter(({ rows }) => rows <= 2).length, sizes(all).length),
  )
  row('seconds for all', (all) =>
    String(Math.round(all.reduce((sum, each) => sum + each.milliseconds, 0) / 1000)),
  )
  row('runs in which the kit broke', (all) => String(all.filter(({ trouble }) => trouble !== null).length))

  row('calls of a case: of the first 12', (_, way) => callsFrom(0, 12, way))
  row('calls of a case: to the 60th', (_, way) => callsFrom(12, 60, way))
  row('calls of a case: to the 300th', (_, way) => callsFrom(60, 300, way))
  row('calls of a case: from then on', (_, way) => callsFrom(300, 1000, way))

  const kinds = [...new Set(chosen.map(({ kind }) => kind))]
  say(
    '',
    '## By kind',
    '',
    `| kind | mutants | ${ways.map((way) => `${way}, by ${shown(cases)} | median`).join(' | ')} |`,
  )
  say(`|---|---|${ways.map(() => '---|---|').join('')}`)
  kinds.forEach((kind) => {
    const names = chosen.filter((mutant) => mutant.kind === kind).map(({ name }) => name)
    say(
      `| ${kind} | ${String(names.length)} | ${ways
        .map((way) => `${by(cases)(of(way, names))} | ${shown(quantile(toKill(of(way, names)), 0.5))}`)
        .join(' | ')} |`,
    )
  })

  /** Those that are missed from some seed, with how many seeds find them. */
  const missed = (
    way: Way,
  ): ReadonlyArray<{ readonly name: string; readonly found: number; readonly seed: number }> =>
    chosen.flatMap(({ name }) => {
      const mine = of(way, [name])
      const miss = mine.find(({ killed }) => killed === null)
      return miss === undefined
        ? []
        : [{ name, found: mine.filter(({ killed }) => killed !== null).length, seed: miss.seed }]
    })
  if (ways.includes('reference')) {
    const names = missed('reference')
    // Those are looked for longer, from the first seed that missed them.
    const late =
      most > cases
        ? await run(
            names.map(({ name, seed }): Job => ({
              mutant: name,
              way: 'reference',
              seed,
              cases: most,
              area: null,
            })),
          )
        : []
    say('', `## Missed by ${shown(cases)} cases, against the reference`, '')
    if (names.length === 0) say('None, from any seed.')
    else if (late.length === 0)
      say(`${names.map(({ name, found }) => `${name} (${String(found)}/${String(seeds)})`).join(', ')}.`)
    else {
      say(`| mutant | found from | by ${shown(most)} cases |`, '|---|---|---|')
      names.forEach(({ name, found }) => {
        const result = late.find(({ mutant }) => mutant === name)
        say(
          `| ${name} | ${String(found)} of ${String(seeds)} seeds | ${result?.trouble ?? (result?.killed == null ? 'not found' : `found by ${shown(result.killed)}`)} |`,
        )
      })
    }
  }
  if (ways.includes('laws')) {
    say('', `## Missed by ${shown(cases)} cases, by the laws alone`, '')
    const names = missed('laws')
    say(
      names.length === 0
        ? 'None.'
        : names.map(({ name, found }) => `${name} (${String(found)}/${String(seedsOfLaws)})`).join(', ') +
            '.',
    )
  }

  const schedules = 300
  const own: ReadonlyArray<readonly [string, Area]> = [
    ['race', 'concurrency'],
    ['fault', 'faults'],
  ]
  say(
    '',
    `## Races and faults, by ${String(schedules)} schedules`,
    '',
    '| | mutants | killed | missed |',
    '|---|---|---|---|',
  )
  for (const [kind, area] of own) {
    const those = chosen.filter((mutant) => mutant.kind === kind)
    const found = await run(
      from.flatMap((seed) =>
        those.map(({ name }): Job => ({ mutant: name, way: 'reference', seed, cases: schedules, area })),
      ),
    )
    const never = those.filter(({ name }) =>
      found.some(({ mutant, killed }) => mutant === name && killed === null),
    )
    say(
      `| ${kind} | ${String(those.length)} | ${percent(found.filter(({ killed }) => killed !== null).length, found.length)} | ${never.map(({ name }) => name).join(', ')} |`,
    )
  }

  say('', '## Right clients', '')
  const right = await run(
    ways.flatMap((way) =>
      seedsOf(way).flatMap((seed) =>
        controls.map(({ name }): Job => ({ mutant: name, way, seed, cases, area: null })),
      ),
    ),
  )
  controls.forEach(({ name }) => {
    const mine = right.filter(({ mutant }) => mutant === name)
    const alarms = mine.filter(({ killed, trouble }) => killed !== null || trouble !== null)
    say(
      `- ${name}: ${String(alarms.length)} false alarms in ${shown(mine.length * cases)} cases${alarms.length === 0 ? '' : ` (${[...new Set(alarms.map(({ law, way, seed }) => `${law}, ${way}, seed ${String(seed)}`))].join('; ')})`}.`,
    )
  })

  say(
    '',
    '## Beside other kits',
    '',
    'Their assertions, spelled for this library (`docs/benchmarks/peers`), on the same mutants.',
    '',
  )
  say('| kit | assertions | mutants killed |', '|---|---|---|')
  for (const peer of [feathers, djangoAnyBackend]) {
    const false_ = await failedBy(peer, rightClient, rightClient)
    if (false_.length > 0) throw new Error(`${peer.name} fails on a right client`)
    const killed: Array<string> = []
    for (const { name, client } of chosen)
      if ((await failedBy(peer, client, rightClient)).length > 0) killed.push(name)
    say(`| ${peer.name} | ${String(peer.assertions.length)} | ${percent(killed.length, chosen.length)} |`)
  }
  ways.forEach((way) => {
    const found = chosen.filter(({ name }) => of(way, [name]).some(({ killed }) => killed !== null))
    say(
      `| this one, ${way === 'reference' ? 'against the reference' : 'by laws alone'}, from any of the seeds | | ${percent(found.length, chosen.length)} |`,
    )
  })

  if (process.argv.includes('--keep') || only.length > 0) return
  writeFileSync('docs/benchmarks/mutants.md', `${heading}\n${lines.join('\n')}\n`)
}
