/**
 * What a big schema costs to type-check, and what it shows: `npx tsx docs/benchmarks/typecheck.ts [runs] [folder]`.
 *
 * Writes 30 models of thirteen fields, related both ways, and 100 questions about them into `.bench/`, for this library,
 * kysely and drizzle. Each installed compiler checks each of them, `runs` times; the fastest run counts. `folder` holds
 * other declarations of this library, to compare it with an earlier one.
 */
import { cpSync, rmSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import {
  check,
  compilers,
  declare,
  isInstalled,
  measure,
  root,
  write,
} from '../../unit-tests/types/support/compilers.js'
import { hovers } from '../../unit-tests/types/support/hover.js'
import { programs } from './typecheck/programs.js'

const [runs = '3', declared] = process.argv.slice(2)
const folder = join(root, '.bench', 'typecheck')
const size = { models: 30, queries: 100 }
const installed = compilers.filter(isInstalled)

const figure = (output: string, title: string): string =>
  new RegExp(`^${title}:\\s+(\\S+)$`, 'mu').exec(output)?.[1] ?? '?'

const seconds = (output: string): number => parseFloat(figure(output, 'Total time'))

const row = (...cells: ReadonlyArray<string>): void => {
  console.log(`| ${cells.join(' | ')} |`)
}

rmSync(folder, { recursive: true, force: true })
if (declared === undefined) console.error(declare(folder))
else cpSync(declared, join(folder, 'lib'), { recursive: true })

console.log(
  `Node ${process.versions.node}, ${String(availableParallelism())} cores, ${String(size.models)} models, ${String(size.queries)} questions\n`,
)
row('compiler', 'program', 'total', 'checking', 'types', 'instantiations', 'memory')
row('---', '---', '---', '---', '---', '---', '---')
Object.entries(programs(size)).forEach(([name, code], i) => {
  const program = write(folder, `program${String(i)}`, code)
  installed.forEach((compiler) => {
    const mistakes = check(compiler, program)
    if (mistakes.length > 0) console.error(compiler.name, name, mistakes.slice(0, 3))
    const outputs = Array.from({ length: Number(runs) }, () => measure(compiler, program))
    const [best = ''] = outputs.sort((a, b) => seconds(a) - seconds(b))
    row(
      compiler.name,
      name,
      figure(best, 'Total time'),
      figure(best, 'Check time'),
      figure(best, 'Types'),
      figure(best, 'Instantiations'),
      `${String(Math.round(parseInt(figure(best, 'Memory used'), 10) / 1024))} MB`,
    )
  })
})

// What is shown of it, and said of a mistake.
const shown = write(
  folder,
  'shown',
  `${programs({ ...size, queries: 0 })['queryset-ts'] ?? ''}
import { create, update, type WritableClient } from 'queryset-ts'
declare const client: WritableClient
export const aModel = m.m3
export const theFiltered = pipe(m.m3, filter((t) => t.n.gt(1)), slice(0, 10))
pipe(m.m3, create(client, { name: 'x' }))
pipe(m.m3, update(client, () => ({ nme: 'x' })))
`,
  { noErrorTruncation: true },
)
console.log()
row('compiler', 'a model', 'a filtered queryset', 'error: missing fields', 'error: an unknown field')
row('---', '---', '---', '---', '---')
for (const compiler of installed) {
  const lengths = (await hovers(compiler, shown, ['const aM', 'const theF'])).map(({ length }) => length)
  const messages = check(compiler, shown).map(({ message }) => message.length)
  row(compiler.name, ...[...lengths, ...messages.slice(0, 2)].map(String))
}
rmSync(folder, { recursive: true })
