import { optionsOf } from '../../value/optionsOf.js'
import { taskEither as TE } from 'fp-ts'
import { schemaOf, type AnyModels } from '../../queryset/schema.js'
import { storeClient, type StoreClient } from '../reference/storeClient.js'
import { fileSystem, type Disk } from './Disk.js'
import { folder } from './folder.js'
import { optionalParser, type Parser } from './locate.js'
import type { Form } from './readRows.js'

/**
 * `format` is that of files that aren't there yet: `json`, a list of rows, or `ndjson`, a log of lines that grows by
 * what is written. Files that are there keep theirs.
 *
 * @since 0.1.0
 */
export interface JsonOptions {
  readonly format?: Form
}

/**
 * A client over a folder of files, a file for each model. `artist.json` holds the list of all artists, as objects with a
 * value for each field; `artist.ndjson` holds one a line instead, and writing appends to it. A foreign key stands under
 * its relation's name, and the rows of a many-to-many relation stand in the file of its own model
 * (`playlist_tracks.json`). Decimals, dates, times and UUIDs are text. A model whose file is missing has no rows.
 *
 * The files are read by the first question, or by `setup`, and kept; what changes on disk is seen by the next
 * question. All that one question needs is taken from one state of the files.
 *
 * A write, or a transaction of several, is done whole or not at all, whenever the process or the machine stops, and it
 * is on the disk when its `Right` comes. Nobody sees half of it. Processes on one folder write one after the other; each
 * waits up to 15 seconds for its turn, and else gets a `ClientFailed` that is `retryable`. A failure of the disk is a
 * `ClientFailed`, too: one that isn't `retryable` has written nothing, of one that is it isn't known. A foreign key that
 * would lead nowhere is a `Conflict`.
 *
 * What nobody changed stays as it is written, to the letter: a number in a JSON field that is beyond 2^53 is read as
 * JavaScript reads it, and isn't rounded in the file when another row or column is written.
 *
 * Every row is checked: unknown columns, values of another kind, two rows with one key or with one value of a unique
 * field, and foreign keys that lead nowhere are a `BadFile`, which says in which line, if `jsonc-parser` is installed,
 * and else in which row; so are a file that is not JSON, isn't UTF-8 or has more than 256 MiB. A folder that isn't
 * there, or a file that can't be read, is a `ClientFailed`. A folder with a bad file isn't written to.
 *
 * @example
 * import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
 * import { tmpdir } from 'node:os'
 * import { join } from 'node:path'
 * import { autoId, create, field, schema, toArray } from 'queryset-ts'
 * import { json } from 'queryset-ts/json'
 * const models = schema({ genre: { id: autoId, name: field.text() } })
 * const folder = await mkdtemp(join(tmpdir(), 'genres-'))
 * await writeFile(join(folder, 'genre.json'), '[{ "id": 1, "name": "Rock" }]')
 * const client = json(models, folder)
 * console.log(await toArray(client)(models.genre)()) // => { _tag: 'Right', right: [ { id: 1, name: 'Rock' } ] }
 * console.log((await create(client, { name: 'Jazz' })(models.genre)())._tag) // => Right
 * console.log(await readFile(join(folder, 'genre.json'), 'utf8'))
 * // => [
 * //      {"id":1,"name":"Rock"},
 * //      {"id":2,"name":"Jazz"}
 * //    ]
 * await rm(folder, { recursive: true })
 *
 * @since 0.1.0
 */
export const json = (models: AnyModels, path: string, options: JsonOptions = {}): StoreClient =>
  jsonWith({})(models, path, options)

/**
 * What else can stand in: the parser that tells where a mistake is (`null` for none), the file system, and how many
 * milliseconds other writers are waited for, and may be silent on another machine.
 *
 * @since 0.1.0
 */
export interface JsonParts {
  readonly parser?: () => Promise<Parser | null>
  readonly disk?: Disk
  readonly wait?: number
  readonly silence?: number
}

/**
 * The same, with other parts.
 *
 * @since 0.1.0
 */
export const jsonWith =
  ({ parser = optionalParser, disk = fileSystem, wait = 15_000, silence = 6000 }: JsonParts) =>
  (models: AnyModels, path: string, options: JsonOptions = {}): StoreClient => {
    const { format = 'json' } = optionsOf(options)
    const schema = schemaOf(models)
    const elsewhere = new Set<string>()
    const place = { client: 'json', folder: path, disk, elsewhere, wait, silence }
    const keeper = folder(place, schema, format, parser)
    return {
      ...storeClient('json', schema, keeper),
      setup: TE.map(() => undefined)(keeper.read),
      elsewhere: (names) => {
        names.forEach((name) => elsewhere.add(name))
      },
    }
  }
