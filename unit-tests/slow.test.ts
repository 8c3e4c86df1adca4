/** `npm test` leaves out what `npm run test:slow` runs, and nothing else. */
import { expect } from 'chai'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const at = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url))

const settings = (file: string) =>
  JSON.parse(readFileSync(at(file), 'utf8')) as {
    readonly spec: ReadonlyArray<string>
    readonly ignore?: ReadonlyArray<string>
  }

describe('the tests that take long', () => {
  const { spec } = settings('.config/mocharc.slow.json')

  // Caught, planted: a pattern of the one list that the other lacks.
  it('are those that npm test leaves out', () => {
    expect(settings('.mocharc.json').ignore).to.deep.equal(spec)
  })

  // Caught, planted: the name of a file that was renamed.
  it('are there', () => {
    expect(spec.filter((pattern) => !existsSync(at(pattern.replace('**/*.test.ts', ''))))).to.deep.equal([])
  })
})
