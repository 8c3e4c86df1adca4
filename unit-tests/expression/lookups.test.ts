/** The table of lookups: what it says of each lookup holds. */
import { expect } from 'chai'
import { either as E } from 'fp-ts'
import { builtIn, lookupsOf } from '../../src/expression/lookups.js'
import { unmetered } from '../../src/value/Meter.js'
import { kinds, type Json, type Kind } from '../../src/value/Value.js'

const samples: { readonly [K in Kind]: ReadonlyArray<Json> } = {
  text: ['', 'a', 'A', 'ab', '\u{1F600}', '\uFFFD'],
  int: [-1, 0, 3],
  float: [-0.5, 0, 3],
  decimal: ['-0.5', '0', '3'],
  boolean: [false, true],
  date: ['2020-02-29', '2021-01-01'],
  time: ['00:00:00', '23:59:59'],
  datetime: ['2020-01-01T00:00:00.000Z', '2021-01-01T00:00:00.000Z'],
  duration: ['-1 23:59:59', '0 00:00:00', '9 00:00:00', '10 00:00:00'],
  uuid: ['00000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-000000000002'],
  json: [[1], { a: 1 }, 'a'],
}

describe('lookups', () => {
  it('take the operands that they name, for the kinds that have them', () => {
    builtIn.forEach(({ name, kinds: of, arity, operand, misfit }) => {
      kinds.forEach((kind) => {
        const operands = Array.from({ length: Math.min(arity[1], 2) }, () => operand(kind, 0))
        expect(misfit(kind, operands) === null, `${name} of ${kind}`).to.equal(of.includes(kind))
      })
    })
  })

  it('have negations that hold for just the other values', () => {
    builtIn.forEach(({ name, negation, meaning }) => {
      if (negation === null) return
      const opposite = builtIn.get(negation) ?? expect.fail(`there is no ${negation}`)
      expect(opposite.negation).to.equal(name)
      kinds
        .filter((kind) => lookupsOf(kind).some((each) => each.name === name))
        .forEach((kind) => {
          const holds = meaning(kind, [kind], unmetered)
          const fails = opposite.meaning(kind, [kind], unmetered)
          samples[kind].forEach((a) => {
            samples[kind].forEach((b) => {
              expect(holds(a, b), `${name} of ${JSON.stringify([a, b])}`).to.equal(!fails(a, b))
            })
          })
        })
    })
  })

  it('are those of their kind', () => {
    const namesOf = (kind: Kind) => lookupsOf(kind).map(({ name }) => name)
    expect(namesOf('json')).to.deep.equal(['exact', 'in', 'isnull'])
    expect(namesOf('int')).to.include.members(['gt', 'range']).and.not.include('contains')
    expect(namesOf('text')).to.include.members(['gt', 'contains', 'iregex'])
  })

  it('refuse a pattern without showing it, also one that is too large to be used', () => {
    const why = (name: string, source: string): unknown => builtIn.get(name)?.pattern?.(source)
    expect(why('regex', '(secret: x')).to.deep.equal(
      E.left('is not a regular expression: Unterminated group'),
    )
    expect(why('iregex', `secret${"'".repeat(65_536)}`)).to.deep.equal(
      E.left('is not a regular expression: Regular expression too large'),
    )
    expect(JSON.stringify(why('iregex', `secret${'é'.repeat(70_000)}`))).not.to.include('secret')
  })
})
