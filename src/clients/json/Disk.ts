/**
 * The part of the file system that is used, as a small record. Tests can replace it, and fail at any call. Every
 * function rejects with the error of the file system.
 *
 * @since 0.1.0
 */
import { constants } from 'node:fs'
import { link, lstat, open, readdir, rename, stat, unlink, utimes, type FileHandle } from 'node:fs/promises'

/**
 * What is known of a file.
 *
 * @since 0.1.0
 */
export interface Stats {
  readonly dev: bigint
  readonly ino: bigint
  readonly size: bigint
  readonly mode: bigint
  readonly mtimeNs: bigint
  readonly ctimeNs: bigint
  readonly isFile: () => boolean
  readonly isDirectory: () => boolean
  readonly isSymbolicLink: () => boolean
}

/**
 * A file that is open for writing. `write` gives the number of bytes that were written, which may be fewer than it was
 * given.
 *
 * @since 0.1.0
 */
export interface Opened {
  readonly write: (bytes: Uint8Array, position: number) => Promise<number>
  readonly mode: (mode: number) => Promise<void>
  /**
   * Sets the time of the last change to now, to the microsecond. The clock of a file system has a resolution of
   * milliseconds, so two changes could look alike.
   */
  readonly date: () => Promise<void>
  readonly sync: () => Promise<void>
  readonly close: () => Promise<void>
}

/** @since 0.1.0 */
export interface Disk {
  readonly stat: (path: string) => Promise<Stats>
  /** For a symbolic link, the link itself. */
  readonly lstat: (path: string) => Promise<Stats>
  /**
   * Reads a whole file. It is rejected if it is larger than `most` bytes (`EFBIG`), or is not a file (`ENOTFILE`). It
   * never waits.
   */
  readonly read: (path: string, most: number) => Promise<Uint8Array>
  readonly list: (folder: string) => Promise<ReadonlyArray<string>>
  /** Creates a file. It is rejected if a file with this name exists. */
  readonly create: (path: string) => Promise<Opened>
  /** Opens an existing file. */
  readonly open: (path: string) => Promise<Opened>
  readonly rename: (from: string, to: string) => Promise<void>
  /** Gives a file a second name. It is rejected if a file with this name exists. */
  readonly link: (from: string, to: string) => Promise<void>
  readonly unlink: (path: string) => Promise<void>
  /** Sets a file's times to now. */
  readonly touch: (path: string) => Promise<void>
  /** Waits until the names in a folder are on the disk. */
  readonly syncFolder: (folder: string) => Promise<void>
}

/**
 * The file system.
 *
 * @since 0.1.0
 */
export const fileSystem: Disk = {
  stat: (path) => stat(path, { bigint: true }),
  lstat: (path) => lstat(path, { bigint: true }),
  read: async (path, most) => {
    // Opening a FIFO without a writer would wait forever.
    const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
    try {
      const stats = await handle.stat()
      if (!stats.isFile()) return await Promise.reject(failing('ENOTFILE'))
      if (stats.size > most) return await Promise.reject(failing('EFBIG'))
      return await handle.readFile()
    } finally {
      await handle.close()
    }
  },
  list: (folder) => readdir(folder),
  create: async (path) => opened(await open(path, 'wx')),
  open: async (path) => opened(await open(path, 'r+')),
  rename: (from, to) => rename(from, to),
  link: (from, to) => link(from, to),
  unlink: (path) => unlink(path),
  touch: (path) => {
    const now = new Date()
    return utimes(path, now, now)
  },
  syncFolder: async (folder) => {
    // Windows can't open folders, and stores names on the disk by itself.
    if (process.platform === 'win32') return
    const handle = await open(folder, constants.O_RDONLY)
    try {
      await handle.sync()
    } finally {
      await handle.close()
    }
  },
}

const opened = (handle: FileHandle): Opened => ({
  write: async (bytes, position) => (await handle.write(bytes, 0, bytes.length, position)).bytesWritten,
  mode: (mode) => handle.chmod(mode),
  date: () => {
    const now = Math.round((performance.timeOrigin + performance.now()) * 1000)
    // A file system with a lower resolution gives whole milliseconds.
    const seconds = (now % 1000 === 0 ? now + 1 : now) / 1e6
    return handle.utimes(seconds, seconds)
  },
  sync: () => handle.sync(),
  close: () => handle.close(),
})

/**
 * The code of a file system error, such as `ENOSPC`, or empty.
 *
 * @since 0.1.0
 */
export const codeOf = (cause: unknown): string =>
  typeof cause === 'object' && cause !== null && 'code' in cause ? String(cause.code) : ''

/**
 * Rejects with the same error.
 *
 * @since 0.1.0
 */
export const rethrow = (cause: unknown): Promise<never> =>
  Promise.reject(cause instanceof Error ? cause : failing(codeOf(cause)))

/**
 * Writes all bytes, from a position on. A disk that takes none of them is full.
 *
 * @since 0.1.0
 */
export const writeAll = async (file: Opened, bytes: Uint8Array, position: number): Promise<void> => {
  /* eslint-disable-next-line functional/no-loop-statements -- until all is written */
  for (let done = 0; done < bytes.length;) {
    const took = await file.write(bytes.subarray(done), position + done)
    if (took === 0) return Promise.reject(failing('ENOSPC'))
    done += took
  }
}

/**
 * An error with a code, like those of the file system.
 *
 * @since 0.1.0
 */
export const failing = (code: string): Error => Object.assign(new Error(code), { code })

/**
 * Creates a file. Its content is on the disk when the promise resolves. Its name is on the disk once its folder is
 * synced.
 *
 * @since 0.1.0
 */
export const put = async (
  disk: Disk,
  path: string,
  bytes: Uint8Array,
  mode: number | null,
): Promise<void> => {
  const file = await disk.create(path)
  try {
    if (mode !== null) await file.mode(mode)
    await writeAll(file, bytes, 0)
    await file.date()
    await file.sync()
  } finally {
    await file.close()
  }
}

/**
 * Whether a file with this name exists.
 *
 * @since 0.1.0
 */
export const isThere = async (disk: Disk, path: string): Promise<boolean> => {
  try {
    await disk.lstat(path)
    return true
  } catch (cause) {
    return codeOf(cause) === 'ENOENT' ? false : rethrow(cause)
  }
}
