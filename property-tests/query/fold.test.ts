/** `fold` agrees with `denote`: the law that says what everything else is held against. */
import { expect } from 'chai'
import { either as E } from 'fp-ts'
import fc from 'fast-check'
import { fold, normalise, reverse, slice } from '../../src/index.js'
import { functions } from '../../src/expression/functions.js'
import { builtIn } from '../../src/expression/lookups.js'
import { translate } from '../../src/query/fold.js'
import { decodeRow, shapeOf } from '../../src/query/shape.js'
import { denote } from '../../src/reference/denote.js'
import { evaluate } from '../../src/engine/evaluate.js'
import { stepsOf } from '../../src/queryset/Queryset.js'
import { cases, crowdedCases, type Case } from '../support/cases.js'
import { expectRows, now } from '../support/compare.js'
import type { Q } from '../support/expressions.js'
import { isMistaken } from '../support/querysets.js'
import { isLong, parameters, tally, titled } from '../support/runs.js'
import { pick } from '../../src/laws/make/Tape.js'

const agrees = ({ world }: Case, queryset: Q, folding: typeof fold = fold) => {
  const meant = denote(world.schema, world.source, now)(queryset)
  const folded = E.chain(evaluate(world.schema, world.source, now))(folding(queryset))
  if (E.isLeft(meant) || E.isLeft(folded)) {
    // The meaning takes mistakes from the fold: here is told whether they are any.
    expect(isMistaken(queryset), JSON.stringify([meant, folded])).to.equal(true)
    expect(folded._tag, JSON.stringify([meant, folded])).to.equal(meant._tag)
    return null
  }
  expectRows(folded.right, meant.right.rows, meant.right.ordered)
  return meant.right
}

const tags = [
  'aggregate',
  'and',
  'call',
  'case',
  'cast',
  'column',
  'const',
  'exists',
  'inQuery',
  'lookup',
  'not',
  'or',
  'some',
  'subquery',
  'test',
  'xor',
] as const

/** The names of all functions, lookups and parts of expressions in a queryset. */
const saidIn = (queryset: Q): ReadonlyArray<string> =>
  [...JSON.stringify(E.getOrElseW(() => null)(fold(queryset))).matchAll(/"(?:_tag|name)":"(\w+)"/gu)].map(
    ([, name = '']) => name,
  )

describe('fold', () => {
  const said = new Set<string>()
  const seen = tally()

  it(titled('evaluate(fold(q)) = denote(q)', 4), () => {
    fc.assert(
      fc.property(cases(7, true), (one) => {
        const meant = agrees(one, one.queryset)
        seen.saw(
          ...(meant === null ? ['left'] : meant.rows.length === 0 ? ['empty'] : ['full']),
          ...(meant !== null && meant.rows.length > 1 ? ['several'] : []),
          ...(meant?.ordered === true ? ['ordered'] : []),
          ...new Set(stepsOf(one.queryset).map(({ _tag }) => _tag)),
        )
      }),
      parameters(4),
    )
  })

  it(titled('the same of steps that say much at once', 2), () => {
    fc.assert(
      fc.property(crowdedCases(), (one) => {
        agrees(one, one.queryset)
        saidIn(one.queryset).forEach((name) => said.add(name))
      }),
      parameters(2),
    )
  })

  it('says every function, every lookup and every part of an expression', () => {
    const unsaid = [...functions.keys(), ...builtIn.keys(), ...tags].filter((name) => !said.has(name))
    console.log(`      not said: ${unsaid.join(', ')}`)
    expect(unsaid.length).to.be.at.most(isLong ? 0 : 40)
  })

  it('does so over rows that are there', () => {
    console.log(`      ${seen.toString()}`)
    expect(seen.share('full'), seen.toString()).to.be.greaterThan(0.4)
    expect(seen.share('left'), seen.toString()).to.be.lessThan(0.15)
  })

  it(titled('what is sliced or reversed is in an order', 2), () => {
    fc.assert(
      fc.property(cases(5), (one) => {
        const start = one.more.next(3)
        const end = start + one.more.next(4)
        agrees(
          one,
          pick(one.more, [slice(start, end), reverse, (q: Q) => slice(start)(reverse(q))])(one.queryset),
        )
      }),
      parameters(2),
    )
  })

  it(titled('evaluate(translate(q)) = denote(q)', 2), () => {
    fc.assert(
      fc.property(cases(), (one) => {
        agrees(one, one.queryset, translate)
      }),
      parameters(2),
    )
  })

  it(titled('normalise(normalise(q)) = normalise(q)', 2), () => {
    fc.assert(
      fc.property(cases(), ({ queryset, world }) => {
        const once = fold(queryset)
        if (E.isLeft(once)) return
        expect(normalise(world.schema, once.right)).to.deep.equal(once.right)
      }),
      parameters(2),
    )
  })

  it(titled('its rows are of the shape that it promises', 2), () => {
    fc.assert(
      fc.property(cases(), ({ queryset, world }) => {
        const folded = fold(queryset)
        if (E.isLeft(folded)) return
        const shape = shapeOf(world.schema, folded.right)
        const rows = evaluate(world.schema, world.source, now)(folded.right)
        if (E.isLeft(shape) || E.isLeft(rows)) throw new Error(JSON.stringify([shape, rows]))
        rows.right.forEach((row) => {
          expect(decodeRow(shape.right, row)).to.deep.equal(E.right(row))
        })
      }),
      parameters(2),
    )
  })
})
