/**
 * Processes that write to one folder, and are killed at any moment: what was acknowledged is there, nothing is there by
 * half, and nobody sees anything else meanwhile.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { expect } from 'chai'
import { build } from 'esbuild'
import { either as E } from 'fp-ts'
import { schemaOf, toArray } from 'queryset-ts'
import { fileSystem } from '../../../src/clients/json/Disk.js'
import { folder as keeperOf } from '../../../src/clients/json/folder.js'
import { json } from 'queryset-ts/json'
import { files, models, stateAfter } from '../../support/jsonModels.js'
import { parameters } from '../../support/runs.js'

/** The long run has 500 kills, which take a minute, and 1,000 rounds. */
const kills = parameters(0.1).numRuns > 100 ? parameters(0.1).numRuns : 8
const rounds = parameters(0.2).numRuns

const rightOf = <A>(result: E.Either<{ readonly message: string }, A>): A => {
  if (E.isLeft(result)) throw new Error(result.left.message)
  return result.right
}

describe('json, processes', function () {
  this.timeout(300_000)

  let scripts: string
  let folder: string
  const running = new Set<ChildProcess>()

  before(async () => {
    scripts = await mkdtemp(join(tmpdir(), 'queryset-writer-'))
    await build({
      entryPoints: [join(import.meta.dirname, '../../support/jsonWriter.ts')],
      outfile: join(scripts, 'writer.cjs'),
      bundle: true,
      platform: 'node',
      format: 'cjs',
      conditions: ['queryset-source'],
      external: ['jsonc-parser'],
      logLevel: 'error',
    })
  })
  after(() => rm(scripts, { recursive: true }))
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'queryset-processes-'))
    await begin()
  })
  const begin = () =>
    Promise.all(Object.entries(files).map(([name, text]) => writeFile(join(folder, name), text)))
  afterEach(async () => {
    running.forEach((child) => child.kill('SIGKILL'))
    await rm(folder, { recursive: true })
  })

  /** Starts a writer; `heard` are the numbers that it has acknowledged. */
  const start = (what: string, number: number, fault: string) => {
    const child = spawn(
      process.execPath,
      [join(scripts, 'writer.cjs'), folder, what, String(number), fault],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    )
    running.add(child)
    const heard: Array<number> = []
    let rest = ''
    child.stdout.on('data', (bytes: Buffer) => {
      const lines = (rest + bytes.toString()).split('\n')
      rest = lines.pop() ?? ''
      heard.push(...lines.map(Number))
    })
    const began = once(child.stdout, 'data')
    const ended = once(child, 'close').then(([code]) => {
      running.delete(child)
      return code as number | null
    })
    return { child, heard, began, ended }
  }

  /** All that is in the folder, at one time, or why it can't be read. */
  const read = async (): Promise<string> => {
    const place = {
      client: 'json',
      folder,
      disk: fileSystem,
      elsewhere: new Set<string>(),
      wait: 0,
      silence: 6000,
    }
    const keeper = keeperOf(place, schemaOf(models), 'json', () => Promise.resolve(null))
    const store = await keeper.read()
    if (E.isLeft(store)) return store.left.message
    const { rows } = store.right
    return JSON.stringify(Object.fromEntries(['tick', 'total', 'entry', 'line'].map((m) => [m, rows.get(m)])))
  }

  /** How many writes make up what there is, of `least` or more; `null` if none do. */
  const countOf = (state: string, least: number): number | null => {
    if (!state.startsWith('{')) return null
    const found = JSON.parse(state) as { readonly [model: string]: ReadonlyArray<{ readonly n: number }> }
    const n = Math.max(found['tick']?.[0]?.n ?? 0, found['total']?.[0]?.n ?? 0)
    return n >= least && stateAfter(n) === state ? n : null
  }

  /** Kills writers at random moments; what was wrong after the first after which something was. */
  const killing = async (times: number, fault: string): Promise<string | null> => {
    let done = 0
    for (let i = 0; i < times; i += 1) {
      const { child, heard, began, ended } = start('stream', done + 1, fault)
      await began
      const since = performance.now()
      // After some writes, and amid one, however fast or slow the machine is.
      const enough = i % 2 === 0 ? 2 : Math.random() * 5
      while (heard.length < enough && child.exitCode === null) await setTimeout(1)
      const pace = (performance.now() - since) / Math.max(1, heard.length)
      await setTimeout(Math.random() * Math.max(30, 2 * pace))
      // Who reads meanwhile sees a whole state too, no older than what was acknowledged.
      const acknowledged = heard.at(-1) ?? 0
      const meanwhile = await read()
      if (!/keep changing/u.test(meanwhile) && countOf(meanwhile, Math.max(done, acknowledged)) === null)
        return `kill ${String(i)}: seen after ${String(acknowledged)}: ${meanwhile}`
      child.kill('SIGKILL')
      await ended
      const last = Math.max(done, heard.at(-1) ?? 0)
      const state = await read()
      const n = countOf(state, last)
      if (n === null || n > last + 1) return `kill ${String(i)}: acknowledged ${String(last)}, found ${state}`
      done = n
    }
    // What the last one left is taken away by the next write, but for the beginnings of locks, which stay a minute.
    rightOf(await json(models, folder).update('tick', 1, { n: done })())
    const left = (await readdir(folder)).filter((name) => /\.new$|^\.queryset\.lock$/u.test(name))
    if (left.length > 0) return `left: ${left.join(', ')}`
    return done >= times / 2 ? null : `only ${String(done)} writes`
  }

  it(`killed ${String(kills)} times, lose nothing that was acknowledged`, async () => {
    expect(await killing(kills, 'none')).to.equal(null)
  })

  const fuller = Math.ceil(kills / 4)
  it(`killed ${String(fuller)} times where the disk is full now and then, lose nothing either`, async () => {
    expect(await killing(fuller, 'a full disk')).to.equal(null)
  })

  it('killed, would be seen to leave half a write if there was no journal', async () => {
    expect(await killing(300, 'no journal')).to.match(/^kill/u)
  })

  /** Two processes that count up one number; what was lost. */
  const racing = async (fault: string): Promise<string | null> => {
    const both = [start('increment', rounds / 2, fault), start('increment', rounds / 2, fault)]
    await Promise.all(both.map(({ ended }) => ended))
    const told = both.flatMap(({ heard }) => heard)
    const client = json(models, folder)
    const [total] = rightOf(await toArray(client)(models.total)())
    const ids = rightOf(await toArray(client)(models.entry)()).map(({ id }) => id)
    return total?.n === told.length &&
      ids.length === told.length &&
      new Set(told).size === told.length &&
      told.every((id) => ids.includes(id))
      ? told.length === rounds
        ? null
        : `only ${String(told.length)} of ${String(rounds)} were written`
      : `acknowledged ${String(told.length)}, counted ${String(total?.n)}, ${String(ids.length)} entries`
  }

  it(`two at once lose nothing in ${String(rounds)} rounds`, async () => {
    expect(await racing('none')).to.equal(null)
  })

  it('two at once would be seen to lose something if there was no lock', async () => {
    const seen: Array<string | null> = []
    while (seen.length < 10 && seen.every((each) => each?.startsWith('acknowledged') !== true)) {
      await rm(folder, { recursive: true })
      await mkdir(folder)
      await begin()
      seen.push(await racing('no lock'))
    }
    expect(seen.at(-1)).to.match(/^acknowledged/u)
  })
})
