/**
 * Keys that MySQL generates. It reports the first key of an insert with its answer, which saves a transaction for a single
 * row. Seen to fail with each of these faults planted: a key that is asked for on another connection, and a transaction
 * where none is needed.
 */
import { expect } from 'chai'
import { taskEither as TE } from 'fp-ts'
import { autoId, create, createBulk, field, pipe, schema, toArray } from 'queryset-ts'
import { openDatabase } from '../../../../property-tests/support/databases.js'
import type { Answered, Driver } from '../../../../src/clients/sql/Driver.js'
import { createSchema } from '../../../../src/clients/sql/schema/createSchema.js'
import { sqlClient } from '../../../../src/clients/sql/sqlClient.js'
import { right } from '../../../support/answers.js'

const models = schema({ genre: { id: autoId, name: field.text({ maxLength: 40 }) } })

/** A driver that notes what it is asked. Without `reports`, it doesn't report keys. */
const watched = (driver: Driver, reports: boolean, asked: Array<string>): Driver => ({
  ...driver,
  generatedKeys: reports && driver.generatedKeys === true,
  query: (text, params, options) => {
    asked.push(text.split(' ', 1).join())
    return TE.map(({ generatedKey, ...answer }: Answered) =>
      reports && generatedKey !== undefined ? { ...answer, generatedKey } : answer,
    )(driver.query(text, params, options))
  },
  transaction: (options, program) => {
    asked.push('transaction')
    return driver.transaction(options, (tx) => program(watched(tx, reports, asked)))
  },
})

describe('keys that MySQL generates', function () {
  this.timeout(60_000)
  const opened: { driver: Driver | null } = { driver: null }

  before(async function () {
    const found = await openDatabase('mysql', 'generated_keys')
    if (typeof found === 'string') {
      console.log(`      skipped: ${found}`)
      return this.skip()
    }
    await right(createSchema(models, found))
    opened.driver = found
  })

  after(async () => {
    await opened.driver?.close()
  })

  const inTransaction = ['transaction', 'insert', 'select']
  const ways = [
    { title: 'come with the answer, if the driver reports them', reports: true, one: ['insert'] },
    { title: 'are asked for in a transaction otherwise', reports: false, one: inTransaction },
  ]

  ways.forEach(({ title, reports, one }) => {
    it(title, async () => {
      if (opened.driver === null) return
      const asked: Array<string> = []
      const client = sqlClient(models, watched(opened.driver, reports, asked))
      const names = Array.from({ length: 40 }, (_, i) => `${String(reports)} ${String(i)}`)
      const made = await Promise.all(names.map((name) => right(pipe(models.genre, create(client, { name })))))
      expect(asked.slice().sort()).to.deep.equal(names.flatMap(() => one).sort())
      const stored = await right(toArray(client)(models.genre))
      expect(stored).to.include.deep.members(made)
      expect(new Set(made.map(({ id }) => id)).size).to.equal(names.length)
      asked.splice(0)
      await right(pipe(models.genre, createBulk(client, [{ name: 'a' }, { name: 'b' }])))
      expect(asked).to.deep.equal(inTransaction)
    })
  })
})
