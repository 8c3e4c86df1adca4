/**
 * A store kept in a folder of files, read again where they have changed.
 *
 * @since 0.1.0
 */
import { join } from 'node:path'
import { either as E, type taskEither as TE } from 'fp-ts'
import { badFile, clientFailed, type QueryError } from '../../value/QueryError.js'
import type { Schema } from '../../schema/Schema.js'
import { allOf } from '../../query/Query.js'
import { shapeOf, type Shape } from '../../query/shape.js'
import { strayOf } from '../../engine/Links.js'
import { store, type Store } from '../../engine/Store.js'
import type { Keeper } from '../reference/storeClient.js'
import { bounded } from './bounded.js'
import { changesOf, type Changes } from './Changes.js'
import { clean, commit, recover } from './commit.js'
import { codeOf, rethrow, type Stats } from './Disk.js'
import { latest } from './latest.js'
import type { Parser } from './locate.js'
import { lock } from './Lock.js'
import { failedToWrite, type Place } from './Place.js'
import type { Found, Held, Load } from './Load.js'
import { noLetters } from './letters.js'
import { faultOf, largest, readLetters, readRows, unreadable, type Form, type RowsFile } from './readRows.js'
import { readState, type Pending, type State } from './State.js'

/** What a model's rows are read by, whichever file they are in; `form` is that of a file that isn't there yet. */
type ModelFile = Pick<RowsFile, 'client' | 'model' | 'shape' | 'parser' | 'form'>

/** How many files are looked at or read at a time. */
const most = 8

/** How often a load is tried while the files change under it. */
const tries = 5

/** Milliseconds after which a change can't have the time of the one before. */
const tick = 100

/**
 * A keeper of what the folder's files say at the time of each question, and of changes to them. `form` is that of files
 * that aren't there yet.
 *
 * @since 0.1.0
 */
export const folder = (
  place: Place,
  schema: Schema,
  form: Form,
  parser: () => Promise<Parser | null>,
): Keeper => {
  const [broken] = schema.errors
  const files = E.traverseArray((model: RowsFile['model']) =>
    E.map((shape: Shape): ModelFile => ({ client: place.client, model, shape, parser, form }))(
      shapeOf(schema, allOf({ _tag: 'model', model: model.name })),
    ),
  )([...schema.models.values()])
  if (broken !== undefined) return refusing(broken)
  if (E.isLeft(files)) return refusing(files.left)
  const kept: { load: Load | null; elsewhere: number; queue: Promise<unknown>; untidy: boolean } = {
    load: null,
    elsewhere: 0,
    queue: Promise.resolve(),
    untidy: true,
  }

  const loaded = async (writing: boolean): Promise<E.Either<QueryError, Load>> => {
    // What may lead nowhere is looked at anew when more models turn out to be elsewhere.
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
      // A program that throws, which it shouldn't, fails by itself and not those after it.
      kept.queue = turn.catch(() => null)
      return turn
    },
  }
}

const refusing = (error: QueryError): Keeper => ({
  read: () => Promise.resolve(E.left(error)),
  change: () => () => Promise.resolve(E.left(error)),
})

/** Finishes what an earlier write has left to do, and takes away what is left of those that came to nothing. */
const tidy = async (place: Place, everything: boolean): Promise<E.Either<QueryError, null>> => {
  const state = await readState(place.client, place.folder, place.disk)
  if (E.isLeft(state)) return state
  const recovered = await recover(place, state.right)
  if (E.isLeft(recovered) || !everything) return recovered
  try {
    await clean(place, state.right)
    return recovered
  } catch (cause) {
    // A folder that isn't there is told by whoever reads it.
    return codeOf(cause) === 'ENOENT' ? recovered : E.left(failedToWrite(place, 'looking into', '.', cause))
  }
}

const lost = ({ client }: Place): QueryError =>
  clientFailed(client, 'writing', null, {
    message: 'another process took over the lock of the folder; nothing was written',
    hint: 'Try again. Processes on other machines take over a lock whose holder stands still for seconds.',
    retryable: true,
  })

/** Whether nobody has changed the files, by hand say, since they were read. */
const unchanged = async (
  place: Place,
  files: ReadonlyArray<ModelFile>,
  { held, state }: Load,
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

/** The same, with the texts that are to stay as they are in files that are to be changed. */
const withLetters = async (load: Load, before: Store, after: Store): Promise<E.Either<QueryError, Load>> => {
  const held: Array<Held> = []
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

/** A symbolic link would be replaced by a file, and where it leads to stay as it was. */
const linkAmong = async (
  place: Place,
  contents: Changes['contents'],
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

/** What is known after a write without reading it again; `null` where it isn't. */
const afterwards = async (
  place: Place,
  files: ReadonlyArray<ModelFile>,
  { held, state: before }: Load,
  { contents, greatest, changed, store: after }: Changes,
): Promise<Load | null> => {
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
    held: held.map((known): Held => {
      const { name } = known.found.model
      const [there, content] = [found.get(name), changed.get(name)]
      return there === undefined || content === undefined
        ? known
        : { found: there, content: E.right(content), own: true }
    }),
  }
}

/** A `Left` is what may be otherwise the next time without a file having changed, and isn't kept. */
const load = async (
  place: Place,
  schema: Schema,
  files: ReadonlyArray<ModelFile>,
  known: Load | null,
  writing: boolean,
  left: number,
): Promise<E.Either<QueryError, Load>> => {
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
    async (found, i): Promise<Held> => fresh[i] ?? (await heldOf(found)),
  )
  const kept = await assemble(schema, read, state.right, place.elsewhere)
  const loaded: Load = { state: state.right, held: read, store: kept }
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
const isFresh = ({ found, own }: Held): boolean => found.settled || (own && found.fine)

/** The names of what lies aside are never used again. */
const sameState = (a: State, b: State): boolean =>
  a.pending.length === b.pending.length &&
  a.pending.every(({ aside }, i) => aside === b.pending[i]?.aside) &&
  a.greatest.size === b.greatest.size &&
  [...a.greatest].every(([model, key]) => b.greatest.get(model) === key)

const heldOf = async (found: Found): Promise<Held> => {
  const content: Held['content'] = found.there
    ? await readRows(found, found.size)
    : E.right({ rows: [], lines: 0, ended: true, letters: noLetters })
  // What the file system refused it may give the next time.
  const refused = E.isLeft(content) && content.left._tag === 'ClientFailed'
  return { content, own: false, found: refused ? { ...found, settled: false } : found }
}

const missingFolder = async ({ client, folder: path, disk }: Place): Promise<QueryError | null> => {
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

const findAll = async (
  place: Place,
  files: ReadonlyArray<ModelFile>,
  { pending }: State,
): Promise<E.Either<QueryError, ReadonlyArray<Found>>> => {
  const waiting = new Map(pending.map((each) => [each.file, each]))
  return E.sequenceArray(await bounded(most, files, (file) => find(place, file, waiting)))
}

/** What there is of a model: its file, and what lies aside for it. */
const find = async (
  { client, folder: path, disk }: Place,
  file: ModelFile,
  waiting: ReadonlyMap<string, Pending>,
): Promise<E.Either<QueryError, Found>> => {
  const name = (form: Form) => `${file.model.name}.${form}`
  const at = (form: Form) => join(path, name(form))
  const look = async (each: string): Promise<Stats | null> => {
    try {
      return await disk.stat(each)
    } catch (cause) {
      return codeOf(cause) === 'ENOENT' ? null : rethrow(cause)
    }
  }
  const bad = (form: Form, reason: string, hint?: string): QueryError =>
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
    const aside = async (form: Form): Promise<readonly [Pending, Stats] | null> => {
      const each = waiting.get(name(form))
      if (each === undefined) return null
      place.now = join(path, each.aside)
      const stats = await look(place.now)
      return stats === null ? null : [each, stats]
    }
    const seen = async (form: Form) => {
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

const assemble = async (
  schema: Schema,
  held: ReadonlyArray<Held>,
  state: State,
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
