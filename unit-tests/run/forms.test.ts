import { expect } from 'chai'
import { either as E, function as fn } from 'fp-ts'
import {
  autoId,
  belongsTo,
  explain,
  caseWhen,
  field,
  filter,
  groupBy,
  prefetchRelated,
  schema,
  slice,
  toArray,
  value,
  values,
  valuesList,
} from 'queryset-ts'
import { memory } from 'queryset-ts/memory'

const { flow, pipe } = fn

const music = schema({
  artist: { id: autoId, name: field.text() },
  album: { id: autoId, title: field.text(), artist: belongsTo('artist', { relatedName: 'albums' }) },
  track: { id: autoId, name: field.text(), album: belongsTo('album', { relatedName: 'tracks' }) },
})
const client = memory(music, {
  artist: [{ id: 1, name: 'AC/DC' }],
  album: [
    { id: 1, title: 'Powerage', artist: 1 },
    { id: 2, title: 'Highway', artist: 1 },
  ],
  track: [{ id: 5, name: 'Sin City', album: 1 }],
})

describe('the form of rows that come with others', () => {
  it('is what their own query says', async () => {
    const flat = pipe(
      music.artist,
      prefetchRelated(
        (a) => a.albums,
        valuesList((al) => al.title),
      ),
      toArray(client),
    )
    expect(await flat()).to.deep.equal(E.right([{ id: 1, name: 'AC/DC', albums: ['Powerage', 'Highway'] }]))
    const tuples = pipe(
      music.artist,
      prefetchRelated(
        (a) => a.albums,
        flow(
          valuesList((al) => [al.title, al.id]),
          slice(0, 1),
        ),
      ),
      toArray(client),
    )
    expect(await tuples()).to.deep.equal(E.right([{ id: 1, name: 'AC/DC', albums: [['Powerage', 1]] }]))
    const records = pipe(
      music.artist,
      prefetchRelated(
        (a) => a.albums,
        values((al) => ({ title: al.title })),
      ),
      toArray(client),
    )
    expect(await records()).to.deep.equal(
      E.right([{ id: 1, name: 'AC/DC', albums: [{ title: 'Powerage' }, { title: 'Highway' }] }]),
    )
  })

  it('is found at any depth', async () => {
    const deep = pipe(
      music.artist,
      prefetchRelated(
        (a) => a.albums,
        prefetchRelated(
          (al) => al.tracks,
          valuesList((t) => t.name),
        ),
      ),
      toArray(client),
    )
    expect(await deep()).to.deep.equal(
      E.right([
        {
          id: 1,
          name: 'AC/DC',
          albums: [
            { id: 1, title: 'Powerage', artist: 1, tracks: ['Sin City'] },
            { id: 2, title: 'Highway', artist: 1, tracks: [] },
          ],
        },
      ]),
    )
  })

  it('is that of the last projection', async () => {
    const grouped = pipe(
      music.album,
      valuesList((al) => al.title),
      groupBy(
        (_) => ({}),
        (g) => ({ n: g.count() }),
      ),
      toArray(client),
    )
    expect(await grouped()).to.deep.equal(E.right([{ n: 2 }]))
  })
})

describe('explain', () => {
  it('keeps an expression on one line, however long', () => {
    const text = 'a text that is long enough for its expression to be broken, with a\nline break, '.repeat(2)
    const explained = pipe(
      music.album,
      filter((al) => caseWhen([[al.title.eq(text), value('x')]], value('y')).eq('y')),
      explain(client),
    )
    if (E.isLeft(explained)) throw new Error(explained.left.message)
    const [, , where, ...more] = explained.right.text.split('\n')
    expect(more).to.deep.equal([])
    expect(where).to.equal(
      `  where caseWhen([[title.eq('${text.replaceAll('\n', '\\n')}'), value('x')]], value('y')).eq('y')`,
    )
  })
})
