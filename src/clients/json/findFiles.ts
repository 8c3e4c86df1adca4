/**
 * Finding the file of each model in the folder, and what an unfinished write has put aside for it.
 *
 * @since 0.2.0
 */
import { join } from 'node:path'
import { either as E } from 'fp-ts'
import { badFile, type QueryError } from '../../value/QueryError.js'
import { bounded } from './bounded.js'
import { codeOf, rethrow, type Stats } from './Disk.js'
import type { FolderContext } from './FolderContext.js'
import type { LoadedFile } from './Load.js'
import { largest, unreadable, type FileForm, type RowsFile } from './readRows.js'
import type { PendingWrite, FolderState } from './State.js'

/** What a model's rows are read by, whichever file they are in; `form` is that of a file that isn't there yet. */
export type ModelFile = Pick<RowsFile, 'client' | 'schema' | 'model' | 'shape' | 'parser' | 'form'>

/** How many files are looked at or read at a time. */
export const most = 8

/** Milliseconds after which a change can't have the time of the one before. */
const tick = 100

/** What there is of each model. */
export const findAll = async (
  place: FolderContext,
  files: ReadonlyArray<ModelFile>,
  { pending }: FolderState,
): Promise<E.Either<QueryError, ReadonlyArray<LoadedFile>>> => {
  const waiting = new Map(pending.map((each) => [each.file, each]))
  return E.sequenceArray(await bounded(most, files, (file) => find(place, file, waiting)))
}

/** What there is of a model: its file, and what lies aside for it. */
const find = async (
  { client, folder: path, disk }: FolderContext,
  file: ModelFile,
  waiting: ReadonlyMap<string, PendingWrite>,
): Promise<E.Either<QueryError, LoadedFile>> => {
  const name = (form: FileForm) => `${file.model.name}.${form}`
  const at = (form: FileForm) => join(path, name(form))
  const look = async (each: string): Promise<Stats | null> => {
    try {
      return await disk.stat(each)
    } catch (cause) {
      return codeOf(cause) === 'ENOENT' ? null : rethrow(cause)
    }
  }
  const bad = (form: FileForm, reason: string, hint?: string): QueryError =>
    badFile(
      {
        client,
        file: at(form),
        line: null,
        column: null,
        model: file.model.name,
        row: null,
        path: '',
        reason,
      },
      hint,
    )
  const place = { now: at('json') }
  try {
    // What lies aside is looked for first: where it is gone, it has been put in its place.
    const aside = async (form: FileForm): Promise<readonly [PendingWrite, Stats] | null> => {
      const each = waiting.get(name(form))
      if (each === undefined) return null
      place.now = join(path, each.aside)
      const stats = await look(place.now)
      return stats === null ? null : [each, stats]
    }
    const seen = async (form: FileForm) => {
      const lying = await aside(form)
      place.now = at(form)
      return { form, lying, main: await look(place.now) }
    }
    const [list, log] = [await seen('json'), await seen('ndjson')]
    const both = [list, log].filter(({ main, lying }) => main !== null || lying !== null)
    if (both.length === 2)
      return E.left(
        bad(
          'ndjson',
          `stands beside ${name('json')}`,
          'Keep the one that has the rows, and delete the other.',
        ),
      )
    const { form, lying, main } = both[0] ?? (file.form === 'json' ? list : log)
    if (main !== null && !main.isFile()) return E.left(bad(form, 'is not a file'))
    if (lying !== null && (main?.size ?? 0n) < BigInt(lying[0].from ?? 0))
      return E.left(
        bad(
          form,
          'was cut while a write to it had yet to be finished',
          `Bring it back, or delete ${lying[0].aside}, and that write with it.`,
        ),
      )
    const stats = [main, lying?.[1] ?? null].filter((each) => each !== null)
    const whole = lying !== null && lying[0].from === null
    return E.right({
      ...file,
      form,
      file: at(form),
      there: stats.length > 0,
      stamp: stats
        .map(({ dev, ino, size, mtimeNs, ctimeNs }) => [dev, ino, size, mtimeNs, ctimeNs].join(' '))
        .join(', '),
      size: (whole ? [] : stats.slice(0, 1))
        .concat(lying?.[1] ?? [])
        .reduce((sum, { size }) => sum + size, 0n),
      mode: main === null ? null : Number(main.mode & 0o777n),
      settled: stats.every(({ mtimeNs, ctimeNs }) =>
        [mtimeNs, ctimeNs].every((time) => Math.abs(Date.now() - Number(time / 1_000_000n)) > tick),
      ),
      fine: stats.every(({ mtimeNs }) => mtimeNs % 1_000_000n !== 0n),
      read: async () => {
        if (lying === null) return disk.read(at(form), largest)
        const [{ aside: name, from }] = lying
        const more = await disk.read(join(path, name), largest)
        return from === null
          ? more
          : Buffer.concat([(await disk.read(at(form), largest)).subarray(0, from), more])
      },
    })
  } catch (cause) {
    return E.left(unreadable(client, place.now, cause))
  }
}
