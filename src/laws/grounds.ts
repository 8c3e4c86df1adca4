import { autoId, field } from '../schema/Field.js'
import { belongsTo } from '../schema/Relation.js'
import { resolve, type Definitions, type Schema } from '../schema/Schema.js'
import type { Rows } from './Options.js'
import { random } from './random.js'
import { worldOf } from './World.js'
import type { Ground } from './discover.js'

/** For what makes clients over any schema: a field of each kind, and a relation. */
const sample: Definitions = {
  maker: { id: autoId, name: field.text() },
  sample: {
    id: autoId,
    text: field.nullable(field.text()),
    int: field.nullable(field.int()),
    float: field.float(),
    decimal: field.decimal(),
    boolean: field.boolean(),
    date: field.date(),
    time: field.time(),
    datetime: field.nullable(field.datetime()),
    uuid: field.uuid(),
    maker: field.nullable(belongsTo('maker', { relatedName: 'samples' })),
  },
}

/** How much there is to see in some rows: that there are several, that they differ, that values are missing. */
const richness = (schema: Schema, rows: Rows): number =>
  [...schema.models.values()].reduce((sum, model) => {
    const list = rows[model.name] ?? []
    const columns = [...model.columns.keys()].map((name) => {
      const values = list.map((row) => row[name] ?? null)
      return Math.min(new Set(values).size, 4) + (values.includes(null) ? 1 : 0) + (new Set(values).size < values.length ? 1 : 0)
    })
    return sum + columns.reduce((a, b) => a + b, 0) - Math.max(0, list.length - 12) * columns.length
  }, 0) // prettier-ignore

/** So many worlds are asked about. */
const worlds = 2

/**
 * Rows to ask about, by a seed: of some that are made up, those in which there is most to see.
 *
 * @since 0.1.0
 */
export const groundsFor = (given: Schema | null, seed: number): ReadonlyArray<Ground> => {
  const schema = given ?? resolve(sample)
  const definitions = given === null ? sample : {}
  const all = Array.from({ length: 24 }, (_, i) => {
    const { rows } = worldOf(schema, random(Math.imul(seed + 1, 0x9e3779b1) ^ i))
    return { definitions, rows, richness: richness(schema, rows) }
  })
  return all
    .sort((a, b) => b.richness - a.richness)
    .slice(0, worlds)
    .map(({ rows }) => ({ definitions, rows }))
}
