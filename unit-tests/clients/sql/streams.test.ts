/**
 * Streams over SQL databases: by one statement, a batch at a time, on a pool of one connection.
 *
 * Planted and caught: a stream that doesn't give its connection back when its loop breaks, or when the loop throws; a cursor
 * that stays open after its stream; a last batch that isn't full is lost; all rows in one batch; a stream of a transaction
 * on another connection than that of the transaction; an error in the middle that ends a stream as if there were no more rows.
 */
import { expect } from 'chai'
import { either as E, function as fn } from 'fp-ts'
import {
  autoId,
  belongsTo,
  clientFailed,
  count,
  create,
  createBulk,
  explain,
  field,
  filter,
  groupBy,
  orderBy,
  prefetchRelated,
  schema,
  slice,
  stream,
  toArray,
  union,
  values,
  valuesList,
  type Client,
} from 'queryset-ts'
import { createSchema, sqlClient, type Driver } from 'queryset-ts/sql'
import { databaseNames, openDatabase } from '../../../property-tests/support/databases.js'
import { done } from '../../../property-tests/support/sqlDatabases.js'
import { left, leftOf, right, rightOf } from '../../support/answers.js'

const { pipe } = fn

const models = schema({
  maker: { id: autoId, name: field.text({ maxLength: 20 }) },
  part: { id: autoId, n: field.int(), maker: field.nullable(belongsTo('maker', { relatedName: 'parts' })) },
})

/** What a driver was asked, and how many rows of its streams have come. */
const watched = (driver: Driver) => {
  const seen = { statements: 0, streams: 0, rows: 0, most: 0 }
  const watch = (own: Driver): Driver => {
    const { stream: open } = own
    return {
      ...own,
      query: (...asked) => {
        seen.statements += 1
        return own.query(...asked)
      },
      ...(open === undefined
        ? {}
        : {
            stream: async function* (...asked) {
              seen.streams += 1
              for await (const batch of open(...asked)) {
                if (E.isRight(batch)) {
                  seen.rows += batch.right.length
                  seen.most = Math.max(seen.most, batch.right.length)
                }
                yield batch
              }
            },
          }),
      transaction: (options, program) => own.transaction(options, (tx) => program(watch(tx))),
    }
  }
  return { seen, driver: watch(driver) }
}

const all = async <A>(rows: AsyncIterable<E.Either<unknown, A>>): Promise<ReadonlyArray<A>> => {
  const found: Array<A> = []
  for await (const row of rows) found.push(rightOf(row))
  return found
}

/** What ends in time. Whoever waits for the only connection would wait for ever if it was not given back. */
const inTime = <A>(awaited: Promise<A>): Promise<A> =>
  Promise.race([
    awaited,
    new Promise<never>((_, reject) => {
      setTimeout(() => {
        reject(new Error('the connection was not given back'))
      }, 20_000).unref()
    }),
  ])

/** A statement that fails at its sixth row. */
const failing = {
  pglite: 'select 1 / (6 - g) from generate_series(1, 100) g',
  postgres: 'select 1 / (6 - g) from generate_series(1, 100) g',
  sqlite:
    "with recursive t(g) as (select 1 union all select g + 1 from t where g < 100) select case when g = 6 then json('{') else g end from t",
  mariadb: 'select case when n = 6 then (select 1 union select 2) else n end from part order by id',
  mysql: 'select case when n = 6 then (select 1 union select 2) else n end from part order by id',
}

/** 100,032 rows are these, doubled six times. */
const first = 1563
const doublings = 6

for (const name of databaseNames)
  describe(`streams over ${name}`, function () {
    this.timeout(120_000)
    const opened: { driver: Driver | null } = { driver: null }
    const given = (): Driver => opened.driver ?? expect.fail('no driver')
    const clientOf = (driver = given()) => sqlClient(models, driver)

    before(async function () {
      const found = await openDatabase(name, 'unit_streams', 1)
      if (typeof found === 'string') {
        console.log(`      skipped: ${found}`)
        return this.skip()
      }
      opened.driver = found
      await done(createSchema(models, found))
      const client = clientOf(found)
      const makers = await right(createBulk(client, [{ name: 'a' }, { name: 'b' }])(models.maker))
      const rows = Array.from({ length: first }, (_, i) => ({ n: i + 1, maker: makers[i % 3]?.id ?? null }))
      await right(createBulk(client, rows)(models.part))
      for (let i = 0; i < doublings; i += 1)
        await done(found.query('insert into part (n, maker) select n, maker from part', []))
    })

    after(async () => {
      await opened.driver?.close()
    })

    /** The only connection answers, and holds no cursor. */
    const isFree = async (client: Client): Promise<void> => {
      expect(await inTime(right(count(client)(models.maker)))).to.equal(2)
      if (name !== 'postgres' && name !== 'pglite') return
      const open = await done(given().query('select count(*) from pg_cursors', []))
      // The statement that asks is one itself.
      expect(Number(open.rows[0]?.[0])).to.be.lessThanOrEqual(1)
    }

    it('ask once for 100,000 rows, and hold a batch', async () => {
      const { seen, driver } = watched(given())
      const rows = pipe(
        models.part,
        values((p) => ({ n: p.n })),
      )
      const state = { read: 0, sum: 0, ahead: 0 }
      for await (const row of stream(clientOf(driver), { size: 500 })(rows)) {
        state.read += 1
        state.sum += rightOf(row).n
        state.ahead = Math.max(state.ahead, seen.rows - state.read)
      }
      expect(state.read).to.equal(first * 2 ** doublings)
      expect(state.sum).to.equal(((first * (first + 1)) / 2) * 2 ** doublings)
      expect(seen).to.deep.include({ statements: 0, streams: 1, most: 500 })
      expect(state.ahead).to.be.lessThan(500)
    })

    it('give what toArray gives, in order, with related rows', async () => {
      const client = clientOf()
      const few = pipe(
        models.part,
        filter((p) => p.n.lt(4)),
      )
      const makers = pipe(
        models.maker,
        prefetchRelated(
          (m) => m.parts,
          (parts) =>
            pipe(
              parts,
              filter((p) => p.n.lt(3)),
            ),
        ),
        orderBy((m) => [m.name.desc()]),
      )
      expect(await all(stream(client, { size: 1 })(makers))).to.deep.equal(
        await right(toArray(client)(makers)),
      )
      const counts = pipe(
        few,
        groupBy(
          (p) => ({ n: p.n }),
          (g) => ({ parts: g.count() }),
        ),
        orderBy((g) => [g.n.desc()]),
      )
      expect(await all(stream(client, { size: 2 })(counts))).to.deep.equal(
        await right(toArray(client)(counts)),
      )
      const both = pipe(
        few,
        union(slice(0, 5)(models.part)),
        orderBy((p) => [p.id.asc()]),
        valuesList((p) => p.id),
      )
      expect(await all(stream(client, { size: 7 })(both))).to.deep.equal(await right(toArray(client)(both)))
      await isFree(client)
    })

    it('give the connection back when the loop breaks', async () => {
      const client = clientOf()
      for (const rows of [1, 500, 501, 1700]) {
        const state = { read: 0 }
        for await (const row of stream(client, { size: 500 })(models.part)) {
          rightOf(row)
          state.read += 1
          if (state.read === rows) break
        }
        expect(state.read).to.equal(rows)
        await isFree(client)
      }
    })

    it('give the connection back when the loop throws', async () => {
      const client = clientOf()
      const reading = async (): Promise<void> => {
        for await (const row of stream(client, { size: 500 })(models.part)) throw new Error(`no ${row._tag}`)
      }
      expect(await reading().catch((cause: unknown) => String(cause))).to.equal('Error: no Right')
      await isFree(client)
    })

    it('end with the error of a batch', async () => {
      const { stream: open } = given()
      const got: Array<string> = []
      for await (const batch of open?.(failing[name], [], { size: 2 }) ?? [])
        got.push(E.isRight(batch) ? String(batch.right.length) : batch.left.kind)
      expect(got.slice(0, -1).every((each) => each === '2')).to.equal(true)
      expect(got.at(-1)).to.equal('failed')
      await isFree(clientOf())
    })

    it('end with a Left where the database fails', async () => {
      const { stream: open } = given()
      const lost: Driver = {
        ...given(),
        stream: (_, __, options) => open?.(failing[name], [], options) ?? expect.fail('no stream'),
      }
      const tags: Array<string> = []
      const numbers = pipe(
        models.part,
        valuesList((p) => p.n),
      )
      const answers: Array<unknown> = []
      for await (const row of stream(clientOf(lost), { size: 2 })(numbers)) {
        tags.push(row._tag)
        answers.push(row)
      }
      expect(tags.at(-1)).to.equal('Left')
      expect(tags.slice(0, -1)).to.not.include('Left')
      expect(leftOf(answers.at(-1) as E.Either<{ _tag: string }, unknown>)._tag).to.equal('ClientFailed')
      await isFree(clientOf())
    })

    it('are cancelled by a signal', async () => {
      const control = new AbortController()
      const client = sqlClient(models, given(), { statement: { signal: control.signal } })
      const state: { read: number; last: string } = { read: 0, last: '' }
      for await (const row of stream(client, { size: 100 })(models.part)) {
        state.last = E.isRight(row) ? 'Right' : row.left.message.replace(/^.*?: /u, '')
        if (E.isRight(row)) state.read += 1
        if (state.read === 250) control.abort()
      }
      expect(state).to.deep.equal({ read: 300, last: 'the statement was cancelled before it was sent' })
      await isFree(clientOf())
    })

    it('use the connection of their transaction, which answers in the loop', async () => {
      const { seen, driver } = watched(given())
      const client = clientOf(driver)
      const byId = pipe(
        models.maker,
        orderBy((m) => [m.id.asc()]),
        valuesList((m) => m.name),
      )
      // The row is not to stay.
      const undone = await inTime(
        left(
          client.transaction((tx) => async () => {
            const made = await create(tx, { name: 'new' })(models.maker)()
            if (E.isLeft(made)) return made
            const found: Array<string> = []
            for await (const row of stream(tx, { size: 1 })(byId)) {
              if (E.isLeft(row)) return row
              found.push(`${row.right} ${String(await right(count(tx)(models.maker)))}`)
            }
            return E.left(clientFailed(name, 'stream', null, { message: found.join(', ') }))
          }),
        ),
      )
      expect(undone.message).to.contain(': a 3, b 3, new 3')
      expect(seen.streams).to.equal(name === 'mariadb' || name === 'mysql' ? 0 : 1)
      await isFree(client)
    })

    it('let a program ask in its loop where there is one connection for all', async function () {
      if (name !== 'sqlite' && name !== 'pglite') return this.skip()
      const client = clientOf()
      const found: Array<number> = []
      for await (const row of stream(client, { size: 1 })(models.maker)) {
        const { id } = rightOf(row)
        await right(create(client, { n: -1, maker: id })(models.part))
        found.push(
          await right(
            count(client)(
              pipe(
                models.part,
                filter((p) => p.n.eq(-1)),
              ),
            ),
          ),
        )
      }
      expect(found).to.deep.equal([1, 2])
      await isFree(client)
    })

    it('are explained, and can be turned off', () => {
      const numbers = pipe(
        models.part,
        valuesList((p) => p.n),
      )
      const textOf = (cursors: boolean): string | undefined =>
        rightOf(explain(sqlClient(models, given(), { cursors }), { size: 500 })(numbers)).text.split('\n')[0]
      expect(textOf(true)).to.contain('in one request, by cursor, 500 rows at a time:')
      expect(textOf(false)).to.contain('500 rows a page')
      expect(rightOf(explain(clientOf())(numbers)).text).to.contain('in one request:')
    })
  })
