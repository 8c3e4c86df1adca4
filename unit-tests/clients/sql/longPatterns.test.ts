/**
 * Patterns that an engine finds too large are matched here, and not refused by the engine.
 *
 * Found: a text of 1,400 letters for `icontains` on MariaDB, and of 44,000 on PostgreSQL; groups that are counted, on both.
 */
import { expect } from 'chai'
import { createBulk, field, filter, orderBy, pipe, schema, toArray, type Queryset } from 'queryset-ts'
import { right } from '../../support/answers.js'
import { onEachDatabase } from './onEachDatabase.js'

const models = schema({ note: { id: field.int({ primaryKey: true }), text: field.text() } })

type NoteRefs = typeof models.note extends Queryset<infer R, unknown> ? R : never

const notes = [1400, 50_000, 1500].map((length, id) => ({ id, text: 'sK'.repeat(length / 2) }))

describe('long patterns', function () {
  this.timeout(60_000)

  onEachDatabase('are matched as in memory', 'long_patterns', models, async (client, reference) => {
    await right(pipe(models.note, createBulk(client, notes)))
    await right(pipe(models.note, createBulk(reference, notes)))
    for (const found of [
      filter((n: NoteRefs) => n.text.icontains('Sk'.repeat(600))),
      filter((n: NoteRefs) => n.text.icontains('Sk'.repeat(740))),
      filter((n: NoteRefs) => n.text.iexact('SK'.repeat(25_000))),
      filter((n: NoteRefs) => n.text.regex('^((sK){100}){7}$')),
      filter((n: NoteRefs) => n.text.iregex(`^${'(s{1}k{1}){100}'.repeat(7)}$`)),
    ]) {
      const asked = pipe(
        models.note,
        found,
        orderBy((n) => [n.id.asc()]),
      )
      const rows = await right(pipe(asked, toArray(client)))
      expect(rows).to.deep.equal(await right(pipe(asked, toArray(reference))))
      expect(rows.length).to.be.greaterThan(0)
    }
  })
})
