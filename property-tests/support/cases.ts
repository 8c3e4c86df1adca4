/** Cases: a world, a queryset over it, and numbers for whatever else a property needs. */
import fc from 'fast-check'
import { print } from '../../src/index.js'
import { schemaOf } from '../../src/queryset/schema.js'
import { shownBy } from './runs.js'
import { tapeOf, type Tape } from '../../src/laws/make/Tape.js'
import { fullNaturals, naturals } from './naturals.js'
import type { Q } from './expressions.js'
import { crowdedOf, querysetOf } from './querysets.js'
import { worldOf, type World } from './worlds.js'

export interface Case {
  readonly world: World
  readonly queryset: Q
  /** Numbers for what else is chosen. */
  readonly more: Tape
}

const modelTapes =
  (rows: ReadonlyArray<ReadonlyArray<ReadonlyArray<number>>>) => (model: number) => (row: number) =>
    tapeOf(rows[model]?.[row] ?? [])

/** Worlds, and one step over each that says much at once. */
export const crowdedCases = (): fc.Arbitrary<Case> =>
  fc
    .record(
      {
        plan: fullNaturals(40),
        sizes: fullNaturals(60),
        rows: fc.array(fc.array(fullNaturals(9), { minLength: 24, maxLength: 24, size: 'max' }), {
          minLength: 5,
          maxLength: 5,
        }),
        step: fullNaturals(300),
      },
      { noNullPrototype: true },
    )
    .map(({ plan, sizes, rows, step }) => {
      const world = worldOf(tapeOf(plan), modelTapes(rows), tapeOf(sizes), 4)
      return shownBy({ world, queryset: crowdedOf(world, tapeOf(step)), more: tapeOf([]) }, shown)
    })

/** Worlds and querysets of up to so many steps; `wide` ones have every function and conversion in them. */
export const cases = (maxSteps = 7, wide = false): fc.Arbitrary<Case> =>
  fc
    .record(
      {
        plan: naturals(40),
        sizes: naturals(60),
        rows: fc.array(fc.array(naturals(9), { maxLength: 6, size: 'max' }), { maxLength: 5, size: 'max' }),
        base: naturals(3),
        steps: fc.array(naturals(50), { maxLength: maxSteps, size: 'max' }),
        more: naturals(60),
      },
      { noNullPrototype: true },
    )
    .map(({ plan, sizes, rows, base, steps, more }) => {
      const world = worldOf(tapeOf(plan), modelTapes(rows), tapeOf(sizes))
      const queryset = querysetOf(world, tapeOf(base), steps.map(tapeOf), wide)
      return shownBy({ world, queryset, more: tapeOf(more) }, shown)
    })

const shown = ({ world, queryset }: Case): string => {
  const { models } = schemaOf(world.models)
  const fields = [...models.values()].map(
    ({ name, columns, relations, primaryKey }) =>
      `  ${name} (key ${primaryKey}): ${[
        ...[...columns.values()].map(
          (column) =>
            `${column.name} ${column.kind}${column.nullable ? '?' : ''}${column.target === null ? '' : ` -> ${column.target}`}`,
        ),
        ...[...relations.values()]
          .filter(({ via }) => via._tag !== 'forward')
          .map((relation) => `${relation.name}${relation.many ? '*' : ''} => ${relation.target}`),
      ].join(', ')}`,
  )
  const rows = Object.entries(world.rows).map(
    ([name, list]) => `  ${name}: ${list.map((row) => JSON.stringify(row)).join(' ')}`,
  )
  return `\n${printed(queryset)}\nmodels\n${fields.join('\n')}\nrows\n${rows.join('\n')}\n`
}

const printed = (queryset: Q): string => {
  try {
    return print(queryset)
  } catch (cause) {
    return `(it can't be printed: ${String(cause)})`
  }
}
