/** What an editor shows of the names of a program. */
import type ts from 'typescript'
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Compiler } from './compilers.js'

const load = createRequire(import.meta.url)

/** Where names are that are declared, or read as a property, in the text of a program; by the text before them. */
const placeOf = (text: string, mark: string): number => {
  const at = text.indexOf(mark)
  if (at < 0) throw new Error(`the program has no '${mark}'`)
  return at + mark.length - 1
}

/** What is shown at the last character of each mark. */
export const hovers = (
  compiler: Compiler,
  program: string,
  marks: ReadonlyArray<string>,
): Promise<ReadonlyArray<string>> =>
  compiler.tsc.endsWith('tsc.js')
    ? Promise.resolve(byService(compiler, program, marks))
    : byServer(compiler, program, marks)

// Up to TypeScript 6: the language service.
const byService = (
  { folder }: Compiler,
  program: string,
  marks: ReadonlyArray<string>,
): ReadonlyArray<string> => {
  const api = load(folder) as typeof ts
  const file = join(program, 'main.ts')
  const config = api.readConfigFile(join(program, 'tsconfig.json'), (path) => api.sys.readFile(path))
  const { options } = api.parseJsonConfigFileContent(config.config, api.sys, program)
  const text = readFileSync(file, 'utf8')
  const service = api.createLanguageService({
    getCompilationSettings: () => options,
    getCurrentDirectory: () => program,
    getDefaultLibFileName: api.getDefaultLibFilePath,
    getScriptFileNames: () => [file],
    getScriptVersion: () => '0',
    getScriptSnapshot: (path) => {
      const found = api.sys.readFile(path)
      return found === undefined ? undefined : api.ScriptSnapshot.fromString(found)
    },
    fileExists: (path) => api.sys.fileExists(path),
    readFile: (path) => api.sys.readFile(path),
    directoryExists: (path) => api.sys.directoryExists(path),
  })
  return marks.map((mark) => {
    const info = service.getQuickInfoAtPosition(file, placeOf(text, mark))
    return info === undefined ? '' : api.displayPartsToString(info.displayParts)
  })
}

interface Answer {
  readonly id?: number
  readonly method?: string
  readonly result?: { readonly contents?: { readonly value?: string } }
}

// From TypeScript 7: the language server.
const byServer = async (
  { tsc }: Compiler,
  program: string,
  marks: ReadonlyArray<string>,
): Promise<ReadonlyArray<string>> => {
  const server = spawn(process.execPath, [tsc, '--lsp', '--stdio'], { stdio: ['pipe', 'pipe', 'ignore'] })
  const send = (message: object): void => {
    const body = Buffer.from(JSON.stringify({ jsonrpc: '2.0', ...message }))
    server.stdin.write(`Content-Length: ${String(body.length)}\r\n\r\n`)
    server.stdin.write(body)
  }
  const waiting = new Map<number, (answer: Answer) => void>()
  let received = Buffer.alloc(0)
  server.stdout.on('data', (chunk: Buffer) => {
    received = Buffer.concat([received, chunk])
    for (;;) {
      const head = received.indexOf('\r\n\r\n')
      const length = Number(/Content-Length: (\d+)/iu.exec(received.subarray(0, head).toString())?.[1])
      if (head < 0 || received.length < head + 4 + length) return
      const answer = JSON.parse(received.subarray(head + 4, head + 4 + length).toString()) as Answer
      received = received.subarray(head + 4 + length)
      if (answer.id !== undefined && answer.method === undefined) waiting.get(answer.id)?.(answer)
      // What the server asks has no answer here.
      else if (answer.id !== undefined) send({ id: answer.id, result: null })
    }
  })
  const ask = (method: string, params: object): Promise<Answer> =>
    new Promise((resolve) => {
      const id = waiting.size + 1
      waiting.set(id, resolve)
      send({ id, method, params })
    })
  try {
    const file = join(program, 'main.ts')
    const uri = pathToFileURL(file).href
    const text = readFileSync(file, 'utf8')
    await ask('initialize', {
      processId: process.pid,
      rootUri: pathToFileURL(program).href,
      capabilities: { textDocument: { hover: { contentFormat: ['markdown'] } } },
    })
    send({ method: 'initialized', params: {} })
    send({
      method: 'textDocument/didOpen',
      params: { textDocument: { uri, languageId: 'typescript', version: 1, text } },
    })
    const shown: Array<string> = []
    for (const mark of marks) {
      const lines = text.slice(0, placeOf(text, mark)).split('\n')
      const { result } = await ask('textDocument/hover', {
        textDocument: { uri },
        position: { line: lines.length - 1, character: lines.at(-1)?.length ?? 0 },
      })
      // A block of code, and the comment after it.
      shown.push(/^```\w*\n(.*?)\n```/su.exec(result?.contents?.value ?? '')?.[1] ?? '')
    }
    return shown
  } finally {
    server.kill()
  }
}
