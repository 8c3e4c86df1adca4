/** Transactions around writes. */
import { expect } from 'chai'
import { function as fn, taskEither as TE } from 'fp-ts'
import { count, create, deleteRows, toArray, transaction, valuesList, type WritableClient } from 'queryset-ts'
import { onOneConnection } from '../../../property-tests/support/sqlFresh.js'
import { left, right } from '../../support/answers.js'
import { fresh, plain, shop } from './support.js'

const { pipe } = fn

describe('transactions', () => {
  it('do all or nothing, and parts of them can fail alone', async () => {
    const client = fresh()
    const program = transaction(client, (outer) =>
      pipe(
        shop.tag,
        create(outer, { name: 'kept' }),
        TE.chain(() =>
          TE.fromTask(
            transaction(outer, (inner) =>
              pipe(
                shop.tag,
                create(inner, { name: 'lost' }),
                TE.chain(() => pipe(shop.artist, deleteRows(inner))),
              ),
            ),
          ),
        ),
      ),
    )
    const inner = await right(program)
    expect(inner._tag).to.equal('Left')
    expect(
      await right(
        pipe(
          shop.tag,
          valuesList((t) => t.name),
          toArray(client),
        ),
      ),
    ).to.deep.equal(['rock', 'kept'])
  })

  it('see what they wrote, and nobody else does until they are through', async function () {
    // On one connection, whoever else asks waits for the end.
    if (onOneConnection) this.skip()
    const client = fresh()
    const counts = await right(
      transaction(client, (inside) =>
        pipe(
          shop.tag,
          create(inside, { name: 'new' }),
          TE.flatMap(() => pipe(shop.tag, count(inside))),
          TE.flatMap((within) =>
            TE.map((without: number) => [within, without])(pipe(shop.tag, count(client))),
          ),
        ),
      ),
    )
    expect(counts).to.deep.equal([2, 1])
  })

  it('are Unsupported where a client has none, and the program is not run', async () => {
    const error = await left(
      transaction(plain(), () => {
        throw new Error('it was run')
      }),
    )
    expect(error._tag).to.equal('Unsupported')
  })

  it('leave a client that can do nothing any more', async () => {
    const kept: Array<WritableClient> = []
    const client = fresh()
    await right(
      transaction(client, (inside) => {
        kept.push(inside)
        return TE.right(null)
      }),
    )
    expect((await left(pipe(shop.tag, create(kept[0]!, { name: 'late' }))))._tag).to.equal('ClientFailed')
    expect(await right(pipe(shop.tag, count(client)))).to.equal(1)
  })

  it('that throw change nothing', async () => {
    const client = fresh()
    const error = await left(
      transaction(client, (inside) => async () => {
        await pipe(shop.tag, create(inside, { name: 'x' }))()
        throw new Error('no')
      }),
    )
    expect(error._tag).to.equal('ClientFailed')
    expect(await right(pipe(shop.tag, count(client)))).to.equal(1)
    // A database's counter may pass over the keys of what was undone.
    expect((await right(pipe(shop.tag, create(client, { name: 'after' })))).id).to.be.at.least(2)
  })
})
