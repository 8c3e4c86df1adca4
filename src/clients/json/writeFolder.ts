/**
 * The checks around a write to the folder: before it, just before its commit, and after it.
 *
 * @since 0.2.0
 */
import { join } from 'node:path'
import { either as E } from 'fp-ts'
import { clientFailed, type QueryError } from '../../value/QueryError.js'
import type { Store } from '../../engine/Store.js'
import type { FileChanges } from './Changes.js'
import { clean, recover } from './commit.js'
import { codeOf } from './Disk.js'
import { failedToWrite, type FolderContext } from './FolderContext.js'
import type { HeldFile, FolderLoad } from './Load.js'
import { readLetters } from './readRows.js'
import { readState } from './State.js'
import { findAll, type ModelFile } from './findFiles.js'

/** Finishes an earlier write, and removes the files of failed ones. */
export const tidy = async (
  place: FolderContext,
  everything: boolean,
): Promise<E.Either<QueryError, null>> => {
  const state = await readState(place.client, place.folder, place.disk)
  if (E.isLeft(state)) return state
  const recovered = await recover(place, state.right)
  if (E.isLeft(recovered) || !everything) return recovered
  try {
    await clean(place, state.right)
    return recovered
  } catch (cause) {
    // The read of the folder reports that it doesn't exist.
    return codeOf(cause) === 'ENOENT' ? recovered : E.left(failedToWrite(place, 'looking into', '.', cause))
  }
}

/** The error if another process has the lock now. */
export const lost = ({ client }: FolderContext): QueryError =>
  clientFailed(client, 'writing', null, {
    message: 'another process took over the lock of the folder; nothing was written',
    hint: 'Try again. Processes on other machines take over a lock whose holder stands still for seconds.',
    retryable: true,
  })

/** Whether nobody has changed the files since they were read, for example by hand. */
export const unchanged = async (
  place: FolderContext,
  files: ReadonlyArray<ModelFile>,
  { held, state }: FolderLoad,
): Promise<E.Either<QueryError, null>> => {
  const now = await findAll(place, files, state)
  if (E.isLeft(now)) return now
  const changed = now.right.find(({ stamp }, i) => stamp !== held[i]?.found.stamp)
  return changed === undefined
    ? E.right(null)
    : E.left(
        clientFailed(place.client, 'writing', null, {
          message: `${changed.model.name}.${changed.form} was changed meanwhile by somebody who doesn't heed the lock; nothing was written`,
          hint: 'Try again.',
          retryable: true,
        }),
      )
}

/** The same files, with the texts to keep in those that will be changed. */
export const withLetters = async (
  load: FolderLoad,
  before: Store,
  after: Store,
): Promise<E.Either<QueryError, FolderLoad>> => {
  const held: Array<HeldFile> = []
  /* eslint-disable-next-line functional/no-loop-statements -- one file after the other */
  for (const each of load.held) {
    const { content, found } = each
    const name = found.model.name
    if (before.rows.get(name) === after.rows.get(name) || E.isLeft(content) || content.right.letters !== null)
      held.push(each)
    else {
      const letters = await readLetters(found)
      if (E.isLeft(letters)) return letters
      held.push({ ...each, content: E.right({ ...content.right, letters: letters.right }) })
    }
  }
  return E.right({ ...load, held })
}

/** A symbolic link would be replaced by a file, and its target would stay unchanged. */
export const linkAmong = async (
  place: FolderContext,
  contents: FileChanges['contents'],
): Promise<E.Either<QueryError, null>> => {
  /* eslint-disable-next-line functional/no-loop-statements -- one file after the other */
  for (const { file } of contents)
    try {
      const stats = await place.disk.lstat(join(place.folder, file))
      if (stats.isSymbolicLink())
        return E.left(
          clientFailed(place.client, 'writing', null, {
            message: `${file} is a symbolic link, which writing would replace; nothing was written`,
            hint: 'Put the file itself into the folder, or let the folder be a link.',
          }),
        )
    } catch (cause) {
      if (codeOf(cause) !== 'ENOENT') return E.left(failedToWrite(place, 'looking at', file, cause))
    }
  return E.right(null)
}

/** What is known after a write without reading the folder again, or `null`. */
export const afterwards = async (
  place: FolderContext,
  files: ReadonlyArray<ModelFile>,
  { held, state: before }: FolderLoad,
  { contents, greatest, changed, store: after }: FileChanges,
): Promise<FolderLoad | null> => {
  const alone = contents.length === 1 && contents[0]?.from === null && greatest === null
  const state = alone ? E.right(before) : await readState(place.client, place.folder, place.disk)
  if (E.isLeft(state)) return null
  const now = await findAll(
    place,
    files.filter(({ model }) => changed.has(model.name)),
    state.right,
  )
  if (E.isLeft(now)) return null
  const found = new Map(now.right.map((each) => [each.model.name, each]))
  return {
    state: state.right,
    store: E.right(after),
    held: held.map((known): HeldFile => {
      const { name } = known.found.model
      const [there, content] = [found.get(name), changed.get(name)]
      return there === undefined || content === undefined
        ? known
        : { found: there, content: E.right(content), own: true }
    }),
  }
}
