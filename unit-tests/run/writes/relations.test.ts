/** Changing to-many relations. */
import { expect } from 'chai'
import { function as fn, taskEither as TE } from 'fp-ts'
import {
  addRelated,
  annotate,
  autoId,
  clearRelated,
  clientFailed,
  count,
  create,
  createRelated,
  field,
  filter,
  manyToMany,
  removeRelated,
  schema,
  setRelated,
  toArray,
  union,
  update,
  valuesList,
  type Incomplete,
  type WritableClient,
} from 'queryset-ts'
import { memory } from 'queryset-ts/memory'
import { left, right } from '../../support/answers.js'
import { fresh, shop } from './support.js'

const { pipe } = fn

describe('to-many relations', () => {
  it('are added to, set, taken out of and cleared', async () => {
    const client = fresh()
    const rock = pipe(
      shop.tag,
      filter((t) => t.id.eq(1)),
    )
    const albums = () =>
      right(
        pipe(
          shop.album,
          filter((a) => a.tags.some((t) => t.id.eq(1))),
          valuesList((a) => a.id),
          toArray(client),
        ),
      )
    expect(
      await right(
        pipe(
          rock,
          addRelated(client, (t) => t.albums, [1, 2, 1]),
        ),
      ),
    ).to.equal(2)
    expect(
      await right(
        pipe(
          rock,
          addRelated(client, (t) => t.albums, [1]),
        ),
      ),
    ).to.equal(0)
    expect(await albums()).to.deep.equal([1, 2])
    expect(
      await right(
        pipe(
          rock,
          setRelated(client, (t) => t.albums, [2]),
        ),
      ),
    ).to.equal(1)
    expect(await albums()).to.deep.equal([2])
    expect(
      await right(
        pipe(
          rock,
          removeRelated(client, (t) => t.albums, [1]),
        ),
      ),
    ).to.equal(0)
    expect(
      await right(
        pipe(
          rock,
          clearRelated(client, (t) => t.albums),
        ),
      ),
    ).to.equal(1)
    expect(await albums()).to.deep.equal([])
    const made = await right(
      pipe(
        rock,
        createRelated(client, (t) => t.albums, { title: 'Rust', artist: 1 }),
      ),
    )
    expect(made.id).to.equal(3)
    expect(await albums()).to.deep.equal([3])
  })

  it('change foreign keys, where these can be null', async () => {
    const client = fresh()
    const major = pipe(
      shop.label,
      filter((l) => l.id.eq(1)),
    )
    expect(
      await right(
        pipe(
          major,
          addRelated(client, (l) => l.albums, [2]),
        ),
      ),
    ).to.equal(1)
    expect(
      await right(
        pipe(
          major,
          clearRelated(client, (l) => l.albums),
        ),
      ),
    ).to.equal(2)
    const artist = pipe(
      shop.artist,
      filter((a) => a.id.eq(1)),
    )
    expect(
      await right(
        pipe(
          artist,
          setRelated(client, (a) => a.albums, [1, 2, 99]),
        ),
      ),
    ).to.equal(1)
    expect(
      (
        await left(
          pipe(
            artist,
            clearRelated(client, (a) => a.albums),
          ),
        )
      )._tag,
    ).to.equal('InvalidStep')
    expect(
      (
        await left(
          pipe(
            shop.label,
            addRelated(client, (l) => l.albums, [1]),
          ),
        )
      )._tag,
    ).to.equal('InvalidStep')
  })
})

describe('to-many relations that fail', () => {
  const lists = schema({
    list: { id: autoId, name: field.text(), tracks: manyToMany('track', { relatedName: 'lists' }) },
    track: { id: autoId, name: field.text() },
  })
  const whole = () => memory(lists, { list: [{ id: 1, name: 'a' }], track: [{ id: 1, name: 't' }] })

  // Caught, planted: keys as they come.
  it('take a row that comes twice once', async () => {
    const client = whole()
    const twice = pipe(
      lists.list,
      annotate((l) => ({ x: l.name })),
      union(
        pipe(
          lists.list,
          annotate((l) => ({ x: l.name.upper() })),
        ),
      ),
    )
    expect(
      await right(
        pipe(
          twice,
          addRelated(client, (l) => l.tracks, [1]),
        ),
      ),
    ).to.equal(1)
    expect(
      await right(
        pipe(
          lists.list,
          addRelated(client, (l) => l.tracks, [1]),
        ),
      ),
    ).to.equal(0)
    const made = await right(
      pipe(
        twice,
        createRelated(client, (l) => l.tracks, { name: 'u' }),
      ),
    )
    expect(made).to.deep.equal({ id: 2, name: 'u' })
  })

  it('give a callback that throws back as an error', async () => {
    const throwing = (): never => {
      throw new Error('x')
    }
    const client = { ...whole(), transaction: undefined } as unknown as WritableClient
    for (const change of [addRelated, removeRelated, setRelated])
      expect((await left(change(client, throwing, [1])(lists.list as never)))._tag).to.equal('InvalidStep')
    expect((await left(clearRelated(client, throwing)(lists.list as never)))._tag).to.equal('InvalidStep')
    expect((await left(createRelated(client, throwing, {})(lists.list as never)))._tag).to.equal(
      'InvalidStep',
    )
    expect((await left(update(client, throwing)(lists.list as never)))._tag).to.equal('InvalidStep')
    const odd = {
      get name(): string {
        throw new Error('x')
      },
    }
    expect((await left(create(client, odd)(lists.track)))._tag).to.equal('Invalid')
  })

  // Caught, planted: the link's error told as if nothing stayed.
  it('tell of a row that was made and is not linked', async () => {
    const { transaction: _, createBulk: __, ...single } = whole()
    const full = clientFailed('full', 'create', 'disk full')
    const client: WritableClient = {
      ...single,
      create: (model, row) => (model === 'track' ? single.create(model, row) : TE.left(full)),
    }
    const error = await left(
      createRelated(client, (l: { tracks: never }) => l.tracks, { name: 'u' })(lists.list as never),
    )
    expect(error._tag).to.equal('Incomplete')
    expect((error as Incomplete).items.map(({ _tag, key }) => [_tag, key])).to.deep.equal([
      ['done', 2],
      ['failed', null],
    ])
    expect(await right(count(client)(lists.track))).to.equal(2)
  })
})
