/**
 * Aggregates in MariaDB and MySQL. The library computes sums of floats, since the engine's sums lose digits.
 *
 * @since 0.2.0
 */
import type { Dialect, Spelled } from '../Dialect.js'
import { nothing, sql, type Sql } from '../Sql.js'
import { safe } from './mariadbCast.js'

/**
 * An aggregate of a group's values. `null` if MariaDB has none with the same meaning.
 *
 * @since 0.2.0
 */
export const mariadbAggregate =
  (told: (x: Spelled) => Sql): Dialect['aggregate'] =>
  (name, x, { distinct, sample }) => {
    const { kind } = x.type
    const each = distinct ? sql`distinct ` : nothing
    switch (name) {
      case 'count':
        return kind === 'json' ? null : sql`count(${each}${told(x)})`
      case 'min':
        return kind === 'json' ? null : sql`min(${told(x)})`
      case 'max':
        return kind === 'json' ? null : sql`max(${told(x)})`
      case 'sum':
        return kind === 'int'
          ? safe(sql`sum(${each}${x.sql})`)
          : kind === 'decimal'
            ? sql`sum(${each}${x.sql})`
            : null
      case 'avg':
        return kind === 'int' ? sql`(cast(sum(${each}${x.sql}) as double) / count(${each}${x.sql}))` : null
      case 'variance':
      case 'stddev':
        return kind === 'int' && !distinct ? variance(x.sql, name === 'stddev', sample) : null
    }
  }

const variance = (x: Sql, root: boolean, sample: boolean): Sql => {
  const wide = sql`cast(${x} as decimal(65))`
  const spread = sql`(count(${x}) * sum(${wide} * ${wide}) - sum(${wide}) * sum(${wide}))`
  const pairs = sql`(count(${x}) * (count(${x})${sample ? sql` - 1` : nothing}))`
  const squared = sql`(cast(${spread} as double) / nullif(${pairs}, 0))`
  return root ? sql`sqrt(${squared})` : squared
}
