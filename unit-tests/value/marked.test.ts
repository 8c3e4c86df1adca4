/**
 * Marks of objects.
 *
 * Planted and caught: a mark that is a property of the object, so that copies have it; frozen objects that get no marks;
 * one mark for all purposes.
 */
import { expect } from 'chai'
import { marks } from '../../src/value/marked.js'

describe('marks', () => {
  it('are kept apart by purpose, and replaced', () => {
    const [first, second] = [marks<object, number>(), marks<object, string>()]
    const object = {}
    expect(first.get(object)).to.equal(undefined)
    first.set(object, 1)
    second.set(object, 'a')
    first.set(object, 2)
    expect([first.get(object), second.get(object)]).to.deep.equal([2, 'a'])
  })

  it("can't be seen, and aren't copied", () => {
    const { get, set } = marks<object, number>()
    const object = { a: 1 }
    set(object, 1)
    expect(Reflect.ownKeys(object)).to.deep.equal(['a'])
    const copies = [
      { ...object },
      Object.assign({}, object),
      structuredClone(object),
      Object.create(object) as object,
    ]
    expect(copies.map(get)).to.deep.equal(copies.map(() => undefined))
  })

  it('can be set on frozen objects', () => {
    const { get, set } = marks<object, number>()
    const object = Object.freeze({ a: 1 })
    set(object, 1)
    set(object, 2)
    expect(get(object)).to.equal(2)
  })
})
