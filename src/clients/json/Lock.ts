/**
 * One writer at a time, among all processes that use a folder.
 *
 * The lock is a file that is made whole, by a second name for a file that is written already, and so by one process
 * alone. It says whose it is. A process that has ended leaves a lock that the next one takes over: while it does, it
 * holds the lock of the next level, which guards that of this one, so that two don't take over one after the other
 * what only the first has seen dead.
 *
 * Whether a process has ended is known for sure on its own machine. A lock from elsewhere counts as left behind when
 * its time hasn't moved for `silence` milliseconds, as the holder sets it every `beat`.
 *
 * @since 0.1.0
 */
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { either as E } from 'fp-ts'
import { clientFailed, type QueryError } from '../../value/QueryError.js'
import { codeOf, rethrow, writeAll, type Disk } from './Disk.js'
import { failedToWrite, type FolderContext } from './FolderContext.js'
import { hasEnded, thisProcess, type ProcessId } from './ProcessId.js'

/** @since 0.1.0 */
export interface Lock {
  /** Whether it is still ours. */
  readonly isHeld: () => Promise<boolean>
  readonly release: () => Promise<void>
  /** Whether a process ended while it held the lock, and may have left something behind. */
  readonly wasLeft: boolean
}

/** Milliseconds between two signs of life of the holder. */
const beat = 1000

/** How many locks guard each other. A process has to end amid taking over for each further one to be needed. */
const levels = 4

interface Holder extends ProcessId {
  readonly token: string
}

/** A lock's file as it was seen; `odd` says why it is none that this library makes. */
interface Seen {
  readonly text: string
  readonly holder: Holder | null
  readonly time: bigint
  readonly odd: string | null
}

/** How many bytes a lock's file has at most. */
const largestLock = 64 * 1024

const nameOf = (level: number): string => (level === 0 ? '.queryset.lock' : `.queryset.lock${String(level)}`)

const candidateOf = (token: string): string => `.queryset.${token}.lock`

/**
 * Whether a file's name is that of a lock that was being made.
 *
 * @since 0.1.0
 */
export const isCandidate = (name: string): boolean => /^\.queryset\.[0-9a-f]{16}\.lock$/u.test(name)

/** Tokens of locks that this process couldn't take away when it gave them back. */
const over = new Set<string>()

/**
 * Waits for the lock, for `wait` milliseconds at most. A `Left` may be otherwise the next time.
 *
 * @since 0.1.0
 */
export const lock = async (place: FolderContext): Promise<E.Either<QueryError, Lock>> => {
  const { disk, folder, client, wait, silence } = place
  const at = (name: string): string => join(folder, name)
  const self = await thisProcess()
  const token = randomBytes(8).toString('hex')
  const text = JSON.stringify({ ...self, token } satisfies Holder)
  const candidate = candidateOf(token)
  const start = performance.now()
  // Of locks from elsewhere: since when they have been as they are.
  const quiet = new Map<string, { readonly text: string; readonly time: bigint; readonly since: number }>()
  const state: { blocker: string; wasLeft: boolean; odd: string | null } = {
    blocker: '',
    wasLeft: false,
    odd: null,
  }

  const make = async (): Promise<void> => {
    const file = await disk.create(at(candidate))
    try {
      await writeAll(file, new TextEncoder().encode(text), 0)
    } finally {
      await file.close()
    }
  }

  const isLeft = async (name: string, { text: own, holder, time }: Seen): Promise<boolean> => {
    if (holder !== null && holder.machine === self.machine) {
      state.blocker = `process ${String(holder.pid)}`
      return over.has(holder.token) || (await hasEnded(holder))
    }
    state.blocker = holder === null ? 'a process unknown' : `process ${String(holder.pid)} on another machine`
    const before = quiet.get(name)
    if (before === undefined || before.text !== own || before.time !== time) {
      quiet.set(name, { text: own, time, since: performance.now() })
      return false
    }
    return performance.now() - before.since > silence
  }

  const take = async (level: number): Promise<boolean> => {
    const name = nameOf(level)
    if (await linked(disk, at(candidate), at(name))) return true
    const seen = await see(disk, at(name))
    if (seen !== null && seen.odd !== null) state.odd = `${name} ${seen.odd}`
    if (seen === null || seen.odd !== null || !(await isLeft(name, seen)) || level === levels) return false
    if (!(await take(level + 1))) return false
    // Nobody else takes over what is ours to take over now, and who held it has ended.
    try {
      const again = await see(disk, at(name))
      if (again === null || again.text !== seen.text) return false
      await disk.rename(at(candidate), at(name))
      state.wasLeft = true
      // It is needed again for the level below.
      if (level > 0) await disk.link(at(name), at(candidate))
      return true
    } finally {
      await disk.unlink(at(nameOf(level + 1)))
    }
  }

  const isHeld = async (): Promise<boolean> => (await see(disk, at(nameOf(0))))?.text === text

  /** Taking over takes the name away. */
  const drop = async (name: string): Promise<void> => {
    try {
      await disk.unlink(at(name))
    } catch (cause) {
      if (codeOf(cause) !== 'ENOENT') await rethrow(cause)
    }
  }

  const giveBack = async (): Promise<void> => {
    try {
      if (await isHeld()) await disk.unlink(at(nameOf(0)))
    } catch {
      // Not before: who knows that it is over takes it over, and would have it taken away.
      over.add(token)
    }
  }

  try {
    await make()
    /* eslint-disable-next-line functional/no-loop-statements -- until it is ours or time is up */
    for (let turn = 0; !(await take(0)); turn += 1) {
      if (state.odd !== null || performance.now() - start > wait) {
        await drop(candidate)
        return E.left(state.odd === null ? busy(client, wait, state.blocker) : notOurs(client, state.odd))
      }
      await new Promise((resolve) => setTimeout(resolve, 1 + Math.random() * Math.min(20, 2 ** turn)))
    }
    await drop(candidate)
  } catch (cause) {
    await giveBack()
    // A lock of another level may be left.
    over.add(token)
    await drop(candidate).catch(() => null)
    return E.left(failedToWrite(place, 'locking', nameOf(0), cause))
  }
  const timer = setInterval(() => {
    disk.touch(at(nameOf(0))).catch(() => null)
  }, beat)
  timer.unref()
  return E.right({
    isHeld,
    wasLeft: state.wasLeft,
    release: async () => {
      clearInterval(timer)
      await giveBack()
    },
  })
}

/**
 * Whether whoever was making a lock of this name has ended. One that hasn't got far doesn't say who it was.
 *
 * @since 0.1.0
 */
export const isForsaken = async ({ disk, folder }: FolderContext, candidate: string): Promise<boolean> => {
  const seen = await see(disk, join(folder, candidate))
  if (seen === null || seen.odd !== null) return false
  if (seen.holder === null) return Date.now() - Number(seen.time / 1_000_000n) > moment
  const self = await thisProcess()
  return seen.holder.machine === self.machine && (await hasEnded(seen.holder))
}

/** Milliseconds that making a lock takes by far not. */
const moment = 60_000

const linked = async (disk: Disk, from: string, to: string): Promise<boolean> => {
  try {
    await disk.link(from, to)
    return true
  } catch (cause) {
    return codeOf(cause) === 'EEXIST' ? false : rethrow(cause)
  }
}

const see = async (disk: Disk, path: string): Promise<Seen | null> => {
  try {
    const stats = await disk.lstat(path)
    const time = stats.mtimeNs
    const none = (odd: string): Seen => ({ text: '', holder: null, time, odd })
    if (stats.isSymbolicLink()) return none('is a symbolic link')
    if (!stats.isFile()) return none('is not a file')
    if (stats.size > BigInt(largestLock)) return none('is larger than a lock')
    const text = new TextDecoder().decode(await disk.read(path, largestLock))
    const holder = holderOf(text)
    return holder !== null && !isProcess(holder.pid)
      ? none(`names the process ${String(holder.pid)}, which can't be`)
      : { text, holder, time, odd: null }
  } catch (cause) {
    return codeOf(cause) === 'ENOENT' ? null : rethrow(cause)
  }
}

/** Whether a process can have this number: 0 and negative numbers stand for groups of them. */
const isProcess = (pid: number): boolean => pid > 0 && pid <= 0x7fffffff

const holderOf = (text: string): Holder | null => {
  try {
    const json: unknown = JSON.parse(text)
    return isHolder(json) ? json : null
  } catch {
    return null
  }
}

const isHolder = (u: unknown): u is Holder =>
  typeof u === 'object' &&
  u !== null &&
  'machine' in u &&
  typeof u.machine === 'string' &&
  'pid' in u &&
  Number.isSafeInteger(u.pid) &&
  'began' in u &&
  typeof u.began === 'string' &&
  'token' in u &&
  typeof u.token === 'string'

const notOurs = (client: string, odd: string): QueryError =>
  clientFailed(client, 'writing', null, {
    message: `the folder can't be locked: ${odd}; nothing was written`,
    hint: 'Delete it: no process that uses the folder by this library has made it.',
  })

const busy = (client: string, wait: number, blocker: string): QueryError =>
  clientFailed(client, 'writing', null, {
    message: `the folder is locked by ${blocker}; waited for ${String(wait)} ms; nothing was written`,
    hint: `Try again later. Should there be no such process, delete ${nameOf(0)} in the folder.`,
    retryable: true,
  })
