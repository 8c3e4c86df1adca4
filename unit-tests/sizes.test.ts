/** The rule of sizes, on planted offences: `.ci/sizes.mjs` holds it over the house itself. */
import { expect } from 'chai'
import { codeLinesIn, functionsIn, offencesIn } from '../.ci/sizes.mjs'

const lines = (n: number): string => '  f()\n'.repeat(n)

const offences = (
  files: { readonly [path: string]: string },
  listed: { readonly [key: string]: string } = {},
): ReadonlyArray<string> => offencesIn(new Map(Object.entries(files)), listed)

describe('sizes', () => {
  it('finds functions by the names of what holds them', () => {
    const text = 'const a = () => {\n}\nfunction b() {}\nconst o = { c: () => 1 }\n'
    expect(functionsIn('src/x.ts', text)).to.deep.equal([
      { name: 'a', line: 1, lines: 2 },
      { name: 'b', line: 3, lines: 1 },
      { name: 'c', line: 4, lines: 1 },
    ])
  })

  it('lets files of 450 lines and functions of 60 pass, and no longer ones', () => {
    expect(offences({ 'src/x.ts': lines(450) })).to.deep.equal([])
    expect(offences({ 'src/x.ts': lines(451) }).join()).to.contain('src/x.ts has 451 lines')
    expect(offences({ 'src/x.ts': `const f = () => {\n${lines(58)}}\n` })).to.deep.equal([])
    expect(offences({ 'src/x.ts': `const f = () => {\n${lines(59)}}\n` }).join()).to.contain(
      'src/x.ts:1 f has 61',
    )
  })

  it('counts the lines that have code', () => {
    const text = '/**\n * A comment.\n */\nconst a = 1 // why\n\n// Why.\nconst b = `\n\n`\n'
    expect(codeLinesIn(text)).to.equal(4)
  })

  it('lets a long function pass that is listed, and asks for no more than are long', () => {
    const long = { 'src/x.ts': `const f = () => {\n${lines(59)}}\n` }
    expect(offences(long, { 'src/x.ts f': 'table' })).to.deep.equal([])
    expect(offences(long, { 'src/x.ts f': 'table', 'src/x.ts g': 'table' })).to.deep.equal([
      ".ci/longFunctions.mjs names src/x.ts g, which isn't long or isn't there",
    ])
  })
})
