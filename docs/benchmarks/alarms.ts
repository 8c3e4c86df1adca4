/**
 * Whether the laws kit raises a false alarm: it is run on every right client that there is, for as long as it is told.
 * `npm run bench:alarms` writes what came of it to docs/benchmarks/alarms.md.
 *
 *     npm run bench:alarms -- --cases 100000 --only 'reference;http' --seed 1
 *
 * `--cases` is how many cases for each client (100,000), `--only` some clients, `--seed` decides which cases. What was
 * tried before is kept in .bench/alarms.jsonl, and each client's row in the table adds it up, unless `--fresh` is said;
 * the kit has changed meanwhile, so the table also tells how many of the cases are of the kit as it is.
 * First of all it measures how long 1,000 cases take, so nothing else should run meanwhile.
 */
import { createHash } from 'node:crypto'
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { checkClient } from '../../src/laws/checkClient.js'
import { cleared, rightClients } from '../../property-tests/support/rightClients.js'

interface Tried {
  readonly client: string
  /** Which version of the kit it was. */
  readonly kit?: string
  readonly cases: number
  readonly alarms: ReadonlyArray<string>
  readonly milliseconds: number
}

const option = (name: string, otherwise: string): string => {
  const at = process.argv.indexOf(`--${name}`)
  return at === -1 ? otherwise : (process.argv[at + 1] ?? otherwise)
}

const cases = Number(option('cases', '100000'))
const first = Number(option('seed', '1'))
const only = option('only', '')
  .split(';')
  .filter((name) => name !== '')
const folder = '.bench'
const file = `${folder}/alarms.jsonl`
mkdirSync(folder, { recursive: true })
if (process.argv.includes('--fresh')) rmSync(file, { force: true })

const sources = 'src/laws'
const kit = readdirSync(sources)
  .sort()
  .reduce((hash, name) => hash.update(readFileSync(`${sources}/${name}`)), createHash('sha256'))
  .digest('hex')
  .slice(0, 16)

/** Milliseconds that 1,000 cases take over rows in memory: from the start of a process, and later on. */
const taken: Array<number> = []
const { reference } = rightClients
if (reference === undefined) throw new Error('there is no reference')
for (let seed = 1; seed <= 5; seed += 1) {
  const { milliseconds } = await checkClient({ ...reference, cases: 1000, seed })()
  taken.push(milliseconds)
}
const [cold = NaN, ...warm] = taken
const seconds = (milliseconds: number): string => (milliseconds / 1000).toFixed(1)
console.log(`1,000 cases: ${taken.map(seconds).join(', ')} s`)

/* So many cases from a seed: the first of each do more than those after them. */
const atOnce = 5000

for (const [client, options] of Object.entries(rightClients)) {
  if (only.length > 0 && !only.includes(client)) continue
  for (let done = 0; done < cases; done += atOnce) {
    const seed = first + done / atOnce
    const report = await checkClient({
      ...options,
      seed,
      cases: Math.min(atOnce, cases - done),
      failures: 3,
    })()
    await cleared()
    const tried: Tried = {
      client,
      kit,
      cases: report.cases,
      alarms: report.failures.map(({ law, sentence }) => `${law}, seed ${String(seed)}: ${sentence}`),
      milliseconds: report.milliseconds,
    }
    appendFileSync(file, `${JSON.stringify(tried)}\n`)
    console.log(
      `${client}: ${String(done + report.cases)} cases, ${String(report.milliseconds)} ms${tried.alarms.map((alarm) => `\n  ${alarm}`).join('')}`,
    )
  }
}

// This script wrote it.
const all = existsSync(file)
  ? readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Tried)
  : []

const rows = Object.keys(rightClients).flatMap((client) => {
  const mine = all.filter((tried) => tried.client === client)
  const sum = (of: (tried: Tried) => number): number => mine.reduce((so, each) => so + of(each), 0)
  const of = (n: number): string => n.toLocaleString('en-GB')
  return mine.length === 0
    ? []
    : [
        `| ${client} | ${of(sum(({ cases }) => cases))} | ${of(sum(({ cases, kit: its }) => (its === kit ? cases : 0)))} | ${of(sum(({ alarms }) => alarms.length))} |`,
      ]
})

writeFileSync(
  'docs/benchmarks/alarms.md',
  `# False alarms of the laws kit, and how long it takes

\`npm run bench:alarms\` runs the kit on every right client that there is, with schemas of the kit's own: what it finds
there is a false alarm, or a bug of ours. The cases add up over the versions that the kit went through.

| client | cases | of them with the kit as it is | alarms |
|---|---|---|---|
${rows.join('\n')}

1,000 cases over rows in memory took ${seconds(cold)} s from the start of a process, and ${seconds(Math.min(...warm))} to ${seconds(Math.max(...warm))} s later on.
`,
)
