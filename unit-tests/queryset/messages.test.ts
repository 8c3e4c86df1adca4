/** What plain JavaScript is told, where no type stopped it. */
import { expect } from 'chai'
import { either as E } from 'fp-ts'
import {
  and,
  annotate,
  autoId,
  belongsTo,
  exists,
  field,
  filter,
  fold,
  groupBy,
  holds,
  lookup,
  not,
  orderBy,
  prefetchRelated,
  schema,
  selectRelated,
  update,
  values,
  valuesList,
  type AnyQueryset,
  type QueryError,
} from 'queryset-ts'
import { memory } from 'queryset-ts/memory'

const m = schema({
  artist: { id: autoId, name: field.text() },
  album: {
    id: autoId,
    title: field.text(),
    year: field.int(),
    live: field.boolean({ default: false }),
    artist: belongsTo('artist', { relatedName: 'albums' }),
  },
})

/* eslint-disable @typescript-eslint/no-explicit-any, @typescript-eslint/no-unsafe-return, @typescript-eslint/no-unsafe-call,
   @typescript-eslint/no-unsafe-member-access, @typescript-eslint/no-unsafe-argument, @typescript-eslint/no-unsafe-assignment,
   @typescript-eslint/no-meaningless-void-operator -- these are programs that no type has looked at */
type Js = any

/** The mistake of a step, taken as JavaScript takes it. */
const told = (step: Js, ...callbacks: ReadonlyArray<(row: Js) => unknown>) => on(m.album, step, ...callbacks)

const on = (model: AnyQueryset, step: Js, ...callbacks: ReadonlyArray<(row: Js) => unknown>): QueryError => {
  const folded = fold(step(...callbacks)(model))
  if (E.isRight(folded)) throw new Error('it is no mistake')
  return folded.left
}

describe('a name in a callback that is not there', () => {
  const misspelled: ReadonlyArray<
    readonly [string, () => QueryError, model: string, path: string, nearest: string]
  > = [
    ['of a column', () => told(filter, (a) => a.titel.eq('x')), 'album', 'titel', 'title'],
    ['of a relation', () => told(filter, (a) => a.artst.name.eq('x')), 'album', 'artst', 'artist'],
    ['behind a relation', () => told(filter, (a) => a.artist.nme.eq('x')), 'artist', 'artist__nme', 'name'],
    ['that is compared with ===', () => told(filter, (a) => a.titel === 'x'), 'album', 'titel', 'title'],
    [
      'in a condition of conditions',
      () => told(filter, (a) => and(a.titel, a.year.gt(1))),
      'album',
      'titel',
      'title',
    ],
    ['taken apart', () => told(filter, ({ titel, year }) => titel.eq(year)), 'album', 'titel', 'title'],
    ['in a record', () => told(values, (a) => ({ t: a.titel, y: a.year })), 'album', 'titel', 'title'],
    ['in a list', () => told(valuesList, (a) => [a.titel, a.year]), 'album', 'titel', 'title'],
    ['of what is annotated', () => told(annotate, (a) => ({ t: a.titel })), 'album', 'titel', 'title'],
    ['in an order', () => told(orderBy, (a) => [a.titel, a.year.asc()]), 'album', 'titel', 'title'],
    [
      'of a key of groups',
      () =>
        told(
          groupBy,
          (a) => ({ y: a.yaer }),
          (g) => ({ n: g.count() }),
        ),
      'album',
      'yaer',
      'year',
    ],
    [
      'of an aggregate',
      () =>
        told(
          groupBy,
          (a) => ({ y: a.year }),
          (g) => ({ n: g.cuont() }),
        ),
      'album',
      'cuont',
      'count',
    ],
    [
      'within an aggregate',
      () =>
        told(
          groupBy,
          () => ({}),
          (g) => ({ n: g.sum((a: Js) => a.yaer) }),
        ),
      'album',
      'yaer',
      'year',
    ],
    ['to follow', () => told(selectRelated, (a) => a.artst), 'album', 'artst', 'artist'],
    ['to prefetch', () => on(m.artist, prefetchRelated, (a) => a.album), 'artist', 'album', 'albums'],
    [
      'within some',
      () => on(m.artist, filter, (a) => a.albums.some((b: Js) => b.titel.eq('x'))),
      'album',
      'titel',
      'title',
    ],
    [
      'within every, with ===',
      () => on(m.artist, filter, (a) => a.albums.every((b: Js) => b.titel === 'x')),
      'album',
      'titel',
      'title',
    ],
    [
      'in the queryset of exists',
      () => told(filter, (a) => exists((filter as Js)((b: Js) => b.nme.eq(a.title))(m.artist))),
      'artist',
      'nme',
      'name',
    ],
    ['of a method', () => told(filter, (a) => a.title.startsWith('x')), 'album', 'title', 'startswith'],
  ]
  for (const [where, mistake, model, path, nearest] of misspelled)
    it(`is told with its model and the nearest name: ${where}`, () => {
      const error = mistake()
      expect(error).to.deep.include({ _tag: 'InvalidField', model, path, nearest })
      expect(error.message).to.contain(model).and.to.contain(path.split('__').at(-1))
      expect(error.hint).to.contain(`Did you mean '${nearest}'?`)
    })

  it('is told as lookup tells it', () => {
    const asked = lookup('artst__name', 'x')(m.album)
    const { hint } = told(filter, (a) => a.artst.name.eq('x'))
    expect(E.isLeft(asked) && asked.left).to.include({ _tag: 'InvalidField', nearest: 'artist' })
    expect(hint).to.match(/^Did you mean 'artist'\?/u)
  })

  it('is told of the callback of an update', async () => {
    const client = memory(m, { artist: [], album: [] })
    for (const changes of [(a: Js) => ({ year: a.yaer.plus(1) }), (a: Js) => ({ year: a.yaer })]) {
      const done = await (update as Js)(client, changes)(m.album)()
      expect(done.left).to.include({ _tag: 'InvalidField', model: 'album', path: 'yaer', nearest: 'year' })
    }
  })

  it('says of a to-many relation how to ask for its rows', () => {
    expect(on(m.artist, filter, (a) => a.albums.title.eq('x')).message).to.contain(
      'say which with some, none, every or an aggregate',
    )
  })

  it('is nothing to tell where a callback only looks for it', () => {
    const careful = (a: Js) => (a.deleted === undefined ? a.title.eq('x') : a.deleted.eq(false))
    expect(E.isRight(fold((filter as Js)(careful)(m.album)))).to.equal(true)
  })

  it('is not told in the place of what the callback threw on purpose', () => {
    const thrown = told(filter, (a) => {
      void a.deleted
      throw new Error('ouch')
    })
    expect(thrown).to.include({ _tag: 'InvalidStep', step: 'filter' })
    expect(thrown.message).to.contain('ouch')
  })

  it('is none that anybody asks any object for', async () => {
    const seen: Array<unknown> = []
    const probing = (a: Js) => {
      // What `await`, `JSON.stringify`, loggers and tests look for.
      seen.push(
        a.then,
        a.toJSON,
        a.constructor,
        a.inspect,
        a.nodeType,
        a.$$typeof,
        a[Symbol.iterator],
        a[Symbol.toPrimitive],
      )
      seen.push(a.albums?.then, a.artist.then, a.artist.toJSON)
      return a.title === 'x'
    }
    expect(told(filter, probing)).to.include({ _tag: 'InvalidStep', step: 'filter' })
    expect(seen.every((each) => each === undefined)).to.equal(true)
    expect(await Promise.resolve(told(filter, (a) => (seen.push(a), 1)))).to.have.property('_tag')
    // The reference itself may be awaited, shown and compared.
    const row: Js = seen.at(-1)
    expect(await Promise.resolve(row)).to.equal(row)
    expect(Object.keys(row)).to.include('title')
    expect('titel' in row).to.equal(false)
  })

  it('is told even if it is one of those, where the callback fails by it', () => {
    expect(told(filter, (a) => a.constructor.name.eq('x'))).to.include({
      _tag: 'InvalidField',
      path: 'constructor',
    })
  })
})

describe('something else than a condition', () => {
  const looks = '(row) => row.title.eq(…)'
  const given: ReadonlyArray<readonly [string, (a: Js) => unknown, message: string, hint: string]> = [
    [
      'a boolean',
      (a) => a.title === 'x',
      'gave a boolean instead of a condition',
      'instead of row.title === …',
    ],
    ['a boolean under not', (a) => not((a.title === 'x') as Js), 'gave a boolean', looks],
    [
      'a boolean beside a condition',
      (a) => and(a.year.gt(1), (a.title === 'x') as Js),
      'gave a boolean',
      looks,
    ],
    ['nothing', (a) => void a.title.eq('x'), 'gave nothing', 'needs a return'],
    ['a reference', (a) => a.title, 'gave a reference', 'holds(…)'],
    ['text', (a) => String(a.title !== null), 'gave text', looks],
  ]
  for (const [what, callback, message, hint] of given)
    it(`is told with what one looks like: ${what}`, () => {
      const error = told(filter, callback)
      expect(error).to.include({ _tag: 'InvalidStep', step: 'filter', index: 0 })
      expect(error.message).to.contain(message)
      expect(error.hint).to.contain(hint).and.to.contain(looks)
    })

  it('is told of the rows of a relation, at the step that asks', () => {
    const error = on(m.artist, filter, (a) => a.albums.some((b: Js) => b.title === 'x'))
    expect(error).to.include({ _tag: 'InvalidStep', step: 'filter' })
    expect(error.hint).to.contain(looks)
    const counted = on(m.artist, annotate, (a) => ({
      n: a.albums.count({ filter: (b: Js) => b.title === 'x' }),
    }))
    expect(counted).to.include({ _tag: 'InvalidStep', step: 'annotate' })
  })

  it('is not seen where there is none', () => {
    expect(E.isRight(fold((filter as Js)((a: Js) => holds(a.live))(m.album)))).to.equal(true)
  })
})

describe('a value of another kind', () => {
  const of = (model: AnyQueryset, callback: (row: Js) => unknown) => on(model, filter, callback)

  it('is told with field, lookup, what came and what would do', () => {
    const error = of(m.album, (a) => a.id.eq('x'))
    expect(error).to.deep.include({ _tag: 'InvalidField', model: 'album', path: 'id' })
    expect(error.message).to.equal("'id' of album: eq (exact) takes an int, not text")
    expect(error.hint).to.contain('Give an int')
    expect(of(m.album, (a) => a.year.gte(1.5)).message).to.equal(
      "'year' of album: gte takes an int, not a number with a fraction",
    )
    expect(of(m.album, (a) => a.artist.name.contains(5)).message).to.equal(
      "'artist__name' of album: contains takes text, not a number",
    )
  })

  it('is not repeated', () => {
    expect(of(m.album, (a) => a.id.eq('hunter2')).message).not.to.contain('hunter2')
  })
})
