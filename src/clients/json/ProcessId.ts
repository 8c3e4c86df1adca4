/**
 * Which process this is, and whether another one is still there.
 *
 * @since 0.1.0
 */
import { readFile, readlink } from 'node:fs/promises'
import { hostname } from 'node:os'
import { codeOf } from './Disk.js'

/**
 * A process, told apart from all others: by the machine, its number there, and when that process began, since numbers
 * are used again. `began` is empty where the system doesn't tell.
 *
 * @since 0.1.0
 */
export interface ProcessId {
  readonly machine: string
  readonly pid: number
  readonly began: string
}

/**
 * This process. A machine that was started again is another one, and so is a container: the numbers of its processes
 * say nothing about those outside.
 *
 * @since 0.1.0
 */
export const thisProcess = (): Promise<ProcessId> => (known.self ??= find())

/** It stays the same. */
const known: { self: Promise<ProcessId> | null } = { self: null }

const find = async (): Promise<ProcessId> => {
  const [boot, space, own] = await Promise.all([
    readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => ''),
    readlink('/proc/self/ns/pid').catch(() => ''),
    seen(process.pid).catch(() => null),
  ])
  return {
    machine: [hostname(), boot.trim(), space].filter((part) => part !== '').join(' '),
    pid: process.pid,
    began: own?.began ?? '',
  }
}

/**
 * Whether a process of this machine has ended. Where the system doesn't tell when processes began, another one that has
 * its number passes for it.
 *
 * @since 0.1.0
 */
export const hasEnded = async ({ pid, began }: ProcessId): Promise<boolean> => {
  if (began === '') return !exists(pid)
  try {
    const now = await seen(pid)
    return now.began !== began || now.ended
  } catch {
    return !exists(pid)
  }
}

const exists = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (cause) {
    // Else it is somebody else's process (EPERM).
    return codeOf(cause) !== 'ESRCH'
  }
}

/** By proc(5): what follows the name in brackets is the state, and far behind it the threads and the time. */
const seen = async (pid: number): Promise<{ readonly began: string; readonly ended: boolean }> => {
  const text = await readFile(`/proc/${String(pid)}/stat`, 'utf8')
  const parts = text.slice(text.lastIndexOf(')') + 2).split(' ')
  // A process that has been killed has ended once its last thread has: until then it may be within a write.
  return { began: parts[19] ?? '', ended: /^[ZX]$/u.test(parts[0] ?? '') && parts[17] === '1' }
}
