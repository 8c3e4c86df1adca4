import { optionsOf } from '../../value/optionsOf.js'
import { taskEither as TE } from 'fp-ts'
import { schemaOf, type AnyModels } from '../../queryset/schema.js'
import { storeClient, type StoreClient } from '../reference/storeClient.js'
import { fileSystem, type Disk } from './Disk.js'
import { folder } from './folder.js'
import { optionalParser, type Parser } from './locate.js'
import type { FileForm } from './readRows.js'

/**
 * `format` is the format of files that don't exist yet: `json`, a list of rows, or `ndjson`, a log of lines to which
 * writes are appended. Existing files keep their format.
 *
 * @since 0.1.0
 */
export interface JsonOptions {
  readonly format?: FileForm
}

/**
 * A client over a folder of files, with one file for each model.
 *
 * `artist.json` contains the list of all artists, as objects with a value for each field. `artist.ndjson` contains one
 * object on each line instead, and writes are appended to it. A foreign key has its relation's name. The rows of a
 * many-to-many relation are in the file of their own model (`playlist_tracks.json`). Decimals, dates, times and UUIDs
 * are text. A model without a file has no rows.
 *
 * The files are read by the first question, or by `setup`, and kept in memory. The next question sees changes on disk.
 * All data for one question comes from one state of the files.
 *
 * A write, or a transaction of several writes, is done completely or not at all, whenever the process or the machine
 * stops. It is on the disk when its `Right` comes. Nobody sees a part of it. Processes write to one folder one after
 * the other. Each waits up to 15 seconds for its turn, and then gets a `ClientFailed` that is `retryable`. A failure of
 * the disk is a `ClientFailed`, too. If it isn't `retryable`, nothing was written; if it is, the result is unknown. A
 * foreign key that would lead nowhere is a `Conflict`.
 *
 * Data that isn't changed keeps its exact text. A number in a JSON field that is beyond 2^53 is read as JavaScript
 * reads it, but it isn't rounded in the file when another row or column is written.
 *
 * Every row is checked. Unknown columns, values of the wrong kind, two rows with the same key or the same unique value,
 * and foreign keys that lead nowhere are a `BadFile`. It gives the line, if `jsonc-parser` is installed, and otherwise
 * the row. A file that is not JSON, isn't UTF-8 or has more than 256 MiB is a `BadFile` too. A folder that doesn't
 * exist, or a file that can't be read, is a `ClientFailed`. A folder with a bad file isn't written to.
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
 * Parts that can be replaced: the parser that finds the place of a mistake (`null` for none), the file system, how many
 * milliseconds to wait for other writers, and how long a writer on another machine may be silent.
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
 * Like `json`, with other parts.
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
