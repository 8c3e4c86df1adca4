/**
 * The examples in the docs: where they stand, and what they say that they print.
 *
 * The blocks of a page are one program, read from top to bottom; an `@example` is a program of its own. Each becomes
 * a module in which every line keeps its number, so that a mistake in it is told where it stands in the page.
 *
 * `console.log(…)` is followed by `// => what it prints`, behind it or below. What is longer goes on in the next
 * lines, behind at least three spaces, or stands between `/* =>` and the end of that comment. Runs of white space
 * count as one space.
 */

/** A program, and what each `console.log` in it is to print: `null` where it doesn't say. */
export interface Program {
  /** The file that it stands in. */
  readonly file: string
  /** The name of the module that it becomes. */
  readonly module: string
  readonly code: string
  readonly expected: ReadonlyArray<Expected>
  /** Whether it is run, and not only checked. */
  readonly runs: boolean
}

export interface Expected {
  readonly line: number
  readonly text: string | null
}

/** The module that collects what is printed. */
export const logger = 'log.mts'

const loggerImport = `import { log as __log } from './log.mjs'; `

interface Line {
  readonly number: number
  readonly text: string
}

interface Block {
  readonly lines: ReadonlyArray<Line>
  readonly info: string
}

/** The blocks of a Markdown page that are TypeScript. */
const blocksOf = (markdown: string): ReadonlyArray<Block> => {
  const lines = markdown.split('\n')
  const fences = lines.flatMap((text, i) => (/^\s*```/u.test(text) ? [i] : []))
  return fences.flatMap((start, i): ReadonlyArray<Block> => {
    const end = fences[i + 1]
    const info = (lines[start] ?? '').trim().slice(3)
    return i % 2 === 1 || end === undefined || !/^ts\b/u.test(info)
      ? []
      : [{ info, lines: lines.slice(start + 1, end).map((text, j) => ({ number: start + 2 + j, text })) }]
  })
}

/** The examples in a source file's doc comments. */
const commentsOf = (source: string): ReadonlyArray<Block> =>
  source.split('\n').reduce<{ readonly blocks: ReadonlyArray<Block>; readonly open: boolean }>(
    ({ blocks, open }, text, i) => {
      if (/^\s*\* @example/u.test(text)) return { blocks: [...blocks, { info: 'ts', lines: [] }], open: true }
      if (!open || /^\s*(?:\* @|\*\/)/u.test(text)) return { blocks, open: false }
      const last = blocks.at(-1)
      const line = { number: i + 1, text: text.replace(/^\s*\* ?/u, '') }
      return last === undefined
        ? { blocks, open }
        : { blocks: [...blocks.slice(0, -1), { ...last, lines: [...last.lines, line] }], open }
    },
    { blocks: [], open: false },
  ).blocks

/** Imports of what is imported already are taken away: a page may say again where something comes from. */
const once = (code: string): string => {
  const seen = new Set<string>()
  return code.replaceAll(
    /^import (?:type )?\{([^}]*)\} from ('[^']+');?/gmu,
    (whole, names: string, from: string) => {
      const fresh = names
        .split(',')
        .map((name) => name.trim())
        .filter((name) => name !== '' && !seen.has(`${name} ${from}`))
      fresh.forEach((name) => seen.add(`${name} ${from}`))
      const ends = '\n'.repeat(whole.split('\n').length - 1)
      const type = whole.startsWith('import type') ? 'type ' : ''
      return fresh.length === 0 ? ends : `import ${type}{ ${fresh.join(', ')} } from ${from}${ends}`
    },
  )
}

const behind = /\/\/ => ?(.*)$/u
const further = /^\s*\/\/ {3,}(.*)$/u

/** A line without the comment at its end. */
const codeOf = (line: string): string => line.replace(/(?<![:'])\/\/.*$/u, '')

/** What a block says that its `console.log`s print. */
const expectedIn = (lines: ReadonlyArray<Line>): ReadonlyArray<Expected> => {
  const found: Array<{ line: number; text: string | null }> = []
  let inside: 'code' | 'lines' | 'comment' = 'code'
  for (const { number, text } of lines) {
    const last = found.at(-1)
    const add = (more: string) => {
      if (last !== undefined) last.text = `${last.text ?? ''}\n${more}`
    }
    if (inside === 'comment') {
      add(text.replace(/\*\/.*$/u, ''))
      if (text.includes('*/')) inside = 'code'
      continue
    }
    const more: RegExpExecArray | null = inside === 'lines' ? further.exec(text) : null
    for (const _ of codeOf(text).matchAll(/console\.log\(/gu)) found.push({ line: number, text: null })
    const said = behind.exec(text)
    const opens = /\/\* => ?(.*)$/u.exec(text)
    const latest = found.at(-1)
    if (more !== null) add(more[1] ?? '')
    else if (latest !== undefined && said !== null) latest.text = said[1] ?? ''
    else if (latest !== undefined && opens !== null) latest.text = (opens[1] ?? '').replace(/\*\/.*$/u, '')
    inside =
      opens !== null && !text.includes('*/') ? 'comment' : said !== null || more !== null ? 'lines' : 'code'
  }
  return found
}

const programOf = (file: string, module: string, blocks: ReadonlyArray<Block>, runs: boolean): Program => {
  const lines = blocks.flatMap((block) => block.lines)
  const byNumber = new Map(lines.map(({ number, text }) => [number, text]))
  const last = lines.at(-1)?.number ?? 0
  const text = Array.from({ length: last }, (_, i) => byNumber.get(i + 1) ?? '').join('\n')
  let logs = 0
  const code = once(text)
    .split('\n')
    .map((line) => {
      const part = codeOf(line)
      const logged = part.replaceAll(/console\.log\(/gu, () => `__log(${String(logs++)})(`)
      return `${logged}${line.slice(part.length)}`
    })
    .join('\n')
  return { file, module, code: `${loggerImport}${code}\n`, expected: expectedIn(lines), runs }
}

const named = (file: string): string => file.replaceAll(/[^\w.]/gu, '_')

/** The programs of a file. */
export const programsOf = (file: string, text: string): ReadonlyArray<Program> => {
  if (!file.endsWith('.md'))
    return commentsOf(text).map((block, i) =>
      programOf(file, `${named(file)}.${String(i + 1)}.mts`, [block], true),
    )
  const blocks = blocksOf(text)
  const run = blocks.filter(({ info }) => !info.includes('no-run'))
  return [
    ...(run.length === 0 ? [] : [programOf(file, `${named(file)}.mts`, run, true)]),
    ...(run.length === blocks.length
      ? []
      : [{ ...programOf(file, `${named(file)}.checked.mts`, blocks, false), expected: [] }]),
  ]
}

export const plain = (text: string): string => text.replaceAll(/\s+/gu, ' ').trim()

/** The targets of a Markdown page's links, with the lines that they stand in. */
export const linksOf = (
  markdown: string,
): ReadonlyArray<{ readonly line: number; readonly target: string }> => {
  const fenced = new Set(
    markdown.split('\n').flatMap((text, i, lines) => {
      const fences = lines.slice(0, i).filter((line) => /^\s*```/u.test(line)).length
      return fences % 2 === 1 || /^\s*```/u.test(text) ? [i] : []
    }),
  )
  return markdown.split('\n').flatMap((text, i) =>
    fenced.has(i)
      ? []
      : [...text.replaceAll(/`[^`]*`/gu, '').matchAll(/\]\(([^)\s]+)\)/gu)].map((match) => ({
          line: i + 1,
          target: match[1] ?? '',
        })),
  )
}

/** The names by which a Markdown page's headings are linked to. */
export const anchorsOf = (markdown: string): ReadonlySet<string> =>
  new Set(
    markdown.split('\n').flatMap((text) => {
      const heading = /^#+ (.*)$/u.exec(text)?.[1]
      return heading === undefined
        ? []
        : [
            heading
              .toLowerCase()
              .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
              .trim()
              .replaceAll(' ', '-'),
          ]
    }),
  )
