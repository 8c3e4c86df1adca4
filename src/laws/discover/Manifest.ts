/**
 * What a client can do.
 *
 * @since 0.1.0
 */
import type { LookupName } from '../../expression/Expression.js'
import type { Answer, Fidelity } from '../../client/Support.js'

/**
 * The strongest abilities of a client in which no question has shown it wrong.
 *
 * - `lookups` says of each lookup of each field how it is answered; `order` which fields it orders by as the meaning
 *   says, missing values included. The rest is as in the answer of a `Support`.
 * - `declaration` says the same as code, to paste as the client's `support`.
 * - `lies` are what the client says of itself in `support` and isn't so, each with the failure of the report that shows
 *   it, counted from 0. `more` is what it answers rightly and says that it can't: that is not a fault, but could be declared.
 * - `requests` is how many questions that took, without those of shrinking.
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

/** What `understands` has no name for. @since 0.1.0 */
export const further = ['aggregate', 'distinct', 'annotations', 'related', 'nested'] as const

/** @since 0.1.0 */
export type Further = { readonly [K in (typeof further)[number]]: boolean }

/** What was found, before it is told. @since 0.1.0 */
export type Findings = Omit<Manifest, 'declaration' | 'lies' | 'more' | 'requests'>
