/**
 * What has been read from a folder.
 *
 * @since 0.1.0
 */
import type { either as E } from 'fp-ts'
import type { QueryError } from '../../value/QueryError.js'
import type { Store } from '../../engine/Store.js'
import type { Content, RowsFile } from './readRows.js'
import type { FolderState } from './State.js'

/**
 * A file in its current state: how to read it, and what distinguishes this state from others.
 *
 * @since 0.1.0
 */
export interface LoadedFile extends RowsFile {
  /** Distinguishes one state from another. */
  readonly stamp: string
  readonly size: bigint
  readonly there: boolean
  readonly mode: number | null
  /** Whether a later change would be visible. Two writes within one tick of the file system's clock look alike. */
  readonly settled: boolean
  /** Whether the file system stores microseconds, so that any change is visible in a file that this client wrote. */
  readonly fine: boolean
}

/**
 * A file whose content is in memory.
 *
 * @since 0.1.0
 */
export interface HeldFile {
  readonly found: LoadedFile
  readonly content: E.Either<QueryError, Content>
  /** Whether this process wrote it. */
  readonly own: boolean
}

/**
 * The state of everything at one time.
 *
 * @since 0.1.0
 */
export interface FolderLoad {
  readonly state: FolderState
  readonly held: ReadonlyArray<HeldFile>
  readonly store: E.Either<QueryError, Store>
}
