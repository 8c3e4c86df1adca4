/** What compilers say of wrong programs: it names what is wrong before an editor cuts it off. */
import { expect } from 'chai'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { check, compilers, declare, isInstalled, root, write, type Diagnostic } from './support/compilers.js'
import { music } from './support/music.js'
import { wrongs } from './support/wrong.js'

const folder = join(root, '.docs-check', `messages-${String(process.pid)}`)
const atMost = 300

describe('messages of compilers', function () {
  this.timeout(300_000)
  const lines = music.split('\n').length - 1
  let program = ''

  before(() => {
    expect(declare(folder)).to.equal('')
    program = write(folder, 'wrong', `${music}${wrongs.map(({ code }) => code).join('\n')}\n`)
  })
  after(() => {
    rmSync(folder, { recursive: true, force: true })
  })

  compilers.forEach((compiler) => {
    describe(compiler.name, () => {
      let told: ReadonlyArray<Diagnostic> = []

      before(function () {
        if (!isInstalled(compiler)) this.skip()
        told = check(compiler, program)
      })

      wrongs.forEach(({ about, code, says }, i) => {
        it(`${about}: ${code}`, () => {
          const [first] = told.filter(({ line }) => line === lines + i + 1)
          expect(first, 'it compiles').not.to.equal(undefined)
          says.forEach((part) => {
            expect(first?.message.slice(0, atMost)).to.include(part)
          })
        })
      })

      it('says nothing of what is right', () => {
        expect(told.filter(({ line }) => line <= lines)).to.deep.equal([])
      })
    })
  })
})
