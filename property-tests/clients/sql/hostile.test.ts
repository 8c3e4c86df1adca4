/**
 * Values and names that are meant to break out of SQL. Planted and found: a quote in a name that isn't doubled, and a text
 * that is put between quotes instead of beside the statement.
 */
import { expect } from 'chai'
import fc from 'fast-check'
import { either as E } from 'fp-ts'
import { ident, isName, param, render, sql } from '../../../src/clients/sql/Sql.js'
import { dialectOf } from '../../../src/clients/sql/dialects.js'
import { databaseNames, openDatabase } from '../../support/databases.js'
import { parameters, titled } from '../../support/runs.js'

const pieces = [
  "'",
  '"',
  '`',
  '\\',
  '\0',
  '--',
  '/*',
  ';',
  '$1',
  '?',
  ' or 1=1 ',
  '__proto__',
  '%',
  '_',
  'é',
  '\u{1f600}',
  '\ud800',
  'x',
]
const hostile = fc.array(fc.constantFrom(...pieces), { maxLength: 8 }).map((all) => all.join(''))

describe('hostile text', () => {
  it(titled('stays out of the statement', 10), () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const made = render('dollar', sql`select ${param(text)}`)
        expect(made.text).to.equal('select $1')
        expect(made.params).to.deep.equal([{ _tag: 'value', value: text }])
      }),
      parameters(10),
    )
  })

  it(titled('stays within a name', 10), () => {
    fc.assert(
      fc.property(hostile, fc.constantFrom('"' as const, '`' as const), (text, quote) => {
        const { text: made } = render('question', ident(quote, text))
        const inner = made.slice(1, -1)
        expect(made.startsWith(quote) && made.endsWith(quote)).to.equal(true)
        expect(inner.replaceAll(quote + quote, '')).not.to.include(quote)
        if (isName(text, quote)) expect(inner.replaceAll(quote + quote, quote)).to.equal(text)
        else expect(inner).to.match(/^no name [\da-f]+$/u)
      }),
      parameters(10),
    )
  })
})

for (const name of databaseNames)
  describe(`hostile text on ${name}`, () => {
    it(titled('comes back as it was sent, or is not sent', 1), async function () {
      this.timeout(120_000)
      const driver = await openDatabase(name, 'hostile')
      if (typeof driver === 'string') {
        console.log(`      skipped: ${driver}`)
        return this.skip()
      }
      const dialect = dialectOf(driver.dialect)
      await fc.assert(
        fc.asyncProperty(hostile, hostile, async (text, column) => {
          if (!dialect.sendable('text', text)) return
          const { text: statement, params } = render(
            dialect.placeholder,
            sql`select ${dialect.bind('text', text)} as ${ident(dialect.quote, column)}`,
          )
          const values = params.map((each) => (each._tag === 'value' ? each.value : null))
          const answer = await driver.query(statement, values, { prepare: false })()
          // mysql2 refuses this name of a column. The library gives such a column another one.
          if (!isName(column, dialect.quote) || (name === 'mysql' && column === '__proto__')) return
          expect(E.isRight(answer) ? answer.right.rows : answer.left).to.deep.equal([[text]])
        }),
        parameters(1),
      )
      await driver.close()
    })
  })
