/** Text compares, changes case and is cut by code points. */
import { expect } from 'chai'
import fc from 'fast-check'
import * as Text from '../../src/value/Text.js'
import { parameters, titled } from '../support/runs.js'

const smile = '\u{1F600}'

/** Text with all that UTF-16 makes hard: code points around and above the surrogates. */
const texts = fc.string({
  unit: fc.oneof(
    fc.constantFrom('a', 'B', ' ', 'ß', 'é', '\ud7ff', '\ue000', '\uffff', smile, '\u{10FFFF}'),
    {
      arbitrary: fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
      weight: 2,
    },
  ),
  maxLength: 8,
})

const points = (text: string): ReadonlyArray<number> => [...text].map((c) => c.codePointAt(0) ?? 0)

const byPoints = (a: ReadonlyArray<number>, b: ReadonlyArray<number>): number => {
  const at = a.findIndex((x, i) => x !== b[i])
  return at === -1 ? Math.sign(a.length - b.length) : at >= b.length ? 1 : Math.sign(a[at]! - b[at]!)
}

describe('value/Text', () => {
  it(titled('compares as arrays of code points do', 3), () => {
    fc.assert(
      fc.property(texts, texts, (a, b) => {
        expect(Text.compare(a, b)).to.equal(byPoints(points(a), points(b)))
      }),
      parameters(3),
    )
  })

  it(titled('maps each code point to one'), () => {
    fc.assert(
      fc.property(texts, (text) => {
        expect(Text.length(Text.upper(text))).to.equal(Text.length(text))
        expect(Text.length(Text.lower(text))).to.equal(Text.length(text))
        expect(Text.upper(Text.upper(text))).to.equal(Text.upper(text))
      }),
      parameters(),
    )
  })

  it(titled('cuts text in two that are the whole'), () => {
    fc.assert(
      fc.property(texts, fc.integer({ min: 0, max: 9 }), (text, n) => {
        expect(Text.left(text, n) + Text.right(text, -n === 0 ? Text.length(text) : -n)).to.equal(text)
        expect(Text.left(text, n) + Text.substr(text, n + 1, null)).to.equal(text)
        expect(Text.slice(text, 0, n)).to.equal(Text.left(text, n))
      }),
      parameters(),
    )
  })

  // Planted: `behind` counts units; `slice` takes `end` for a length; a lone high half taken for a pair.
  it(titled('cuts, counts and turns round as lists of code points do'), () => {
    const halves = fc.string({ unit: fc.constantFrom('a', smile, '\ud83d', '\ude00'), maxLength: 9 })
    const place = fc.integer({ min: -11, max: 11 })
    fc.assert(
      fc.property(
        fc.oneof(texts, halves),
        place,
        fc.option(place, { nil: undefined }),
        (text, start, end) => {
          expect(Text.length(text)).to.equal([...text].length)
          expect(Text.reverse(text)).to.equal([...text].reverse().join(''))
          expect(Text.slice(text, start, end)).to.equal([...text].slice(start, end).join(''))
          expect(Text.lpad('', 20, text)).to.equal(
            text === '' ? '' : Array.from({ length: 20 }, (_, i) => [...text][i % [...text].length]).join(''),
          )
        },
      ),
      parameters(),
    )
  })

  // Planted: borders that begin at 0 again after a mismatch; a match told one unit late.
  it(titled('finds parts, and puts others in their places, as engines do', 0.3), () => {
    const blocks = fc.array(fc.constantFrom('a', 'b', 'ab', 'aab'), { minLength: 1, maxLength: 3 })
    const long = fc.tuple(blocks, fc.nat(3000), blocks).map(([head, n, tail]) => {
      return `${head.join('').repeat(n)}${tail.join('')}`
    })
    const part = fc.tuple(fc.nat(900), fc.nat(900))
    fc.assert(
      fc.property(long, part, fc.constantFrom('', 'a', 'b'), (text, [from, size], end) => {
        const wanted = `${text.slice(from, from + size)}${end}`
        expect(Text.find(text, wanted)).to.equal(text.indexOf(wanted))
        expect(Text.find(text, wanted, 3)).to.equal(text.indexOf(wanted, 3))
        if (wanted !== '') expect(Text.replace(text, wanted, 'x')).to.equal(text.replaceAll(wanted, 'x'))
      }),
      parameters(0.3),
    )
  })

  // Planted: `indexOf` of the engine, which takes 9 s for this.
  it('finds a part that repeats itself in a moment', () => {
    const start = performance.now()
    expect(Text.find('ab'.repeat(500_000), `ba${'ab'.repeat(20_000)}`)).to.equal(-1)
    expect(performance.now() - start).to.be.below(1000)
  })
})
