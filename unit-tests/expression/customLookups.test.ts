/** A custom lookup goes through everything that a built-in one does. */
import { expect } from 'chai'
import { either as E, function as fn, option as O } from 'fp-ts'
import {
  checkSchema,
  decodeQuery,
  encodeQuery,
  exclude,
  explain,
  filter,
  fold,
  lookup,
  lookupOf,
  not,
  print,
  schema,
  schemaOf,
  toArray,
  understands,
  within,
  type Client,
  type Fidelity,
  type Predicate,
  type Query,
  type Queryset,
} from 'queryset-ts'
import { httpClient, httpHandler } from 'queryset-ts/http'
import { memory } from 'queryset-ts/memory'
import { parseLookup } from '../../src/expression/text/parseLookup.js'
import { printLookup } from '../../src/expression/text/printLookup.js'
import { modelScope } from '../../src/expression/Scope.js'
import { leftOf as left, rightOf as right } from '../support/answers.js'
import { definitions, odd, similar } from '../support/customLookups.js'

const { pipe } = fn

const broken = lookupOf({
  name: 'broken',
  kinds: ['int'],
  operands: ['int'],
  meaning: () => {
    throw new Error('out of order')
  },
})

const slow = lookupOf({
  name: 'slow',
  kinds: ['text'],
  operands: ['text'],
  meaning: () => true,
  effort: () => 1000,
})

const music = schema(definitions, { lookups: [similar, odd, broken, slow] })
const plain = schema(definitions)
const rows = {
  artist: [
    { id: 1, name: 'abba', stars: 5 },
    { id: 2, name: 'queen', stars: 4 },
    { id: 3, name: null, stars: 3 },
  ],
  album: [
    { id: 1, title: 'gold', artist: 1 },
    { id: 2, title: 'jazz', artist: 2 },
  ],
}
const client = memory(music, rows)

const abba = pipe(
  music.artist,
  filter((a) => similar.of(a.name, 'bag', 0.5)),
)

const ids = async <R, M>(
  asked: Client,
  queryset: Queryset<R, { readonly id: number }, M>,
): Promise<ReadonlyArray<number>> => right(await toArray(asked)(queryset)()).map(({ id }) => id)

describe('a custom lookup', () => {
  it('is evaluated, and false of what is missing', async () => {
    expect(await ids(client, abba)).to.deep.equal([1])
    const others = pipe(
      music.artist,
      exclude((a) => similar.of(a.name, 'bag', 0.5)),
    )
    expect(await ids(client, others)).to.deep.equal([2, 3])
    const oddStars = pipe(
      music.artist,
      filter((a) => odd.of(a.stars)),
    )
    expect(await ids(client, oddStars)).to.deep.equal([1, 3])
  })

  it('takes expressions, and stands behind relations', async () => {
    const itself = pipe(
      music.artist,
      filter((a) => similar.of(a.name, a.name.upper().lower(), 1)),
    )
    expect(await ids(client, itself)).to.deep.equal([1, 2])
    const there = pipe(
      music.artist,
      filter((a) => a.albums.some((b) => similar.of(b.title, 'zaj', 1))),
    )
    expect(await ids(client, there)).to.deep.equal([2])
  })

  describe('is checked', () => {
    const of = (...args: ReadonlyArray<unknown>): Predicate =>
      // Operands such as types refuse.
      (similar.of as (...given: ReadonlyArray<unknown>) => Predicate)(...args)
    const mistake = (about: 'name' | 'stars', ...operands: ReadonlyArray<unknown>): string =>
      left(
        fold(
          pipe(
            music.artist,
            filter((a) => of(a[about], ...operands.map((each) => (each === 'stars' ? a.stars : each)))),
          ),
        ),
      ).message

    it('for the kind of the value', () => {
      expect(mistake('stars', 'x', 1)).to.include("'similar_to': is for text, not int")
    })

    it('for the kinds of its operands', () => {
      expect(mistake('name', 'stars', 1)).to.include('takes text as operand 1, not an int')
      expect(mistake('name', 'x', 'much')).to.include('similar_to takes a number, not text')
    })

    it('for their number', () => {
      expect(mistake('name', 'x')).to.include('has the wrong number of operands')
    })

    it('for being in the schema', () => {
      const unknown = left(
        fold(
          pipe(
            plain.artist,
            filter((a) => similar.of(a.name, 'x', 1)),
          ),
        ),
      )
      expect(unknown).to.deep.include({ _tag: 'InvalidField', path: 'similar_to' })
      expect(unknown.message).to.include('is not a lookup')
    })
  })

  describe('as text', () => {
    const scope = right(modelScope(schemaOf(music), 'artist'))
    const cases: ReadonlyArray<readonly [string, unknown]> = [
      ['name__similar_to', ['bag', 0.5]],
      ['stars__similar_to', ['55', 0.5]],
      ['stars__odd', true],
      ['stars__odd', false],
      ['name__slow', 'x'],
      ['albums__title__similar_to', ['zaj', 1]],
      ['name__lower__similar_to', ['zaj', 1]],
    ]
    cases.forEach(([path, value]) => {
      it(`${path} = ${JSON.stringify(value)} is read, and printed again`, () => {
        const read = right(parseLookup<never>(scope, path, value))
        expect(printLookup(read, schemaOf(music))).to.deep.equal(O.some({ path, value }))
      })
    })

    it('is the predicate that its function makes', () => {
      const read = right(lookup('name__similar_to', ['bag', 0.5])(music.artist))
      const asked = pipe(
        music.artist,
        filter(() => read),
      )
      expect(fold(asked)).to.deep.equal(fold(abba))
    })

    it('is refused with other values, and by other schemas', () => {
      const refused = (path: string, value: unknown, models = music) =>
        left(lookup(path, value)(models.artist)).message
      expect(refused('name__similar_to', 'bag')).to.include('similar_to takes a list')
      expect(refused('name__similar_to', ['bag'])).to.include('similar_to takes a list of two')
      expect(refused('name__similar_to', [1, 1])).to.include('takes text, not a number')
      expect(refused('stars__odd', 1)).to.include('odd takes true or false')
      expect(refused('name__odd', true)).to.include('is not there')
      const unknown = left(lookup('name__similar_to', ['bag', 1])(plain.artist))
      expect(unknown).to.deep.include({ _tag: 'InvalidField' })
      expect(unknown._tag === 'InvalidField' && unknown.names).to.not.include('similar_to')
    })

    it('is printed as code', () => {
      expect(print(abba)).to.equal("pipe(artist, filter((a) => similarTo.of(a.name, 'bag', 0.5)))")
    })
  })

  describe('asked of a client', () => {
    /** Says this of it; where that is a superset, it gives all rows for it. */
    const saying = (fidelity: Fidelity | null) => {
      const asked: Array<Query> = []
      const lookups = fidelity === null ? {} : { [similar.name]: fidelity }
      const told: Client = {
        ...client,
        support: understands({ lookups, connectives: true, total: 'exact' }),
        list: (query) => {
          asked.push(query)
          return client.list(fidelity === 'superset' ? { ...query, where: null } : query)
        },
      }
      return { told, asked }
    }
    const names = (asked: ReadonlyArray<Query>): ReadonlyArray<string> =>
      asked.map(({ where }) => (where?._tag === 'lookup' ? where.name : (where?._tag ?? 'nothing')))

    it('that says nothing of it, is evaluated here', async () => {
      const { told, asked } = saying(null)
      expect(await ids(told, abba)).to.deep.equal([1])
      expect(names(asked)).to.deep.equal(['nothing'])
      expect(right(explain(told)(abba)).text).to.include('similarTo.of')
    })

    it('that answers it exactly, is left to it', async () => {
      const { told, asked } = saying('exact')
      expect(await ids(told, abba)).to.deep.equal([1])
      expect(names(asked)).to.deep.equal(['similar_to'])
    })

    it('that gives more, is evaluated again', async () => {
      const { told, asked } = saying('superset')
      expect(await ids(told, abba)).to.deep.equal([1])
      expect(names(asked)).to.deep.equal(['similar_to'])
      const others = pipe(
        music.artist,
        filter((a) => not(similar.of(a.name, 'bag', 0.5))),
      )
      expect(await ids(told, others)).to.deep.equal([2, 3])
      expect(names(asked).slice(1)).to.deep.equal(['nothing'])
    })
  })

  describe('over the wire', () => {
    const url = 'http://localhost/'
    const knows = httpHandler(client)
    const doesNot = httpHandler(memory(plain, rows))
    const sends = (name: string) => name === similar.name || name === 'exact'

    it('is a name, which its reader may know or not', () => {
      const sent: unknown = JSON.parse(JSON.stringify(right(encodeQuery()(right(fold(abba))))))
      const read = right(decodeQuery()(sent))
      expect(read).to.deep.equal(right(fold(abba)))
    })

    it('is evaluated by the caller, unless the server is said to know it', async () => {
      const here = httpClient(music, { url, fetch: doesNot })
      expect(await ids(here, abba)).to.deep.equal([1])
    })

    it('is answered by a server that knows it', async () => {
      const there = httpClient(music, { url, fetch: knows, lookups: sends })
      expect(await ids(there, abba)).to.deep.equal([1])
    })

    it('is refused by a server that does not', async () => {
      const there = httpClient(music, { url, fetch: doesNot, lookups: sends })
      const told = left(await toArray(there)(abba)())
      expect(told).to.deep.include({ _tag: 'InvalidField', path: 'similar_to' })
    })

    it('is refused by a server that does not allow it', async () => {
      const fetch = httpHandler(client, { lookups: (name) => name !== similar.name })
      const there = httpClient(music, { url, fetch, lookups: sends })
      expect(left(await toArray(there)(abba)())._tag).to.equal('Unsupported')
    })
  })

  it('that throws ends the evaluation', async () => {
    const asked = pipe(
      music.artist,
      filter((a) => broken.of(a.stars, 1)),
    )
    const told = left(await toArray(client)(asked)())
    expect(told).to.deep.include({ _tag: 'ClientFailed', retryable: false })
    expect(told.message).to.include("the lookup 'broken' failed")
    const weak: Client = { ...client, support: understands({}) }
    expect(left(await toArray(weak)(asked)())._tag).to.equal('ClientFailed')
  })

  it('counts what it takes', async () => {
    const asked = pipe(
      music.artist,
      filter((a) => slow.of(a.name, 'x')),
    )
    const limited = (steps: number) => toArray(pipe(client, within({ steps })))(asked)()
    expect(left(await limited(1000))._tag).to.equal('OverBudget')
    expect(right(await limited(10_000)).length).to.equal(2)
  })

  it('has a name of its own', () => {
    const told = (...lookups: ReadonlyArray<typeof odd>): ReadonlyArray<string> => {
      const checked = checkSchema(schema(definitions, { lookups }))
      return E.isLeft(checked)
        ? checked.left.map(({ field: name, message }) => `${String(name)}: ${message}`)
        : []
    }
    const named = (name: string) => ({ ...odd, name: name as typeof odd.name })
    expect(told(odd)).to.deep.equal([])
    expect(told(named('exact'))[0]).to.include('is the name of a lookup that there is already')
    expect(told(named('lower'))[0]).to.include('is the name of a function')
    expect(told(named('Odd__one'))[0]).to.include('lower case words')
    expect(told(odd, odd)[0]).to.include('is the name of two lookups')
    expect(told({ ...odd, kinds: [] as never })[0]).to.include('is for values of no kind')
    expect(told({ ...odd, kinds: ['number'] as never })[0]).to.include('has kinds that are not there')
    expect(told(null as never)[0]).to.include('is not a lookup')
    expect(told({} as never)[0]).to.include('is not a lookup')
    expect(left(fold(schema(definitions, { lookups: 3 as never }).artist))._tag).to.equal('InvalidSchema')
  })
})
