/**
 * An error of a value, before it has a text.
 *
 * @since 0.2.0
 */
import type { Json } from '../value/Value.js'

/**
 * A code, Django's if it has one, and the params of its text. `message` is set if the author of a form gave the text.
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
