/**
 * Every function by which a program can put a value or a name into a statement, with hostile ones. The tables are typed by
 * what the library exports: without an entry for a new export this file does not compile.
 */
import { either as E, option as O, taskEither as TE } from 'fp-ts'
import * as api from 'queryset-ts'
import {
  addRelated,
  aggregate,
  annotate,
  cast,
  clearRelated,
  coalesce,
  collect,
  concat,
  contains,
  count,
  create,
  createBulk,
  createRelated,
  dates,
  datetimes,
  decodeMutation,
  decodeQuery,
  defer,
  deleteRows,
  difference,
  distinct,
  distinctOn,
  dumpData,
  earliest,
  edit,
  encodeQuery,
  exclude,
  exists,
  explain,
  explainWrite,
  filter,
  first,
  fold,
  foldDelete,
  foldInsert,
  foldUpdate,
  func,
  get,
  getOrCreate,
  greatest,
  groupBy,
  inBulk,
  intersection,
  last,
  latest,
  least,
  list,
  loadData,
  lookup,
  lookups,
  mutate,
  not,
  nullIf,
  only,
  orderBy,
  pipe,
  plan,
  planWrite,
  prefetchRelated,
  removeRelated,
  reverse,
  run,
  schemaOf,
  scope,
  selectRelated,
  setRelated,
  slice,
  stream,
  toArray,
  transaction,
  union,
  update,
  updateBulk,
  updateOrCreate,
  value,
  values,
  valuesList,
  wireLimits,
  xor,
} from 'queryset-ts'
import type { SqlClient } from 'queryset-ts/sql'
import type { Expr } from '../../../src/expression/Ref.js'
import { toRef } from '../../../src/expression/toRef.js'
import { allOf } from '../../../src/query/Query.js'
import { canonical } from '../../../src/value/canonical.js'
import type { Json, Row } from '../../../src/value/Value.js'
import type { Given } from './given.js'
import { models } from './nodes.js'

const { note, author, tag } = models

export type Program = TE.TaskEither<unknown, unknown>

/**
 * What a program asks of a client. `writes` says that rows may change. `anyOrder`: a list in any order. A bare one asks
 * the client without a plan, so that it may be asked for what it doesn't support.
 */
export interface Use {
  readonly isBare: boolean
  readonly writes: boolean
  readonly anyOrder: boolean
  readonly program: (given: Given, client: SqlClient) => Program
}

const usual = { isBare: false, writes: false, anyOrder: false }
const read = (program: Use['program']): Use => ({ ...usual, program })
const bag = (program: Use['program']): Use => ({ ...usual, anyOrder: true, program })
const write = (program: Use['program']): Use => ({ ...usual, writes: true, program })
const scoped = (program: Use['program']): Use => ({ ...usual, isBare: true, writes: true, program })
const bare = (program: Use['program']): Use => ({ ...usual, isBare: true, anyOrder: true, program })

const term = ({ typed }: Given): Expr => toRef(typed.term, typed.kind)

type Refs = typeof note extends api.Queryset<infer R, unknown> ? R : never

/** A name from outside, now and then: most of them are refused. */
const oddly = ({ number, name }: Given, usual: string): string => (number === -1 ? name : usual)

const byId = orderBy((r: Refs) => [r.id.asc()])

/** The notes that meet the condition. */
const some = ({ cond }: Given) =>
  pipe(
    note,
    filter(() => cond),
  )

const sorted = (given: Given) => pipe(some(given), byId)

/** A note with hostile values in all columns. */
const row = ({ values: all, keys }: Given, id: number) => ({
  id,
  name: `${keys[0]}${String(id)}`,
  body: all.text,
  n: all.int,
  size: all.float,
  price: all.decimal,
  yes: all.boolean,
  day: all.date,
  at: all.time,
  when: all.datetime,
  took: all.duration,
  code: all.uuid,
  data: all.json,
  author: 1,
})

/** Rows whose types only hold most of the time. */
const rows = (given: Given, ...ids: ReadonlyArray<number>) => ids.map((id) => row(given, id)) as never

/** The column of a note that takes values of a kind. */
const columnFor = {
  text: 'body',
  int: 'n',
  float: 'size',
  decimal: 'price',
  boolean: 'yes',
  date: 'day',
  time: 'at',
  datetime: 'when',
  duration: 'took',
  uuid: 'code',
  json: 'data',
} as const

const changes = (given: Given) => (): never => ({ [columnFor[given.typed.kind]]: term(given) }) as never

const collected =
  <A>(items: AsyncIterable<E.Either<unknown, A>>): Program =>
  async () => {
    const all: Array<A> = []
    for await (const item of items) {
      if (E.isLeft(item)) return item
      all.push(item.right)
    }
    return E.right(all)
  }

/** JSON with a text or a name of it replaced. Which one is decided by the number of characters of another text. */
const spoilt = (json: unknown, by: string, at: number): unknown => {
  const count = { left: 0 }
  const walked = (u: unknown, change: boolean): unknown => {
    if (typeof u === 'string') return (count.left -= 1) === -1 && change ? by : u
    if (Array.isArray(u)) return u.map((each) => walked(each, change))
    if (typeof u !== 'object' || u === null) return u
    return Object.fromEntries(Object.entries(u).map(([key, each]) => [key, walked(each, change)]))
  }
  walked(json, false)
  count.left = at % Math.max(1, -count.left)
  return walked(json, true)
}

const keyed = (client: SqlClient, path: string, given: unknown): Program =>
  TE.flatMap(TE.fromEither(pipe(note, lookup(path, given))), (cond: api.Predicate) =>
    pipe(
      note,
      filter(() => cond),
      byId,
      toArray(client),
    ),
  )

const makes = 'makes no statement'
const says = 'says what a schema is: see the fuzz of schemas'
const hands = 'hands on what it is given'
const node = 'is an expression or a condition: see nodes.ts'

export const uses = {
  clientFailed: makes,
  conflict: makes,
  unsupported: makes,
  formatIn: makes,
  flow: makes,
  pipe: makes,
  autoId: says,
  field: says,
  choiceLabel: makes,
  hasFormat: makes,
  columnSchema: makes,
  jsonSchema: makes,
  modelSchema: makes,
  messageOf: makes,
  messages: makes,
  sentence: makes,
  textOf: makes,
  belongsTo: says,
  manyToMany: says,
  oneToOne: says,
  checkSchema: says,
  schema: says,
  schemaOf: says,
  caseWhen: node,
  cast: bag((g, client) =>
    pipe(
      note,
      valuesList(() => cast(term(g), 'text')),
      toArray(client),
    ),
  ),
  coalesce: read((g, client) =>
    pipe(
      note,
      byId,
      valuesList((r) => coalesce(r.body, g.text, value(g.keys[0], 'text'))),
      toArray(client),
    ),
  ),
  concat: read((g, client) =>
    pipe(
      note,
      byId,
      valuesList((r) => concat(g.keys[0], r.body, g.text)),
      toArray(client),
    ),
  ),
  func: read((g, client) =>
    pipe(
      note,
      byId,
      valuesList(() => func(oddly(g, 'replace'), 'text', 'b', 'b', g.text)),
      toArray(client),
    ),
  ),
  greatest: read((g, client) =>
    pipe(
      note,
      byId,
      valuesList((r) => greatest(r.name, g.text, g.keys[1])),
      toArray(client),
    ),
  ),
  holds: node,
  least: read((g, client) =>
    pipe(
      note,
      byId,
      valuesList((r) => least(r.body, g.text)),
      toArray(client),
    ),
  ),
  now: node,
  nullIf: read((g, client) =>
    pipe(
      note,
      byId,
      valuesList((r) => nullIf(r.name, g.keys[0])),
      toArray(client),
    ),
  ),
  subquery: node,
  test: node,
  value: read((g, client) =>
    pipe(
      note,
      byId,
      valuesList(() => value(g.text)),
      toArray(client),
    ),
  ),
  not: read((g, client) =>
    pipe(
      note,
      filter(() => not(g.cond)),
      byId,
      toArray(client),
    ),
  ),
  lookup: read((g, client) => keyed(client, oddly(g, 'author__name__icontains'), g.text)),
  lookups: read((g, client) =>
    TE.flatMap(
      TE.fromEither(
        pipe(
          note,
          lookups({
            or: [
              { lookup: 'name__icontains', value: g.text },
              { not: { lookup: 'n__in', value: ['9007199254740993', g.values.int] } },
              { lookup: 'price__gte', value: '9007199254740993.5' },
              { lookup: 'author__name__istartswith', value: g.keys[0] },
            ],
          }),
        ),
      ),
      (cond: api.Predicate) =>
        pipe(
          note,
          filter(() => cond),
          byId,
          toArray(client),
        ),
    ),
  ),
  lookupOf: 'is evaluated by the library',
  and: node,
  or: node,
  xor: read((g, client) =>
    pipe(
      note,
      filter((r) => xor(g.cond, r.name.eq(g.text), r.body.contains(g.keys[0]))),
      byId,
      toArray(client),
    ),
  ),
  annotate: read((g, client) =>
    pipe(
      note,
      byId,
      annotate(() => ({ [g.alias]: term(g) })),
      filter(() => g.cond),
      toArray(client),
    ),
  ),
  dates: read((g, client) =>
    pipe(
      some(g),
      dates((r) => r.day, 'month'),
      toArray(client),
    ),
  ),
  datetimes: read((g, client) =>
    pipe(
      some(g),
      datetimes((r) => r.when, 'hour', 'desc'),
      toArray(client),
    ),
  ),
  difference: read((g, client) => pipe(note, difference(some(g)), byId, toArray(client))),
  distinct: bag((g, client) =>
    pipe(
      note,
      valuesList(() => term(g)),
      distinct,
      toArray(client),
    ),
  ),
  distinctOn: read((g, client) =>
    pipe(
      note,
      byId,
      distinctOn(() => [term(g)]),
      toArray(client),
    ),
  ),
  exclude: read((g, client) =>
    pipe(
      note,
      exclude(() => g.cond),
      byId,
      toArray(client),
    ),
  ),
  filter: read((g, client) => pipe(sorted(g), toArray(client))),
  groupBy: bag((g, client) =>
    pipe(
      note,
      groupBy(
        () => ({ [g.alias]: term(g) }) as never,
        (group) =>
          ({
            most: group.max((r) => r.name, { filter: () => g.cond, default: g.text }),
            all: group.countOf(() => term(g), { distinct: true, filter: () => g.cond }),
          }) as never,
      ),
      toArray(client),
    ),
  ),
  intersection: read((g, client) => pipe(note, intersection(some(g)), byId, toArray(client))),
  none: makes,
  defer: read((g, client) => pipe(sorted(g), defer('body', 'data'), toArray(client))),
  only: read((g, client) => pipe(sorted(g), only('name', oddly(g, 'body') as 'body'), toArray(client))),
  orderBy: read((g, client) =>
    pipe(
      note,
      orderBy((r) => [{ expression: g.typed.term, direction: 'desc', nulls: 'last' }, r.id.asc()]),
      toArray(client),
    ),
  ),
  prefetchRelated: read((g, client) =>
    pipe(
      author,
      prefetchRelated(
        (r) => r.notes,
        (all) =>
          pipe(
            all,
            filter(() => g.cond),
            byId,
            annotate(() => ({ made: term(g) })),
          ),
      ),
      orderBy((r) => [r.id.asc()]),
      toArray(client),
    ),
  ),
  print: makes,
  reverse: read((g, client) => pipe(sorted(g), reverse, slice(0, 2), toArray(client))),
  selectRelated: read((g, client) =>
    pipe(
      sorted(g),
      selectRelated((r) => r.author),
      toArray(client),
    ),
  ),
  slice: read((g, client) => pipe(sorted(g), slice(g.number, g.number + 2), toArray(client))),
  union: read((g, client) =>
    pipe(
      some(g),
      union(
        pipe(
          note,
          filter((r) => r.name.eq(g.text)),
        ),
      ),
      byId,
      toArray(client),
    ),
  ),
  values: read((g, client) =>
    pipe(
      note,
      byId,
      values(() => ({ [g.alias]: term(g), text: value(g.text) }) as never),
      toArray(client),
    ),
  ),
  valuesList: read((g, client) =>
    pipe(
      sorted(g),
      valuesList(() => [term(g), value(g.text)]),
      toArray(client),
    ),
  ),
  stepsOf: makes,
  check: makes,
  fold: bare((g, client) =>
    TE.flatMap(TE.fromEither(fold(sorted(g))), (query: api.Query) =>
      client.list({
        ...query,
        annotations: [{ name: g.name, expression: { _tag: 'const', kind: 'text', value: g.text } }],
      }),
    ),
  ),
  normalise: makes,
  foldDelete: write((g, client) =>
    TE.flatMap(TE.fromEither(foldDelete(some(g))), (each) => mutate(client)([each])),
  ),
  foldInsert: write((g, client) =>
    TE.flatMap(
      TE.fromEither(
        foldInsert(rows(g, 10, 1), { _tag: 'update', by: ['id'], set: ['body', 'data', 'n'] })(note as never),
      ),
      (each: api.Insert) => TE.map(() => null)(mutate(client)([each])),
    ),
  ),
  foldUpdate: write((g, client) =>
    TE.flatMap(TE.fromEither(foldUpdate(changes(g))(some(g) as never)), (each: api.Update) =>
      mutate(client)([{ ...each, expect: { name: g.text } }]),
    ),
  ),
  decodeQuery: bare((g, client) =>
    TE.flatMap(
      TE.fromEither(
        E.flatMap(
          fold(
            pipe(
              sorted(g),
              annotate(() => ({ made: term(g) })),
            ),
          ),
          encodeQuery(),
        ),
      ),
      (json: unknown) =>
        TE.flatMap(TE.fromEither(decodeQuery()(spoilt(json, g.name, g.text.length))), (query: api.Query) =>
          client.list(query),
        ),
    ),
  ),
  decodeMutation: write((g, client) =>
    TE.flatMap(
      TE.fromEither(
        decodeMutation({ ...wireLimits, rows: 10 })(
          spoilt(
            {
              _tag: 'insert',
              model: 'author',
              rows: [{ id: 20, name: g.keys[0] }],
              onConflict: { _tag: 'update', by: ['id'], set: ['name'] },
              expect: null,
            },
            g.name,
            g.text.length,
          ),
        ),
      ),
      (each: api.Mutation) => client.write([each]),
    ),
  ),
  encodeQuery: makes,
  encodeMutation: makes,
  wireLimits: makes,
  engine: makes,
  derive: hands,
  conjunctsOf: makes,
  everything: makes,
  fidelityOf: makes,
  supportByModel: makes,
  understands: makes,
  route: hands,
  within: hands,
  deriveWrites: hands,
  cache: hands,
  concurrency: hands,
  log: hands,
  rateLimit: hands,
  readOnly: hands,
  retry: hands,
  scope: scoped((g, client) => {
    const within = scope(models, { note: () => g.cond })(client)
    return pipe(
      note,
      update(within, (r) => ({ body: concat(r.body, g.text) })),
    )
  }),
  timeout: hands,
  trace: hands,
  validate: hands,
  aggregate: read((g, client) =>
    pipe(
      some(g),
      aggregate(
        client,
        (group) =>
          ({
            [g.alias]: group.max((r) => r.name, { default: g.text }),
            made: group.countOf(() => term(g)),
          }) as never,
      ),
    ),
  ),
  collect: read((g, client) =>
    TE.map(({ deleted }: api.Collected) =>
      // A database counts the keys of the join rows by itself.
      [...deleted].map(([model, keys]) => [model, model === 'note_tags' ? keys.length : [...keys].sort()]),
    )(pipe(some(g), collect(client))),
  ),
  contains: read((g, client) => pipe(tag, contains(client, g.text))),
  count: read((g, client) => pipe(some(g), count(client))),
  create: write((g, client) => TE.map(() => null)(pipe(note, create(client, row(g, 10) as never)))),
  createBulk: write((g, client) =>
    TE.map(() => null)(
      pipe(
        note,
        createBulk(client, rows(g, 10, 11, 1), {
          updateConflicts: { uniqueFields: ['id'], updateFields: ['name', 'body', 'price', 'data', 'when'] },
        }),
      ),
    ),
  ),
  deleteRows: write((g, client) => pipe(some(g), deleteRows(client))),
  dumpData: read((g, client) =>
    collected(dumpData(client, { models: ['note', oddly(g, 'tag')], app: g.name })),
  ),
  edit: write((g, client) =>
    pipe(
      some(g),
      edit(client, (draft) => {
        Object.assign(draft, { ...row(g, draft.id), name: `${g.keys[1]}${String(draft.id)}` })
      }),
    ),
  ),
  exists: read((g, client) => pipe(some(g), exists(client))),
  explain: read((g, client) => TE.map(() => null)(TE.fromEither(explain(client)(sorted(g))))),
  explainWrite: read((g, client) =>
    TE.fromEither(E.map(() => null)(E.flatMap(foldDelete(some(g)), explainWrite(client)))),
  ),
  first: read((g, client) => pipe(sorted(g), first(client))),
  get: read((g, client) =>
    pipe(
      note,
      get(client, (r) => r.name.eq(g.text)),
    ),
  ),
  getOrCreate: write((g, client) =>
    TE.map(({ created }: api.Got<unknown>) => created)(
      pipe(note, getOrCreate(client, { name: g.keys[0] }, row(g, 10) as never)) as TE.TaskEither<
        unknown,
        api.Got<unknown>
      >,
    ),
  ),
  updateOrCreate: write((g, client) =>
    TE.map(({ created }: api.Got<unknown>) => created)(
      pipe(
        note,
        updateOrCreate(client, { id: 1 }, { ...row(g, 1), name: g.keys[1] } as never),
      ) as TE.TaskEither<unknown, api.Got<unknown>>,
    ),
  ),
  inBulk: read((g, client) =>
    TE.map((found: ReadonlyMap<unknown, unknown>) => [...found].length)(
      inBulk(client, [g.keys[0], g.text, 'plain'])(tag as never),
    ),
  ),
  last: read((g, client) => pipe(sorted(g), last(client))),
  earliest: read((g, client) =>
    pipe(
      some(g),
      earliest(client, (r) => [{ expression: g.typed.term, direction: 'asc', nulls: 'first' }, r.id.asc()]),
    ),
  ),
  latest: read((g, client) =>
    pipe(
      note,
      latest(client, (r) => [coalesce(r.body, g.text).asc(), r.id.asc()]),
    ),
  ),
  list: read((g, client) => pipe(sorted(g), slice(0, 2), list(client))),
  loadData: write((g, client) => {
    const { id: _, ...fields } = row(g, 10)
    return loadData(client, [
      { model: `${g.name}.tag`, pk: g.keys[1], fields: {} },
      { model: 'note', pk: 10, fields: { ...fields, tags: [g.keys[1]] } },
      { model: 'note', pk: 1, fields: { ...fields, [oddly(g, 'body')]: g.text, name: g.keys[1] } },
    ] as never)
  }),
  mutate: write((g, client) =>
    mutate(client)([
      {
        _tag: 'update',
        query: allOf({ _tag: 'model', model: 'author' }),
        set: [{ name: 'name', expression: { _tag: 'const', kind: 'text', value: g.keys[0] } }],
        expect: { id: 1 },
      },
    ]),
  ),
  plan: makes,
  planWrite: read((g, client) =>
    TE.fromEither(E.map(() => null)(E.flatMap(foldDelete(some(g)), planWrite(client)))),
  ),
  run: read((g, client) => TE.flatMap(TE.fromEither(plan(client)(sorted(g))), run(client))),
  addRelated: write((g, client) =>
    pipe(
      some(g),
      addRelated(client, (r) => r.tags, ['plain', g.keys[0]] as never),
    ),
  ),
  clearRelated: write((g, client) =>
    pipe(
      some(g),
      clearRelated(client, (r) => r.tags),
    ),
  ),
  createRelated: write((g, client) =>
    pipe(
      note,
      filter((r) => r.id.eq(2)),
      createRelated(client, (r) => r.tags, { name: g.keys[0] }),
    ),
  ),
  removeRelated: write((g, client) =>
    pipe(
      some(g),
      removeRelated(client, (r) => r.tags, ['plain', g.text] as never),
    ),
  ),
  setRelated: write((g, client) =>
    pipe(
      author,
      filter((r) => r.name.eq('Ann')),
      setRelated(client, (r) => r.notes, [2, g.number] as never),
    ),
  ),
  resume: hands,
  stream: read((g, client) => collected(pipe(sorted(g), stream(client, { size: 2 })))),
  toArray: read((g, client) =>
    pipe(
      note,
      filter((r) => r.name.in([g.text, ...g.keys])),
      byId,
      toArray(client),
    ),
  ),
  transaction: write((g, client) =>
    transaction(client, (inside) =>
      TE.flatMap(pipe(note, create(inside, row(g, 10) as never)), () =>
        pipe(
          some(g),
          update(inside, (r) => ({ body: concat(r.body, g.text) })),
        ),
      ),
    ),
  ),
  update: write((g, client) => update(client, changes(g))(some(g) as never)),
  isUnwrapped: makes,
  unwrap: makes,
  updateBulk: write((g, client) => {
    const { id: _, ...set } = row(g, 1)
    return updateBulk(client, [
      [1, set],
      [2, { body: g.text, data: { [g.text]: g.values.json } }],
    ] as never)(note as never)
  }),
} as const satisfies { readonly [F in keyof typeof api]: Use | string }

/** A note as it is stored, which is how a client takes it. */
const asStored = (given: Given, id: number): Row =>
  Object.fromEntries(
    Object.entries(row(given, id)).map(([column, value]) => {
      const kind = schemaOf(models).models.get('note')?.columns.get(column)?.kind ?? 'text'
      return [column, O.getOrElse((): Json => null)(canonical(kind, value))]
    }),
  )

/** The functions of a SQL client that a program may call by itself. */
export const methods = {
  name: makes,
  schema: says,
  support: makes,
  checks: makes,
  close: makes,
  maxPerRequest: makes,
  budget: makes,
  setup: makes,
  softDeletes: makes,
  elsewhere: makes,
  list: bare((g, client) =>
    TE.flatMap(TE.fromEither(fold(sorted(g))), (query: api.Query) => client.list(query)),
  ),
  count: bare((g, client) =>
    TE.flatMap(TE.fromEither(fold(some(g))), (query: api.Query) => client.count(query)),
  ),
  getPks: bare((g, client) =>
    TE.flatMap(TE.fromEither(fold(sorted(g))), (query: api.Query) => client.getPks(query)),
  ),
  stream: hands,
  create: write((g, client) => client.create(oddly(g, 'note'), asStored(g, 10))),
  // The second row has the key of the first, half of the time.
  createBulk: write((g, client) =>
    client.createBulk('tag', [
      { name: g.keys[0] },
      { name: g.text.length % 2 === 0 ? g.keys[0] : `${g.keys[1]}2` },
    ]),
  ),
  update: write((g, client) => client.update('tag', 'plain', { name: g.keys[0] }, { name: g.text })),
  updateBulk: write((g, client) =>
    client.updateBulk('note', [
      { key: 1, set: { body: g.text, data: asStored(g, 1)['data'] ?? null }, expect: { name: g.text } },
    ]),
  ),
  delete: write((g, client) => client.delete('tag', g.text, { name: g.text })),
  deleteBulk: write((g, client) => client.deleteBulk('tag', [g.text, ...g.keys])),
  write: write((g, client) =>
    client.write([
      { _tag: 'delete', query: allOf({ _tag: 'model', model: oddly(g, 'note_tags') }), expect: null },
      { _tag: 'delete', query: allOf({ _tag: 'model', model: 'tag' }), expect: { name: g.text } },
    ]),
  ),
  transaction: hands,
  explain: hands,
} as const satisfies { readonly [F in keyof SqlClient]-?: Use | string }
