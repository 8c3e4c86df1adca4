/**
 * Hostile values and names in every place of every statement, in sessions of every mode. Each draw is done on a database and
 * in memory by the specification. Both give the same rows, or errors of the same tag. The error of a database is never about
 * the text of a statement and shows no value, no statement has a value in its text, and afterwards all tables have the same
 * rows as in memory. What a database can't hold is refused there alone.
 *
 * A long run draws every lookup of every kind, every function of all kinds, every conversion, aggregate and tag, and every
 * exported function, about 10,000 times in all.
 *
 * Planted and found: a constant of `contains` between quotes in the statement, a quote in a name that isn't doubled, members
 * of a list of PostgreSQL and JSON of MariaDB whose backslashes aren't escaped, a pattern of `icontains` whose special
 * characters aren't, halves of surrogate pairs that are sent, and statements that mysql2 quotes by itself.
 *
 * Found: links to rows that aren't there, which `addRelated` passed over on MariaDB with `ANSI_QUOTES`; a pattern in its own
 * error, and one that is too large, which threw; a stored duration that isn't one, which threw on MariaDB.
 */
import { expect } from 'chai'
import fc from 'fast-check'
import { dialectOf } from '../../../src/clients/sql/dialects.js'
import { isName } from '../../../src/clients/sql/Sql.js'
import { isLong, parameters, seed, tally } from '../../support/runs.js'
import { anyGiven, givenPlaces, type Given } from '../../support/sqlFuzz/given.js'
import { held, namesWith, opened } from '../../support/sqlFuzz/harness.js'
import { sessions } from '../../support/sqlFuzz/sessions.js'
import { methods, uses, type Use } from '../../support/sqlFuzz/uses.js'
import { name } from '../../support/sqlFuzz/values.js'

/** A function, and what it is given. */
type Draw = readonly [string, Given]

const all: ReadonlyMap<string, Use> = new Map(
  [
    ...Object.entries(uses),
    ...Object.entries(methods).map(([key, use]) => [`client.${key}`, use] as const),
  ].flatMap(([key, use]) => (typeof use === 'string' ? [] : [[key, use] as const])),
)
const names = [...all.keys()]

const anyDraw: fc.Arbitrary<Draw> = fc.tuple(fc.constantFrom(...names), anyGiven)

/** A draw for each place, with each function in turn. In a short run each session has a part of them. */
const drawsFor = (session: number): ReadonlyArray<Draw> =>
  givenPlaces.flatMap(({ draw }, i): ReadonlyArray<Draw> => {
    if (!isLong && i % sessions.length !== session) return []
    const key = names[(isLong ? i + session : i) % names.length] ?? ''
    return fc.sample(draw, { numRuns: 1, seed: seed + i }).map((given) => [key, given])
  })

/** So many draws have tables of the same names. */
const together = 300

describe('the places of hostile values', () => {
  it('are all drawn by the sessions together', () => {
    const drawn = new Set(sessions.flatMap((_, session) => drawsFor(session).map(([key]) => key)))
    expect(names.filter((key) => !drawn.has(key))).to.deep.equal([])
  })
})

sessions.forEach(({ title, share, open }, session) => {
  describe(`hostile values everywhere on ${title}`, function () {
    this.timeout(isLong ? 1_200_000 : 120_000)
    const { numRuns } = parameters(isLong ? 0.45 * share : share)

    it(`are values [${String(numRuns)} draws, seed ${String(seed)}]`, async function () {
      const driver = await open(`fuzz_every_${String(session)}`)
      if (typeof driver === 'string') {
        console.log(`      skipped: ${driver}`)
        return this.skip()
      }
      const seen = tally()
      const examples = drawsFor(session)
      const { quote } = dialectOf(driver.dialect)
      const affixes = fc.sample(
        // With quotes of all kinds, where the engine takes all of it.
        name.map((each) => `"\`'${each}`).filter((each) => isName(`note_tags${each}`, quote)),
        { numRuns: Math.ceil(numRuns / together), seed: seed + session },
      )
      try {
        for (const [i, affix] of affixes.entries()) {
          const world = await opened(driver, namesWith(affix))
          await fc.assert(
            fc.asyncProperty(anyDraw, async ([key, given]) => {
              const use = all.get(key)
              if (use === undefined) throw new Error(`there is no function ${key}`)
              seen.saw(await held(world, use, given, key))
            }),
            {
              numRuns: Math.min(together, numRuns - i * together),
              seed: seed + i,
              examples: examples.slice(i * together, (i + 1) * together).map((each) => [each]),
            },
          )
          expect(await world.rows(), 'rows at the end').to.deep.equal(world.begun)
        }
      } finally {
        await driver.close()
      }
      // Most draws are of a query or a write that is done.
      if (isLong) expect(seen.share('answered'), String(seen)).to.be.greaterThan(0.6)
    })
  })
})
