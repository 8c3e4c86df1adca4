import { expect } from 'chai'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import ts from 'typescript'

/**
 * Every pattern in `src` reads hostile text in time that grows with its length. Planted faults that this found:
 * `\d+\.?\d*` in the spelling of decimals, `"[^]*"x` in the messages of Django, and `(?:_?[A-Za-z0-9]+)*` in names.
 */
describe('patterns', () => {
  it('take linear time on hostile text', async function () {
    this.timeout(0)
    const patterns = await allPatterns('src')
    expect(patterns.length).to.be.greaterThan(50)
    const stuck = await firstStuck(patterns, 20_000)
    expect(stuck, `${String(stuck?.at)} ${String(stuck?.source)}`).to.equal(null)
  })
})

interface Pattern {
  readonly at: string
  readonly source: string
  readonly flags: string
}

const allPatterns = async (folder: string): Promise<ReadonlyArray<Pattern>> => {
  const files = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.ts'))
  const found = await Promise.all(
    files.map(async (name) => patternsOf(name, await readFile(join(folder, name), 'utf8'))),
  )
  return found.flat()
}

const patternsOf = (name: string, text: string): ReadonlyArray<Pattern> => {
  const file = ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true)
  const found: Array<Pattern> = []
  const visit = (node: ts.Node): void => {
    if (ts.isRegularExpressionLiteral(node)) {
      const end = node.text.lastIndexOf('/')
      const line = file.getLineAndCharacterOfPosition(node.getStart()).line + 1
      found.push({
        at: `${name}:${String(line)}`,
        source: node.text.slice(1, end),
        flags: node.text.slice(end + 1),
      })
    }
    ts.forEachChild(node, visit)
  }
  visit(file)
  return found
}

/** The first pattern that takes longer than `milliseconds`; `null` where none does. */
const firstStuck = (patterns: ReadonlyArray<Pattern>, milliseconds: number): Promise<Pattern | null> =>
  new Promise((resolve, reject) => {
    const worker = new Worker(tryAll, { eval: true, workerData: patterns })
    const state: { at: Pattern | null } = { at: null }
    const timer = setTimeout(() => {
      void worker.terminate()
      resolve(state.at)
    }, milliseconds)
    worker.on('message', (index: number) => {
      state.at = patterns[index] ?? null
      timer.refresh()
    })
    worker.on('error', reject)
    worker.on('exit', () => {
      clearTimeout(timer)
      resolve(null)
    })
  })

/** What takes quadratic time takes minutes on texts of this length; what takes linear time a millisecond. */
const tryAll = `
const { parentPort, workerData } = require('node:worker_threads')
const length = 100000
const parts = ['0', '1', '00.', '1.', '-1', 'e', 'E1', 'a', 'Z', '_', '_a', 'a_', ' ', '\\n', '\\n ', ' \\n', ',\\n ', '(\\n', '"', '"a',
  "'", '/', '\\\\', '.', '-', '+', '%', '%2', '$', '[', ')', ':', ';', 'T', 's ', '\\u0301', '\\u{1F600}', '\\u0000', 'application/json ', '.queryset.']
const ends = ['', 'x', '!', '\\n', '"x']
const texts = parts.flatMap((part) => {
  const body = part.repeat(Math.floor(length / part.length))
  return [...ends.map((end) => body + end), '"' + body, 'a' + body + 'x', '0' + body + '!']
})
const beginnings = ['application/json', '.queryset.', '2020-01-01', '2020-01-01T00:00:00.']
const all = [...texts, ...beginnings.flatMap((begin) => ['0', ' ', 'a'].map((part) => begin + part.repeat(length) + '!'))]
workerData.forEach(({ source, flags }, index) => {
  parentPort.postMessage(index)
  for (const text of all) {
    const pattern = new RegExp(source, flags)
    if (flags.includes('g')) text.replace(pattern, '')
    else pattern.test(text)
  }
})
`
