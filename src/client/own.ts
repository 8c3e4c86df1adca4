/**
 * Which of a client's functions belong together.
 *
 * A client is a record, and whoever wants another behaviour spreads it and replaces a function. `write` and `checks`
 * speak of the functions that they were made with: where one of those was replaced, they are left out of account.
 *
 * @since 0.2.0
 */
import type { Client, WritableClient } from './Client.js'

const names = [
  'list',
  'count',
  'getPks',
  'create',
  'update',
  'delete',
  'createBulk',
  'updateBulk',
  'deleteBulk',
] as const

type Functions = { readonly [N in (typeof names)[number]]?: unknown }

const siblings = new WeakMap<object, Functions>()

/**
 * Remembers with which functions a client's `write` was made.
 *
 * @since 0.2.0
 */
export const owning = <C extends Client & Pick<Partial<WritableClient>, 'write'>>(client: C): C => {
  const functions: Functions = client
  if (client.write !== undefined)
    siblings.set(client.write, Object.fromEntries(names.map((name) => [name, functions[name]])))
  return client
}

/**
 * Whether a client has the functions that its `write` was made with, as far as that is known; leaving some out is no
 * replacement.
 *
 * @since 0.2.0
 */
export const isOwn = (client: Client & Pick<Partial<WritableClient>, 'write'>): boolean => {
  const known = client.write === undefined ? undefined : siblings.get(client.write)
  const functions: Functions = client
  return (
    known === undefined ||
    names.every((name) => functions[name] === undefined || functions[name] === known[name])
  )
}
