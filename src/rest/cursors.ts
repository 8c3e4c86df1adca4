/**
 * Cursors: the begin of a page, as signed text that only the server can make.
 *
 * @since 0.2.0
 */
import type { webcrypto } from 'node:crypto'
import { option as O } from 'fp-ts'
import { canonical } from '../value/canonical.js'
import type { Json, Kind } from '../value/Value.js'
import type { OrderKey, Predicate } from '../expression/Expression.js'
import type { AnyQueryset } from '../queryset/Queryset.js'

/**
 * A place between rows: before or after the row with these values of the order keys. `including` adds that row to the
 * page.
 * page.
 *
 * @since 0.2.0
 */
export interface CursorPosition {
  readonly way: 'forth' | 'back'
  readonly including: boolean
  readonly values: ReadonlyArray<Json>
}

const version = 1

const toBase64Url = (bytes: Uint8Array): string =>
  btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/u, '')

const fromBase64Url = (text: string): Uint8Array<ArrayBuffer> | null =>
  /^[\w-]+$/u.test(text)
    ? O.toNullable(
        O.tryCatch(() =>
          Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (char) => char.charCodeAt(0)),
        ),
      )
    : null

const keyOf = (secret: string): Promise<webcrypto.CryptoKey> =>
  crypto.subtle.importKey('raw', new TextEncoder().encode(secret), { name: 'HMAC', hash: 'SHA-256' }, false, [
    'sign',
    'verify',
  ])

/** The signed text. It includes the view and the order, so that a cursor is valid only for these. */
const signed = (about: string, payload: string): Uint8Array<ArrayBuffer> =>
  new TextEncoder().encode(`${about}\n${payload}`)

/** A secret that lasts as long as the process. @since 0.2.0 */
export const ownSecret = (): string => toBase64Url(crypto.getRandomValues(new Uint8Array(32)))

/** @since 0.2.0 */
export const writeCursor = async (
  secret: string,
  about: string,
  { way, including, values }: CursorPosition,
): Promise<string> => {
  const json = JSON.stringify([version, way === 'forth' ? 0 : 1, including ? 1 : 0, ...values])
  const payload = toBase64Url(new TextEncoder().encode(json))
  const signature = await crypto.subtle.sign('HMAC', await keyOf(secret), signed(about, payload))
  return `${payload}.${toBase64Url(new Uint8Array(signature))}`
}

/** The place of a cursor. `null` if this server didn't make it for this list. @since 0.2.0 */
export const readCursor = async (
  secret: string,
  about: string,
  kinds: ReadonlyArray<Kind>,
  text: string,
): Promise<CursorPosition | null> => {
  if (text.length > 4096) return null
  const [payload = '', signature = '', rest] = text.split('.')
  const [bytes, json] = [fromBase64Url(signature), fromBase64Url(payload)]
  if (bytes === null || json === null || rest !== undefined) return null
  const own = await crypto.subtle.verify('HMAC', await keyOf(secret), bytes, signed(about, payload))
  if (!own) return null
  const read: unknown = O.toNullable(O.tryCatch((): unknown => JSON.parse(new TextDecoder().decode(json))))
  if (!Array.isArray(read)) return null
  const [made, way, including, ...values] = read as ReadonlyArray<unknown>
  if (made !== version || values.length !== kinds.length) return null
  const stored = values.map((value, i) =>
    value === null ? O.some<Json>(null) : canonical(kinds[i] ?? 'text', value),
  )
  return stored.every(O.isSome)
    ? {
        way: way === 0 ? 'forth' : 'back',
        including: including === 1,
        values: stored.map(O.getOrElse((): Json => null)),
      }
    : null
}

type Key = OrderKey<AnyQueryset>

const otherWay = ({ expression, direction, nulls }: Key): Key => ({
  expression,
  direction: direction === 'asc' ? 'desc' : 'asc',
  nulls: nulls === 'first' ? 'last' : 'first',
})

/** The order keys, reversed. @since 0.2.0 */
export const backwards = (keys: ReadonlyArray<Key>): ReadonlyArray<Key> => keys.map(otherWay)

const never: Predicate<AnyQueryset> = { _tag: 'or', any: [] }

const isMissing = ({ expression }: Key): Predicate<AnyQueryset> => ({
  _tag: 'lookup',
  name: 'isnull',
  left: expression,
  right: [],
})

const same = (key: Key, kind: Kind, value: Json): Predicate<AnyQueryset> =>
  value === null
    ? isMissing(key)
    : { _tag: 'lookup', name: 'exact', left: key.expression, right: [{ _tag: 'const', kind, value }] }

/** The rows whose value of a key comes after another value. */
const behindKey = (key: Key, kind: Kind, value: Json): Predicate<AnyQueryset> => {
  const there: Predicate<AnyQueryset> = { _tag: 'not', predicate: isMissing(key) }
  if (value === null) return key.nulls === 'first' ? there : never
  const further: Predicate<AnyQueryset> = {
    _tag: 'lookup',
    name: key.direction === 'asc' ? 'gt' : 'lt',
    left: key.expression,
    right: [{ _tag: 'const', kind, value }],
  }
  return key.nulls === 'last' ? { _tag: 'or', any: [further, isMissing(key)] } : further
}

/**
 * The rows after a place, in a total order. A missing value has its place like any other.
 *
 * @since 0.2.0
 */
export const behind = (
  keys: ReadonlyArray<Key>,
  kinds: ReadonlyArray<Kind>,
  { values, including }: CursorPosition,
): Predicate<AnyQueryset> => {
  const at = (i: number): { readonly kind: Kind; readonly value: Json } => ({
    kind: kinds[i] ?? 'text',
    value: values[i] ?? null,
  })
  const equal = (until: number): ReadonlyArray<Predicate<AnyQueryset>> =>
    keys.slice(0, until).map((key, i) => same(key, at(i).kind, at(i).value))
  const alternatives = keys.map((key, i): Predicate<AnyQueryset> => ({
    _tag: 'and',
    all: [...equal(i), behindKey(key, at(i).kind, at(i).value)],
  }))
  return {
    _tag: 'or',
    any: [...alternatives, ...(including ? [{ _tag: 'and', all: equal(keys.length) } as const] : [])],
  }
}
