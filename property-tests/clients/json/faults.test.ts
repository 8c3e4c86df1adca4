/**
 * Whatever call to the file system fails, or is the last of its process or its machine: a folder has all of a write or
 * nothing of it, and all of it if that was acknowledged.
 */
import { expect } from 'chai'
import { either as E, function as fn, taskEither as TE } from 'fp-ts'
import {
  autoId,
  belongsTo,
  field,
  schema,
  schemaOf,
  transaction,
  type QueryError,
  type WritableClient,
} from 'queryset-ts'
import type { Disk } from '../../../src/clients/json/Disk.js'
import { folder } from '../../../src/clients/json/folder.js'
import { jsonWith } from '../../../src/clients/json/json.js'
import type { Store } from '../../../src/engine/Store.js'
import { parameters, seed } from '../../support/runs.js'
import {
  killed,
  powerless,
  simulated,
  textsOf,
  worldOf,
  type Fate,
  type World,
} from '../../support/SimulatedDisk.js'

const { pipe } = fn

const models = schema({
  artist: { id: autoId, name: field.text() },
  album: { id: autoId, title: field.text(), artist: belongsTo('artist', { relatedName: 'albums' }) },
  note: { id: autoId, text: field.text() },
})

const files = {
  'artist.json': '[{"id": 1, "name": "a"}, {"id": 2, "name": "b"}]',
  'album.json': '[{"id": 1, "title": "t", "artist": 1}]',
  'note.ndjson': '{"id": 1, "text": "one"}\n{"id": 2, "text": "two"}\n{"id": 3, "text": "three"}',
}

type Program = (client: WritableClient) => TE.TaskEither<QueryError, unknown>

/** What a client that writes by one and by many, as this one does, can be told. */
type Told = ReturnType<ReturnType<typeof jsonWith>>
const told = (client: WritableClient) => client as Told

const writes: { readonly [name: string]: Program } = {
  'one list': (client) => told(client).create('artist', { name: 'c' }),
  'the last row of a list away, whose key is to be remembered': (client) => told(client).delete('artist', 2),
  'lines to a log': (client) => told(client).createBulk('note', [{ text: 'x' }, { text: 'y' }]),
  'a log that is written anew': (client) => told(client).deleteBulk('note', [1, 3]),
  'several lists and a log': (client) =>
    transaction(client, (inside) =>
      pipe(
        told(inside).create('artist', { name: 'c' }),
        TE.chain(({ id }) => told(inside).create('album', { title: 'u', artist: id ?? null })),
        TE.chain(() => told(inside).update('note', 2, { text: 'TWO' })),
        TE.chain(() => told(inside).delete('album', 1)),
      ),
    ),
}

const open = (disk: Disk) =>
  jsonWith({ disk, wait: 50, parser: () => Promise.resolve(null) })(models, '/folder')

/** All that can be seen of a folder. */
const seen = async (disk: Disk): Promise<E.Either<QueryError, string>> => {
  const place = {
    client: 'json',
    folder: '/folder',
    disk,
    elsewhere: new Set<string>(),
    wait: 50,
    silence: 6000,
  }
  const { read } = folder(place, schemaOf(models), 'json', () => Promise.resolve(null))
  return E.map(({ rows }: Store) =>
    JSON.stringify(['artist', 'album', 'note'].map((model) => rows.get(model))),
  )(await read())
}

const shown = (result: E.Either<QueryError, string>): string =>
  E.isRight(result) ? result.right : `${result.left._tag}: ${result.left.message}`

/** What a write comes to when nothing is amiss, and how many calls it takes. */
const plain = async (start: World, program: Program) => {
  const { disk, log, world } = simulated(start)
  const before = shown(await seen(simulated(start).disk))
  const result = await program(open(disk))()
  if (E.isLeft(result)) throw new Error(result.left.message)
  return { log, before, after: shown(await seen(simulated(world()).disk)) }
}

/** What is wrong with a folder after a write that was told as `result`, or `null`. */
const wrongIn = async (
  world: World,
  states: { readonly before: string; readonly after: string },
  result: E.Either<QueryError, unknown>,
): Promise<string | null> => {
  const now = shown(await seen(simulated(world).disk))
  const allowed = E.isRight(result)
    ? [states.after]
    : result.left.retryable
      ? [states.before, states.after]
      : [states.before]
  if (!allowed.includes(now)) return `after a ${result._tag} there is ${now}`
  // The next write finishes or tidies up, and goes on.
  const next = simulated(world)
  const client = open(next.disk)
  const written = await client.create('artist', { name: 'next' })()
  if (E.isLeft(written)) return `the next write fails: ${written.left.message}`
  if (written.right['id'] !== (now === states.before ? beforeNext : afterNext(states.after)))
    return `the next key is ${JSON.stringify(written.right['id'])}`
  const more = shown(await seen(simulated(next.world()).disk))
  const expected = JSON.parse(now) as [Array<object>, ...Array<unknown>]
  expected[0].push({ id: written.right['id'], name: 'next' })
  if (more !== JSON.stringify(expected)) return `the next write spoils it: ${more}`
  const left = Object.keys(textsOf(next.world())).filter((name) => /\.new$|lock/u.test(name))
  return left.length === 0 ? null : `it leaves ${left.join(', ')}`
}

const beforeNext = 3
/** Of the keys that were given, none is given again. */
const afterNext = (state: string): number => (state.includes('"c"') ? 4 : 3)

/** A disk that may be worse than it should. */
type Spoil = (disk: Disk) => Disk

/** All the ways to stop at any call; what is wrong after each, up to `most`. */
const stops = async (
  program: Program,
  crashed: (world: World) => ReadonlyArray<World>,
  most = Infinity,
  spoil: Spoil = (disk) => disk,
): Promise<ReadonlyArray<string>> => {
  const start = worldOf(files)
  const states = await plain(start, program)
  const wrong: Array<string> = []
  // From the last: that is where most is at stake.
  for (let k = states.log.length + 1; k >= 1; k -= 1) {
    const what = states.log[k - 1] ?? 'none'
    // A call that only looks changes nothing by being done.
    const ways = what.startsWith('write')
      ? all
      : /^(?:l?stat|read|list)/u.test(what)
        ? ([all[0]] as const)
        : some
    for (const did of ways) {
      const { disk, world } = simulated(start, (n): Fate => (n === k ? { _tag: 'stops', did } : passes))
      const result = await program(open(spoil(disk)))()
      // A process that has been stopped says nothing more: only a `Right` before that counts.
      const heard = E.mapLeft((error: QueryError) => ({ ...error, retryable: true }))(result)
      for (const left of crashed(world())) {
        const fault = await wrongIn(left, states, heard)
        if (fault !== null) wrong.push(`stopped at call ${String(k)}, ${what}, ${did}: ${fault}`)
        if (wrong.length >= most) return wrong
      }
    }
  }
  return wrong
}

const all = ['nothing', 'half', 'all'] as const
const some = ['nothing', 'all'] as const

const passes: Fate = { _tag: 'passes' }

/** A generator of numbers from 0 to 1 (mulberry32). */
const chances = (from: number): (() => number) => {
  let state = from | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    const a = Math.imul(state ^ (state >>> 15), 1 | state)
    const b = (a + Math.imul(a ^ (a >>> 7), 61 | a)) ^ a
    return ((b ^ (b >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Some of the ways in which a power failure may leave things. */
const powerFailures =
  (count: number) =>
  (world: World): ReadonlyArray<World> =>
    Array.from({ length: count }, (_, i) => powerless(world, chances(seed + world.clock * 31 + i * 7919)))

describe(`json, faults of the file system [seed ${String(seed)}]`, () => {
  for (const [name, program] of Object.entries(writes)) {
    it(`${name}: fails at any call and has changed nothing, or says that it isn't known`, async () => {
      const start = worldOf(files)
      const states = await plain(start, program)
      for (let k = 1; k <= states.log.length; k += 1)
        for (const fate of [
          { _tag: 'fails', code: 'EIO' },
          // Half of it is written where it is a write.
          { _tag: 'short', code: 'ENOSPC' },
        ] as const) {
          const { disk, log, world } = simulated(start, (n): Fate => (n === k ? fate : passes))
          const client = open(disk)
          const result = await program(client)()
          const at = `call ${String(k)}, ${log[k - 1] ?? ''}, ${fate._tag} ${fate.code}`
          expect(await wrongIn(world(), states, result), at).to.equal(null)
          // The same client goes on, too.
          const own = await client.create('artist', { name: 'own' })()
          expect(own._tag, at).to.equal('Right')
          if (E.isLeft(result)) {
            expect(result.left._tag, at).to.equal('ClientFailed')
            expect(JSON.stringify(result.left), at).not.to.match(/"one"|"two"|"three"/u)
          }
        }
    })

    it(`${name}: may be killed at any call`, async () => {
      expect(await stops(program, (world) => [killed(world)])).to.deep.equal([])
    })

    it(`${name}: may lose power at any call`, async () => {
      expect(await stops(program, powerFailures(parameters(1 / 300).numRuns))).to.deep.equal([])
    })
  }

  describe('would be seen if', () => {
    const several = writes['several lists and a log']!
    const file =
      (change: (file: Awaited<ReturnType<Disk['create']>>) => Awaited<ReturnType<Disk['create']>>): Spoil =>
      (disk) => ({
        ...disk,
        create: async (path) => change(await disk.create(path)),
        open: async (path) => change(await disk.open(path)),
      })
    const nothing = () => Promise.resolve()

    it('files were renamed before they are synced', async () => {
      const spoil = file((each) => ({ ...each, sync: nothing }))
      for (const program of Object.values(writes))
        expect(await stops(program, powerFailures(16), 1, spoil)).not.to.deep.equal([])
    })

    it("the folder's names weren't synced", async () => {
      const spoil: Spoil = (disk) => ({ ...disk, syncFolder: nothing })
      for (const program of Object.values(writes))
        expect(await stops(program, powerFailures(16), 1, spoil)).not.to.deep.equal([])
    })

    it('there was no journal', async () => {
      const spoil: Spoil = (disk) => ({
        ...disk,
        rename: (from, to) => (to.endsWith('.queryset.json') ? disk.unlink(from) : disk.rename(from, to)),
      })
      expect(await stops(several, (world) => [killed(world)], 1, spoil)).not.to.deep.equal([])
    })

    it('what was written short passed for whole', async () => {
      const spoil = file((each) => ({
        ...each,
        write: (bytes, position) => each.write(bytes, position).catch(() => bytes.length),
      }))
      const start = worldOf(files)
      const states = await plain(start, several)
      const wrong: Array<string | null> = []
      for (let k = 1; k <= states.log.length; k += 1) {
        const { disk, world } = simulated(start, (n): Fate =>
          n === k ? { _tag: 'short', code: 'ENOSPC' } : passes,
        )
        wrong.push(await wrongIn(world(), states, await several(open(spoil(disk)))()))
      }
      expect(wrong.filter((each) => each !== null)).not.to.deep.equal([])
    })
  })
})
