import { expect } from 'chai'
import stringWidth from 'string-width'
import { examples, main } from '../../docs/examples/demo.js'
import { cut, table, wrap } from '../../docs/examples/table.js'

const plain = { bold: (text: string) => text, dim: (text: string) => text }

describe('the demo', () => {
  const run = async (width: number, colours: boolean) => {
    const written: Array<string> = []
    const failures = await main({ write: (text) => written.push(text), width, colours })
    return { failures, text: written.join('') }
  }

  for (const width of [80, 120])
    it(`answers every query, plainly and ${String(width)} columns wide`, async () => {
      const { failures, text } = await run(width, false)
      expect(failures).to.equal(0)
      for (const { title } of examples) expect(text).to.contain(`. ${title}\n`)
      expect(text).not.to.match(/\u001b/u)
      expect(text).not.to.contain('no rows')
      expect(text).not.to.contain('undefined')
      expect(text.split('\n').filter((line) => stringWidth(line) > width)).to.deep.equal([])
      expect(text.replace(/\s+/gu, ' ')).to.contain("Did you mean 'name'?")
      expect(text).to.contain(`${String(examples.length)} of ${String(examples.length)} queries answered`)
    })

  it('is coloured where that is wished for', async () => {
    const { text } = await run(100, true)
    expect(text).to.contain('\u001b[33m')
  })
})

describe('a table', () => {
  it('puts points under each other, and counts wide characters twice', () => {
    expect(
      table(
        [
          { name: '東京', n: '1.5', k: null },
          { name: 'é', n: '10', k: 3 },
        ],
        80,
        plain,
      ),
    ).to.deep.equal(['name     n     k', '────  ────  ────', '東京   1.5  null', 'é     10       3'])
  })

  it('gives a list a line for each member, and a row within a row columns of its own', () => {
    expect(
      table(
        [
          { id: 1, of: { id: 2, name: 'x' }, list: ['a', 'b'] },
          { id: 2, of: null, list: [] },
        ],
        80,
        plain,
      ),
    ).to.deep.equal([
      'id  of.id  of.name  list  of',
      '──  ─────  ───────  ────  ────',
      ' 1      2  x        a',
      '                    b',
      ' 2                        null',
    ])
  })

  it('cuts the widest text, never within a character', () => {
    const [, , line] = table([{ n: 123456, text: 'a text that is far too long' }], 20, plain)
    expect(line).to.equal('123456  a text that…')
    expect(cut('👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦', 4)).to.equal('👩‍👩‍👧‍👦…')
  })

  it('shows control characters as spaces', () => {
    expect(table([{ t: 'a\u001b[2J\nb' }], 80, plain)[2]).to.equal('a [2J b')
  })

  it('is empty where there are no rows', () => {
    expect(table([], 80, plain).join('')).to.equal('')
  })
})

describe('wrap', () => {
  it('breaks at spaces, and indents what goes on', () => {
    expect(wrap('  one two three four', 10, 2)).to.deep.equal(['  one two', '    three', '    four'])
    expect(wrap('', 10, 2)).to.deep.equal([''])
  })
})
