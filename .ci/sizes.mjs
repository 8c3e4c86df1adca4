/**
 * Sizes of files and functions in src/: `node .ci/sizes.mjs`.
 *
 * No file has more than 450 lines. The median file has at most 80 lines of code, which excludes comments and blank lines.
 * A function has at most 60 lines, unless `longFunctions.mjs` names it with the reason. A name in that list whose function
 * has become short, or is gone, is an offence too, so that the list stays true.
 */
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import ts from 'typescript'
import { longFunctions } from './longFunctions.mjs'

const mostLines = { file: 450, code: 80, function: 60 }

const filesIn = (folder) =>
  readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()

const isFunction = (node) =>
  ts.isArrowFunction(node) ||
  ts.isFunctionDeclaration(node) ||
  ts.isFunctionExpression(node) ||
  ts.isMethodDeclaration(node) ||
  ts.isGetAccessorDeclaration(node)

/** The name of a function: its own, or that of the variable or property that holds it. */
const nameOf = (node) => {
  const named = node.name ?? node.parent?.name
  return named !== undefined && ts.isIdentifier(named) ? named.text : null
}

/** Functions with a name, and the lines that they have. What has no name belongs to the function around it. */
export const functionsIn = (path, text) => {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true)
  const found = []
  const lineAt = (position) => source.getLineAndCharacterOfPosition(position).line
  const visit = (node) => {
    if (isFunction(node)) {
      // `(client) => (queryset) => …` is one function.
      const name = nameOf(node)
      if (name !== null)
        found.push({
          name,
          line: lineAt(node.getStart()) + 1,
          lines: lineAt(node.end) - lineAt(node.getStart()) + 1,
        })
    }
    ts.forEachChild(node, visit)
  }
  visit(source)
  return found
}

const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0

/** The number of lines of a text that have code. */
export const codeLinesIn = (text) => {
  const source = ts.createSourceFile('file.ts', text, ts.ScriptTarget.Latest, true)
  const lines = new Set()
  const add = (from, to) => {
    const [first, last] = [from, to].map((at) => source.getLineAndCharacterOfPosition(at).line)
    for (let line = first; line <= last; line += 1) lines.add(line)
  }
  const visit = (node) => {
    if (node.getChildCount(source) === 0) {
      if (node.getEnd() > node.getStart(source)) add(node.getStart(source), node.getEnd())
    } else
      node
        .getChildren(source)
        .filter(({ kind }) => kind !== ts.SyntaxKind.JSDoc)
        .forEach(visit)
  }
  visit(source)
  return lines.size
}

/** What is too long in some files, by their texts; and what is listed though it isn't. */
export const offencesIn = (texts, listed) => {
  const used = new Set()
  const offences = [...texts].flatMap(([path, text]) => {
    const lines = text.split('\n').length - 1
    const long = functionsIn(path, text).filter((each) => each.lines > mostLines.function)
    return [
      ...(lines > mostLines.file
        ? [`${path} has ${lines} lines, of ${mostLines.file}: split it by what belongs together`]
        : []),
      ...long.flatMap(({ name, line, lines: own }) => {
        const key = `${path} ${name}`
        used.add(key)
        return listed[key] === undefined
          ? [
              `${path}:${line} ${name} has ${own} lines, of ${mostLines.function}: split it, or say why not in .ci/longFunctions.mjs`,
            ]
          : []
      }),
    ]
  })
  const idle = Object.keys(listed).filter((key) => !used.has(key))
  return [
    ...offences,
    ...idle.map((key) => `.ci/longFunctions.mjs names ${key}, which isn't long or isn't there`),
  ]
}

const main = () => {
  const root = fileURLToPath(new URL('..', import.meta.url))
  const texts = new Map(
    filesIn(join(root, 'src')).map((path) => [path.slice(root.length), readFileSync(path, 'utf8')]),
  )
  const lengths = [...texts.values()].map((text) => text.split('\n').length - 1)
  const code = median([...texts.values()].map(codeLinesIn))
  const offences = [
    ...offencesIn(texts, longFunctions),
    ...(code > mostLines.code ? [`the median file has ${code} lines of code, of ${mostLines.code}`] : []),
  ]
  offences.forEach((offence) => {
    console.error(offence)
  })
  console.log(
    `sizes: ${texts.size} files, median ${median(lengths)} lines, ${code} of them code, longest ${Math.max(...lengths)}; ` +
      `${Object.keys(longFunctions).length} functions are long for a reason` +
      (offences.length === 0 ? ', ok' : `; ${offences.length} offences`),
  )
  process.exitCode = offences.length === 0 ? 0 : 1
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) main()
