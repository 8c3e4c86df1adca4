/**
 * A folder, and what there is to use it with.
 *
 * @since 0.1.0
 */
import { clientFailed, type QueryError } from '../../value/QueryError.js'
import { codeOf, type Disk } from './Disk.js'

/** @since 0.1.0 */
export interface FolderContext {
  readonly client: string
  readonly folder: string
  readonly disk: Disk
  /** The models whose rows are on other clients: what leads to them isn't checked. */
  readonly elsewhere: ReadonlySet<string>
  /** How many milliseconds to wait for other writers, at most. */
  readonly wait: number
  /** After how many milliseconds without a sign of life the holder of a lock on another machine counts as ended. */
  readonly silence: number
}

/**
 * A failure of the file system that left everything as it was. `file` is the name within the folder.
 *
 * @since 0.1.0
 */
export const failedToWrite = (
  { client }: FolderContext,
  what: string,
  file: string,
  cause: unknown,
): QueryError => {
  const code = codeOf(cause)
  return clientFailed(client, 'writing', cause, {
    message: `${what} ${file} failed (${code === '' ? 'unknown error' : code}); nothing was written`,
    hint: hints[code] ?? 'Look at the folder and who may write to it.',
    retryable: passing.includes(code),
  })
}

const hints: { readonly [code: string]: string | undefined } = {
  ENOENT: 'Give the path of a folder that is there.',
  ENOSPC: 'Make room on the disk.',
  EDQUOT: 'Make room on the disk, or have more of it allotted.',
  EROFS: 'The file system can only be read.',
  EACCES: 'Have the folder, and the files in it, be writable.',
  EPERM: 'Have the folder be writable, and on a file system that has hard links.',
  ENOTSUP: 'Use a file system that has hard links.',
}

/**
 * What may be otherwise the next time.
 *
 * @since 0.1.0
 */
export const passing: ReadonlyArray<string> = ['EMFILE', 'ENFILE', 'EBUSY', 'EAGAIN', 'EINTR', 'EIO']
