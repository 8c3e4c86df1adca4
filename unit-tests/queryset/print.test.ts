/** What `print` writes is code: it compiles, and means the queryset that it was printed from. */
import { expect } from 'chai'
import { function as fn } from 'fp-ts'
import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import {
  and,
  annotate,
  caseWhen,
  cast,
  coalesce,
  concat,
  dates,
  datetimes,
  defer,
  difference,
  distinct,
  distinctOn,
  exclude,
  exists,
  filter,
  fold,
  func,
  greatest,
  groupBy,
  holds,
  intersection,
  least,
  none,
  not,
  now,
  nullIf,
  only,
  or,
  orderBy,
  prefetchRelated,
  print,
  reverse,
  selectRelated,
  slice,
  subquery,
  test,
  union,
  value,
  values,
  valuesList,
  xor,
  type AnyQueryset,
} from 'queryset-ts'
import { m } from './models.js'

const { pipe, flow } = fn

const short: ReadonlyArray<readonly [AnyQueryset, string]> = [
  [m.artist, 'artist'],
  [
    pipe(
      m.artist,
      filter((a) => a.name.eq('x')),
    ),
    "pipe(artist, filter((a) => a.name.eq('x')))",
  ],
  [
    pipe(
      m.artist,
      exclude((a) => a.name.isNull()),
    ),
    'pipe(artist, filter((a) => not(a.name.isNull())))',
  ],
  [
    pipe(
      m.track,
      orderBy((t) => [t.name.asc(), t.rating.desc({ nulls: 'last' })]),
    ),
    "pipe(track, orderBy((t) => [t.name.asc(), t.rating.desc({ nulls: 'last' })]))",
  ],
  [pipe(m.track, reverse, distinct), 'pipe(track, reverse, distinct)'],
  [pipe(m.track, slice(1, 3), slice(1)), 'pipe(track, slice(1, 3), slice(1))'],
  [
    pipe(
      m.track,
      distinctOn((t) => [t.album.title, t.album]),
    ),
    'pipe(track, distinctOn((t) => [t.album.title, t.album]))',
  ],
  [
    pipe(
      m.track,
      values((t) => ({ title: t.name, one: value(1, 'int') })),
    ),
    "pipe(track, values((t) => ({ title: t.name, one: value(1, 'int') })))",
  ],
  [
    pipe(
      m.track,
      valuesList((t) => t.name),
      filter((r) => r.value.eq('x')),
    ),
    "pipe(track, valuesList((t) => t.name), filter((t) => t.value.eq('x')))",
  ],
  [
    pipe(
      m.track,
      valuesList((t) => [t.id, t.name]),
      filter((r) => r[1].eq('x')),
    ),
    "pipe(track, valuesList((t) => [t.id, t.name]), filter((t) => t[1].eq('x')))",
  ],
  [
    pipe(
      m.artist,
      annotate((a) => ({ n: a.albums.count() })),
    ),
    'pipe(artist, annotate((a) => ({ n: a.albums.count() })))',
  ],
  [pipe(m.artist, only('name')), "pipe(artist, only('id', 'name'))"],
  [pipe(m.album, defer('artist', 'released')), "pipe(album, only('id', 'title'))"],
  [
    pipe(
      m.track,
      selectRelated((t) => t.album.artist),
    ),
    'pipe(track, selectRelated((t) => t.album.artist))',
  ],
  [
    pipe(
      m.artist,
      prefetchRelated((a) => a.albums),
    ),
    'pipe(artist, prefetchRelated((a) => a.albums))',
  ],
  [pipe(m.artist, union(m.artist, m.artist)), 'pipe(artist, union(artist, artist))'],
  [pipe(m.artist, and(m.artist), or(m.artist)), 'pipe(artist, and(artist), or(artist))'],
]

const long: ReadonlyArray<AnyQueryset> = [
  ...short.map(([queryset]) => queryset),
  pipe(
    m.track,
    filter((t) =>
      or(and(t.name.icontains('it\'s "so" \\ \n\u{1F600}'), xor(t.live.eq(true), t.id.lt(3))), not(or())),
    ),
  ),
  pipe(
    m.track,
    filter((t) =>
      and(
        t.milliseconds.range(1, 2),
        t.price.gt('0.99'),
        t.price.in(['1', 2.5]),
        t.added.lt(new Date(0)),
        t.at.eq('12:30'),
        t.album.released.eq('2021-06-15'),
        t.code.eq('00000000-0000-4000-8000-000000000000'),
        t.extra.eq({ a: ["it's", null, { b: 1.5 }] }),
        t.status.in(['draft']),
        t.rating.eq(-0.5),
        t.name.regex('^\\d+[a-z]$'),
        t.album.eq(1),
        t.album.in([1, 2]),
        t.album.isNull(),
      ),
    ),
  ),
  pipe(
    m.artist,
    filter((a) => and(a.tags.eq(['a', 'b']), a.tags.in([['x'], ['y', 'z']]))),
  ),
  pipe(
    m.artist,
    filter((a) =>
      a.albums.some((al) =>
        and(
          al.title.eq('x'),
          al.tracks.every((t) => t.playlists.none((p) => p.name.eq(al.title))),
        ),
      ),
    ),
  ),
  pipe(
    m.artist,
    filter((a) =>
      exists(
        pipe(
          m.album,
          filter((al) =>
            and(
              al.artist.eq(a.id),
              exists(
                pipe(
                  m.track,
                  filter((t) => and(t.album.eq(al.id), t.name.eq(a.name))),
                ),
              ),
            ),
          ),
        ),
      ),
    ),
  ),
  pipe(
    m.album,
    filter((a) =>
      and(
        a.artist.in(m.artist),
        a.title.in(
          pipe(
            m.album,
            filter((b) => b.id.lt(a.id)),
            valuesList((b) => b.title),
          ),
        ),
      ),
    ),
  ),
  pipe(
    m.artist,
    values((a) => ({
      name: a.name,
      last: subquery(
        'text',
        pipe(
          m.album,
          filter((al) => al.artist.eq(a.id)),
          orderBy((al) => [al.released.desc()]),
          slice(0, 1),
          valuesList((al) => al.title),
        ),
      ),
      dearest: subquery(
        'decimal',
        pipe(
          m.track,
          valuesList((t) => t.price),
        ),
      ),
    })),
    filter((r) => r.last.startswith('x')),
  ),
  pipe(
    m.track,
    groupBy(
      (t) => ({ album: t.album.title, year: t.added.year() }),
      (g) => ({
        n: g.count(),
        live: g.count({ filter: (t) => t.live.eq(true) }),
        names: g.countOf((t) => t.name, { distinct: true }),
        total: g.sum((t) => t.price, { default: '0.50' }),
        mean: g.avg((t) => t.milliseconds.dividedBy(1000), { filter: (t) => t.rating.gt(1) }),
        spread: g.stddev((t) => t.rating, { sample: true }),
        variance: g.variance((t) => t.rating),
        first: g.min((t) => t.added),
      }),
    ),
    filter((g) => and(g.n.gt(1), g.total.lt(100))),
    orderBy((g) => [g.n.desc()]),
  ),
  pipe(
    m.track,
    groupBy(
      () => ({}),
      (g) => ({ longest: g.max((t) => t.milliseconds) }),
    ),
  ),
  pipe(
    m.artist,
    annotate((a) => ({
      n: a.albums.count({ filter: (al) => al.tracks.some((t) => t.live.eq(true)) }),
      latest: a.albums.max((al) => al.released),
      sum: a.albums.sum((al) => al.tracks.count()),
    })),
    filter((a) => a.n.gt(1)),
    values((a) => ({ x: a.n.plus(1) })),
  ),
  pipe(
    m.track,
    values((t) => ({
      a: t.name.upper().left(3).lpad(10, '.'),
      b: t.name.replace('a', t.status).substr(2, 3),
      c: concat(t.name, ' ', value('x')),
      d: coalesce(t.rating, 0),
      e: greatest(t.milliseconds, 3, t.rating),
      f: least(t.price, '0.5'),
      g: nullIf(t.name, 'x'),
      h: cast(t.milliseconds, 'text'),
      i: test(t.name.eq('x')),
      j: caseWhen(
        [
          [t.milliseconds.gt(10), value('long')],
          [holds(t.live), t.name],
        ],
        value('short'),
      ),
      k: caseWhen([[t.live.eq(true), t.id]]),
      l: t.milliseconds.plus(1).minus(2).times(t.price).dividedBy('0.3').mod(7),
      m: t.rating.abs().ceil().floor().round(1).sign().negated().sqrt().power(2).exp().ln(),
      n: t.added.trunc('month').date().isoWeekDay(),
      o: t.added.time().trunc('minute').hour(),
      p: func('sin', 'float', t.rating),
      q: func('chr', 'text', 65),
      r: value(true),
      s: value(1.5),
      t: value('2021-06-15', 'date').isoYear(),
      u: t.added.date().weekDay(),
      v: value('x').length(),
      w: t.name.strindex("'"),
    })),
  ),
  // Constants of another kind than the value beside them
  pipe(
    m.track,
    filter((t) =>
      and(
        t.milliseconds.gt(value(1)),
        t.milliseconds.gt(value('0.5', 'decimal')),
        t.rating.lt(value(1, 'int')),
        t.price.eq(value(1.5)),
        t.milliseconds.plus(value(1)).gt(1.5),
        t.milliseconds.plus(1.5).gt(1.5),
        t.rating.plus(value('1.5', 'decimal')).lt(2),
        t.price.plus(2).gt(1),
        coalesce(t.rating, value(1, 'int')).eq(1),
        value(1).plus(t.rating).eq(2),
        func('log', 'float', 2, t.rating).gt(value('1', 'decimal')),
      ),
    ),
  ),
  pipe(
    m.artist,
    values((a) => ({
      tags: a.tags,
      most: a.albums.max((al) => al.artist.tags),
      n: value('1.50', 'decimal'),
    })),
    filter((r) => and(r.tags.eq(['x']), r.n.gt('1'))),
  ),
  pipe(
    m.track,
    filter((t) => and(holds(t.live), t.added.lt(now()), t.name.repeat(2).reverse().ord().gt(3))),
  ),
  pipe(
    m.album,
    dates((a) => a.released, 'month', 'desc'),
  ),
  pipe(
    m.track,
    datetimes((t) => t.added, 'hour'),
  ),
  pipe(
    m.track,
    dates((t) => t.added, 'week'),
  ),
  pipe(
    m.artist,
    prefetchRelated(
      (a) => a.albums,
      flow(
        filter((al) => al.title.contains('x')),
        orderBy((al) => [al.released.desc()]),
        slice(0, 3),
      ),
    ),
    prefetchRelated((a) => a.albums, slice(1, 2)),
  ),
  pipe(
    m.playlist,
    prefetchRelated(
      (p) => p.tracks,
      (tracks) =>
        pipe(
          tracks,
          selectRelated((t) => t.album),
          prefetchRelated(
            (t) => t.playlists,
            filter((p) => p.name.eq('x')),
          ),
        ),
    ),
  ),
  pipe(
    m.artist,
    union(
      pipe(
        m.artist,
        filter((a) => a.id.lt(2)),
        slice(0, 1),
      ),
    ),
    intersection(m.artist),
    difference(
      pipe(
        m.artist,
        filter((a) => a.id.eq(3)),
      ),
    ),
    xor(pipe(m.artist, slice(2))),
  ),
  pipe(
    m.artist,
    values((a) => ({ name: a.name })),
    union(
      pipe(
        m.artist,
        values((a) => ({ name: a.name.upper() })),
      ),
    ),
    distinct,
    orderBy((r) => [r.name.asc()]),
  ),
  pipe(m.artist, none),
  pipe(
    m.odd,
    filter((o) =>
      and(
        o.items.gt(1),
        o.keys.eq('k'),
        o.length.lt(9),
        o.desc.eq('d'),
        o.toString.eq('s'),
        o.asc.desc.eq('d'),
      ),
    ),
    orderBy((o) => [o.desc.desc(), o.length.asc()]),
    values((o) => ({ length: o.length, items: o.items, n: o.some.count() })),
    filter((r) => r.length.gt(1)),
  ),
  pipe(
    m.employee,
    filter((e) =>
      and(
        e.boss.boss.name.eq('x'),
        e.reports.some((r) => r.reports.some((s) => s.name.eq(r.name))),
      ),
    ),
    annotate((e) => ({ motto: e.profile.motto })),
  ),
]

const imports = `and, annotate, caseWhen, cast, coalesce, concat, difference, distinct, distinctOn, exists, filter, func, greatest, groupBy, holds, intersection, least, not, now, nullIf, only, or, orderBy, prefetchRelated, reverse, selectRelated, slice, subquery, test, union, value, values, valuesList, xor`

describe('print', () => {
  const root = fileURLToPath(new URL('../..', import.meta.url))
  const folder = join(root, '.bench', `print-${String(process.pid)}`)

  before(() => {
    mkdirSync(folder, { recursive: true })
    writeFileSync(
      join(folder, 'printed.ts'),
      [
        "import { function as fn } from 'fp-ts'",
        `import { ${imports} } from 'queryset-ts'`,
        "import { m } from '../../unit-tests/queryset/models.js'",
        'const { pipe, flow } = fn',
        `export const printed = [\n${long.map((queryset) => `${print(queryset, 'm.')},\n`).join('')}]`,
        '',
      ].join('\n'),
    )
    writeFileSync(
      join(folder, 'tsconfig.json'),
      JSON.stringify({
        extends: '../../tsconfig.json',
        compilerOptions: { noUnusedLocals: false, noUnusedParameters: false },
        include: ['printed.ts'],
      }),
    )
  })

  after(() => {
    rmSync(folder, { recursive: true })
  })

  short.forEach(([queryset, code]) => {
    it(`writes ${code}`, () => {
      expect(print(queryset)).to.equal(code)
    })
  })

  it('puts a prefix before models, those of subqueries too', () => {
    expect(
      print(
        pipe(
          m.album,
          filter(() => exists(m.artist)),
        ),
        'music.',
      ),
    ).to.equal('pipe(music.album, filter(() => exists(music.artist)))')
  })

  it('breaks what is longer than a line', () => {
    const code = print(
      pipe(
        m.track,
        filter((t) => t.name.eq('a'.repeat(60))),
        filter((t) => t.name.eq('b'.repeat(60))),
      ),
    )
    expect(code.split('\n')).to.have.lengthOf(5)
    expect(code).to.match(/^pipe\(\n {2}track,\n/u)
  })

  it('is code that gives the same queryset', async () => {
    const url = pathToFileURL(join(folder, 'printed.ts')).href
    const { printed } = (await import(url)) as { readonly printed: ReadonlyArray<AnyQueryset> }
    expect(printed).to.have.lengthOf(long.length)
    printed.forEach((queryset, i) => {
      expect(fold(long[i]!)._tag, print(long[i]!)).to.equal('Right')
      expect(fold(queryset), print(long[i]!)).to.deep.equal(fold(long[i]!))
    })
  })

  it('is code that compiles', function () {
    this.timeout(60_000)
    const compiler = join(root, 'node_modules/@typescript/native/bin/tsc')
    const complaints = (() => {
      try {
        return execFileSync(process.execPath, [compiler, '-p', folder], { encoding: 'utf8' })
      } catch (error) {
        return (error as { readonly stdout: string }).stdout
      }
    })()
    expect(complaints.split('\n').filter((line) => line.includes('printed.ts'))).to.deep.equal([])
  })
})
