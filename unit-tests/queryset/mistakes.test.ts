/** Mistaken steps: values that the fold tells, with the step that caused them. Nothing throws. */
import { expect } from 'chai'
import { either as E, function as fn } from 'fp-ts'
import {
  and,
  annotate,
  autoId,
  defer,
  distinct,
  distinctOn,
  exists,
  field,
  filter,
  fold,
  groupBy,
  only,
  or,
  orderBy,
  prefetchRelated,
  print,
  schema,
  selectRelated,
  slice,
  toArray,
  union,
  values,
  valuesList,
  xor,
  type AnyQueryset,
  type Expr,
  type Predicate,
  type QueryError,
} from 'queryset-ts'
import { client, m } from './models.js'

const { pipe } = fn

const mistake = (queryset: AnyQueryset): QueryError => {
  const folded = fold(queryset)
  if (E.isRight(folded)) throw new Error(`no mistake: ${print(queryset)}`)
  return folded.left
}

/** A step as plain JavaScript would write it. */
const js = (step: (...args: ReadonlyArray<never>) => unknown, ...args: ReadonlyArray<unknown>) =>
  (step as (...args: ReadonlyArray<unknown>) => (queryset: AnyQueryset) => AnyQueryset)(...args)

/** A reference as plain JavaScript sees it. */
interface Loose {
  readonly [name: string]: Loose & ((...args: ReadonlyArray<unknown>) => Loose)
}

describe('the fold tells', () => {
  it('positions that are none', () => {
    for (const [start, stop] of [
      [-1, 2],
      [0, -1],
      [0.5, 2],
      [0, 1.5],
      [NaN, 1],
      [0, Infinity],
      [2 ** 53, undefined],
    ] as const) {
      const told = mistake(pipe(m.track, slice(start, stop)))
      expect(told).to.deep.include({ _tag: 'InvalidStep', step: 'slice', index: 0 })
      expect(told.message).to.contain(String(start))
    }
  })

  it('the first mistake, with its place among the steps', () => {
    const told = mistake(
      pipe(
        m.track,
        distinct,
        slice(0, 3),
        slice(-5),
        filter(() => {
          throw new Error('not called')
        }),
      ),
    )
    expect(told).to.deep.include({ step: 'slice', index: 2 })
    expect(told.message).to.contain('-5')
  })

  it('a callback that throws, with what it threw', () => {
    const thrown = (thing: unknown) =>
      mistake(
        pipe(
          m.track,
          filter((): Predicate => {
            throw thing
          }),
        ),
      )
    expect(thrown(new Error('ouch'))).to.deep.include({ _tag: 'InvalidStep', step: 'filter', index: 0 })
    expect(thrown(new Error('ouch')).message).to.contain('ouch')
    expect(thrown('text').message).to.contain('text')
    expect(thrown(null)._tag).to.equal('InvalidStep')
    expect(thrown(Object.create(null))._tag).to.equal('InvalidStep')
  })

  it('an unknown field that JavaScript speaks of', () => {
    expect(mistake(js(filter, (t: Loose) => t['nme']!['eq']!('x'))(m.track))).to.deep.include({
      _tag: 'InvalidField',
      model: 'track',
      path: 'nme',
      nearest: 'name',
    })
    expect(mistake(js(values, (t: Loose) => ({ x: t['nme'] }))(m.track))._tag).to.equal('InvalidField')
    expect(mistake(js(only, 'nme')(m.track))).to.deep.include({
      _tag: 'InvalidField',
      path: 'nme',
      nearest: 'name',
    })
    expect(mistake(js(defer, 'titel')(m.album))).to.deep.include({ _tag: 'InvalidField', nearest: 'title' })
  })

  it('callbacks that return something else than they should', () => {
    for (const said of [true, undefined, null, {}, [], 'x', () => 1] as ReadonlyArray<unknown>)
      expect(mistake(js(filter, () => said)(m.track)), typeof said).to.deep.include({
        _tag: 'InvalidStep',
        step: 'filter',
      })
    expect(mistake(js(filter, (t: Loose) => t['name'])(m.track))._tag).to.equal('InvalidStep')
    expect(mistake(js(orderBy, (t: Loose) => t['name'])(m.track))).to.deep.include({ step: 'orderBy' })
    expect(mistake(js(orderBy, (t: Loose) => [t['name']])(m.track))).to.deep.include({ step: 'orderBy' })
    expect(mistake(js(values, (t: Loose) => t['name'])(m.track))).to.deep.include({ step: 'values' })
    expect(mistake(js(values, () => ({ x: 1 }))(m.track))).to.deep.include({ step: 'values' })
    expect(mistake(js(values, (a: Loose) => ({ x: a['albums'] }))(m.artist))).to.deep.include({
      step: 'values',
    })
    expect(mistake(js(valuesList, () => ['x'])(m.track))).to.deep.include({ step: 'values' })
    expect(mistake(js(annotate, () => null)(m.track))).to.deep.include({ step: 'annotate' })
    expect(mistake(js(distinctOn, () => ['x'])(m.track))).to.deep.include({ step: 'distinctOn' })
    expect(mistake(js(selectRelated, (t: Loose) => t['name'])(m.track))).to.deep.include({
      step: 'selectRelated',
    })
    expect(mistake(js(prefetchRelated, (t: Loose) => t['name'])(m.track))).to.deep.include({
      step: 'prefetchRelated',
    })
    expect(mistake(js(prefetchRelated, (t: Loose) => t['album'])(m.track))._tag).to.equal('InvalidField')
    expect(mistake(js(selectRelated, (a: Loose) => a['albums'])(m.artist))._tag).to.equal('InvalidField')
  })

  it('aggregates of a groupBy that are none', () => {
    expect(
      mistake(
        js(
          groupBy,
          () => ({}),
          () => null,
        )(m.track),
      ),
    ).to.deep.include({ step: 'groupBy' })
    expect(
      mistake(
        js(
          groupBy,
          () => ({}),
          () => ({ n: 1 }),
        )(m.track),
      ),
    ).to.deep.include({ step: 'groupBy' })
  })

  it('a nested predicate that is none', () => {
    expect(mistake(js(filter, (a: Loose) => a['albums']!['some']!(() => true))(m.artist))._tag).to.be.oneOf([
      'InvalidStep',
      'InvalidField',
    ])
    expect(
      mistake(js(filter, () => (and as (p: unknown) => Predicate)(undefined))(m.artist))._tag,
    ).to.be.oneOf(['InvalidStep', 'InvalidField'])
  })

  it('a reference that leaked from another callback', () => {
    const leaked: Array<Expr> = []
    pipe(
      m.track,
      filter((t) => {
        leaked.push(t.name)
        return t.name.eq('x')
      }),
    )
    const [name] = leaked
    const told = mistake(
      pipe(
        m.track,
        filter((t) => t.name.eq(name as Expr<'text', string>)),
      ),
    )
    expect(told).to.deep.include({ _tag: 'InvalidStep', step: 'filter' })
    expect(told.message).to.contain("isn't around it")
  })

  it('a reference to the rows of another schema or model', () => {
    const told = mistake(
      pipe(
        m.artist,
        filter((a) =>
          exists(
            pipe(
              m.album,
              filter((al) => al.artist.eq(a.id)),
            ),
          ),
        ),
        // The rows are artists no longer.
        values((a) => ({ name: a.name })),
        js(filter, (a: Loose) => a['id']!['eq']!(1)),
      ),
    )
    expect(told).to.deep.include({ _tag: 'InvalidField', path: 'id', names: ['name'] })
  })

  it('sets of rows with other columns, and of another schema', () => {
    const names = pipe(
      m.artist,
      values((a) => ({ name: a.name })),
    )
    for (const operation of [union] as const) {
      expect(mistake(js(operation, names)(m.artist))).to.deep.include({ step: 'union', index: 0 })
    }
    const other = schema({ artist: { id: autoId, name: field.text() } })
    expect(mistake(js(union, other.artist)(m.artist))).to.deep.include({ step: 'union' })
    const ids = pipe(
      m.artist,
      values((a) => ({ name: a.id })),
    )
    expect(mistake(js(union, ids)(names))._tag).to.be.oneOf(['InvalidStep', 'InvalidField'])
  })

  it('the mistakes of the other queryset', () => {
    const wrong = pipe(m.track, slice(-1))
    expect(mistake(pipe(m.track, union(wrong)))).to.deep.include({ step: 'slice' })
    expect(mistake(pipe(m.track, or(wrong)))).to.deep.include({ step: 'slice' })
    expect(
      mistake(
        pipe(
          m.album,
          filter(() => exists(wrong)),
        ),
      ),
    ).to.deep.include({ step: 'slice' })
    expect(
      mistake(
        pipe(
          m.album,
          filter((a) => a.id.in(js(valuesList, (t: Loose) => t['id'])(wrong) as never)),
        ),
      ),
    ).to.deep.include({ step: 'slice' })
    expect(
      mistake(
        pipe(
          m.album,
          prefetchRelated((a) => a.tracks, slice(-1)),
        ),
      ),
    ).to.deep.include({ step: 'slice' })
  })

  it('and, or and xor of different models', () => {
    for (const operation of [and, or, xor])
      expect(mistake(js(operation, m.album)(m.artist))._tag, operation.name).to.equal('InvalidStep')
  })

  it('and, or and xor where the rows have lost their key', () => {
    const names = pipe(
      m.artist,
      valuesList((a) => a.name),
      distinct,
    )
    for (const operation of [and, or, xor])
      expect(mistake(js(operation, names)(names))._tag, operation.name).to.equal('InvalidStep')
  })

  it('columns whose names are taken or ill-formed', () => {
    const name = (a: Loose) => ({ name: a['id'] })
    expect(mistake(js(annotate, name)(m.artist))).to.deep.include({ _tag: 'InvalidStep', step: 'annotate' })
    expect(mistake(js(annotate, name)(m.artist)).message).to.contain("'name' is there already")
    expect(mistake(js(annotate, (a: Loose) => ({ albums: a['id'] }))(m.artist)).message).to.contain(
      "'albums'",
    )
    expect(mistake(js(values, (a: Loose) => ({ 'a b': a['id'] }))(m.artist)).message).to.contain("'a b'")
    expect(mistake(js(values, (a: Loose) => ({ '~0': a['id'] }))(m.artist)).message).to.contain("'~0'")
    expect(mistake(js(values, (a: Loose) => ({ ['__proto__']: a['id'] }))(m.artist)).message).to.contain(
      '__proto__',
    )
    expect(
      mistake(
        js(
          groupBy,
          (t: Loose) => ({ n: t['name'] }),
          (g: Loose) => ({ n: g['count']!() }),
        )(m.track),
      ).message,
    ).to.contain("'n'")
  })

  it('steps on a model whose rows are gone', () => {
    const projected = pipe(
      m.artist,
      values((a) => ({ id: a.id, name: a.name })),
    )
    expect(mistake(js(only, 'name')(projected))).to.deep.include({ _tag: 'InvalidStep' })
    expect(mistake(js(selectRelated, () => null)(projected))._tag).to.equal('InvalidStep')
    expect(mistake(js(prefetchRelated, () => null)(projected))._tag).to.equal('InvalidStep')
  })

  it('values that are none of the kind', () => {
    const wrong: ReadonlyArray<readonly [string, unknown]> = [
      ['milliseconds', '1'],
      ['milliseconds', 1.5],
      ['milliseconds', NaN],
      ['price', 'abc'],
      ['price', Infinity],
      ['live', 1],
      ['name', 1],
      ['added', '2021-06-15'],
      ['added', new Date(NaN)],
      ['at', '25:00'],
      ['code', 'x'],
      ['extra', () => 1],
    ]
    wrong.forEach(([column, value]) => {
      expect(
        mistake(js(filter, (t: Loose) => t[column]!['eq']!(value))(m.track))._tag,
        `${column} = ${String(value)}`,
      ).to.equal('InvalidField')
    })
    expect(mistake(js(filter, (t: Loose) => t['name']!['regex']!('('))(m.track))._tag).to.equal(
      'InvalidField',
    )
  })

  it('and every terminal tells the same, without asking the client', async () => {
    const answer = await pipe(m.track, slice(-1), toArray({ ...client, list: () => expect.fail('asked') }))()
    expect(E.isLeft(answer) && answer.left._tag).to.equal('InvalidStep')
  })
})
