/** What may be given to `memory`: rows of the models, with a value for each column. */
import * as t from 'io-ts'
import { autoId, belongsTo, field, manyToMany, schema, type AnyModels } from '../../src/index.js'
import { memory } from '../../src/memory.js'

const music = schema({
  artist: { id: autoId, name: field.nullable(field.text()) },
  album: {
    id: autoId,
    title: field.text({ default: '' }),
    artist: belongsTo('artist'),
    made: field.nullable(field.datetime()),
  },
  profile: {
    artist: belongsTo('artist', { primaryKey: true }),
    tags: field.of(
      'text',
      new t.Type<ReadonlyArray<string>, string>('Tags', Array.isArray as never, t.success as never, (list) =>
        list.join(),
      ),
    ),
  },
  list: { id: autoId, albums: manyToMany('album') },
})

memory(music, {})
memory(music, {
  artist: [{ id: 1, name: null }],
  album: [{ id: 1, title: 'x', artist: 1, made: new Date(0) }],
})
memory(music, { list: [{ id: 1 }], list_albums: [{ id: 1, list: 1, album: 1 }] })
// Values are those that a backend keeps, before a codec reads them.
memory(music, { profile: [{ artist: 1, tags: 'a,b' }] })
// @ts-expect-error -- a codec's own value isn't stored
memory(music, { profile: [{ artist: 1, tags: ['a'] }] })
// @ts-expect-error -- there is no such model
memory(music, { albm: [] })
// @ts-expect-error -- columns are missing
memory(music, { album: [{ id: 1 }] })
// @ts-expect-error -- also one with a default, and one that may be null
memory(music, { album: [{ id: 1, artist: 1 }] })
// @ts-expect-error -- there is no such column
memory(music, { artist: [{ id: 1, name: 'x', nmae: 'x' }] })
// @ts-expect-error -- the value is of another kind
memory(music, { artist: [{ id: '1', name: 'x' }] })
// @ts-expect-error -- the column can't be null
memory(music, { album: [{ id: 1, title: null, artist: 1, made: null }] })
// @ts-expect-error -- a foreign key is the key of a row
memory(music, { album: [{ id: 1, title: 'x', artist: { id: 1, name: null }, made: null }] })

// Of models that there are no types for, anything goes.
const some: AnyModels = music
memory(some, { anything: [{}] })
