import { optionsOf } from '../value/optionsOf.js'
import { either as E, option as O, taskEither as TE } from 'fp-ts'
import { unsupported, type QueryError } from '../value/QueryError.js'
import type { Json, Row } from '../value/Value.js'
import type { Schema } from '../schema/Schema.js'
import { schemaOf, type AnyModels } from '../queryset/schema.js'
import { reachedByDelete } from '../schema/pointers.js'
import { mutatedModel, type Mutated, type Mutation } from '../query/Mutation.js'
import { baseOf } from '../query/parts.js'
import { allOf, type Query } from '../query/Query.js'
import { doesAtOnce, writeAtOnce } from './atOnce.js'
import { strictest } from './Budget.js'
import type { BulkWrites, Client, SingleWrites, WritableClient } from './Client.js'
import { derive } from './derive.js'
import { deriveWrites } from './deriveWrites.js'
import { asClient } from './asClient.js'
import { streamOf } from './own.js'
import { modelsOf } from '../query/needs.js'
import { referredToByNone, referringToRows } from './references.js'
import { answerInPart, understands, type Answer, type Support } from './Support.js'
import { checksRows } from './together.js'
import { isWritable, writersOf } from './write.js'

/**
 * Where the rows of a model are: on one client, or on one client for reading and another one for writing.
 *
 * @since 0.1.0
 */
export type Place = Client | { readonly read: Client; readonly write: Client }

/**
 * What is to be done, for a function that chooses the client. `query` is set when reading. The function must choose the
 * same client for all pages of a query.
 *
 * @since 0.1.0
 */
export interface Errand {
  readonly model: string
  readonly operation: 'read' | 'write'
  readonly query: Query | null
}

/** @since 0.1.0 */
export type Router = (errand: Errand) => Client | null

/**
 * The clients that a function may choose from. They are set up and closed together with the routed client. If each of
 * them writes many rows at once, the routed client does too.
 *
 * @since 0.1.0
 */
export interface RouterOptions {
  readonly clients: ReadonlyArray<Client>
}

/**
 * Combines several clients into one. For each model, a record or a function says which client holds its rows. A
 * function must name the clients that it chooses from. The rows of a join model without its own entry are on the client
 * of the model that declares the relation.
 *
 * A query over models on different clients is combined here: each client is asked for its own rows, by key and in
 * chunks. A model without a client is an `Unsupported`. So is a write on a client that doesn't write, and a chosen
 * client that wasn't named.
 *
 * Each client's budget (see `within`) applies to each whole question that involves that client. Of several budgets, the
 * strictest applies.
 *
 * A foreign key from one client to another is checked here, since neither client can check it. A row that refers to a
 * missing row is a `Conflict`. So is deleting a row that a row on another client refers to. Clients that check foreign
 * keys themselves are given the list of models that they don't have (see `elsewhere` of `Client`). The check is a
 * separate request before the write.
 *
 * The routed client has no transactions, since no transaction spans several clients.
 *
 * @example
 * import { autoId, belongsTo, field, filter, pipe, route, schema, toArray } from 'queryset-ts'
 * import { memory } from 'queryset-ts/memory'
 * const models = schema({
 *   artist: { id: autoId, name: field.text() },
 *   album: { id: autoId, title: field.text(), artist: belongsTo('artist') },
 * })
 * const people = memory(models, { artist: [{ id: 1, name: 'AC/DC' }, { id: 2, name: 'Accept' }] })
 * const records = memory(models, { album: [{ id: 1, title: 'Powerage', artist: 1 }] })
 * const client = route(models, { artist: people, album: records })
 * const found = await pipe(models.album, filter((a) => a.artist.name.eq('AC/DC')), toArray(client))()
 * console.log(found) // => { _tag: 'Right', right: [ { id: 1, title: 'Powerage', artist: 1 } ] }
 *
 * @since 0.1.0
 */
export function route(models: AnyModels, places: { readonly [model: string]: Place }): WritableClient
export function route(models: AnyModels, router: Router, options: RouterOptions): WritableClient
export function route(
  models: AnyModels,
  given: { readonly [model: string]: Place } | Router,
  options?: RouterOptions,
): WritableClient {
  const schema = schemaOf(models)
  const places = typeof given === 'function' ? given : asPlaces(given)
  const all =
    typeof places === 'function'
      ? [...new Set((options?.clients ?? []).map(asClient))]
      : [...new Set(Object.values(places).flatMap(clientsOf))]
  const choose: Router = typeof places === 'function' ? amongThose(all, places) : placed(schema, places)
  const reader = (model: string, query: Query) => choose({ model, operation: 'read', query })
  const reading = <A>(query: Query, ask: (client: Client) => TE.TaskEither<QueryError, A>) => {
    const model = baseOf(query)
    const client = reader(model, query)
    if (client === null) return TE.left(nowhere(model))
    const elsewhere = modelsOf(schema, query).find((each) => each !== model && reader(each, query) !== client)
    return elsewhere === undefined
      ? ask(client)
      : TE.left(
          unsupported('route', `a query of '${model}' that speaks of '${elsewhere}', which is elsewhere`),
        )
  }
  const stream: NonNullable<Client['stream']> = async function* (query, size, meter) {
    const rows = await reading(query, (client) => {
      const own = streamOf(client)
      return own === undefined
        ? TE.left(unsupported(client.name, 'streams'))
        : TE.right(own(query, size, meter))
    })()
    if (E.isLeft(rows)) yield rows
    else yield* rows.right
  }
  const beyond = new Set<string>()
  const keptAt = (model: string): Client | null =>
    beyond.has(model)
      ? null
      : (choose({ model, operation: 'write', query: null }) ?? reader(model, allOf({ _tag: 'model', model })))
  all.forEach((client) => client.elsewhere?.(elsewhereThan(client, schema, choose)))
  const writing = <A>(
    model: string,
    check: (home: Client) => TE.TaskEither<QueryError, null>,
    ask: (client: SingleWrites & BulkWrites) => TE.TaskEither<QueryError, A>,
  ): TE.TaskEither<QueryError, A> => {
    const client = choose({ model, operation: 'write', query: null })
    if (client === null) return TE.left(nowhere(model))
    return isWritable(client)
      ? TE.chain(() => ask(deriveWrites(client)))(check(client))
      : TE.left(unsupported(client.name, 'writing'))
  }
  /** Checks first what the client that is written to can't see. */
  const making = <A>(
    model: string,
    rows: ReadonlyArray<Row>,
    ask: (client: SingleWrites & BulkWrites) => TE.TaskEither<QueryError, A>,
  ) => writing(model, (home) => referringToRows(schema, keptAt, home, model, rows), ask)
  const deleting = <A>(
    model: string,
    keys: ReadonlyArray<Json>,
    ask: (client: SingleWrites & BulkWrites) => TE.TaskEither<QueryError, A>,
  ) => writing(model, (home) => referredToByNone(schema, keptAt, home, model, keys), ask)
  const single: SingleWrites = {
    create: (model, row) => making(model, [row], (client) => client.create(model, row)),
    update: (model, key, set, ...rest) =>
      making(model, [set], (client) => client.update(model, key, set, ...rest)),
    delete: (model, key, ...rest) => deleting(model, [key], (client) => client.delete(model, key, ...rest)),
  }
  const bulk: BulkWrites = {
    createBulk: (model, rows) => making(model, rows, (client) => client.createBulk(model, rows)),
    updateBulk: (model, changes) =>
      making(
        model,
        changes.map(({ set }) => set),
        (client) => client.updateBulk(model, changes),
      ),
    deleteBulk: (model, keys) => deleting(model, keys, (client) => client.deleteBulk(model, keys)),
  }
  const write = (mutations: ReadonlyArray<Mutation>): TE.TaskEither<QueryError, ReadonlyArray<Mutated>> => {
    const clients = new Set(mutations.map((each) => homeOf(schema, choose, each)))
    const [client = null, another] = clients
    return another !== undefined || client === null
      ? TE.left(unsupported('route', 'mutations that are about several clients at once'))
      : isWritable(client)
        ? writeAtOnce(client, mutations)
        : TE.left(unsupported(client.name, 'writing'))
  }
  // Many rows at once only if every client does that. Otherwise a partial write has to be reported for each row.
  const inBulk = all.filter(isWritable).map((client) => writersOf(client))
  const has = (name: keyof BulkWrites) =>
    inBulk.length > 0 && inBulk.every((client) => client[name] !== undefined)
  return {
    name: 'route',
    schema,
    support: supportOf(schema, reader, choose),
    softDeletes: all.flatMap(({ softDeletes = [] }) => softDeletes),
    checks: all.filter(isWritable).every(checksRows),
    write,
    list: (query, meter, needs) => reading(query, (client) => client.list(query, meter, needs)),
    ...(all.some((client) => streamOf(client) !== undefined) ? { stream } : {}),
    count: (query, meter) => reading(query, (client) => derive(client).count(query, meter)),
    getPks: (query, meter) => reading(query, (client) => derive(client).getPks(query, meter)),
    ...single,
    ...(has('createBulk') ? { createBulk: bulk.createBulk } : {}),
    ...(has('updateBulk') ? { updateBulk: bulk.updateBulk } : {}),
    ...(has('deleteBulk') ? { deleteBulk: bulk.deleteBulk } : {}),
    setup: inTurn(all.map((client) => derive(client).setup)),
    close: inTurn(all.map((client) => derive(client).close)),
    elsewhere: (names) => {
      names.forEach((name) => beyond.add(name))
      all.forEach((client) => client.elsewhere?.(names))
    },
  }
}

/** The models that are not on a client. */
const elsewhereThan = (client: Client, schema: Schema, choose: Router): ReadonlyArray<string> =>
  [...schema.models.keys()].filter((model) => {
    const query = allOf({ _tag: 'model', model })
    const errands: ReadonlyArray<Errand> = [
      { model, operation: 'read', query },
      { model, operation: 'write', query: null },
    ]
    return errands.every((errand) => O.toNullable(O.tryCatch(() => choose(errand))) !== client)
  })

/** A client that isn't named is refused, since it would be neither set up nor closed. */
const amongThose =
  (clients: ReadonlyArray<Client>, router: Router): Router =>
  (errand) => {
    const chosen = router(errand)
    return chosen !== null && clients.includes(chosen) ? chosen : null
  }

const isClient = (place: Place): place is Client => !isSplit(place)

const isSplit = (place: unknown): place is Exclude<Place, Client> => {
  const parts = optionsOf<object>(place as object)
  return !('list' in parts) && 'read' in parts && 'write' in parts
}

/** Replaces a value that isn't a client by a client that says so. */
const asPlaces = (places: { readonly [model: string]: Place }): { readonly [model: string]: Place } =>
  Object.fromEntries(
    Object.entries(optionsOf(places)).map(([model, place]): readonly [string, Place] => [
      model,
      isSplit(place)
        ? { read: asClient(place.read), write: asClient(place.write) }
        : asClient(place as Client),
    ]),
  )

const clientsOf = (place: Place): ReadonlyArray<Client> =>
  isClient(place) ? [place] : [place.read, place.write]

const nowhere = (model: string): QueryError =>
  unsupported('route', `the model '${model}', which is on none of its clients`)

const placed = (schema: Schema, places: { readonly [model: string]: Place }): Router => {
  const owners = new Map(
    [...schema.models.values()].flatMap((model) =>
      // The side that declares a relation also gives the name of its join model.
      [...model.relations.values()].flatMap(({ name, via }) =>
        via._tag === 'through' && via.model === `${model.name}_${name}`
          ? [[via.model, model.name] as const]
          : [],
      ),
    ),
  )
  return ({ model, operation }) => {
    const at = Object.hasOwn(places, model) ? model : (owners.get(model) ?? model)
    const place = Object.hasOwn(places, at) ? places[at] : undefined
    return place === undefined ? null : isClient(place) ? place : place[operation]
  }
}

const inTurn =
  (tasks: ReadonlyArray<TE.TaskEither<QueryError, void>>): TE.TaskEither<QueryError, void> =>
  async () => {
    /* eslint-disable-next-line functional/no-loop-statements -- one after the other */
    for (const task of tasks) {
      const done = await task()
      if (E.isLeft(done)) return done
    }
    return E.right(undefined)
  }

/** What the client of a query's own model can do, as far as all models in the question are on that client. */
const supportOf =
  (schema: Schema, reader: (model: string, query: Query) => Client | null, choose: Router): Support =>
  (question): Answer => {
    const { model, query, mutation } = question
    const home = reader(model, query)
    const here = (part: Partial<Query>): boolean =>
      home !== null &&
      modelsOf(schema, { ...allOf({ _tag: 'model', model }), ...part }).every(
        (each) => each === model || reader(each, query) === home,
      )
    const answer = answerInPart(home ?? { support: nothing }, question, here)
    const budget = strictest([answer.budget, home?.budget])
    const size = Math.min(answer.maxPerRequest ?? Infinity, home?.maxPerRequest ?? Infinity)
    return {
      ...answer,
      // The total of a client without `support` isn't used to decide when to stop.
      total: home?.support === undefined ? 'none' : answer.total,
      streams: home !== null && streamOf(home) !== undefined && answer.streams !== false,
      atOnce: mutation !== undefined && isAtHome(schema, choose, here, mutation),
      ...(home === null ? {} : { client: answer.client ?? home.name }),
      ...(budget === undefined ? {} : { budget }),
      ...(size === Infinity ? {} : { maxPerRequest: size }),
    }
  }

/** The client that holds everything that a mutation may write, or `null` if no single client does. */
const homeOf = (schema: Schema, choose: Router, mutation: Mutation): Client | null => {
  const model = mutatedModel(mutation)
  const at = (each: string) => choose({ model: each, operation: 'write', query: null })
  const home = at(model)
  const reached = mutation._tag === 'delete' ? [...reachedByDelete(schema, model)] : [model]
  return reached.every((each) => at(each) === home) ? home : null
}

/** Whether the client that holds the rows to write also holds the rows to read, and does the mutation at once. */
const isAtHome = (
  schema: Schema,
  choose: Router,
  here: (part: Partial<Query>) => boolean,
  mutation: Mutation,
): boolean => {
  const home = homeOf(schema, choose, mutation)
  if (home === null || !doesAtOnce(home, mutation)) return false
  const model = schema.models.get(mutatedModel(mutation))
  // The routed client checks a foreign key that leads to another client.
  const leaves = (name: string): boolean => {
    const target = model?.columns.get(name)?.target ?? null
    return target !== null && choose({ model: target, operation: 'write', query: null }) !== home
  }
  if (mutation._tag === 'insert') return ![...(model?.columns.keys() ?? [])].some(leaves)
  if (mutation._tag === 'update' && mutation.set.some(({ name }) => leaves(name))) return false
  const set = mutation._tag === 'update' ? mutation.set : []
  const read = choose({ model: mutatedModel(mutation), operation: 'read', query: mutation.query })
  return read === home && here({ from: { _tag: 'query', query: mutation.query } }) && here({ columns: set })
}

const nothing: Support = understands({ slice: false })
