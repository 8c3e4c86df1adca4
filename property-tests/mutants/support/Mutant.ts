/** Mutants: clients that are right but for one bug, each with a proof that it shows. */
import type { Schema } from '../../../src/index.js'
import type { StoreClient } from '../../../src/clients/reference/storeClient.js'
import type { Area } from '../../../src/laws/report/Report.js'
import type { Store } from '../../../src/engine/Store.js'
import type { Rows } from './models.js'

/** A backend's point of waiting: whoever gives it decides what goes on meanwhile; where it rejects, the backend failed. */
export type Io = () => Promise<void>

export type MutantKind =
  | 'predicates'
  | 'null'
  | 'text'
  | 'numbers-dates'
  | 'order'
  | 'slices'
  | 'distinct-count-projection'
  | 'relations-aggregates'
  | 'writes'
  | 'ids-uniqueness'
  | 'cache-errors'
  | 'nested'
  | 'alike'
  | 'wide'
  | 'race'
  | 'fault'

export type MakeClient = (schema: Schema, store: Store, io?: Io) => StoreClient

/** What is asked of a client, one after the other; what it answers, and what is there afterwards, is compared. */
export interface Asked {
  readonly _tag: 'asked'
  readonly rows: Rows
  readonly ask: (client: StoreClient) => Promise<unknown>
}

/** Threads of calls that overlap; those of a thread come one after the other. `picks` says which of those that wait goes on, in turn; the outcome must be that of some order. */
export interface Overlapping {
  readonly _tag: 'overlapping'
  readonly rows: Rows
  readonly threads: ReadonlyArray<ReadonlyArray<Call>>
  readonly picks: ReadonlyArray<number>
}

/** Calls one after the other, while the backend fails at one point of waiting, counted from 0. */
export interface Failing {
  readonly _tag: 'failing'
  readonly rows: Rows
  readonly calls: ReadonlyArray<Call>
  readonly failAt: number
}

export type Call = (client: StoreClient) => Promise<unknown>

export type Witness = Asked | Overlapping | Failing

/** The laws that must kill a mutant, where only those of some areas are checked. What else kills it is another bug than its name's. */
export interface Killers {
  readonly areas: ReadonlyArray<Area>
  readonly laws: ReadonlyArray<string>
}

export interface Mutant {
  readonly name: string
  readonly by: Killers
  readonly kind: MutantKind
  /** The bug in a sentence. */
  readonly about: string
  readonly client: MakeClient
  readonly witness: Witness
}
