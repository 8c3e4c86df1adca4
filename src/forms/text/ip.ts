import { stripped } from './stripped.js'

const mapped = /^::ffff:([\da-f]{1,4}):([\da-f]{1,4})$/u

/** The bytes that a word of an address holds, with a point between. */
const bytes = (word: string): string => {
  const n = Number.parseInt(word, 16)
  return `${String(n >> 8)}.${String(n & 255)}`
}

/**
 * An IP address as it is kept: one of version 6 in lower case, its longest run of zeros left out. Whether it is an
 * address is for the field to say.
 *
 * @since 0.2.0
 */
export const ipAddress = (text: string): string => {
  const given = stripped(text)
  if (!given.includes(':') || !URL.canParse(`http://[${given}]/`)) return given
  const short = new URL(`http://[${given}]/`).hostname.slice(1, -1)
  const [, high, low] = mapped.exec(short) ?? []
  return high === undefined || low === undefined ? short : `::ffff:${bytes(high)}.${bytes(low)}`
}
