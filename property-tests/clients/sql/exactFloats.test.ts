/**
 * Floats come back to the last bit from every database: doubles of all exponents, and the least ones. What is said of no
 * engine is of the library: -0 is 0 everywhere.
 *
 * Planted and caught: floats as plain JSON, of which SQLite reads one in six with a wrong last bit.
 */
import { expect } from 'chai'
import fc from 'fast-check'
import {
  createBulk,
  deleteRows,
  field,
  filter,
  orderBy,
  pipe,
  schema,
  toArray,
  updateBulk,
  type FullWritableClient,
} from 'queryset-ts'
import { createSchema, sqlClient, type Driver } from 'queryset-ts/sql'
import { inBinaryParts, isMisread } from '../../../src/clients/sql/exactFloats.js'
import { databaseNames, openDatabase } from '../../support/databases.js'
import { isLong, parameters, titled } from '../../support/runs.js'
import { done } from '../../support/sqlDatabases.js'

const models = schema({
  size: { id: field.int({ primaryKey: true }), x: field.float(), y: field.nullable(field.float()) },
})
const { size } = models

const least = Number.MIN_VALUE
const subnormal = fc.maxSafeInteger().map((n) => n * least)
/** About as many as people write, and of all bits. */
const human = fc.tuple(fc.maxSafeInteger(), fc.integer({ min: -20, max: 0 })).map(([n, e]) => n * 10 ** e)
const floats = fc.oneof(
  { weight: 6, arbitrary: fc.double({ noNaN: true, noDefaultInfinity: true }) },
  { weight: 2, arbitrary: subnormal },
  { weight: 2, arbitrary: human },
  {
    weight: 1,
    arbitrary: fc.constantFrom(-0, 0, least, -least, Number.MAX_VALUE, -Number.MAX_VALUE, 1e-300),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(2 ** -1022, 2 ** -1022 - least, 2 ** 53, 2 ** 63, 0.1, 1e15, 1e22, 1e23),
  },
)

/** How many floats stand in a statement. */
const together = 200

const inBits = (x: number): string => {
  const view = new DataView(new ArrayBuffer(8))
  view.setFloat64(0, x)
  return view.getBigUint64(0).toString(16)
}

const stored = async (client: FullWritableClient) =>
  done(
    pipe(
      size,
      orderBy((r) => [r.id.asc()]),
      toArray(client),
    ),
  )

/** Writes floats in bulk, changes them in bulk, and looks for them. */
const compared = async (driver: Driver, given: ReadonlyArray<number>): Promise<void> => {
  const client = sqlClient(models, driver) as unknown as FullWritableClient
  const bits = (all: ReadonlyArray<number | null>) => all.map((x) => (x === null ? 'null' : inBits(x)))
  const meant = bits(given.map((x) => x + 0))
  const rows = given.map((x, id) => ({ id, x, y: id % 2 === 0 ? x : null }))
  await done(pipe(size, deleteRows(client)))
  await done(pipe(size, createBulk(client, rows)))
  const made = await stored(client)
  expect(bits(made.map(({ x }) => x))).to.deep.equal(meant)
  expect(bits(made.map(({ y }) => y))).to.deep.equal(meant.map((each, id) => (id % 2 === 0 ? each : 'null')))

  const turned = [...given].reverse()
  await done(
    pipe(
      size,
      updateBulk(
        client,
        turned.map((x, id) => [id, { x, y: null }] as const),
      ),
    ),
  )
  expect(bits((await stored(client)).map(({ x }) => x))).to.deep.equal([...meant].reverse())

  const sought = turned.slice(0, together / 2).map((x) => x + 0)
  const found = await done(
    pipe(
      size,
      filter((r) => r.x.in(sought)),
      orderBy((r) => [r.id.asc()]),
      toArray(client),
    ),
  )
  const wanted = new Set(sought)
  expect(found.map(({ id }) => id)).to.deep.equal(turned.flatMap((x, id) => (wanted.has(x + 0) ? [id] : [])))
}

describe('floats in parts', () => {
  it(titled('are what they were', 10), () => {
    fc.assert(
      fc.property(floats, (x) => {
        const parts = inBinaryParts(x) as [number, number]
        // A power of its own would be too small.
        const [half, rest] = [Math.trunc(parts[1] / 2), parts[1] - Math.trunc(parts[1] / 2)]
        expect(inBits(parts[0] * 2 ** half * 2 ** rest + 0)).to.equal(inBits(x + 0))
        if (isMisread(x)) expect(x).not.to.equal(0)
      }),
      parameters(10),
    )
  })
})

for (const name of databaseNames)
  describe(`floats on ${name}`, function () {
    this.timeout(isLong ? 600_000 : 120_000)
    const share = isLong ? 0.05 : 0.1

    it(titled(`come back to the last bit, ${String(together)} a run`, share), async function () {
      const driver = await openDatabase(name, 'exact_floats')
      if (typeof driver === 'string') {
        console.log(`      skipped: ${driver}`)
        return this.skip()
      }
      try {
        await done(createSchema(models, driver))
        await fc.assert(
          fc.asyncProperty(fc.array(floats, { minLength: together, maxLength: together }), (given) =>
            compared(driver, given),
          ),
          parameters(share),
        )
      } finally {
        await driver.close()
      }
    })
  })
