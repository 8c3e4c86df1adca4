/**
 * Identifies this process, and finds out whether another one still runs.
 *
 * @since 0.1.0
 */
import { readFile, readlink } from 'node:fs/promises'
import { hostname } from 'node:os'
import { codeOf } from './Disk.js'

/**
 * Identifies a process: by the machine, its number there, and its start time, since numbers are reused. `began` is
 * empty if the system doesn't give it.
 *
 * @since 0.1.0
 */
export interface ProcessId {
  readonly machine: string
  readonly pid: number
  readonly began: string
}

/**
 * This process. A machine after a restart counts as another one, and so does a container, since the numbers of its
 * processes mean nothing outside.
 *
 * @since 0.1.0
 */
export const thisProcess = (): Promise<ProcessId> => (known.self ??= find())

/** It never changes. */
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
 * Whether a process of this machine has ended. If the system doesn't give start times, another process with the same
 * number is taken for it.
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
    // Otherwise it is a process of another user (EPERM).
    return codeOf(cause) !== 'ESRCH'
  }
}

/** By proc(5): after the name in brackets comes the state, and later the number of threads and the start time. */
const seen = async (pid: number): Promise<{ readonly began: string; readonly ended: boolean }> => {
  const text = await readFile(`/proc/${String(pid)}/stat`, 'utf8')
  const parts = text.slice(text.lastIndexOf(')') + 2).split(' ')
  // A killed process has ended once its last thread has. Until then it may be writing.
  return { began: parts[19] ?? '', ended: /^[ZX]$/u.test(parts[0] ?? '') && parts[17] === '1' }
}
