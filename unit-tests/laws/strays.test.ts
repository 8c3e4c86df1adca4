/**
 * The kit and transactions in which a foreign key leads nowhere for a moment: a client that looks at foreign keys with each
 * write, as MariaDB does, may refuse them.
 *
 * Planted and caught: a kit that compares such a refusal with what a client answers that looks at the end.
 */
import { expect } from 'chai'
import { taskEither as TE } from 'fp-ts'
import { autoId, belongsTo, conflict, pipe, type WritableClient } from '../../src/index.js'
import { writableOf } from '../../src/laws/hold/perform.js'
import { tryCase, type Call, type Case, type Factory, type Plain } from '../../src/laws.js'
import { right } from './planted.js'

const definitions = {
  note: { id: autoId, rel: belongsTo('item', { relatedName: 'notes' }) },
  item: { id: autoId },
}
const rows = { item: [{ id: 0 }], note: [{ id: 0, rel: 0 }] }

const removed = (model: string) => ({ _tag: 'delete', model, keys: [0] }) as const

const whole = (models: ReadonlyArray<string>, fails = false): Plain => ({
  _tag: 'atomic',
  writes: models.map(removed),
  undone: [],
  fails,
})

const refused = conflict('note', ['rel'], 'a row refers to it')

/** A client whose transactions refuse to delete these models' rows: before they do it, or after they have. */
const refusing =
  (models: ReadonlyArray<string>, isBefore = true): Factory =>
  (schema, store) => {
    const client = right(schema, store)
    const strict = (inside: WritableClient): WritableClient => ({
      ...inside,
      deleteBulk: (model, keys) => {
        const remove = () => writableOf(inside).deleteBulk?.(model, keys) ?? TE.right(0)
        if (!models.includes(model)) return remove()
        return isBefore
          ? TE.left(refused)
          : pipe(
              remove(),
              TE.flatMap(() => TE.left(refused)),
            )
      },
    })
    return {
      ...client,
      transaction: (program) =>
        isBefore ? client.transaction((inside) => program(strict(inside))) : program(strict(client)),
    }
  }

const overlapping = (call: Plain): Call => ({ _tag: 'overlap', threads: [[call]], picks: [] })
const faulty = (call: Plain): Call => ({ _tag: 'faulty', call, at: 99 })

const found = async (client: Factory, call: Call): Promise<string | null> => {
  const example: Case = { definitions, rows, calls: [call] }
  return (await tryCase({ client }, example)())?.law ?? null
}

const straying = { 'that fails in the end': whole(['item'], true), 'that mends it': whole(['item', 'note']) }

describe('a transaction in which a foreign key leads nowhere for a moment', () => {
  for (const [title, call] of Object.entries(straying))
    for (const [how, made] of Object.entries({
      alone: call,
      'beside others': overlapping(call),
      'over a backend that fails': faulty(call),
    }))
      it(`may be refused, ${title}, ${how}`, async () => {
        expect(await found(refusing(['item']), made)).to.equal(null)
      })

  it('may not leave anything behind where it is refused', async () => {
    const call = whole(['item', 'note'])
    expect(await found(refusing(['item'], false), call)).to.equal('a transaction is all or nothing')
  })

  it('may not be refused for anything else', async () => {
    const call = whole(['note', 'item'])
    const client = refusing(['item'])
    expect(await found(client, call)).to.equal('a transaction is all or nothing')
    expect(await found(client, overlapping(call))).to.equal('a transaction is by itself')
    expect(await found(client, faulty(call))).to.equal('a failure is told as it is')
  })
})
