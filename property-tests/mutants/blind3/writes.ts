/** Writes that are wrong. Written on 2026-11-28, without sight of the generator. */
import { either as E } from 'fp-ts'
import type { Schema } from '../../../src/index.js'
import type { Applied } from '../../../src/engine/apply.js'
import type { Store } from '../../../src/engine/Store.js'
import type { Change, Write } from '../../../src/query/Write.js'
import type { Json, Row } from '../../../src/value/Value.js'
import { clientIn, type Bug, type World, type Written } from '../support/client.js'
import { whole } from '../support/models.js'
import type { BlindMutant } from '../blind/support.js'
import { author, book, keyOf, people, rowsOf, two } from '../blind2/support.js'
import { answers, of } from './support.js'
import { unchecked } from './unchecked.js'

const write = of('writes', 'writes')
const key = of('writes', 'ids-uniqueness')

const byKey =
  (name: string) =>
  (a: Row, b: Row): number => {
    const [x, y] = [a[name] ?? null, b[name] ?? null]
    return typeof x === 'number' && typeof y === 'number' ? x - y : 0
  }

/** All changes set all the columns that one of them sets, those that they don't to nothing. */
const evenly = (changes: ReadonlyArray<Change>, schema: Schema, model: string): ReadonlyArray<Change> => {
  const columns = schema.models.get(model)?.columns
  const names = [...new Set(changes.flatMap(({ set }) => Object.keys(set)))].filter(
    (name) => columns?.get(name)?.nullable === true,
  )
  return changes.map((change) => ({
    ...change,
    set: { ...Object.fromEntries(names.map((name) => [name, null])), ...change.set },
  }))
}

/** Rows that aren't there are made of what they are changed to. */
const putting = (asked: Write, store: Store, right: (write: Write, store?: Store) => Written): Written => {
  const done = right(asked)
  if (E.isLeft(done) || asked._tag !== 'update') return done
  const name = keyOf(store, asked.model)
  const there = new Set(rowsOf(store, asked.model).map((row) => row[name]))
  const absent = new Map<Json, Row>()
  asked.changes.forEach((change) => {
    if (!there.has(change.key))
      absent.set(change.key, { ...absent.get(change.key), ...change.set, [name]: change.key })
  })
  const made = right(
    {
      _tag: 'create',
      model: asked.model,
      rows: [...absent.values()].map((row) => whole(asked.model, row, 0)),
    },
    done.right.store,
  )
  return E.isLeft(made)
    ? done
    : E.right({ ...done.right, store: made.right.store, count: done.right.count + made.right.count })
}

/** Changes are made one after the other, each of which must be right by itself. */
const oneByOne = (asked: Write, store: Store, right: (write: Write, store?: Store) => Written): Written => {
  const done = right(asked)
  if (E.isLeft(done) || asked._tag !== 'update') return done
  const last = asked.changes.reduce<Written>(
    (so, change) => E.chain((applied: Applied) => right({ ...asked, changes: [change] }, applied.store))(so),
    E.right({ store, rows: [], count: 0 }),
  )
  return E.isLeft(last) ? last : done
}

const countedTo = (world: World, model: string): number => {
  const n = world.memory.get(`sequence of ${model}`)
  return typeof n === 'number' ? n : 0
}

/** The keys of each model are counted up from the greatest that there is at first. */
const start = (world: World): void => {
  const { schema, state, memory } = world
  if (memory.has('sequences')) return
  memory.set('sequences', true)
  schema.models.forEach(({ name, primaryKey }) => {
    const keys = rowsOf(state.store, name).map((row) => Number(row[primaryKey]) || 0)
    memory.set(`sequence of ${name}`, Math.max(0, ...keys))
  })
}

/** Rows without a key take the next of a sequence, which knows nothing of the keys that are given. */
const drawing =
  (world: World): NonNullable<Bug['write']> =>
  (asked) => {
    const name = world.schema.models.get(asked.model)?.primaryKey ?? ''
    if (asked._tag !== 'create' || world.schema.models.get(asked.model)?.columns.get(name)?.auto !== true)
      return asked
    const next = (): number => {
      const n = countedTo(world, asked.model) + 1
      world.memory.set(`sequence of ${asked.model}`, n)
      return n
    }
    return { ...asked, rows: asked.rows.map((row) => ({ ...row, [name]: row[name] ?? next() })) }
  }

const sequenced: Bug = {
  around: (_, world) => {
    start(world)
    const { create, createBulk } = clientIn({ write: drawing(world) }, world)
    return { create, createBulk }
  },
}

export const writes: ReadonlyArray<BlindMutant> = [
  write(
    'made rows come by key',
    'rows that are made at once are given in the order of their keys',
    'https://github.com/borisdj/EFCore.BulkExtensions/issues/286',
    {
      told: (applied, { _tag, model }, before) =>
        _tag === 'create'
          ? { ...applied, rows: [...applied.rows].sort(byKey(keyOf(before, model))) }
          : applied,
    },
    answers({}, (client) => [
      client.createBulk('book', [book({ id: 7, title: 'a' }), book({ id: 3, title: 'b' })]),
    ]),
  ),
  write(
    'what one change sets all set',
    'of several changes, those that leave out a column that another one sets empty it',
    'https://github.com/sequelize/sequelize/issues/3708',
    {
      write: (asked, { schema }) =>
        asked._tag === 'update' && asked.changes.length > 1
          ? { ...asked, changes: evenly(asked.changes, schema, asked.model) }
          : asked,
    },
    answers(two, (client) => [
      client.updateBulk('book', [
        { key: 1, set: { n: 5 } },
        { key: 2, set: { note: 'c' } },
      ]),
    ]),
  ),
  write(
    'what is not there is put there',
    'a row that is to be changed and is not there is made',
    null,
    { applied: putting },
    answers(two, (client) => [client.update('book', 9, { n: 5 })]),
  ),
  key(
    'only new rows are checked',
    'a row may be changed to have the unique value of another one',
    null,
    {
      applied: (asked, store, right) => {
        const done = right(asked)
        return asked._tag === 'update' && E.isLeft(done) && done.left._tag === 'Conflict'
          ? unchecked(asked, store, right)
          : done
      },
    },
    answers(people, (client) => [client.update('author', 2, { email: 'x' })]),
  ),
  key(
    'a sequence does not know of keys that are given',
    'keys are counted up from the last one that was counted, also where a greater one was given since',
    'https://github.com/leifeld-lab/dna/issues/338',
    sequenced,
    answers(people, (client) => [
      client.create('author', author({ id: 3, name: 'c' })),
      client.create('author', author({ name: 'd' })),
    ]),
  ),
  key(
    'two rows cannot exchange what they have',
    'a write that gives two rows the unique values of each other is refused',
    null,
    { applied: oneByOne },
    answers(people, (client) => [
      client.updateBulk('author', [
        { key: 1, set: { email: 'y' } },
        { key: 2, set: { email: 'x' } },
      ]),
    ]),
  ),
]
