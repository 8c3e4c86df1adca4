/**
 * A process that writes through the JSON client, for tests to kill: `FOLDER stream FIRST FAULT` makes the writes from
 * number FIRST on, without end; `FOLDER increment TIMES FAULT` adds one to the total so many times. What has been
 * acknowledged is told at once, a number a line.
 */
import { writeSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import { fileSystem, type Disk, type Opened } from '../../src/clients/json/Disk.js'
import { jsonWith } from '../../src/clients/json/json.js'
import { increment, models, writeOf } from './jsonModels.js'

/** What tests do to the file system; most of it to see that it would be seen. */
const faults: { readonly [name: string]: Disk } = {
  none: fileSystem,
  // Each process has a lock of its own, and takes its time where another may come between.
  'no lock': {
    ...fileSystem,
    link: (from, to) => fileSystem.link(from, own(to)),
    stat: (path) => fileSystem.stat(own(path)),
    lstat: (path) => fileSystem.lstat(own(path)),
    read: (path, most) => fileSystem.read(own(path), most),
    unlink: (path) => fileSystem.unlink(own(path)),
    touch: (path) => fileSystem.touch(own(path)),
    rename: async (from, to) => {
      await setTimeout(3)
      await fileSystem.rename(from, own(to))
    },
  },
  // No fault of ours: the disk is full now and then, and takes less than it is given.
  'a full disk': {
    ...fileSystem,
    create: async (path) => scarce(await fileSystem.create(path)),
    open: async (path) => scarce(await fileSystem.open(path)),
  },
  // What names the contents aside isn't written, which are put in their places one by one all the same, and slowly.
  'no journal': {
    ...fileSystem,
    rename: async (from, to) => {
      if (to.endsWith('.queryset.json')) return fileSystem.unlink(from)
      await setTimeout(8)
      return fileSystem.rename(from, to)
    },
  },
}

/** Takes half of what it is given, or nothing, or fails, one time in eight each. */
const scarce = (file: Opened): Opened => ({
  ...file,
  write: (bytes, position) => {
    const chance = Math.floor(Math.random() * 8)
    if (chance === 0) return Promise.reject(Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' }))
    return file.write(chance === 1 ? bytes.subarray(0, 0) : chance === 2 ? half(bytes) : bytes, position)
  },
})

const half = (bytes: Uint8Array): Uint8Array => bytes.subarray(0, Math.ceil(bytes.length / 2))

const own = (path: string): string =>
  path.endsWith('.queryset.lock') ? `${path}.${String(process.pid)}` : path

const tell = (n: number): void => {
  writeSync(1, `${String(n)}\n`)
}

const main = async (): Promise<void> => {
  const [folder = '', what, number = '0', fault = 'none'] = process.argv.slice(2)
  const client = jsonWith({ disk: faults[fault]!, wait: 60_000 })(models, folder)
  const fail = (message: string): never => {
    throw new Error(message)
  }
  if (what === 'stream') {
    tell(0)
    for (let n = Number(number); ; n += 1) {
      const written = await writeOf(n)(client)()
      if (written._tag === 'Right') tell(n)
      else if (fault === 'a full disk' && !written.left.retryable) n -= 1
      else fail(written.left.message)
    }
  }
  for (let left = Number(number); left > 0; left -= 1) {
    const id = await increment(client, `${String(process.pid)} ${String(left)}`)()
    if (id._tag === 'Right') tell(id.right)
    else if (fault === 'none') fail(id.left.message)
  }
}

void main()
