/** What the engine doesn't look at, and that it gives the same all the same. */
import { expect } from 'chai'
import { function as fn } from 'fp-ts'
import {
  autoId,
  engine,
  field,
  filter,
  fold,
  orderBy,
  schema,
  schemaOf,
  slice,
  type Source,
} from '../../src/index.js'
import { reference } from '../../src/laws.js'
import { sourceOf, store } from '../../src/engine/Store.js'
import type { AnyQueryset } from '../../src/queryset/Queryset.js'
import type { Row } from '../../src/value/Value.js'
import { rightOf as right } from '../support/answers.js'

const models = schema({ reading: { id: autoId, sensor: field.text(), value: field.nullable(field.int()) } })
const resolved = schemaOf(models)
const now = '2020-01-01T00:00:00.000Z'

const rows: ReadonlyArray<Row> = Array.from({ length: 100 }, (_, i) => ({
  id: i + 1,
  sensor: `s${String((i * 7) % 10)}`,
  value: i % 3 === 0 ? null : (i * 31) % 50,
}))

/** The rows, and how often all of them were asked for and some of them looked up. */
const watched = () => {
  const { all, find } = sourceOf(right(store(resolved, { reading: rows })))
  const asked = { all: 0, find: 0 }
  const source: Source = {
    sorted: true,
    all: (model) => {
      asked.all += 1
      return all(model)
    },
    find: (model, column, value) => {
      asked.find += 1
      return find(model, column, value)
    },
  }
  return { source, asked }
}

/** The rows of a queryset, in the order in which the engine gives them: the same as the reference's. */
const given = (queryset: AnyQueryset, source: Source): ReadonlyArray<Row> => {
  const over = { schema: resolved, source, now }
  const query = right(fold(queryset))
  const answer = right(engine.page(over, query))
  expect(answer).to.deep.equal(right(reference.page({ ...over, source: watched().source }, query)))
  return answer.rows
}

const { pipe } = fn

describe('engine', () => {
  // Planted: `total` always taken as needed.
  it('stops at the last row that is needed if the total is not', () => {
    const looked = new Set<number>()
    const watching = rows.map((row) => ({
      ...row,
      get value() {
        looked.add(row['id'] as number)
        return row['value'] ?? null
      },
    }))
    const source: Source = { ...watched().source, all: () => watching }
    const some = pipe(
      models.reading,
      filter((r) => r.value.gt(10)),
      slice(0, 3),
    )
    const over = { schema: resolved, source, now }
    const { rows: found } = right(engine.page(over, right(fold(some)), { total: false }))
    const last = found.at(-1)?.['id']
    expect(found).to.have.length(3)
    expect(Math.max(...looked)).to.equal(last)
  })

  // Planted: the rows in the order of the values; values that come twice asked for twice.
  it('finds the rows with one of some values by an index, in the order of their keys', () => {
    const { source, asked } = watched()
    const some = pipe(
      models.reading,
      filter((r) => r.id.in([70, 3, 12, 3])),
    )
    expect(given(some, source).map(({ id }) => id)).to.deep.equal([3, 12, 70])
    expect(asked.find).to.equal(3)
  })

  it('looks at all rows where there are many values', () => {
    const { source, asked } = watched()
    const many = pipe(
      models.reading,
      filter((r) => r.id.in(rows.slice(10).map(({ id }) => id as number))),
    )
    expect(given(many, source)).to.have.length(90)
    expect(asked.find).to.equal(0)
  })

  it('finds rows by an index of any column, missing values left out', () => {
    const { source } = watched()
    const some = pipe(
      models.reading,
      filter((r) => r.value.in([31, 12])),
    )
    expect(given(some, source).every(({ value }) => value !== null)).to.equal(true)
  })

  // Planted: `straight` for a key in descending order, and for one that isn't the first.
  it('gives the first rows by key as they stand, and sorts by everything else', () => {
    const { source } = watched()
    const first = (queryset: AnyQueryset) => given(queryset, source).map(({ id }) => id)
    const page = slice(0, 3)
    expect(first(pipe(models.reading, page))).to.deep.equal([1, 2, 3])
    const descending = pipe(
      models.reading,
      orderBy((r) => [r.id.desc()]),
      page,
    )
    expect(first(descending)).to.deep.equal([100, 99, 98])
    const bySensor = pipe(
      models.reading,
      orderBy((r) => [r.sensor.asc(), r.id.asc()]),
      page,
    )
    expect(first(bySensor)).to.deep.equal([1, 11, 21])
  })

  // Planted: rows taken for sorted wherever they come from.
  it('sorts rows that are given to it, whichever order they have', () => {
    const query = right(
      fold(
        pipe(
          models.reading,
          orderBy((r) => [r.id.asc()]),
          slice(0, 2),
        ),
      ),
    )
    const over = { schema: resolved, source: watched().source, now }
    const base = rows.slice(0, 5).reverse()
    const some = right(engine.on(over, query, base, 0))
    expect(some.map(({ id }) => id)).to.deep.equal([1, 2])
    expect(some).to.deep.equal(right(reference.on(over, query, base, 0)))
  })

  it('gives what is left of a query whose first passes are done', () => {
    const query = right(
      fold(
        pipe(
          models.reading,
          slice(0, 4),
          filter((r) => r.value.isNull()),
        ),
      ),
    )
    const over = { schema: resolved, source: watched().source, now }
    const base = rows.slice(0, 4)
    const left = right(engine.on(over, query, base, 1))
    expect(left.map(({ id }) => id)).to.deep.equal([1, 4])
    expect(left).to.deep.equal(right(reference.on(over, query, base, 1)))
  })
})
