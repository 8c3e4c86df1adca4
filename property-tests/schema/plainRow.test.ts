/**
 * New rows whose values need no check are made by a shorter way. The rows, and the errors, are those of the way for all
 * rows, which a limit that every value keeps makes them take. Seen to fail with each of these faults planted: a name that
 * is no field let in, a missing value let into a column that has none, a default left out, a codec left out, and a minus
 * before a zero kept.
 */
import { expect } from 'chai'
import { either as E } from 'fp-ts'
import fc from 'fast-check'
import * as t from 'io-ts'
import { autoId, field, schema } from '../../src/index.js'
import { validateNew } from '../../src/schema/validate.js'
import { parameters, tally, titled } from '../support/runs.js'

const loud = new t.Type<string, string>(
  'loud',
  t.string.is,
  (u) => (typeof u === 'string' ? t.success(u.toUpperCase()) : t.failure(u, [])),
  (text) => text.toLowerCase(),
)

/** Two models of one form. The fields of the second have limits that every value keeps. */
const modelsWith = (texts: { readonly minLength?: number }, numbers: { readonly min?: number }) =>
  schema({
    track: {
      id: autoId,
      name: field.text(texts),
      note: field.nullable(field.text(texts)),
      length: field.int(numbers),
      rank: field.int({ ...numbers, default: 7 }),
      speed: field.nullable(field.float(numbers)),
      live: field.boolean({ default: true }),
      price: field.nullable(field.decimal()),
      out: field.nullable(field.date()),
      more: field.nullable(field.json()),
      genre: field.nullable(field.of('text', loud)),
    },
  })

const quick = modelsWith({}, {})
const slow = modelsWith({ minLength: 0 }, { min: -Number.MAX_VALUE })

const value = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom<unknown>('a', 'B', 5, 0, 1.5, true, null, undefined, '1.50', '2024-02-30'),
  },
  fc.constantFrom<unknown>(-0, NaN, 2 ** 53, '', '2024-02-03', {}, [], { a: [-0] }, 1n, new Date(0), () => 1),
)

const fitting = {
  name: fc.constantFrom('a', ''),
  note: fc.constantFrom('b', null, undefined),
  length: fc.constantFrom<number>(1, -0),
  rank: fc.constantFrom(1, undefined),
  speed: fc.constantFrom(1.5, -0, null),
  live: fc.constantFrom(true, undefined),
  price: fc.constantFrom('1.50', null),
  out: fc.constantFrom('2024-02-03', null),
  more: fc.constantFrom<unknown>({ a: [-0] }, null, 'x'),
  genre: fc.constantFrom('ROCK', 'rock', null),
}

const odd = fc.dictionary(fc.constantFrom('id', ...Object.keys(fitting), 'constructor', 'nmae'), value, {
  maxKeys: 3,
})

const item = fc.oneof(
  { weight: 3, arbitrary: fc.record(fitting) },
  { weight: 2, arbitrary: fc.tuple(fc.record(fitting), odd).map(([fits, other]) => ({ ...fits, ...other })) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.record(fitting), fc.constantFrom(...Object.keys(fitting)))
      .map(([fits, name]) => ({ ...fits, [name]: null })),
  },
  odd,
  value,
)

describe('new rows that need no check', () => {
  it(titled('are made as all others', 4), () => {
    const seen = tally()
    fc.assert(
      fc.property(fc.array(item, { maxLength: 3 }), fc.boolean(), (items, stored) => {
        const [a, b] = [quick, slow].map(({ track }) => {
          const model = track.schema.models.get('track')
          return model === undefined ? null : validateNew(model, items, [], stored)
        })
        expect(a).to.deep.equal(b)
        seen.saw(a != null && E.isRight(a) && items.length > 0 ? 'rows' : 'errors')
      }),
      parameters(4),
    )
    expect(seen.share('rows')).to.be.greaterThan(0.1)
    expect(seen.share('errors')).to.be.greaterThan(0.1)
  })
})
