/**
 * Formats of text: email addresses, web addresses, slugs and IP addresses. Each check takes time in proportion to the
 * length of the text.
 *
 * @since 0.2.0
 */

/**
 * The required format of a text.
 *
 * @since 0.2.0
 */
export type TextFormat = 'email' | 'url' | 'slug' | 'ip'

/**
 * Whether text has a format.
 *
 * - `email`: a local part of unquoted characters, and a domain name or an IP address in brackets.
 * - `url`: `http`, `https`, `ftp` or `ftps`, a host, and then anything without spaces. Other schemes are not accepted.
 * - `slug`: ASCII letters, digits, hyphens and underscores.
 * - `ip`: an IPv4 or IPv6 address.
 *
 * @example
 * import { hasFormat } from 'queryset-ts'
 * console.log(hasFormat('slug', 'so-what'), hasFormat('ip', '10.0.0.256')) // => true false
 *
 * @since 0.2.0
 */
export const hasFormat = (format: TextFormat, text: string): boolean => checks[format](text)

/** No domain name is longer, dots included. */
const longestHost = 253
const longestLabel = 63
const longestUrl = 2048
const longestEmail = 320

const slugPattern = /^[-\w]+$/u
const localPattern = /^[-!#$%&'*+/=?^`{}|~\w.]+$/u
const labelPattern = /^[\p{L}\p{N}-]+$/u
const topPattern = /^(?:[\p{L}-]+|xn--[a-z\d-]+)$/iu
const octetPattern = /^(?:0|[1-9]\d{0,2})$/u
const wordPattern = /^[\da-f]{1,4}$/iu
const portPattern = /^\d{1,5}$/u
// Control characters, spaces, and characters that a browser treats as part of a path.
const unfit = /[\s\p{Cc}\\<>"]/u

const isLabel = (label: string): boolean =>
  label.length > 0 &&
  label.length <= longestLabel &&
  labelPattern.test(label) &&
  !label.startsWith('-') &&
  !label.endsWith('-')

/** A name with at least two labels, or `localhost`. The last label is not a number. */
const isHost = (host: string): boolean => {
  if (host.length > longestHost) return false
  if (host.toLowerCase() === 'localhost') return true
  const labels = host.split('.')
  const top = labels.at(-1) ?? ''
  return labels.length > 1 && labels.every(isLabel) && top.length > 1 && topPattern.test(top)
}

const isIpv4 = (text: string): boolean => {
  if (text.length > 15) return false
  const parts = text.split('.')
  return parts.length === 4 && parts.every((part) => octetPattern.test(part) && Number(part) <= 255)
}

/** Eight groups. `::` stands for one or more of them. The last two can be an IPv4 address. */
const isIpv6 = (text: string): boolean => {
  if (text.length > 45 || !text.includes(':')) return false
  const halves = text.split('::')
  if (halves.length > 2) return false
  const parts = halves.map((half) => (half === '' ? [] : half.split(':')))
  const last = parts.at(-1)?.at(-1) ?? ''
  const mapped = last.includes('.')
  if (mapped && !isIpv4(last)) return false
  const words = parts.flat()
  const plain = mapped ? words.slice(0, -1) : words
  const count = plain.length + (mapped ? 2 : 0)
  return plain.every((word) => wordPattern.test(word)) && (halves.length === 2 ? count < 8 : count === 8)
}

const inBrackets = (host: string): string | null =>
  host.startsWith('[') && host.endsWith(']') ? host.slice(1, -1) : null

const isEmail = (text: string): boolean => {
  if (text.length > longestEmail) return false
  const at = text.lastIndexOf('@')
  const [local, host] = [text.slice(0, at), text.slice(at + 1)]
  const address = inBrackets(host)
  return (
    at > 0 &&
    localPattern.test(local) &&
    !local.startsWith('.') &&
    !local.endsWith('.') &&
    !local.includes('..') &&
    (isHost(host) || (address !== null && (isIpv4(address) || isIpv6(address))))
  )
}

const schemes: ReadonlyArray<string> = ['http', 'https', 'ftp', 'ftps']

const isUrl = (text: string): boolean => {
  const scheme = text.indexOf('://')
  if (text.length > longestUrl || scheme < 0 || !schemes.includes(text.slice(0, scheme).toLowerCase()))
    return false
  if (unfit.test(text)) return false
  const rest = text.slice(scheme + 3)
  const end = rest.search(/[/?#]/u)
  const authority = end < 0 ? rest : rest.slice(0, end)
  const host = authority.slice(authority.lastIndexOf('@') + 1)
  const colon = host.endsWith(']') ? -1 : host.lastIndexOf(':')
  const [name, port] = colon < 0 ? [host, null] : [host.slice(0, colon), host.slice(colon + 1)]
  const address = inBrackets(name)
  return (
    (port === null || (portPattern.test(port) && Number(port) <= 65_535)) &&
    (address === null ? isHost(name) || isIpv4(name) : isIpv6(address))
  )
}

const checks: { readonly [F in TextFormat]: (text: string) => boolean } = {
  email: isEmail,
  url: isUrl,
  slug: (text) => slugPattern.test(text),
  ip: (text) => isIpv4(text) || isIpv6(text),
}
