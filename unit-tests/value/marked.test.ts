import { equal } from 'node:assert/strict'
import { describe, it } from 'mocha'
import { marks } from '../../src/value/marked.js'

describe('marks', () => {
  it('are kept apart by purpose, and replaced', () => {
    const first = marks<object, number>()
    const second = marks<object, string>()
    const object = {}
    equal(first.get(object), undefined)
    first.set(object, 1)
    second.set(object, 'a')
    first.set(object, 2)
    equal(first.get(object), 2)
    equal(second.get(object), 'a')
  })

  // Fails if a mark is a property of the object, so that the changed copy of a query has the statement of the query.
  it("aren't seen, and copies don't have them", () => {
    const { get, set } = marks<object, number>()
    const object = { a: 1 }
    set(object, 1)
    equal(JSON.stringify(Reflect.ownKeys(object)), '["a"]')
    ;[
      { ...object },
      Object.assign({}, object),
      structuredClone(object),
      Object.create(object) as object,
    ].forEach((copy) => {
      equal(get(copy), undefined)
    })
  })

  // Fails without the `WeakMap` where an engine gives frozen objects no private fields.
  it('are had by frozen objects too', () => {
    const { get, set } = marks<object, number>()
    const object = Object.freeze({ a: 1 })
    set(object, 1)
    set(object, 2)
    equal(get(object), 2)
  })
})
