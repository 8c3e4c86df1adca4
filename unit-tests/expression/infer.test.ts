/** Types of expressions: exact where they can be, and found without running anything. */
import { expect } from 'chai'
import { either as E } from 'fp-ts'
import type { Aggregate, Expression, Predicate } from '../../src/expression/Expression.js'
import { infer, inferPredicate } from '../../src/expression/infer.js'
import { modelScope, type Scopes } from '../../src/expression/Scope.js'
import type { Typed } from '../../src/expression/Typed.js'
import { autoId, belongsTo, field, schema, schemaOf } from '../../src/index.js'
import type { Json, Kind, Type } from '../../src/value/Value.js'

const models = schema({
  artist: { id: autoId, name: field.text(), fans: field.nullable(field.int()) },
  album: {
    id: autoId,
    title: field.text(),
    price: field.decimal(),
    sold: field.int(),
    weight: field.float(),
    at: field.nullable(field.datetime()),
    artist: belongsTo('artist', { relatedName: 'albums' }),
    guest: field.nullable(belongsTo('artist', { relatedName: 'guestAlbums' })),
  },
})

type Exp = Expression<never>

const inModel = (model: string): Scopes => {
  const scope = modelScope(schemaOf(models), model)
  if (E.isLeft(scope)) throw new Error(JSON.stringify(scope.left))
  return { scope: scope.right, group: null, parent: null }
}

const album = inModel('album')

const groupOf = (filled: boolean): Scopes => ({
  scope: { ...album.scope, model: null, columns: new Map() },
  group: { ...album.scope, filled },
  parent: null,
})

const noQuery = (): never => {
  throw new Error('there is no subquery')
}

const typed = (expression: Exp, scopes = album): E.Either<unknown, Typed<never>> =>
  infer<never, never>(noQuery, scopes, expression)

const typeOf = (expression: Exp, scopes = album): Type => {
  const found = typed(expression, scopes)
  if (E.isLeft(found)) throw new Error(JSON.stringify(found.left))
  return found.right.type
}

const column = (...path: ReadonlyArray<string>): Exp => ({ _tag: 'column', path, level: 0 })
const constant = (kind: Kind, value: Json): Exp => ({ _tag: 'const', kind, value })
const call = (name: string, ...args: ReadonlyArray<Exp>): Exp => ({ _tag: 'call', name, args })
const cast = (to: Kind, arg: Exp): Exp => ({ _tag: 'cast', to, arg })
const always: Predicate<never> = { _tag: 'and', all: [] }
const either = (then: Exp, otherwise: Exp): Exp => ({
  _tag: 'case',
  branches: [{ when: always, then }],
  otherwise,
})

const aggregate = (name: Aggregate<never>['name'], more: Partial<Aggregate<never>> = {}): Exp => ({
  _tag: 'aggregate',
  name,
  over: 'group',
  level: 0,
  relation: [],
  arg: column('sold'),
  distinct: false,
  filter: null,
  default: null,
  sample: false,
  ...more,
})

const solid = (kind: Kind): Type => ({ kind, nullable: false })
const missing = (kind: Kind): Type => ({ kind, nullable: true })

describe('types of expressions', () => {
  const table: ReadonlyArray<readonly [string, Exp, Type]> = [
    ['a column', column('sold'), solid('int')],
    ['a nullable column', column('at'), missing('datetime')],
    ['a column behind a relation', column('artist', 'name'), solid('text')],
    ['a nullable column behind a relation', column('artist', 'fans'), missing('int')],
    ['a column behind a nullable relation', column('guest', 'name'), missing('text')],
    ['a foreign key', column('artist'), solid('int')],
    ['a constant', constant('decimal', '1.50'), solid('decimal')],
    ['a missing constant', constant('int', null), missing('int')],
    ['a function that always answers', call('upper', column('title')), solid('text')],
    ['a sum of two, which may be too large', call('add', column('sold'), column('sold')), missing('int')],
    ['a sine', call('sin', column('weight')), solid('float')],
    ['a sine of a decimal, which may be too large', call('sin', column('price')), missing('float')],
    ['a root, which may have no answer', call('sqrt', column('weight')), missing('float')],
    ['pi', call('pi'), solid('float')],
    ['now', call('now'), solid('datetime')],
    ['the first that is there', call('coalesce', column('at'), call('now')), solid('datetime')],
    [
      'the first that is there, of a kind that it may be too large for',
      call('coalesce', column('price'), cast('float', column('price'))),
      missing('float'),
    ],
    [
      'the first that is there, one of which always is',
      call('coalesce', column('price'), column('weight')),
      solid('float'),
    ],
    ['a cast to text', cast('text', column('price')), solid('text')],
    ['a cast of text', cast('int', column('title')), missing('int')],
    ['a cast to a wider kind', cast('decimal', column('sold')), solid('decimal')],
    ['a cast of a decimal to a float', cast('float', column('price')), missing('float')],
    ['a cast of what may be missing', cast('date', column('at')), missing('date')],
    ['a cast of what is there', cast('date', call('now')), solid('date')],
    ['branches', either(column('sold'), constant('int', 0)), solid('int')],
    ['branches of two kinds', either(column('sold'), column('price')), solid('decimal')],
    ['a branch without a value', either(column('sold'), constant('text', null)), missing('int')],
    [
      'a branch of a decimal that may be too large for a float',
      either(column('price'), column('weight')),
      missing('float'),
    ],
    ['a predicate', { _tag: 'test', predicate: always }, solid('boolean')],
    [
      'a sum over a relation',
      aggregate('sum', { over: 'row', relation: ['artist'], arg: column('fans') }),
      missing('int'),
    ],
    [
      'a sum with a default',
      aggregate('sum', {
        over: 'row',
        relation: ['artist'],
        arg: column('fans'),
        default: constant('int', 0),
      }),
      solid('int'),
    ],
    [
      'a sum of floats with a default that may be too large',
      aggregate('avg', {
        over: 'row',
        relation: ['artist'],
        arg: column('fans'),
        default: column('price'),
      }),
      missing('float'),
    ],
    [
      'a count with a default that is not needed',
      aggregate('count', { over: 'row', relation: ['artist'], arg: null, default: constant('int', null) }),
      solid('int'),
    ],
  ]
  table.forEach(([what, expression, type]) => {
    it(what, () => {
      expect(typeOf(expression)).to.deep.equal(type)
    })
  })

  const grouped: ReadonlyArray<readonly [string, Exp, boolean, Type]> = [
    ['the least of a group by keys', aggregate('min'), true, solid('int')],
    ['the least of a group without keys', aggregate('min'), false, missing('int')],
    ['the least of what may be missing', aggregate('min', { arg: column('guest') }), true, missing('int')],
    ['the least of some of a group', aggregate('min', { filter: always }), true, missing('int')],
    [
      'the least of what a group leads to',
      aggregate('min', { relation: ['artist'], arg: column('fans') }),
      true,
      missing('int'),
    ],
    ['a mean of ints', aggregate('avg'), true, solid('float')],
    ['a mean of floats', aggregate('avg', { arg: column('weight') }), true, missing('float')],
    ['a variance', aggregate('variance'), true, solid('float')],
    ['a variance of a sample', aggregate('variance', { sample: true }), true, missing('float')],
    ['a total', aggregate('sum'), true, missing('int')],
  ]
  grouped.forEach(([what, expression, filled, type]) => {
    it(what, () => {
      expect(typeOf(expression, groupOf(filled))).to.deep.equal(type)
    })
  })

  it('come with what names lead to', () => {
    const found = typed(column('guest', 'name'))
    if (E.isLeft(found) || found.right._tag !== 'column') throw new Error('not a column')
    const { column: name, joins, reach } = found.right
    expect([
      name,
      reach,
      joins.map(({ relation, nearKey, farKey }) => [relation.name, nearKey, farKey]),
    ]).to.deep.equal(['name', 1, [['guest', 'id', 'id']]])
  })

  it('are those of typed nodes too, which are nodes', () => {
    const expression = either(call('add', column('sold'), constant('decimal', '1.0')), column('price'))
    const once = typed(expression)
    if (E.isLeft(once)) throw new Error(JSON.stringify(once.left))
    expect(typed(once.right as Exp)).to.deep.equal(once)
  })

  it('are found in linear time, 100,000 deep', () => {
    const deep = Array.from({ length: 100_000 }).reduce<Exp>(
      (inside) => call('coalesce', inside, column('sold')),
      column('sold'),
    )
    expect(typeOf(deep)).to.deep.equal(solid('int'))
    const wide: Predicate<never> = {
      _tag: 'or',
      any: Array.from({ length: 100_000 }, (_, i) => ({
        _tag: 'lookup' as const,
        name: 'exact' as const,
        left: column('sold'),
        right: [constant('int', i)],
      })),
    }
    expect(E.isRight(inferPredicate<never, never>(noQuery, album, wide))).to.equal(true)
  })

  it('know the rows around, however many', () => {
    const depth = 20_000
    const around = Array.from({ length: depth }).reduce<Scopes>(
      (parent) => ({ ...inModel('artist'), parent }),
      album,
    )
    expect(typeOf({ _tag: 'column', path: ['sold'], level: depth }, around)).to.deep.equal(solid('int'))
    expect(E.isLeft(typed({ _tag: 'column', path: ['sold'], level: depth + 1 }, around))).to.equal(true)
    expect(E.isLeft(typed({ _tag: 'column', path: ['name'], level: 0.5 }, around))).to.equal(true)
  })
})
