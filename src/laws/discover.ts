import { either as E, type taskEither as TE } from 'fp-ts'
import type { QueryError } from '../value/QueryError.js'
import { compare, hash } from '../value/Order.js'
import type { Json, Kind, Row } from '../value/Value.js'
import type { LookupName, Predicate } from '../expression/Expression.js'
import type { Model } from '../schema/Schema.js'
import { allRows } from '../queryset/Queryset.js'
import { allOf, type Query } from '../query/Query.js'
import { evaluate } from '../reference/evaluate.js'
import { sourceOf, store } from '../reference/Store.js'
import type { Client } from '../client/Client.js'
import { askPage } from '../client/ask.js'
import { answerOf, understands, type Abilities, type Fidelity } from '../client/Support.js'
import { append } from '../queryset/append.js'
import type { AnyQueryset } from '../queryset/Queryset.js'
import { run } from '../run/run.js'
import { lookupsOf } from './predicates.js'
import { tapeOf } from './Tape.js'
import { twinOf } from './twin.js'

/**
 * What was found out of a client, over the rows that it had: for each lookup of each field how it is answered; which
 * fields it orders by as the meaning says; whether it obeys an offset and a limit, gives only the columns asked for,
 * and tells the total. `lies` are what it says of itself in `support` and isn't so: what it calls exact and isn't, and
 * what it says that it can't do and answers all the same. `declaration` is code for `support`, to paste.
 *
 * @since 0.1.0
 */
export interface Manifest {
  readonly lookups: ReadonlyArray<{
    readonly model: string
    readonly field: string
    readonly lookup: LookupName
    readonly fidelity: Fidelity
  }>
  readonly order: ReadonlyArray<{ readonly model: string; readonly field: string; readonly exact: boolean }>
  readonly slice: boolean
  readonly projection: boolean
  readonly total: 'exact' | 'none'
  readonly lies: ReadonlyArray<string>
  readonly declaration: string
}

/**
 * Finds out what a client can do, by asking it about the rows that it has: every lookup of every field, with constants
 * that these rows have and others that differ in one feature, each order, slices, columns and totals. It only reads.
 * What it doesn't find wrong may still be wrong for other rows: the more different they are, the better.
 *
 * @example
 * import { either as E, taskEither as TE } from 'fp-ts'
 * import { autoId, field, schema, unsupported, type Query } from 'queryset-ts'
 * import { discover } from 'queryset-ts/laws'
 * import { memory } from 'queryset-ts/memory'
 * const models = schema({ genre: { id: autoId, name: field.text() } })
 * const { schema: resolved, list } = memory(models, { genre: [{ id: 1, name: 'Rock' }, { id: 2, name: 'rock' }] })
 * // A service that gives pages of all its rows, and refuses everything else.
 * const refuses = (query: Query) => query.where !== null || query.order.length > 0 || query.columns !== null
 * const service = {
 *   name: 'service',
 *   schema: resolved,
 *   list: (query: Query) => (refuses(query) ? TE.left(unsupported('service', 'that')) : list(query)),
 * }
 * const found = await discover(service)()
 * if (E.isRight(found)) console.log(found.right.declaration) // => understands({ total: 'exact' })
 *
 * @since 0.1.0
 */
export const discover =
  (client: Client): TE.TaskEither<QueryError, Manifest> =>
  async () => {
    const subjects: Array<Subject> = []
    /* eslint-disable functional/no-loop-statements -- one question after the other */
    for (const model of client.schema.models.values()) {
      const rows = await run(client)(allRows(client.schema, model.name))()
      if (E.isLeft(rows)) return rows
      const page = await askPage(client, { ...allOf({ _tag: 'model', model: model.name }), slice: null })()
      // What it stores is asked for as it stores it: custom codecs aren't its affair.
      subjects.push({
        client,
        model,
        rows:
          E.isRight(page) && page.right.rows.length === rows.right.length
            ? (page.right.rows as ReadonlyArray<Row>)
            : (rows.right as ReadonlyArray<Row>),
      })
    }
    const known = store(
      client.schema,
      Object.fromEntries(subjects.map(({ model, rows }) => [model.name, rows])),
    )
    if (E.isLeft(known)) return known
    const evaluated = evaluate(client.schema, sourceOf(known.right), '1970-01-01T00:00:00.000Z')
    const meant: Meant = (query) => E.getOrElse((): ReadonlyArray<Row> => [])(evaluated(query))
    const lies = new Set<string>()
    const lookups: Array<Manifest['lookups'][number]> = []
    const order: Array<Manifest['order'][number]> = []
    const whole: Array<Whole> = []
    for (const subject of subjects) {
      const { model } = subject
      for (const { name: field, kind } of model.columns.values()) {
        if (kind === 'json') continue
        for (const lookup of lookupsOf(kind)) {
          const fidelity = await fidelityOf(subject, meant, field, kind, lookup, lies)
          lookups.push({ model: model.name, field, lookup, fidelity })
        }
        order.push({ model: model.name, field, exact: await orders(subject, meant, field, lies) })
      }
      if (subject.rows.length > 1) whole.push(await wholeOf(subject))
    }
    /* eslint-enable functional/no-loop-statements */
    const every = (of: (one: Whole) => boolean): boolean => whole.length > 0 && whole.every(of)
    const found = {
      lookups,
      order,
      slice: every(({ slice }) => slice),
      projection: every(({ projection }) => projection),
      total: every(({ total }) => total) ? ('exact' as const) : ('none' as const),
    }
    return E.right({ ...found, lies: [...lies], declaration: declarationOf(client, found) })
  }

interface Subject {
  readonly client: Client
  readonly model: Model
  readonly rows: ReadonlyArray<Row>
}

interface Whole {
  readonly slice: boolean
  readonly projection: boolean
  readonly total: boolean
}

type Meant = (query: Query) => ReadonlyArray<Row>

/** The client, taken to be able to do this, and to give pages. */
const able = ({ client }: Subject, abilities: Abilities): Client => ({
  ...client,
  support: understands({
    slice: true,
    ...(client.maxPerRequest === undefined ? {} : { maxPerRequest: client.maxPerRequest }),
    ...abilities,
  }),
})

const column = (field: string) => ({ _tag: 'column' as const, path: [field], level: 0 })

/** The constants that a lookup is asked with: the rows' own, and others that differ in one feature. */
const constantsFor = (
  { rows }: Subject,
  field: string,
  kind: Kind,
  lookup: LookupName,
): ReadonlyArray<ReadonlyArray<Json>> => {
  const order = compare(kind)
  const live = [
    ...new Map(
      rows.flatMap((row) =>
        row[field] === null || row[field] === undefined
          ? []
          : [[hash(kind)(row[field]), row[field]] as const],
      ),
    ).values(),
  ].slice(0, 6)
  const twins = live.flatMap((value, i) =>
    [0, 1].map((n) => twinOf(tapeOf([i * 7 + n * 3, i, n, i + n, 1]), kind, value)),
  )
  const all = [...live, ...twins].sort(order)
  switch (lookup) {
    case 'isnull':
      return [[]]
    case 'in':
      return [live.slice(0, 1), all, twins, []]
    case 'range':
      return all.flatMap((low, i) =>
        i % 2 === 0
          ? [
              [low, all[Math.min(i + 2, all.length - 1)] ?? low],
              [low, low],
            ]
          : [],
      )
    case 'regex':
    case 'iregex':
      return [['^a'], ['.'], ...live.map((text) => [textOf(text).replace(/[\\^$.*+?()[\]{}|/-]/gu, '\\$&')])]
    default:
      return [
        ...all.map((value) => [value]),
        ...(kind === 'text' && live.length > 0 ? [[textOf(live[0]).slice(0, 1)], ['']] : []),
      ]
  }
}

const textOf = (value: Json | undefined): string => (typeof value === 'string' ? value : '')

const filtered = (subject: Subject, predicate: Predicate<AnyQueryset>): AnyQueryset =>
  append(allRows(subject.client.schema, subject.model.name), 'filter', () =>
    E.right({ step: { _tag: 'filter', predicate } }),
  )

const keysIn = (model: Model, rows: ReadonlyArray<unknown>): ReadonlyArray<string> =>
  rows.map((row) => JSON.stringify((row as Row)[model.primaryKey] ?? null))

const fidelityOf = async (
  subject: Subject,
  meant: Meant,
  field: string,
  kind: Kind,
  lookup: LookupName,
  lies: Set<string>,
): Promise<Fidelity> => {
  const { client, model, rows } = subject
  const name = `${model.name}.${field} by '${lookup}'`
  const asked = able(subject, { lookups: { [lookup]: 'exact' } })
  const state: { fidelity: Fidelity; narrowed: boolean; could: boolean } = {
    fidelity: 'exact',
    narrowed: false,
    could: false,
  }
  /* eslint-disable-next-line functional/no-loop-statements -- one question after the other */
  for (const constants of constantsFor(subject, field, kind, lookup)) {
    const right = constants.map((value) => ({ _tag: 'const' as const, kind, value }))
    const predicate = { _tag: 'lookup' as const, name: lookup, left: column(field), right }
    const query: Query = { ...allOf({ _tag: 'model', model: model.name }), where: predicate }
    const declared = answerOf(client, query).where[0] ?? 'unsupported'
    const given = await run(asked)(filtered(subject, predicate))()
    if (E.isLeft(given)) {
      if (declared !== 'unsupported') lies.add(`it says that it finds ${name}, and refuses`)
      return 'unsupported'
    }
    if (declared === 'unsupported' && client.support !== undefined) state.could = true
    const expected = keysIn(model, meant(query))
    const keys = keysIn(model, given.right)
    const wanted = new Set(expected)
    const there = new Set(keys)
    const misses = expected.some((key) => !there.has(key)) || there.size < keys.length
    const more = keys.some((key) => !wanted.has(key))
    state.narrowed = state.narrowed || keys.length < rows.length
    if (misses || more) {
      if (declared === 'exact' || (declared === 'superset' && misses))
        lies.add(`it says that it finds ${name}, and gives ${misses ? 'too few' : 'too many'} rows`)
      state.fidelity = misses ? 'unsupported' : 'superset'
      if (misses) return 'unsupported'
    }
  }
  if (state.could) lies.add(`it says that it can't find ${name}, and answers instead of refusing`)
  // Who gives all rows whatever is asked has passed the condition over.
  return state.fidelity === 'superset' && !state.narrowed ? 'unsupported' : state.fidelity
}

const orders = async (subject: Subject, meant: Meant, field: string, lies: Set<string>): Promise<boolean> => {
  const { client, model } = subject
  /* eslint-disable-next-line functional/no-loop-statements -- one question after the other */
  for (const direction of ['asc', 'desc'] as const) {
    const keys = [
      {
        expression: column(field),
        direction,
        nulls: direction === 'asc' ? ('last' as const) : ('first' as const),
      },
      { expression: column(model.primaryKey), direction: 'asc' as const, nulls: 'last' as const },
    ]
    const query: Query = { ...allOf({ _tag: 'model', model: model.name }), order: keys }
    const page = await run(able(subject, { order: true }))(
      append(allRows(client.schema, model.name), 'orderBy', () =>
        E.right({ step: { _tag: 'orderBy', keys } }),
      ),
    )()
    const exact = E.isRight(page) && keysIn(model, page.right).join() === keysIn(model, meant(query)).join()
    if (!exact) {
      if (client.support !== undefined && answerOf(client, query).order)
        lies.add(`it says that it orders ${model.name} by ${field}, and doesn't`)
      return false
    }
  }
  return true
}

const wholeOf = async (subject: Subject): Promise<Whole> => {
  const { client, model, rows } = subject
  const all = allOf({ _tag: 'model', model: model.name })
  const seen = new Set<string>()
  const state = { slice: true, total: true }
  /* eslint-disable-next-line functional/no-loop-statements -- one page after the other */
  for (let offset = 0; offset < Math.min(rows.length, 20); offset += 1) {
    const page = await askPage(client, { ...all, slice: { offset, limit: 1 } })()
    const keys = E.isRight(page) ? keysIn(model, page.right.rows) : []
    state.slice = state.slice && keys.length === 1 && !seen.has(keys[0] ?? '')
    state.total = state.total && E.isRight(page) && page.right.total === rows.length
    keys.forEach((key) => seen.add(key))
    if (!state.slice) break
  }
  const names = [...model.columns.keys()].slice(0, 2)
  const some = await askPage(client, {
    ...all,
    columns: names.map((name) => ({ name, expression: column(name) })),
  })()
  const projection =
    E.isRight(some) &&
    some.right.rows.length > 0 &&
    some.right.rows.every(
      (row) =>
        Object.keys(row as object)
          .sort()
          .join() === [...names].sort().join(),
    )
  return { ...state, projection: projection && names.length < model.columns.size }
}

/** Code that says so. */
const declarationOf = (client: Client, found: Omit<Manifest, 'lies' | 'declaration'>): string => {
  const names = [...new Set(found.lookups.map(({ lookup }) => lookup))]
  const usual = names.flatMap((name) => {
    const of = found.lookups.filter(({ lookup }) => lookup === name).map(({ fidelity }) => fidelity)
    const count = (fidelity: Fidelity) => of.filter((each) => each === fidelity).length
    const most = (['exact', 'superset', 'unsupported'] as const).reduce((a, b) =>
      count(b) > count(a) ? b : a,
    )
    return most === 'unsupported' ? [] : [[name, most] as const]
  })
  const said = new Map<string, Fidelity>(usual)
  const worse = (fidelity: Fidelity, than: Fidelity): boolean => fidelity !== than && fidelity !== 'exact'
  const unfit = [
    ...new Set(
      found.lookups
        .filter(({ lookup, fidelity }) => said.has(lookup) && worse(fidelity, said.get(lookup) ?? 'exact'))
        .map(({ model, field }) => `${model}.${field}`),
    ),
  ]
  const ordered = found.order.filter(({ exact }) => exact)
  const list = (fields: ReadonlyArray<string>) => `[${fields.map((each) => `'${each}'`).join(', ')}]`
  const parts = [
    ...(usual.length === 0
      ? []
      : [`lookups: { ${usual.map(([name, fidelity]) => `${name}: '${fidelity}'`).join(', ')} }`]),
    ...(unfit.length === 0
      ? []
      : [`fields: (model, field) => !${list(unfit)}.includes(` + '`${model}.${field}`)']),
    ...(ordered.length === 0
      ? []
      : ordered.length === found.order.length
        ? ['order: true']
        : [
            `order: (model, field) => ${list(ordered.map(({ model, field }) => `${model}.${field}`))}.includes(` +
              '`${model}.${field}`)',
          ]),
    ...(found.slice ? [] : ['slice: false']),
    ...(found.projection ? ['projection: true'] : []),
    ...(found.total === 'exact' ? [`total: 'exact'`] : []),
    ...(client.maxPerRequest === undefined ? [] : [`maxPerRequest: ${String(client.maxPerRequest)}`]),
  ]
  return `understands({${parts.length === 0 ? '' : ` ${parts.join(', ')} `}})`
}
