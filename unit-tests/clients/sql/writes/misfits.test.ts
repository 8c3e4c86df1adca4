/** A client is given rows as they are stored. Other values end in an error that doesn't show them. */
import { expect } from 'chai'
import { either as E } from 'fp-ts'
import { field, schema } from 'queryset-ts'
import { sqlClient, sqlError, type Driver } from 'queryset-ts/sql'

const models = schema({ task: { id: field.int({ primaryKey: true }), took: field.duration() } })

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
