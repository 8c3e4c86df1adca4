import { expect } from 'chai'
import { either as E, option as O } from 'fp-ts'
import { autoId, belongsTo, field, manyToMany, oneToOne, schema, schemaOf } from '../../src/index.js'
import type { Expression, LookupName, Predicate } from '../../src/expression/Expression.js'
import { operandOf } from '../../src/expression/text/Operand.js'
import { parseLookup } from '../../src/expression/text/parseLookup.js'
import { parseLookups, type LookupTree } from '../../src/expression/text/parseLookups.js'
import { parsePath } from '../../src/expression/text/parsePath.js'
import { printLookup } from '../../src/expression/text/printLookup.js'
import { modelScope, type Scope } from '../../src/expression/Scope.js'
import type { QueryError } from '../../src/value/QueryError.js'
import type { Json, Kind } from '../../src/value/Value.js'

type P = Predicate<string>
type X = Expression<string>

const models = schemaOf(
  schema({
    artist: { id: autoId, name: field.nullable(field.text()) },
    label: {
      id: autoId,
      date: field.nullable(field.date()),
      artist: oneToOne('artist', { relatedName: 'label' }),
    },
    album: { id: autoId, title: field.text(), artist: belongsTo('artist', { relatedName: 'albums' }) },
    track: {
      id: autoId,
      name: field.text(),
      album: field.nullable(belongsTo('album', { relatedName: 'tracks' })),
      label: field.nullable(belongsTo('label', { relatedName: 'tracks' })),
      price: field.decimal(),
      gain: field.nullable(field.float()),
      added: field.datetime(),
      extra: field.nullable(field.json()),
    },
    playlist: {
      code: field.text({ primaryKey: true }),
      tracks: manyToMany('track', { relatedName: 'playlists' }),
    },
  }),
)

const at = (model: string): Scope => {
  const scope = modelScope(models, model)
  if (E.isLeft(scope)) throw new Error(scope.left.message)
  return scope.right
}

const column = (...path: ReadonlyArray<string>): X => ({ _tag: 'column', path, level: 0 })
const outer = (level: number, ...path: ReadonlyArray<string>): X => ({ _tag: 'column', path, level })
const call = (name: string, arg: X): X => ({ _tag: 'call', name, args: [arg] })
const textOf = (arg: X): X => ({ _tag: 'cast', to: 'text', arg })
const value = (kind: Kind, json: Json): X => ({ _tag: 'const', kind, value: json })
const is = (name: LookupName, left: X, ...right: ReadonlyArray<X>): P => ({
  _tag: 'lookup',
  name,
  left,
  right,
})
const not = (predicate: P): P => ({ _tag: 'not', predicate })
const and = (...all: ReadonlyArray<P>): P => ({ _tag: 'and', all })
const or = (...any: ReadonlyArray<P>): P => ({ _tag: 'or', any })
const some = (relation: ReadonlyArray<string>, predicate: P): P => ({
  _tag: 'some',
  level: 0,
  relation,
  predicate,
})
const int = (n: number): X => value('int', n)
const text = (s: string): X => value('text', s)

const parsed = <A>(result: E.Either<QueryError, A>): A => {
  if (E.isLeft(result)) throw new Error(result.left.message)
  return result.right
}

/** Of what an error tells, what a caller goes by. */
const refused = <A>(result: E.Either<QueryError, A>) =>
  E.isLeft(result) && result.left._tag === 'InvalidField' ? result.left : expect.fail('was not refused')

describe('parseLookup', () => {
  const cases: ReadonlyArray<readonly [string, string, unknown, P]> = [
    ['track', 'name', 'x', is('exact', column('name'), text('x'))],
    ['track', 'name__exact', 'x', is('exact', column('name'), text('x'))],
    ['track', 'pk', 5, is('exact', column('id'), int(5))],
    ['playlist', 'pk__startswith', 'r', is('startswith', column('code'), text('r'))],
    ['track', 'album', 5, is('exact', column('album'), int(5))],
    ['track', 'album__in', [1, null, 2], is('in', column('album'), int(1), int(2))],
    ['track', 'album__isnull', false, not(is('isnull', column('album')))],
    ['track', 'album__pk', 5, is('exact', column('album', 'id'), int(5))],
    [
      'track',
      'album__artist__name__icontains',
      'queen',
      is('icontains', column('album', 'artist', 'name'), text('queen')),
    ],
    ['track', 'name', null, is('isnull', column('name'))],
    ['track', 'price__iexact', null, is('isnull', column('price'))],
    ['track', 'price__gte', 1, is('gte', column('price'), value('decimal', '1'))],
    ['track', 'price', '0.990', is('exact', column('price'), value('decimal', '0.99'))],
    ['track', 'gain__lt', 2, is('lt', column('gain'), value('float', 2))],
    ['track', 'pk__gt', 1.5, is('gt', column('id'), value('float', 1.5))],
    [
      'track',
      'price__range',
      [1, '2'],
      is('range', column('price'), value('decimal', '1'), value('decimal', '2')),
    ],
    ['track', 'price__contains', '9', is('contains', textOf(column('price')), text('9'))],
    ['track', 'pk__contains', 34, is('contains', textOf(column('id')), text('34'))],
    ['track', 'added__year', 2020, is('exact', call('year', column('added')), int(2020))],
    ['track', 'added__date__month__gt', 6, is('gt', call('month', call('date', column('added'))), int(6))],
    ['track', 'name__length__in', [1], is('in', call('length', column('name')), int(1))],
    ['track', 'extra', [1, 'a'], is('exact', column('extra'), value('json', [1, 'a']))],
    // A column of the related row goes before the transform of that name.
    ['track', 'label__date__year', 2020, is('exact', call('year', column('label', 'date')), int(2020))],
    // The far side of a one-to-one relation.
    ['artist', 'label', 5, is('exact', column('label'), int(5))],
    ['artist', 'label__isnull', true, is('isnull', column('label'))],
    // To-many relations.
    ['artist', 'albums', 5, some(['albums'], is('exact', column('id'), int(5)))],
    ['artist', 'albums__in', [5], some(['albums'], is('in', column('id'), int(5)))],
    ['artist', 'albums__title__gt', 'M', some(['albums'], is('gt', column('title'), text('M')))],
    [
      'playlist',
      'tracks__album__artist__albums__pk',
      1,
      some(['tracks'], some(['album', 'artist', 'albums'], is('exact', column('id'), int(1)))),
    ],
    ['artist', 'albums__isnull', true, not(some(['albums'], and()))],
    ['artist', 'albums__tracks__isnull', false, some(['albums'], some(['tracks'], and()))],
    ['artist', 'albums__tracks__isnull', true, not(some(['albums'], some(['tracks'], and())))],
    [
      'artist',
      'albums__tracks__gain__isnull',
      false,
      some(['albums'], some(['tracks'], not(is('isnull', column('gain'))))),
    ],
    // Expressions are about the row where the path begins.
    [
      'track',
      'album__title',
      operandOf(column('name')),
      is('exact', column('album', 'title'), column('name')),
    ],
    [
      'artist',
      'albums__title',
      operandOf(column('name')),
      some(['albums'], is('exact', column('title'), outer(1, 'name'))),
    ],
    [
      'track',
      'pk__in',
      operandOf<string>({ _tag: 'subquery', query: 'q' }),
      { _tag: 'inQuery', left: column('id'), query: 'q' },
    ],
  ]
  cases.forEach(([model, path, given, expected]) => {
    it(`${model}: ${path} = ${JSON.stringify(given)}`, () => {
      expect(parsed(parseLookup<string>(at(model), path, given))).to.deep.equal(expected)
    })
  })

  it('takes the longest name of a column that fits', () => {
    const one = { kind: 'text', nullable: true, target: null, codec: null } as const
    const scope: Scope = {
      schema: models,
      model: null,
      columns: new Map([
        ['parent', one],
        ['parent__note', one],
      ]),
    }
    expect(parsed(parseLookup<string>(scope, 'parent__note__lower', 'x'))).to.deep.equal(
      is('exact', call('lower', column('parent__note')), text('x')),
    )
    const annotated: Scope = {
      ...at('track'),
      columns: new Map([...at('track').columns, ['album__title', one]]),
    }
    expect(parsed(parsePath<string>(annotated, 'album__title'))).to.deep.equal(column('album__title'))
    expect(parsed(parsePath<string>(annotated, 'album__artist'))).to.deep.equal(column('album', 'artist'))
  })

  const wrong: ReadonlyArray<readonly [string, string, unknown]> = [
    ['track', 'pk', '5'],
    ['track', 'name__gt', null],
    ['track', 'name', ['x']],
    ['track', 'name', 5],
    ['track', 'album__in', 5],
    ['track', 'price__range', [1]],
    ['track', 'price__range', [1, null]],
    ['track', 'album__isnull', 1],
    ['artist', 'albums__isnull', null],
    ['track', 'name__exact__exact', 'x'],
    ['track', 'extra__gt', 1],
    ['track', '', 1],
    ['artist', 'albums__title', operandOf<string>({ _tag: 'subquery', query: 'q' })],
    // What only looks like an expression is JSON, whoever sent it.
    ['track', 'name', { _tag: 'column', path: ['id'], level: 0 }],
    ['artist', 'albums__title', { _tag: 'call' }],
  ]
  wrong.forEach(([model, path, given]) => {
    it(`refuses ${model}: ${path} = ${JSON.stringify(given)}`, () => {
      refused(parseLookup<string>(at(model), path, given))
    })
  })

  it('tells which names there are, and the nearest', () => {
    const field_ = refused(parseLookup(at('album'), 'titel__contains', 'x'))
    expect(field_).to.include({ model: 'album', path: 'titel__contains', nearest: 'title' })
    expect(field_.names).to.deep.equal(['id', 'title', 'artist', 'tracks', 'pk'])
    const related = refused(parseLookup(at('track'), 'album__artist__nam', 'x'))
    expect(related).to.include({ model: 'artist', nearest: 'name' })
    expect(related.names).to.include.members(['id', 'name', 'albums', 'label', 'pk', 'isnull', 'in', 'abs'])
    const lookup = refused(parseLookup(at('track'), 'name__startwith', 'x'))
    expect(lookup).to.include({ nearest: 'startswith' })
    expect(lookup.names)
      .to.include.members(['lower', 'length', 'regex'])
      .and.not.include.members(['year', 'album'])
    const transform = refused(parseLookup(at('track'), 'name__year', 2020))
    expect(transform.names).to.include.members(['lower', 'exact']).and.not.include.members(['year'])
    expect(refused(parseLookup(at('track'), 'extra__gt', 1)).names).to.not.include('gt')
  })
})

describe('parseLookups', () => {
  const title = { lookup: 'albums__title', value: 'x' }
  const key = { lookup: 'albums__pk', value: 1 }
  const gain = { lookup: 'albums__tracks__gain__gt', value: 1 }
  const price = { lookup: 'albums__tracks__price__gt', value: 1 }
  const own = { lookup: 'name', value: 'x' }
  const titled = is('exact', column('title'), text('x'))
  const keyed = is('exact', column('id'), int(1))
  const gained = is('gt', column('gain'), value('float', 1))
  const priced = is('gt', column('price'), value('decimal', '1'))
  const named = is('exact', column('name'), text('x'))
  const cases: ReadonlyArray<readonly [string, LookupTree, P]> = [
    ['one lookup', title, some(['albums'], titled)],
    ['nothing', { and: [] }, and()],
    ['of nothing', { or: [] }, or()],
    ['one related row', { and: [title, key] }, some(['albums'], and(titled, keyed))],
    ['besides own columns', { and: [title, own, key] }, and(some(['albums'], and(titled, keyed)), named)],
    [
      'an `and` in an `and`',
      { and: [title, { and: [own, key] }] },
      and(some(['albums'], and(titled, keyed)), named),
    ],
    [
      'further relations',
      { and: [gain, title, price] },
      some(['albums'], and(some(['tracks'], and(gained, priced)), titled)),
    ],
    [
      'what is under a `not`',
      { and: [title, { not: key }] },
      and(some(['albums'], titled), not(some(['albums'], keyed))),
    ],
    ['an `and` under a `not`', { not: { and: [title, key] } }, not(some(['albums'], and(titled, keyed)))],
    [
      'an `or` of one relation',
      { and: [title, { or: [key, title] }] },
      some(['albums'], and(titled, or(keyed, titled))),
    ],
    [
      'an `or` of several',
      { and: [title, { or: [key, own] }] },
      and(some(['albums'], titled), or(some(['albums'], keyed), named)),
    ],
    [
      'an `or` with a branch that always holds',
      { or: [title, { and: [] }] },
      or(some(['albums'], titled), and()),
    ],
  ]
  cases.forEach(([name, tree, expected]) => {
    it(name, () => {
      expect(parsed(parseLookups<string>(at('artist'), tree))).to.deep.equal(expected)
    })
  })

  it('tells the first mistake', () => {
    expect(
      refused(parseLookups(at('artist'), { and: [title, { not: { lookup: 'nam', value: 'x' } }] })),
    ).to.include({
      nearest: 'name',
    })
  })
})

describe('parsePath', () => {
  it('reads paths with transforms', () => {
    expect(parsed(parsePath<string>(at('track'), 'album__artist__pk'))).to.deep.equal(
      column('album', 'artist', 'id'),
    )
    expect(parsed(parsePath<string>(at('track'), 'added__date__year'))).to.deep.equal(
      call('year', call('date', column('added'))),
    )
    expect(parsed(parsePath<string>(at('artist'), 'label'))).to.deep.equal(column('label'))
  })

  it('refuses lookups and to-many relations', () => {
    refused(parsePath(at('track'), 'name__exact'))
    refused(parsePath(at('artist'), 'albums__title'))
    expect(refused(parsePath(at('track'), 'name__lowr'))).to.include({ nearest: 'lower' })
  })
})

describe('printLookup', () => {
  it('spells what one lookup says', () => {
    const printed = (predicate: P) => O.toNullable(printLookup(predicate))
    expect(printed(is('exact', column('album', 'title'), text('x')))).to.deep.equal({
      path: 'album__title',
      value: 'x',
    })
    expect(printed(is('contains', textOf(column('price')), text('9')))).to.deep.equal({
      path: 'price__contains',
      value: '9',
    })
    expect(printed(not(some(['albums'], some(['tracks'], and()))))).to.deep.equal({
      path: 'albums__tracks__isnull',
      value: true,
    })
  })

  const without: ReadonlyArray<readonly [string, P]> = [
    ['several lookups', and(is('isnull', column('name')), is('isnull', column('gain')))],
    ['another `not`', not(is('exact', column('name'), text('x')))],
    ['a column of a row around', is('isnull', outer(1, 'name'))],
    ['an operand that is no constant', is('exact', column('name'), column('id'))],
    ['a missing constant', is('exact', column('name'), value('text', null))],
    ['related rows of a row around', { _tag: 'some', level: 1, relation: ['albums'], predicate: and() }],
    ['a related row behind which there is none', some(['albums'], not(some(['tracks'], and())))],
    ['a query', { _tag: 'exists', query: 'q' }],
  ]
  it('prints a constant that looks like an expression as the JSON that it is', () => {
    const looks: P = is('exact', column('extra'), value('json', { _tag: 'column' }))
    expect(printLookup(looks)).to.deep.equal(O.some({ path: 'extra', value: { _tag: 'column' } }))
    expect(parsed(parseLookup<string>(at('track'), 'extra', { _tag: 'column' }))).to.deep.equal(looks)
  })
  without.forEach(([name, predicate]) => {
    it(`gives none for ${name}`, () => {
      expect(printLookup(predicate)).to.deep.equal(O.none)
    })
  })
})
