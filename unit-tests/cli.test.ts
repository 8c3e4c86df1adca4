/** The command, as it is run. */
import { execFile, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect } from 'chai'

const root = fileURLToPath(new URL('..', import.meta.url))

interface Ran {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

const ran = (...args: ReadonlyArray<string>): Promise<Ran> =>
  new Promise((done) => {
    execFile(
      process.execPath,
      ['--import', 'tsx', '--conditions=queryset-source', join(root, 'src/cli.ts'), ...args],
      { cwd: root },
      (error, stdout, stderr) => {
        done({ code: error === null ? 0 : Number(error.code), stdout, stderr })
      },
    )
  })

describe('the command queryset', function () {
  this.timeout(60_000)
  let folder = ''
  const at = (name: string) => join(folder, name)

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'queryset-cli-'))
    // A client that writes what it was given to a file when it is closed, to be looked at.
    writeFileSync(
      at('client.mjs'),
      `import { writeFileSync } from 'node:fs'
import { autoId, belongsTo, field, manyToMany, schema } from '${join(root, 'src/index.ts')}'
import { memory } from '${join(root, 'src/memory.ts')}'
const models = schema({
  album: { id: autoId, title: field.text({ maxLength: 20 }), artist: belongsTo('artist') },
  artist: { id: autoId, name: field.text(), fans: manyToMany('artist') },
})
const inner = memory(models, { artist: [{ id: 1, name: 'AC/DC' }], album: [{ id: 5, title: 'Powerage', artist: 1 }] })
export const client = {
  ...inner,
  close: async () => {
    const page = await inner.list({ from: { _tag: 'model', model: 'artist' }, annotations: [], where: null, order: [],
      reverse: false, distinctOn: null, columns: null, group: null, distinct: false, slice: null, fields: null, related: [] })()
    writeFileSync('${join(folder, 'artists.json')}', JSON.stringify(page.right.rows))
    return { _tag: 'Right', right: undefined }
  },
}
`,
    )
  })

  after(() => {
    rmSync(folder, { recursive: true, force: true })
  })

  it('dumps to the standard output, in order of dependence', async () => {
    const { code, stdout, stderr } = await ran('dumpdata', '--client', at('client.mjs'), '--app', 'music')
    expect(stderr).to.equal('dumped 2 records\n')
    expect(code).to.equal(0)
    expect(JSON.parse(stdout)).to.deep.equal([
      { model: 'music.artist', pk: 1, fields: { name: 'AC/DC', fans: [] } },
      { model: 'music.album', pk: 5, fields: { title: 'Powerage', artist: 1 } },
    ])
  })

  it('dumps some models to a file, a record a line', async () => {
    const { code } = await ran('dumpdata', '--client', at('client.mjs'), '--output', at('out.jsonl'), 'album')
    expect(code).to.equal(0)
    expect(readFileSync(at('out.jsonl'), 'utf8')).to.equal(
      '{"model":"album","pk":5,"fields":{"title":"Powerage","artist":1}}\n',
    )
    expect(readdirSync(folder).filter((name) => name.endsWith('.part'))).to.deep.equal([])
  })

  it('leaves no file where it fails', async () => {
    const { code, stderr } = await ran(
      'dumpdata',
      '--client',
      at('client.mjs'),
      '--output',
      at('no.json'),
      'albun',
    )
    expect(code).to.equal(1)
    expect(stderr).to.match(/Did you mean 'album'/u)
    expect(readdirSync(folder).filter((name) => name.startsWith('no.json'))).to.deep.equal([])
  })

  it('loads files of both sorts', async () => {
    writeFileSync(
      at('a.json'),
      JSON.stringify([{ model: 'music.artist', pk: 2, fields: { name: 'Nina', fans: [1, 2] } }]),
    )
    writeFileSync(at('b.jsonl'), '\uFEFF{"model":"ARTIST","pk":1,"fields":{"name":"AC-DC"}}\r\n\n')
    const { code, stderr } = await ran('loaddata', '--client', at('client.mjs'), at('a.json'), at('b.jsonl'))
    expect(stderr).to.match(/^loaded 2 records from /u)
    expect(code).to.equal(0)
    expect(JSON.parse(readFileSync(at('artists.json'), 'utf8'))).to.deep.equal([
      { id: 1, name: 'AC-DC' },
      { id: 2, name: 'Nina' },
    ])
  })

  it('tells every wrong record', async () => {
    const records = [
      { model: 'nothing', pk: 1, fields: {} },
      { model: 'album', pk: 6, fields: { title: 'much too long for a title', artist: ['AC/DC'] } },
      { model: 'artist', pk: 7, fields: { name: 'x', fans: 'y' } },
      7,
    ]
    writeFileSync(at('wrong.json'), JSON.stringify(records))
    const { code, stderr } = await ran('loaddata', '--client', at('client.mjs'), at('wrong.json'))
    expect(code).to.equal(1)
    expect(stderr.split('\n').slice(0, 6)).to.deep.equal([
      'Invalid:',
      "  record 0: there is no model 'nothing'",
      '  record 1, artist: is a natural key; dump it by primary key',
      '  record 1, title: is longer than 20 characters',
      '  record 2, fans: is not a list of keys',
      '  record 3: is not a record: { model, pk, fields }',
    ])
  })

  it('tells where a file is not JSON, and where there is no file or client', async () => {
    writeFileSync(at('bad.jsonl'), '{"model":"artist","pk":1,"fields":{"name":"x"}}\n{"model":\n')
    const bad = await ran('loaddata', '--client', at('client.mjs'), at('bad.jsonl'))
    expect([bad.code, bad.stderr.includes('bad.jsonl, line 2:')]).to.deep.equal([1, true])
    const missing = await ran('loaddata', '--client', at('client.mjs'), at('missing.json'))
    expect([missing.code, missing.stderr.includes('missing.json')]).to.deep.equal([1, true])
    const none = await ran('dumpdata', '--client', at('none.mjs'))
    expect(none.code).to.equal(2)
  })

  it('serves a folder of JSON files until it is told to end', async () => {
    mkdirSync(at('data'))
    writeFileSync(at('data/artist.json'), '[{"id": 1, "name": "AC/DC"}]')
    writeFileSync(
      at('schema.mjs'),
      `import { autoId, field, schema } from '${join(root, 'src/index.ts')}'
export const models = schema({ artist: { id: autoId, name: field.text({ maxLength: 20 }) } })
`,
    )
    const child = spawn(
      process.execPath,
      [
        '--import',
        'tsx',
        '--conditions=queryset-source',
        join(root, 'src/cli.ts'),
        'rest',
        at('schema.mjs'),
        '--folder',
        at('data'),
        '--port',
        '0',
      ],
      { cwd: root },
    )
    const url = await new Promise<string>((ready, failed) => {
      child.stderr.on('data', (data: Buffer) => {
        const found = /http:\/\/\S+/u.exec(data.toString())?.[0]
        if (found !== undefined) ready(found)
      })
      child.on('close', () => {
        failed(new Error('it ended'))
      })
    })
    const made = await fetch(`${url}artist/`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"name": "U2"}',
    })
    expect(made.status).to.equal(201)
    const listed = (await (await fetch(`${url}artist/?name__icontains=u2`)).json()) as {
      readonly results: unknown
    }
    expect(listed.results).to.deep.equal([{ id: 2, name: 'U2' }])
    const ended = new Promise((done) => child.on('close', done))
    child.kill('SIGTERM')
    expect(await ended).to.equal(0)
    expect(JSON.parse(readFileSync(at('data/artist.json'), 'utf8'))).to.have.length(2)
    expect((await ran('rest', at('schema.mjs'))).code).to.equal(2)
    expect((await ran('rest', at('none.mjs'), '--folder', at('data'))).code).to.equal(2)
  })

  it('says how it is used', async () => {
    for (const args of [['loaddata', '--client', at('client.mjs')], ['--what']]) {
      const { code, stderr } = await ran(...args)
      expect(code).to.equal(2)
      expect(stderr).to.include('usage: queryset loaddata')
    }
    expect((await ran('--help')).code).to.equal(0)
  })
})
