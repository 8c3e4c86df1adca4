/** Files of others: what nobody changed stays as it is written there. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { function as fn } from 'fp-ts'
import fc from 'fast-check'
import { autoId, create, deleteRows, field, filter, schema, toArray, update } from '../../../src/index.js'
import { json } from '../../../src/json.js'
import { right } from '../../support/answers.js'

const models = schema({
  log: {
    id: autoId,
    name: field.text(),
    at: field.nullable(field.datetime()),
    price: field.nullable(field.decimal()),
    data: field.nullable(field.json()),
  },
})

const odd =
  '{"id": 1, "name": "caf\\u00e9", "at":"2021-01-01T00:00:00.123456Z", "price": "1.50",\n    "data": {"n": 12345678901234567890, "exact": 0.1000000000000000055511151231257827021181583404541015625, "e": 1E3, "b" : [ -0, {"10": 1, "9": 2} ]}}'
const odder = odd.replaceAll('\n', '')
const plain = '{ "name": "x", "id": 2, "at": null, "price": null, "data": { "a": [1, 2] } }'
const made = '{"id":3,"name":"new","at":null,"price":null,"data":null}'
const tidy = '{"id":2,"name":"x","at":null,"price":null,"data":{"a":[1,2]}}'

describe('files of others', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'queryset-letters-'))
  })
  afterEach(() => rm(folder, { recursive: true }))
  const text = (form: string) => readFile(join(folder, `log.${form}`), 'utf8')
  const start = (form: string, content: string) => writeFile(join(folder, `log.${form}`), content)
  const add = (client = json(models, folder)) => right(create(client, { name: 'new' })(models.log))

  // Caught, planted: rows written as they were read.
  it('keep rows that nobody changed, to the letter, and the values of a row that is changed', async () => {
    await start('json', `[${odd},\n${plain}]`)
    const client = json(models, folder)
    await add(client)
    expect(await text('json')).to.equal(`[\n  ${odd},\n  ${tidy},\n  ${made}\n]\n`)
    // Once more, with what is remembered, and by another client.
    await right(
      fn.pipe(
        models.log,
        filter((l) => l.id.eq(3)),
        deleteRows(client),
      ),
    )
    await right(
      fn.pipe(
        models.log,
        filter((l) => l.id.eq(2)),
        update(json(models, folder), () => ({ name: 'y' })),
      ),
    )
    expect(await text('json')).to.equal(`[\n  ${odd},\n  ${tidy.replace('"x"', '"y"')}\n]\n`)
    await right(
      fn.pipe(
        models.log,
        filter((l) => l.id.eq(1)),
        update(client, () => ({ name: 'tea' })),
      ),
    )
    const [, values = ''] = odd.split('"at":')
    const kept = `{"id":1,"name":"tea","at":${values.replace('", "price": ', '","price":').replace(',\n    "data": ', ',"data":')}`
    expect(await text('json')).to.equal(`[\n  ${kept},\n  ${tidy.replace('"x"', '"y"')}\n]\n`)
    await add(json(models, folder))
    expect(await text('json')).to.contain(kept)
  })

  it('and the lines of a log, also when it is written anew', async () => {
    await start('ndjson', `${odder}\n${plain}\n`)
    await add()
    expect(await text('ndjson')).to.equal(`${odder}\n${plain}\n${made}\n`)
    const client = json(models, folder)
    for (const name of ['a', 'b', 'c', 'd', 'e', 'f'])
      await right(
        fn.pipe(
          models.log,
          filter((l) => l.id.eq(2)),
          update(client, () => ({ name })),
        ),
      )
    expect((await text('ndjson')).split('\n')[0]).to.equal(odder)
    await right(
      fn.pipe(
        models.log,
        filter((l) => l.id.eq(1)),
        update(client, () => ({ name: 'tea' })),
      ),
    )
    expect(await text('ndjson')).to.contain('"data":{"n": 12345678901234567890,')
  })

  it('whatever the file looks like', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.jsonValue({ maxDepth: 3 }), { minLength: 1, maxLength: 5 }),
        fc.constantFrom(undefined, 1, '\t', '\n\n '),
        async (values, space) => {
          const rows = values.map((data, i) => ({ data, name: String(i), id: i + 1, at: null, price: null }))
          await start('json', JSON.stringify(rows, null, space))
          await add()
          const [first] = JSON.parse(await text('json')) as ReadonlyArray<{ readonly data: unknown }>
          const { data: _, ...found } = first ?? { data: null }
          expect(found).to.deep.equal({ name: '0', id: 1, at: null, price: null })
          expect(
            (JSON.parse(await text('json')) as ReadonlyArray<{ readonly data: unknown }>).map(({ data }) =>
              JSON.stringify(data),
            ),
          ).to.deep.equal([...values.map((data) => JSON.stringify(data)), 'null'])
          expect((await right(toArray(json(models, folder))(models.log))).length).to.equal(values.length + 1)
        },
      ),
      { numRuns: 50 },
    )
  })
})
