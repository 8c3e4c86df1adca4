import { autoId, field } from '../../schema/Field.js'
import { belongsTo } from '../../schema/Relation.js'
import { resolve } from '../../schema/resolve.js'
import type { Definitions, Schema } from '../../schema/Schema.js'
import type { Rows } from '../case/Rows.js'
import { random } from './random.js'
import { worldOf } from './World.js'
import type { ProbeRows } from '../discover/outcome.js'

/** The models for clients that work with any schema: a field of each kind, and a relation. */
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
    duration: field.duration(),
    uuid: field.uuid(),
    maker: field.nullable(belongsTo('maker', { relatedName: 'samples' })),
  },
}

/** How much some rows can show: different values, equal values, missing values, several rows. */
const featuresOf = (schema: Schema, rows: Rows): ReadonlySet<string> =>
  new Set(
    [...schema.models.values()].flatMap(({ name: model, columns }) => {
      const list = rows[model] ?? []
      return [...columns.keys()].flatMap((name) => {
        const values = list.map((row) => row[name] ?? null)
        const different = new Set(values)
        const has = different.has(null)
        return [
          ...Array.from({ length: Math.min(different.size, 4) }, (_, i) => `${model}.${name} ${String(i)}`),
          ...(has && different.size > 1 ? [`${model}.${name} missing`] : []),
          ...(different.size < list.length ? [`${model}.${name} again`] : []),
        ]
      })
    }),
  )

/** The number of worlds to choose from, how many of them are used, and the largest number of rows of a model. */
const made = 48
const taken = 3
const small = 12

/**
 * Rows to query, by a seed: the most informative of some generated sets of rows.
 *
 * @since 0.1.0
 */
export const groundsFor = (given: Schema | null, seed: number): ReadonlyArray<ProbeRows> => {
  const schema = given ?? resolve(sample)
  const definitions = given === null ? sample : {}
  const all = Array.from({ length: made }, (_, i) => {
    const { rows } = worldOf(schema, random(Math.imul(seed + 1, 0x9e3779b1) ^ i))
    const isSmall = Object.values(rows).every((list) => list.length <= small)
    return { rows, features: isSmall ? featuresOf(schema, rows) : new Set<string>() }
  })
  const seen = new Set<string>()
  return Array.from({ length: taken }).flatMap((_, i): ReadonlyArray<ProbeRows> => {
    const fresh = all.map(({ features }) => [...features].filter((each) => !seen.has(each)).length)
    const best = all[fresh.indexOf(Math.max(...fresh))]
    if (best === undefined || (i > 0 && [...best.features].every((each) => seen.has(each)))) return []
    best.features.forEach((each) => seen.add(each))
    return [{ definitions, rows: best.rows }]
  })
}
