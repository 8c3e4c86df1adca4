/** Keys and unique values mistaken for each other, forgotten or used twice. */
import { either as E } from 'fp-ts'
import { conflict, type Model } from '../../src/index.js'
import type { Write } from '../../src/query/Write.js'
import type { Store } from '../../src/engine/Store.js'
import * as Text from '../../src/value/Text.js'
import type { Json, Row } from '../../src/value/Value.js'
import type { Bug, Written } from './support/client.js'
import { byBoth } from './support/killers.js'
import { m, type Rows } from './support/models.js'
import { mutantsOf } from './support/mutantsOf.js'
import type { Mutant, Witness } from './support/Mutant.js'
import * as R from './support/rewrite.js'
import { does, finds, fresh, reads, told } from './support/witness.js'

const mutant = mutantsOf('ids-uniqueness')

const modelOf = (store: Store, name: string): Model => store.schema.models.get(name)!
const rowsOf = (store: Store, model: string): ReadonlyArray<Row> => store.rows.get(model) ?? []
const withRows = (store: Store, model: string, rows: ReadonlyArray<Row>): Store => ({
  ...store,
  rows: new Map([...store.rows, [model, rows]]),
})
const keysOf = (store: Store, model: string): ReadonlyArray<Json> =>
  rowsOf(store, model).map((row) => row[modelOf(store, model).primaryKey] ?? null)

/** The keys of updates and deletes are understood in another way: as those of rows that are there. */
const keyed = (find: (key: Json, there: ReadonlyArray<Json>) => ReadonlyArray<Json>): Bug => ({
  write: (write, store) => {
    const there = keysOf(store, write.model)
    switch (write._tag) {
      case 'create':
        return write
      case 'update':
        return {
          ...write,
          changes: write.changes.flatMap(({ key, set }) =>
            find(key, there).map((own) => ({ key: own, set })),
          ),
        }
      case 'delete':
        return { ...write, keys: write.keys.flatMap((key) => find(key, there)) }
    }
  },
})

/** Keys of text are sent through something. */
const through = (send: (key: string) => string): Bug =>
  keyed((key) => [typeof key === 'string' ? send(key) : key])

/** Where a write is right, values that must not come twice may be refused all the same. */
const refusing = (refused: (write: Write, store: Store, after: Store) => string | null): Bug => ({
  applied: (write, store, right) =>
    E.chain((applied: { readonly store: Store }): Written => {
      const column = refused(write, store, applied.store)
      return column === null
        ? (E.right(applied) as Written)
        : E.left(conflict(write.model, [column], `another row has this ${column} already`))
    })(right(write)),
})

const uniques = ({ columns, primaryKey }: Model): ReadonlyArray<string> =>
  [...columns.values()].flatMap(({ name, unique }) => (unique && name !== primaryKey ? [name] : []))

/** A unique value is kept from the check, and put in its place afterwards. */
const unchecked = (
  tag: 'create' | 'update',
  spared: (column: string, value: Json, store: Store, write: Write, i: number) => boolean,
): Bug => ({
  applied: (write, store, right) => {
    const done = right(write)
    if (write._tag !== tag || E.isRight(done)) return done
    const model = modelOf(store, write.model)
    const items = write._tag === 'create' ? write.rows : write.changes.map(({ set }) => set)
    const bare = items.map((item, i) =>
      Object.fromEntries(
        Object.entries(item).map(([name, value]) => [
          name,
          uniques(model).includes(name) &&
          model.columns.get(name)!.nullable &&
          value !== null &&
          spared(name, value, store, write, i)
            ? null
            : value,
        ]),
      ),
    )
    const again = right(
      write._tag === 'create'
        ? { ...write, rows: bare }
        : { ...write, changes: write.changes.map(({ key }, i) => ({ key, set: bare[i]! })) },
    )
    if (E.isLeft(again)) return done
    const keys =
      write._tag === 'create'
        ? again.right.rows.map((row) => row[model.primaryKey] ?? null)
        : write.changes.map(({ key }) => key)
    const put = (row: Row): Row => {
      const at = keys.lastIndexOf(row[model.primaryKey] ?? null)
      return at === -1 ? row : { ...row, ...items[at], [model.primaryKey]: row[model.primaryKey] ?? null }
    }
    return E.right({
      ...again.right,
      rows: again.right.rows.map(put),
      store: withRows(again.right.store, write.model, rowsOf(again.right.store, write.model).map(put)),
    })
  },
})

const fill = (
  write: Write,
  key: (model: Model, row: Row, i: number, store: Store) => Json,
  store: Store,
): Write =>
  write._tag !== 'create'
    ? write
    : {
        ...write,
        rows: write.rows.map((row, i) => {
          const model = modelOf(store, write.model)
          const own = row[model.primaryKey] ?? null
          return own === null && model.columns.get(model.primaryKey)!.auto
            ? { ...row, [model.primaryKey]: key(model, row, i, store) }
            : row
        }),
      }

const mail: Rows = { author: [{ email: 'a' }, { email: 'b' }] }
const slugs = (...all: ReadonlyArray<string>): Rows => ({ tag: all.map((slug) => ({ slug })) })

const updatingTag = (rows: Rows, slug: string): Witness =>
  does(rows, (client) => told(client.update('tag', slug, { label: 'x' })))

const creatingAuthors = (rows: Rows, ...emails: ReadonlyArray<Json>): Witness =>
  does(rows, (client) =>
    told(
      client.createBulk(
        'author',
        emails.map((email) => fresh('author', { email })),
      ),
    ),
  )

/** Rows that were deleted, by store and model. */
const graves = new WeakMap<Store, ReadonlyMap<string, ReadonlyArray<Row>>>()

export const ids: ReadonlyArray<Mutant> = [
  mutant(
    'key-used-again',
    'the largest key and 1 is used again after a delete',
    {
      applied: (write, store, right) => right(write, { ...store, greatest: new Map() }),
    },
    does({}, async (client) => [
      await told(client.create('book', fresh('book', {}))),
      await told(client.delete('book', 1)),
      await told(client.create('book', fresh('book', {}))),
    ]),
  ),
  mutant(
    'key-by-count',
    'the next key is the number of rows and 1',
    {
      write: (write, store) => fill(write, (model, _, i) => rowsOf(store, model.name).length + i + 1, store),
    },
    does({ book: [{ id: 2 }] }, (client) => told(client.create('book', fresh('book', {})))),
  ),
  mutant(
    'given-keys-not-counted',
    'a key that was given does not move the counter on',
    {
      write: (write, store) =>
        fill(
          write,
          (model, _, i) => (store.greatest.get(model.name) ?? rowsOf(store, model.name).length) + i + 1,
          store,
        ),
      applied: (write, store, right) =>
        E.map(
          (applied: {
            readonly store: Store
            readonly rows: ReadonlyArray<Row>
            readonly count: number
          }) => ({
            ...applied,
            store:
              write._tag === 'create'
                ? {
                    ...applied.store,
                    greatest: new Map([
                      ...store.greatest,
                      [
                        write.model,
                        (store.greatest.get(write.model) ?? rowsOf(store, write.model).length) +
                          write.rows.length,
                      ],
                    ]),
                  }
                : applied.store,
          }),
        )(right(write)),
    },
    does({}, async (client) => [
      await told(client.create('book', fresh('book', { id: 5 }))),
      await told(client.create('book', fresh('book', {}))),
    ]),
  ),
  mutant(
    'zero-is-no-key',
    'a row with the key 0 gets another one',
    {
      write: (write, store) =>
        write._tag === 'create'
          ? {
              ...write,
              rows: write.rows.map((row) => {
                const { primaryKey, columns } = modelOf(store, write.model)
                return row[primaryKey] === 0 && columns.get(primaryKey)!.auto
                  ? { ...row, [primaryKey]: null }
                  : row
              }),
            }
          : write,
    },
    does({}, (client) => told(client.create('book', fresh('book', { id: 0 })))),
  ),
  mutant(
    'zero-not-found',
    'the row with the key 0 cannot be changed or deleted',
    keyed((key) => (key === 0 ? [] : [key])),
    does({ book: [{ id: 0 }] }, (client) => told(client.update('book', 0, { n: 1 }))),
  ),
  mutant(
    'empty-key-not-found',
    "the row with the key '' cannot be changed or deleted",
    keyed((key) => (key === '' ? [] : [key])),
    updatingTag(slugs(''), ''),
  ),
  mutant(
    'negative-keys-lost',
    'rows with a negative key are not listed',
    {
      rows: (rows, query, _, { schema }) =>
        query.from._tag === 'model' && query.columns === null && query.group === null
          ? rows.filter((row) => {
              const key =
                query.from._tag === 'model'
                  ? row[schema.models.get(query.from.model)?.primaryKey ?? '']
                  : null
              return typeof key !== 'number' || key >= 0
            })
          : rows,
    },
    reads({ book: [{ id: -1 }] }, m.book),
  ),
  mutant(
    'create-overwrites',
    'a row that is made with a key that is taken replaces the one that has it',
    {
      applied: (write, store, right) => {
        if (write._tag !== 'create') return right(write)
        const { primaryKey } = modelOf(store, write.model)
        const taken = write.rows.map((row) => row[primaryKey] ?? null)
        return right(
          write,
          withRows(
            store,
            write.model,
            rowsOf(store, write.model).filter((row) => !taken.includes(row[primaryKey] ?? null)),
          ),
        )
      },
    },
    does({ book: [{ n: 1 }] }, (client) => told(client.create('book', fresh('book', { id: 1, n: 2 })))),
  ),
  mutant(
    'keys-fold-case',
    'keys of text are found whatever their case',
    keyed((key, there) =>
      typeof key === 'string'
        ? there.filter((own) => typeof own === 'string' && Text.upper(own) === Text.upper(key))
        : [key],
    ),
    updatingTag(slugs('a'), 'A'),
  ),
  mutant(
    'keys-loosely-equal',
    "keys that look like numbers are found as numbers: '01' is '1'",
    keyed((key, there) =>
      typeof key === 'string' && key.trim() !== '' && !Number.isNaN(Number(key))
        ? there.filter(
            (own) =>
              own === key || (typeof own === 'string' && own.trim() !== '' && Number(own) === Number(key)),
          )
        : [key],
    ),
    updatingTag(slugs('1'), '01'),
  ),
  mutant(
    'keys-trimmed',
    'keys of text are trimmed before they are looked up',
    through((key) => key.trim()),
    updatingTag(slugs(' a'), ' a'),
  ),
  mutant(
    'keys-cut-at-hash',
    'a key is put into an address as it is: what comes after # or ? is lost',
    through((key) => key.split(/[#?]/u)[0] ?? ''),
    updatingTag(slugs('a', 'a#b'), 'a#b'),
  ),
  mutant(
    'keys-with-slash-lost',
    'a key is put into an address as it is: with a slash in it, it is not found',
    keyed((key) => (typeof key === 'string' && key.includes('/') ? [] : [key])),
    updatingTag(slugs('a/b'), 'a/b'),
  ),
  mutant(
    'keys-decoded-twice',
    'a key that looks encoded is decoded once more',
    through((key) => {
      try {
        return decodeURIComponent(key)
      } catch {
        return key
      }
    }),
    updatingTag(slugs('%20'), '%20'),
  ),
  mutant(
    'plus-in-key-as-space',
    'a plus in a key is taken for a space',
    through((key) => key.replaceAll('+', ' ')),
    updatingTag(slugs('a+b'), 'a+b'),
  ),
  mutant(
    'quotes-in-key-break',
    'a row whose key has a quote in it is not found',
    keyed((key) => (typeof key === 'string' && /['"]/u.test(key) ? [] : [key])),
    updatingTag(slugs("a'b"), "a'b"),
  ),
  mutant(
    'proto-key-lost',
    "rows are kept in an object: the one with the key '__proto__' is lost",
    {
      applied: (write, _, right) =>
        E.map(
          (applied: {
            readonly store: Store
            readonly rows: ReadonlyArray<Row>
            readonly count: number
          }) => ({
            ...applied,
            store: withRows(
              applied.store,
              write.model,
              rowsOf(applied.store, write.model).filter(
                (row) => row[modelOf(applied.store, write.model).primaryKey] !== '__proto__',
              ),
            ),
          }),
        )(right(write)),
    },
    does({}, (client) => told(client.create('tag', { slug: '__proto__', label: null }))),
  ),
  mutant(
    'constructor-key-there',
    "rows are kept in an object: there is always one with the key 'constructor'",
    {
      told: (applied, write) =>
        write._tag === 'delete' && write.keys.includes('constructor')
          ? { ...applied, count: write.keys.length }
          : applied,
    },
    does({}, (client) => told(client.delete('tag', 'constructor'))),
  ),
  mutant(
    'keys-prefix-matched',
    'a delete by a key of text takes along the keys that begin with it',
    {
      write: (write, store) =>
        write._tag === 'delete'
          ? {
              ...write,
              keys: keysOf(store, write.model).filter((own) =>
                write.keys.some(
                  (key) =>
                    key === own ||
                    (typeof key === 'string' && key !== '' && typeof own === 'string' && own.startsWith(key)),
                ),
              ),
            }
          : write,
    },
    does(slugs('a', 'ab'), (client) => told(client.delete('tag', 'a'))),
  ),
  mutant(
    'large-keys-rounded',
    'keys beyond 32 bits are found by what is left of them in 32 bits',
    R.lookups(
      ['exact', 'in'],
      ({ value, others }) => others.some((other) => ((other as number) | 0) === ((value as number) | 0)),
      { kinds: ['int'] },
    ),
    finds([{ id: 1 }], (b) => b.id.eq(2 ** 32 + 1)),
    byBoth,
  ),
  mutant(
    'nulls-collide',
    'two rows that have nothing in a unique column collide',
    refusing((write, _, after) => {
      if (write._tag === 'delete') return null
      const model = modelOf(after, write.model)
      const touched = write._tag === 'create' ? write.rows : write.changes.map(({ set }) => set)
      return (
        uniques(model).find(
          (column) =>
            touched.some((row) => row[column] === null) &&
            rowsOf(after, write.model).filter((row) => row[column] === null).length > 1,
        ) ?? null
      )
    }),
    creatingAuthors({}, null, null),
  ),
  mutant(
    'unique-folds-case',
    'unique text collides with the same in another case',
    refusing((write, _, after) => {
      if (write._tag === 'delete') return null
      return (
        uniques(modelOf(after, write.model)).find((column) => {
          const values = rowsOf(after, write.model).flatMap((row) => {
            const value = row[column]
            return typeof value === 'string' ? [Text.upper(value)] : []
          })
          return new Set(values).size < values.length
        }) ?? null
      )
    }),
    creatingAuthors({}, 'a', 'A'),
  ),
  mutant(
    'unique-remembers-deleted',
    'a unique value of a row that was deleted stays taken',
    {
      applied: (write, store, right) => {
        const gone: ReadonlyArray<Row> = graves.get(store)?.get(write.model) ?? []
        const model = modelOf(store, write.model)
        const touched =
          write._tag === 'create'
            ? write.rows
            : write._tag === 'update'
              ? write.changes.map(({ set }) => set)
              : []
        const column = uniques(model).find((name) =>
          touched.some(
            (row) =>
              row[name] !== undefined && row[name] !== null && gone.some((old) => old[name] === row[name]),
          ),
        )
        if (column !== undefined)
          return E.left(conflict(write.model, [column], `another row has this ${column} already`))
        const done = right(write)
        if (E.isRight(done)) {
          const dead =
            write._tag === 'delete'
              ? rowsOf(store, write.model).filter((row) => write.keys.includes(row[model.primaryKey] ?? null))
              : []
          graves.set(
            done.right.store,
            new Map([...(graves.get(store) ?? []), [write.model, [...gone, ...dead]]]),
          )
        }
        return done
      },
    },
    does(mail, async (client) => [
      await told(client.delete('author', 1)),
      await told(client.create('author', fresh('author', { email: 'a' }))),
    ]),
  ),
  mutant(
    'unique-collides-with-itself',
    'a row that is given the unique value which it has already is refused',
    refusing((write, before) => {
      if (write._tag !== 'update') return null
      const model = modelOf(before, write.model)
      return (
        uniques(model).find((column) =>
          write.changes.some(({ key, set }) => {
            const own = rowsOf(before, write.model).find((row) => row[model.primaryKey] === key)
            return (
              own !== undefined &&
              set[column] !== undefined &&
              set[column] !== null &&
              own[column] === set[column]
            )
          }),
        ) ?? null
      )
    }),
    does(mail, (client) => told(client.update('author', 1, { email: 'a' }))),
  ),
  mutant(
    'unique-unchecked-on-update',
    'unique values are checked when rows are made, and not when they change',
    unchecked('update', () => true),
    does(mail, (client) => told(client.update('author', 2, { email: 'a' }))),
  ),
  mutant(
    'unique-unchecked-in-bulk',
    'rows that are made together are not held against each other',
    unchecked('create', (column, value, store, write) =>
      rowsOf(store, write.model).every((row) => row[column] !== value),
    ),
    creatingAuthors({}, 'a', 'a'),
  ),
  mutant(
    'unique-first-row-only',
    'a unique value is held against the newest row only',
    unchecked(
      'create',
      (column, value, store, write) => rowsOf(store, write.model).at(-1)?.[column] !== value,
    ),
    creatingAuthors(mail, 'a'),
  ),
  mutant(
    'unique-values-swapped-refused',
    'two rows cannot swap their unique values in one write',
    refusing((write, before) => {
      if (write._tag !== 'update' || write.changes.length < 2) return null
      const model = modelOf(before, write.model)
      return (
        uniques(model).find((column) =>
          write.changes.some(
            ({ key, set }) =>
              set[column] !== undefined &&
              set[column] !== null &&
              rowsOf(before, write.model).some(
                (row) => row[column] === set[column] && row[model.primaryKey] !== key,
              ),
          ),
        ) ?? null
      )
    }),
    does(mail, (client) =>
      told(
        client.updateBulk('author', [
          { key: 1, set: { email: 'b' } },
          { key: 2, set: { email: 'a' } },
        ]),
      ),
    ),
  ),
  mutant(
    'rejected-row-stays',
    'a row that is refused because of its unique value is there nevertheless, without it',
    {
      around: (right, world) => ({
        create: (model, row) => async () => {
          const result = await right.create(model, row)()
          if (E.isLeft(result) && result.left._tag === 'Conflict') {
            const own = uniques(world.schema.models.get(model)!)
            if (own.every((column) => world.schema.models.get(model)!.columns.get(column)!.nullable))
              await right.create(model, {
                ...row,
                ...Object.fromEntries(own.map((column) => [column, null])),
              })()
          }
          return result
        },
      }),
    },
    does(mail, (client) => told(client.create('author', fresh('author', { email: 'a' })))),
  ),
  mutant(
    'conflict-uses-up-row',
    'a row whose key is taken is refused, and the one that has the key is gone',
    {
      around: (right, world) => ({
        create: (model, row) => async () => {
          const result = await right.create(model, row)()
          const key = row[world.schema.models.get(model)!.primaryKey] ?? null
          if (E.isLeft(result) && result.left._tag === 'Conflict' && key !== null)
            await right.delete(model, key)()
          return result
        },
      }),
    },
    does({ book: [{}] }, (client) => told(client.create('book', fresh('book', { id: 1 })))),
  ),
]
