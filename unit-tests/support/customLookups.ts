/** Two custom lookups, and models for them. */
import { autoId, belongsTo, field, lookupOf } from 'queryset-ts'

/** How many of the letters of one text are in another, of all of them. */
const share = (one: string, other: string): number =>
  one === '' ? 0 : [...one].filter((letter) => other.includes(letter)).length / one.length

export const similar = lookupOf({
  name: 'similar_to',
  kinds: ['text'],
  operands: ['text', 'float'],
  meaning: (value, other, least) => share(value, other) >= least,
  samples: [
    ['abc', 0.5],
    ['b', 1],
  ],
})

export const odd = lookupOf({
  name: 'odd',
  kinds: ['int', 'decimal'],
  operands: [],
  meaning: (value) => Number(value) % 2 !== 0,
})

export const definitions = {
  artist: { id: autoId, name: field.nullable(field.text()), stars: field.int() },
  album: { id: autoId, title: field.text(), artist: belongsTo('artist', { relatedName: 'albums' }) },
}
