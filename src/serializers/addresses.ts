const word = /^[\da-f]{1,4}$/iu

/** The bytes of an IPv4 address, or `null`. */
const bytesOf = (text: string): ReadonlyArray<number> | null => {
  const parts = text.split('.')
  const bytes = parts.map(Number)
  return parts.length === 4 &&
    parts.every((part) => /^(?:0|[1-9]\d{0,2})$/u.test(part)) &&
    bytes.every((n) => n <= 255)
    ? bytes
    : null
}

/** The last two words, if they are written as an IPv4 address. */
const unmapped = (part: string): ReadonlyArray<string> => {
  const bytes = part.includes('.') ? bytesOf(part) : null
  if (bytes === null) return [part]
  const [a = 0, b = 0, c = 0, d = 0] = bytes
  return [((a << 8) | b).toString(16), ((c << 8) | d).toString(16)]
}

/** The eight words of an IPv6 address, or `null`. */
const wordsOf = (text: string): ReadonlyArray<number> | null => {
  const halves = text.split('::').map((half) => (half === '' ? [] : half.split(':').flatMap(unmapped)))
  const [head = [], tail] = halves
  const given = halves.flat()
  if (halves.length > 2 || !given.every((each) => word.test(each))) return null
  const left = 8 - given.length
  if (tail === undefined ? left !== 0 : left < 1) return null
  const zeros = tail === undefined ? [] : Array.from({ length: left }, () => '0')
  return [...head, ...zeros, ...(tail ?? [])].map((each) => Number.parseInt(each, 16))
}

/** The longest run of two or more zeros is left out. If there are several, the first one is. */
const compressed = (words: ReadonlyArray<number>): string => {
  const runs = words.map((each, i) => {
    const end = each === 0 ? words.findIndex((other, j) => j > i && other !== 0) : i
    return (end === -1 ? words.length : end) - i
  })
  const longest = Math.max(...runs)
  const at = longest < 2 ? -1 : runs.indexOf(longest)
  const spelled = (some: ReadonlyArray<number>) => some.map((each) => each.toString(16)).join(':')
  return at === -1 ? spelled(words) : `${spelled(words.slice(0, at))}::${spelled(words.slice(at + longest))}`
}

/**
 * The canonical spelling of an IP address: lower case, with the zeros of IPv6 left out. An IPv4 address in IPv6 form
 * becomes IPv4. `keepMapped` keeps its `::ffff:`. `null` if the text isn't an address.
 *
 * @since 0.2.0
 */
export const canonicalAddress = (text: string, keepMapped = false): string | null => {
  // No address is longer.
  if (text.length > 45) return null
  if (!text.includes(':')) return bytesOf(text) === null ? null : text
  const words = wordsOf(text)
  if (words === null) return null
  const mapped = words.slice(0, 5).every((each) => each === 0) && words[5] === 0xffff
  const [, , , , , , high = 0, low = 0] = words
  const bytes = [high >> 8, high & 255, low >> 8, low & 255].join('.')
  return mapped ? `${keepMapped ? '::ffff:' : ''}${bytes}` : compressed(words)
}
