/**
 * A folder of JSON files as a source of rows, read again where it has changed.
 *
 * @since 0.1.0
 */
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { either as E, type taskEither as TE } from 'fp-ts'
import { badFile, clientFailed, type QueryError } from '../../value/QueryError.js'
import { hash } from '../../value/Order.js'
import type { Row } from '../../value/Value.js'
import type { Source } from '../../expression/evaluate.js'
import type { Schema } from '../../schema/Schema.js'
import { allOf } from '../../query/Query.js'
import { shapeOf, type Shape } from '../../query/shape.js'
import { sourceOf, store, type Store } from '../../reference/Store.js'
import { bounded } from './bounded.js'
import { latest } from './latest.js'
import type { Parser } from './locate.js'
import { faultOf, readRows, unreadable, type RowsFile } from './readRows.js'

/** What tells one state of a file from another. */
interface Stamp {
  readonly text: string
  readonly size: bigint
  /** Whether a change since then would show: two writes within one tick of the file system's clock look alike. */
  readonly settled: boolean
}

interface Held {
  readonly stamp: Stamp
  readonly rows: E.Either<QueryError, ReadonlyArray<Row>>
}

/** Everything as it was at one time. */
interface Load {
  readonly files: ReadonlyArray<Held>
  readonly source: E.Either<QueryError, Source>
}

/** How many files are looked at or read at a time. */
const most = 8

/** How often a load is tried while the files change under it. */
const tries = 5

/** Milliseconds after which a change can't have the time of the one before. */
const tick = 100

/**
 * A source that is what the folder's files say at the time of each question.
 *
 * @since 0.1.0
 */
export const folder = (
  client: string,
  schema: Schema,
  path: string,
  parser: () => Promise<Parser | null>,
): TE.TaskEither<QueryError, Source> => {
  const [broken] = schema.errors
  const files = E.traverseArray((model: RowsFile['model']) =>
    E.map((shape: Shape): RowsFile => ({
      client,
      model,
      shape,
      parser,
      file: join(path, `${model.name}.json`),
    }))(shapeOf(schema, allOf({ _tag: 'model', model: model.name }))),
  )([...schema.models.values()])
  if (broken !== undefined) return () => Promise.resolve(E.left(broken))
  if (E.isLeft(files)) return () => Promise.resolve(files)
  /* eslint-disable-next-line functional/no-let -- what has been read is kept until it changes */
  let held: Load | null = null
  return latest(async () => {
    const loaded = await load(schema, path, files.right, held, tries)
    if (E.isLeft(loaded)) return loaded
    held = loaded.right
    return held.source
  })
}

/** A `Left` is what may be otherwise the next time without a file having changed, and isn't kept. */
const load = async (
  schema: Schema,
  path: string,
  files: ReadonlyArray<RowsFile>,
  held: Load | null,
  left: number,
): Promise<E.Either<QueryError, Load>> => {
  const before = await stampsOf(path, files)
  if (E.isLeft(before)) return before
  const fresh = before.right.map((stamp, i) => {
    const known = held?.files[i]
    return known !== undefined && known.stamp.settled && known.stamp.text === stamp.text ? known : null
  })
  if (held !== null && fresh.every((known) => known !== null)) return E.right(held)
  const read = await bounded(
    most,
    files,
    async (file, i): Promise<Held> => fresh[i] ?? heldOf(file, before.right[i] ?? missing),
  )
  const source = await assemble(schema, files, read)
  // Files that changed meanwhile may not fit each other.
  const after = await stampsOf(path, files)
  if (E.isLeft(after)) return after
  const loaded: Load = { files: read, source }
  if (after.right.every(({ text }, i) => text === before.right[i]?.text))
    return E.isLeft(source) && source.left._tag === 'ClientFailed' ? source : E.right(loaded)
  return left === 1
    ? E.left(
        clientFailed(files[0]?.client ?? 'json', 'reading', null, {
          message: `the files of ${path} keep changing while they are read`,
          hint: 'Ask again later.',
          retryable: true,
        }),
      )
    : load(schema, path, files, loaded, left - 1)
}

const missing: Stamp = { text: '', size: 0n, settled: true }

const heldOf = async (file: RowsFile, stamp: Stamp): Promise<Held> => {
  const rows = stamp.text === '' ? E.right([]) : await readRows(file, stamp.size)
  // What the file system refused it may give the next time.
  const refused = E.isLeft(rows) && rows.left._tag === 'ClientFailed'
  return { rows, stamp: refused ? { ...stamp, settled: false } : stamp }
}

const stampsOf = async (
  path: string,
  files: ReadonlyArray<RowsFile>,
): Promise<E.Either<QueryError, ReadonlyArray<Stamp>>> => {
  const stamps = E.sequenceArray(await bounded(most, files, stampOf))
  if (E.isLeft(stamps) || stamps.right.some(({ text }) => text !== '')) return stamps
  // No file at all is an empty folder, or a mistaken path.
  const found = await stat(path).then(
    (stats) => stats.isDirectory(),
    () => false,
  )
  return found
    ? stamps
    : E.left(
        clientFailed(files[0]?.client ?? 'json', 'reading', null, {
          message: `there is no folder ${path}`,
          hint: 'Give the path of the folder that holds the files, one for each model.',
        }),
      )
}

const stampOf = async ({ client, file, model }: RowsFile): Promise<E.Either<QueryError, Stamp>> => {
  try {
    const stats = await stat(file, { bigint: true })
    if (!stats.isFile())
      return E.left(
        badFile({
          client,
          file,
          line: null,
          column: null,
          model: model.name,
          row: null,
          path: '',
          reason: 'is no file',
        }),
      )
    const { dev, ino, size, mtimeNs, mtimeMs, ctimeNs, ctimeMs } = stats
    return E.right({
      text: [dev, ino, size, mtimeNs, ctimeNs].join(' '),
      size,
      settled: [mtimeMs, ctimeMs].every((time) => Math.abs(Date.now() - Number(time)) > tick),
    })
  } catch (cause) {
    return typeof cause === 'object' && cause !== null && 'code' in cause && cause.code === 'ENOENT'
      ? E.right(missing)
      : E.left(unreadable(client, file, cause))
  }
}

const assemble = async (
  schema: Schema,
  files: ReadonlyArray<RowsFile>,
  held: ReadonlyArray<Held>,
): Promise<E.Either<QueryError, Source>> => {
  const lists = E.sequenceArray(held.map(({ rows }) => rows))
  if (E.isLeft(lists)) return lists
  const rows = new Map(files.map(({ model }, i) => [model.name, lists.right[i] ?? []]))
  const [astray] = files.flatMap((file) => strayOf(schema, rows, file) ?? [])
  if (astray !== undefined)
    return E.left(
      await faultOf(astray.file, {
        part: { row: astray.row, column: astray.column },
        reason: `there is no ${astray.target} with this key`,
        hint: 'Point to a row that is there.',
      }),
    )
  return E.map((from: Store) => sourceOf(from))(store(schema, Object.fromEntries(rows)))
}

interface Stray {
  readonly file: RowsFile
  readonly row: number
  readonly column: string
  readonly target: string
}

/** The first foreign key of a file to a row that isn't there. */
const strayOf = (
  schema: Schema,
  rows: ReadonlyMap<string, ReadonlyArray<Row>>,
  file: RowsFile,
): Stray | null => {
  const own = rows.get(file.model.name) ?? []
  const found = [...file.model.columns.values()].flatMap(({ name, kind, target }): ReadonlyArray<Stray> => {
    if (target === null) return []
    const pk = schema.models.get(target)?.primaryKey ?? ''
    const key = hash(kind)
    const there = new Set((rows.get(target) ?? []).map((row) => key(row[pk] ?? null)))
    const row = own.findIndex((each) => {
      const value = each[name] ?? null
      return value !== null && !there.has(key(value))
    })
    return row === -1 ? [] : [{ file, row, column: name, target }]
  })
  return found.reduce<Stray | null>(
    (first, each) => (first === null || each.row < first.row ? each : first),
    null,
  )
}
