/**
 * What hostile requests take, of time and memory, on a server with its defaults: `npm run bench:hostile`, or
 * `npm run bench:hostile -- NAME …` for some of them. It fails where one takes more than a second or 256 MB.
 *
 * To add one, add it to `hostile` below: what it is, how many rows the server has, and the body of the request.
 */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { either as E } from 'fp-ts'
import { autoId, belongsTo, field, manyToMany, schema } from '../../src/index.js'
import { httpHandler } from '../../src/http.js'
import { memory } from '../../src/memory.js'

const models = schema({
  album: { id: autoId, title: field.text() },
  track: {
    id: autoId,
    name: field.text(),
    price: field.decimal(),
    made: field.datetime(),
    notes: field.json(),
    album: belongsTo('album', { relatedName: 'tracks' }),
  },
  playlist: { id: autoId, name: field.text(), tracks: manyToMany('track', { relatedName: 'playlists' }) },
})

/** So many rows of each model. Up to 50, every track is on every playlist. */
const server = (rows: number) => {
  const ids = Array.from({ length: rows }, (_, i) => i + 1)
  const lists = rows <= 50 ? ids : []
  const loaded = memory(models, {
    album: ids.map((id) => ({ id, title: `album ${String(id)}` })),
    track: ids.map((id) => ({
      id,
      name: `track ${String(id)}`,
      price: '1.99',
      made: '2024-02-29T12:34:56.789Z',
      notes: { id, tags: ['a', 'b'] },
      album: 1 + (id % Math.min(rows, 10)),
    })),
    playlist: ids.map((id) => ({ id, name: `list ${String(id)}` })),
    playlist_tracks: lists.flatMap((playlist, i) =>
      lists.map((track, j) => ({ id: 1 + i * lists.length + j, playlist, track })),
    ),
  })
  return httpHandler(loaded)
}

type Json = null | boolean | number | string | ReadonlyArray<Json> | { readonly [name: string]: Json }

const times = <A>(n: number, make: (i: number) => A): ReadonlyArray<A> =>
  Array.from({ length: n }, (_, i) => make(i))
/** Something wrapped so many times. */
const nested = (n: number, wrap: (inside: Json, i: number) => Json, inside: Json): Json =>
  times(n, (i) => i).reduce<Json>((so, i) => wrap(so, i), inside)

const col = (...path: ReadonlyArray<string>): Json => ({ _tag: 'column', path, level: 0 })
const text = (value: string): Json => ({ _tag: 'const', kind: 'text', value })
const int = (value: number): Json => ({ _tag: 'const', kind: 'int', value })
const call = (name: string, ...args: ReadonlyArray<Json>): Json => ({ _tag: 'call', name, args })
const lookup = (name: string, left: Json, ...right: ReadonlyArray<Json>): Json => ({
  _tag: 'lookup',
  name,
  left,
  right,
})
const some = (relation: ReadonlyArray<string>, predicate: Json): Json => ({
  _tag: 'some',
  level: 0,
  relation,
  predicate,
})
const or = (...any: ReadonlyArray<Json>): Json => ({ _tag: 'or', any })
const asc = (expression: Json): Json => ({ expression, direction: 'asc', nulls: 'last' })
const aggregate = (name: string, relation: ReadonlyArray<string>, arg: Json, more: object = {}): Json => ({
  _tag: 'aggregate',
  name,
  over: 'row',
  level: 0,
  relation,
  arg,
  distinct: false,
  filter: null,
  default: null,
  sample: false,
  ...more,
})
const query = (model: string, parts: { readonly [name: string]: Json } = {}): Json => ({
  from: { _tag: 'model', model },
  annotations: [],
  where: null,
  order: [],
  reverse: false,
  distinctOn: null,
  columns: null,
  group: null,
  distinct: false,
  slice: null,
  fields: null,
  related: [],
  ...parts,
})
const page: Json = { offset: 0, limit: 100 }
const listed = (asked: Json): string => JSON.stringify({ operation: 'list', query: asked })
const list = (model: string, parts: { readonly [name: string]: Json }) => () =>
  listed(query(model, { slice: page, ...parts }))
/** Columns each made of the one before, and only the last one's length asked for. */
const chained = (n: number, first: Json, next: (before: Json) => Json) =>
  list('track', {
    annotations: times(n, (i) => ({
      name: `c${String(i)}`,
      expression: i === 0 ? first : next(col(`c${String(i - 1)}`)),
    })),
  })
const made = (...expressions: ReadonlyArray<Json>) =>
  list('track', { annotations: expressions.map((expression, i) => ({ name: `c${String(i)}`, expression })) })
const where = (model: string, predicate: Json) => list(model, { where: predicate })
const name = col('name')
const long = call('repeat', text('ab'), int(400_000))
const never = lookup('lt', col('id'), int(0))
const alternately = (n: number, first: string, second: string): ReadonlyArray<string> =>
  times(n, (i) => (i % 2 === 0 ? first : second))
const nines = '9'.repeat(1000)
const decimal = (value: string): Json => ({ _tag: 'const', kind: 'decimal', value })
const writeTo = (model: string, rows: ReadonlyArray<Json>): string =>
  JSON.stringify({ operation: 'write', write: { _tag: 'create', model, rows } })
const write = (rows: ReadonlyArray<Json>): string => writeTo('album', rows)

const mutations = (...all: ReadonlyArray<Json>): string =>
  JSON.stringify({ operation: 'mutate', mutations: all })
const update = (asked: Json, set: Json): Json => ({
  _tag: 'update',
  query: asked,
  set: [{ name: 'name', expression: set }],
  expect: null,
})

interface Hostile {
  readonly what: string
  readonly rows: number
  readonly body: () => string
}

const hostile: ReadonlyArray<Hostile> = [
  // Text that grows.
  {
    what: '22 columns, each `concat` of the one before with itself',
    rows: 100,
    body: chained(23, name, (c) => call('concat', c, c)),
  },
  { what: '`repeat(name, 900000)`', rows: 100, body: made(call('repeat', name, int(900_000))) },
  {
    what: '`lpad` and `rpad` to 9,000,000',
    rows: 100,
    body: made(call('lpad', name, int(9_000_000)), call('rpad', name, int(9_000_000), text('é😀'))),
  },
  {
    what: '`replace` that makes each character a thousand, 3 times',
    rows: 100,
    body: chained(4, text('a'), (c) => call('replace', c, text('a'), text('a'.repeat(1000)))),
  },
  {
    what: '200 columns of 800,000 characters, in a filter',
    rows: 100,
    body: where('track', or(...times(200, () => lookup('exact', long, call('concat', long, name))))),
  },
  {
    what: '`cast` of 800,000 characters to JSON, and back',
    rows: 100,
    body: made({
      _tag: 'cast',
      to: 'text',
      arg: {
        _tag: 'cast',
        to: 'json',
        arg: call('concat', text('['), call('repeat', text('[],'), int(400_000)), text('0]')),
      },
    }),
  },
  // Text that is gone through.
  {
    what: '`contains` with a part that repeats itself',
    rows: 100,
    body: where(
      'track',
      lookup('contains', long, call('concat', text('b'), call('repeat', text('ab'), int(20_000)))),
    ),
  },
  {
    what: "500 × `icontains` in text that isn't ASCII",
    rows: 100,
    body: where(
      'track',
      or(
        ...times(500, (i) =>
          lookup('icontains', call('repeat', text('é'), int(100_000)), text(`x${String(i)}`)),
        ),
      ),
    ),
  },
  {
    what: '`reverse`, `upper`, `length` and `strindex` of 800,000 emoji',
    rows: 100,
    body: where(
      'track',
      or(
        ...['reverse', 'upper', 'lower'].map((each) =>
          lookup('exact', call(each, call('repeat', text('😀'), int(400_000))), text('')),
        ),
        lookup('lt', call('length', call('repeat', text('😀'), int(400_000))), int(0)),
      ),
    ),
  },
  {
    what: 'sorted by 200,000 characters that are all alike',
    rows: 1000,
    body: list('track', { order: [asc(call('concat', call('repeat', text('a'), int(20_000)), name))] }),
  },
  {
    what: 'grouped by 20 long columns',
    rows: 1000,
    body: list('track', {
      group: {
        keys: times(20, (i) => ({ name: `k${String(i)}`, expression: call('repeat', name, int(1000 + i)) })),
        aggregates: [],
      },
    }),
  },
  {
    what: 'distinct over 20 long columns',
    rows: 1000,
    body: list('track', {
      columns: times(20, (i) => ({ name: `k${String(i)}`, expression: call('repeat', name, int(1000 + i)) })),
      distinct: true,
    }),
  },
  // Numbers.
  { what: '15 squarings of a decimal', rows: 100, body: chained(16, col('price'), (c) => call('mul', c, c)) },
  {
    what: '500 quotients and roots of 1,000 digits',
    rows: 100,
    body: where(
      'track',
      or(
        ...times(500, () =>
          lookup('lt', call('sqrt', call('div', decimal(nines), decimal('7'))), decimal('0')),
        ),
      ),
    ),
  },
  {
    what: '500 columns of variances of 1,000 digits',
    rows: 50,
    body: list('playlist', {
      annotations: times(500, (i) => ({
        name: `v${String(i)}`,
        expression: aggregate('variance', ['tracks'], call('add', decimal(nines.slice(1)), col('price'))),
      })),
    }),
  },
  {
    what: '60 nested `exp`, `ln` and `sin`',
    rows: 10_000,
    body: where(
      'track',
      lookup(
        'lt',
        nested(60, (x, i) => call(['exp', 'ln', 'sin'][i % 3] ?? 'ln', x), {
          _tag: 'cast',
          to: 'float',
          arg: col('price'),
        }),
        { _tag: 'const', kind: 'float', value: -1e300 },
      ),
    ),
  },
  {
    what: '1,200 date functions',
    rows: 10_000,
    body: where(
      'track',
      or(
        ...times(600, (i) =>
          lookup(
            'lt',
            call(['week', 'iso_year', 'quarter'][i % 3] ?? 'year', call('trunc_week', col('made'))),
            int(0),
          ),
        ),
      ),
    ),
  },
  // Relations.
  {
    what: 'nested `some`, 7 deep',
    rows: 8,
    body: where(
      'playlist',
      nested(7, (inside, i) => some([i % 2 === 0 ? 'tracks' : 'playlists'], inside), never),
    ),
  },
  {
    what: 'nested `some`, 60 deep',
    rows: 30,
    body: where(
      'playlist',
      nested(60, (inside, i) => some([i % 2 === 0 ? 'playlists' : 'tracks'], inside), never),
    ),
  },
  {
    what: '`some` along a path of 16 names',
    rows: 30,
    body: where('playlist', some(alternately(16, 'tracks', 'playlists'), never)),
  },
  {
    what: 'an aggregate along a path of 16 names',
    rows: 30,
    body: list('playlist', {
      annotations: [
        { name: 'n', expression: aggregate('count', alternately(16, 'tracks', 'playlists'), null) },
      ],
    }),
  },
  {
    what: 'related rows 4 deep',
    rows: 30,
    body: list('playlist', {
      related: [
        nested(
          4,
          (inside, i) => ({
            relation: i % 2 === 1 ? 'tracks' : 'playlists',
            many: true,
            query: query(i % 2 === 1 ? 'track' : 'playlist', { related: inside === null ? [] : [inside] }),
          }),
          null,
        ),
      ],
    }),
  },
  {
    what: 'related rows 40 deep',
    rows: 30,
    body: list('playlist', {
      related: [
        nested(
          40,
          (inside, i) => ({
            relation: i % 2 === 1 ? 'tracks' : 'playlists',
            many: true,
            query: query(i % 2 === 1 ? 'track' : 'playlist', { related: inside === null ? [] : [inside] }),
          }),
          null,
        ),
      ],
    }),
  },
  {
    what: 'related rows 2 deep, each with 100,000 characters',
    rows: 30,
    body: list('playlist', {
      related: [
        nested(
          2,
          (inside, i) => ({
            relation: i % 2 === 1 ? 'tracks' : 'playlists',
            many: true,
            query: query(i % 2 === 1 ? 'track' : 'playlist', {
              annotations: [{ name: 'x', expression: call('repeat', name, int(10_000)) }],
              related: inside === null ? [] : [inside],
            }),
          }),
          null,
        ),
      ],
    }),
  },
  {
    what: 'a path of 5,000 to-one names',
    rows: 100,
    body: where('track', lookup('exact', col(...times(5000, () => 'album'), 'title'), text('x'))),
  },
  // Queries within queries.
  {
    what: 'correlated subqueries, 4 deep',
    rows: 100,
    body: where(
      'track',
      nested(
        4,
        (inside) => ({
          _tag: 'exists',
          query: query('track', {
            where: {
              _tag: 'and',
              all: [lookup('gt', col('id'), { _tag: 'column', path: ['id'], level: 1 }), inside],
            },
          }),
        }),
        never,
      ),
    ),
  },
  {
    what: 'a correlated subquery that sorts',
    rows: 10_000,
    body: where(
      'track',
      lookup('exact', name, {
        _tag: 'subquery',
        query: query('track', {
          columns: [{ name: 'name', expression: name }],
          where: lookup('lt', col('id'), { _tag: 'column', path: ['id'], level: 1 }),
          order: [asc(name)],
        }),
      }),
    ),
  },
  {
    what: 'a union of 500 queries',
    rows: 10_000,
    body: () =>
      listed(
        query('track', {
          from: {
            _tag: 'combine',
            operation: 'union',
            model: 'track',
            left: query('track'),
            right: times(500, () => query('track')),
          },
          slice: page,
        }),
      ),
  },
  {
    what: 'differences nested 60 deep',
    rows: 10_000,
    body: () =>
      listed({
        ...(nested(
          60,
          (inside) =>
            query('track', {
              from: {
                _tag: 'combine',
                operation: 'difference',
                model: 'track',
                left: query('track'),
                right: [inside],
              },
            }),
          query('track'),
        ) as object),
        slice: page,
      }),
  },
  {
    what: 'passes nested 60 deep',
    rows: 10_000,
    body: () =>
      listed({
        ...(nested(
          60,
          (inside) =>
            query('track', { from: { _tag: 'query', query: inside }, order: [asc(name)], distinct: true }),
          query('track'),
        ) as object),
        slice: page,
      }),
  },
  // Size.
  {
    what: '`in` with 2,000 members, not constant',
    rows: 10_000,
    body: where('track', lookup('in', name, ...times(2000, (i) => call('lower', text(`x${String(i)}`))))),
  },
  {
    what: '`in` with 4,000 members',
    rows: 10_000,
    body: where('track', lookup('in', col('id'), ...times(4000, (i) => int(-i)))),
  },
  {
    what: '700 conditions on JSON',
    rows: 1000,
    body: where(
      'track',
      or(...times(700, (i) => lookup('exact', col('notes'), { _tag: 'const', kind: 'json', value: [i] }))),
    ),
  },
  {
    what: 'a predicate 190 deep',
    rows: 10_000,
    body: where(
      'track',
      nested(180, (inside) => ({ _tag: 'not', predicate: inside }), never),
    ),
  },
  {
    what: '2,500 columns',
    rows: 10_000,
    body: list('track', { annotations: times(2500, (i) => ({ name: `c${String(i)}`, expression: int(i) })) }),
  },
  {
    what: 'all rows, sorted by 1,000 keys',
    rows: 10_000,
    body: list('track', { order: times(1000, () => asc({ _tag: 'cast', to: 'int', arg: text('1') })) }),
  },
  // Writes.
  {
    what: 'an update of all rows to 900,000 characters each',
    rows: 100,
    body: () => mutations(update(query('track'), call('repeat', name, int(900_000)))),
  },
  {
    what: '500 updates of a row each',
    rows: 10_000,
    body: () =>
      mutations(
        ...times(500, (i) =>
          update(query('track', { where: lookup('exact', col('id'), int(i)) }), text('x')),
        ),
      ),
  },
  {
    what: '700 deletes that each look at all rows',
    rows: 10_000,
    body: () =>
      mutations(
        ...times(700, () => ({
          _tag: 'delete',
          query: query('playlist', { where: lookup('icontains', name, text('x')) }),
          expect: null,
        })),
      ),
  },
  // Bodies.
  {
    what: '8 MB of objects with keys of their own',
    rows: 10,
    body: () => `[${times(500_000, (i) => `{"k${String(i)}":0}`).join(',')}]`,
  },
  {
    what: '2 MB of objects in one another',
    rows: 10,
    body: () =>
      write(
        times(160, () => ({ title: nested(1400, (inside, i) => ({ [`k${String(i)}`]: inside }), null) })),
      ),
  },
  {
    what: '9,999 rows with 30 unknown columns each',
    rows: 10,
    body: () =>
      write(times(9_999, (n) => Object.fromEntries(times(30, (i) => [`c${String(n)}_${String(i)}`, i])))),
  },
  {
    what: '6 MB of digits as a key to delete',
    rows: 10,
    body: () =>
      `{"operation":"write","write":{"_tag":"delete","model":"album","keys":[${'9'.repeat(6_000_000)}]}}`,
  },
  {
    what: '9,999 titles of 700 escapes',
    rows: 10,
    body: () => write(times(9_999, (i) => ({ id: 100 + i, title: '\u0000'.repeat(120) }))),
  },
  { what: '8 MB of `[`', rows: 10, body: () => '['.repeat(8_000_000) },
  {
    what: '8 MB of nested objects',
    rows: 10,
    body: () => `{"query":${'{"a":'.repeat(1_000_000)}1${'}'.repeat(1_000_000)}}`,
  },
  {
    what: '8 MB of empty lists',
    rows: 10,
    body: () => `{"operation":"list","query":[${'[],'.repeat(2_600_000)}0]}`,
  },
  { what: '9,999 rows that lack everything', rows: 10, body: () => write(times(9_999, () => ({}))) },
  {
    what: 'a constant of 7 MB, searched for',
    rows: 100,
    body: where('track', lookup('icontains', name, text('é'.repeat(3_500_000)))),
  },
  {
    what: 'a decimal of 7,000,000 digits and an `x`',
    rows: 10,
    body: where('track', lookup('exact', col('price'), decimal(`${'1'.repeat(7_000_000)}x`))),
  },
  {
    what: '3,900 decimals of 2,000 digits and an `x` each',
    rows: 10,
    body: () =>
      writeTo(
        'track',
        times(3900, () => ({ price: `${'1'.repeat(2000)}x` })),
      ),
  },
  {
    what: 'a row with 500,000 unknown columns',
    rows: 10,
    body: () => write([Object.fromEntries(times(500_000, (i) => [`c${String(i)}`, 1]))]),
  },
  {
    what: '9,999 keys that are not ints',
    rows: 10,
    body: () =>
      JSON.stringify({
        operation: 'write',
        write: { _tag: 'delete', model: 'album', keys: times(9_999, () => 'x'.repeat(500)) },
      }),
  },
  {
    what: 'an int, a date, a datetime and a UUID of 1,500,000 characters each',
    rows: 10,
    body: where(
      'track',
      or(
        ...(['int', 'date', 'datetime', 'uuid', 'time'] as const).map((kind) =>
          lookup('exact', name, {
            _tag: 'cast',
            to: 'text',
            arg: { _tag: 'cast', to: kind, arg: text('1'.repeat(1_500_000)) },
          }),
        ),
      ),
    ),
  },
  {
    what: 'a regular expression that backtracks for ever',
    rows: 10,
    body: where('track', lookup('regex', text('a'.repeat(60)), text('(a+)+$'))),
  },
  {
    what: 'a name of 7 MB',
    rows: 10,
    body: where('track', lookup('exact', col('x'.repeat(7_000_000)), text(''))),
  },
]

/** The request alone in a process: how long, of the processor's time, how much memory more than before, and what was said. */
const measured = async ({ rows, body }: Hostile) => {
  const handler = server(rows)
  const ask = async (sent: string) => {
    const response = await handler(
      new Request('http://localhost/', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: sent,
      }),
    )
    return { status: response.status, text: await response.text() }
  }
  await ask(listed(query('album', { slice: page })))
  const sent = body()
  const before = process.memoryUsage.rss()
  const start = process.cpuUsage()
  const { status, text: told } = await ask(sent)
  const { user, system } = process.cpuUsage(start)
  const ms = (user + system) / 1000
  const most = process.resourceUsage().maxRSS * 1024
  const first = E.tryCatch(
    () => JSON.parse(told.slice(0, 10_000)) as { error?: { _tag: string; what?: string } },
    () => null,
  )
  const error = E.isRight(first) ? first.right.error : undefined
  const broke = /"error":\{"_tag":"(\w+)"/u.exec(told.slice(-2000))?.[1]
  return {
    ms: Math.round(ms),
    mb: Math.max(0, Math.round((most - before) / 1024 / 1024)),
    sent: sent.length,
    said:
      error !== undefined
        ? `${error._tag}${error.what === undefined ? '' : `: ${error.what}`}`
        : (broke ?? (status === 200 ? 'rows' : String(status))),
  }
}

const self = fileURLToPath(import.meta.url)
const [one, ...others] = process.argv.slice(2)

const alone = one === '--alone' ? hostile[Number(others[0])] : undefined
if (alone !== undefined) console.log(JSON.stringify(await measured(alone)))
else {
  const chosen = hostile.filter(
    ({ what }) => one === undefined || [one, ...others].some((word) => what.includes(word)),
  )
  console.log('| request | rows there | sent | time | memory | answer |\n|---|---|---|---|---|---|')
  const bad = chosen.filter((each) => {
    const { stdout } = spawnSync(
      process.execPath,
      [...process.execArgv, self, '--alone', String(hostile.indexOf(each))],
      {
        encoding: 'utf8',
        timeout: 60_000,
        stdio: ['ignore', 'pipe', 'ignore'],
      },
    )
    const told = E.toUnion(
      E.tryCatch(
        () => JSON.parse(stdout) as Awaited<ReturnType<typeof measured>>,
        () => null,
      ),
    )
    const size = (n: number): string => (n < 10_000 ? `${String(n)} B` : `${String(Math.round(n / 1000))} kB`)
    console.log(
      told === null
        ? `| ${each.what} | ${String(each.rows)} | | **died, or took a minute** | | |`
        : `| ${each.what} | ${each.rows.toLocaleString('en')} | ${size(told.sent)} | ${String(told.ms)} ms | ${String(told.mb)} MB | ${told.said} |`,
    )
    return told === null || told.ms > 1000 || told.mb > 256
  })
  process.exitCode = bad.length > 0 ? 1 : 0
}
