/**
 * A store in a folder of files. Changed files are read again.
 *
 * @since 0.1.0
 */
import { either as E, type taskEither as TE } from 'fp-ts'
import type { QueryError } from '../../value/QueryError.js'
import type { Schema } from '../../schema/Schema.js'
import { allOf } from '../../query/Query.js'
import { shapeOf, type Shape } from '../../query/shape.js'
import type { Store } from '../../engine/Store.js'
import type { Keeper } from '../reference/storeClient.js'
import { changesOf } from './Changes.js'
import { commit } from './commit.js'
import { latest } from './latest.js'
import type { Parser } from './locate.js'
import { lock } from './Lock.js'
import type { FolderContext } from './FolderContext.js'
import type { FolderLoad } from './Load.js'
import type { FileForm, RowsFile } from './readRows.js'
import type { ModelFile } from './findFiles.js'
import { afterwards, linkAmong, lost, tidy, unchanged, withLetters } from './writeFolder.js'
import { load, tries } from './loadFolder.js'

/**
 * Keeps the content of the folder's files at the time of each question, and changes them. `form` is the format of files
 * that don't exist yet.
 *
 * @since 0.1.0
 */
export const folder = (
  place: FolderContext,
  schema: Schema,
  form: FileForm,
  parser: () => Promise<Parser | null>,
): Keeper => {
  const [broken] = schema.errors
  const files = E.traverseArray((model: RowsFile['model']) =>
    E.map((shape: Shape): ModelFile => ({ client: place.client, schema, model, shape, parser, form }))(
      shapeOf(schema, allOf({ _tag: 'model', model: model.name })),
    ),
  )([...schema.models.values()])
  if (broken !== undefined) return refusing(broken)
  if (E.isLeft(files)) return refusing(files.left)
  const kept: { load: FolderLoad | null; elsewhere: number; queue: Promise<unknown>; untidy: boolean } = {
    load: null,
    elsewhere: 0,
    queue: Promise.resolve(),
    untidy: true,
  }

  const loaded = async (writing: boolean): Promise<E.Either<QueryError, FolderLoad>> => {
    // If more models turn out to be elsewhere, foreign keys are checked again.
    const known = kept.elsewhere === place.elsewhere.size ? kept.load : null
    kept.elsewhere = place.elsewhere.size
    const result = await load(place, schema, files.right, known, writing, tries)
    if (E.isRight(result)) kept.load = result.right
    return result
  }

  const write = async <A>(
    program: (store: Store) => TE.TaskEither<QueryError, readonly [A, Store]>,
    isHeld: () => Promise<boolean>,
  ): Promise<E.Either<QueryError, A>> => {
    const tidied = await tidy(place, kept.untidy)
    if (E.isLeft(tidied)) return tidied
    kept.untidy = false
    const before = await loaded(true)
    if (E.isLeft(before)) return before
    if (E.isLeft(before.right.store)) return before.right.store
    const result = await program(before.right.store.right)()
    if (E.isLeft(result)) return result
    const [value, after] = result.right
    const lettered = await withLetters(before.right, before.right.store.right, after)
    if (E.isLeft(lettered)) return lettered
    const changes = changesOf(lettered.right, before.right.store.right, after, place.elsewhere)
    if (E.isLeft(changes)) return changes
    const { contents, greatest } = changes.right
    if (contents.length === 0 && greatest === null) return E.right(value)
    const may = async (): Promise<E.Either<QueryError, null>> => {
      if (!(await isHeld())) return E.left(lost(place))
      return unchanged(place, files.right, before.right)
    }
    const linked = await linkAmong(place, contents)
    if (E.isLeft(linked)) return linked
    const committed = await commit(place, before.right.state, contents, greatest, may)
    if (E.isLeft(committed)) {
      kept.untidy = true
      return committed
    }
    kept.load = await afterwards(place, files.right, before.right, changes.right)
    return E.right(value)
  }

  return {
    read: latest(async () => {
      const result = await loaded(false)
      return E.isLeft(result) ? result : result.right.store
    }),
    change: (program) => () => {
      const turn = kept.queue.then(async () => {
        const held = await lock(place)
        if (E.isLeft(held)) return held
        kept.untidy = kept.untidy || held.right.wasLeft
        try {
          return await write(program, held.right.isHeld)
        } finally {
          await held.right.release()
        }
      })
      // A program that throws, which it shouldn't, fails alone, and not those after it.
      kept.queue = turn.catch(() => null)
      return turn
    },
  }
}

const refusing = (error: QueryError): Keeper => ({
  read: () => Promise.resolve(E.left(error)),
  change: () => () => Promise.resolve(E.left(error)),
})
