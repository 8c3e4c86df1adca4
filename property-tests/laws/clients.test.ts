/** The kit raises no alarm over clients that are right, and finds what is planted in others. */
import { expect } from 'chai'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { autoId, belongsTo, field, manyToMany, schema } from '../../src/index.js'
import { json } from '../../src/json.js'
import { checkClient, printReport, type CheckOptions } from '../../src/laws.js'
import { bulk, little, right, single, waiting } from '../../unit-tests/laws/planted.js'
import { parameters, seed, titled } from '../support/runs.js'

const models = schema({
  tag: { code: field.text({ primaryKey: true }), rank: field.int() },
  item: {
    id: autoId,
    name: field.nullable(field.text({ unique: true })),
    price: field.decimal(),
    made: field.nullable(field.datetime()),
    parent: field.nullable(belongsTo('item', { relatedName: 'children', onDelete: 'setNull' })),
    tags: manyToMany('tag', { relatedName: 'items' }),
  },
})

const folders: Array<string> = []

/** A folder for each case. */
const onDisk: CheckOptions['client'] = async (_, { rows }) => {
  const folder = await mkdtemp(join(tmpdir(), 'laws-'))
  folders.push(folder)
  for (const [model, list] of rows) await writeFile(join(folder, `${model}.json`), JSON.stringify(list))
  return json(models, folder)
}

/** No failures in so many cases. */
const keeps = (title: string, options: CheckOptions, share = 0.25): void => {
  it(titled(title, share), async () => {
    const report = await checkClient({ ...options, seed, cases: parameters(share).numRuns })()
    expect(report.failures.length, printReport(report)).to.equal(0)
    expect(report.coverage.empty / report.coverage.reads).to.be.lessThan(0.5)
  }).timeout(0)
}

describe('right clients', () => {
  keeps('the reference', { client: right })
  keeps('the reference, by the laws alone', { client: right, against: 'laws' }, 0.15)
  keeps('one that waits', { client: waiting })
  keeps('all derived from pages of three', { client: little(3, true) }, 0.15)
  keeps('all derived from pages of two without a total', { client: little(2, false) }, 0.15)
  keeps('a row at a time, without transactions', { client: single }, 0.15)
  keeps('many rows at once, without transactions', { client: bulk }, 0.15)
  keeps('JSON files', { schema: models, client: onDisk }, 0.1)

  after(async () => {
    for (const folder of folders) await rm(folder, { recursive: true })
  })
})
