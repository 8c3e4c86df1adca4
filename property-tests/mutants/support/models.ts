/** The models that the mutants are shown on. */
import { either as E } from 'fp-ts'
import { autoId, belongsTo, field, manyToMany, schema, schemaOf } from '../../../src/index.js'
import { load } from '../../../src/clients/memory/memory.js'
import type { Store } from '../../../src/engine/Store.js'
import type { Json } from '../../../src/value/Value.js'

export const m = schema({
  author: { id: autoId, name: field.text(), email: field.nullable(field.text({ unique: true })) },
  book: {
    id: autoId,
    title: field.text(),
    note: field.nullable(field.text()),
    n: field.int(),
    rank: field.nullable(field.int()),
    ratio: field.nullable(field.float()),
    price: field.nullable(field.decimal()),
    on: field.nullable(field.date()),
    at: field.nullable(field.datetime()),
    done: field.nullable(field.boolean()),
    author: field.nullable(belongsTo('author', { relatedName: 'books', onDelete: 'setNull' })),
    tags: manyToMany('tag', { relatedName: 'books' }),
  },
  review: { id: autoId, stars: field.int(), book: belongsTo('book', { relatedName: 'reviews' }) },
  tag: { slug: field.text({ primaryKey: true }), label: field.nullable(field.text()) },
})

export const models = schemaOf(m)

/** Rows by model, with the columns that matter; the others have a value that says nothing. */
export interface Rows {
  readonly [model: string]: ReadonlyArray<{ readonly [column: string]: Json }>
}

const blank: { readonly [kind: string]: Json } = { text: '', int: 0 }

/** A whole row: what isn't given is null, or as good as nothing; the key is counted up. */
export const whole = (
  model: string,
  row: { readonly [column: string]: Json },
  i: number,
): { readonly [column: string]: Json } => {
  const { columns, primaryKey } = models.models.get(model)!
  return Object.fromEntries(
    [...columns.values()].map(({ name, kind, nullable, auto }) => [
      name,
      row[name] !== undefined
        ? row[name]
        : name === primaryKey && auto
          ? i + 1
          : nullable
            ? null
            : blank[kind]!,
    ]),
  )
}

export const storeOf = (rows: Rows): Store => {
  const loaded = load(
    'mutants',
    models,
    Object.fromEntries(
      Object.entries(rows).map(([model, list]) => [model, list.map((row, i) => whole(model, row, i))]),
    ),
  )
  if (E.isLeft(loaded)) throw new Error(loaded.left.message)
  return loaded.right
}
