/**
 * Conditions on text in PostgreSQL.
 *
 * @since 0.2.0
 */
import type { Spelled } from '../Dialect.js'
import { after, foldedPattern } from '../fold.js'
import { translated } from '../pattern.js'
import { param, sql, type Sql } from '../Sql.js'
import { postgresCall } from './postgresCall.js'

const text = { kind: 'text', nullable: true } as const

const inUpperCase = (x: Spelled): Spelled => ({
  sql: postgresCall('upper', [x], text) ?? sql`null`,
  type: x.type,
  column: false,
})

/** By upper case: for a constant, by classes of characters; for other text, by the mapping itself. */
const folded = (name: string, x: Spelled, operand: Spelled): Sql | null => {
  if (typeof operand.constant !== 'string')
    return postgresText(name.slice(1), inUpperCase(x), inUpperCase(operand))
  const pattern = foldedPattern(operand.constant)
  if (pattern === null) return null
  const begins = name === 'istartswith' || name === 'iexact'
  const ends = name === 'iendswith' || name === 'iexact'
  return sql`${x.sql} ~ ${param(`${begins ? '\\A' : ''}${pattern}${ends ? '\\Z' : ''}`)}::text`
}

const matching = (x: Spelled, operand: Spelled, anyCase: boolean): Sql | null => {
  if (typeof operand.constant !== 'string') return null
  const pattern = translated(operand.constant, anyCase)
  return pattern === null ? null : sql`${x.sql} ~ ${param(pattern.replaceAll('\\z', '\\Z'))}::text`
}

/** A text column is in the order of code points. Other text gets this collation. */
const inOrder = (x: Spelled): Sql => (x.column ? x.sql : sql`(${x.sql}) collate "C"`)

const startsWith = (x: Spelled, operand: Spelled): Sql => {
  if (typeof operand.constant !== 'string') return sql`starts_with(${x.sql}, ${operand.sql})`
  const end = after(operand.constant)
  const from = sql`${inOrder(x)} >= ${operand.sql}`
  return end === null ? from : sql`(${from} and ${inOrder(x)} < ${param(end)}::text)`
}

/**
 * A lookup of text. `null` if PostgreSQL has none with the same meaning.
 *
 * @since 0.2.0
 */
export const postgresText = (name: string, x: Spelled, operand: Spelled): Sql | null => {
  switch (name) {
    case 'exact':
      return sql`${x.sql} = ${operand.sql}`
    case 'contains':
      return sql`strpos(${x.sql}, ${operand.sql}) > 0`
    case 'startswith':
      return startsWith(x, operand)
    case 'endswith':
      return sql`right(${x.sql}, length(${operand.sql})) = ${operand.sql}`
    case 'iexact':
    case 'icontains':
    case 'istartswith':
    case 'iendswith':
      return folded(name, x, operand)
    case 'regex':
      return matching(x, operand, false)
    case 'iregex':
      return matching(x, operand, true)
    default:
      return null
  }
}
