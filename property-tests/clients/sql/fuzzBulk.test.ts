/**
 * Thousands of hostile texts on every database, hundreds in a statement: each is kept, found, changed and deleted as in
 * memory, and nothing else is. What is counted are texts that differ from each other and that the engine can hold.
 *
 * Planted and found: lists of PostgreSQL whose members' backslashes aren't escaped.
 */
import { expect } from 'chai'
import fc from 'fast-check'
import {
  concat,
  createBulk,
  deleteRows,
  field,
  filter,
  orderBy,
  pipe,
  schema,
  toArray,
  update,
  updateBulk,
  type FullWritableClient,
} from 'queryset-ts'
import { createSchema, sqlClient, type Driver } from 'queryset-ts/sql'
import { dialectOf } from '../../../src/clients/sql/dialects.js'
import { fuzzPlaces } from '../../support/fuzzPlaces.js'
import { hostile } from '../../support/hostile.js'
import { isLong, seed } from '../../support/runs.js'
import { done } from '../../support/sqlDatabases.js'

/** How many different texts each database is sent, and how many stand in one statement. */
const most = isLong ? 10_000 : 1_000
const together = 500

const models = schema({
  note: {
    id: field.int({ primaryKey: true }),
    name: field.text({ maxLength: 160, unique: true }),
    body: field.nullable(field.text()),
    data: field.nullable(field.json()),
  },
})
const { note } = models

interface Note {
  readonly id: number
  readonly name: string
  readonly body: string | null
  readonly data: unknown
}

/** Texts that differ, each of several pieces. */
const texts = (driver: Driver): ReadonlyArray<string> => {
  const { sendable } = dialectOf(driver.dialect)
  const wide = fc.array(hostile, { minLength: 1, maxLength: 3 }).map((all) => all.join(''))
  const all = new Set<string>()
  for (let round = 0; all.size < most; round += 1)
    for (const text of fc.sample(wide, { numRuns: most, seed: seed + round }))
      if (all.size < most && text.length <= 100 && sendable('text', text)) all.add(text)
  return [...all]
}

const inParts = <A>(all: ReadonlyArray<A>): ReadonlyArray<ReadonlyArray<A>> =>
  Array.from({ length: Math.ceil(all.length / together) }, (_, i) =>
    all.slice(i * together, (i + 1) * together),
  )

const everything = (client: FullWritableClient): Promise<ReadonlyArray<Note>> =>
  done(
    pipe(
      note,
      orderBy((r) => [r.id.asc()]),
      toArray(client),
    ),
  )

const named = (client: FullWritableClient, names: ReadonlyArray<string>): Promise<ReadonlyArray<Note>> =>
  done(
    pipe(
      note,
      filter((r) => r.name.in(names)),
      orderBy((r) => [r.id.asc()]),
      toArray(client),
    ),
  )

/** Makes rows of all texts, and changes, finds and deletes them, part by part. */
const compared = async (client: FullWritableClient, all: ReadonlyArray<string>): Promise<number> => {
  const other = (i: number): string => all[(i + 1) % all.length] ?? ''
  const rows = all.map((name, id) => ({ id, name, body: other(id), data: { [name]: [other(id)] } }))
  for (const part of inParts(rows)) await done(pipe(note, createBulk(client, part)))
  expect(await everything(client)).to.deep.equal(rows)

  for (const part of inParts(rows)) {
    const names = part.map(({ name }) => name)
    expect(await named(client, names)).to.deep.equal(part)
    const changed = part.map(({ id, name }) => ({ id, name, body: name, data: name }))
    const conflicts = { uniqueFields: ['name'], updateFields: ['body', 'data'] } as const
    await done(pipe(note, createBulk(client, changed, { updateConflicts: conflicts })))
    expect(await named(client, names)).to.deep.equal(changed)
    await done(
      pipe(
        note,
        updateBulk(
          client,
          part.map(({ id, body }) => [id, { body, data: [body] }] as const),
        ),
      ),
    )
    await done(
      pipe(
        note,
        filter((r) => r.name.in(names)),
        update(client, (r) => ({ body: concat(r.body, r.name) })),
      ),
    )
    expect(await named(client, names)).to.deep.equal(
      part.map(({ id, name, body }) => ({ id, name, body: body + name, data: [body] })),
    )
  }

  const [first = [], ...others] = inParts(rows)
  await done(
    pipe(
      note,
      filter((r) => r.name.in(first.map(({ name }) => name))),
      deleteRows(client),
    ),
  )
  const left = (await everything(client)).map(({ name }) => name)
  expect(left).to.deep.equal(others.flat().map(({ name }) => name))
  return new Set(rows.map(({ name }) => name)).size
}

for (const { title, open } of fuzzPlaces('fuzz_bulk'))
  describe(`many hostile texts on ${title}`, function () {
    this.timeout(isLong ? 1_200_000 : 120_000)

    it(`are texts, ${String(most)} that differ [seed ${String(seed)}]`, async function () {
      const driver = await open()
      if (typeof driver === 'string') {
        console.log(`      skipped: ${driver}`)
        return this.skip()
      }
      try {
        await done(createSchema(models, driver))
        const client = sqlClient(models, driver) as unknown as FullWritableClient
        expect(await compared(client, texts(driver))).to.equal(most)
      } finally {
        await driver.close()
      }
    })
  })
