/**
 * Reading the folder into a store, again only the files that have changed, until they fit each other.
 *
 * @since 0.2.0
 */
import { either as E } from 'fp-ts'
import { clientFailed, type QueryError } from '../../value/QueryError.js'
import type { Schema } from '../../schema/Schema.js'
import { strayOf } from '../../engine/Links.js'
import { store, type Store } from '../../engine/Store.js'
import { bounded } from './bounded.js'
import type { FolderContext } from './FolderContext.js'
import type { LoadedFile, HeldFile, FolderLoad } from './Load.js'
import { noLetters } from './letters.js'
import { faultOf, readRows } from './readRows.js'
import { readState, type FolderState } from './State.js'
import { findAll, most, type ModelFile } from './findFiles.js'

/** How often a load is tried while the files change under it. */
export const tries = 5

/** A `Left` is what may be otherwise the next time without a file having changed, and isn't kept. */
export const load = async (
  place: FolderContext,
  schema: Schema,
  files: ReadonlyArray<ModelFile>,
  known: FolderLoad | null,
  writing: boolean,
  left: number,
): Promise<E.Either<QueryError, FolderLoad>> => {
  const state = await readState(place.client, place.folder, place.disk)
  if (E.isLeft(state)) return state
  const before = await findAll(place, files, state.right)
  if (E.isLeft(before)) return before
  if (before.right.every(({ there }) => !there)) {
    const missing = await missingFolder(place)
    if (missing !== null) return E.left(missing)
  }
  const fresh = before.right.map((found, i) => {
    const held = known?.held[i]
    return held !== undefined && held.found.stamp === found.stamp && isFresh(held) ? held : null
  })
  if (known !== null && sameState(known.state, state.right) && fresh.every((held) => held !== null))
    return E.right(known)
  const read = await bounded(
    most,
    before.right,
    async (found, i): Promise<HeldFile> => fresh[i] ?? (await heldOf(found)),
  )
  const kept = await assemble(schema, read, state.right, place.elsewhere)
  const loaded: FolderLoad = { state: state.right, held: read, store: kept }
  // What is written is compared with the files again last of all.
  if (writing && E.isRight(kept)) return E.right(loaded)
  // Files that changed meanwhile may not fit each other.
  const [stateAfter, after] = [
    await readState(place.client, place.folder, place.disk),
    await findAll(place, files, state.right),
  ]
  if (E.isLeft(stateAfter)) return stateAfter
  if (E.isLeft(after)) return after
  if (
    sameState(state.right, stateAfter.right) &&
    after.right.every(({ stamp }, i) => stamp === before.right[i]?.stamp)
  )
    return E.isLeft(kept) && kept.left._tag === 'ClientFailed' ? kept : E.right(loaded)
  return left === 1
    ? E.left(
        clientFailed(place.client, 'reading', null, {
          message: `the files of ${place.folder} keep changing while they are read`,
          hint: 'Ask again later.',
          retryable: true,
        }),
      )
    : load(place, schema, files, loaded, writing, left - 1)
}

/** Whether what is held of a file is what is in it, if its stamp is the same. */
const isFresh = ({ found, own }: HeldFile): boolean => found.settled || (own && found.fine)

/** The names of what lies aside are never used again. */
const sameState = (a: FolderState, b: FolderState): boolean =>
  a.pending.length === b.pending.length &&
  a.pending.every(({ aside }, i) => aside === b.pending[i]?.aside) &&
  a.greatest.size === b.greatest.size &&
  [...a.greatest].every(([model, key]) => b.greatest.get(model) === key)

const heldOf = async (found: LoadedFile): Promise<HeldFile> => {
  const content: HeldFile['content'] = found.there
    ? await readRows(found, found.size)
    : E.right({ rows: [], lines: 0, ended: true, letters: noLetters })
  // What the file system refused it may give the next time.
  const refused = E.isLeft(content) && content.left._tag === 'ClientFailed'
  return { content, own: false, found: refused ? { ...found, settled: false } : found }
}

const missingFolder = async ({ client, folder: path, disk }: FolderContext): Promise<QueryError | null> => {
  // No file at all is an empty folder, or a mistaken path.
  const found = await disk.stat(path).then(
    (stats) => stats.isDirectory(),
    () => false,
  )
  return found
    ? null
    : clientFailed(client, 'reading', null, {
        message: `there is no folder ${path}`,
        hint: 'Give the path of the folder that holds the files, one for each model.',
      })
}

const assemble = async (
  schema: Schema,
  held: ReadonlyArray<HeldFile>,
  state: FolderState,
  elsewhere: ReadonlySet<string>,
): Promise<E.Either<QueryError, Store>> => {
  const contents = E.sequenceArray(held.map(({ content }) => content))
  if (E.isLeft(contents)) return contents
  const rows = new Map(held.map(({ found }, i) => [found.model.name, contents.right[i]?.rows ?? []]))
  const [astray] = held.flatMap(({ found }) => {
    const stray = strayOf(schema, rows, found.model, elsewhere)
    return stray === null ? [] : [{ found, ...stray }]
  })
  if (astray !== undefined)
    return E.left(
      await faultOf(astray.found, {
        part: { row: astray.row, column: astray.column },
        reason: `there is no ${astray.target} with this key`,
        hint: 'Point to a row that is there.',
      }),
    )
  return E.map((from: Store): Store => ({ ...from, greatest: state.greatest }))(
    store(schema, Object.fromEntries(rows)),
  )
}
