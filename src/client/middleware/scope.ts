import { either as E, taskEither as TE } from 'fp-ts'
import { invalid, invalidQuery, unsupported, type QueryError } from '../../value/QueryError.js'
import { hash } from '../../value/Order.js'
import type { Json, Row } from '../../value/Value.js'
import { compilePredicate, type Compiled, type Env } from '../../expression/evaluate.js'
import type { Predicate as Condition } from '../../expression/Expression.js'
import type { Predicate } from '../../expression/Ref.js'
import { modelScope, type Scope } from '../../expression/Scope.js'
import type { Model, Schema } from '../../schema/Schema.js'
import { filter } from '../../queryset/filter.js'
import type { Queryset } from '../../queryset/Queryset.js'
import { schemaOf, type AnyModels } from '../../queryset/schema.js'
import { fold } from '../../query/fold.js'
import { allOf, type Query } from '../../query/Query.js'
import type { Change } from '../../query/Write.js'
import type { BulkWrites, Client, SingleWrites, WritableClient } from '../Client.js'
import { deriveWrites } from '../deriveWrites.js'
import { needsOf, type Need } from '../Need.js'
import { pages, walkOf } from '../pages.js'
import { answerInPart, answerOf, conjunction, conjunctsOf, type Answer, type Support } from '../Support.js'
import { isWritable, partsOf } from '../write.js'

/**
 * For some models, which of their rows there are.
 *
 * @since 0.1.0
 */
export type ScopePredicates<Q> = {
  readonly [M in keyof Q]?: Q[M] extends Queryset<infer R, infer _A, infer _M> ? (row: R) => Predicate : never
}

/**
 * `softDelete` names models whose rows aren't deleted but changed, and what they become: it should be what the
 * predicate doesn't let through.
 *
 * @since 0.1.0
 */
export interface ScopeOptions {
  readonly softDelete?: { readonly [model: string]: () => Row }
}

/**
 * A client in which there are no other rows than those that meet a predicate, of the models that have one: the rows of
 * one tenant, or those that haven't been deleted softly. Whatever leads to another row leads nowhere, be it a relation,
 * a subquery or an aggregate. A row that doesn't meet the predicate can't be made (`Invalid`), and no row can be changed
 * into one; changing or deleting a row that isn't there changes nothing.
 *
 * A predicate speaks of the row's own fields; not of a key that the backend counts up, which a new row hasn't yet. The
 * backend has to be able to answer it exactly; else everything is `Unsupported`, since rows that are let through would
 * be seen. What speaks of several models with predicates is put together here, from the rows that are there.
 *
 * @example
 * import { pipe } from 'fp-ts/lib/function.js'
 * import { autoId, create, field, schema, scope, toArray, valuesList } from 'queryset-ts'
 * import { memory } from 'queryset-ts/memory'
 * const models = schema({ note: { id: autoId, tenant: field.int(), text: field.text() } })
 * const whole = memory(models, { note: [{ id: 1, tenant: 7, text: 'ours' }, { id: 2, tenant: 8, text: 'theirs' }] })
 * const client = pipe(whole, scope(models, { note: (n) => n.tenant.eq(7) }))
 * console.log(await pipe(models.note, valuesList((n) => n.text), toArray(client))()) // => { _tag: 'Right', right: [ 'ours' ] }
 * const foreign = await pipe(models.note, create(client, { tenant: 8, text: 'planted' }))()
 * console.log(foreign._tag === 'Left' && foreign.left._tag) // => Invalid
 *
 * @since 0.1.0
 */
export const scope = <Q extends AnyModels>(
  models: Q,
  predicates: ScopePredicates<Q>,
  options: ScopeOptions = {},
) => {
  const schema = schemaOf(models)
  const given = predicates as { readonly [model: string]: ((row: never) => Predicate) | undefined }
  const rules = new Map(
    Object.keys(given).flatMap((name) => {
      const says = given[name]
      return says === undefined ? [] : [[name, ruleOf(schema, models, name, says)] as const]
    }),
  )
  const held: Held = { schema, rules, softDelete: options.softDelete ?? {} }
  return <C extends Client>(client: C): C => scoped(held, client)
}

interface Rule {
  readonly where: ReadonlyArray<Condition<Query>>
  readonly holds: (row: Row) => boolean
}

interface Held {
  readonly schema: Schema
  readonly rules: ReadonlyMap<string, E.Either<QueryError, Rule>>
  readonly softDelete: NonNullable<ScopeOptions['softDelete']>
}

const ruleOf = (
  schema: Schema,
  models: AnyModels,
  name: string,
  says: (row: never) => Predicate,
): E.Either<QueryError, Rule> => {
  // A model of the schema is a queryset of it.
  const all = (models as unknown as { readonly [model: string]: Queryset<never, unknown> | undefined })[name]
  if (all === undefined) return E.left(unsupported('scope', `the model '${name}', which is none`))
  return E.flatMap(fold(filter(says)(all)), (query: Query): E.Either<QueryError, Rule> => {
    const { base, others } = needsOf(schema, query)
    const where = conjunction(conjunctsOf(query))
    if (base.hops.length > 0 || others.length > 0)
      return E.left(
        invalidQuery(
          'where',
          `the predicate of '${name}' leads to other rows`,
          "Speak of the row's own fields.",
        ),
      )
    return E.flatMap(modelScope(schema, name), (own: Scope) =>
      E.map(({ run }: Compiled<boolean>): Rule => ({
        where: conjunctsOf(query),
        holds: (row) => run({ row, parent: null, group: null }),
      }))(
        compilePredicate<Query>(
          alone,
          { scope: own, group: null, parent: null },
          where ?? { _tag: 'and', all: [] },
        ),
      ),
    )
  })
}

/** A row by itself: there are no others. */
const alone: Env<Query> = {
  source: { all: () => [], find: () => [] },
  now: '1970-01-01T00:00:00.000Z',
  query: () => E.left(unsupported('scope', 'a subquery')),
}

const scoped = <C extends Client>(held: Held, client: C): C => {
  const { count, getPks } = client
  const reading = <A>(
    query: Query,
    ask: (query: Query) => TE.TaskEither<QueryError, A>,
  ): TE.TaskEither<QueryError, A> => TE.flatMap(TE.fromEither(within(held, client, query)), ask)
  const own: Partial<Client> = {
    support: supportOf(held, client),
    list: (query) => reading(query, client.list),
    ...(count === undefined ? {} : { count: (query) => reading(query, count) }),
    ...(getPks === undefined ? {} : { getPks: (query) => reading(query, getPks) }),
  }
  // What is done at once, or checked, by the client below isn't held to the scope.
  const { write: _, checks: __, ...rest } = client as C & Partial<WritableClient>
  // It has the functions that it had.
  return { ...rest, ...own, ...(isWritable(client) ? writesOf(held, client) : {}) } as unknown as C
}

/** Whether a query looks at no other rows with a predicate than those that it begins with. */
const isLocal = ({ schema, rules }: Held, query: Query): boolean => {
  const { base, others } = needsOf(schema, query)
  const free = (need: Need): boolean => !rules.has(need.model) && need.hops.every((hop) => free(hop.need))
  return base.hops.every((hop) => free(hop.need)) && others.every(free)
}

/** A query about the rows that there are; one that the client can't answer exactly would show others. */
const within = (held: Held, client: Client, query: Query): E.Either<QueryError, Query> => {
  if (held.rules.size === 0) return E.right(query)
  if (query.from._tag !== 'model' || !isLocal(held, query))
    return E.left(unsupported(client.name, 'a scope over several queries or models at once'))
  const rule = held.rules.get(query.from.model)
  if (rule === undefined) return E.right(query)
  return E.flatMap(rule, ({ where }: Rule): E.Either<QueryError, Query> => {
    const hidden: Query = { ...query, where: conjunction([...conjunctsOf(query), ...where]) }
    return answersExactly(client, hidden, where.length)
      ? E.right(hidden)
      : E.left(unsupported(client.name, 'the predicate of its scope'))
  })
}

const answersExactly = (client: Client, query: Query, last: number): boolean =>
  last === 0 ||
  answerOf(client, query)
    .where.slice(-last)
    .every((each) => each === 'exact')

/** What the client can do of it by itself: what looks at other rows with a predicate is put together here. */
const supportOf =
  (held: Held, client: Client): Support =>
  (question): Answer => {
    const { model } = question
    const rule = held.rules.get(model)
    const hidden = rule !== undefined && E.isRight(rule) ? rule.right.where : []
    return answerInPart(
      client,
      question,
      // A query of queries isn't held to the predicate in one place.
      (part) => part.from === undefined && isLocal(held, { ...allOf({ _tag: 'model', model }), ...part }),
      hidden,
    )
  }

const writesOf = (held: Held, client: WritableClient): Partial<WritableClient> => {
  const full = deriveWrites(client)
  const has = partsOf(client)
  const ruled = (model: string): E.Either<QueryError, Rule | null> => held.rules.get(model) ?? E.right(null)
  const allowed = (model: string, rows: ReadonlyArray<Row>): E.Either<QueryError, null> =>
    E.flatMap(ruled(model), (rule: Rule | null): E.Either<QueryError, null> => {
      const outside = rows.flatMap((row, item) => (rule === null || rule.holds(row) ? [] : [item]))
      return outside.length === 0
        ? E.right(null)
        : E.left(
            invalid(
              model,
              outside.map((item) => ({
                item,
                field: null,
                code: 'scope',
                params: {},
                message: 'is no row of this scope',
              })),
            ),
          )
    })
  const there = async (
    model: string,
    keys: ReadonlyArray<Json>,
  ): Promise<E.Either<QueryError, ReadonlyArray<Row>>> => {
    const known = held.schema.models.get(model)
    if (known === undefined) return E.left(unsupported(client.name, `the model '${model}'`))
    return visible(held, client, known, keys)
  }
  const keyOf = (model: string) =>
    hash(held.schema.models.get(model)?.columns.get(pkOf(model))?.kind ?? 'int')
  const pkOf = (model: string): string => held.schema.models.get(model)?.primaryKey ?? 'id'

  const createBulk: BulkWrites['createBulk'] = (model, rows) =>
    TE.flatMap(TE.fromEither(allowed(model, rows)), () => full.createBulk(model, rows))
  const updateBulk: BulkWrites['updateBulk'] = (model, changes) => async () => {
    if (!held.rules.has(model)) return full.updateBulk(model, changes)()
    const found = await there(
      model,
      changes.map(({ key }) => key),
    )
    if (E.isLeft(found)) return found
    const key = keyOf(model)
    const rows = new Map(found.right.map((row) => [key(row[pkOf(model)] ?? null), row]))
    const own = changes.filter((change): change is Change => rows.has(key(change.key)))
    const after = own.map((change): Row => ({ ...rows.get(key(change.key)), ...change.set }))
    const fits = allowed(model, after)
    return E.isLeft(fits) ? fits : own.length === 0 ? E.right(0) : full.updateBulk(model, own)()
  }
  const deleteBulk: BulkWrites['deleteBulk'] = (model, keys) => async () => {
    const soft = Object.hasOwn(held.softDelete, model) ? held.softDelete[model] : undefined
    if (!held.rules.has(model) && soft === undefined) return full.deleteBulk(model, keys)()
    const found = await there(model, keys)
    if (E.isLeft(found)) return found
    const own = found.right.map((row) => row[pkOf(model)] ?? null)
    if (own.length === 0) return E.right(0)
    return soft === undefined
      ? full.deleteBulk(model, own)()
      : full.updateBulk(
          model,
          own.map((key) => ({ key, set: soft() })),
        )()
  }
  const some = (n: number): boolean => n > 0
  const single: SingleWrites = {
    create: (model, row) => TE.flatMap(TE.fromEither(allowed(model, [row])), () => full.create(model, row)),
    update: (model, key, set) => TE.map(some)(updateBulk(model, [{ key, set }])),
    delete: (model, key) => TE.map(some)(deleteBulk(model, [key])),
  }
  const { transaction } = client
  return {
    ...(has.create === undefined ? {} : { create: single.create }),
    ...(has.update === undefined ? {} : { update: single.update }),
    ...(has.delete === undefined ? {} : { delete: single.delete }),
    ...(has.createBulk === undefined ? {} : { createBulk }),
    ...(has.updateBulk === undefined ? {} : { updateBulk }),
    ...(has.deleteBulk === undefined ? {} : { deleteBulk }),
    ...(transaction === undefined
      ? {}
      : {
          transaction: <A>(program: (client: WritableClient) => TE.TaskEither<QueryError, A>) =>
            transaction((inside) => program(scoped(held, inside))),
        }),
  }
}

/** Those of some rows that are there, whole. */
const visible = async (
  held: Held,
  client: WritableClient,
  model: Model,
  keys: ReadonlyArray<Json>,
): Promise<E.Either<QueryError, ReadonlyArray<Row>>> => {
  const kind = model.columns.get(model.primaryKey)?.kind ?? 'int'
  const asking = (some: ReadonlyArray<Json>): Query => ({
    ...allOf({ _tag: 'model', model: model.name }),
    where: {
      _tag: 'lookup',
      name: some.length === 1 ? 'exact' : 'in',
      left: { _tag: 'column', path: [model.primaryKey], level: 0 },
      right: some.map((value) => ({ _tag: 'const', kind, value })),
    },
  })
  const many = answerOf(client, asking(keys.slice(0, 2)))
  const most = many.where.every((each) => each === 'exact')
    ? Math.min(client.maxPerRequest ?? 1000, many.maxPerRequest ?? 1000, many.maxMembers ?? 1000)
    : 1
  const rows: Array<Row> = []
  /* eslint-disable functional/no-loop-statements -- one request after the other */
  for (let at = 0; at < keys.length; at += most) {
    const query = within(held, client, asking(keys.slice(at, at + most)))
    if (E.isLeft(query)) return query
    if (!answersExactly(client, query.right, conjunctsOf(query.right).length))
      return E.left(unsupported(client.name, 'finding rows by key'))
    const walk = walkOf(client, query.right, null)
    if (E.isLeft(walk)) return walk
    for await (const page of pages(client, walk.right)) {
      if (E.isLeft(page)) return page
      page.right.forEach((row) => rows.push(row))
    }
  }
  /* eslint-enable functional/no-loop-statements */
  return E.right(rows)
}
