/** Transactions that are wrong. Written on 2026-11-28, without sight of the generator. */
import { either as E, taskEither as TE } from 'fp-ts'
import { clientFailed, type QueryError } from '../../../src/index.js'
import type { WritableClient } from '../../../src/client/Client.js'
import type { Store } from '../../../src/engine/Store.js'
import { clientIn, type Bug, type World } from '../support/client.js'
import { overlapping, type BlindMutant } from '../blind/support.js'
import { author, book, rowsOf, two } from '../blind2/support.js'
import { answers, counted, of, queryOf } from './support.js'
import { m } from '../support/models.js'

const transaction = of('transactions', 'cache-errors')
const overlap = of('transactions', 'race')

/** A transaction that is under way: what it is in, and what was there when it began. */
interface Frame {
  readonly outer: World
  before: Store
}

const frames = new WeakMap<World, Frame>()

interface Ends {
  /** Keeps what a draft has; `false` where that isn't possible, and the program must run again. */
  readonly kept?: (draft: World, frame: Frame) => boolean
  readonly failed?: (draft: World, frame: Frame) => void
}

const keep = (draft: World, { outer, before }: Frame): boolean => {
  if (outer.state.store !== before) return false
  outer.state.store = draft.state.store
  return true
}

/** A client whose transactions end otherwise. */
const ending = ({ kept = keep, failed }: Ends, more: NonNullable<Bug['around']> = () => ({})): Bug => {
  const bug: Bug = {
    around: (right, world) => ({
      ...more(right, world),
      transaction:
        <A>(
          program: (client: WritableClient) => TE.TaskEither<QueryError, A>,
        ): TE.TaskEither<QueryError, A> =>
        async () => {
          for (;;) {
            const frame: Frame = { outer: world, before: world.state.store }
            const draft: World = { ...world, state: { store: frame.before } }
            frames.set(draft, frame)
            const result = await program(clientIn(bug, draft))()
            if (E.isLeft(result)) {
              failed?.(draft, frame)
              return result
            }
            if (kept(draft, frame)) return result
          }
        },
    }),
  }
  return bug
}

/** What a transaction within others has is there for all, if nobody wrote meanwhile. */
const published = (world: World): void => {
  const frame = frames.get(world)
  if (frame === undefined || frame.outer.state.store !== frame.before) return
  frame.outer.state.store = world.state.store
  frame.before = world.state.store
  published(frame.outer)
}

/** The world that all see. */
const committed = (world: World): World => {
  const frame = frames.get(world)
  return frame === undefined ? world : committed(frame.outer)
}

/** Only rows of models that both wrote are in each other's way. */
const merged = ({ state: { store } }: World, { outer, before }: Frame): boolean => {
  const now = outer.state.store
  const written = [...store.rows.keys()].filter((name) => store.rows.get(name) !== before.rows.get(name))
  if (written.some((name) => now.rows.get(name) !== before.rows.get(name))) return false
  outer.state.store = {
    ...now,
    rows: new Map([...now.rows, ...written.map((name) => [name, rowsOf(store, name)] as const)]),
    greatest: new Map([...now.greatest, ...[...store.greatest].filter(([name]) => written.includes(name))]),
  }
  return true
}

const failing: TE.TaskEither<QueryError, never> = TE.left(clientFailed('mutant', 'transaction', null))

const make = (client: WritableClient, title: string): TE.TaskEither<QueryError, unknown> =>
  'create' in client ? client.create('book', book({ title })) : failing

const within = <A>(
  client: WritableClient,
  program: (client: WritableClient) => TE.TaskEither<QueryError, A>,
): TE.TaskEither<QueryError, A> => client.transaction?.(program) ?? failing

const counts = (client: WritableClient, queryset: typeof m.book | typeof m.author) =>
  client.count?.(queryOf(queryset)) ?? TE.right(0)

export const transactions: ReadonlyArray<BlindMutant> = [
  transaction(
    'the inner one commits the outer one',
    'a transaction within another one keeps what both wrote, though the outer one fails then',
    'https://github.com/j256/ormlite-core/issues/129',
    ending({
      kept: (draft, frame) => {
        const done = keep(draft, frame)
        if (done) published(frame.outer)
        return done
      },
    }),
    answers(two, (client) => [
      within(client, (outer) =>
        TE.flatMap(() => failing)(
          TE.flatMap(() => within(outer, (inner) => make(inner, 'b')))(make(outer, 'a')),
        ),
      ),
    ]),
  ),
  transaction(
    'the inner one rolls the outer one back',
    'a transaction within another one that fails undoes what the outer one wrote before',
    'https://github.com/AlfaCode-Team/hkm-kernel/issues/53',
    ending({
      failed: (_, { outer }) => {
        const frame = frames.get(outer)
        if (frame !== undefined) outer.state.store = frame.before
      },
    }),
    answers(two, (client) => [
      within(client, (outer) =>
        TE.flatMap(() => TE.orElse(() => make(outer, 'c'))(within(outer, () => failing)))(make(outer, 'a')),
      ),
    ]),
  ),
  transaction(
    'rows are counted outside',
    'a count within a transaction is asked outside of it',
    'https://github.com/knex/knex/issues/1469',
    ending({}, (_, world) => ({
      count: (query, meter) => clientIn({}, committed(world)).count?.(query, meter) ?? TE.right(0),
    })),
    answers(two, (client) => [
      within(client, (inner) => TE.flatMap(() => counts(inner, m.book))(make(inner, 'c'))),
      counted(client, m.book),
    ]),
  ),
  transaction(
    'one model has no transactions',
    'what was written to the tags stays, though the transaction fails',
    null,
    ending({
      failed: (draft, { outer }) => {
        const { store } = outer.state
        outer.state.store = {
          ...store,
          rows: new Map([...store.rows, ['tag', rowsOf(draft.state.store, 'tag')]]),
        }
      },
    }),
    answers({ tag: [{ slug: 'x' }] }, (client) => [
      within(client, (inner) =>
        TE.flatMap(() => failing)(
          'create' in inner ? inner.create('tag', { slug: 'y', label: null }) : failing,
        ),
      ),
    ]),
  ),
  overlap(
    'what was read may have changed',
    'transactions that write to different models may each read what the other one writes',
    'https://github.com/GrafeoDB/grafeo/issues/400',
    ending({ kept: merged }),
    overlapping(
      two,
      [
        [
          (client) =>
            within(client, (inner) =>
              TE.flatMap((n: number) =>
                'create' in inner ? inner.create('author', author({ name: String(n) })) : failing,
              )(counts(inner, m.book)),
            )(),
        ],
        [
          (client) =>
            within(client, (inner) =>
              TE.flatMap((n: number) => ('create' in inner ? inner.create('book', book({ n })) : failing))(
                counts(inner, m.author),
              ),
            )(),
        ],
      ],
      [],
    ),
  ),
]
