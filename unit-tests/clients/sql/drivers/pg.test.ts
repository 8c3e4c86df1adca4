/** Statements that were prepared before their tables were changed, on a pool that only says what it is given. */
import { expect } from 'chai'
import { either as E, taskEither as TE } from 'fp-ts'
import { openDatabase } from '../../../../property-tests/support/databases.js'
import { pgDriver, type PgPool, type PgStatement } from '../../../../src/clients/sql/drivers/pg.js'

const outdated = { code: '0A000', message: 'cached plan must not change result type' }

/** A pool that refuses a statement with `causes` in turn, and then answers. */
const poolThat = (...causes: ReadonlyArray<unknown>) => {
  const sent: Array<Pick<PgStatement, 'text' | 'name'>> = []
  const left = [...causes]
  const pool: PgPool = {
    connect: () =>
      Promise.resolve({
        query: ({ text, name }: PgStatement) => {
          if (!text.startsWith('select set_config'))
            sent.push({ text, ...(name === undefined ? {} : { name }) })
          const cause: unknown = text === 'select 1' ? left.shift() : undefined
          return cause === undefined
            ? Promise.resolve({ rows: [['1']], rowCount: 1 })
            : Promise.reject(Object.assign(new Error('refused'), cause))
        },
        release: () => undefined,
        on: () => undefined,
      }),
    end: () => Promise.resolve(),
  }
  return { sent, driver: pgDriver(pool) }
}

const answer = E.right({ rows: [['1']], affected: 1 })

describe('pgDriver', () => {
  it('sends an outdated statement once more without preparing it, and prepares it anew the next time', async () => {
    const { driver, sent } = poolThat(outdated)
    expect(await driver.query('select 1', [])()).to.deep.equal(answer)
    expect(await driver.query('select 1', [])()).to.deep.equal(answer)
    expect(sent).to.deep.equal([
      { text: 'select 1', name: 'qs_0' },
      { text: 'select 1' },
      { text: 'select 1', name: 'qs_1' },
    ])
  })

  it('tells why the statement fails the second time', async () => {
    const { driver, sent } = poolThat(outdated, { code: '42703', message: 'column "a" does not exist' })
    expect(await driver.query('select 1', [])()).to.have.nested.property('left.kind', 'missing')
    expect(sent).to.have.length(2)
  })

  it('runs a transaction anew that an outdated statement has ended', async () => {
    const { driver, sent } = poolThat(outdated, { code: '25P02', message: 'current transaction is aborted' })
    expect(await driver.transaction({}, (tx) => tx.query('select 1', []))()).to.deep.equal(answer)
    expect(sent.map(({ text }) => text)).to.deep.equal([
      'begin',
      'select 1',
      'select 1',
      'rollback',
      'begin',
      'select 1',
      'commit',
    ])
  })

  it('does not send anew what was refused for another reason', async () => {
    const { driver, sent } = poolThat({ code: '23505', message: 'duplicate key' })
    expect(await driver.query('select 1', [])()).to.have.nested.property('left.kind', 'unique')
    expect(sent).to.have.length(1)
  })

  it('reads on from a table whose column became another type', async function () {
    const driver = await openDatabase('postgres', 'prepared')
    if (typeof driver === 'string') {
      console.log(`      skipped: ${driver}`)
      return this.skip()
    }
    const run = (text: string) => driver.query(text, [], { prepare: false })
    const read = driver.query('select * from note', [])
    const told = await TE.flatMap(
      TE.flatMap(run('create table note (n int)'), () => run('insert into note values (1)')),
      () => read,
    )()
    expect(told).to.deep.equal(answer)
    // Another column makes another type of the row.
    await run("alter table note add column m text default 'a'")()
    expect(await read()).to.deep.equal(E.right({ rows: [['1', 'a']], affected: 1 }))
    await driver.close()
  })
})
