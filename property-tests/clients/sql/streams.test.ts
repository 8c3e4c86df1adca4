/**
 * A stream gives the rows of `toArray`: random querysets over random rows, in batches of one, two, three and seven rows, by
 * a cursor and by pages.
 *
 * Each of these faults was planted, and found: a last batch that isn't full is lost; a full batch is taken for the last
 * one.
 */
import { expect } from 'chai'
import { either as E } from 'fp-ts'
import fc from 'fast-check'
import { fold, plan, print, stream, toArray, type QueryError } from '../../../src/index.js'
import type { Driver } from '../../../src/clients/sql/Driver.js'
import { sqlClient } from '../../../src/clients/sql/sqlClient.js'
import { isOrdered } from '../../../src/query/Query.js'
import { databaseNames, openDatabase } from '../../support/databases.js'
import { isLong, parameters, tally, titled } from '../../support/runs.js'
import { cases, prepared, shown, together } from '../../support/sqlQuerysets.js'

/** Of the runs of other properties. */
const shares = { pglite: 0.04, postgres: 0.06, sqlite: 0.12, mariadb: 0.04, mysql: 0.04 }

const sizes = [1, 2, 3, 7] as const

const read = async (
  rows: AsyncIterable<E.Either<QueryError, unknown>>,
): Promise<E.Either<QueryError, ReadonlyArray<unknown>>> => {
  const all: Array<unknown> = []
  for await (const row of rows) {
    if (E.isLeft(row)) return row
    all.push(row.right)
  }
  return E.right(all)
}

for (const name of databaseNames)
  describe(`streams on ${name}`, function () {
    // Each queryset is read twice, and the second time a few rows at a time.
    const share = shares[name] / 4
    this.timeout(isLong ? 3_600_000 : 240_000)
    const opened: { driver: Driver | null } = { driver: null }

    before(async function () {
      const found = await openDatabase(name, 'streams_differential', 2)
      if (typeof found === 'string') {
        console.log(`      skipped: ${found}`)
        return this.skip()
      }
      opened.driver = found
    })

    after(async () => {
      await opened.driver?.close()
    })

    it(titled(`give the rows of toArray, of ${String(together)} querysets a run`, share), async () => {
      const { driver } = opened
      if (driver === null) return
      const seen = { cursors: tally(), pages: tally() }
      await fc.assert(
        fc.asyncProperty(cases(), async ({ world, querysets }) => {
          await prepared(driver, world)
          const clients = {
            cursors: sqlClient(world.models, driver),
            pages: sqlClient(world.models, driver, { cursors: false }),
          }
          for (const [i, queryset] of querysets.entries()) {
            const size = sizes[i % sizes.length] ?? 1
            // The second answer has another time.
            if (print(queryset).includes('now()')) continue
            const how = i % 8 < 4 ? 'cursors' : 'pages'
            const client = clients[how]
            const query = fold(queryset)
            const planned = plan(client, { size })(queryset)
            if (E.isLeft(query) || E.isLeft(planned)) continue
            seen[how].saw(planned.right.walk.by)
            const all = await toArray(client)(queryset)()
            const streamed = await read(stream(client, { size })(queryset))
            expect(streamed._tag, print(queryset)).to.equal(all._tag)
            if (E.isLeft(all) || E.isLeft(streamed)) continue
            const sorted = isOrdered(query.right)
            expect(shown(streamed.right, sorted), print(queryset)).to.deep.equal(shown(all.right, sorted))
          }
        }),
        parameters(share),
      )
      console.log(`      by cursors: ${seen.cursors.toString()}; by pages: ${seen.pages.toString()}`)
      expect(seen.cursors.share('cursor')).to.be.greaterThan(0.4)
      if (isLong) for (const by of ['key', 'offset']) expect(seen.pages.share(by), by).to.be.greaterThan(0.1)
    })
  })
