/** Text by code points: tables. */
import { expect } from 'chai'
import * as Text from '../../src/value/Text.js'

const smile = '\u{1F600}'

describe('Text', () => {
  it('length counts code points', () => {
    const table: ReadonlyArray<readonly [string, number]> = [
      ['', 0],
      ['abc', 3],
      ['é', 1],
      ['e\u0301', 2],
      [smile, 1],
      [`a${smile}b`, 3],
      ['\ud83d', 1],
      ['\ude00\ud83d', 2],
      ['👩‍🚀', 3],
    ]
    for (const [text, n] of table) expect(Text.length(text), JSON.stringify(text)).to.equal(n)
  })

  it('compare goes by code point, not by UTF-16 unit', () => {
    const sorted = [
      '',
      'A',
      'B',
      'Z',
      'a',
      'aa',
      'ab',
      'b',
      'z',
      'É',
      'é',
      'ß',
      '\ud7ff',
      '\ue000',
      '\ufffd',
      '\uffff',
      '\u{10000}',
      smile,
      '\u{10ffff}',
    ]
    const byPoint = [...sorted].sort((a, b) => {
      const [x, y] = [[...a], [...b]]
      const i = x.findIndex((c, j) => c !== y[j])
      return i === -1 ? x.length - y.length : (x[i]?.codePointAt(0) ?? -1) - (y[i]?.codePointAt(0) ?? -1)
    })
    expect([...sorted].reverse().sort(Text.compare)).to.deep.equal(byPoint)
    expect(Text.compare(smile, '\ufffd')).to.equal(1)
    expect(Text.compare('a', 'a')).to.equal(0)
    expect(Text.compare('a', 'a\u0000')).to.equal(-1)
  })

  it('upper and lower map one to one', () => {
    const table: ReadonlyArray<readonly [string, string, string]> = [
      ['aé', 'AÉ', 'aé'],
      ['ß', 'ß', 'ß'],
      ['ﬁ', 'ﬁ', 'ﬁ'],
      ['ŉ', 'ŉ', 'ŉ'],
      // Of the dotted and the dotless i, one way is one to one, and the other isn't.
      ['ı', 'I', 'ı'],
      ['İ', 'İ', 'İ'],
      ['i', 'I', 'i'],
      ['ς', 'Σ', 'ς'],
      ['Σ', 'Σ', 'σ'],
      ['ΑΣ', 'ΑΣ', 'ας'.replace('ς', 'σ')],
      ['ǆ', 'Ǆ', 'ǆ'],
      ['ǅ', 'Ǆ', 'ǆ'],
      ['\u{10428}', '\u{10400}', '\u{10428}'],
      [`x${smile}y`, `X${smile}Y`, `x${smile}y`],
      ['ẞ', 'ẞ', 'ß'],
    ]
    for (const [text, upper, lower] of table) {
      expect(Text.upper(text), `upper ${text}`).to.equal(upper)
      expect(Text.lower(text), `lower ${text}`).to.equal(lower)
    }
  })

  it('keeps the number of code points in either case, for all of them', () => {
    for (let code = 0; code <= 0x10ffff; code++) {
      if (code === 0x2fa20) code = 0xe0000
      const c = String.fromCodePoint(code)
      if ([...Text.upper(c)].length !== 1 || [...Text.lower(c)].length !== 1) expect.fail(code.toString(16))
    }
  })

  it('reverse, left, right, substr and indexOf count code points', () => {
    const text = `a${smile}bc`
    expect(Text.reverse(text)).to.equal(`cb${smile}a`)
    const table: ReadonlyArray<readonly [string, string]> = [
      [Text.left(text, 0), ''],
      [Text.left(text, 2), `a${smile}`],
      [Text.left(text, 9), text],
      [Text.left(text, -1), `a${smile}b`],
      [Text.left(text, -9), ''],
      [Text.right(text, 0), ''],
      [Text.right(text, 3), `${smile}bc`],
      [Text.right(text, 9), text],
      [Text.right(text, -1), `${smile}bc`],
      [Text.right(text, -9), ''],
      [Text.substr(text, 1, null), text],
      [Text.substr(text, 2, 1), smile],
      [Text.substr(text, 3, null), 'bc'],
      [Text.substr(text, 0, 2), 'a'],
      [Text.substr(text, -1, 3), 'a'],
      [Text.substr(text, -5, 3), ''],
      [Text.substr(text, 5, 1), ''],
      [Text.substr(text, 2, 0), ''],
      [Text.substr(text, 2, -1), ''],
    ]
    table.forEach(([got, wanted], i) => {
      expect(got, String(i)).to.equal(wanted)
    })
    expect(Text.indexOf(text, 'b')).to.equal(3)
    expect(Text.indexOf(text, smile)).to.equal(2)
    expect(Text.indexOf(text, 'x')).to.equal(0)
    expect(Text.indexOf(text, '')).to.equal(1)
    expect(Text.indexOf('', 'x')).to.equal(0)
  })

  it('lpad, rpad and repeat fill up, cut, and refuse what is too long', () => {
    expect(Text.lpad('ab', 5, 'xy')).to.equal('xyxab')
    expect(Text.rpad('ab', 5, 'xy')).to.equal('abxyx')
    expect(Text.lpad('ab', 3, smile)).to.equal(`${smile}ab`)
    expect(Text.lpad(`${smile}bc`, 2, 'x')).to.equal(`${smile}b`)
    expect(Text.rpad('abc', 2, 'x')).to.equal('ab')
    expect(Text.lpad('abc', 0, 'x')).to.equal('')
    expect(Text.lpad('abc', -1, 'x')).to.equal('')
    expect(Text.lpad('abc', 5, '')).to.equal('abc')
    expect(Text.lpad('abc', 1e9, 'x')).to.equal(null)
    expect(Text.repeat('ab', 3)).to.equal('ababab')
    expect(Text.repeat('ab', 0)).to.equal('')
    expect(Text.repeat('ab', -1)).to.equal('')
    expect(Text.repeat('ab', 1e9)).to.equal(null)
    expect(Text.repeat('', 1e9)).to.equal('')
  })

  it('trim takes spaces, and only these', () => {
    expect(Text.trim('  a b  ')).to.equal('a b')
    expect(Text.ltrim('  a ')).to.equal('a ')
    expect(Text.rtrim(' a  ')).to.equal(' a')
    expect(Text.trim('\t a\n')).to.equal('\t a\n')
    expect(Text.trim('\u00a0a\u00a0')).to.equal('\u00a0a\u00a0')
    expect(Text.trim('   ')).to.equal('')
  })
})
