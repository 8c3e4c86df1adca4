/**
 * What it takes to import the package: `npm run build && npx tsx docs/benchmarks/imports.ts`.
 *
 * Each entry is imported by processes of its own, beside fp-ts and io-ts, which it stands on. What counts is the
 * processor time of the import, in milliseconds, without what Node takes to start; the median of some runs.
 */
import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const runs = Number(process.argv[2] ?? 15)
const root = fileURLToPath(new URL('../..', import.meta.url))

const entries: ReadonlyArray<readonly [name: string, how: string]> = [
  ['fp-ts', "await import('fp-ts')"],
  ['fp-ts and io-ts', "await import('fp-ts'); await import('io-ts')"],
  ['queryset-ts, ESM', "await import('./dist/esm/index.js')"],
  ['queryset-ts, CommonJS', "require('./dist/cjs/index.js')"],
  ['queryset-ts/memory', "await import('./dist/esm/memory.js')"],
  ['queryset-ts/json', "await import('./dist/esm/json.js')"],
  ['queryset-ts/http', "await import('./dist/esm/http.js')"],
  ['queryset-ts/laws', "await import('./dist/esm/laws.js')"],
]

const once = (how: string): number => {
  const code = `
    const require = (await import('node:module')).createRequire(process.cwd() + '/')
    const before = process.cpuUsage()
    ${how}
    const { user, system } = process.cpuUsage(before)
    console.log((user + system) / 1000)`
  return Number(
    execFileSync(process.execPath, ['--input-type=module', '-e', code], { cwd: root, encoding: 'utf8' }),
  )
}

const median = (numbers: ReadonlyArray<number>): number =>
  [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN

// In turns, so that a busy moment of the machine falls on all of them.
const times = Array.from({ length: runs }, () => entries.map(([, how]) => once(how)))

console.log('| import | processor time |\n|---|---|')
entries.forEach(([name], i) => {
  const all = times.map((row) => row[i] ?? Number.NaN)
  console.log(`| ${name} | ${median(all).toFixed(0)} ms |`)
})
