/**
 * Keeps track of which functions of a client belong together.
 *
 * A client is a record. To change its behaviour, code spreads it and replaces a function. `write` and `checks` describe
 * the functions that they were created with. If one of those functions is replaced, `write` and `checks` are ignored. So
 * is `stream` if `list` is replaced.
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
 * Records the functions that a client's `write` and `stream` were created with.
 *
 * @since 0.2.0
 */
export const owning = <C extends Client & Pick<Partial<WritableClient>, 'write'>>(client: C): C => {
  const functions: Functions = client
  const known = Object.fromEntries(names.map((name) => [name, functions[name]]))
  if (client.write !== undefined) siblings.set(client.write, known)
  if (client.stream !== undefined) siblings.set(client.stream, known)
  return client
}

/**
 * Whether a client still has the functions that its `write` was created with, as far as that is known. Removing a
 * function does not count as replacing it.
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

/**
 * A client's `stream`, if the client has one, and still has the `list` that it was created with.
 *
 * @since 0.2.0
 */
export const streamOf = ({ list, stream }: Client): Client['stream'] => {
  const known = stream === undefined ? undefined : siblings.get(stream)
  return known === undefined || known.list === list ? stream : undefined
}
