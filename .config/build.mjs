/**
 * Builds what users get: `node .config/build.mjs`, after tsc has written the types into dist/esm and dist/cjs.
 *
 * A module is loaded in a millisecond or so, and there are some hundreds of them. Hence the entries are bundled, with
 * what they share in chunks: a value that one entry makes is known to the others. CommonJS gets the same chunks.
 */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { build, transform } from 'esbuild'

const esm = 'dist/esm'
const cjs = 'dist/cjs'

const entries = (await readdir('src')).filter((name) => name.endsWith('.ts')).map((name) => join('src', name))

await build({
  entryPoints: entries,
  outdir: esm,
  chunkNames: 'chunks/[hash]',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  packages: 'external',
  conditions: ['queryset-source'],
  logLevel: 'warning',
})

const asCommonJs = async (path) => {
  const code = await readFile(join(esm, path), 'utf8')
  const made = await transform(code, { format: 'cjs', platform: 'node', target: 'node20' })
  await writeFile(join(cjs, path), made.code)
}

const made = (await readdir(esm, { recursive: true })).filter((path) => path.endsWith('.js'))
await mkdir(join(cjs, 'chunks'), { recursive: true })
await Promise.all(made.map(asCommonJs))
await writeFile(join(cjs, 'package.json'), '{"type":"commonjs","sideEffects":false}\n')
