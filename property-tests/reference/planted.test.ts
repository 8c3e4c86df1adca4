/** Faults in the evaluator in use that the law `evaluate ∘ fold = denote` finds by itself, each within a few cases. */
import { expect } from 'chai'
import { either as E } from 'fp-ts'
import fc from 'fast-check'
import { fold } from '../../src/index.js'
import { denote } from '../../src/reference/denote.js'
import type { Denoted } from '../../src/reference/denote.js'
import type { Row } from '../../src/value/Value.js'
import { cases, crowdedCases } from '../support/cases.js'
import { asBag, asText, now } from '../support/compare.js'
import { faulty, type Fault, type Faulty } from '../support/faults.js'

const faults: ReadonlyArray<Fault> = [
  // Expressions and predicates.
  {
    name: 'xor holds where any holds',
    file: 'expression/evaluate.ts',
    right: 'parts.filter((each) => each.run(frame) === true).length % 2 === 1',
    wrong: 'parts.some((each) => each.run(frame) === true)',
  },
  {
    name: 'a case never takes a branch',
    file: 'expression/evaluate/casePart.ts',
    right: 'taken?.then ?? otherwise',
    wrong: 'otherwise',
  },
  {
    name: 'a subquery gives the last of its rows',
    file: 'expression/evaluate/queryParts.ts',
    right: 'rows(frame)[0]?.[name] ?? null',
    wrong: 'rows(frame).at(-1)?.[name] ?? null',
  },
  {
    name: 'exists asks for two rows',
    file: 'expression/evaluate/queryParts.ts',
    right: 'rows(frame).length > 0',
    wrong: 'rows(frame).length > 1',
  },
  {
    name: 'text is converted with the spaces around it',
    file: 'expression/functions/cast.ts',
    right: 'String(value).trim()',
    wrong: 'String(value)',
  },
  {
    name: 'a half is rounded up',
    file: 'expression/functions/cast.ts',
    right: 'down % 2 === 0',
    wrong: 'false',
  },
  {
    name: 'a week begins on Sunday',
    file: 'value/Temporal.ts',
    right: '(isoWeekDay(text) % 7) + 1',
    wrong: 'isoWeekDay(text)',
  },
  {
    name: 'iexact and its like make a difference between upper and lower case',
    file: 'expression/lookups/text.ts',
    right: 'holds(Text.upper(text), Text.upper(part))',
    wrong: 'holds(text, part)',
  },
  // Comparing.
  {
    name: 'a range leaves its end out',
    file: 'expression/lookups/ordering.ts',
    right: 'upper(value, most) <= 0',
    wrong: 'upper(value, most) < 0',
  },
  {
    name: 'decimals compare as text',
    file: 'value/Order.ts',
    right: 'Decimal.compare(a as DecimalText, b as DecimalText)',
    wrong: 'byUnits(a, b)',
  },
  {
    name: 'text compares without regard to case',
    file: 'value/Order.ts',
    right: 'Text.compare(a as string, b as string)',
    wrong: 'Text.compare(Text.upper(a as string), Text.upper(b as string))',
  },
  {
    name: 'true comes before false',
    file: 'value/Order.ts',
    right: 'a === false ? -1 : 1',
    wrong: 'a === false ? 1 : -1',
  },
  {
    name: 'numbers of different kinds compare as text',
    file: 'value/Order.ts',
    right: 'Decimal.compare(left(x), right(y))',
    wrong: 'byUnits(left(x), right(y))',
  },
  // Grouping.
  {
    name: 'a missing value is in a group with empty text',
    file: 'engine/rows.ts',
    right: 'value === null ? null : key(value)',
    wrong: "value === null ? '' : key(value)",
  },
  {
    name: 'a group has its first row only',
    file: 'engine/rows.ts',
    right: 'group.push(row)',
    wrong: 'group',
  },
  {
    name: 'groups of several keys run into each other',
    file: 'engine/rows.ts',
    right: 'number * 0x4000000 + own',
    wrong: 'number + own',
  },
  {
    name: 'no rows are no group, even without keys',
    file: 'engine/pass.ts',
    right: 'keys.length === 0 ? [rows] : grouped(rows, keyIn(keys, meter, at))',
    wrong: 'grouped(rows, keyIn(keys, meter, at))',
  },
  {
    name: 'distinct keeps every row',
    file: 'engine/rows.ts',
    right: 'number(row) === seen',
    wrong: 'true',
  },
  {
    name: 'an aggregate forgets its filter',
    file: 'expression/evaluate/aggregatePart.ts',
    right: 'passes !== null && passes.run(inner) !== true',
    wrong: 'false',
  },
  {
    name: 'an aggregate of distinct values takes all',
    file: 'expression/aggregate.ts',
    right: 'options.distinct ? unique(kind, values) : values',
    wrong: 'values',
  },
  // Sorting.
  {
    name: 'descending is ascending',
    file: 'query/compile.ts',
    right: "direction === 'asc' ? 1 : -1",
    wrong: '1',
  },
  {
    name: 'missing values come last, wherever they are asked to be',
    file: 'query/compile.ts',
    right: "nulls === 'first' ? -1 : 1",
    wrong: '1',
  },
  {
    name: 'only the first key sorts',
    file: 'engine/sorted.ts',
    right: 'order(a, b) || next(a, b)',
    wrong: 'order(a, b)',
  },
  {
    name: 'the first few of many are any of them',
    file: 'engine/sorted.ts',
    right: 'order(place, heap[0] ?? 0) < 0',
    wrong: 'false',
  },
  {
    name: 'reverse does nothing',
    file: 'engine/pass.ts',
    right: '[...inOrder].reverse()',
    wrong: 'inOrder',
  },
]

/** So many cases are looked at, always the same ones. */
const most = 6000
const batch = 100

const isMeant = ({ rows, ordered }: Denoted, given: E.Either<unknown, ReadonlyArray<Row>>): boolean => {
  const list = ordered ? asText : asBag
  return E.isRight(given) && list(given.right).join('\n') === list(rows).join('\n')
}

describe('reference/planted', () => {
  const caught = new Map<string, number>()
  const wrongly: Array<string> = []
  const state: { faulty: Faulty | null } = { faulty: null }

  before(async function () {
    this.timeout(300_000)
    const copy = await faulty(faults)
    state.faulty = copy
    const missing = () => faults.filter(({ name }) => !caught.has(name))
    for (let seen = 0; seen < most && missing().length > 0; seen += batch) {
      const both = fc.oneof(
        { weight: 1, arbitrary: cases(7, true) },
        { weight: 3, arbitrary: crowdedCases() },
      )
      fc.sample(both, { numRuns: batch, seed: seen }).forEach(({ world, queryset }, i) => {
        const query = fold(queryset)
        const meant = denote(world.schema, world.source, now)(queryset)
        if (E.isLeft(query) || E.isLeft(meant)) return
        const agrees = (fault: string | null): boolean => {
          copy.plant(fault)
          return isMeant(meant.right, copy.evaluate(world.schema, world.source, now)(query.right))
        }
        if (!agrees(null)) wrongly.push(JSON.stringify(query.right))
        missing().forEach(({ name }) => {
          if (!agrees(name)) caught.set(name, seen + i + 1)
        })
      })
    }
    copy.plant(null)
  })

  after(() => {
    state.faulty?.remove()
  })

  it('finds none where none is planted', () => {
    expect(wrongly).to.deep.equal([])
  })

  faults.forEach(({ name, file }) => {
    it(`finds that ${name} (${file})`, () => {
      expect([...caught.keys()]).to.include(name)
    })
  })

  it('takes few cases for each', () => {
    console.log(`      ${[...caught].map(([name, n]) => `${name}: ${String(n)}`).join(', ')}`)
    expect(caught.size).to.be.at.least(10)
  })
})
