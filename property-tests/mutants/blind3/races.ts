/** Calls that get in each other's way. Written on 2026-11-28, without sight of the generator. */
import { either as E } from 'fp-ts'
import { slice, type Page } from '../../../src/index.js'
import { apply, type Applied } from '../../../src/engine/apply.js'
import type { Write } from '../../../src/query/Write.js'
import { copyJson } from '../../../src/value/copyJson.js'
import type { Row } from '../../../src/value/Value.js'
import type { StoreClient } from '../../../src/clients/reference/storeClient.js'
import { askOf, stepping, writeWith, type Rows, type World, type Written } from '../support/client.js'
import { m } from '../support/models.js'
import { overlapping, type BlindMutant } from '../blind/support.js'
import { author, book, keyOf, people, rowsOf, two } from '../blind2/support.js'
import { of, queryOf } from './support.js'
import { unchecked } from './unchecked.js'

const race = of('concurrency', 'race')

/** Makes a row that was right a moment before. */
const checkedBefore =
  (world: World): StoreClient['create'] =>
  (model, row) =>
    stepping(world.io, 'create', async () => {
      const asked: Write = { _tag: 'create', model, rows: [copyJson(row)] }
      const checked = apply(asked)(world.state.store)
      if (E.isLeft(checked)) return checked
      await world.io()
      const done = writeWith(
        {
          applied: (write, store, right): Written =>
            unchecked(write, store, (other, at = store) => right(other, at)),
        },
        world,
        asked,
      )
      return E.map(({ rows: [made] }: Applied): Row => copyJson(made ?? {}))(done)
    })

/** Deletes the row in the line where it was found. */
const byLine =
  (world: World): StoreClient['delete'] =>
  (model, key) =>
    stepping(world.io, 'delete', async () => {
      const { store: found } = world.state
      const line = rowsOf(found, model).findIndex((row) => row[keyOf(found, model)] === key)
      await world.io()
      const { store } = world.state
      const rows = rowsOf(store, model)
      const gone = line === -1 ? undefined : rows[line]
      return gone === undefined
        ? E.right(false)
        : E.map(({ count }: Applied) => count > 0)(
            writeWith({}, world, { _tag: 'delete', model, keys: [gone[keyOf(store, model)] ?? null] }),
          )
    })

/** Changes rows one after the other, though only if all changes are right. */
const oneByOne =
  (world: World): StoreClient['updateBulk'] =>
  (model, changes) =>
    stepping(world.io, 'updateBulk', async () => {
      const checked = apply({ _tag: 'update', model, changes })(world.state.store)
      if (E.isLeft(checked)) return checked
      for (const [i, change] of changes.entries()) {
        const one = writeWith({}, world, { _tag: 'update', model, changes: [change] })
        if (E.isLeft(one)) {
          // Changes that are right only together are made together.
          const rest = writeWith({}, world, { _tag: 'update', model, changes: changes.slice(i) })
          return E.isLeft(rest) ? rest : E.right(checked.right.count)
        }
        await world.io()
      }
      return E.right(checked.right.count)
    })

export const races: ReadonlyArray<BlindMutant> = [
  race(
    'what is unique is looked up before',
    'that no row has a unique value is asked, and then the row is made',
    'https://github.com/jugglingdb/mysql-adapter/issues/53',
    { around: (_, world) => ({ create: checkedBefore(world) }) },
    overlapping(
      people,
      [
        [(client) => client.create('author', author({ name: 'c', email: 'z' }))()],
        [(client) => client.create('author', author({ name: 'd', email: 'z' }))()],
      ],
      [],
    ),
  ),
  race(
    'a total is counted after the rows',
    'the rows of a page and their total are asked for one after the other',
    null,
    {
      around: ({ list }, world) => ({
        list: (query, meter) => async () =>
          E.chain((page: Page) =>
            E.map((rows: Rows): Page => ({ ...page, total: rows.length }))(
              askOf(world)({ ...query, slice: null, related: [] }),
            ),
          )(await list(query, meter)()),
      }),
    },
    overlapping(
      two,
      [
        [(client) => client.list(queryOf(slice(0, 5)(m.book)))()],
        [(client) => client.create('book', book({ title: 'c' }))()],
      ],
      [],
    ),
  ),
  race(
    'a row is deleted by its line',
    'a row is looked for, and then the line in which it was is deleted',
    null,
    { around: (_, world) => ({ delete: byLine(world) }) },
    overlapping(
      { book: [{ id: 1 }, { id: 2 }, { id: 3 }] },
      [[(client) => client.delete('book', 1)()], [(client) => client.delete('book', 2)()]],
      [],
    ),
  ),
  race(
    'a write of many is seen half done',
    'the changes of several rows are there one after the other',
    null,
    { around: (_, world) => ({ updateBulk: oneByOne(world) }) },
    overlapping(
      two,
      [
        [
          (client) =>
            client.updateBulk('book', [
              { key: 1, set: { n: 8 } },
              { key: 2, set: { n: 9 } },
            ])(),
        ],
        [(client) => client.list(queryOf(m.book))()],
      ],
      [],
    ),
  ),
]
