/**
 * Allows one writer at a time, among all processes that use a folder.
 *
 * The lock is a file with the name of its owner. It is created in one step, as a second name for a file that is already
 * written, so only one process can create it. If a process ends, the next one takes over its lock. To do so, it holds
 * the lock of the next level, which guards the lock of this one. Without that, two processes that see the same dead
 * lock could take it over one after the other.
 *
 * On the owner's machine, it is certain whether the owner has ended. A lock from another machine counts as abandoned if
 * its time hasn't changed for `silence` milliseconds, since the holder updates it every `beat`.
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
  /** Whether this process still has the lock. */
  readonly isHeld: () => Promise<boolean>
  readonly release: () => Promise<void>
  /** Whether a process ended while it had the lock, and may have left a write unfinished. */
  readonly wasLeft: boolean
}

/** Milliseconds between two updates by the holder. */
const beat = 1000

/**
 * How many locks guard each other. Each further level is only needed if another process ends while it takes over a
 * lock.
 */
const levels = 4

interface Holder extends ProcessId {
  readonly token: string
}

/** The file of a lock as it was seen. `odd` says why it isn't a lock of this library. */
interface LockSeen {
  readonly text: string
  readonly holder: Holder | null
  readonly time: bigint
  readonly odd: string | null
}

/** The largest number of bytes in the file of a lock. */
const largestLock = 64 * 1024

const nameOf = (level: number): string => (level === 0 ? '.queryset.lock' : `.queryset.lock${String(level)}`)

const candidateOf = (token: string): string => `.queryset.${token}.lock`

/**
 * Whether a file's name is that of an unfinished lock.
 *
 * @since 0.1.0
 */
export const isCandidate = (name: string): boolean => /^\.queryset\.[0-9a-f]{16}\.lock$/u.test(name)

/** Tokens of released locks that this process couldn't remove. */
const over = new Set<string>()

/**
 * Waits for the lock, for at most `wait` milliseconds. A `Left` may succeed the next time.
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
  // For locks from other machines: since when they are unchanged.
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

  const isLeft = async (name: string, { text: own, holder, time }: LockSeen): Promise<boolean> => {
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
    // Nobody else can take over this lock now, and its holder has ended.
    try {
      const again = await see(disk, at(name))
      if (again === null || again.text !== seen.text) return false
      await disk.rename(at(candidate), at(name))
      state.wasLeft = true
      // The candidate is needed again for the level below.
      if (level > 0) await disk.link(at(name), at(candidate))
      return true
    } finally {
      await disk.unlink(at(nameOf(level + 1)))
    }
  }

  const isHeld = async (): Promise<boolean> => (await see(disk, at(nameOf(0))))?.text === text

  /** Taking over a lock removes its name. */
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
      // Not earlier: a process that knows that the lock is released takes it over, and it would then be removed.
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
    // A lock of another level may remain.
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
 * Whether the process that was creating a lock with this name has ended. An unfinished file may not name its process
 * yet.
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

/** Many more milliseconds than it takes to create a lock. */
const moment = 60_000

const linked = async (disk: Disk, from: string, to: string): Promise<boolean> => {
  try {
    await disk.link(from, to)
    return true
  } catch (cause) {
    return codeOf(cause) === 'EEXIST' ? false : rethrow(cause)
  }
}

const see = async (disk: Disk, path: string): Promise<LockSeen | null> => {
  try {
    const stats = await disk.lstat(path)
    const time = stats.mtimeNs
    const none = (odd: string): LockSeen => ({ text: '', holder: null, time, odd })
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

/** Whether a process can have this number. 0 and negative numbers stand for groups. */
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
