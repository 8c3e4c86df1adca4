/** Formats of text: what has them, and that looking takes no longer than the text is long. */
import { expect } from 'chai'
import { hasFormat, type TextFormat } from 'queryset-ts'

const right: { readonly [F in TextFormat]: ReadonlyArray<string> } = {
  email: [
    'a@b.example',
    "o'hara+music@sub.b-c.example",
    'A.B@EXAMPLE.COM',
    'a@localhost',
    'a@[192.0.2.1]',
    'a@[2001:db8::1]',
    'ü'.length === 1 ? 'a@bücher.example' : '',
  ],
  url: [
    'http://a.example',
    'https://user:pass@a.example:8080/b?c=d#e',
    'ftp://a.example/',
    'HTTPS://A.EXAMPLE/%20',
    'http://localhost:3000',
    'http://192.0.2.1/',
    'http://[2001:db8::1]:80/x',
    'http://bücher.example/',
  ],
  slug: ['a', 'A-b_9', '-', '0'],
  ip: ['0.0.0.0', '192.0.2.255', '::', '::1', '2001:db8::1', '1:2:3:4:5:6:7:8', '::ffff:192.0.2.1', '1::8'],
}

const wrong: { readonly [F in TextFormat]: ReadonlyArray<string> } = {
  email: [
    '',
    'a',
    '@b.example',
    'a@',
    'a@b',
    'a b@c.example',
    '.a@b.example',
    'a..b@c.example',
    'a@-b.example',
    'a@b..example',
    'a@b.1',
    'a@b.example\n',
    'a@[1.2.3]',
    `${'a'.repeat(400)}@b.example`,
  ],
  url: [
    '',
    'a.example',
    '//a.example',
    'javascript:alert(1)',
    'JaVaScRiPt://a.example/%0aalert(1)',
    'data:text/html,x',
    'http://',
    'http://a',
    'http://a b.example',
    'http://a.example/ b',
    'http://a.example\n',
    'http://a.example:99999/',
    'http://a.example:x/',
    'http://[::1',
    'http://[192.0.2.1]/',
    'http://-a.example/',
    'http:\\\\a.example',
    'http://a.example/"onclick="x',
  ],
  slug: ['', 'a b', 'é', 'a/b', 'a\n', 'a.b'],
  ip: [
    '',
    '1.2.3',
    '1.2.3.4.5',
    '256.0.0.1',
    '01.2.3.4',
    '1.2.3.4 ',
    ':::',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7:8::',
    '12345::',
    'g::',
    '::1%eth0',
    '1.2.3.4::',
    '::1.2.3.4:5',
    '1::2::3',
  ],
}

const formats = Object.keys(right) as ReadonlyArray<TextFormat>

describe('formats', () => {
  formats.forEach((format) => {
    it(`know ${format} from what is none`, () => {
      expect(right[format].filter((text) => !hasFormat(format, text))).to.deep.equal([])
      expect(wrong[format].filter((text) => hasFormat(format, text))).to.deep.equal([])
    })
  })

  it('take 100,000 characters in less than 50 ms each', () => {
    const pieces = [
      'a',
      '.',
      '-',
      ':',
      '@',
      '/',
      '0',
      'a.',
      'a-',
      '::',
      'a@',
      'http://',
      'é',
      '%',
      '[',
      '\u0000',
    ]
    formats.forEach((format) => {
      pieces.forEach((piece) => {
        ;['', 'http://', 'a@', '1.'].forEach((start) => {
          const text = `${start}${piece.repeat(Math.ceil(100_000 / piece.length))}!`
          const before = performance.now()
          hasFormat(format, text)
          expect(performance.now() - before, `${format} of ${start}${piece}…`).to.be.lessThan(50)
        })
      })
    })
  })
})
