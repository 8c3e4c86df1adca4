#!/usr/bin/env node
/**
 * The command `queryset`: it loads fixtures into a client, dumps them, and serves a folder of JSON files.
 *
 * @since 0.1.0
 */
import { createWriteStream } from 'node:fs'
import { readFile, rename, rm } from 'node:fs/promises'
import { resolve } from 'node:path'
import { once } from 'node:events'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { either as E } from 'fp-ts'
import { createServer } from 'node:http'
import {
  checkSchema,
  dumpData,
  loadData,
  type AnyModels,
  type QueryError,
  type WritableClient,
} from './index.js'
import type { Progress } from './client/write.js'

const usage = `usage: queryset loaddata --client MODULE FILE...
       queryset dumpdata --client MODULE [--output FILE] [--app NAME] [MODEL...]
       queryset introspect --client MODULE [--prefix TEXT]
       queryset diff --client MODULE [--format steps|sql|kysely]
       queryset migrate --client MODULE [--dry-run] [--allow-loss] [--format steps|sql|kysely]
       queryset rest SCHEMA --folder FOLDER [--port NUMBER] [--host NAME]

loaddata  writes the records of fixtures: .json, a list, or .jsonl, a record a line
dumpdata  writes all rows, or those of some models, as a fixture; .jsonl if FILE ends so
introspect  writes a module with the models of a SQL database's tables
diff      tells what a SQL database lacks to hold the models
migrate   changes a SQL database so that it holds the models
rest      serves a folder of JSON files, a file a model, as a REST API that everybody may read and write

  --client MODULE  a JavaScript module whose export 'client', or default, is a client
  --output FILE    where to write; the standard output unless said otherwise
  --app NAME       written in front of the models' names, for Django
  SCHEMA           a JavaScript module whose export 'models', or default, is what 'schema' gave
  --folder FOLDER  where the JSON files are
  --port NUMBER    where to listen; 8000 unless said otherwise
  --host NAME      to whom; this machine alone unless said otherwise`

/** A failure to report. `code` is the exit status: 1 if the command was tried, 2 if it couldn't be. */
interface Failure {
  readonly code: 1 | 2
  readonly message: string
}

const failure = (message: string, code: 1 | 2 = 1): Failure => ({ code, message })

const told = (error: QueryError): Failure => {
  const { message, hint } = error
  const errors =
    error._tag === 'Invalid' || error._tag === 'Conflict'
      ? error.errors.map(
          ({ item, field, message: why }) =>
            `  record ${String(item)}${field === null ? '' : `, ${field}`}: ${why}`,
        )
      : []
  // The list repeats what the message says.
  return failure([errors.length > 0 ? `${error._tag}:` : message, ...errors, hint].join('\n'))
}

const reason = (cause: unknown): string => (cause instanceof Error ? cause.message : 'it failed')

const clientFrom = async (path: string): Promise<E.Either<Failure, WritableClient>> => {
  try {
    const loaded = (await import(pathToFileURL(resolve(path)).href)) as { readonly [name: string]: unknown }
    const client: unknown = await (loaded['client'] ?? loaded['default'])
    return isClient(client)
      ? E.right(client)
      : E.left(failure(`${path} exports no client: say 'export const client = …'`, 2))
  } catch (cause) {
    return E.left(failure(`${path}: ${reason(cause)}`, 2))
  }
}

/** Whether a value looks like a client. */
const isClient = (u: unknown): u is WritableClient =>
  typeof u === 'object' &&
  u !== null &&
  'name' in u &&
  'schema' in u &&
  'list' in u &&
  typeof u.list === 'function'

const byLine = (path: string): boolean => /\.(?:jsonl|ndjson)$/iu.test(path)

const recordsFrom = async (path: string): Promise<E.Either<Failure, ReadonlyArray<unknown>>> => {
  const at = { line: 0 }
  try {
    const text = (await readFile(path, 'utf8')).replace(/^\uFEFF/u, '')
    if (!byLine(path)) {
      const list: unknown = JSON.parse(text)
      return Array.isArray(list) ? E.right(list) : E.left(failure(`${path}: is not a list of records`))
    }
    const records: Array<unknown> = []
    text.split('\n').forEach((line) => {
      at.line += 1
      if (line.trim() !== '') records.push(JSON.parse(line))
    })
    return E.right(records)
  } catch (cause) {
    return E.left(failure(`${path}${at.line > 0 ? `, line ${String(at.line)}` : ''}: ${reason(cause)}`))
  }
}

interface Bar {
  readonly show: (label: string, done: number, total: number | null) => void
  readonly end: () => void
}

/** A progress bar at a terminal, if `cli-progress` is installed. Otherwise only the result is printed. */
const barAt = async (): Promise<Bar> => {
  const quiet: Bar = { show: () => undefined, end: () => undefined }
  if (!process.stderr.isTTY) return quiet
  try {
    const { default: progress } = await import('cli-progress')
    const bar = new progress.SingleBar(
      {
        format: '{label} [{bar}] {value}/{total}',
        stream: process.stderr,
        hideCursor: true,
        clearOnComplete: true,
      },
      progress.Presets.shades_grey,
    )
    bar.start(1, 0, { label: '' })
    return {
      show: (label, done, total) => {
        bar.setTotal(total ?? Math.max(done, 1))
        bar.update(done, { label })
      },
      end: () => {
        bar.stop()
      },
    }
  } catch {
    return quiet
  }
}

const counted = (n: number): string => (n === 1 ? '1 record' : `${n.toLocaleString('en')} records`)

const load = async (
  client: WritableClient,
  files: ReadonlyArray<string>,
): Promise<E.Either<Failure, string>> => {
  const records: Array<unknown> = []
  /* eslint-disable-next-line functional/no-loop-statements -- one file after the other */
  for (const file of files) {
    const read = await recordsFrom(file)
    if (E.isLeft(read)) return read
    read.right.forEach((record) => records.push(record))
  }
  const bar = await barAt()
  const onProgress = ({ model, done, failed, unknown, total }: Progress) => {
    bar.show(model, done + failed + unknown, total)
  }
  const loaded = await loadData(client, records, { batchSize: 1000, onProgress })()
  bar.end()
  return E.bimap(told, () => `loaded ${counted(records.length)} from ${files.join(', ')}`)(loaded)
}

const dump = async (
  client: WritableClient,
  models: ReadonlyArray<string>,
  output: string | undefined,
  app: string | undefined,
): Promise<E.Either<Failure, string>> => {
  const lines = output !== undefined && byLine(output)
  // The output is written next to its file until it is complete.
  const part = output === undefined ? null : `${output}.part`
  const out = part === null ? process.stdout : createWriteStream(part)
  const failed = { why: null as unknown }
  out.on('error', (cause) => {
    failed.why ??= cause
  })
  const write = async (text: string): Promise<void> => {
    if (!out.write(text) && failed.why === null) await Promise.race([once(out, 'drain'), once(out, 'error')])
  }
  const bar = await barAt()
  const given = { n: 0, problem: null as Failure | null }
  const options = { ...(models.length === 0 ? {} : { models }), ...(app === undefined ? {} : { app }) }
  if (!lines) await write('[')
  /* eslint-disable-next-line functional/no-loop-statements -- in bounded memory */
  for await (const record of dumpData(client, options)) {
    if (failed.why !== null) break
    if (E.isLeft(record)) {
      given.problem = told(record.left)
      break
    }
    const text = JSON.stringify(record.right)
    await write(lines ? `${text}\n` : `${given.n === 0 ? '\n' : ',\n'}${text}`)
    given.n += 1
    if (given.n % 100 === 0) bar.show(record.right.model, given.n, null)
  }
  if (!lines) await write('\n]\n')
  bar.end()
  if (part !== null)
    await new Promise<void>((done) =>
      out.end(() => {
        done()
      }),
    )
  if (failed.why !== null) given.problem ??= failure(`${output ?? 'the output'}: ${reason(failed.why)}`)
  if (part !== null && output !== undefined)
    await (given.problem === null ? rename(part, output) : rm(part, { force: true }))
  return given.problem === null
    ? E.right(`dumped ${counted(given.n)}${output === undefined ? '' : ` to ${output}`}`)
    : E.left(given.problem)
}

const modelsFrom = async (path: string): Promise<E.Either<Failure, AnyModels>> => {
  try {
    const loaded = (await import(pathToFileURL(resolve(path)).href)) as { readonly [name: string]: unknown }
    const models: unknown = await (loaded['models'] ?? loaded['default'])
    // Any other value has mistakes, which are reported.
    const checked = checkSchema(models as AnyModels)
    return E.isRight(checked)
      ? E.right(models as AnyModels)
      : E.left(
          failure(
            `${path} exports no models: say 'export const models = schema(…)'\n${checked.left.map(({ message }) => message).join('\n')}`,
            2,
          ),
        )
  } catch (cause) {
    return E.left(failure(`${path}: ${reason(cause)}`, 2))
  }
}

interface Serving {
  readonly folder: string
  readonly port: string
  readonly host: string
}

/** Serves until the process is told to end. */
const serve = async (path: string, { folder, port, host }: Serving): Promise<E.Either<Failure, string>> => {
  const models = await modelsFrom(path)
  if (E.isLeft(models)) return models
  if (!/^\d{1,5}$/u.test(port) || Number(port) > 65_535) return E.left(failure(`${port} is not a port`, 2))
  const { json } = await import('./json.js')
  const { modelViews, nodeListener, rest } = await import('./rest.js')
  const client = json(models.right, resolve(folder))
  const opened = await (client.setup ?? (() => Promise.resolve(E.right(undefined))))()
  if (E.isLeft(opened)) return E.left(told(opened.left))
  const server = createServer(nodeListener(rest(modelViews(models.right), { client, prefix: '/' })))
  const ended = once(server, 'close')
  server.listen(Number(port), host, () => {
    const at = server.address()
    const own = typeof at === 'object' && at !== null ? at.port : Number(port)
    process.stderr.write(`serving ${folder} at http://${host}:${String(own)}/\n`)
  })
  const end = () => {
    server.close()
    server.closeAllConnections()
  }
  process.once('SIGINT', end)
  process.once('SIGTERM', end)
  const failed = await Promise.race([
    ended.then(() => null),
    once(server, 'error').then(([cause]: Array<unknown>) => cause),
  ])
  const closed = await (client.close ?? (() => Promise.resolve(E.right(undefined))))()
  return failed !== null
    ? E.left(failure(reason(failed)))
    : E.isLeft(closed)
      ? E.left(told(closed.left))
      : E.right('ended')
}

interface DatabaseOptions {
  readonly prefix?: string | undefined
  readonly format?: string | undefined
  readonly 'dry-run'?: boolean | undefined
  readonly 'allow-loss'?: boolean | undefined
}

/** The commands for a SQL database. Their result is written to the standard output. */
const database = async (
  path: string,
  command: 'introspect' | 'diff' | 'migrate',
  options: DatabaseOptions,
): Promise<E.Either<Failure, string>> => {
  const { format = 'steps', prefix = '' } = options
  if (format !== 'steps' && format !== 'sql' && format !== 'kysely') return E.left(failure(usage, 2))
  try {
    const { sqlCommand } = await import('./clients/sql/migrate/command.js')
    const given = (await import(pathToFileURL(resolve(path)).href)) as { readonly [name: string]: unknown }
    const result = await sqlCommand({
      command,
      given,
      prefix,
      format,
      dryRun: options['dry-run'] === true,
      allowLoss: options['allow-loss'] === true,
    })
    if (E.isLeft(result)) return E.left(failure(result.left.message, result.left.usage ? 2 : 1))
    process.stdout.write(result.right)
    return E.right(command === 'migrate' && options['dry-run'] !== true ? 'migrated' : 'nothing was changed')
  } catch (cause) {
    return E.left(failure(`${path}: ${reason(cause)}`, 2))
  }
}

const main = async (args: ReadonlyArray<string>): Promise<E.Either<Failure, string>> => {
  const parsed = E.tryCatch(
    () =>
      parseArgs({
        args: [...args],
        allowPositionals: true,
        options: {
          client: { type: 'string' },
          output: { type: 'string' },
          app: { type: 'string' },
          prefix: { type: 'string' },
          format: { type: 'string' },
          'dry-run': { type: 'boolean' },
          'allow-loss': { type: 'boolean' },
          folder: { type: 'string' },
          port: { type: 'string', default: '8000' },
          host: { type: 'string', default: '127.0.0.1' },
          help: { type: 'boolean', short: 'h' },
        },
      }),
    (cause) => failure(`${reason(cause)}\n\n${usage}`, 2),
  )
  if (E.isLeft(parsed)) return parsed
  const { values, positionals } = parsed.right
  const [command, ...rest] = positionals
  if (values.help === true) return E.right(usage)
  const [path] = rest
  if (command === 'rest')
    return path === undefined || values.folder === undefined
      ? E.left(failure(usage, 2))
      : serve(path, { folder: values.folder, port: values.port, host: values.host })
  if (
    values.client !== undefined &&
    (command === 'introspect' || command === 'diff' || command === 'migrate')
  )
    return database(values.client, command, values)
  if (values.client === undefined || (command === 'loaddata' ? rest.length === 0 : command !== 'dumpdata'))
    return E.left(failure(usage, 2))
  const client = await clientFrom(values.client)
  if (E.isLeft(client)) return client
  const opened = await (client.right.setup ?? (() => Promise.resolve(E.right(undefined))))()
  if (E.isLeft(opened)) return E.left(told(opened.left))
  const result =
    command === 'loaddata'
      ? await load(client.right, rest)
      : await dump(client.right, rest, values.output, values.app)
  const closed = await (client.right.close ?? (() => Promise.resolve(E.right(undefined))))()
  return E.isLeft(closed) && E.isRight(result) ? E.left(told(closed.left)) : result
}

void main(process.argv.slice(2))
  .catch((cause: unknown) => E.left(failure(reason(cause))))
  .then((result) => {
    if (E.isLeft(result)) process.exitCode = result.left.code
    process.stderr.write(`${E.isLeft(result) ? result.left.message : result.right}\n`)
  })
