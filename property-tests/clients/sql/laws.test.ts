/**
 * The laws kit on SQL clients: reads, writes, faults and writers at the same time.
 *
 * Planted and found: an `exclude` by `not (x = ?)`, which loses rows whose value is missing (law 'answer'); an aggregate of a
 * constant over no column of its own rows; a group without keys and without aggregates; on MariaDB, keys that are decimals
 * and compared as doubles (law 'nothing else changes'); pages of groups that aren't sorted (PGlite, law 'stream').
 */
import { expect } from 'chai'
import { checkClient, printReport, type Failure, type Report } from '../../../src/laws.js'
import { databaseNames, openDatabase, type DatabaseName } from '../../support/databases.js'
import { isLong, kitCases, seed } from '../../support/runs.js'
import { sqlFactory, withoutByteOrderMarks } from '../../support/sqlCases.js'

/**
 * The number of cases in a short and in a long run. `QUERYSET_KIT_CASES` sets the number of cases on each database, for runs
 * that may take hours. A case on a server makes tables, which takes the server most of the time.
 */
const cases: { readonly [K in DatabaseName]: readonly [short: number, long: number] } = {
  pglite: [0, 2000],
  sqlite: [100, 2000],
  postgres: [10, 2000],
  mariadb: [5, 2000],
  mysql: [5, 2000],
}

const casesOn = (name: DatabaseName): number => kitCases ?? cases[name][isLong ? 1 : 0]

/**
 * Parts run at the same time, each in a database of its own and from a seed of its own: one computes while a server works
 * for the others. PGlite and SQLite work in this process.
 */
const partsOn = (name: DatabaseName): number =>
  name !== 'pglite' && name !== 'sqlite' && casesOn(name) >= 100 ? 2 : 1

/** So many that the calls of a case that overlap, and the transactions within them, never wait for one. */
const connections = 20

/**
 * MariaDB and MySQL have no index for longer texts, which are refused as unique values. Nor are they sorted to their end.
 * A decimal has 35 digits before the point and 30 after it.
 */
const longestIndexed: { readonly [K in DatabaseName]?: number } = { mariadb: 700, mysql: 350 }

const isTooLong = (name: DatabaseName, { example }: Failure): boolean => {
  const longest = longestIndexed[name]
  return (
    longest !== undefined &&
    new RegExp(String.raw`"[^"]{${String(longest + 1)},}"|"-?\d{36,}[".]|"-?\d+\.\d{31,}"`, 'u').test(
      JSON.stringify(example),
    )
  )
}

/** Checks a part of the cases, or says why it can't. */
const checked = async (name: DatabaseName, part: number): Promise<Report | string> => {
  const parts = partsOn(name)
  const driver = await openDatabase(name, part === 0 ? 'laws' : `laws${String(part)}`, connections)
  if (typeof driver === 'string') return driver
  const report = await checkClient({
    // PostgreSQL shows its cursors, and PGlite its pages.
    client: name === 'pglite' ? sqlFactory(withoutByteOrderMarks(driver), false) : sqlFactory(driver),
    cases: Math.ceil(casesOn(name) / parts),
    seed: seed + part,
    // Those that don't count must not end a long run.
    failures: longestIndexed[name] === undefined ? 3 : 20,
  })()
  await driver.close()
  return report
}

for (const name of databaseNames.filter((each) => casesOn(each) > 0))
  describe(`a SQL client on ${name}`, function () {
    this.timeout(isLong || kitCases !== null ? 0 : 180_000)

    const last = seed + partsOn(name) - 1
    const seeds = last === seed ? `seed ${String(seed)}` : `seeds ${String(seed)} to ${String(last)}`

    it(`keeps the laws [${String(casesOn(name))} cases, ${seeds}]`, async function () {
      const parts = Array.from({ length: partsOn(name) }, (_, part) => checked(name, part))
      for (const report of await Promise.all(parts)) {
        if (typeof report === 'string') {
          console.log(`      skipped: ${report}`)
          return this.skip()
        }
        const failures = report.failures.filter((each) => !isTooLong(name, each))
        expect(failures, printReport(report)).to.deep.equal([])
        // Too many failures that don't count would end a run early, too.
        expect(report.cases, printReport(report)).to.equal(Math.ceil(casesOn(name) / partsOn(name)))
      }
    })
  })
