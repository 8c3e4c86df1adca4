/**
 * Decimals keep their places, over every client.
 *
 * Planted faults that these laws were seen to catch: places are cut where there are more; a whole number gets zeros without a
 * point; a sum forgets the places of its argument; `round` gives no places; a product has the places of its first factor;
 * a negated number has none; what is null in a column gets places; related rows are not looked at.
 */
import { expect } from 'chai'
import { either as E, option as O } from 'fp-ts'
import fc from 'fast-check'
import {
  aggregate,
  annotate,
  autoId,
  belongsTo,
  coalesce,
  create,
  edit,
  field,
  filter,
  get,
  groupBy,
  orderBy,
  pipe,
  prefetchRelated,
  schema,
  schemaOf,
  selectRelated,
  toArray,
  unwrap,
  value,
  values,
  type WritableClient,
} from '../../src/index.js'
import { storeOf } from '../../src/laws/hold/Subject.js'
import type { Factory } from '../../src/laws.js'
import * as Decimal from '../../src/value/Decimal.js'
import type { Decimal as DecimalText } from '../../src/value/Value.js'
import { cleared, rightClients } from '../support/rightClients.js'
import { parameters, titled } from '../support/runs.js'

const shop = schema({
  bill: { id: autoId, rate: field.decimal({ maxDigits: 5, decimalPlaces: 3 }) },
  line: {
    id: autoId,
    price: field.decimal({ maxDigits: 8, decimalPlaces: 2 }),
    off: field.nullable(field.decimal({ maxDigits: 8, decimalPlaces: 2 })),
    weight: field.decimal(),
    many: field.int(),
    bill: belongsTo('bill', { relatedName: 'lines' }),
  },
})

const cents = fc
  .tuple(fc.integer({ min: -999, max: 999 }), fc.constantFrom(2, 1, 0, 3))
  // What is stored may have more places than the field says, which is asked of what is written.
  .map(([n, places]) => O.toNullable(Decimal.parse(`${String(n)}e-${String(places)}`)) ?? '0')

const line = fc.record({
  price: cents,
  off: fc.option(cents),
  weight: fc.constantFrom('1', '0.125', '-3.5'),
  many: fc.integer({ min: 0, max: 9 }),
})

const rowsOf = (lines: ReadonlyArray<object>) => ({
  bill: [{ id: 1, rate: '0.19' }],
  line: lines.map((each, i) => ({ id: i + 1, ...each, bill: 1 })),
})

const placesOf = (text: string | null): number | null =>
  text === null ? null : Decimal.places(text as DecimalText)

/** The same number, with so many places, or as many as it needs. */
const isShown = (text: string | null, exact: string | null, places: number): void => {
  expect(O.toNullable(Decimal.parse(text)), `${String(text)} is ${String(exact)}`).to.equal(exact)
  if (text !== null) expect(placesOf(text), text).to.equal(Math.max(places, placesOf(exact) ?? 0))
}

const total = (all: ReadonlyArray<string | null>): string | null => {
  const there = all.filter((each) => each !== null)
  return there.length === 0 ? null : Decimal.sum(there.map((each) => each as DecimalText))
}

describe('run/scales', function () {
  this.timeout(120_000)
  after(cleared)

  Object.entries(rightClients).forEach(([name, { client: make }]) => {
    // The reference is quick, and the law is the same for all.
    const share = name === 'reference' ? 1 : 0.05
    it(titled(`are kept by ${name}`, share), () =>
      fc.assert(
        fc.asyncProperty(fc.array(line, { minLength: 1, maxLength: 5 }), async (lines) => {
          const rows = rowsOf(lines)
          const store = storeOf(schemaOf(shop), rows)
          if (E.isLeft(store)) return expect.fail(store.left.message)
          const io = () => Promise.resolve()
          const client = (await (make as Factory)(schemaOf(shop), store.right, io)) as WritableClient
          const ordered = pipe(
            shop.line,
            orderBy((l) => [l.id.asc()]),
          )

          const plain = await unwrap(pipe(ordered, toArray(client)))
          plain.forEach((row, i) => {
            isShown(row.price, lines[i]?.price ?? null, 2)
            isShown(row.off, lines[i]?.off ?? null, 2)
            expect(row.weight).to.equal(lines[i]?.weight)
          })

          const made = await unwrap(
            pipe(
              ordered,
              values((l) => ({
                sum: l.price.plus(l.many),
                product: l.price.times(l.bill.rate),
                other: coalesce(l.off, value('0', 'decimal')),
                rounded: l.weight.round(1),
                quotient: l.price.dividedBy(3),
                negative: l.price.negated(),
              })),
              toArray(client),
            ),
          )
          made.forEach((row, i) => {
            const price = lines[i]?.price as DecimalText
            isShown(row.sum, Decimal.add(price, Decimal.fromInt(lines[i]?.many ?? 0)), 2)
            isShown(row.product, Decimal.multiply(price, '0.19' as DecimalText), 5)
            isShown(row.other, lines[i]?.off ?? '0', 2)
            isShown(row.rounded, Decimal.round(lines[i]?.weight as DecimalText, 1), 1)
            isShown(row.negative, Decimal.negate(price), 2)
            expect(row.quotient).to.equal(Decimal.divide(price, '3' as DecimalText))
          })

          const all = await unwrap(
            pipe(
              shop.line,
              aggregate(client, (g) => ({ sum: g.sum((l) => l.price), least: g.min((l) => l.off) })),
            ),
          )
          isShown(all.sum, total(lines.map(({ price }) => price)), 2)
          if (all.least !== null) expect(placesOf(all.least)).to.be.at.least(2)
          const [group] = await unwrap(
            pipe(
              shop.line,
              groupBy(
                (l) => ({ bill: l.bill }),
                (g) => ({ off: g.sum((l) => l.off) }),
              ),
              toArray(client),
            ),
          )
          isShown(group?.off ?? null, total(lines.map(({ off }) => off)), 2)

          const [bill] = await unwrap(
            pipe(
              shop.bill,
              annotate((b) => ({ sum: b.lines.sum((l) => l.price) })),
              prefetchRelated((b) => b.lines),
              toArray(client),
            ),
          )
          expect(bill?.rate).to.equal('0.190')
          isShown(bill?.sum ?? null, total(lines.map(({ price }) => price)), 2)
          bill?.lines.forEach((each) => expect(placesOf(each.price)).to.be.at.least(2))
          const [related] = await unwrap(
            pipe(
              ordered,
              selectRelated((l) => l.bill),
              toArray(client),
            ),
          )
          expect(related?.bill.rate).to.equal('0.190')

          // What is shown is found by what it is, however it is spelled.
          const [first] = plain
          if (first === undefined) return undefined
          const again = await unwrap(
            pipe(
              shop.line,
              filter((l) => l.price.eq(first.price)),
              toArray(client),
            ),
          )
          expect(again.map(({ id }) => id)).to.include(1)
          return undefined
        }),
        parameters(share),
      ),
    )
  })

  it('are given by what writes, and a draft that is not changed writes nothing', async () => {
    const store = storeOf(schemaOf(shop), rowsOf([]))
    if (E.isLeft(store)) return expect.fail(store.left.message)
    const factory = rightClients['reference']?.client as Factory
    const client = (await factory(schemaOf(shop), store.right, () => Promise.resolve())) as WritableClient
    const given = { price: '1.5', weight: '1.50', many: 1, bill: 1 } as const
    const made = await unwrap(pipe(shop.line, create(client, given)))
    expect(made).to.include({ price: '1.50', weight: '1.5' })
    const untouched = pipe(
      shop.line,
      edit(client, (row: { price: string }) => {
        expect(row.price).to.equal('1.50')
        row.price = '1.500'
      }),
    )
    expect(await unwrap(untouched)).to.equal(0)
    expect(await unwrap(pipe(shop.line, get(client)))).to.include({ price: '1.50' })
    return undefined
  })
})
