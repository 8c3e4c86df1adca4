/**
 * What a folder stores besides its rows: the greatest keys that ever existed, and the last write that changed several
 * files at once, in case it wasn't finished.
 *
 * It is one small file, `.queryset.json`. A write of several files takes effect when this file is replaced. From then
 * on, each new content in a temporary file counts in place of its destination, until it is moved there.
 *
 * @since 0.1.0
 */
import { join } from 'node:path'
import { either as E } from 'fp-ts'
import { badFile, type QueryError } from '../../value/QueryError.js'
import { codeOf, type Disk } from './Disk.js'
import { unreadable } from './readRows.js'

/**
 * A new content. It is in the file `aside` until it is moved to `file`. It is the whole file or, if `from` is a number,
 * the part from that byte on.
 *
 * @since 0.1.0
 */
export interface PendingWrite {
  readonly file: string
  readonly aside: string
  readonly from: number | null
}

/** @since 0.1.0 */
export interface FolderState {
  readonly greatest: ReadonlyMap<string, number>
  readonly pending: ReadonlyArray<PendingWrite>
}

/** @since 0.1.0 */
export const stateFile = '.queryset.json'

/** The largest number of bytes: some for each model. */
const largestState = 1024 * 1024

/** @since 0.1.0 */
export const noState: FolderState = { greatest: new Map(), pending: [] }

/**
 * Whether a file's name is that of a temporary file.
 *
 * @since 0.1.0
 */
export const isAside = (name: string): boolean => /^\.queryset\.[0-9a-f]{16}\.[0-9]+\.new$/u.test(name)

/** @since 0.1.0 */
export const asideOf = (token: string, index: number): string => `.queryset.${token}.${String(index)}.new`

/** @since 0.1.0 */
export const encodeState = ({ greatest, pending }: FolderState): Uint8Array =>
  new TextEncoder().encode(
    `${JSON.stringify({ version: 1, greatest: Object.fromEntries(greatest), pending }, null, 2)}\n`,
  )

/** @since 0.1.0 */
export const readState = async (
  client: string,
  folder: string,
  disk: Disk,
): Promise<E.Either<QueryError, FolderState>> => {
  const file = join(folder, stateFile)
  const bad = (reason: string) =>
    E.left(
      badFile(
        { client, file, line: null, column: null, model: '', row: null, path: '', reason },
        'Bring it back, or delete it: then no key is remembered but those of the rows.',
      ),
    )
  try {
    const state = decodeState(new TextDecoder().decode(await disk.read(file, largestState)))
    return state === null ? bad('was changed') : E.right(state)
  } catch (cause) {
    switch (codeOf(cause)) {
      case 'ENOENT':
        return E.right(noState)
      case 'EFBIG':
        return bad('is larger than 1 MiB')
      case 'ENOTFILE':
        return bad('is not a file')
      default:
        return E.left(unreadable(client, file, cause))
    }
  }
}

const decodeState = (text: string): FolderState | null => {
  try {
    const json: unknown = JSON.parse(text)
    if (!isObject(json) || json['version'] !== 1) return null
    const { greatest, pending } = json
    return isObject(greatest) &&
      Object.values(greatest).every(Number.isSafeInteger) &&
      Array.isArray(pending) &&
      pending.every(isPending)
      ? { greatest: new Map(Object.entries(greatest) as ReadonlyArray<[string, number]>), pending }
      : null
  } catch {
    return null
  }
}

const isObject = (u: unknown): u is { readonly [name: string]: unknown } =>
  typeof u === 'object' && u !== null && !Array.isArray(u)

/** The names can't lead outside the folder. */
const isPending = (u: unknown): u is PendingWrite =>
  isObject(u) &&
  typeof u['file'] === 'string' &&
  /^[^/\\]+\.(?:json|ndjson)$/u.test(u['file']) &&
  typeof u['aside'] === 'string' &&
  isAside(u['aside']) &&
  (u['from'] === null || (Number.isSafeInteger(u['from']) && (u['from'] as number) >= 0))
