/**
 * Aggregates in PostgreSQL, exact for ints and decimals.
 *
 * @since 0.2.0
 */
import type { AggregateName } from '../../../expression/Expression.js'
import type { Spelled } from '../Dialect.js'
import { nothing, sql, type Sql } from '../Sql.js'
import { asFloat, kept, safe } from './postgresCast.js'

interface Options {
  readonly distinct: boolean
  readonly sample: boolean
}

/**
 * An aggregate of a group's values. `null` if PostgreSQL has none with the same meaning.
 *
 * @since 0.2.0
 */
export const postgresAggregate = (
  name: AggregateName,
  { sql: x, type: { kind } }: Spelled,
  { distinct, sample }: Options,
): Sql | null => {
  // A sum of floats depends on the method, so the library computes it.
  if (kind === 'float' && name !== 'count' && name !== 'min' && name !== 'max') return null
  const each = distinct ? sql`distinct ` : nothing
  const exact = kind === 'int' ? sql`(${x})::numeric` : x
  const sum = sql`sum(${each}${exact})`
  const count = sql`count(${each}${x})`
  switch (name) {
    case 'count':
      return sql`count(${each}${x})`
    case 'min':
    case 'max':
      return extreme(
        name === 'min' ? sql`min` : sql`max`,
        name === 'min' ? sql`bool_and` : sql`bool_or`,
        kind,
        x,
      )
    case 'sum':
      return kind === 'int' ? safe(sum) : kept(sum)
    case 'avg':
      return kind === 'decimal'
        ? kept(sql`trim_scale(${sum}) / nullif(${count}, 0)`)
        : sql`(${asFloat(sum)} / nullif(${count}, 0))`
    case 'variance':
    case 'stddev': {
      // Different values may have the same square.
      if (distinct) return null
      const squares = sql`sum(${each}${exact} * ${exact})`
      const spread = sql`(${count} * ${squares} - ${sum} * ${sum})`
      const pairs = sql`nullif(${count}::numeric * (${count}${sample ? sql` - 1` : nothing}), 0)`
      const variance =
        kind === 'decimal'
          ? kept(sql`trim_scale(${spread}) / ${pairs}`)
          : sql`(${asFloat(sql`greatest(${spread}, 0)`)} / ${pairs}::float8)`
      if (name === 'variance') return variance
      return kind === 'decimal' ? sql`sqrt(trim_scale(${variance}))` : sql`sqrt(${variance})`
    }
  }
}

const extreme = (name: Sql, ofTruth: Sql, kind: Spelled['type']['kind'], x: Sql): Sql | null => {
  switch (kind) {
    case 'json':
      return null
    case 'boolean':
      return sql`${ofTruth}(${x})`
    case 'uuid':
      return sql`${name}((${x})::text collate "C")::uuid`
    case 'text':
      return sql`${name}((${x}) collate "C")`
    default:
      return sql`${name}(${x})`
  }
}
