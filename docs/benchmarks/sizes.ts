/**
 * What a part of the package adds to a page: `npm run build && npx tsx docs/benchmarks/sizes.ts`.
 *
 * Each program is bundled by esbuild as an application would be, minified, with code splitting. What counts is what
 * has to be there before the program runs: the entry, and the chunks that it imports. Dependencies are counted with it in
 * one column, and left out in the other: an application that uses fp-ts has it already.
 */
import { build } from 'esbuild'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'

const root = fileURLToPath(new URL('../..', import.meta.url))

const programs: ReadonlyArray<readonly [what: string, code: string, most: number | null]> = [
  ['`httpClient`', "export { httpClient } from 'queryset-ts/http'", 25_000],
  ['`schema`, `field`', "export { schema, field } from 'queryset-ts'", null],
  [
    '`httpClient`, `schema`, `filter`, `toArray`',
    "export { httpClient } from 'queryset-ts/http'; export { schema, field, filter, toArray } from 'queryset-ts'",
    null,
  ],
  [
    '`memory`, `schema`, `filter`, `toArray`',
    "export { memory } from 'queryset-ts/memory'; export { schema, field, filter, toArray } from 'queryset-ts'",
    null,
  ],
]

const sizeOf = async (code: string, dependencies: boolean): Promise<number> => {
  const { metafile, outputFiles } = await build({
    stdin: { contents: code, resolveDir: root },
    outdir: '/out',
    bundle: true,
    splitting: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    ...(dependencies ? {} : { external: ['fp-ts', 'io-ts', 'big.js', 'immer'] }),
    metafile: true,
    write: false,
    logLevel: 'error',
  })
  const entry = Object.keys(metafile.outputs).find((path) => metafile.outputs[path]?.entryPoint === '<stdin>')
  const first = new Set<string>()
  const add = (path: string): void => {
    if (first.has(path)) return
    first.add(path)
    metafile.outputs[path]?.imports.forEach((each) => {
      if (each.kind === 'import-statement' && each.external !== true) add(each.path)
    })
  }
  if (entry !== undefined) add(entry)
  const name = (path: string): string => path.split('/').at(-1) ?? path
  const wanted = new Set([...first].map(name))
  return outputFiles
    .filter(({ path }) => wanted.has(name(path)))
    .reduce((sum, { contents }) => sum + gzipSync(contents).length, 0)
}

const kilobytes = (bytes: number): string => `${(bytes / 1000).toFixed(1)} kB`

console.log('| program | with its dependencies | without them |\n|---|---|---|')
for (const [what, code, most] of programs) {
  const [whole, own] = [await sizeOf(code, true), await sizeOf(code, false)]
  console.log(`| ${what} | ${kilobytes(whole)} | ${kilobytes(own)} |`)
  if (most !== null && own > most) {
    console.log(`${what} is to have at most ${kilobytes(most)}`)
    process.exitCode = 1
  }
}
