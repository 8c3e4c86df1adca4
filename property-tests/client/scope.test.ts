/**
 * A scope is a world of fewer rows: what is seen through it, and what a write through it leaves, is what it would be if the
 * hidden rows weren't there.
 */
import { expect } from 'chai'
import { either as E, function as fn, type taskEither as TE } from 'fp-ts'
import fc from 'fast-check'
import {
  count,
  filter,
  list,
  not,
  scope,
  understands,
  type BulkWrites,
  type Client,
  type QueryError,
  type SingleWrites,
  type WritableClient,
} from '../../src/index.js'
import { inMemory, storeClient } from '../../src/clients/reference/storeClient.js'
import type { Predicate } from '../../src/expression/Ref.js'
import { chance, pick, pickOf, tapeOf, times, type Tape } from '../../src/laws/make/Tape.js'
import { denote } from '../../src/reference/denote.js'
import { sourceOf, store, type Store } from '../../src/engine/Store.js'
import { createRowsBulk } from '../../src/run/write/createBulk.js'
import { deleteRows } from '../../src/run/write/delete.js'
import { obtained } from '../../src/run/write/getOrCreate.js'
import { changeRelated } from '../../src/run/write/related.js'
import { updateRows } from '../../src/run/write/update.js'
import { updateRowsBulk } from '../../src/run/write/updateBulk.js'
import { endsOf } from '../../src/schema/endsOf.js'
import { valuesOf, type Model, type ModelColumn } from '../../src/schema/Schema.js'
import type { Json, Row } from '../../src/value/Value.js'
import { cases, type Case } from '../support/cases.js'
import { asBag, expectRows, now } from '../support/compare.js'
import { expectCaught } from '../support/planted.js'
import { naturals } from '../support/naturals.js'
import { modelOfWorld } from '../support/querysets.js'
import { parameters, tally, titled, type Tally } from '../support/runs.js'
import type { World } from '../support/worlds.js'

const { pipe } = fn

type Refer = { readonly [name: string]: unknown }
type Says = (row: Refer) => Predicate
type Rows = { readonly [model: string]: ReadonlyArray<Row> }
type Layer = <C extends Client>(client: C) => C

interface Compared {
  readonly isNull: () => Predicate
  readonly eq: (value: unknown) => Predicate
}

// --- Scopes ---------------------------------------------------------------------------------------------------------

/** A predicate about a column, that of the row itself or of one that `at` leads to. */
const says = (world: World, tape: Tape, model: Model, at: (row: Refer) => Refer = (row) => row): Says => {
  // A link has no key yet when it is created.
  const names = [...model.columns.keys()].filter((name) => !(model.implicit && name === model.primaryKey))
  const column = pick(tape, names as unknown as readonly [string])
  const { kind } = model.columns.get(column)!
  const value = pickOf(tape, world.live(kind)) ?? pickOf(tape, world.pool(kind))
  const negated = chance(tape, 50)
  const missing = value === null || chance(tape, 30)
  return (row) => {
    const ref = at(row)[column] as Compared
    const said = missing ? ref.isNull() : ref.eq(value)
    return negated ? not(said) : said
  }
}

/** What a scope says: of most models about their own fields, of some links also about a row at an end. */
const saidOf = (world: World, tape: Tape): ReadonlyMap<string, Says> => {
  const { models } = world.schema
  return new Map(
    [...models.values()].flatMap((model, i): ReadonlyArray<readonly [string, Says]> => {
      const ends = endsOf(world.schema, model.name)
      const end = pickOf(tape, ends)
      if (end === null) return i === 0 || chance(tape, 60) ? [[model.name, says(world, tape, model)]] : []
      if (!chance(tape, 25)) return []
      const target = models.get(end.target ?? '')!
      const far = says(world, tape, target, (row) => row[end.name] as Refer)
      return [[model.name, chance(tape, 50) ? far : says(world, tape, model)]]
    }),
  )
}

const layerOf = (world: World, said: ReadonlyMap<string, Says>): Layer =>
  // The models are random, so their types say nothing.
  scope(world.models, Object.fromEntries(said) as never)

// --- Fewer rows -----------------------------------------------------------------------------------------------------

const storeOf = (world: World, rows: Rows): Store => {
  const stored = store(world.schema, rows)
  if (E.isLeft(stored)) throw new Error(JSON.stringify(stored.left))
  return stored.right
}

/** Of some rows, those that meet what is said, and of links those between such rows. */
const shownOf = (world: World, said: ReadonlyMap<string, Says>, rows: Rows): Rows => {
  const source = sourceOf(storeOf(world, rows))
  const meeting = Object.fromEntries(
    Object.entries(rows).map(([name, all]) => {
      const own = said.get(name)
      if (own === undefined) return [name, all]
      const asked = filter(own)(modelOfWorld(world, name))
      const meant = denote(world.schema, source, now)(asked)
      if (E.isLeft(meant)) throw new Error(JSON.stringify(meant.left))
      return [name, meant.right.rows]
    }),
  )
  return Object.fromEntries(
    Object.entries(meeting).map(([name, all]) => [
      name,
      all.filter((row) =>
        endsOf(world.schema, name).every(({ name: end, target, nullable }) => {
          const value = row[end] ?? null
          const hidden = (model: string) =>
            said.has(model) && keyed(world, meeting, model, value) === undefined
          return value === null ? nullable : !hidden(target ?? '')
        }),
      ),
    ]),
  )
}

const keyIn = (world: World, model: string, row: Row): Json =>
  row[world.schema.models.get(model)?.primaryKey ?? ''] ?? null

const keyed = (world: World, rows: Rows, model: string, key: Json): Row | undefined =>
  rows[model]?.find((row) => keyIn(world, model, row) === key)

const without = (world: World, rows: Rows, others: Rows): Rows =>
  Object.fromEntries(
    Object.entries(rows).map(([name, all]) => [
      name,
      all.filter((row) => keyed(world, others, name, keyIn(world, name, row)) === undefined),
    ]),
  )

// --- Clients --------------------------------------------------------------------------------------------------------

/** A client over rows, and the rows that it has now. Foreign keys are not checked, as in many a backend. */
const clientOver = (world: World, rows: Rows) => {
  const keeper = inMemory(storeOf(world, rows))
  return {
    client: storeClient('stored', world.schema, keeper),
    rows: async (): Promise<Rows> => {
      const kept = await keeper.read()
      if (E.isLeft(kept)) throw new Error(kept.left.message)
      return Object.fromEntries(
        [...world.schema.models.keys()].map((name) => [name, kept.right.rows.get(name) ?? []]),
      )
    },
  }
}

const lookups = { exact: 'exact', in: 'exact', isnull: 'exact', gt: 'exact' } as const

/** Clients that are asked for links in different ways. */
const ways: { readonly [name: string]: (client: WritableClient) => WritableClient } = {
  'one that answers everything': (client) => client,
  // Links are sifted: it doesn't follow relations, and gives two rows at a time.
  'one that answers little': (client) => ({
    ...client,
    maxPerRequest: 2,
    support: understands({ lookups, connectives: true, order: true, maxPerRequest: 2 }),
  }),
  'one without transactions': ({ transaction: _, ...client }) => client,
}

/** A scope, or two of which each holds a part of it. */
const within = (world: World, tape: Tape, said: ReadonlyMap<string, Says>): Layer => {
  if (!chance(tape, 30)) return layerOf(world, said)
  const inner = new Map([...said].filter((_, i) => i % 2 === 0))
  const outer = new Map([...said].filter(([name]) => !inner.has(name)))
  return (client) => pipe(client, layerOf(world, inner), layerOf(world, outer))
}

// --- Writes ---------------------------------------------------------------------------------------------------------

interface Command {
  readonly name: string
  readonly run: (client: WritableClient) => TE.TaskEither<QueryError, unknown>
}

const newRow = (world: World, tape: Tape, model: Model, rows: Rows): Row =>
  Object.fromEntries(
    [...model.columns.values()]
      .filter(({ name }) => !(model.implicit && name === model.primaryKey))
      .map((column) => [column.name, valueFor(world, tape, model, column.name, rows)]),
  )

/** A value for a column: for a foreign key one of all rows, hidden ones among them. */
const valueFor = (world: World, tape: Tape, model: Model, name: string, rows: Rows): Json => {
  const { kind, nullable, target } = model.columns.get(name)!
  if (nullable && chance(tape, 20)) return null
  const keys = (rows[target ?? model.name] ?? []).map((row) => keyIn(world, target ?? model.name, row))
  if (target !== null) return pickOf(tape, keys)
  if (name === model.primaryKey && chance(tape, 50)) return pickOf(tape, keys) ?? 7
  if (name === model.primaryKey && kind === 'int') return 900 + tape.next(5)
  return pickOf(tape, world.live(kind)) ?? pickOf(tape, world.pool(kind))
}

const commandOf = (world: World, tape: Tape, rows: Rows): Command => {
  const sort = tape.next(11)
  const models = [...world.schema.models.values()]
  const linking = models.filter(({ relations }) =>
    [...relations.values()].some(({ via }) => via._tag === 'through'),
  )
  const model = pick(tape, (sort > 7 ? linking : models) as unknown as readonly [Model])
  const all = modelOfWorld(world, model.name)
  const some = chance(tape, 50) ? filter(says(world, tape, model))(all) : all
  const columns = [...model.columns.keys()].filter((name) => name !== model.primaryKey)
  const column = pickOf(tape, columns)
  const set = column === null ? {} : { [column]: valueFor(world, tape, model, column, rows) }
  const keys = (rows[model.name] ?? []).map((row) => keyIn(world, model.name, row))
  const fresh = times(1 + tape.next(2), () => newRow(world, tape, model, rows))
  const relations = [...model.relations.values()].filter(({ many }) => many)
  const relation = pickOf(tape, relations)
  const far = (rows[relation?.target ?? ''] ?? []).map((row) => keyIn(world, relation?.target ?? '', row))
  const chosen = times(1 + tape.next(2), () => pickOf(tape, far)).filter((key) => key !== null)
  const updateConflicts = { uniqueFields: [model.primaryKey], updateFields: column === null ? [] : [column] }
  const [first = {}] = fresh
  if (sort > 7 && relation !== null) {
    const how = pick(tape, ['add', 'remove', 'set'] as const)
    return {
      name: `${how} related`,
      run: (client) => changeRelated(client, some, relation.name, how, chosen),
    }
  }
  switch (sort) {
    case 1:
      return { name: 'update', run: (client) => updateRows(client, some, () => set) }
    case 2:
      return {
        name: 'updateBulk',
        run: (client) =>
          updateRowsBulk(
            client,
            some,
            keys.map((key) => [key, set]),
          ),
      }
    case 3:
      return { name: 'delete', run: (client) => deleteRows(client)(some) }
    case 4:
      return {
        name: 'updateConflicts',
        run: (client) => createRowsBulk(client, fresh, all, { updateConflicts }),
      }
    case 5:
      return { name: 'getOrCreate', run: (client) => obtained(client, all, set, first, false) }
    case 6:
      return {
        name: 'deleteBulk of the client',
        run: (client) =>
          'deleteBulk' in client ? client.deleteBulk(model.name, keys) : pick(tape, [] as never),
      }
    case 7:
      return {
        name: 'updateBulk of the client',
        run: (client) =>
          'updateBulk' in client
            ? client.updateBulk(
                model.name,
                keys.map((key) => ({ key, set })),
              )
            : pick(tape, [] as never),
      }
    default:
      return { name: 'createBulk', run: (client) => createRowsBulk(client, fresh, all) }
  }
}

/** Why a write through the scope has to be refused, that would leave these rows were there no others. */
const refusal = (
  world: World,
  said: ReadonlyMap<string, Says>,
  before: Rows,
  after: Rows,
  hidden: Rows,
): string | null => {
  const models = [...world.schema.models.values()]
  const shown = shownOf(world, said, after)
  const outside = models.some(({ name }) =>
    (after[name] ?? []).some((row) => {
      const [was, is] = [before, shown].map((each) => keyed(world, each, name, keyIn(world, name, row)))
      return is === undefined && JSON.stringify(was) !== JSON.stringify(row)
    }),
  )
  if (outside) return 'it would leave the scope'
  const taken = models.some((model) =>
    model.unique.some((columns) => {
      // The keys of links are counted up, over hidden ones too.
      if (model.implicit && columns[0] === model.primaryKey) return false
      const values = valuesOf(model, columns)
      const own = new Set((hidden[model.name] ?? []).map(values))
      return (after[model.name] ?? []).some((row) => values(row) !== null && own.has(values(row)))
    }),
  )
  if (taken) return 'a hidden row has its values'
  const astray = models.some((model) =>
    [...model.columns.values()].some(({ name, target }) =>
      (after[model.name] ?? []).some((row) => {
        const value = row[name] ?? null
        const changed =
          (keyed(world, before, model.name, keyIn(world, model.name, row))?.[name] ?? null) !== value
        return (
          changed && value !== null && target !== null && keyed(world, hidden, target, value) !== undefined
        )
      }),
    ),
  )
  return astray ? 'it points to a hidden row' : null
}

/** Rows of all models; the keys of links, which are counted up over hidden ones too, are left out. */
const told = (world: World, rows: Rows): ReadonlyArray<string> =>
  Object.entries(rows).map(([name, all]) => {
    const model = world.schema.models.get(name)
    const own = model?.implicit === true ? all.map(({ [model.primaryKey]: _, ...row }) => row) : all
    return `${name}: ${asBag(own).join(' ')}`
  })

const union = (rows: Rows, more: Rows): Rows =>
  Object.fromEntries(Object.keys(rows).map((name) => [name, [...(rows[name] ?? []), ...(more[name] ?? [])]]))

// --- The properties -------------------------------------------------------------------------------------------------

/** Cases whose schema has a many-to-many relation, with numbers for the scope and for what is done through it. */
const linkedCases = (steps: number) =>
  fc
    .tuple(cases(steps), naturals(40), naturals(40))
    .filter(([{ world }]) => [...world.schema.models.values()].some(({ implicit }) => implicit))
    .map(([given, said, done]) => ({ given: said.length % 2 === 0 ? given : crowded(given), said, done }))

/** The same with links between all pairs of rows, up to a dozen. */
const crowded = (given: Case): Case => {
  const rows = Object.fromEntries(
    Object.entries(given.world.rows).map(([name, all]) => {
      const model = given.world.schema.models.get(name)
      const [near, far] = model?.implicit === true ? endsOf(given.world.schema, name) : []
      if (model === undefined || near === undefined || far === undefined) return [name, all]
      const keys = ({ target }: ModelColumn) =>
        (given.world.rows[target ?? ''] ?? []).map((row) => keyIn(given.world, target ?? '', row))
      const pairs = keys(near).flatMap((one) => keys(far).map((other) => [one, other] as const))
      return [
        name,
        pairs.slice(0, 12).map(([one, other], i) => ({
          [model.primaryKey]: i + 1,
          [near.name]: one,
          [far.name]: other,
        })),
      ]
    }),
  )
  return { ...given, world: { ...given.world, rows } }
}

/** A scope, or one with a fault. */
type Fault = (given: {
  readonly world: World
  readonly said: ReadonlyMap<string, Says>
  readonly layer: Layer
}) => Layer

type Way = (client: WritableClient) => WritableClient

const seesLess = (seen: Tally, way: Way, plant: Fault = ({ layer }) => layer) =>
  fc.asyncProperty(linkedCases(4), async ({ given: { world, queryset }, ...numbers }) => {
    const [tape, done] = [tapeOf(numbers.said), tapeOf(numbers.done)]
    const said = saidOf(world, tape)
    const rows = shownOf(world, said, world.rows)
    const scoped = plant({ world, said, layer: within(world, done, said) })(
      way(clientOver(world, world.rows).client),
    )
    const fewer = clientOver(world, rows).client
    const link = pickOf(
      done,
      [...world.schema.models.values()].filter(({ implicit }) => implicit),
    )
    const asked = link !== null && chance(done, 30) ? modelOfWorld(world, link.name) : queryset
    const meant = denote(world.schema, sourceOf(storeOf(world, rows)), now)(asked)
    if (E.isLeft(meant)) return
    const expected = await list(fewer)(asked)()
    if (E.isLeft(expected)) return
    const actual = await list(scoped)(asked)()
    if (E.isLeft(actual)) expect.fail(JSON.stringify(actual.left))
    seen.saw(
      expected.right.rows.length > 0 ? 'full' : 'empty',
      ...(asked === queryset ? [] : ['links']),
      ...(asBag(world.rows[link?.name ?? ''] ?? []).length > (rows[link?.name ?? ''] ?? []).length
        ? ['hidden links']
        : []),
    )
    expectRows(actual.right.rows, expected.right.rows, meant.right.ordered)
    expect(await count(scoped)(asked)()).to.deep.equal(await count(fewer)(asked)())
  })

/**
 * Where rows point to each other in a circle, a delete without a transaction first unsets a foreign key of a row that it
 * deletes afterwards. A scope whose predicate looks at that key refuses it: nothing is deleted, and the answer says so.
 */
const isOnTheWay = (command: string, error: QueryError): boolean => {
  const errors = error._tag === 'Incomplete' ? error.items.map((item) => item.error) : [error]
  return (
    command === 'delete' &&
    errors.every((each) => each?._tag === 'Invalid' && each.errors.every(({ code }) => code === 'scope'))
  )
}

const leavesLess = (seen: Tally, way: Way, plant: Fault = ({ layer }) => layer) =>
  fc.asyncProperty(linkedCases(1), async ({ given: { world }, ...numbers }) => {
    const [tape, done] = [tapeOf(numbers.said), tapeOf(numbers.done)]
    const said = saidOf(world, tape)
    const whole = clientOver(world, world.rows)
    const scoped = plant({ world, said, layer: within(world, tape, said) })(way(whole.client))
    const before = shownOf(world, said, world.rows)
    const hidden = without(world, world.rows, before)
    const fewer = clientOver(world, before)
    const command = commandOf(world, done, world.rows)
    const meant = await command.run(way(fewer.client))()
    const answer = await command.run(scoped)()
    const [expected, actual] = [await fewer.rows(), await whole.rows()]
    const reason = E.isLeft(meant) ? meant.left._tag : refusal(world, said, before, expected, hidden)
    seen.saw(command.name, reason === null ? 'done' : reason)
    if (reason === null) {
      if (E.isLeft(answer) && scoped.transaction === undefined && isOnTheWay(command.name, answer.left)) {
        seen.saw('refused on the way')
        expect(told(world, without(world, actual, without(world, actual, hidden)))).to.deep.equal(
          told(world, hidden),
        )
        return
      }
      if (E.isLeft(answer)) expect.fail(`${command.name}: ${JSON.stringify(answer.left)}`)
      expect(told(world, actual), command.name).to.deep.equal(told(world, union(expected, hidden)))
    } else {
      expect(answer._tag, `${command.name}: ${reason}`).to.equal('Left')
      // Without a transaction some of it may have been done; the hidden rows are what they were all the same.
      const kept =
        scoped.transaction === undefined ? without(world, actual, without(world, actual, hidden)) : actual
      expect(told(world, kept), command.name).to.deep.equal(
        told(world, scoped.transaction === undefined ? hidden : world.rows),
      )
    }
  })

describe('a scope', () => {
  Object.entries(ways).forEach(([name, way]) => {
    // Caught, each planted alone in the source: related rows that are forgotten (`isLocal` always true); forgotten counts;
    // forgotten subqueries; a page that is cut before it is sifted.
    it(titled(`shows what is there without the hidden rows, over ${name}`, 0.3), async () => {
      const seen = tally()
      await fc.assert(seesLess(seen, way), parameters(0.3))
      expect(seen.share('full'), seen.toString()).to.be.greaterThan(0.2)
      expect(seen.share('hidden links'), seen.toString()).to.be.greaterThan(0.1)
    })

    // Caught, each planted alone in the source: a foreign key that isn't looked at; links that are created without a look
    // at their ends.
    it(titled(`leaves what a write leaves without the hidden rows, over ${name}`, 0.5), async () => {
      const seen = tally()
      await fc.assert(leavesLess(seen, way), parameters(0.5))
      expect(seen.share('done'), seen.toString()).to.be.greaterThan(0.4)
      expect(seen.share('it would leave the scope'), seen.toString()).to.be.greaterThan(0.02)
    })
  })

  describe('would be seen if', () => {
    const way = ways['one without transactions']!
    type Backend = WritableClient & BulkWrites & SingleWrites

    /** Some models are asked for past the scope. */
    const past =
      (names: (world: World) => ReadonlyArray<string>, ...asked: ReadonlyArray<keyof Backend>): Fault =>
      ({ world, layer }) =>
      (client) => {
        const scoped = layer(client) as unknown as { readonly [name: string]: Call }
        const own = client as unknown as { readonly [name: string]: Call }
        const all = names(world)
        const parts = asked.map((name) => [
          name,
          (...args: ReadonlyArray<unknown>) => {
            // A write names its model, a read asks a query.
            const [first] = args as ReadonlyArray<{ readonly from: { readonly model?: string } } | string>
            const model = typeof first === 'string' ? first : first?.from.model
            return ((all.includes(model ?? '') ? own[name] : undefined) ?? scoped[name]!)(...args)
          },
        ])
        return { ...client, ...scoped, ...(Object.fromEntries(parts) as object) }
      }
    type Call = (...args: ReadonlyArray<unknown>) => unknown

    const links = ({ schema }: World) =>
      [...schema.models.values()].filter(({ implicit }) => implicit).map(({ name }) => name)
    const named = ({ schema }: World) =>
      [...schema.models.values()].filter(({ implicit }) => !implicit).map(({ name }) => name)

    /** Links are scoped by one of their ends only. */
    const oneEnd: Fault =
      ({ world, said, layer }) =>
      (client) => {
        const ends = links(world).map((name) => endsOf(world.schema, name)[1]?.target)
        const fewer = new Map([...said].filter(([name]) => !ends.includes(name)))
        return past(links, 'list', 'count')({ world, said, layer })({
          ...client,
          ...readsOf(layerOf(world, fewer)(client)),
        })
      }
    const readsOf = ({ list: rows, count: number }: Client): Partial<Client> => ({
      list: rows,
      ...(number === undefined ? {} : { count: number }),
    })

    const sees: { readonly [fault: string]: Fault } = {
      'links were not scoped': past(links, 'list', 'count'),
      'links were scoped by one end': oneEnd,
      'rows were not scoped': past(named, 'list', 'count'),
    }
    const leaves: { readonly [fault: string]: Fault } = {
      'links of others were deleted': past(links, 'deleteBulk', 'delete'),
      'links of others were changed': past(links, 'updateBulk', 'update'),
      'links to hidden rows were created': past(links, 'createBulk', 'create'),
      'hidden rows were changed': past(named, 'updateBulk', 'update'),
      'rows left the scope': past(named, 'createBulk', 'create'),
    }
    Object.entries(sees).forEach(([name, fault]) => {
      it(name, () => expectCaught(seesLess(tally(), way, fault), 1))
    })
    Object.entries(leaves).forEach(([name, fault]) => {
      it(name, () => expectCaught(leavesLess(tally(), way, fault), 2))
    })
  })
})
