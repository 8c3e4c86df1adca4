/** Indexes that are kept over writes give what new ones would, and the store before a write keeps its own. Unique
 * values that are looked up in them clash exactly if a search of all rows finds them. */
import { expect } from 'chai'
import { either as E } from 'fp-ts'
import fc from 'fast-check'
import { autoId, field, schema, schemaOf, type Row } from '../../src/index.js'
import { apply, type Applied } from '../../src/engine/apply.js'
import { sourceOf, store, type Store } from '../../src/engine/Store.js'
import type { Write } from '../../src/query/Write.js'
import { parameters, titled } from '../support/runs.js'

const resolved = schemaOf(
  schema({
    item: { id: autoId, name: field.nullable(field.text()), size: field.int() },
    other: { id: autoId },
  }),
)

const keys = fc.integer({ min: 1, max: 12 })
const name = fc.constantFrom('a', 'b', null)
const size = fc.integer({ min: 0, max: 3 })
const values = fc.record({ name, size })

const writes: fc.Arbitrary<Write> = fc.oneof(
  fc
    .array(fc.record({ key: keys, set: fc.record({ name, size }, { requiredKeys: [] }) }), { maxLength: 3 })
    .map((changes) => ({ _tag: 'update' as const, model: 'item', changes })),
  fc.array(values, { maxLength: 3 }).map((rows) => ({ _tag: 'create' as const, model: 'item', rows })),
  fc.record({ id: keys, name, size }).map((row) => ({ _tag: 'create' as const, model: 'item', rows: [row] })),
  fc.array(keys, { maxLength: 3 }).map((given) => ({ _tag: 'delete' as const, model: 'item', keys: given })),
)

const sought = {
  id: Array.from({ length: 20 }, (_, i) => i),
  name: ['a', 'b', 'c'],
  size: [0, 1, 2, 3, 4],
}

/** All that can be found by the columns. */
const found = (from: Store): unknown => {
  const source = sourceOf(from)
  return Object.entries(sought).map(([column, all]) =>
    all.map((value: string | number) => source.find('item', column, value)),
  )
}

const anew = ({ rows }: Store): unknown =>
  E.match(
    (): unknown => null,
    (from: Store) => found(from),
  )(store(resolved, { item: rows.get('item') ?? [] }))

const unique = schemaOf(
  schema(
    {
      seat: {
        id: autoId,
        code: field.nullable(field.int({ unique: true })),
        day: field.int(),
        spot: field.int(),
      },
    },
    { uniqueTogether: { seat: [['day', 'spot']] } },
  ),
)

const seat = fc.record({
  code: fc.option(fc.integer({ min: 0, max: 30 })),
  day: fc.integer({ min: 0, max: 4 }),
  spot: fc.integer({ min: 0, max: 30 }),
})

const seatKey = fc.integer({ min: 1, max: 24 })

const uniqueWrites: fc.Arbitrary<Write> = fc.oneof(
  fc
    .array(fc.record({ key: seatKey, set: seat }), { minLength: 1, maxLength: 2 })
    .map((changes) => ({ _tag: 'update' as const, model: 'seat', changes })),
  fc
    .array(seat, { minLength: 1, maxLength: 2 })
    .map((rows) => ({ _tag: 'create' as const, model: 'seat', rows })),
  seatKey.map((key) => ({ _tag: 'delete' as const, model: 'seat', keys: [key] })),
)

/** What a write leaves; `null` if it is refused. */
const left = (applied: E.Either<unknown, Applied>): unknown =>
  E.isLeft(applied) ? null : applied.right.store.rows.get('seat')

/** The same, from all rows, one by one. */
const leftByHand = (before: Store, write: Write): unknown => {
  const rows = before.rows.get('seat') ?? []
  const next = Math.max(before.greatest.get('seat') ?? 0, ...rows.map(({ id }) => Number(id))) + 1
  const after: ReadonlyArray<Row> =
    write._tag === 'create'
      ? [...rows, ...write.rows.map((row, i) => ({ ...row, id: next + i }))]
      : write._tag === 'delete'
        ? rows.filter(({ id = null }) => !write.keys.includes(id))
        : write.changes.reduce<ReadonlyArray<Row>>(
            (so, { key, set }) => so.map((row) => (row['id'] === key ? { ...row, ...set } : row)),
            rows,
          )
  const codes = after.flatMap(({ code = null }) => (code === null ? [] : [code]))
  const spots = after.map(({ day, spot }) => JSON.stringify([day, spot]))
  return [codes, spots].some((all) => new Set<unknown>(all).size < all.length) ? null : after
}

describe('engine/Store', () => {
  // Planted: a row that is put at the end of its value's rows; a row that stays where its old value was.
  it(titled('finds after each write what a new store of the same rows finds', 1), () => {
    fc.assert(
      fc.property(
        fc.array(values, { maxLength: 8 }),
        fc.array(writes, { maxLength: 8 }),
        fc.boolean(),
        (given, program, often) => {
          const first = store(resolved, { item: given.map((row, i): Row => ({ id: i + 1, ...row })) })
          if (E.isLeft(first)) throw new Error(first.left.message)
          program.reduce((before, write) => {
            const known = found(before)
            // So often that there is an index of the keys too.
            if (often) found(before)
            const after = apply(write)(before)
            expect(found(before)).to.deep.equal(known)
            if (E.isLeft(after)) return before
            expect(found(after.right.store)).to.deep.equal(anew(after.right.store))
            return after.right.store
          }, first.right)
        },
      ),
      parameters(1),
    )
  })

  // Planted: an index that a write doesn't change; a replaced row that still holds its unique value.
  it(titled('refuses a unique value exactly if a search of all rows finds it', 2), () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 8, max: 24 }),
        fc.array(uniqueWrites, { minLength: 4, maxLength: 16 }),
        (many, program) => {
          const rows = Array.from({ length: many }, (_, i): Row => ({
            id: i + 1,
            code: i,
            day: i % 5,
            spot: i,
          }))
          const first = store(unique, { seat: rows })
          if (E.isLeft(first)) throw new Error(first.left.message)
          program.reduce((before, write) => {
            const after = apply(write)(before)
            expect(left(after)).to.deep.equal(leftByHand(before, write))
            return E.isLeft(after) ? before : after.right.store
          }, first.right)
        },
      ),
      parameters(2),
    )
  })
})
