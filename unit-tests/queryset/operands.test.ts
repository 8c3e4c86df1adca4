/** Operands of the wrong sort: the error names the field, the lookup and the sort of the value, and says what to do. */
import { expect } from 'chai'
import { either as E } from 'fp-ts'
import {
  autoId,
  belongsTo,
  create,
  field,
  filter,
  fold,
  lookup,
  schema,
  type AnyQueryset,
  type QueryError,
} from '../../src/index.js'
import { memory } from '../../src/memory.js'

const models = schema({
  artist: { id: autoId, title: field.text() },
  track: {
    id: autoId,
    n: field.int(),
    name: field.text(),
    price: field.decimal(),
    live: field.boolean(),
    made: field.date(),
    at: field.datetime(),
    artist: belongsTo('artist'),
  },
})
interface Loose {
  readonly [name: string]: Loose & ((...args: ReadonlyArray<unknown>) => Loose)
}

const told = (callback: (row: Loose) => unknown): QueryError => {
  const made = (filter as unknown as (by: unknown) => (queryset: unknown) => AnyQueryset)(callback)(
    models.track,
  )
  const folded = fold(made)
  if (E.isRight(folded)) throw new Error('expected a Left')
  return folded.left
}

describe('an operand of the wrong sort', () => {
  const cases: ReadonlyArray<readonly [string, (t: Loose) => unknown, string]> = [
    [
      'a fraction',
      (t) => t['n']!['eq']!(1.5),
      "'n' of track: eq (exact) takes an int, not a number with a fraction",
    ],
    ['text for an int', (t) => t['n']!['gt']!('5'), "'n' of track: gt takes an int, not text"],
    [
      'an int beyond 2^53',
      (t) => t['n']!['lte']!(2 ** 60),
      "'n' of track: lte takes an int, not a number beyond 2^53",
    ],
    ['NaN', (t) => t['n']!['eq']!(NaN), "'n' of track: eq (exact) takes an int, not NaN"],
    ['nothing', (t) => t['n']!['eq']!(undefined), "'n' of track: eq (exact) takes an int, not nothing"],
    ['a member', (t) => t['n']!['in']!([1, 'x']), "'n' of track: in takes an int, not text"],
    ['an end of a range', (t) => t['n']!['range']!(1, {}), "'n' of track: range takes an int, not an object"],
    [
      'a number for text',
      (t) => t['name']!['icontains']!(7),
      "'name' of track: icontains takes text, not a number",
    ],
    ['a list', (t) => t['name']!['eq']!(['x']), "'name' of track: eq (exact) takes text, not a list"],
    [
      'a Date for a date',
      (t) => t['made']!['gte']!(new Date(0)),
      "'made' of track: gte takes a date, not a Date",
    ],
    ['no datetime', (t) => t['at']!['lt']!('yesterday'), "'at' of track: lt takes a datetime, not text"],
    ['no decimal', (t) => t['price']!['gt']!('much'), "'price' of track: gt takes a decimal, not text"],
    [
      'a column behind a relation',
      (t) => t['artist']!['title']!['eq']!(1),
      "'artist__title' of track: eq (exact) takes text, not a number",
    ],
    [
      'of a function',
      (t) => t['name']!['left']!('x')['eq']!('y'),
      "'name' of track: left takes an int, not text",
    ],
  ]
  cases.forEach(([what, by, message]) => {
    it(what, () => {
      const error = told(by)
      expect(error).to.include({ _tag: 'InvalidField', message })
      expect(error.hint).to.match(/^Give (an? )?\w/u)
    })
  })

  it('in a lookup from outside', () => {
    const error = lookup('n', 'x')(models.track)
    expect(E.isLeft(error) && error.left.message).to.contain('takes an int, not text')
  })

  it('in what is written', async () => {
    const track = create as unknown as (
      ...args: ReadonlyArray<unknown>
    ) => (q: unknown) => () => Promise<E.Either<QueryError, unknown>>
    const answer = await track(memory(models, {}), {
      n: 1.5,
      name: 'x',
      price: '1',
      live: true,
      made: '2020-01-01',
      at: '2020-01-01T00:00:00Z',
      artist: 1,
    })(models.track)()
    expect(E.isLeft(answer) && answer.left.message).to.equal(
      'track: n: expected an int, got a number with a fraction',
    )
  })
})
