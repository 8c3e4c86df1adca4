/** What a draw puts into a statement. */
import fc from 'fast-check'
import { kinds, type Json, type Kind } from '../../../src/value/Value.js'
import { condPlaces, termPlaces, type Cond, type Place, type Typed } from './nodes.js'
import { fitting, name, shortText, text, valueOf } from './values.js'

export interface Given {
  readonly cond: Cond
  readonly typed: Typed
  /** A value of each kind. A field takes all of them, most of the time. */
  readonly values: { readonly [K in Kind]: Json }
  /** Texts that fit a key. */
  readonly keys: readonly [string, string]
  readonly text: string
  readonly name: string
  /** A name for a column that a query makes. */
  readonly alias: string
  readonly number: number
}

const aliases = ['constructor', 'toString', 'valueOf', '$1', '$$', '_', 'c0', 't0', 'select', 'order']

const values: fc.Arbitrary<Given['values']> = fc
  .tuple(
    fc.record(Object.fromEntries(kinds.map((kind) => [kind, fitting(kind)]))),
    fc.constantFrom(...kinds).chain((kind) => valueOf(kind).map((value) => ({ [kind]: value }))),
    fc.integer({ min: 0, max: 9 }),
  )
  // The record has all kinds.
  .map(([all, other, chance]) => (chance === 0 ? { ...all, ...other } : all) as Given['values'])

const given = (cond: fc.Arbitrary<Cond>, typed: fc.Arbitrary<Typed>): fc.Arbitrary<Given> =>
  fc.record({
    cond,
    typed,
    values,
    keys: fc.tuple(shortText, shortText),
    text,
    name,
    alias: fc.oneof({ weight: 12, arbitrary: fc.constantFrom(...aliases) }, { weight: 1, arbitrary: name }),
    number: fc.constantFrom(0, 1, 2, 3, 10, 2 ** 31, Number.MAX_SAFE_INTEGER, -1, NaN, 0.5, Infinity, 1e308),
  })

const anyCond = fc.constantFrom(...condPlaces).chain(({ draw }) => draw)
const anyTyped = fc.constantFrom(...termPlaces).chain(({ draw }) => draw)

/** What can be drawn with an expression or a condition of a place, and anything else. */
export const givenPlaces: ReadonlyArray<Place<Given>> = [
  ...condPlaces.map(({ label, draw }) => ({ label, draw: given(draw, anyTyped) })),
  ...termPlaces.map(({ label, draw }) => ({ label, draw: given(anyCond, draw) })),
]

export const anyGiven: fc.Arbitrary<Given> = fc.constantFrom(...givenPlaces).chain(({ draw }) => draw)
