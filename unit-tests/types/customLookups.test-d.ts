/** What custom lookups take, and what can be said of them. */
import { function as fn } from 'fp-ts'
import { filter, lookupOf, schema, understands, autoId, field } from 'queryset-ts'
import { httpClient } from 'queryset-ts/http'
import { music } from './models.js'

const { pipe } = fn
const { thing } = music

const similar = lookupOf({
  name: 'similar',
  kinds: ['text'],
  operands: ['text', 'float'],
  meaning: (value, other, least) => value.length * least < other.length,
  effort: (value, other) => value.length * other.length,
  samples: [['a', 0.5]],
})

const odd = lookupOf({
  name: 'odd',
  kinds: ['int', 'decimal'],
  operands: [],
  meaning: (value) => Number(value) % 2 !== 0,
})

// What compiles
pipe(
  thing,
  filter((t) => similar.of(t.text, 'x', 0.3)),
)
pipe(
  thing,
  filter((t) => similar.of(t.maybeText, t.text.lower(), t.float)),
)
pipe(
  thing,
  filter((t) => odd.of(t.int)),
)
pipe(
  thing,
  filter((t) => odd.of(t.decimal)),
)
schema({ one: { id: autoId, name: field.text() } }, { lookups: [similar, odd] })
understands({ lookups: { exact: 'exact', [similar.name]: 'superset' } })
httpClient(music, { url: 'http://localhost/', lookups: (name) => name === 'exact' || name === similar.name })

// What doesn't
pipe(
  thing,
  // @ts-expect-error a number has no text
  filter((t) => similar.of(t.int, 'x', 0.3)),
)
pipe(
  thing,
  // @ts-expect-error an operand is missing
  filter((t) => similar.of(t.text, 'x')),
)
pipe(
  thing,
  // @ts-expect-error an operand of another kind
  filter((t) => similar.of(t.text, 1, 0.3)),
)
pipe(
  thing,
  // @ts-expect-error an expression of another kind
  filter((t) => similar.of(t.text, t.text, t.int)),
)
pipe(
  thing,
  // @ts-expect-error an operand too many
  filter((t) => odd.of(t.int, 1)),
)
// @ts-expect-error there is no such lookup
understands({ lookups: { exat: 'exact' } })
lookupOf({
  name: 'wrong',
  kinds: ['int'],
  operands: ['text'],
  // @ts-expect-error a meaning says yes or no
  meaning: (value, other) => other.length + value,
})
lookupOf({
  name: 'wrong',
  kinds: ['int'],
  operands: ['text'],
  // @ts-expect-error ints are numbers
  meaning: (value: string) => value === '',
})
lookupOf({
  name: 'wrong',
  // @ts-expect-error there is no such kind
  kinds: ['integer'],
  operands: [],
  meaning: () => true,
})
