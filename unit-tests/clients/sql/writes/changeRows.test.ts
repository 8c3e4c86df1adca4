/**
 * Rows that trade unique values, and rows that are changed twice in one call, on each engine.
 *
 * Found by the laws kit: intermediate values that rows have already, and a missing value told as a value that is taken.
 */
import { expect } from 'chai'
import { either as E, function as fn } from 'fp-ts'
import { autoId, createBulk, field, oneToOne, orderBy, schema, toArray } from 'queryset-ts'
import { databaseNames, openDatabase } from '../../../../property-tests/support/databases.js'
import type { Driver } from '../../../../src/clients/sql/Driver.js'
import { createSchema } from '../../../../src/clients/sql/schema/createSchema.js'
import { dropSchema } from '../../../../src/clients/sql/schema/dropSchema.js'
import { sqlClient } from '../../../../src/clients/sql/sqlClient.js'
import type { Row } from '../../../../src/value/Value.js'
import { right } from '../../../support/answers.js'

const { pipe } = fn

const models = schema(
  {
    seat: { id: autoId, label: field.text({ maxLength: 1, unique: true }) },
    shift: { id: autoId, from: field.time({ unique: true }), until: field.date({ unique: true }) },
    digit: { id: autoId, of: field.decimal({ maxDigits: 1, decimalPlaces: 0, unique: true }) },
    flag: { id: autoId, on: field.boolean({ unique: true }) },
    guest: {
      id: autoId,
      name: field.text(),
      place: field.int({ unique: true }),
      nick: field.nullable(field.text({ maxLength: 20, unique: true })),
      table: field.int(),
      vip: field.boolean(),
      seat: oneToOne('seat'),
    },
  },
  { uniqueTogether: { guest: [['table', 'vip']] } },
)

const guests = [
  { id: 1, name: 'Ada', place: 1, nick: 'a', table: 1, vip: true, seat: 1 },
  { id: 2, name: 'Bob', place: 2, nick: 'b', table: 1, vip: false, seat: 2 },
  { id: 3, name: 'Cid', place: 3, nick: null, table: 2, vip: false, seat: 3 },
]

for (const name of databaseNames)
  describe(`changes by key on ${name}`, function () {
    this.timeout(60_000)
    let driver: Driver
    const opened = { is: false }

    before(async function () {
      const found = await openDatabase(name, 'change_rows')
      if (typeof found === 'string') {
        console.log(`      skipped: ${found}`)
        this.skip()
      }
      driver = found
      opened.is = true
    })

    beforeEach(async () => {
      await right(dropSchema(models, driver))
      await right(createSchema(models, driver))
      const client = sqlClient(models, driver)
      await right(
        createBulk(
          client,
          ['A', 'B', 'C'].map((label, i) => ({ id: i + 1, label })),
        )(models.seat),
      )
      await right(createBulk(client, guests)(models.guest))
    })

    after(async () => {
      if (opened.is) await driver.close()
    })

    const change = (...changes: ReadonlyArray<readonly [number, Row]>) =>
      sqlClient(models, driver).updateBulk(
        'guest',
        changes.map(([key, set]) => ({ key, set })),
      )()
    const stored = () =>
      right(
        pipe(
          models.guest,
          orderBy((g) => [g.id.asc()]),
          toArray(sqlClient(models, driver)),
        ),
      )

    const trades: ReadonlyArray<readonly [string, string, ReadonlyArray<string | number | null>]> = [
      ['numbers', 'place', [2, 3, 1]],
      ['values that may be missing', 'nick', ['b', null, 'a']],
      ['keys of rows that they belong to', 'seat', [2, 3, 1]],
    ]
    for (const [what, column, values] of trades)
      it(`lets rows trade ${what} in a circle`, async () => {
        const changes = values.map((value, i): readonly [number, Row] => [i + 1, { [column]: value }])
        expect(await change(...changes)).to.deep.equal(E.right(3))
        expect(await stored()).to.deep.equal(guests.map((row, i) => ({ ...row, [column]: values[i] })))
      })

    it('lets rows trade text of a single character', async () => {
      const client = sqlClient(models, driver)
      const set = (key: number, label: string) => ({ key, set: { label } })
      expect(await client.updateBulk('seat', [set(1, 'B'), set(2, 'A')])()).to.deep.equal(E.right(2))
      const rows = await right(
        pipe(
          models.seat,
          orderBy((each) => [each.id.asc()]),
          toArray(client),
        ),
      )
      expect(rows.map(({ label }) => label)).to.deep.equal(['B', 'A', 'C'])
    })

    it('lets rows trade the last values of a kind, while other rows have the ones before', async () => {
      const client = sqlClient(models, driver)
      const times = ['23:59:59.999', '00:00:00.000', '23:59:59.998', '23:59:59.997', '23:59:59.996'] as const
      const dates = ['9999-12-31', '2000-01-01', '9999-12-30', '9999-12-29', '9999-12-28'] as const
      const shifts = times.map((from, i) => ({ id: i + 1, from, until: dates[i] ?? dates[0] }))
      await right(createBulk(client, shifts)(models.shift))
      for (const column of ['from', 'until'] as const) {
        const [first, second] = shifts
        const changes = [
          { key: 1, set: { [column]: second?.[column] ?? null } },
          { key: 2, set: { [column]: first?.[column] ?? null } },
        ]
        expect(await client.updateBulk('shift', changes)(), column).to.deep.equal(E.right(2))
      }
      const rows = await right(
        pipe(
          models.shift,
          orderBy((s) => [s.id.asc()]),
          toArray(client),
        ),
      )
      const [first, second, ...others] = shifts
      expect(rows).to.deep.equal([{ ...second, id: 1 }, { ...first, id: 2 }, ...others])
    })

    it('says that it finds no values in between, where there are none', async () => {
      const client = sqlClient(models, driver)
      const digits = Array.from({ length: 19 }, (_, i) => String(i - 9) as '0')
      await right(
        createBulk(
          client,
          digits.map((of) => ({ of })),
        )(models.digit),
      )
      const set = (key: number, of: string | undefined) => ({ key, set: { of: of ?? null } })
      const answer = await client.updateBulk('digit', [set(1, digits[1]), set(2, digits[0])])()
      expect(E.isLeft(answer) && answer.left.message).to.contain('no values were found')
    })

    it('says of a missing value that it is missing, while rows trade values', async () => {
      const answer = await change([1, { place: 2 }], [2, { place: 1, name: null }])
      expect(answer).to.have.nested.property('left._tag', 'Invalid')
      expect(await stored()).to.deep.equal(guests)
    })

    it('lets rows trade booleans, or says that it cannot', async () => {
      const client = sqlClient(models, driver)
      await right(
        createBulk(client, [
          { id: 1, on: true },
          { id: 2, on: false },
        ])(models.flag),
      )
      const set = (key: number, on: boolean) => ({ key, set: { on } })
      const answer = await client.updateBulk('flag', [set(1, false), set(2, true)])()
      if (driver.dialect === 'postgres') expect(answer).to.have.nested.property('left._tag', 'Unsupported')
      else expect(answer).to.deep.equal(E.right(2))
      const clash = await client.updateBulk('flag', [set(1, false), set(2, false)])()
      expect(clash).to.have.nested.property('left._tag', 'Conflict')
    })

    it('lets rows trade a set of columns, together with others that are changed otherwise', async () => {
      const answer = await change(
        [1, { table: 1, vip: false }],
        [2, { table: 1, vip: true, name: 'Bea' }],
        [3, { place: 9 }],
      )
      expect(answer).to.deep.equal(E.right(3))
      expect(await stored()).to.deep.equal([
        { ...guests[0], vip: false },
        { ...guests[1], vip: true, name: 'Bea' },
        { ...guests[2], place: 9 },
      ])
    })

    it('counts a row that is changed twice once, and writes what it ends as', async () => {
      // Its first value is another row's, and is never stored.
      expect(await change([1, { place: 2 }], [1, { place: 7 }])).to.deep.equal(E.right(1))
      expect((await stored())[0]).to.deep.equal({ ...guests[0], place: 7 })
    })

    it('refuses values that two rows would have, and leaves all as it was', async () => {
      const answer = await change([1, { place: 2 }], [2, { place: 3 }])
      expect(answer).to.have.nested.property('left._tag', 'Conflict')
      expect(answer).to.have.nested.property('left.fields').that.deep.equals(['place'])
      expect(await stored()).to.deep.equal(guests)
    })

    it('refuses keys that lead nowhere after a trade, and leaves all as it was', async () => {
      expect(await change([1, { seat: 2 }], [2, { seat: 99 }])).to.have.nested.property(
        'left._tag',
        'Conflict',
      )
      expect(await stored()).to.deep.equal(guests)
    })

    it('expects of a row that is changed twice what its first change left', async () => {
      const client = sqlClient(models, driver)
      const answer = await client.updateBulk('guest', [
        { key: 1, set: { place: 7 }, expect: { place: 1 } },
        { key: 1, set: { place: 8 }, expect: { place: 7 } },
      ])()
      expect(answer).to.deep.equal(E.right(1))
    })
  })
