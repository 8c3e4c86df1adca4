/**
 * Builds what users get: `node .config/build.mjs`, after tsc has written the types into dist/esm and dist/cjs.
 *
 * A module is loaded in a millisecond or so, and there are some hundreds of them. Hence the entries are bundled, with
 * what they share in chunks: a value that one entry makes is known to the others. CommonJS gets the same chunks.
 *
 * An application that is bundled with it leaves out what it doesn't use. Bundlers do that by statement, and keep a statement
 * that calls something, since they can't know what that does. No module here does anything when it is loaded, so each
 * constant that isn't plain is marked as pure: it is made by a function that is called for its value alone.
 */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { build, transform } from 'esbuild'
import ts from 'typescript'

const esm = 'dist/esm'
const cjs = 'dist/cjs'
const modules = 'dist/module'

const entries = (await readdir('src')).filter((name) => name.endsWith('.ts')).map((name) => join('src', name))

/** What bundlers leave out by themselves where nobody uses it. */
const isPlain = (node) =>
  ts.isArrowFunction(node) ||
  ts.isFunctionExpression(node) ||
  ts.isIdentifier(node) ||
  ts.isLiteralExpression(node) ||
  node.kind === ts.SyntaxKind.TrueKeyword ||
  node.kind === ts.SyntaxKind.FalseKeyword ||
  node.kind === ts.SyntaxKind.NullKeyword

/** Source in which each constant of a module that isn't plain is marked as pure. */
const marked = (path, code) => {
  const file = ts.createSourceFile(path, code, ts.ScriptTarget.Latest, false, ts.ScriptKind.TS)
  const places = file.statements.flatMap((statement) =>
    ts.isVariableStatement(statement)
      ? statement.declarationList.declarations.flatMap(({ name, initializer }) =>
          initializer !== undefined && ts.isIdentifier(name) && !isPlain(initializer) ? [initializer] : [],
        )
      : [],
  )
  // From the end, so that the places before stay where they are.
  return places.reduceRight((text, { pos, end }) => {
    const before = text.slice(0, pos)
    return `${before} /* @__PURE__ */ (() => (${text.slice(pos, end)}\n))()${text.slice(end)}`
  }, code)
}

const pure = {
  name: 'pure',
  setup: ({ onLoad }) => {
    onLoad({ filter: /[\\/]src[\\/].*\.ts$/ }, async ({ path }) => ({
      contents: marked(path, await readFile(path, 'utf8')),
      loader: 'ts',
    }))
  },
}

await build({
  entryPoints: entries,
  plugins: [pure],
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

// Bundlers part code by file: they get a file a module, by the condition that they know and Node doesn't.
await build({
  entryPoints: (await readdir('src', { recursive: true }))
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts'))
    .map((name) => join('src', name)),
  plugins: [pure],
  outdir: modules,
  format: 'esm',
  target: 'es2022',
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
