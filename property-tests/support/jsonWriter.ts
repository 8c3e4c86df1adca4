/**
 * A process that writes through the JSON client, for tests to kill: `FOLDER stream FIRST FAULT` makes the writes from
 * number FIRST on, without end; `FOLDER increment TIMES FAULT` adds one to the total so many times. What has been
 * acknowledged is told at once, a number a line.
 */
import { writeSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import type { Disk } from '../../src/clients/json/Disk.js'
import { fileSystem } from '../../src/clients/json/Disk.js'
import { jsonWith } from '../../src/clients/json/json.js'
import { increment, models, writeOf } from './jsonModels.js'

/** Faults that tests plant, to see that they'd be seen. */
const faults: { readonly [name: string]: Disk } = {
  none: fileSystem,
  // Each process has a lock of its own, and takes its time where another may come between.
  'no lock': {
    ...fileSystem,
    link: (from, to) => fileSystem.link(from, own(to)),
    stat: (path) => fileSystem.stat(own(path)),
    read: (path) => fileSystem.read(own(path)),
    unlink: (path) => fileSystem.unlink(own(path)),
    touch: (path) => fileSystem.touch(own(path)),
    rename: async (from, to) => {
      await setTimeout(3)
      await fileSystem.rename(from, own(to))
    },
  },
  // What names the contents aside isn't written, which are put in their places one by one all the same.
  'no journal': {
    ...fileSystem,
    rename: (from, to) =>
      to.endsWith('.queryset.json') ? fileSystem.unlink(from) : fileSystem.rename(from, to),
  },
}

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
      if (written._tag === 'Left') fail(written.left.message)
      tell(n)
    }
  }
  for (let left = Number(number); left > 0; left -= 1) {
    const id = await increment(client, `${String(process.pid)} ${String(left)}`)()
    if (id._tag === 'Right') tell(id.right)
    else if (fault === 'none') fail(id.left.message)
  }
}

void main()
