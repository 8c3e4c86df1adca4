/**
 * The house's rule over src/, without dependencies: `node .ci/layers.mjs`.
 *
 * A folder imports from itself or from strictly lower floors; files directly in src/ may import anything, and
 * nothing inside the floors imports them. Files import each other in no circle. (A circle through `import type`
 * is harmless at run time: within one folder it is noted, between folders it is an offence.) fp-ts and io-ts are
 * imported from their roots, and nothing is exported by `export *`.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const floors = new Map([
  ['value', 0],
  ['schema', 1],
  ['expression', 2],
  ['queryset', 3],
  ['query', 4],
  ['reference', 5],
  ['engine', 5],
  ['client', 6],
  ['plan', 7],
  ['run', 8],
  ['clients', 9],
  ['serializers', 10],
  ['laws', 10],
  ['rest', 11],
  ['forms', 11],
  ['views', 12],
  ['admin', 13],
])

/** Comments blanked, line breaks kept; what looks like a comment within a string stays. */
const withoutComments = (text) =>
  text.replace(
    /'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\[^]|[^`\\])*`|\/\/[^\n]*|\/\*[^]*?\*\//g,
    (token) => (/^\/[/*]/.test(token) ? token.replace(/[^\n]/g, ' ') : token),
  )

// Statements start a line, as prettier writes them.
const statement = /^(import|export)(?=[\s{*'"])(?:([^'"`;=]*?)\bfrom)?\s*(['"])([^'"\n]+)\3/gm
// A dynamic import is lazy, and `import('x').T` is a type: neither closes a circle at run time.
const dynamic = /\bimport\(\s*(['"`])([^'"`\n]+)\1/g
const star = /^export\s+(?:type\s+)?\*/gm

const lineAt = (text, index) => text.slice(0, index).split('\n').length

/** What a file imports or exports from elsewhere: `{ line, to, type }`. */
const importsOf = (code) =>
  [
    ...[...code.matchAll(statement)].map((m) => ({
      index: m.index,
      to: m[4],
      type: /^\s+type\b/.test(m[2] ?? ''),
    })),
    ...[...code.matchAll(dynamic)].map((m) => ({ index: m.index, to: m[2], type: true })),
  ].map(({ index, to, type }) => ({ line: lineAt(code, index), to, type }))

/** The folder directly under src/ that a file lives in; undefined for a file directly in src/. */
const folderOf = (path) => (path.split('/').length > 2 ? path.split('/')[1] : undefined)

/** The file that a relative import means: TypeScript's sources are imported under the name of their output. */
const target = (files, from, to) => {
  const path = posix.join(posix.dirname(from), to)
  const tries = [path.replace(/\.js$/, '.ts'), path, `${path}.ts`, `${path}/index.ts`]
  return tries.find((name) => files.has(name)) ?? tries[0]
}

/** Why this import is against the rule, or undefined. */
const offenceOf = (from, specifier, to) => {
  if (/^(fp-ts|io-ts)\//.test(specifier)) return `imports ${specifier}, which Node's ESM can't: use the root`
  const mine = folderOf(from)
  if (/^queryset-ts(\/|$)/.test(specifier)) return `imports ${specifier}, the package itself`
  if (to === undefined) return undefined
  if (!to.startsWith('src/')) return `imports ${to}, which is outside src`
  if (mine === undefined) return undefined
  const theirs = folderOf(to)
  if (theirs === undefined) return `imports ${to}, a door of the house, from inside it`
  if (theirs === mine) return undefined
  const [here, there] = [floors.get(mine), floors.get(theirs)]
  if (there === undefined) return `imports ${to}, which is on no known floor`
  if (here === undefined || there < here) return undefined
  return there === here
    ? `imports ${to}: ${mine} and ${theirs} are on the same floor (${here})`
    : `imports ${to}: up from floor ${here} to floor ${there}`
}

/** The strongly connected parts with more than one file, or with a file that imports itself (Tarjan). */
const knots = (graph) => {
  const index = new Map()
  const low = new Map()
  const stack = []
  const found = []
  const visit = (node) => {
    index.set(node, index.size)
    low.set(node, index.get(node))
    stack.push(node)
    for (const { to } of graph.get(node) ?? []) {
      if (!index.has(to)) {
        visit(to)
        low.set(node, Math.min(low.get(node), low.get(to)))
      } else if (stack.includes(to)) {
        low.set(node, Math.min(low.get(node), index.get(to)))
      }
    }
    if (low.get(node) === index.get(node)) {
      const part = stack.splice(stack.indexOf(node))
      if (part.length > 1 || (graph.get(node) ?? []).some(({ to }) => to === node)) found.push(new Set(part))
    }
  }
  for (const node of graph.keys()) if (!index.has(node)) visit(node)
  return found
}

/** A shortest circle within a knot that starts with `edge`, as a list of files from its first to its first. */
const circle = (graph, knot, edge) => {
  const before = new Map([[edge.to, edge.from]])
  const queue = [edge.to]
  for (const node of queue) {
    if (node === edge.from) break
    for (const { to } of graph.get(node) ?? [])
      if (knot.has(to) && !before.has(to)) {
        before.set(to, node)
        queue.push(to)
      }
  }
  const path = [edge.from]
  for (let node = before.get(edge.from); node !== edge.from && node !== undefined; node = before.get(node))
    path.unshift(node)
  return edge.from === edge.to ? [edge.from, edge.from] : [edge.from, ...path]
}

/**
 * Checks files, given as a map from path (`src/value/Value.ts`) to text.
 *
 * Offences break the rule; notes don't.
 */
export const check = (files) => {
  const offences = []
  const notes = []
  const graph = new Map([...files.keys()].map((path) => [path, []]))

  for (const [path, text] of files) {
    const code = withoutComments(text)
    const folder = folderOf(path)
    if (folder !== undefined && !floors.has(folder))
      offences.push({ file: path, line: 1, text: `lives in src/${folder}, which is on no known floor` })
    for (const { index } of code.matchAll(star))
      offences.push({ file: path, line: lineAt(code, index), text: 'exports *: name what is exported' })
    for (const { line, to: specifier, type } of importsOf(code)) {
      const to = specifier.startsWith('.') ? target(files, path, specifier) : undefined
      const text = offenceOf(path, specifier, to)
      if (text !== undefined) offences.push({ file: path, line, text })
      if (to !== undefined && files.has(to)) graph.get(path).push({ from: path, to, line, type })
    }
  }

  const report = (list, edges, knot, edge, what) => {
    const [, ...rest] = circle(edges, knot, edge)
    list.push({ file: edge.from, line: edge.line, text: `imports ${rest.join(', which imports ')}: ${what}` })
  }
  const inner = (edges, knot) => [...knot].flatMap((node) => edges.get(node).filter(({ to }) => knot.has(to)))

  const running = new Map([...graph].map(([path, edges]) => [path, edges.filter(({ type }) => !type)]))
  const runningKnots = knots(running)
  for (const knot of runningKnots) report(offences, running, knot, inner(running, knot)[0], 'a circle')

  for (const knot of knots(graph)) {
    const edges = inner(graph, knot)
    const across = edges.find(({ from, to }) => posix.dirname(from) !== posix.dirname(to))
    const known = runningKnots.some((other) => [...knot].every((path) => other.has(path)))
    if (known) continue
    if (across === undefined)
      report(
        notes,
        graph,
        knot,
        edges.find(({ type }) => type),
        'a circle of types',
      )
    else report(offences, graph, knot, across, 'a circle of types between folders')
  }

  return { files: files.size, offences, notes }
}

/** One line for an offence or a note. */
export const print = ({ file, line, text }) => `${file}:${line} ${text}`

const read = (root) =>
  new Map(
    readdirSync(join(root, 'src'), { recursive: true })
      .map((name) => posix.join('src', name.replaceAll('\\', '/')))
      .filter((path) => /\.[cm]?tsx?$/.test(path))
      .sort()
      .map((path) => [path, readFileSync(join(root, path), 'utf8')]),
  )

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { files, offences, notes } = check(read(fileURLToPath(new URL('..', import.meta.url))))
  for (const note of notes) console.log(`note: ${print(note)}`)
  for (const offence of offences) console.log(print(offence))
  if (files === 0) console.log('src: no files')
  if (offences.length > 0 || files === 0) process.exit(1)
  console.log(`layers: ${files} files, ok`)
}
