/**
 * How many of the blind mutants the laws kit kills, and how soon: clients with one bug each that it was never tuned on.
 *
 *     bash .config/bench.sh blind [--set blind3] [--cases 1000] [--seeds 10] [--first 1] [--only TEXT] [--area AREA]
 *
 * `--set` is the set that is measured: `blind3`, the third; `blind2` or `blind`, the second and the first, which showed
 * what to widen the kit by; or `all`. `--only` takes the mutants whose name has the text in it, `--area` those of an area.
 */
import { checkClient } from '../../src/laws.js'
import { blind } from '../../property-tests/mutants/blind/blind.js'
import { blind2 } from '../../property-tests/mutants/blind2/blind2.js'
import { blind3 } from '../../property-tests/mutants/blind3/blind3.js'
import type { BlindMutant } from '../../property-tests/mutants/blind/support.js'
import { m } from '../../property-tests/mutants/support/models.js'

const option = (name: string, otherwise: string): string => {
  const at = process.argv.indexOf(`--${name}`)
  return at === -1 ? otherwise : (process.argv[at + 1] ?? otherwise)
}

const cases = Number(option('cases', '1000'))
const first = Number(option('first', '1'))
const seeds = Array.from({ length: Number(option('seeds', '10')) }, (_, i) => first + i)
const area = option('area', '')
const sets = new Map([
  ['blind', blind],
  ['blind2', blind2],
  ['blind3', blind3],
  ['all', [...blind, ...blind2, ...blind3]],
])
const set = option('set', 'blind3')
const mutants = sets.get(set)
if (mutants === undefined) throw new Error(`there is no set ${set}, only ${[...sets.keys()].join(', ')}`)
const chosen = mutants.filter(
  (each) => each.name.includes(option('only', '')) && (area === '' || each.area === area),
)

interface Kill {
  readonly case: number
  readonly law: string
}

const kill = async ({ client }: BlindMutant, seed: number): Promise<Kill | null> => {
  const { failures } = await checkClient({ client, schema: m, cases, seed, failures: 1 })()
  const [failure] = failures
  return failure === undefined ? null : { case: failure.firstCase, law: failure.law }
}

const percent = (part: number, whole: number): string => `${((100 * part) / Math.max(1, whole)).toFixed(1)} %`

const median = (numbers: ReadonlyArray<number>): number =>
  [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? NaN

const results: Array<{ readonly mutant: BlindMutant; readonly kills: ReadonlyArray<Kill | null> }> = []
for (const mutant of chosen) {
  const kills: Array<Kill | null> = []
  for (const seed of seeds) kills.push(await kill(mutant, seed))
  results.push({ mutant, kills })
  const there = kills.flatMap((each) => each ?? [])
  const [any] = there
  console.log(
    any === undefined
      ? `alive    ${mutant.area}: ${mutant.name}`
      : `${String(there.length).padStart(2)}/${String(seeds.length).padEnd(2)}    ${mutant.area}: ${mutant.name} (case ${String(median(there.map((each) => each.case)))}, ${any.law})`,
  )
}

const all = results.flatMap(({ kills }) => kills)
const killed = all.filter((each) => each !== null)
console.log(
  `${percent(killed.length, all.length)} of ${String(chosen.length)} mutants within ${String(cases)} cases, in the mean of ${String(seeds.length)} seeds`,
)
for (const one of new Set(chosen.map((each) => each.area))) {
  const own = results.filter(({ mutant }) => mutant.area === one).flatMap(({ kills }) => kills)
  console.log(`${percent(own.filter((each) => each !== null).length, own.length).padStart(8)}  ${one}`)
}
