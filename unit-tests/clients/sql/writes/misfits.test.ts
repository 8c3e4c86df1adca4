/** A client is given rows as they are stored. Other values end in an error that doesn't show them. */
import { expect } from 'chai'
import { either as E } from 'fp-ts'
import { field, schema } from 'queryset-ts'
import { sqlClient, sqlError, type Driver } from 'queryset-ts/sql'

const models = schema({ task: { id: field.int({ primaryKey: true }), took: field.duration() } })

const priced = schema({
  item: { id: field.int({ primaryKey: true }), name: field.text(), price: field.decimal() },
})

/** A driver that is never asked. */
const driver: Driver = {
  dialect: 'mariadb',
  query: () => () => Promise.resolve(E.left(sqlError('failed', 'asked'))),
  transaction: () => () => Promise.resolve(E.left(sqlError('failed', 'asked'))),
  close: () => Promise.resolve(E.right(undefined)),
}

describe('a value that is not of the kind of its column', () => {
  it('is an error of the client, and nothing is thrown', async () => {
    const client = sqlClient(models, driver)
    const made = await client.create('task', { id: 1, took: 'secret' })()
    expect(E.isLeft(made) && made.left).to.include({
      _tag: 'ClientFailed',
      message: "write failed on the client 'mariadb': a value is not of the kind of its column",
    })
    expect(JSON.stringify(made)).not.to.include('secret')
    const changed = await client.updateBulk('task', [{ key: 1, set: { took: 'secret' } }])()
    expect(E.isLeft(changed) && changed.left._tag).to.equal('ClientFailed')
  })
})

// Found by the laws kit: a decimal that was told as NUL in a text.
describe('a value that a column of MariaDB can not hold', () => {
  const errorOf = async (row: object) => {
    const made = await sqlClient(priced, driver).create('item', { id: 1, name: 'a', price: '1', ...row })()
    return E.isLeft(made) && made.left._tag === 'Invalid'
      ? made.left.errors.map(({ field: of, code }) => [of, code])
      : made
  }

  it('is told for what it is', async () => {
    expect(await errorOf({ name: 'a\0' })).to.deep.equal([['name', 'null_characters_not_allowed']])
    expect(await errorOf({ price: `0.${'1'.repeat(31)}` })).to.deep.equal([['price', 'max_digits']])
    expect(await errorOf({ price: '1'.repeat(36) })).to.deep.equal([['price', 'max_digits']])
  })
})
