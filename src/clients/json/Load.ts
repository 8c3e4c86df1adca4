/**
 * What has been read of a folder.
 *
 * @since 0.1.0
 */
import type { either as E } from 'fp-ts'
import type { QueryError } from '../../value/QueryError.js'
import type { Store } from '../../engine/Store.js'
import type { Content, RowsFile } from './readRows.js'
import type { State } from './State.js'

/**
 * A file as it is now: how to read it, and what tells this state of it from others.
 *
 * @since 0.1.0
 */
export interface LoadedFile extends RowsFile {
  /** Tells one state from another. */
  readonly stamp: string
  readonly size: bigint
  readonly there: boolean
  readonly mode: number | null
  /** Whether a change since then would show: two writes within one tick of the file system's clock look alike. */
  readonly settled: boolean
  /** Whether the file system keeps microseconds, so that any change shows in a file that this client wrote. */
  readonly fine: boolean
}

/** @since 0.1.0 */
export interface Held {
  readonly found: LoadedFile
  readonly content: E.Either<QueryError, Content>
  /** Whether this process wrote it. */
  readonly own: boolean
}

/**
 * Everything as it was at one time.
 *
 * @since 0.1.0
 */
export interface Load {
  readonly state: State
  readonly held: ReadonlyArray<Held>
  readonly store: E.Either<QueryError, Store>
}
