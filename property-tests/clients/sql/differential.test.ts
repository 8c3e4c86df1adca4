/**
 * A SQL database answers what the reference answers: random querysets over random rows, several on the same rows.
 *
 * Each of these faults was planted, and found within 100 runs: a slice that begins at the first row wherever
 * it should, and a `distinctOn` without keys that is partitioned by nothing.
 */
import { expect } from 'chai'
import { either as E } from 'fp-ts'
import fc from 'fast-check'
import { fold, print, type Query } from '../../../src/index.js'
import { reference } from '../../../src/laws.js'
import { compileRows } from '../../../src/clients/sql/compile.js'
import { rowFrom } from '../../../src/clients/sql/outputs.js'
import { valuesAt } from '../../../src/clients/sql/Sql.js'
import { targetOf } from '../../../src/clients/sql/sqlClient.js'
import type { Driver } from '../../../src/clients/sql/Driver.js'
import { isOrdered } from '../../../src/query/Query.js'
import { now } from '../../support/compare.js'
import { databaseNames, openDatabase } from '../../support/databases.js'
import { isLong, parameters, tally, titled } from '../../support/runs.js'
import { cases, prepared, shown, together } from '../../support/sqlQuerysets.js'
import type { World } from '../../support/worlds.js'

/** Of the runs of other properties: with 2,000 runs, the same 10,000 querysets on each database. */
const share = 0.2

/** What a database gives, or `null` where it can't say all of a query in one statement. */
const answerOf = async (
  driver: Driver,
  { models }: World,
  query: Query,
): Promise<ReadonlyArray<unknown> | null> => {
  const target = targetOf(models, driver)
  const compiled = compileRows(target, query)
  if (E.isLeft(compiled)) {
    if (compiled.left._tag === 'Unsupported') return null
    throw new Error(compiled.left.message)
  }
  const { text, params, parts } = compiled.right
  const answered = await driver.query(text, valuesAt(params, now), { prepare: false })()
  if (E.isLeft(answered)) throw new Error(`${answered.left.message}: ${text}`)
  const { rows } = answered.right
  return rows.map((raw) => rowFrom(target.dialect, parts, raw, now))
}

/** What the reference gives. */
const meantBy = ({ schema, source }: World, query: Query): ReadonlyArray<unknown> => {
  const page = reference.page({ schema, source, now }, query)
  if (E.isLeft(page)) throw new Error(page.left.message)
  return page.right.rows
}

for (const name of databaseNames)
  describe(`querysets on ${name}`, function () {
    this.timeout(isLong ? 3_600_000 : 120_000)
    let driver: Driver
    const opened = { is: false }

    before(async function () {
      const found = await openDatabase(name, 'show_differential')
      if (typeof found === 'string') {
        console.log(`      skipped: ${found}`)
        return this.skip()
      }
      driver = found
      opened.is = true
    })

    after(async () => {
      if (opened.is) await driver.close()
    })

    it(titled(`are answered as by the reference, ${String(together)} a run`, share), async () => {
      const seen = tally()
      await fc.assert(
        fc.asyncProperty(cases(), async ({ world, querysets }) => {
          await prepared(driver, world)
          for (const queryset of querysets) {
            const query = fold(queryset)
            if (E.isLeft(query)) continue
            const given = await answerOf(driver, world, query.right)
            seen.saw(given === null ? 'in parts' : 'in one statement')
            if (given === null) continue
            const sorted = isOrdered(query.right)
            const meant = meantBy(world, query.right)
            expect(shown(given, sorted), print(queryset)).to.deep.equal(shown(meant, sorted))
          }
        }),
        parameters(share),
      )
      console.log(`      ${seen.toString()}`)
      expect(seen.share('in one statement')).to.be.greaterThan(0.85)
    })
  })
