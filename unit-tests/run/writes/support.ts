/** The models, rows and clients that the tests of writes share. */
import { taskEither as TE } from 'fp-ts'
import {
  autoId,
  belongsTo,
  field,
  manyToMany,
  schema,
  type Incomplete,
  type QueryError,
  type WritableClient,
} from 'queryset-ts'
import { freshClient } from '../../../property-tests/support/sqlFresh.js'
import { left } from '../../support/answers.js'

/** The models that the tests of writes share. */
export const shop = schema(
  {
    artist: {
      id: autoId,
      name: field.text({ maxLength: 10, minLength: 2 }),
      code: field.nullable(field.text({ unique: true })),
    },
    album: {
      id: autoId,
      title: field.text(),
      year: field.int({ min: 1900, max: 2100, default: 2000 }),
      version: field.int({ default: 1 }),
      artist: belongsTo('artist', { relatedName: 'albums', onDelete: 'protect' }),
      label: field.nullable(belongsTo('label', { relatedName: 'albums', onDelete: 'setNull' })),
    },
    label: {
      id: autoId,
      kind: field.choices(['major', 'indie']),
      parent: field.nullable(belongsTo('label')),
    },
    tag: { id: autoId, name: field.text(), albums: manyToMany('album', { relatedName: 'tags' }) },
  },
  { uniqueTogether: { album: [['title', 'artist']] } },
)

const data = {
  artist: [
    { id: 1, name: 'AC/DC', code: 'ac' },
    { id: 2, name: 'Miles', code: null },
  ],
  label: [
    { id: 1, kind: 'major', parent: null },
    { id: 2, kind: 'indie', parent: 1 },
  ],
  album: [
    { id: 1, title: 'Powerage', year: 1978, version: 1, artist: 1, label: 1 },
    { id: 2, title: 'Kind of Blue', year: 1959, version: 4, artist: 2, label: null },
  ],
  tag: [{ id: 1, name: 'rock' }],
}

/** A client of its own for each test, with the same rows. */
export const fresh = () => freshClient(shop, data)

/** The same without transactions, a row at a time. */
export const plain = (): WritableClient => {
  const { name, schema: of, list, create: one, update: change, delete: remove } = fresh()
  return { name, schema: of, list, create: one, update: change, delete: remove }
}

/** How a write that was done in part ends; any other end fails the test. */
export const partly = async (task: TE.TaskEither<QueryError, unknown>): Promise<Incomplete> => {
  const error = await left(task)
  if (error._tag !== 'Incomplete') throw new Error(JSON.stringify(error))
  return error
}
