/** Random querysets over random rows, several on the same rows, for a SQL database to answer. */
import fc from 'fast-check'
import type { Driver } from '../../src/clients/sql/Driver.js'
import { createStatements } from '../../src/clients/sql/schema/ddl.js'
import { runStatements } from '../../src/clients/sql/schema/runStatements.js'
import { tapeOf } from '../../src/laws/make/Tape.js'
import { canonicalJson } from '../../src/value/Order.js'
import type { Json } from '../../src/value/Value.js'
import type { Q } from './expressions.js'
import { naturals } from './naturals.js'
import { crowdedOf, querysetOf } from './querysets.js'
import { shownBy } from './runs.js'
import { emptied } from './sqlCases.js'
import { done, fillRows } from './sqlDatabases.js'
import { worldOf, type World } from './worlds.js'

/** How many querysets are asked of the same rows: making tables takes longer than answering. */
export const together = 25

export interface Case {
  readonly world: World
  readonly querysets: ReadonlyArray<Q>
}

export const cases = (): fc.Arbitrary<Case> =>
  fc
    .record(
      {
        plan: naturals(40),
        sizes: naturals(60),
        rows: fc.array(fc.array(naturals(9), { maxLength: 6, size: 'max' }), { maxLength: 5, size: 'max' }),
        querysets: fc.array(
          fc.record(
            {
              base: naturals(3),
              steps: fc.array(naturals(50), { maxLength: 6, size: 'max' }),
              crowded: naturals(300),
              which: fc.nat(3),
            },
            { noNullPrototype: true },
          ),
          { minLength: together, maxLength: together },
        ),
      },
      { noNullPrototype: true },
    )
    .map(({ plan, sizes, rows, querysets }) => {
      const world = worldOf(tapeOf(plan), (model) => (row) => tapeOf(rows[model]?.[row] ?? []), tapeOf(sizes))
      const made = {
        world,
        querysets: querysets.map(({ base, steps, crowded, which }) =>
          which === 0
            ? crowdedOf(world, tapeOf(crowded))
            : querysetOf(world, tapeOf(base), steps.map(tapeOf), which === 1),
        ),
      }
      // What fails says which it was.
      return shownBy(made, ({ world: { rows: stored } }) => `rows ${JSON.stringify(stored)}`)
    })

/** A sum of floats may differ in its last digits. */
const rounded = (value: Json): Json =>
  typeof value === 'number' && !Number.isSafeInteger(value)
    ? Number(value.toPrecision(9))
    : Array.isArray(value)
      ? value.map(rounded)
      : typeof value === 'object' && value !== null
        ? Object.fromEntries(Object.entries(value).map(([key, each]) => [key, rounded(each)]))
        : value

export const shown = (rows: ReadonlyArray<unknown>, ordered: boolean): ReadonlyArray<string> => {
  const lines = rows.map((row) => canonicalJson(rounded(row as Json)))
  return ordered ? lines : [...lines].sort()
}

/** The tables of a world, filled. */
export const prepared = async (driver: Driver, { schema, models, rows }: World): Promise<void> => {
  await emptied(driver)
  await done(runStatements(driver, createStatements(driver.dialect, schema)))
  await fillRows(driver, models, rows)
}
