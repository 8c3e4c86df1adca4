import { mkdir, mkdtemp, open, rename, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { either as E, function as fn } from 'fp-ts'
import {
  autoId,
  belongsTo,
  count,
  field,
  filter,
  manyToMany,
  oneToOne,
  prefetchRelated,
  schema,
  selectRelated,
  toArray,
  type BadFile,
  type Client,
  type QueryError,
} from 'queryset-ts'
import { json } from 'queryset-ts/json'
import { bounded } from '../../src/clients/json/bounded.js'
import { jsonWith } from '../../src/clients/json/json.js'
import { latest } from '../../src/clients/json/latest.js'

const { pipe } = fn

const music = schema({
  artist: { id: autoId, name: field.nullable(field.text()) },
  album: {
    id: autoId,
    title: field.text({ unique: true }),
    price: field.nullable(field.decimal()),
    extra: field.nullable(field.json()),
    artist: field.nullable(belongsTo('artist', { relatedName: 'albums' })),
  },
  sleeve: { album: oneToOne('album', { primaryKey: true }), colour: field.text() },
  playlist: { id: autoId, albums: manyToMany('album', { relatedName: 'playlists' }) },
})

const row = (text: string) => `[\n  ${text}\n]\n`

const artists = row('{"id": 1, "name": "Björk 🎵"},\n  {"id": 2, "name": null}')

const album = (more: object) =>
  JSON.stringify({ id: 1, title: 'Début', price: '9.90', extra: null, artist: 1, ...more })

const failure = <A>(result: E.Either<QueryError, A>): QueryError => {
  if (E.isRight(result)) throw new Error('expected a Left')
  return result.left
}

const rightOf = <A>(result: E.Either<QueryError, A>): A => {
  if (E.isLeft(result)) throw new Error(result.left.message)
  return result.right
}

describe('json', () => {
  let folder: string
  let client: Client
  const write = (model: string, text: string | Uint8Array) => writeFile(join(folder, `${model}.json`), text)
  const albums = () => pipe(music.album, toArray(client))()
  const bad = async (): Promise<BadFile> => {
    const error = failure(await albums())
    if (error._tag !== 'BadFile') throw new Error(error.message)
    return error
  }
  const place = ({ file, line, column, model, row: number, path }: BadFile) => ({
    file: file.slice(folder.length + 1),
    line,
    column,
    model,
    row: number,
    path,
  })

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'queryset-json-'))
    client = json(music, folder)
    await write('artist', artists)
  })
  afterEach(() => rm(folder, { recursive: true }))

  describe('a good folder', () => {
    it('answers with its rows, canonical, across relations', async () => {
      await write(
        'album',
        row(`${album({ price: '9.90' })},\n  ${album({ id: 2, title: 'Post', artist: null })}`),
      )
      await write('playlist', '[{"id": 7}]')
      await write('playlist_albums', '[{"id": 1, "playlist": 7, "album": 2}]')
      expect(rightOf(await albums())).to.deep.equal([
        { id: 1, title: 'Début', price: '9.9', extra: null, artist: 1 },
        { id: 2, title: 'Post', price: '9.9', extra: null, artist: null },
      ])
      const listed = pipe(
        music.album,
        filter((a) => a.playlists.some((p) => p.id.eq(7))),
      )
      expect(rightOf(await pipe(listed, toArray(client))()).map(({ id }) => id)).to.deep.equal([2])
      const joined = pipe(
        music.artist,
        filter((a) => a.name.contains('🎵')),
        prefetchRelated((a) => a.albums),
      )
      expect(
        rightOf(await pipe(joined, toArray(client))()).map(({ albums: own }) => own.length),
      ).to.deep.equal([1])
    })

    it('takes a missing file for no rows', async () => {
      expect(rightOf(await albums())).to.deep.equal([])
    })

    it('tolerates a byte order mark, Windows line breaks and an empty list', async () => {
      await write('artist', `\uFEFF${artists.replaceAll('\n', '\r\n')}`)
      await write('album', '[]')
      expect(rightOf(await pipe(music.artist, count(client))())).to.equal(2)
    })

    it('is read by setup', async () => {
      expect(E.isRight(await client.setup!())).to.equal(true)
      await write('album', '[')
      expect(failure(await client.setup!())._tag).to.equal('BadFile')
    })

    it('gives rows of which a change is not seen by later answers', async () => {
      await write('album', row(album({ extra: { deep: [1, { a: 2 }] } })))
      const query = pipe(
        music.album,
        selectRelated((a) => a.artist),
      )
      const [first] = rightOf(await pipe(query, toArray(client))())
      Object.assign(first!, { title: 'spoilt' })
      Object.assign(first!.artist!, { name: 'spoilt' })
      Object.assign((first!.extra as { deep: object[] }).deep[1]!, { a: 'spoilt' })
      expect(rightOf(await pipe(query, toArray(client))())).to.deep.equal([
        {
          id: 1,
          title: 'Début',
          price: '9.9',
          extra: { deep: [1, { a: 2 }] },
          artist: { id: 1, name: 'Björk 🎵' },
        },
      ])
    })
  })

  describe('a bad file', () => {
    const says = async (text: string, line: number, column: number, path: string, reason: string) => {
      await write('album', text)
      const error = await bad()
      expect({ ...place(error), reason: error.reason }).to.include({
        file: 'album.json',
        model: 'album',
        line,
        column,
        path,
        reason,
      })
      expect(error.message).to.contain(`album.json:${String(line)}:${String(column)}`)
    }

    it('is told by the line of its first mistake', async () => {
      await write('album', `[\n  ${album({})}\n  ${album({ id: 2 })}\n]`)
      const error = await bad()
      expect(place(error)).to.deep.equal({
        file: 'album.json',
        line: 3,
        column: 3,
        model: 'album',
        row: null,
        path: '',
      })
      expect(error.reason).to.equal('is not JSON: comma expected')
    })

    for (const [name, text, line] of [
      ['a comment', '[\n// secret\n]', 2],
      ['a comma too many', '[\n{},\n]', 3],
      ['nothing', '', 1],
      ['an end too early', '[\n{"id": 1,\n', 3],
      ['a name without quotes', '[\n{id: 1}]', 2],
      ['single quotes', "[\n\n'secret']", 3],
      ['a line break in a text', '[\n"sec\nret"]', 2],
    ] as const)
      it(`may have ${name}`, async () => {
        await write('album', text)
        const error = await bad()
        expect(error.reason).to.match(/^is not JSON: ./u)
        expect(error.line).to.equal(line)
        expect(JSON.stringify(error)).not.to.contain('secret')
      })

    it('may be no list, or hold no objects', async () => {
      await write('album', '\n{"id": 1}')
      expect(place(await bad())).to.include({ line: 2, column: 1, row: null })
      await write('album', '[\n 5]')
      const error = await bad()
      expect(place(error)).to.include({ line: 2, column: 2, row: 0, path: '' })
      expect(error.reason).to.equal('expected an object, got a number')
    })

    it('may have a value of another kind, whose line is told', async () => {
      const text = `[\n  ${album({})},\n  {\n    "id": 2,\n    "title":\n      88\n  }\n]`
      await write('album', text)
      const error = await bad()
      expect(place(error)).to.deep.equal({
        file: 'album.json',
        line: 6,
        column: 7,
        model: 'album',
        row: 1,
        path: 'title',
      })
      expect(error.message).to.contain("album.json:6:7, 'title': expected text, got")
      expect(error.message).not.to.contain('88')
    })

    it('is told by the last of two values of one name, which is the one that counts', async () => {
      await write(
        'album',
        '[{"id": 1,\n"title": "a",\n"title": 1, "price": null, "extra": null, "artist": null}]',
      )
      expect(place(await bad())).to.include({ line: 3, column: 10 })
    })

    it('may lack a column, when the row is told', async () => {
      await write('album', row('{"id": 1,\n "price": null}'))
      const error = await bad()
      expect(place(error)).to.include({ line: 2, column: 3, row: 0, path: 'title' })
      expect(error.reason).to.equal('expected text, got nothing')
    })

    it('may have a column too many', async () => {
      await says(
        row(album({}).replace('"artist"', '\n"artists": 1, "artist"')),
        3,
        1,
        'artists',
        'the model has no such column',
      )
      expect((await bad()).hint).to.contain("Did you mean 'artist'?")
    })

    it('may have __proto__ for a column, which does no harm', async () => {
      await write('artist', '[{"id": 1, "name": "a", "__proto__": {"polluted": true}}]')
      expect(place(await bad())).to.include({ file: 'artist.json', line: 1, column: 25, path: '__proto__' })
      await write('artist', '[{"id": 1, "__proto__": {"name": "inherited"}}]')
      expect(place(await bad())).to.include({ file: 'artist.json', path: 'name' })
      expect(({} as { polluted?: boolean }).polluted).to.equal(undefined)
    })

    it('may have a number for a decimal, which could have been rounded', async () => {
      await write('album', row(album({}).replace('"9.90"', '9.90')))
      const error = await bad()
      expect(place(error)).to.include({ line: 2, row: 0, path: 'price' })
      expect(error.reason).to.equal('expected a decimal as text, got a number')
    })

    it('may have an int that is not safe', async () => {
      await write('artist', '[{"id": 9007199254740993, "name": null}]')
      expect(place(await bad())).to.include({ line: 1, column: 9, path: 'id' })
    })

    it('may have two rows with one key', async () => {
      await says(
        row(`${album({})},\n  ${album({ title: 'Post' })}`),
        3,
        9,
        'id',
        'row 0, counted from 0, has the same value already, and it must be unique',
      )
    })

    it('may have a value of a unique field twice, or of a one-to-one relation', async () => {
      await says(
        row(`${album({})},\n  ${album({ id: 2 })}`),
        3,
        19,
        'title',
        'row 0, counted from 0, has the same value already, and it must be unique',
      )
      await write('album', row(album({})))
      await write('sleeve', '[{"album": 1, "colour": "red"},\n{"album": 1, "colour": "blue"}]')
      expect(place(await bad())).to.include({ file: 'sleeve.json', line: 2, column: 11, path: 'album' })
    })

    it('may have a foreign key to no row', async () => {
      await says(
        row(`${album({})},\n  ${album({ id: 2, title: 'Post', artist: 77 })}`),
        3,
        63,
        'artist',
        'there is no artist with this key',
      )
      expect((await bad()).message).not.to.contain('77')
    })

    it('may point to rows whose file is missing', async () => {
      await write('playlist_albums', '[{"id": 1, "playlist": 7, "album": 2}]')
      expect(place(await bad())).to.include({ file: 'playlist_albums.json', line: 1, path: 'playlist' })
    })

    it('may be no UTF-8', async () => {
      await write(
        'album',
        Buffer.concat([Buffer.from('[\n"é",\n"'), Buffer.from([0xe9]), Buffer.from('"\n]')]),
      )
      const error = await bad()
      expect(place(error)).to.include({ line: 3, column: null, row: null })
      expect(error.reason).to.equal('is not UTF-8')
    })

    it('may be too large', async () => {
      const file = await open(join(folder, 'album.json'), 'w')
      await file.truncate(256 * 1024 * 1024 + 1)
      await file.close()
      const error = await bad()
      expect(error.reason).to.equal('is larger than 256 MiB')
      expect(error.hint).to.contain('database')
    })

    it('may be nested too deeply for its place to be told', async () => {
      await write(
        'album',
        row(album({ extra: 0 }).replace('"extra":0', `"extra":${'['.repeat(1e5)}${']'.repeat(1e5)}`)),
      )
      expect(place(await bad())).to.include({ row: 0, path: 'extra' })
    })

    it('may be a folder', async () => {
      await mkdir(join(folder, 'album.json'))
      expect((await bad()).reason).to.equal('is not a file')
    })

    it('is told by the row where there is no jsonc-parser', async () => {
      client = jsonWith({ parser: () => Promise.resolve(null) })(music, folder)
      await write('album', row(`${album({})},\n  ${album({ id: 'x' })}`))
      const error = await bad()
      expect(place(error)).to.include({ line: null, column: null, row: 1, path: 'id' })
      expect(error.message).to.match(/album\.json, row 1, 'id': expected int/u)
      await write('album', '[')
      expect(await bad()).to.include({ line: null, reason: 'is not JSON' })
      expect((await bad()).hint).to.contain('jsonc-parser')
    })
  })

  it('a missing folder is a ClientFailed', async () => {
    client = json(music, join(folder, 'none'))
    const error = failure(await albums())
    expect(error._tag).to.equal('ClientFailed')
    expect(error.message).to.contain('there is no folder')
  })

  it('a schema that contradicts itself is answered as such', async () => {
    // The types refuse it, which is why it is cast.
    const broken = schema({ artist: { name: field.text() } } as never)
    const error = failure(await json(broken, folder).setup!())
    expect(error._tag).to.equal('InvalidSchema')
  })

  describe('changes on disk', () => {
    const names = async () => rightOf(await pipe(music.artist, toArray(client))()).map(({ name }) => name)
    const one = (name: string) => JSON.stringify([{ id: 1, name }])

    it('are seen by the next question, if they come at once and have the same size too', async () => {
      for (const name of ['aa', 'bb', 'cc', 'dd']) {
        await write('artist', one(name))
        expect(await names()).to.deep.equal([name])
      }
    })

    it('are seen where the time stays the same', async () => {
      const file = join(folder, 'artist.json')
      const then = new Date('2020-01-01')
      await write('artist', one('aa'))
      await utimes(file, then, then)
      expect(await names()).to.deep.equal(['aa'])
      await writeFile(`${file}.new`, one('bb'))
      await utimes(`${file}.new`, then, then)
      await rename(`${file}.new`, file)
      expect(await names()).to.deep.equal(['bb'])
    })

    it('are seen where files come and go', async () => {
      expect(await names()).to.have.length(2)
      await rm(join(folder, 'artist.json'))
      expect(await names()).to.deep.equal([])
      await write('artist', one('back'))
      expect(await names()).to.deep.equal(['back'])
    })

    it('mend what was bad', async () => {
      await write('artist', '[')
      expect(failure(await albums())._tag).to.equal('BadFile')
      await write('artist', one('mended'))
      expect(await names()).to.deep.equal(['mended'])
    })

    it('of one file leave the others unread', async () => {
      await write('album', row(album({})))
      await new Promise((resolve) => setTimeout(resolve, 150))
      let asked = 0
      const parser = () => {
        asked += 1
        return Promise.resolve(null)
      }
      client = jsonWith({ parser })(music, folder)
      expect(await names()).to.have.length(2)
      // The parser is asked for when a file is found bad, so that counting tells which were read.
      await write('sleeve', '[')
      await new Promise((resolve) => setTimeout(resolve, 150))
      failure(await albums())
      expect(asked).to.equal(1)
      failure(await albums())
      expect(asked, 'a bad file that stays as it is').to.equal(1)
    })

    it('never show one file before and another after', async () => {
      const put = async (model: string, content: object) => {
        const file = join(folder, `${model}.json`)
        await writeFile(`${file}.new`, JSON.stringify([content]))
        await rename(`${file}.new`, file)
      }
      // Between the first file and the last there is much to read.
      const id = { id: autoId }
      const [b0, b1, b2, b3, b4, b5, b6, b7] = [id, id, id, id, id, id, id, id]
      const models = schema({
        first: { id: autoId, n: field.int() },
        ...{ b0, b1, b2, b3, b4, b5, b6, b7 },
        last: { id: autoId, n: field.int(), first: belongsTo('first') },
      })
      for (let i = 0; i < 8; i += 1) await write(`b${String(i)}`, `[${' '.repeat(4e6)}]`)
      const pause = () => new Promise((resolve) => setTimeout(resolve, 3))
      // The first goes ahead of the last by one at most, and is never behind.
      const state = async (n: number) => {
        await put('first', { id: 1, n })
        await put('last', { id: 1, n, first: 1 })
        await pause()
      }
      await state(1)
      const end = { reached: false }
      const writing = (async () => {
        for (let n = 2; n < 25; n += 1) await state(n)
        end.reached = true
      })()
      const query = pipe(
        models.last,
        selectRelated((l) => l.first),
      )
      while (!end.reached) {
        const answer = await pipe(query, toArray(json(models, folder)))()
        if (E.isRight(answer)) {
          const [found] = answer.right
          expect([0, 1]).to.include(found!.first.n - found!.n)
        } else expect(answer.left.message).to.contain('keep changing')
      }
      await writing
      expect(rightOf(await pipe(query, toArray(json(models, folder)))())).to.deep.equal([
        { id: 1, n: 24, first: { id: 1, n: 24 } },
      ])
    })
  })
})

describe('latest', () => {
  it('runs once at a time, and gives each asker a run that began after it asked', async () => {
    let runs = 0
    let now = 0
    let most = 0
    const ask = latest(async () => {
      runs += 1
      now += 1
      most = Math.max(most, now)
      const own = runs
      await new Promise((resolve) => setTimeout(resolve, 5))
      now -= 1
      return own
    })
    expect(await Promise.all([ask(), ask(), ask()])).to.deep.equal([1, 2, 2])
    expect(await ask()).to.equal(3)
    expect(most).to.equal(1)
  })
})

describe('bounded', () => {
  it('keeps the order and the bound', async () => {
    let now = 0
    let most = 0
    const results = await bounded(3, [5, 1, 4, 2, 3], async (each, i) => {
      now += 1
      most = Math.max(most, now)
      await new Promise((resolve) => setTimeout(resolve, each))
      now -= 1
      return each * 10 + i
    })
    expect(results).to.deep.equal([50, 11, 42, 23, 34])
    expect(most).to.equal(3)
    expect(await bounded(3, [], () => Promise.resolve(1))).to.deep.equal([])
  })
})
