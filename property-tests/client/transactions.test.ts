/** Every middleware around every sort of client, around every transaction: all writes do there what they do without. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { either as E, function as fn, taskEither as TE } from 'fp-ts'
import {
  addRelated,
  autoId,
  belongsTo,
  clearRelated,
  count,
  create,
  createBulk,
  createRelated,
  deleteRows,
  edit,
  field,
  filter,
  getOrCreate,
  loadData,
  manyToMany,
  orderBy,
  removeRelated,
  route,
  schema,
  setRelated,
  slice,
  toArray,
  transaction,
  understands,
  update,
  updateBulk,
  updateOrCreate,
  within,
  type Client,
  type QueryError,
  type Queryset,
  type WritableClient,
} from '../../src/index.js'
import { httpClient, httpHandler } from '../../src/http.js'
import { json } from '../../src/json.js'
import { memory } from '../../src/memory.js'
import { layers } from '../support/stacked.js'

const models = schema({
  artist: { id: autoId, name: field.text({ unique: true }) },
  album: {
    id: autoId,
    title: field.text(),
    n: field.int(),
    artist: belongsTo('artist', { relatedName: 'albums' }),
  },
  list: { id: autoId, albums: manyToMany('album', { relatedName: 'lists' }) },
})

type Asked = (client: WritableClient) => TE.TaskEither<QueryError, unknown>
const first = fn.pipe(models.list, slice(0, 1))
const of = (name: string) =>
  fn.pipe(
    models.album,
    filter((a) => a.artist.name.eq(name)),
  )

/** Every terminal that writes, those that fail included. */
const writes: { readonly [name: string]: Asked } = {
  create: (client) => create(client, { name: 'a' })(models.artist),
  'create again': (client) => create(client, { name: 'a' })(models.artist),
  createBulk: (client) => createBulk(client, [{ name: 'b' }, { name: 'c' }])(models.artist),
  'createBulk, ignoring': (client) =>
    createBulk(client, [{ name: 'c' }, { name: 'd' }], { ignoreConflicts: true })(models.artist),
  'createBulk, updating': (client) =>
    createBulk(client, [{ name: 'c' }, { name: 'e' }], {
      updateConflicts: { uniqueFields: ['name'], updateFields: ['name'] },
    })(models.artist),
  getOrCreate: (client) => getOrCreate(client, { name: 'f' })(models.artist),
  'getOrCreate again': (client) => getOrCreate(client, { name: 'f' })(models.artist),
  updateOrCreate: (client) => updateOrCreate(client, { name: 'f' }, { name: 'g' })(models.artist),
  albums: (client) =>
    createBulk(
      client,
      [1, 2, 3, 2].map((artist, n) => ({ title: `t${String(n)}`, n, artist })),
    )(models.album),
  'a key that leads nowhere': (client) => create(client, { title: 'x', n: 0, artist: 77 })(models.album),
  update: (client) =>
    fn.pipe(
      of('b'),
      update(client, (a) => ({ n: a.n.plus(10) })),
    ),
  'update of a page': (client) =>
    fn.pipe(
      models.album,
      orderBy((a) => [a.n.desc()]),
      slice(0, 2),
      update(client, (a) => ({ title: a.artist.name })),
    ),
  updateBulk: (client) =>
    fn.pipe(
      models.album,
      updateBulk(client, [
        [1, { n: 5 }],
        [9, { n: 5 }],
      ]),
    ),
  edit: (client) =>
    fn.pipe(
      models.album,
      edit(client, (a: { n: number }) => {
        a.n += 1
      }),
    ),
  list: (client) => create(client, {})(models.list),
  createRelated: (client) =>
    fn.pipe(
      models.artist,
      filter((a) => a.name.eq('a')),
      createRelated(client, (a) => a.albums, { title: 'made', n: 0 }),
    ),
  addRelated: (client) =>
    fn.pipe(
      first,
      addRelated(client, (l) => l.albums, [1, 2]),
    ),
  setRelated: (client) =>
    fn.pipe(
      first,
      setRelated(client, (l) => l.albums, [2, 3]),
    ),
  removeRelated: (client) =>
    fn.pipe(
      first,
      removeRelated(client, (l) => l.albums, [3]),
    ),
  deleteRows: (client) =>
    fn.pipe(
      models.artist,
      filter((a) => a.name.eq('b')),
      deleteRows(client),
    ),
  clearRelated: (client) =>
    fn.pipe(
      first,
      clearRelated(client, (l) => l.albums),
    ),
  loadData: (client) =>
    loadData(client, [
      { model: 'artist', pk: 1, fields: { name: 'z' } },
      { model: 'list', pk: 9, fields: { albums: [1] } },
    ]),
  count: (client) => count(client)(models.album),
}

const told = (answer: E.Either<QueryError, unknown>) =>
  E.isLeft(answer) ? { left: answer.left._tag } : answer

/** What each write gives, and what there is in the end. */
const story = async (client: WritableClient, depth: number): Promise<unknown> => {
  const inDepth = (asked: Asked, left: number): Asked =>
    left === 0 ? asked : (outer) => transaction(outer, inDepth(asked, left - 1))
  const answers: Array<unknown> = []
  for (const [name, asked] of Object.entries(writes))
    answers.push([name, told(await inDepth(asked, depth)(client)())])
  const state: ReadonlyArray<Queryset<never, unknown>> = [
    models.artist,
    models.album,
    models.list,
    models.list_albums,
  ]
  for (const each of state) answers.push(await toArray(client)(each)())
  return JSON.parse(JSON.stringify(answers))
}

const folders: Array<string> = []
/** What answers only what it understands, though its transactions do everything, and the other way round. */
const clients: { readonly [name: string]: () => Promise<WritableClient> } = {
  memory: () => Promise.resolve(memory(models, {})),
  'memory of which little is said': () =>
    Promise.resolve({
      ...memory(models, {}),
      support: understands({ lookups: { in: 'exact' }, order: true }),
    }),
  'memory of which nothing is said to be understood': () =>
    Promise.resolve({ ...memory(models, {}), support: understands({ slice: false }) }),
  'transactions that understand less': () => {
    const whole = memory(models, {})
    const support = understands({ lookups: { exact: 'exact' } })
    const open: typeof whole.transaction = (program) =>
      whole.transaction((inside) => program({ ...inside, support }))
    return Promise.resolve({ ...whole, transaction: open })
  },
  'single writes': () => {
    const { createBulk: _, updateBulk: __, deleteBulk: ___, write: ____, ...single } = memory(models, {})
    return Promise.resolve(single)
  },
  'few at a time': () => Promise.resolve({ ...memory(models, {}), maxPerRequest: 2 }),
  'a budget': () => Promise.resolve(within({ guarded: 'atomic' })(memory(models, {}))),
  json: async () => {
    folders.push(await mkdtemp(join(tmpdir(), 'queryset-layers-')))
    return json(models, folders.at(-1)!)
  },
  http: () =>
    Promise.resolve(httpClient(models, { url: 'http://localhost/', fetch: httpHandler(memory(models, {})) })),
  route: () => {
    const client = memory(models, {})
    return Promise.resolve(route(models, { artist: client, album: client, list: client }))
  },
}

/** A scope needs a client that understands its predicate. */
const narrow = [
  'memory of which little is said',
  'memory of which nothing is said to be understood',
  'transactions that understand less',
]

describe('middleware around clients around transactions', function () {
  this.timeout(120_000)
  after(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))))

  // Caught, planted: a `validate` that asks the client around a transaction what the one inside can do.
  Object.entries(clients).forEach(([name, make]) => {
    it(`do all writes as they are done without: ${name}`, async () => {
      const plain = await story(memory(models, {}), 0)
      const depths = (await make()).transaction === undefined ? [0] : [0, 1, 2]
      for (const depth of depths) {
        const bare = await story(await make(), depth)
        expect(bare, `bare, ${String(depth)} deep`).to.deep.equal(plain)
        const own = Object.entries(layers).filter(([layer]) => layer !== 'scope' || !narrow.includes(name))
        const all = (): (<C extends Client>(client: C) => C) => (client) =>
          own.reduce((inner, [, layer]) => layer(models)(inner), client)
        for (const [layer, around] of [...(depth === 2 ? [] : own), ['all', all] as const]) {
          const wrapped = await story(around(models)(await make()), depth)
          expect(wrapped, `${layer}, ${String(depth)} deep`).to.deep.equal(plain)
        }
      }
    })
  })
})
