/**
 * Every sequence of a few steps means the same over clients that answer some parts of a query and not others, for each
 * choice of parts, in pages or not.
 *
 * Planted and found: a plan that asks a client for distinct rows whose columns it doesn't answer.
 */
import { expect } from 'chai'
import { everything, type Support } from '../../src/index.js'
import { memory } from '../../src/memory.js'
import type { QueryPart } from '../../src/query/parts.js'
import { answered } from '../support/able.js'
import { limited } from '../support/rightClients.js'
import { isLong } from '../support/runs.js'
import { models, more, rows, sequences, steps, wrongs } from '../support/sequences.js'

/** No step has related rows. */
const parts = answered.filter((part) => part !== 'related')

const choices = Array.from({ length: 2 ** parts.length }, (_, bits) =>
  parts.filter((_, i) => (bits & (1 << i)) !== 0),
)

/** Answers conditions, and all parts but some. */
const without =
  (missing: ReadonlyArray<QueryPart>, maxPerRequest: number | null): Support =>
  (question) => ({
    ...everything(question),
    ...Object.fromEntries(missing.map((part) => [part, false])),
    total: 'none',
    ...(maxPerRequest === null ? {} : { maxPerRequest }),
  })

const whole = memory(models, { item: rows })

for (const size of [null, 2])
  describe(`sequences of steps ${size === null ? 'at once' : 'in pages'}`, function () {
    this.timeout(isLong ? 1_800_000 : 120_000)

    it('mean the same, whatever parts of a query a client answers', async () => {
      // Without slices a client that gives few rows at once can't give the others.
      for (const missing of choices.filter((each) => size === null || !each.includes('slice'))) {
        const client = limited('some', without(missing, size), whole)
        const lists = [
          sequences(more, 1),
          ...(isLong ? [sequences(more, 2), sequences(steps, 3)] : [sequences(steps, 2)]),
        ]
        expect(await wrongs(client, lists), `without ${missing.join()}`).to.deep.equal([])
      }
    })
  })
