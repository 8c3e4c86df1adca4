import type { DialectName, SqlValue } from '../Driver.js'
import { isMisread, binaryParts } from '../exactFloats.js'

/**
 * A value in the text of a statement, for a script that people run. It is the same value in any mode of a server, and in
 * any of the engines' command line tools: a backslash may or may not escape, and some tools change line ends.
 *
 * @since 0.2.0
 */
export const literal = (dialect: DialectName, value: SqlValue): string => {
  if (value === null) return 'null'
  if (typeof value === 'number' && dialect === 'sqlite' && isMisread(value)) return exactly(value)
  if (typeof value === 'number' || typeof value === 'bigint') return String(value)
  if (typeof value === 'boolean') return value ? 'true' : 'false'
  return text(dialect, typeof value === 'string' ? value : JSON.stringify(value))
}

/** A float that SQLite reads to the last bit. */
const exactly = (value: number): string => {
  const [whole, power] = binaryParts(value)
  return `(${String(whole)} * pow(2.0, ${String(power)}))`
}

/** Characters that a server or a tool may read as something else. */
const unclear = /[\0-\x1f\x7f\\]/gu

/** Text between quotes where that is clear, and else its bytes. */
const text = (dialect: DialectName, value: string): string => {
  const quoted = `'${value.replaceAll("'", "''")}'`
  if (value.search(unclear) === -1) return quoted
  const bytes = Buffer.from(value, 'utf8').toString('hex')
  switch (dialect) {
    case 'postgres':
      // In such a literal a backslash escapes, whatever `standard_conforming_strings` says.
      return `E${quoted.replaceAll(unclear, escaped)}`
    case 'sqlite':
      return `cast(x'${bytes}' as text)`
    case 'mariadb':
    case 'mysql':
      return `_utf8mb4 x'${bytes}'`
  }
}

const escaped = (character: string): string =>
  `\\x${(character.codePointAt(0) ?? 0).toString(16).padStart(2, '0')}`
