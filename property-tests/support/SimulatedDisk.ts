/**
 * A folder in memory that stands in for the file system: it fails or stops at any call, and forgets at a power failure
 * what hadn't been synced.
 *
 * What is forgotten is as bad as POSIX lets it be: of the names that were made, changed or taken away since the folder
 * was synced last, any part is left, in no order; of what was written to a file since it was synced, any beginning.
 */
import { basename } from 'node:path'
import type { Disk, Opened, Stats } from '../../src/clients/json/Disk.js'

interface Inode {
  readonly number: number
  readonly data: Uint8Array
  readonly synced: Uint8Array
  readonly changed: number
  readonly mode: number
}

type Op =
  | { readonly _tag: 'add'; readonly name: string; readonly inode: number }
  | { readonly _tag: 'remove'; readonly name: string }
  | { readonly _tag: 'rename'; readonly from: string; readonly to: string; readonly inode: number }

export interface World {
  readonly inodes: ReadonlyMap<number, Inode>
  readonly names: ReadonlyMap<string, number>
  readonly synced: ReadonlyMap<string, number>
  readonly ops: ReadonlyArray<Op>
  readonly clock: number
}

/**
 * What becomes of a call: it `fails` with a code, a write after half of it where it is `short`; or it `stops` the
 * process, and all that comes after it.
 */
export type Fate =
  | { readonly _tag: 'passes' }
  | { readonly _tag: 'fails'; readonly code: string }
  | { readonly _tag: 'short'; readonly code: string }
  | { readonly _tag: 'stops'; readonly did: 'nothing' | 'half' | 'all' }

export interface Simulated {
  readonly disk: Disk
  /** How many calls there have been. */
  readonly calls: () => number
  readonly log: ReadonlyArray<string>
  readonly world: () => World
}

const failure = (code: string): Error => Object.assign(new Error(code), { code })

export const emptyWorld: World = {
  inodes: new Map(),
  names: new Map(),
  synced: new Map(),
  ops: [],
  clock: 1,
}

/** A world that has some files, all synced. */
export const worldOf = (files: { readonly [name: string]: string }): World => {
  const entries = Object.entries(files)
  const names = new Map(entries.map(([name], i) => [name, i + 1]))
  return {
    inodes: new Map(
      entries.map(([, text], i) => {
        const data = Buffer.from(text)
        return [i + 1, { number: i + 1, data, synced: data, changed: i + 1, mode: 0o644 }]
      }),
    ),
    names,
    synced: names,
    ops: [],
    clock: entries.length + 1,
  }
}

export const textsOf = ({ names, inodes }: World): { readonly [name: string]: string } =>
  Object.fromEntries(
    [...names].map(([name, inode]) => [name, Buffer.from(inodes.get(inode)!.data).toString()]),
  )

const renamed = (names: ReadonlyMap<string, number>, op: Op): ReadonlyMap<string, number> => {
  const after = new Map(names)
  if (op._tag === 'remove') after.delete(op.name)
  else if (op._tag === 'add') after.set(op.name, op.inode)
  else {
    if (after.get(op.from) === op.inode) after.delete(op.from)
    after.set(op.to, op.inode)
  }
  return after
}

/** A process that was killed: all that was written is there, and its locks say that it has ended. */
export const killed = (world: World): World => ({
  ...world,
  inodes: new Map(
    [...world.inodes].map(([number, inode]) => {
      const name = [...world.names].find(([, own]) => own === number)?.[0] ?? ''
      if (!name.includes('lock')) return [number, inode]
      const text = Buffer.from(inode.data).toString()
      if (!text.endsWith('}')) return [number, inode]
      const holder = JSON.parse(text) as object
      // No process has such a number.
      const data = Buffer.from(JSON.stringify({ ...holder, pid: 2 ** 23, began: '' }))
      return [number, { ...inode, data }]
    }),
  ),
})

/** After a power failure. `chance` tells what is left; the locks are of a machine that is no more. */
export const powerless = (world: World, chance: () => number): World => {
  const names = new Map(
    [...world.ops.reduce((so, op) => (chance() < 0.5 ? renamed(so, op) : so), world.synced)].filter(
      ([name]) => !name.includes('lock'),
    ),
  )
  const inodes = new Map(
    [...world.inodes].map(([number, inode]): [number, Inode] => {
      if (inode.data === inode.synced) return [number, inode]
      // A beginning of what was written, and behind it what was there.
      const part = Math.min(1, Math.max(0, chance() * 2 - 0.5))
      const cut = Math.floor(part * inode.data.length)
      const data = Buffer.concat([inode.data.subarray(0, cut), inode.synced.subarray(cut)])
      return [number, { ...inode, data, synced: data }]
    }),
  )
  return { inodes, names, synced: names, ops: [], clock: world.clock }
}

export const simulated = (
  start: World,
  fate: (call: number, what: string) => Fate = () => ({ _tag: 'passes' }),
): Simulated => {
  let world = start
  let calls = 0
  let stopped = false
  const log: Array<string> = []

  const call = async <A>(what: string, does: () => A, half: () => unknown = () => null): Promise<A> => {
    await Promise.resolve()
    if (stopped) throw failure('STOPPED')
    calls += 1
    log.push(what)
    const own = fate(calls, what)
    switch (own._tag) {
      case 'passes':
        return does()
      case 'fails':
        throw failure(own.code)
      case 'short':
        half()
        throw failure(own.code)
      case 'stops':
        stopped = true
        if (own.did === 'all') does()
        if (own.did === 'half') half()
        throw failure('STOPPED')
    }
  }
  const name = (path: string) => basename(path)
  const inodeAt = (path: string): Inode => {
    const inode = world.inodes.get(world.names.get(name(path)) ?? 0)
    if (inode === undefined) throw failure('ENOENT')
    return inode
  }
  const put = (inode: Inode): void => {
    world = {
      ...world,
      clock: world.clock + 1,
      inodes: new Map([...world.inodes, [inode.number, { ...inode, changed: world.clock + 1 }]]),
    }
  }
  const apply = (op: Op): void => {
    world = { ...world, names: renamed(world.names, op), ops: [...world.ops, op] }
  }
  const stats = (path: string): Stats => {
    // The folder itself.
    if (path.endsWith('folder'))
      return {
        dev: 1n,
        ino: 0n,
        size: 0n,
        mode: 0o755n,
        mtimeNs: 0n,
        ctimeNs: 0n,
        isFile: () => false,
        isDirectory: () => true,
        isSymbolicLink: () => false,
      }
    const { number, data, changed, mode } = inodeAt(path)
    // In the past, so that each change shows.
    const time = 1_500_000_000_000_000_000n + BigInt(changed) * 1_000_000_000n
    return {
      dev: 1n,
      ino: BigInt(number),
      size: BigInt(data.length),
      mode: BigInt(mode),
      mtimeNs: time,
      ctimeNs: time,
      isFile: () => true,
      isDirectory: () => false,
      isSymbolicLink: () => false,
    }
  }
  const opened = (path: string, number: number): Opened => {
    const own = () => world.inodes.get(number)!
    const write = (bytes: Uint8Array, position: number): number => {
      const { data } = own()
      const gap = Buffer.alloc(Math.max(0, position - data.length))
      put({
        ...own(),
        data: Buffer.concat([data.subarray(0, position), gap, bytes, data.subarray(position + bytes.length)]),
      })
      return bytes.length
    }
    const title = (what: string) => `${what} ${name(path)}`
    return {
      write: (bytes, position) =>
        call(
          title('write'),
          () => write(bytes, position),
          () => write(bytes.subarray(0, bytes.length / 2), position),
        ),
      mode: (mode) =>
        call(title('mode'), () => {
          put({ ...own(), mode })
        }),
      date: () =>
        call(title('date'), () => {
          put(own())
        }),
      sync: () =>
        call(title('sync'), () => {
          world = {
            ...world,
            inodes: new Map([...world.inodes, [number, { ...own(), synced: own().data }]]),
          }
        }),
      close: () => call(title('close'), () => undefined),
    }
  }
  const disk: Disk = {
    stat: (path) => call(`stat ${name(path)}`, () => stats(path)),
    lstat: (path) => call(`lstat ${name(path)}`, () => stats(path)),
    read: (path) => call(`read ${name(path)}`, () => inodeAt(path).data),
    list: () => call('list', () => [...world.names.keys()]),
    create: (path) =>
      call(`create ${name(path)}`, () => {
        if (world.names.has(name(path))) throw failure('EEXIST')
        const number = world.inodes.size + 1
        const none = new Uint8Array()
        put({ number, data: none, synced: none, changed: 0, mode: 0o644 })
        apply({ _tag: 'add', name: name(path), inode: number })
        return opened(path, number)
      }),
    open: (path) => call(`open ${name(path)}`, () => opened(path, inodeAt(path).number)),
    rename: (from, to) =>
      call(`rename ${name(from)} ${name(to)}`, () => {
        apply({ _tag: 'rename', from: name(from), to: name(to), inode: inodeAt(from).number })
      }),
    link: (from, to) =>
      call(`link ${name(to)}`, () => {
        const { number } = inodeAt(from)
        if (world.names.has(name(to))) throw failure('EEXIST')
        apply({ _tag: 'add', name: name(to), inode: number })
      }),
    unlink: (path) =>
      call(`unlink ${name(path)}`, () => {
        inodeAt(path)
        apply({ _tag: 'remove', name: name(path) })
      }),
    touch: () => Promise.resolve(),
    syncFolder: () =>
      call('sync the folder', () => {
        world = { ...world, synced: world.names, ops: [] }
      }),
  }
  return { disk, calls: () => calls, log, world: () => world }
}
