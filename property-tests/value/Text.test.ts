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
})
