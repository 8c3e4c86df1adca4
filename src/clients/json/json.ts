import { taskEither as TE } from 'fp-ts'
import { schemaOf, type AnyModels } from '../../queryset/schema.js'
import type { Client } from '../../client/Client.js'
import { clientOver } from '../reference/referenceClient.js'
import { folder } from './folder.js'
import { optionalParser, type Parser } from './locate.js'

/**
 * A client over a folder of JSON files, a file for each model: `artist.json` holds the list of all artists, as
 * objects with a value for each field. A foreign key stands under its relation's name, and the rows of a
 * many-to-many relation stand in the file of its own model (`playlist_tracks.json`). Decimals, dates, times and UUIDs
 * are text. A model whose file is missing has no rows.
 *
 * The files are read by the first question, or by `setup`, and kept; what changes on disk is seen by the next
 * question. All that one question needs is taken from one state of the files. The client only reads.
 *
 * Every row is checked: unknown columns, values of another kind, two rows with one key or with one value of a unique
 * field, and foreign keys that lead nowhere are a `BadFile`, which says in which line, if `jsonc-parser` is installed,
 * and else in which row; so are a file that is no JSON, isn't UTF-8 or has more than 256 MiB. A folder that isn't
 * there, or a file that can't be read, is a `ClientFailed`.
 *
 * @example
 * import { mkdtemp, rm, writeFile } from 'node:fs/promises'
 * import { tmpdir } from 'node:os'
 * import { join } from 'node:path'
 * import { autoId, field, schema, toArray } from 'queryset-ts'
 * import { json } from 'queryset-ts/json'
 * const models = schema({ genre: { id: autoId, name: field.text() } })
 * const folder = await mkdtemp(join(tmpdir(), 'genres-'))
 * await writeFile(join(folder, 'genre.json'), '[{ "id": 1, "name": "Rock" }]')
 * console.log(await toArray(json(models, folder))(models.genre)()) // => { _tag: 'Right', right: [ { id: 1, name: 'Rock' } ] }
 * await rm(folder, { recursive: true })
 *
 * @since 0.1.0
 */
export const json = (models: AnyModels, path: string): Client => jsonWith(optionalParser)(models, path)

/**
 * The same, with the parser given that tells where a mistake is, or `null` for none.
 *
 * @since 0.1.0
 */
export const jsonWith =
  (parser: () => Promise<Parser | null>) =>
  (models: AnyModels, path: string): Client => {
    const schema = schemaOf(models)
    const source = folder('json', schema, path, parser)
    return { ...clientOver('json', schema, source), setup: TE.map(() => undefined)(source) }
  }
