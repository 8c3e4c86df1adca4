/**
 * Changes files completely or not at all. Readers see the whole change or nothing of it.
 *
 * New contents are first written to temporary files and synced. A single file is then changed by renaming. Several
 * files are changed by replacing the folder's state (see `State`), which lists the temporary files. Each is then moved
 * to its destination by this process or, if it ends before that, by the next one that writes. Until then, readers use
 * the temporary files.
 *
 * @since 0.1.0
 */
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { either as E } from 'fp-ts'
import { clientFailed, type QueryError } from '../../value/QueryError.js'
import { failing, isThere, put, writeAll, type Disk } from './Disk.js'
import { isCandidate, isForsaken } from './Lock.js'
import { failedToWrite, type FolderContext } from './FolderContext.js'
import { largest } from './readRows.js'
import { asideOf, encodeState, isAside, stateFile, type PendingWrite, type FolderState } from './State.js'

/**
 * The new content of a file, whole, or from the byte `from` on. `mode` is the file's permissions.
 *
 * @since 0.1.0
 */
export interface NewFile {
  readonly file: string
  readonly bytes: Uint8Array
  readonly from: number | null
  readonly mode: number | null
}

type Committed = E.Either<QueryError, null>

const done: Committed = E.right(null)

/**
 * Writes the contents, and the keys to store if they change, given the current state. `may` is called at the end, when
 * a `Left` still leaves everything unchanged.
 *
 * A `Left` that is `retryable` may have been done. Any other `Left` has changed nothing.
 *
 * @since 0.1.0
 */
export const commit = async (
  place: FolderContext,
  before: FolderState,
  contents: ReadonlyArray<NewFile>,
  greatest: FolderState['greatest'] | null,
  may: () => Promise<Committed>,
): Promise<Committed> => {
  const { disk, folder } = place
  const token = randomBytes(8).toString('hex')
  const [only] = contents
  const alone = contents.length === 1 && only?.from === null && greatest === null ? only : null
  const pending = contents.map(({ file, from }, i): PendingWrite => ({
    file,
    aside: asideOf(token, i),
    from,
  }))
  const last = asideOf(token, alone === null ? contents.length : 0)
  const target = alone === null ? stateFile : alone.file
  const asides = contents.map((content, i) => ({ ...content, aside: asideOf(token, i) }))
  const state = { greatest: greatest ?? before.greatest, pending }
  const all =
    alone === null
      ? [...asides, { file: stateFile, aside: last, bytes: encodeState(state), mode: null }]
      : asides
  const undo = async (): Promise<void> => {
    await Promise.allSettled(all.map(({ aside }) => disk.unlink(join(folder, aside))))
  }
  /* eslint-disable functional/no-loop-statements -- one file after the other */
  for (const { file, aside, bytes, mode } of all)
    try {
      await put(disk, join(folder, aside), bytes, mode)
    } catch (cause) {
      await undo()
      return E.left(failedToWrite(place, 'writing', file, cause))
    }
  /* eslint-enable functional/no-loop-statements */
  try {
    // The files that the state lists must exist before the state does.
    if (alone === null) await disk.syncFolder(folder)
    const allowed = await may()
    if (E.isLeft(allowed)) {
      await undo()
      return allowed
    }
  } catch (cause) {
    await undo()
    return E.left(failedToWrite(place, 'writing', target, cause))
  }
  try {
    await disk.rename(join(folder, last), join(folder, target))
  } catch (cause) {
    const undone = await isThere(disk, join(folder, last)).catch(() => null)
    if (undone === true) {
      await undo()
      return E.left(failedToWrite(place, 'writing', target, cause))
    }
    if (undone === null) return E.left(uncertain(place, target, cause))
  }
  try {
    await disk.syncFolder(folder)
  } catch (cause) {
    return E.left(uncertain(place, target, cause))
  }
  // The write has taken effect. The next write repairs anything that fails from here on.
  if (alone === null) await finish(place, pending).catch(() => null)
  return done
}

const uncertain = ({ client }: FolderContext, file: string, cause: unknown): QueryError =>
  clientFailed(client, 'writing', cause, {
    message: `${file} was to be changed last of all, and it isn't known whether it was, or would outlast a power failure`,
    hint: 'Read what is there, and decide anew.',
    retryable: true,
  })

/**
 * Moves temporary files to their destinations. It can be repeated at any point.
 *
 * @since 0.1.0
 */
export const recover = async (place: FolderContext, { pending }: FolderState): Promise<Committed> => {
  try {
    await finish(place, pending)
    return done
  } catch (cause) {
    return E.left(failedToWrite(place, 'finishing an earlier write of', pending[0]?.file ?? stateFile, cause))
  }
}

const finish = async (
  { disk, folder }: FolderContext,
  pending: ReadonlyArray<PendingWrite>,
): Promise<void> => {
  const left: Array<PendingWrite> = []
  /* eslint-disable functional/no-loop-statements -- one file after the other */
  for (const each of pending) if (await isThere(disk, join(folder, each.aside))) left.push(each)
  if (left.length === 0) return
  for (const { file, aside, from } of left)
    if (from === null) await disk.rename(join(folder, aside), join(folder, file))
    else await append(disk, join(folder, file), join(folder, aside), from)
  /* eslint-enable functional/no-loop-statements */
  await disk.syncFolder(folder)
}

const append = async (disk: Disk, path: string, aside: string, from: number): Promise<void> => {
  const bytes = await disk.read(aside, largest)
  const { size } = await disk.stat(path)
  // Somebody has changed the file, and would lose that change.
  if (size < BigInt(from) || size > BigInt(from + bytes.length))
    return Promise.reject(failing('it was changed by somebody else meanwhile'))
  const file = await disk.open(path)
  try {
    await writeAll(file, bytes, from)
    await file.date()
    await file.sync()
  } finally {
    await file.close()
  }
  await disk.unlink(aside)
}

/**
 * Removes the files of writes that failed.
 *
 * @since 0.1.0
 */
export const clean = async (place: FolderContext, { pending }: FolderState): Promise<void> => {
  const { disk, folder } = place
  const needed = new Set(pending.map(({ aside }) => aside))
  const names = await disk.list(folder)
  /* eslint-disable functional/no-loop-statements -- one file after the other */
  for (const name of names)
    if (isAside(name) ? !needed.has(name) : isCandidate(name) && (await isForsaken(place, name)))
      await disk.unlink(join(folder, name))
  /* eslint-enable functional/no-loop-statements */
}
