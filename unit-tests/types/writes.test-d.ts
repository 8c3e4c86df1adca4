/** What writing takes and gives. */
import { function as fn, type taskEither as TE } from 'fp-ts'
import { expectTypeOf } from 'expect-type'
import {
  addRelated,
  collect,
  create,
  createBulk,
  createRelated,
  deleteRows,
  edit,
  filter,
  getOrCreate,
  groupBy,
  resume,
  schema,
  setRelated,
  slice,
  transaction,
  update,
  updateBulk,
  updateOrCreate,
  values,
  autoId,
  belongsTo,
  field,
  type BulkWrites,
  type Client,
  type Collected,
  type Decimal,
  type Got,
  type Incomplete,
  type ItemFate,
  type WriteError,
  type SingleWrites,
  type WritableClient,
} from 'queryset-ts'
import { music, type Row } from './models.js'

const { pipe } = fn
declare const client: WritableClient
declare const reader: Client
declare const price: Decimal
declare const partly: Incomplete
const { album, artist, employee, genre, playlist, profile, thing, track } = music
type Genre = Row<typeof genre>
type Answer<A> = TE.TaskEither<WriteError, A>

// What it gives
expectTypeOf(pipe(genre, create(client, { name: 'Rock' }))).toEqualTypeOf<Answer<Genre>>()
expectTypeOf(pipe(genre, createBulk(client, [{ name: 'Rock' }]))).toEqualTypeOf<
  Answer<ReadonlyArray<Genre>>
>()
expectTypeOf(pipe(genre, getOrCreate(client, { name: 'Rock' }))).toEqualTypeOf<Answer<Got<Genre>>>()
expectTypeOf(pipe(genre, updateOrCreate(client, { id: 1 }, { name: 'Rock' }))).toEqualTypeOf<
  Answer<Got<Genre>>
>()
expectTypeOf(pipe(genre, deleteRows(client))).toEqualTypeOf<Answer<{ readonly [model: string]: number }>>()
expectTypeOf(pipe(genre, collect(client))).toEqualTypeOf<Answer<Collected>>()
expectTypeOf(resume(client)(partly)).toEqualTypeOf<Answer<ReadonlyArray<ItemFate>>>()
expectTypeOf(transaction(client, (inside) => pipe(genre, create(inside, { name: 'x' })))).toEqualTypeOf<
  Answer<Genre>
>()
expectTypeOf(
  pipe(
    genre,
    update(client, (g) => ({ name: g.name.upper() })),
  ),
).toEqualTypeOf<Answer<number>>()
expectTypeOf(
  pipe(
    genre,
    slice(0, 3),
    update(client, () => ({ name: 'x' })),
  ),
).toEqualTypeOf<Answer<number>>()

// What a new row needs, and may have
pipe(artist, create(client, { home: 'NZ' }))
pipe(artist, create(client, { home: 'NZ', name: null, favourite: 3 }))
pipe(thing, createBulk(client, []))
// @ts-expect-error -- `home` is missing
pipe(artist, create(client, { name: 'x' }))
// @ts-expect-error -- a country's key is text
pipe(artist, create(client, { home: 7 }))
// @ts-expect-error -- it isn't nullable
pipe(genre, create(client, { name: null }))
// @ts-expect-error -- one of them has no name
pipe(genre, createBulk(client, [{ name: 'Rock' }, {}]))
pipe(
  track,
  groupBy(
    (t) => ({ g: t.genre }),
    (g) => ({ n: g.count() }),
  ),
  // @ts-expect-error -- a group is not a row of a model
  create(client, { name: 'x' }),
)
// @ts-expect-error -- a client that doesn't write
pipe(genre, create(reader, { name: 'Rock' }))

// Conflicts
pipe(genre, createBulk(client, [{ name: 'x' }], { ignoreConflicts: true, batchSize: 10, concurrency: 2 }))
pipe(
  genre,
  createBulk(client, [{ name: 'x' }], { updateConflicts: { uniqueFields: ['id'], updateFields: ['name'] } }),
)
pipe(
  genre,
  // @ts-expect-error -- there is no such field
  createBulk(client, [{ name: 'x' }], { updateConflicts: { uniqueFields: ['id'], updateFields: ['nam'] } }),
)
createBulk(client, [{ name: 'x' }], {
  ignoreConflicts: true,
  // @ts-expect-error -- one or the other
  updateConflicts: { uniqueFields: ['id'], updateFields: ['name'] },
})

// Changes
pipe(
  track,
  update(client, (t) => ({ milliseconds: t.milliseconds.plus(1), composer: null, price })),
)
pipe(
  track,
  update(client, (t) => ({ name: t.album.title })),
)
pipe(track, updateBulk(client, [[1, { name: 'x' }]]))
pipe(profile, updateBulk(client, [[1, { motto: 'x' }]]))
pipe(
  track,
  // @ts-expect-error -- the key stays
  update(client, () => ({ id: 7 })),
)
pipe(
  track,
  // @ts-expect-error -- there is no such field
  update(client, () => ({ nam: 'x' })),
)
pipe(
  track,
  // @ts-expect-error -- it isn't nullable
  update(client, () => ({ name: null })),
)
// @ts-expect-error -- a track's key is a number
pipe(track, updateBulk(client, [['1', { name: 'x' }]]))
pipe(
  track,
  values((t) => ({ name: t.name })),
  // @ts-expect-error -- projected rows are no model's
  update(client, () => ({ name: 'x' })),
)
// @ts-expect-error -- there is no such field
pipe(genre, getOrCreate(client, { nam: 'Rock' }))

// Recipes
pipe(
  genre,
  filter((g) => g.name.eq('x')),
  edit(client, (row: { name: string }) => {
    row.name = 'y'
  }),
)
pipe(
  thing,
  edit(
    client,
    (row: { text: string }) => {
      row.text = 'y'
    },
    { version: 'int' },
  ),
)
pipe(
  thing,
  // @ts-expect-error -- a text counts nothing
  edit(
    client,
    (row: { text: string }) => {
      row.text = 'y'
    },
    { version: 'text' },
  ),
)
pipe(
  genre,
  // @ts-expect-error -- a genre has no rank
  edit(client, (row: { rank: number }) => {
    row.rank = 1
  }),
)

// To-many relations
pipe(
  playlist,
  addRelated(client, (p) => p.tracks, [1, 2]),
)
pipe(
  album,
  createRelated(client, (a) => a.tracks, { name: 'x', genre: 1 }),
)
pipe(
  employee,
  setRelated(client, (e) => e.friends, []),
)
pipe(
  playlist,
  // @ts-expect-error -- the key of a track is a number
  addRelated(client, (p) => p.tracks, ['x']),
)
pipe(
  track,
  // @ts-expect-error -- an album is one row
  addRelated(client, (t) => t.album, [1]),
)
pipe(
  album,
  // @ts-expect-error -- a track has no title
  createRelated(client, (a) => a.tracks, { title: 'x' }),
)

// Clients: for each operation one end, or both
declare const base: Client
declare const single: SingleWrites
declare const bulk: BulkWrites
const singles: WritableClient = { ...base, ...single }
const bulks: WritableClient = { ...base, ...bulk }
const mixed: WritableClient = {
  ...base,
  create: single.create,
  updateBulk: bulk.updateBulk,
  delete: single.delete,
}
// @ts-expect-error -- nothing that deletes
const keeps: WritableClient = { ...base, create: single.create, update: single.update }
// @ts-expect-error -- nothing that makes rows
const sterile: WritableClient = { ...base, updateBulk: bulk.updateBulk, deleteBulk: bulk.deleteBulk }
expectTypeOf([singles, bulks, mixed, keeps, sterile]).toEqualTypeOf<Array<WritableClient>>()

// What else a schema can say
schema(
  { a: { id: autoId, x: field.int(), y: field.int() } },
  {
    uniqueTogether: { a: [['x', 'y']] },
  },
)
schema(
  { a: { id: autoId, x: field.int() } },
  // @ts-expect-error -- there is no such field
  { uniqueTogether: { a: [['x', 'z']] } },
)
const branches = schema({
  a: { id: autoId },
  b: { id: autoId, a: belongsTo('a', { onDelete: 'setDefault', default: 1 }), n: field.int() },
})
pipe(branches.b, create(client, { n: 1 }))
pipe(
  branches.b,
  // @ts-expect-error -- it has no default
  create(client, { a: 1 }),
)
