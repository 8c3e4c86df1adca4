/**
 * Whether the laws kit raises a false alarm: it runs on every correct client.
 * `npm run bench:alarms` writes the results to docs/benchmarks/alarms.md.
 *
 *     npm run bench:alarms -- --cases 100000 --only 'reference;http' --seed 1
 *
 * `--cases` is the number of cases for each client (100,000). `--only` takes some of the clients. `--seed` decides which
 * cases are made. Results are kept in .bench/alarms.jsonl. The table adds up those of the same version of the kit.
 * The script first measures how long 1,000 cases take, so nothing else should run at that time.
 */
import { createHash } from 'node:crypto'
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { checkClient } from '../../src/laws/checkClient.js'
import { cleared, rightClients } from '../../property-tests/support/rightClients.js'

interface Tried {
  readonly client: string
  /** A hash of the kit's source. */
  readonly kit: string
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

const kit = readdirSync('src/laws', { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map(({ parentPath, name }) => `${parentPath}/${name}`)
  .sort()
  .reduce((hash, path) => hash.update(readFileSync(path)), createHash('sha256'))
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
      .filter((tried) => tried.kit === kit)
  : []

const rows = Object.keys(rightClients).flatMap((client) => {
  const mine = all.filter((tried) => tried.client === client)
  const sum = (of: (tried: Tried) => number): number => mine.reduce((so, each) => so + of(each), 0)
  const of = (n: number): string => n.toLocaleString('en-GB')
  return mine.length === 0
    ? []
    : [`| ${client} | ${of(sum(({ cases }) => cases))} | ${of(sum(({ alarms }) => alarms.length))} |`]
})
const total = all.reduce((sum, tried) => sum + tried.cases, 0)

writeFileSync(
  'docs/benchmarks/alarms.md',
  `# False alarms of the laws kit, and how long it takes

\`npm run bench:alarms\` runs the kit on every correct client, with schemas that the kit generates. A failure is a false
alarm, or a bug of this library. All cases are of one version of the kit.

| client | cases | alarms |
|---|---|---|
${rows.join('\n')}
| all | ${total.toLocaleString('en-GB')} | ${String(all.reduce((sum, tried) => sum + tried.alarms.length, 0))} |

1,000 cases over rows in memory took ${seconds(cold)} s from the start of a process, and ${seconds(Math.min(...warm))} to ${seconds(Math.max(...warm))} s
later in the same process. Other programs that run at that time make it slower.
`,
)
