/**
 * What `@feathersjs/adapter-tests` asserts of a service of people, spelled as querysets. Left out are what is about
 * Feathers itself (`params.adapter`, that methods don't call each other) and what may not be done until it is allowed.
 */
import { either as E, function as fn, taskEither as TE } from 'fp-ts'
import {
  and,
  autoId,
  create,
  createBulk,
  deleteRows,
  exclude,
  field,
  filter,
  get,
  list,
  only,
  or,
  orderBy,
  schema,
  schemaOf,
  slice,
  toArray,
  update,
  type Queryset,
} from 'queryset-ts'
import { load } from '../../../src/clients/memory/memory.js'
import type { StoreClient } from '../../../src/clients/reference/storeClient.js'
import type { Json } from '../../../src/value/Value.js'
import { said, type Assertion, type Peer } from './Peer.js'

const { pipe } = fn

const m = schema({
  user: {
    id: autoId,
    name: field.text(),
    age: field.nullable(field.int()),
    created: field.nullable(field.boolean()),
  },
})

type User = typeof m.user extends Queryset<infer R, infer _A, infer _M> ? R : never

const is = (name: string, ask: (client: StoreClient) => Promise<Json>): Assertion => ({ name, ask })

/** Questions about one person, made first. */
const withDoug = (name: string, ask: (client: StoreClient, doug: number) => Promise<Json>): Assertion =>
  is(name, async (client) => {
    const doug = await pipe(m.user, create(client, { name: 'Doug', age: 32 }))()
    return ask(client, E.isRight(doug) ? doug.right.id : -1)
  })

/** Questions about three. */
const withThree = (name: string, ask: (client: StoreClient) => Promise<Json>): Assertion =>
  is(name, async (client) => {
    await pipe(m.user, create(client, { name: 'Bob', age: 25 }))()
    await pipe(m.user, create(client, { name: 'Doug', age: 32 }))()
    await pipe(m.user, create(client, { name: 'Alice', age: 19 }))()
    return ask(client)
  })

const byId = (id: number) => filter((u: User) => u.id.eq(id))
const named = (name: string) => filter((u: User) => u.name.eq(name))

/** A list's length and the names in it, in an order where one is asked for. */
const names = async (client: StoreClient, users: typeof m.user, ordered = false): Promise<Json> => {
  const rows = await pipe(users, toArray(client))()
  if (E.isLeft(rows)) return rows.left._tag
  const all = rows.right.map(({ name }) => name)
  return ordered ? all : [...all].sort()
}

/** Several answers, one after the other. */
const each = async (...asks: ReadonlyArray<() => Promise<Json>>): Promise<Json> => {
  const answers: Array<Json> = []
  for (const ask of asks) answers.push(await ask())
  return answers
}

/** Two people with the same mark. */
const pair = (client: StoreClient, dave: number, david: number) =>
  pipe(
    m.user,
    createBulk(client, [
      { name: 'Dave', age: dave, created: true },
      { name: 'David', age: david, created: true },
    ]),
  )()

const created = filter((u: User) => u.created.eq(true))(m.user)

const fourteen = (client: StoreClient) =>
  pipe(
    m.user,
    createBulk(
      client,
      Array.from({ length: 14 }, (_, i) => ({ name: `name-${String(i)}`, age: 3, created: true })),
    ),
  )()

const changed =
  (client: StoreClient, values: { readonly name?: string; readonly age?: number | null }) =>
  (users: typeof m.user): Promise<Json> =>
    said(
      pipe(
        users,
        update(client, () => values),
      ),
    )

const byName = orderBy((u: User) => [u.name.asc()])
const byNameDown = orderBy((u: User) => [u.name.desc()])

const assertions: ReadonlyArray<Assertion> = [
  withDoug('get', (c, id) => said(pipe(m.user, byId(id), get(c)))),
  withDoug('get, selected', (c, id) => said(pipe(m.user, byId(id), only('name'), get(c)))),
  withDoug('get by id and query', (c, id) => said(pipe(m.user, byId(id), named('Tester'), get(c)))),
  withDoug('get what is not there', (c) => said(pipe(m.user, byId(568225), get(c)))),
  withDoug('get by id and another id', async (c, id) => {
    const alice = await pipe(m.user, create(c, { name: 'Alice', age: 12 }))()
    return said(pipe(m.user, byId(id), byId(E.isRight(alice) ? alice.right.id : -1), get(c)))
  }),
  withDoug('find', (c) => said(pipe(m.user, toArray(c)))),
  withDoug('remove', (c, id) =>
    each(
      () => said(pipe(m.user, byId(id), deleteRows(c))),
      () => names(c, m.user),
    ),
  ),
  withDoug('remove by id and query', (c, id) => said(pipe(m.user, byId(id), named('Tester'), deleteRows(c)))),
  withDoug('remove several', async (c) => {
    await pair(c, 29, 3)
    return each(
      () => names(c, created),
      () => said(pipe(created, deleteRows(c))),
    )
  }),
  withDoug('remove several, more than a page', async (c, id) => {
    await pipe(m.user, byId(id), deleteRows(c))()
    const none = await names(c, m.user)
    const made = await fourteen(c)
    return [
      none,
      E.isRight(made) ? made.right.length : null,
      await names(c, m.user),
      await said(
        pipe(
          m.user,
          slice(0, 10),
          list(c),
          TE.map(({ rows }) => rows.length),
        ),
      ),
      await said(pipe(created, deleteRows(c))),
    ]
  }),
  withDoug('update', (c, id) =>
    each(
      () => pipe(m.user, byId(id), changed(c, { name: 'Dougler', age: null })),
      () => said(pipe(m.user, byId(id), get(c))),
    ),
  ),
  withDoug('update by id and query', (c, id) =>
    pipe(m.user, byId(id), named('Tester'), changed(c, { name: 'Dougler' })),
  ),
  withDoug('update what is not there', (c) => pipe(m.user, byId(568225), changed(c, { name: 'NotFound' }))),
  withDoug('patch', (c, id) =>
    each(
      () => pipe(m.user, byId(id), changed(c, { name: 'PatchDoug' })),
      () => said(pipe(m.user, byId(id), get(c))),
    ),
  ),
  withDoug('patch by id and query', (c, id) =>
    pipe(m.user, byId(id), named('Tester'), changed(c, { name: 'id' })),
  ),
  withDoug('patch several', async (c) => {
    await pair(c, 29, 3)
    return each(
      () => pipe(created, changed(c, { age: 2 })),
      () =>
        said(
          pipe(
            created,
            orderBy((u) => [u.id.asc()]),
            toArray(c),
          ),
        ),
    )
  }),
  withDoug('patch several, more than a page', async (c) => {
    await fourteen(c)
    return each(
      () => names(c, created),
      () => pipe(created, changed(c, { age: 4 })),
    )
  }),
  withDoug('patch several, that still match', async (c) => {
    await pair(c, 8, 4)
    const young = filter((u: User) => u.age.lt(10))(m.user)
    return each(
      () => pipe(young, changed(c, { age: 2 })),
      () =>
        said(
          pipe(
            young,
            orderBy((u) => [u.id.asc()]),
            toArray(c),
          ),
        ),
    )
  }),
  withDoug('patch several, that no longer match', async (c) => {
    await pair(c, 10, 10)
    const ten = filter((u: User) => u.age.eq(10))(m.user)
    return each(
      () => pipe(ten, changed(c, { age: 2 })),
      () =>
        said(
          pipe(
            created,
            orderBy((u) => [u.id.asc()]),
            toArray(c),
          ),
        ),
    )
  }),
  withDoug('create', (c) => said(pipe(m.user, create(c, { name: 'Bill', age: 40 })))),
  withDoug('create, given unchanged', async (c) => {
    const given = { name: 'Bill', age: 40 }
    await pipe(m.user, create(c, given))()
    return { ...given }
  }),
  withDoug('create several', (c) =>
    said(
      pipe(
        m.user,
        createBulk(c, [
          { name: 'Gerald', age: 18 },
          { name: 'Herald', age: 18 },
        ]),
      ),
    ),
  ),
  withThree('equal', (c) => names(c, named('Alice')(m.user))),
  withThree('equal in two columns', (c) =>
    names(
      c,
      pipe(
        m.user,
        filter((u) => and(u.name.eq('Alice'), u.age.eq(20))),
      ),
    ),
  ),
  withThree('sorted', (c) =>
    each(
      () => names(c, byName(m.user), true),
      () => names(c, byNameDown(m.user), true),
    ),
  ),
  withThree('limited', (c) =>
    said(
      pipe(
        m.user,
        slice(0, 2),
        list(c),
        TE.map(({ rows }) => rows.length),
      ),
    ),
  ),
  withThree('limited to 0', (c) => names(c, slice(0, 0)(m.user))),
  withThree('skipped', (c) => names(c, pipe(m.user, byName, slice(1)), true)),
  withThree('selected', (c) => said(pipe(m.user, named('Alice'), only('name'), toArray(c)))),
  withThree('or', (c) =>
    names(
      c,
      pipe(
        m.user,
        filter((u) => or(u.name.eq('Alice'), u.name.eq('Bob'))),
        byName,
      ),
      true,
    ),
  ),
  withThree('in', (c) =>
    names(
      c,
      pipe(
        m.user,
        filter((u) => u.name.in(['Alice', 'Bob'])),
        byName,
      ),
      true,
    ),
  ),
  withThree('not in', (c) =>
    names(
      c,
      pipe(
        m.user,
        exclude((u) => u.name.in(['Alice', 'Bob'])),
      ),
    ),
  ),
  withThree('less', (c) =>
    names(
      c,
      pipe(
        m.user,
        filter((u) => u.age.lt(30)),
      ),
    ),
  ),
  withThree('less or equal', (c) =>
    names(
      c,
      pipe(
        m.user,
        filter((u) => u.age.lte(25)),
      ),
    ),
  ),
  withThree('greater', (c) =>
    names(
      c,
      pipe(
        m.user,
        filter((u) => u.age.gt(30)),
      ),
    ),
  ),
  withThree('greater or equal', (c) =>
    names(
      c,
      pipe(
        m.user,
        filter((u) => u.age.gte(25)),
      ),
    ),
  ),
  withThree('not equal', (c) =>
    names(
      c,
      pipe(
        m.user,
        exclude((u) => u.age.eq(25)),
      ),
    ),
  ),
  withThree('greater and less, sorted', (c) =>
    names(
      c,
      pipe(
        m.user,
        filter((u) => and(u.age.gt(18), u.age.lt(30))),
        byName,
      ),
      true,
    ),
  ),
  withThree('or of an and, sorted', (c) =>
    names(
      c,
      pipe(
        m.user,
        filter((u) => or(u.name.eq('Doug'), and(u.age.gte(18), u.age.lt(25)))),
        byName,
      ),
      true,
    ),
  ),
  withThree('and, sorted', (c) =>
    names(
      c,
      pipe(
        m.user,
        filter((u) => and(u.age.eq(19))),
        byName,
      ),
      true,
    ),
  ),
  withThree('and of an or, sorted', (c) =>
    names(
      c,
      pipe(
        m.user,
        filter((u) => and(or(u.name.eq('Alice')))),
        byName,
      ),
      true,
    ),
  ),
  withThree('a page', (c) => said(pipe(m.user, byNameDown, slice(0, 1), list(c)))),
  withThree('a page of a query', (c) => said(pipe(m.user, named('Doug'), byNameDown, slice(0, 1), list(c)))),
  withThree('the second page', (c) => said(pipe(m.user, byNameDown, slice(1, 3), list(c)))),
  withThree('a page of none', (c) => said(pipe(m.user, slice(0, 0), list(c)))),
]

const loaded = load('feathers', schemaOf(m), {})
if (E.isLeft(loaded)) throw new Error(loaded.left.message)

export const feathers: Peer = {
  name: '@feathersjs/adapter-tests',
  schema: schemaOf(m),
  store: loaded.right,
  assertions,
}
