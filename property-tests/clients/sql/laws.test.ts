/**
 * The laws kit on SQL clients: reads, writes, faults and writers at the same time.
 *
 * Planted and found: an `exclude` by `not (x = ?)`, which loses rows whose value is missing (law 'answer'); an aggregate of a
 * constant over no column of its own rows; a group without keys and without aggregates; on MariaDB, keys that are decimals
 * and compared as doubles (law 'nothing else changes').
 */
import { expect } from 'chai'
import { checkClient, printReport, type Failure } from '../../../src/laws.js'
import { databaseNames, openDatabase, type DatabaseName } from '../../support/databases.js'
import { isLong, kitCases, seed } from '../../support/runs.js'
import { sqlFactory, withoutByteOrderMarks } from '../../support/sqlCases.js'

/**
 * Each case creates and drops its tables, which takes a server most of the time. `QUERYSET_KIT_CASES` sets the number of
 * cases on each database, for runs that may take hours.
 */
const cases: { readonly [K in DatabaseName]: readonly [short: number, long: number] } = {
  pglite: [0, 300],
  sqlite: [100, 2000],
  postgres: [10, 1000],
  mariadb: [5, 400],
  mysql: [5, 300],
}

const casesOn = (name: DatabaseName): number => kitCases ?? cases[name][isLong ? 1 : 0]

/** MariaDB and MySQL have no index for longer texts, which are refused as unique values. */
const longestIndexed: { readonly [K in DatabaseName]?: number } = { mariadb: 700, mysql: 350 }

const isTooLongForIndex = (name: DatabaseName, { example }: Failure): boolean => {
  const longest = longestIndexed[name]
  return (
    longest !== undefined && new RegExp(`"[^"]{${String(longest + 1)},}"`, 'u').test(JSON.stringify(example))
  )
}

for (const name of databaseNames.filter((each) => casesOn(each) > 0))
  describe(`a SQL client on ${name}`, function () {
    this.timeout(isLong || kitCases !== null ? 0 : 180_000)

    it(`keeps the laws [${String(casesOn(name))} cases, seed ${String(seed)}]`, async function () {
      const driver = await openDatabase(name, 'laws')
      if (typeof driver === 'string') {
        console.log(`      skipped: ${driver}`)
        return this.skip()
      }
      const report = await checkClient({
        client: sqlFactory(name === 'pglite' ? withoutByteOrderMarks(driver) : driver),
        cases: casesOn(name),
        seed,
      })()
      await driver.close()
      const failures = report.failures.filter((each) => !isTooLongForIndex(name, each))
      expect(failures, printReport(report)).to.deep.equal([])
    })
  })
