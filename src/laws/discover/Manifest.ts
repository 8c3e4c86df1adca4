/**
 * What a client can do.
 *
 * @since 0.1.0
 */
import type { LookupName } from '../../expression/Expression.js'
import type { Answer, Fidelity } from '../../client/Support.js'

/**
 * The abilities that a client has, as far as no query has proven it wrong.
 *
 * - `lookups` says how each lookup of each field is answered. `order` lists the fields by which it sorts correctly,
 *   missing values included. The rest is as in the answer of a `Support`.
 * - `declaration` is the same as code, to paste as the client's `support`.
 * - `lies` are the statements of the client's `support` that aren't true, each with the number of the failure in the
 *   report that shows it, counted from 0. `more` is what it answers correctly although its `support` doesn't list it.
 *   That isn't a fault, but could be declared.
 * - `requests` is the number of queries, without those of shrinking.
 *
 * @since 0.1.0
 */
export interface Manifest extends Further {
  readonly lookups: ReadonlyArray<{
    readonly model: string
    readonly field: string
    readonly lookup: LookupName
    readonly fidelity: Fidelity
  }>
  readonly order: ReadonlyArray<{ readonly model: string; readonly field: string; readonly exact: boolean }>
  readonly connectives: boolean
  readonly slice: boolean | 'limit'
  readonly projection: boolean
  readonly total: Answer['total']
  readonly everything: boolean
  readonly declaration: string
  readonly lies: ReadonlyArray<{ readonly about: string; readonly failure: number }>
  readonly more: ReadonlyArray<string>
  readonly requests: number
}

/** Abilities that have no name in `understands`. @since 0.1.0 */
export const further = ['aggregate', 'distinct', 'annotations', 'related', 'nested'] as const

/** @since 0.1.0 */
export type Further = { readonly [K in (typeof further)[number]]: boolean }

/** The abilities that were found, before they are put into words. @since 0.1.0 */
export type Findings = Omit<Manifest, 'declaration' | 'lies' | 'more' | 'requests'>
