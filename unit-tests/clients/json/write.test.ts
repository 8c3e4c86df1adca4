import { spawnSync } from 'node:child_process'
import {
  chmod,
  mkdir,
  mkdtemp,
  open,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { either as E, function as fn, taskEither as TE } from 'fp-ts'
import {
  autoId,
  belongsTo,
  create,
  deleteRows,
  field,
  filter,
  schema,
  toArray,
  transaction,
  update,
  type QueryError,
} from 'queryset-ts'
import { json } from 'queryset-ts/json'
import { fileSystem } from '../../../src/clients/json/Disk.js'
import { jsonWith } from '../../../src/clients/json/json.js'
import { thisProcess } from '../../../src/clients/json/ProcessId.js'

const { pipe } = fn

const models = schema({
  artist: { id: autoId, name: field.text({ unique: true }) },
  album: { id: autoId, title: field.text(), artist: belongsTo('artist', { relatedName: 'albums' }) },
  note: { id: autoId, text: field.text() },
})

const failure = <A>(result: E.Either<QueryError, A>): QueryError => {
  if (E.isRight(result)) throw new Error('expected a Left')
  return result.left
}

const rightOf = <A>(result: E.Either<QueryError, A>): A => {
  if (E.isLeft(result)) throw new Error(result.left.message)
  return result.right
}

describe('json, writing', () => {
  let folder: string
  const at = (name: string) => join(folder, name)
  const text = (name: string) => readFile(at(name), 'utf8')
  const artists = async () => rightOf(await pipe(models.artist, toArray(json(models, folder)))())
  const make = async (name: string, client = json(models, folder)) =>
    rightOf(await pipe(models.artist, create(client, { name }))())

  /** A file of so many bytes, of which none is there. */
  const truncated = async (name: string, bytes: number) => {
    const file = await open(at(name), 'w')
    await file.truncate(bytes)
    await file.close()
  }

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'queryset-json-writes-'))
  })
  afterEach(() => rm(folder, { recursive: true }))

  describe('a list', () => {
    it('has a row a line, sorted by key, and leaves nothing else behind', async () => {
      await writeFile(at('artist.json'), '[{"name": "b", "id": 2},{"id": 1, "name": "a"}]')
      expect(await make('c')).to.deep.equal({ id: 3, name: 'c' })
      expect(await text('artist.json')).to.equal(
        '[\n  {"id":1,"name":"a"},\n  {"id":2,"name":"b"},\n  {"id":3,"name":"c"}\n]\n',
      )
      expect(await readdir(folder)).to.deep.equal(['artist.json'])
    })

    it('keeps who may read it', async () => {
      await writeFile(at('artist.json'), '[]')
      await chmod(at('artist.json'), 0o600)
      await make('a')
      expect((await stat(at('artist.json'))).mode & 0o777).to.equal(0o600)
    })

    it("isn't written where nothing changes", async () => {
      await writeFile(at('artist.json'), ' [ {"id": 1, "name": "a"} ] ')
      const client = json(models, folder)
      rightOf(
        await pipe(
          models.artist,
          update(client, () => ({ name: 'a' })),
        )(),
      )
      expect(await text('artist.json')).to.equal(' [ {"id": 1, "name": "a"} ] ')
    })

    it('that is a symbolic link is left as it is', async () => {
      await writeFile(at('elsewhere'), '[]')
      await symlink(at('elsewhere'), at('artist.json'))
      const error = failure(await pipe(models.artist, create(json(models, folder), { name: 'a' }))())
      expect(error).to.include({ _tag: 'ClientFailed', retryable: false })
      expect(error.message).to.contain('artist.json is a symbolic link')
      expect(await text('elsewhere')).to.equal('[]')
    })
  })

  it('no key is given twice, whoever deletes and whoever creates', async () => {
    await make('a')
    await make('b')
    rightOf(await pipe(models.artist, deleteRows(json(models, folder)))())
    expect(await text('artist.json')).to.equal('[]\n')
    expect(await make('c')).to.deep.equal({ id: 3, name: 'c' })
  })

  it('what has changed by hand is seen before a write, and is kept', async () => {
    const client = json(models, folder)
    await make('a', client)
    await writeFile(at('artist.json'), '[{"id": 7, "name": "by hand"}]')
    expect(await make('b', client)).to.deep.equal({ id: 8, name: 'b' })
    expect((await artists()).map(({ name }) => name)).to.deep.equal(['by hand', 'b'])
  })

  it('what changes by hand at once after a write is seen, though it has the same size and place', async () => {
    for (const format of ['json', 'ndjson'] as const) {
      const client = json(models, folder, { format })
      const name = format === 'json' ? 'artist.json' : 'note.ndjson'
      for (let i = 0; i < 20; i += 1) {
        rightOf(
          await (
            format === 'json'
              ? client.create('artist', { name: `own ${String(i)}` })
              : client.create('note', { text: `own ${String(i)}` })
          )(),
        )
        const before = await text(name)
        // Written in place.
        await writeFile(at(name), before.replace(`own ${String(i)}`, `his ${String(i)}`))
        const rows =
          format === 'json' ? await toArray(client)(models.artist)() : await toArray(client)(models.note)()
        expect(JSON.stringify(rows), format).to.contain(`his ${String(i)}`)
      }
    }
  })

  it('what changes by hand amid a transaction is kept, and the transaction is not', async () => {
    const client = json(models, folder)
    await make('a', client)
    const result = await transaction(client, (inside) =>
      pipe(
        pipe(models.artist, create(inside, { name: 'lost' })),
        TE.chainFirst(() => async () => {
          await writeFile(at('artist.json'), '[{"id": 7, "name": "by hand"}]')
          return E.right(null)
        }),
      ),
    )()
    const error = failure(result)
    expect(error).to.include({ _tag: 'ClientFailed', retryable: true })
    expect(error.message).to.contain('artist.json was changed meanwhile')
    expect((await artists()).map(({ name }) => name)).to.deep.equal(['by hand'])
    expect((await readdir(folder)).filter((name) => name.endsWith('.new'))).to.deep.equal([])
  })

  it('a folder with a bad file is not written to, and says why', async () => {
    await writeFile(at('artist.json'), '[\n{"id": 1}\n]')
    const error = failure(await pipe(models.note, create(json(models, folder), { text: 'x' }))())
    expect(error).to.include({ _tag: 'BadFile', line: 2 })
    expect(await readdir(folder)).to.deep.equal(['artist.json'])
  })

  it('a folder that is not there is not made', async () => {
    const error = failure(await pipe(models.note, create(json(models, at('none')), { text: 'x' }))())
    expect(error).to.include({ _tag: 'ClientFailed', retryable: false })
    expect(await readdir(folder)).to.deep.equal([])
  })

  it('what could not be read again is not written', async () => {
    const client = json(models, folder)
    const nobody = failure(await client.create('album', { title: 't', artist: 77 })())
    expect(nobody).to.include({ _tag: 'Conflict', model: 'album' })
    expect(nobody.message).to.equal('album.artist: there is no artist with the key 77')
    expect(failure(await client.create('album', { title: 't' })())).to.include({ _tag: 'Invalid' })
    const { id } = await make('a', client)
    rightOf(await client.create('album', { title: 't', artist: id })())
    expect(failure(await client.delete('artist', id)())).to.include({ _tag: 'Conflict', model: 'album' })
    expect(await artists()).to.have.length(1)
  })

  it('a full disk is told, and leaves everything as it was', async () => {
    await make('a')
    const disk = {
      ...fileSystem,
      create: async (path: string) => ({
        ...(await fileSystem.create(path)),
        ...(path.endsWith('.new')
          ? { write: () => Promise.reject(Object.assign(new Error('full of a'), { code: 'ENOSPC' })) }
          : {}),
      }),
    }
    const error = failure(
      await pipe(models.artist, create(jsonWith({ disk })(models, folder), { name: 'b' }))(),
    )
    expect(error).to.include({ _tag: 'ClientFailed', retryable: false, hint: 'Make room on the disk.' })
    expect(error.message).to.equal(
      "writing failed on the client 'json': writing artist.json failed (ENOSPC); nothing was written",
    )
    expect(await readdir(folder)).to.deep.equal(['artist.json'])
    expect(await artists()).to.have.length(1)
  })

  it('writes of one process, of one client or several, wait for each other', async () => {
    const client = json(models, folder)
    const names = Array.from({ length: 20 }, (_, i) => String(i))
    await Promise.all(names.map((name, i) => make(name, i % 2 === 0 ? client : json(models, folder))))
    expect((await artists()).map(({ id }) => id)).to.deep.equal(names.map((_, i) => i + 1))
  })

  describe('a log', () => {
    const notes = async () => rightOf(await pipe(models.note, toArray(json(models, folder)))())
    const client = () => json(models, folder, { format: 'ndjson' })
    const note = (words: string) => create(client(), { text: words })(models.note)
    const third = pipe(
      models.note,
      filter((n) => n.id.eq(3)),
    )

    it('grows by what is written', async () => {
      for (const words of ['one', 'two', 'three', 'four']) rightOf(await note(words)())
      const before = await text('note.ndjson')
      expect(before).to.equal(
        ['one', 'two', 'three', 'four']
          .map((words, i) => `{"id":${String(i + 1)},"text":"${words}"}\n`)
          .join(''),
      )
      const { ino } = await stat(at('note.ndjson'))
      rightOf(
        await pipe(
          third,
          update(client(), () => ({ text: '3' })),
        )(),
      )
      rightOf(
        await pipe(
          models.note,
          filter((n) => n.id.eq(1)),
          deleteRows(client()),
        )(),
      )
      expect(await text('note.ndjson')).to.equal(`${before}{"id":3,"text":"3"}\n{"$delete":1}\n`)
      expect((await stat(at('note.ndjson'))).ino).to.equal(ino)
      expect((await notes()).map(({ text: own }) => own)).to.deep.equal(['two', '3', 'four'])
    })

    it('is written anew when more than half of it counts for nothing', async () => {
      await writeFile(at('note.ndjson'), '{"id":3,"text":"a"}\n{"id":3,"text":"b"}\n')
      rightOf(
        await pipe(
          third,
          update(client(), () => ({ text: 'c' })),
        )(),
      )
      expect(await text('note.ndjson')).to.equal('{"id":3,"text":"c"}\n')
    })

    it('made by hand may lack the last line break, and have empty lines', async () => {
      await writeFile(at('note.ndjson'), '\uFEFF{"id": 1, "text": "é"}\r\n\r\n{"id": 2, "text": "b"}')
      rightOf(await note('c')())
      expect(await text('note.ndjson')).to.match(/"b"\}\n\{"id":3,"text":"c"\}\n$/u)
      expect((await notes()).map(({ text: own }) => own)).to.deep.equal(['é', 'b', 'c'])
    })

    it('is used where it is there, whatever is asked for, and a list likewise', async () => {
      await writeFile(at('note.ndjson'), '')
      await writeFile(at('artist.json'), '[]')
      rightOf(await create(json(models, folder), { text: 'x' })(models.note)())
      rightOf(await create(client(), { name: 'x' })(models.artist)())
      expect((await readdir(folder)).filter((name) => !name.startsWith('.'))).to.deep.equal([
        'artist.json',
        'note.ndjson',
      ])
    })

    it('whose write has yet to be finished is read as if it were, and is finished by the next write', async () => {
      await writeFile(at('note.ndjson'), '{"id":1,"text":"a"}\n{"id":2,"te')
      const aside = '.queryset.0123456789abcdef.0.new'
      await writeFile(at(aside), '{"id":2,"text":"b"}\n')
      const pending = [{ file: 'note.ndjson', aside, from: 20 }]
      await writeFile(at('.queryset.json'), JSON.stringify({ version: 1, greatest: { note: 7 }, pending }))
      expect((await notes()).map(({ text: own }) => own)).to.deep.equal(['a', 'b'])
      expect(rightOf(await note('c')())).to.include({ id: 8 })
      expect(await text('note.ndjson')).to.equal(
        '{"id":1,"text":"a"}\n{"id":2,"text":"b"}\n{"id":8,"text":"c"}\n',
      )
      expect((await readdir(folder)).filter((name) => name.endsWith('.new'))).to.deep.equal([])
    })

    it('that was cut by hand before that is told', async () => {
      await writeFile(at('note.ndjson'), '')
      const aside = '.queryset.0123456789abcdef.0.new'
      await writeFile(at(aside), '{"id":2,"text":"b"}\n')
      const pending = [{ file: 'note.ndjson', aside, from: 20 }]
      await writeFile(at('.queryset.json'), JSON.stringify({ version: 1, greatest: {}, pending }))
      expect(failure(await pipe(models.note, toArray(client()))())).to.include({ _tag: 'BadFile' })
      expect(failure(await note('c')())).to.include({ _tag: 'ClientFailed' })
    })

    it('with a state that was spoilt, or that leads out of the folder, is refused', async () => {
      await writeFile(at('note.ndjson'), '')
      for (const file of ['../note.json', 'note.json/..', 'note']) {
        const pending = [{ file, aside: '.queryset.0123456789abcdef.0.new', from: null }]
        await writeFile(at('.queryset.json'), JSON.stringify({ version: 1, greatest: {}, pending }))
        expect(failure(await note('c')()), file).to.include({ _tag: 'BadFile', reason: 'was changed' })
      }
    })

    it('beside a list of the same model is refused', async () => {
      await writeFile(at('note.ndjson'), '')
      await writeFile(at('note.json'), '[]')
      const error = failure(await pipe(models.note, toArray(client()))())
      expect(error).to.include({ _tag: 'BadFile', reason: 'stands beside note.json' })
    })

    for (const [name, content, line, reason] of [
      ['is not JSON', '{"id": 1, "text": "a"}\n\n{"id": 2, "te', 3, 'is not JSON'],
      ['is not a row', '[1]\n', 1, 'expected an object, got a list'],
      ['lacks a column', '{"id": 1, "text": "a"}\n{"id": 2}\n', 2, 'expected text, got nothing'],
      ['deletes nothing', '{"$delete": 1}\n', 1, 'deletes a note that is not there'],
    ] as const)
      it(`is bad where a line ${name}, which is told`, async () => {
        await writeFile(at('note.ndjson'), content)
        const error = failure(await pipe(models.note, toArray(client()))())
        expect(error).to.include({ _tag: 'BadFile', line })
        expect((error as { readonly reason: string }).reason).to.equal(reason)
      })

    it('is bad where a unique value is there twice, or a foreign key leads nowhere', async () => {
      await writeFile(at('artist.ndjson'), '{"id":1,"name":"a"}\n{"id":1,"name":"b"}\n{"id":2,"name":"a"}\n')
      expect(await artists()).to.have.length(2)
      await writeFile(at('artist.ndjson'), '{"id":1,"name":"a"}\n{"id":2,"name":"a"}\n')
      expect(failure(await pipe(models.artist, toArray(client()))())).to.include({ line: 2, column: 16 })
      await writeFile(at('artist.ndjson'), '')
      await writeFile(at('album.ndjson'), '\n{"id": 1, "title": "t", "artist": 5}\n')
      expect(failure(await pipe(models.artist, toArray(client()))())).to.include({ line: 2, path: 'artist' })
    })
  })

  it('a state that is too large, or no file, is told at once', async () => {
    const reasonOf = async (program: TE.TaskEither<QueryError, unknown>) => {
      const error = failure(await program())
      return error._tag === 'BadFile' ? error.reason : error
    }
    const spoil = [
      ['is larger than 1 MiB', () => truncated('.queryset.json', 2 ** 40)],
      ['is not a file', () => spawnSync('mkfifo', [at('.queryset.json')])],
    ] as const
    for (const [reason, make] of spoil) {
      await make()
      expect(await reasonOf(pipe(models.artist, toArray(json(models, folder))))).to.equal(reason)
      expect(await reasonOf(pipe(models.artist, create(json(models, folder), { name: 'a' })))).to.equal(
        reason,
      )
      await rm(at('.queryset.json'))
    }
  })

  it('rows that are no file are told at once', async () => {
    spawnSync('mkfifo', [at('artist.json')])
    expect(failure(await pipe(models.artist, toArray(json(models, folder)))())).to.include({
      reason: 'is not a file',
    })
    await rm(at('artist.json'))
    spawnSync('mkfifo', [at('.queryset.0123456789abcdef.0.new')])
    const pending = [{ file: 'artist.json', aside: '.queryset.0123456789abcdef.0.new', from: null }]
    await writeFile(at('.queryset.json'), JSON.stringify({ version: 1, greatest: {}, pending }))
    expect(failure(await pipe(models.artist, toArray(json(models, folder)))())._tag).to.equal('ClientFailed')
  })

  describe('the lock', () => {
    const locked = (holder: object) => writeFile(at('.queryset.lock'), JSON.stringify(holder))
    const patient = (wait: number) => jsonWith({ wait, silence: 200 })(models, folder)

    it('of a process that has ended is taken over at once', async () => {
      const { pid } = spawnSync(process.execPath, ['--version'])
      const { machine } = await thisProcess()
      await locked({ machine, pid, began: '1', token: 'x' })
      await writeFile(at('.queryset.0123456789abcdef.0.new'), 'left behind')
      await writeFile(
        at('.queryset.0123456789abcdef.lock'),
        JSON.stringify({ machine, pid, began: '1', token: 'x' }),
      )
      await make('a', patient(0))
      expect(await readdir(folder)).to.deep.equal(['artist.json'])
    })

    it('of a process whose number another one has now is taken over, too', async function () {
      const self = await thisProcess()
      if (self.began === '') this.skip()
      await locked({ ...self, began: '1', token: 'x' })
      await make('a', patient(0))
    })

    it('that was left amid taking over another is taken over', async () => {
      const { machine } = await thisProcess()
      const ended = JSON.stringify({ machine, pid: 2 ** 23, began: '', token: 'x' })
      for (const name of ['.queryset.lock', '.queryset.lock1', '.queryset.lock2'])
        await writeFile(at(name), ended)
      await make('a', patient(0))
      await make('b', patient(0))
      expect(await artists()).to.have.length(2)
      expect(await readdir(folder)).to.deep.equal(['artist.json'])
    })

    it('of a process that goes on is waited for, and not for ever', async () => {
      await locked({ ...(await thisProcess()), token: 'x' })
      const error = failure(await pipe(models.artist, create(patient(20), { name: 'a' }))())
      expect(error).to.include({ _tag: 'ClientFailed', retryable: true })
      expect(error.message).to.contain(`locked by process ${String(process.pid)}`)
      expect(await readdir(folder)).to.deep.equal(['.queryset.lock'])
      // Who only reads doesn't wait.
      expect(await artists()).to.deep.equal([])
      const waiting = make('a', patient(5000))
      setTimeout(() => void rm(at('.queryset.lock')), 30)
      await waiting
    })

    it('of another machine is taken over when it gives no sign of life for long', async () => {
      await locked({ machine: 'elsewhere', pid: 1, began: '1', token: 'x' })
      expect(failure(await pipe(models.artist, create(patient(50), { name: 'a' }))()).message).to.contain(
        'on another machine',
      )
      await make('a', patient(9000))
    })

    // Caught, planted: `stat` in place of `lstat`, a read that waits, and process 0 looked for.
    describe('that is none of a process', () => {
      const told = async (name: string, reason: string) => {
        const client = patient(60_000)
        const error = failure(await pipe(models.artist, create(client, { name: 'a' }))())
        expect(error).to.include({ _tag: 'ClientFailed', retryable: false })
        expect(error.message).to.contain(`${name} ${reason}`)
        expect(await readdir(folder)).to.deep.equal([name])
        await rm(at(name), { recursive: true })
        await make('a', client)
        expect(await readdir(folder)).to.deep.equal(['artist.json'])
      }
      const fifo = (name: string) => spawnSync('mkfifo', [at(name)])

      it('is told at once where it is a FIFO', async () => {
        fifo('.queryset.lock')
        await told('.queryset.lock', 'is not a file')
      })

      it('is told at once where it is a link that leads nowhere', async () => {
        await symlink(at('nowhere'), at('.queryset.lock'))
        await told('.queryset.lock', 'is a symbolic link')
      })

      it('is told at once where it is a folder', async () => {
        await mkdir(at('.queryset.lock'))
        await told('.queryset.lock', 'is not a file')
      })

      it('is told at once where it is larger than a lock', async () => {
        await truncated('.queryset.lock', 2 ** 40)
        await told('.queryset.lock', 'is larger than a lock')
      })

      for (const pid of [0, -1, 2 ** 40])
        it(`is told at once where it names process ${String(pid)}`, async () => {
          await locked({ ...(await thisProcess()), pid, began: '', token: 'x' })
          await told('.queryset.lock', `names the process ${String(pid)}`)
        })

      it('is left where it looks like one that was being made', async () => {
        fifo('.queryset.0123456789abcdef.lock')
        await make('a', patient(0))
        expect(await readdir(folder)).to.deep.equal(['.queryset.0123456789abcdef.lock', 'artist.json'])
      })
    })

    it('that was taken over by somebody else meanwhile makes a write fail', async () => {
      const client = json(models, folder)
      const result = await transaction(client, (inside) =>
        pipe(
          pipe(models.artist, create(inside, { name: 'a' })),
          TE.chainFirst(() => async () => {
            await locked({ machine: 'elsewhere', pid: 1, began: '1', token: 'x' })
            return E.right(null)
          }),
        ),
      )()
      expect(failure(result)).to.include({ _tag: 'ClientFailed', retryable: true })
      expect(await readdir(folder)).to.deep.equal(['.queryset.lock'])
    })
  })
})
