/**
 * How many requests questions take over backends that can do little, beside the least that it could be:
 * `npx tsx --conditions=queryset-source docs/benchmarks/requests.ts`. A request takes 20 ms here.
 */
import { either as E, function as fn, type taskEither as TE } from 'fp-ts'
import {
  autoId,
  belongsTo,
  count,
  deleteRows,
  field,
  filter,
  orderBy,
  route,
  schema,
  selectRelated,
  slice,
  toArray,
  understands,
  values,
  type Abilities,
  type QueryError,
} from 'queryset-ts'
import { memory } from 'queryset-ts/memory'

const { pipe } = fn

const models = schema({
  artist: { id: autoId, name: field.text() },
  album: { id: autoId, title: field.text(), artist: belongsTo('artist') },
  track: {
    id: autoId,
    name: field.text(),
    ms: field.int(),
    long: field.boolean(),
    album: belongsTo('album', { relatedName: 'tracks' }),
  },
})

const artist = Array.from({ length: 100 }, (_, i) => ({ id: i + 1, name: `artist ${String(i)}` }))
const album = Array.from({ length: 500 }, (_, i) => ({
  id: i + 1,
  title: `album ${String(i)}`,
  artist: (i % 100) + 1,
}))
const track = Array.from({ length: 10_000 }, (_, i) => ({
  id: i + 1,
  name: i % 20 === 0 ? `so what ${String(i)}` : `track ${String(i)}`,
  ms: (i * 7919) % 10_007,
  long: i % 2 === 0,
  album: (i % 500) + 1,
}))

const asked = { requests: 0 }

const backend = (abilities: Abilities) => {
  const whole = memory(models, { artist, album, track })
  const { name, schema: known, create, update } = whole
  const slow =
    <A>(task: TE.TaskEither<QueryError, A>): TE.TaskEither<QueryError, A> =>
    async () => {
      asked.requests += 1
      await new Promise((resolve) => setTimeout(resolve, 20))
      return task()
    }
  return {
    name,
    schema: known,
    maxPerRequest: 100,
    support: understands({ total: 'exact', maxPerRequest: 100, ...abilities }),
    list: (query: Parameters<typeof whole.list>[0]) => slow(whole.list(query)),
    create,
    update,
    deleteBulk: (model: string, keys: Parameters<typeof whole.deleteBulk>[1]) =>
      slow(whole.deleteBulk(model, keys)),
  }
}

const rows: Array<ReadonlyArray<string>> = []

const measure = async <A>(what: string, least: number, task: TE.TaskEither<QueryError, A>): Promise<void> => {
  asked.requests = 0
  const start = performance.now()
  const result = await task()
  if (E.isLeft(result)) throw new Error(result.left.message)
  const seconds = (performance.now() - start) / 1000
  rows.push([what, String(asked.requests), String(least), `${seconds.toFixed(2)} s`])
}

const pages = backend({})
const orders = backend({ order: true })
const keyed = backend({
  lookups: { exact: 'exact', in: 'exact' },
  order: true,
  rows: { artist: 100, album: 500, track: 10_000 },
})
const weak = backend({ lookups: { exact: 'exact' } })
const apart = route(models, { artist: keyed, album: backend({ lookups: { in: 'exact' } }), track: keyed })

const page = pipe(
  models.track,
  orderBy((t) => [t.ms.desc()]),
  slice(0, 50),
  selectRelated((t) => t.album.artist),
)
const filtered = pipe(
  models.track,
  filter((t) => t.name.icontains('SO WHAT')),
  orderBy((t) => [t.ms.desc()]),
  slice(0, 20),
)
const thousand = pipe(
  models.track,
  filter((t) => t.id.in(Array.from({ length: 1000 }, (_, i) => i + 1))),
)

await measure('10,000 rows in pages of 100', 100, toArray(pages)(models.track))
await measure('the same, 8 at the same time', 100, toArray(backend({ concurrency: 8 }))(models.track))
await measure('the same, one after the other', 100, toArray(backend({ concurrency: 1 }))(models.track))
await measure(
  "the same, of pages that can't overlap",
  100,
  toArray(backend({ overlap: false }))(models.track),
)
await measure('the same, without totals', 101, toArray(backend({ total: 'none' }))(models.track))
await measure('their number, which pages tell', 1, count(pages)(models.track))
await measure('a page of 50 tracks with album and artist, which are elsewhere', 3, toArray(apart)(page))
await measure(
  'the first 20 after a filter that the backend lacks, in an order that it knows',
  4,
  toArray(orders)(filtered),
)
await measure('the same, in an order that it lacks', 100, toArray(pages)(filtered))
await measure(
  'the tracks of one album, by equality',
  1,
  toArray(weak)(
    pipe(
      models.track,
      filter((t) => t.album.eq(7)),
    ),
  ),
)
await measure(
  'the number of tracks of one album, by equality, though sorted',
  1,
  count(weak)(
    pipe(
      models.track,
      filter((t) => t.album.eq(7)),
      orderBy((t) => [t.ms.desc()]),
    ),
  ),
)
await measure(
  'one album, if one of its tracks is long, as 5,000 of all are: the album first',
  2,
  toArray(keyed)(
    pipe(
      models.album,
      filter((a) => a.title.eq('album 7')),
      filter((a) => a.tracks.some((t) => t.long.eq(true))),
    ),
  ),
)
await measure(
  'the title of the album of each of 10,000 tracks, two keys a request: all albums instead',
  105,
  toArray(backend({ lookups: { in: 'exact' }, maxMembers: 2, rows: { album: 500 } }))(
    pipe(
      models.track,
      values((t) => ({ title: t.album.title })),
    ),
  ),
)
await measure('1,000 rows deleted by key, 100 a request', 20, deleteRows(keyed)(thousand))

console.log('| question | requests | least | time |\n|---|---|---|---|')
rows.forEach((row) => {
  console.log(`| ${row.join(' | ')} |`)
})
