/**
 * A SQL client reads its rows by the shape that is wanted. They are the rows, or the error, that a client gives whose
 * answers are decoded and checked by the library as those of any other client. Seen to fail with each of these faults
 * planted: a missing value let into a column that has none, a `uuid` taken as it comes, JSON taken as it comes, a
 * list's first row left out, and more rows let in than were asked for.
 */
import { expect } from 'chai'
import { either as E, function as fn, taskEither as TE } from 'fp-ts'
import fc from 'fast-check'
import * as t from 'io-ts'
import {
  autoId,
  belongsTo,
  field,
  orderBy,
  prefetchRelated,
  schema,
  selectRelated,
  slice,
  toArray,
  values,
  type Client,
  type QueryError,
} from '../../../src/index.js'
import { sqlClient, type DialectName, type Driver } from '../../../src/sql.js'
import { parameters, titled } from '../../support/runs.js'

const { pipe } = fn

/** Stored in small letters, and read in capitals. It reads what `text` doesn't: numbers. */
const loud = new t.Type<string, string>(
  'loud',
  t.string.is,
  (u, context) =>
    typeof u === 'string' || typeof u === 'number'
      ? t.success(String(u).toUpperCase())
      : t.failure(u, context),
  (text) => text.toLowerCase(),
)

/** Read from a record with a number, or from the number. */
const counted = new t.Type<number, { readonly n: number }>(
  'counted',
  t.number.is,
  (u, context) => {
    const n: unknown = typeof u === 'object' && u !== null && 'n' in u ? u.n : u
    return typeof n === 'number' ? t.success(n) : t.failure(u, context)
  },
  (n) => ({ n }),
)

const models = schema({
  label: { id: autoId, name: field.text(), founded: field.nullable(field.date()) },
  album: {
    id: autoId,
    label: field.nullable(belongsTo('label', { relatedName: 'albums' })),
    title: field.nullable(field.text()),
    tracks: field.int(),
    price: field.nullable(field.decimal({ maxDigits: 6, decimalPlaces: 2 })),
    rating: field.float(),
    live: field.nullable(field.boolean()),
    out: field.nullable(field.datetime()),
    at: field.nullable(field.time()),
    length: field.nullable(field.duration()),
    code: field.nullable(field.uuid()),
    notes: field.nullable(field.json()),
    genre: field.nullable(field.of('text', loud)),
    more: field.nullable(field.of('json', counted)),
  },
})

/** What each column of an album may come as. The first few fit. */
const given: ReadonlyArray<ReadonlyArray<unknown>> = [
  ['1', 2, 3n, '0004', '9007199254740993', null, 'x'],
  ['1', 2, null],
  ['a', '', null, new Uint8Array([0xc3, 0xa9]), 5],
  ['10', '-0', '-7', 3n, '1.00', new Uint8Array([0x31]), 1.5, '', ' 1', null, '1234567890123456', -0],
  ['1.50', '1.5', 2, 3n, null, 'NaN'],
  ['1.5', 2, 3n, '-0', 'NaN', null, -0],
  ['t', 0, 1n, null, 2, true],
  [
    '2024-01-02 03:04:05',
    '2024-01-02T03:04:05.5Z',
    '2024-01-02 03:04:05+02',
    null,
    new Date(0),
    '2024-13-01',
  ],
  ['03:04:05', '03:04', null, '25:00:00'],
  ['1 day', '01:02:03', 5n, null, 'P1'],
  ['6F9619FF-8B86-D011-B42D-00C04FC964FF', '6f9619ff-8b86-d011-b42d-00c04fc964ff', null, 'none'],
  ['{"a":[1,-0]}', 'null', '[1', null, { a: 1 }, '1e999'],
  ['rock', 'ROCK', null, 7],
  ['{"n":1,"m":2}', null, '7', '"x"'],
]

const cell = (i: number) =>
  fc.nat(39).chain((n) => {
    const all = given[i] ?? [null]
    // Most fit, so that most rows do.
    return n < 39 ? fc.constantFrom(...all.slice(0, 2)) : fc.constantFrom(...all)
  })

const album = fc.tuple(...given.map((_, i) => cell(i)))

const label = fc.tuple(
  fc.constantFrom<unknown>('1', 2n, 3, '4', null),
  fc.constantFrom<unknown>('a', 'b', 'c', 'd', null),
  fc.constantFrom<unknown>('2024-01-02', new Date(0), null, 'never'),
)

/** A row's values as one of a JSON list, as PostgreSQL has them. */
const asMember = (row: ReadonlyArray<unknown>): ReadonlyArray<string | null> =>
  row.map((each) =>
    typeof each === 'string' || typeof each === 'number' || typeof each === 'bigint' ? String(each) : null,
  )

const answering = (dialect: DialectName, rows: ReadonlyArray<ReadonlyArray<unknown>>): Driver => {
  const driver: Driver = {
    dialect,
    query: () => TE.right({ rows, affected: 0 }),
    transaction: (_, program) => program(driver),
    close: TE.right(undefined),
  }
  return driver
}

type Ask = (client: Client) => TE.TaskEither<QueryError, unknown>

/** What is asked, and the rows that a database answers it with. */
const asked: fc.Arbitrary<{ readonly ask: Ask; readonly rows: ReadonlyArray<ReadonlyArray<unknown>> }> =
  fc.oneof(
    fc.record({
      ask: fc.constantFrom<Ask>(
        (client) => toArray(client)(models.album),
        (client) => pipe(models.album, slice(0, 2), toArray(client)),
        (client) =>
          pipe(
            models.album,
            orderBy((a) => [a.title.desc()]),
            toArray(client),
          ),
      ),
      rows: fc.array(album, { maxLength: 3 }),
    }),
    fc.record({
      ask: fc.constant<Ask>((client) =>
        pipe(
          models.album,
          values((a) => ({ twice: a.tracks.plus(a.tracks), title: a.title })),
          toArray(client),
        ),
      ),
      rows: fc.array(fc.tuple(cell(3), cell(2)), { maxLength: 3 }),
    }),
    fc.record({
      ask: fc.constant<Ask>((client) =>
        pipe(
          models.album,
          selectRelated((a) => a.label),
          toArray(client),
        ),
      ),
      // The key of the relation comes as a column of its own, before the label's.
      rows: fc.array(
        fc
          .tuple(album, label)
          .map(([[id, _, ...others], [key, ...rest]]) => [id, ...others, key, key, ...rest]),
        { maxLength: 3 },
      ),
    }),
    fc.record({
      ask: fc.constant<Ask>((client) =>
        pipe(
          models.label,
          prefetchRelated((l) => l.albums),
          toArray(client),
        ),
      ),
      rows: fc.array(
        fc
          .tuple(label, fc.array(album, { maxLength: 2 }), fc.nat(9))
          .map(([own, albums, odd]) => [...own, odd === 0 ? '{}' : JSON.stringify(albums.map(asMember))]),
        { maxLength: 2 },
      ),
    }),
  )

describe('rows that a SQL client reads by their shape', () => {
  it(titled('are those that the library reads', 4), async () => {
    const counts = { all: 0, right: 0, rows: 0 }
    await fc.assert(
      fc.asyncProperty(
        asked,
        fc.constantFrom<DialectName>('postgres', 'sqlite', 'mariadb'),
        async ({ ask, rows }, dialect) => {
          const client = sqlClient(models, answering(dialect, rows))
          const read = await ask(client)()
          // Its own `list` is replaced, and its rows are read as those of any client.
          const { list } = client
          const decoded = await ask({ ...client, list: (query, meter, needs) => list(query, meter, needs) })()
          expect(read).to.deep.equal(decoded)
          counts.all += 1
          if (E.isRight(read)) counts.right += 1
          counts.rows += E.isRight(read) ? rows.length : 0
        },
      ),
      parameters(4),
    )
    expect(counts.right).to.be.greaterThan(counts.all / 4)
    expect(counts.right).to.be.lessThan(counts.all)
    expect(counts.rows).to.be.greaterThan(counts.all / 10)
  })
})
