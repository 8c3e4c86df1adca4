import type { Json } from '../value/Value.js'

/** The ETag of a row's state. @since 0.2.0 */
export const etagOf = async (row: Json): Promise<string> => {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(JSON.stringify(row)))
  const hex = Array.from(new Uint8Array(digest).slice(0, 16), (byte) => byte.toString(16).padStart(2, '0'))
  return `"${hex.join('')}"`
}

/** Whether a header contains this ETag. `weak` ones count, except in a condition of a write. @since 0.2.0 */
export const matches = (header: string, etag: string, weak: boolean): boolean =>
  header.split(',').some((part) => {
    const tag = part.trim()
    return tag === '*' || tag === etag || (weak && tag === `W/${etag}`)
  })
