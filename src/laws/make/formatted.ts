/**
 * Fields whose text has a format.
 *
 * @since 0.2.0
 */
import type { Json } from '../../value/Value.js'
import type { TextFormat } from '../../schema/formats.js'

/** Texts of each format. Several begin alike. */
export const formatted: { readonly [F in TextFormat]: ReadonlyArray<Json> } = {
  email: ['a@b.example', 'ab@b.example', 'A@b.example', 'a%b@c.example'],
  url: ['https://a.example/', 'https://a.example/b', 'http://a.example', 'https://a.example/?b=%25'],
  slug: ['a', 'A', 'ab', 'a_b', 'a-b', '10', '9'],
  ip: ['10.0.0.1', '9.0.0.1', '::1', '2001:db8::1'],
}
