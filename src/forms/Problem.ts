/**
 * What is wrong with a value, before it is put in words.
 *
 * @since 0.2.0
 */
import type { Json } from '../value/Value.js'

/**
 * A code, Django's where it has one, and what the words need besides. `message` is there where the author of a form
 * gave the words.
 *
 * @since 0.2.0
 */
export interface Problem {
  readonly code: string
  readonly params: { readonly [name: string]: Json }
  readonly message: string | null
}

/** @since 0.2.0 */
export const problem = (
  code: string,
  params: Problem['params'] = {},
  message: string | null = null,
): Problem => ({ code, params, message })
