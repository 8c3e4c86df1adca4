import { stripped } from '../serializers/stripped.js'

/** A web address in its parts, as far as a missing scheme or host can be told. */
interface Parts {
  readonly scheme: string
  readonly host: string
  readonly rest: string
}

const schemeSpelling = /^[a-z][a-z\d+.-]*$/iu

const split = (text: string): Parts => {
  const colon = text.indexOf(':')
  const head = colon > 0 && schemeSpelling.test(text.slice(0, colon)) ? text.slice(0, colon) : ''
  const tail = head === '' ? text : text.slice(colon + 1)
  if (!tail.startsWith('//')) return { scheme: head.toLowerCase(), host: '', rest: tail }
  const end = tail.slice(2).search(/[/?#]/u)
  return end < 0
    ? { scheme: head.toLowerCase(), host: tail.slice(2), rest: '' }
    : { scheme: head.toLowerCase(), host: tail.slice(2, end + 2), rest: tail.slice(end + 2) }
}

/**
 * A web address as it is kept: without a scheme it is an `http` one, and a `?` or `#` with nothing behind is left out.
 * Whether it is an address is for the field to say.
 *
 * @since 0.2.0
 */
export const webAddress = (text: string): string => {
  const given = stripped(text)
  if (given === '') return ''
  const { scheme, host, rest } = split(given)
  const kept = rest.replace(/#$/u, '').replace(/\?(?=#|$)/u, '')
  return `${scheme === '' ? 'http' : scheme}://${host === '' ? kept.replace(/^\/+/u, '') : `${host}${kept}`}`
}
