/** Canonical values, their order and their keys: tables. */
import { expect } from 'chai'
import { option as O } from 'fp-ts'
import { canonical } from '../../src/value/canonical.js'
import { describeCause } from '../../src/value/describeCause.js'
import { canonicalJson, compare, compareNumeric, hash } from '../../src/value/Order.js'
import { nearest } from '../../src/value/QueryError.js'
import * as Uuid from '../../src/value/Uuid.js'
import { kinds, type Json, type Kind } from '../../src/value/Value.js'

describe('canonical', () => {
  const table: ReadonlyArray<readonly [Kind, unknown, Json | undefined]> = [
    ['text', '', ''],
    ['text', '\ud83d', '\ud83d'],
    ['text', 1, undefined],
    ['int', 1, 1],
    ['int', 1.5, undefined],
    ['int', '5', undefined],
    ['int', 2 ** 53, undefined],
    ['int', 2 ** 53 - 1, 2 ** 53 - 1],
    ['int', true, undefined],
    ['float', 1.5, 1.5],
    ['float', NaN, undefined],
    ['float', -Infinity, undefined],
    ['boolean', true, true],
    ['boolean', 1, undefined],
    ['boolean', 'true', undefined],
    ['decimal', '1.50', '1.5'],
    ['decimal', 1.5, '1.5'],
    ['date', '2021-06-15', '2021-06-15'],
    ['date', new Date(0), undefined],
    ['time', '12:30', '12:30:00.000'],
    ['datetime', new Date(0), '1970-01-01T00:00:00.000Z'],
    ['datetime', '2021-06-15', undefined],
    ['uuid', 'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'],
    ['uuid', 'a0eebc999c0b4ef8bb6d6bb9bd380a11', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'],
    ['uuid', 'a0eebc99', undefined],
    ['json', { a: [1, null, 'x', { b: true }] }, { a: [1, null, 'x', { b: true }] }],
    ['json', null, null],
    ['json', undefined, undefined],
    ['json', { a: undefined }, undefined],
    ['json', [NaN], undefined],
    ['json', new Date(0), undefined],
    ['json', new Map(), undefined],
    ['json', () => 1, undefined],
    ['json', 1n, undefined],
  ]
  table.forEach(([kind, u, wanted]) => {
    it(`of ${kind}: ${typeof u === 'bigint' ? 'a bigint' : JSON.stringify(u)}`, () => {
      expect(canonical(kind, u)).to.deep.equal(wanted === undefined ? O.none : O.some(wanted))
    })
  })

  it('of -0 is 0', () => {
    for (const kind of ['int', 'float'] as const)
      expect(Object.is(O.toNullable(canonical(kind, -0)), 0), kind).to.equal(true)
    expect(canonicalJson(O.toNullable(canonical('json', [-0])) ?? null)).to.equal('[0]')
    expect(O.toNullable(canonical('decimal', -0))).to.equal('0')
  })

  it('of json is a copy, and refuses what has no end', () => {
    const given = { a: [1] }
    const found = O.toNullable(canonical('json', given))
    given.a.push(2)
    expect(found).to.deep.equal({ a: [1] })
    const circle: Array<unknown> = []
    circle.push(circle)
    expect(O.isNone(canonical('json', circle))).to.equal(true)
  })

  it('of json keeps a key that is called __proto__ a key', () => {
    const found = O.toNullable(canonical('json', JSON.parse('{"__proto__":{"x":1}}')))
    expect(Object.keys(found ?? {})).to.deep.equal(['__proto__'])
    expect((found as { readonly x?: number }).x).to.equal(undefined)
  })

  it('is idempotent', () => {
    table.forEach(([kind, , wanted]) => {
      if (wanted !== undefined) expect(canonical(kind, wanted)).to.deep.equal(O.some(wanted))
    })
  })
})

describe('order', () => {
  const sorted: ReadonlyArray<readonly [Kind, ReadonlyArray<Json>]> = [
    ['int', [-10, -9, 0, 9, 10]],
    ['float', [-1e308, -0.5, 0, 5e-324, 1.5]],
    ['decimal', ['-10', '-9.5', '0', '9.5', '10']],
    ['boolean', [false, true]],
    ['text', ['', 'A', 'a', 'É', '\ufffd', '\u{1F600}']],
    ['date', ['0001-01-01', '2021-06-15', '9999-12-31']],
    ['time', ['00:00:00.000', '09:00:00.000', '23:59:59.999']],
    ['datetime', ['1969-12-31T23:59:59.999Z', '1970-01-01T00:00:00.000Z']],
    ['uuid', ['00000000-0000-0000-0000-000000000000', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11']],
  ]
  sorted.forEach(([kind, values]) => {
    it(`of ${kind}`, () => {
      expect([...values].reverse().sort(compare(kind))).to.deep.equal(values)
      values.forEach((a, i) => {
        values.forEach((b, j) => {
          expect(compare(kind)(a, b)).to.equal(Math.sign(i - j) + 0)
          expect(hash(kind)(a) === hash(kind)(b)).to.equal(i === j)
        })
      })
    })
  })

  it('is there for every kind', () => {
    for (const kind of kinds) expect(compare(kind)).to.be.a('function')
  })

  it('of json knows no order of keys', () => {
    expect(compare('json')({ a: 1, b: [2] }, { b: [2], a: 1 })).to.equal(0)
    expect(hash('json')({ a: 1, b: 2 })).to.equal(hash('json')({ b: 2, a: 1 }))
    expect(hash('json')([1, 2])).not.to.equal(hash('json')([2, 1]))
    expect(hash('json')('1')).not.to.equal(hash('json')(1))
  })

  it('of numbers of two kinds is exact', () => {
    expect(compareNumeric('decimal', 'float')('0.1', 0.1)).to.equal(0)
    expect(compareNumeric('float', 'decimal')(0.3, '0.30000000000000001')).to.equal(-1)
    expect(compareNumeric('int', 'decimal')(9007199254740991, '9007199254740991.1')).to.equal(-1)
    expect(compareNumeric('int', 'float')(1, 1.5)).to.equal(-1)
  })

  it('canonicalJson sorts keys at every depth, and is no deeper than the stack', () => {
    expect(canonicalJson({ b: [{ d: 1, c: null }], a: 'x' })).to.equal('{"a":"x","b":[{"c":null,"d":1}]}')
    const deep = Array.from({ length: 50_000 }).reduce<Json>((inner) => [inner], 1)
    expect(canonicalJson(deep)).to.have.lengthOf(100_001)
  })
})

describe('Uuid', () => {
  it('parses any spelling, and nothing else', () => {
    expect(O.isSome(Uuid.parse('00000000-0000-0000-0000-000000000000'))).to.equal(true)
    for (const u of [
      '',
      'g0000000-0000-0000-0000-000000000000',
      '{00000000-0000-0000-0000-000000000000}',
      1,
      null,
    ])
      expect(O.isNone(Uuid.parse(u)), String(u)).to.equal(true)
  })
})

describe('nearest', () => {
  it('is a name that may be meant, or none', () => {
    const names = ['name', 'title', 'artist', 'released']
    expect(nearest('nmae', names)).to.equal('name')
    expect(nearest('titel', names)).to.equal('title')
    expect(nearest('artists', names)).to.equal('artist')
    expect(nearest('xyzzyx', names)).to.equal(null)
    expect(nearest('x', [])).to.equal(null)
  })
})

describe('describeCause', () => {
  it('has words for whatever was thrown', () => {
    expect(describeCause(new TypeError('x'))).to.equal('x')
    expect(describeCause('x')).to.equal('x')
    expect(describeCause(undefined)).to.equal('undefined')
    expect(describeCause(Symbol('x'))).to.equal('Symbol(x)')
    expect(describeCause(Object.create(null))).to.equal('an object')
  })
})
