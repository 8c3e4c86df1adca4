/** What strangers send: each is refused with a 4xx that names what is wrong, and nothing is written. */
import { expect } from 'chai'
import { either as E, function as F } from 'fp-ts'
import { autoId, belongsTo, field, manyToMany, schema, toArray } from '../../src/index.js'
import { memory } from '../../src/memory.js'
import {
  cursor,
  filters,
  limitOffset,
  nested,
  pageNumber,
  rest,
  serializer,
  viewset,
} from '../../src/rest.js'

const { pipe } = F

const models = schema({
  tag: { id: autoId, name: field.text({ maxLength: 10 }) },
  part: {
    id: autoId,
    name: field.text({ maxLength: 5 }),
    thing: belongsTo('thing', { relatedName: 'parts' }),
  },
  thing: {
    id: autoId,
    name: field.text({ maxLength: 10 }),
    whole: field.int({ default: 1, min: 0, max: 100 }),
    float: field.float({ default: 1 }),
    price: field.decimal({ maxDigits: 5, decimalPlaces: 2, default: '1.00' }),
    day: field.nullable(field.date()),
    at: field.nullable(field.datetime()),
    flag: field.boolean({ default: false }),
    uid: field.nullable(field.uuid()),
    meta: field.json({ default: {} }),
    main: field.nullable(belongsTo('tag', { relatedName: 'mains' })),
    tags: manyToMany('tag', { relatedName: 'things', blank: true }),
  },
})

const open = () => {
  const client = memory(models, { tag: [{ id: 1, name: 'a' }] })
  const thing = serializer(models.thing, { fields: 'all' })
  const strict = serializer(models.thing, { fields: ['id', 'name'], unknown: 'refuse' })
  const whole = serializer(models.thing, {
    fields: ['id', 'name', 'parts'],
    override: {
      parts: nested(serializer(models.part, { fields: ['id', 'name'] }), {
        many: true,
        write: () => () => Promise.resolve(E.right(null)),
      }),
    },
  })
  const common = {
    queryset: models.thing,
    filters: filters(models.thing, {
      whole: ['exact', 'gt', 'in', 'range'],
      day: ['exact', 'year'],
      name: ['exact', 'icontains'],
      main: ['exact'],
      tags: ['exact'],
    }),
    search: ['name'],
  } as const
  const api = rest(
    {
      things: viewset({ ...common, serializer: thing, pages: pageNumber({ size: 2, max: 5 }) }),
      placed: viewset({ ...common, serializer: thing, pages: limitOffset({ size: 2, max: 5 }) }),
      going: viewset({
        ...common,
        serializer: thing,
        pages: cursor(models.thing, { size: 2, max: 5, order: (t) => [t.name.asc()] }),
      }),
      strict: viewset({ ...common, serializer: strict }),
      whole: viewset({ ...common, serializer: whole }),
    },
    { client, prefix: '/' },
  )
  return { client, api }
}

const json = (method: string, body: string, type = 'application/json'): RequestInit => ({
  method,
  headers: { 'content-type': type },
  body,
})

const ask = async (path: string, init: RequestInit = {}, { api } = open()) => {
  const response = await api(new Request(`http://localhost${path}`, init))
  const text = await response.text()
  expect(text).not.to.match(/\bat .*\.(?:ts|js):\d+/u)
  return { status: response.status, text }
}

/** The names of the fields that an answer finds fault with. */
const named = (text: string): ReadonlyArray<string> => Object.keys(JSON.parse(text) as object)

describe('rest, sent bad input', () => {
  const wrong: { readonly [field: string]: ReadonlyArray<string> } = {
    name: ['[]', '{}', 'true', 'null', '""', '"\\u0000"', '"\\ud800"', '"\\udc00x"', '"01234567890"'],
    whole: [
      '"NaN"',
      '"Infinity"',
      '1e999',
      '1.5',
      '-1',
      '101',
      '"x"',
      '[]',
      'true',
      '9007199254740993',
      'null',
    ],
    float: ['"NaN"', '"nan"', '"Infinity"', '1e999', '{}', '"1,5"'],
    price: ['"NaN"', '"sNaN"', '1234.5', '0.001', '1e999', '[1]'],
    day: ['"2020-02-30"', '"0000-00-00"', '"99999-01-01"', '1', '[]', '"x"'],
    at: ['"2020-01-01"', '"2020-01-01T25:00"', '1', '"2020-01-01T00:00:00+99:99"'],
    flag: ['"perhaps"', '2', '[]', 'null'],
    uid: ['"x"', '{}', '-1'],
    meta: ['null'],
    main: ['99', '"x"', '[1]', '{}', 'true', '1e30'],
    tags: ['1', '"1"', '[99]', '["x"]', '[[1]]', '[null]', '[{}]'],
  }
  Object.entries(wrong).forEach(([name, values]) => {
    values.forEach((value) => {
      it(`names ${name}: ${value}`, async () => {
        const at = open()
        const before = name === 'name' ? '' : '"name":"x",'
        const { status, text } = await ask('/things/', json('POST', `{${before}"${name}":${value}}`), at)
        expect([status, named(text)], text).to.deep.equal([400, [name]])
        expect(await pipe(models.thing, toArray(at.client))()).to.deep.equal(E.right([]))
      })
    })
  })

  it('names the field within nested objects, at any depth', async () => {
    const problem = await ask('/whole/', {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/problem+json' },
      body: '{"name":"x","parts":[{"name":"ok"},{"name":"too long"}]}',
    })
    expect(problem.status).to.equal(400)
    expect(JSON.parse(problem.text)).to.have.nested.property('errors[0].pointer', '/parts/1/name')
    for (const parts of ['[1]', '[null]', '{}', '"x"', '[[]]'])
      expect(named((await ask('/whole/', json('POST', `{"name":"x","parts":${parts}}`))).text)).to.deep.equal(
        ['parts'],
      )
  })

  it('names unknown fields where they are refused, and ignores them elsewhere', async () => {
    const body = '{"name":"x","secret":1,"__proto__":{"name":"y"},"constructor":1}'
    const { status, text } = await ask('/strict/', json('POST', body))
    expect([status, [...named(text)].sort()]).to.deep.equal([400, ['__proto__', 'constructor', 'secret']])
    expect((await ask('/things/', json('POST', body))).status).to.equal(201)
  })

  const bodies: ReadonlyArray<readonly [name: string, init: RequestInit, status: number]> = [
    ['no JSON', json('POST', '{'), 400],
    ['JSON of two values', json('POST', '{}{}'), 400],
    ['NaN in JSON', json('POST', '{"whole":NaN}'), 400],
    ['no object', json('POST', '[1]'), 400],
    ['a text', json('POST', '"x"'), 400],
    ['another media type', json('POST', '<a/>', 'application/xml'), 415],
    ['no media type', json('POST', 'x', ''), 415],
    ['multipart without a boundary', json('POST', 'x', 'multipart/form-data'), 400],
    [
      'multipart cut short',
      json(
        'POST',
        '--x\r\nContent-Disposition: form-data; name="name"\r\n\r\nab',
        'multipart/form-data; boundary=x',
      ),
      400,
    ],
    ['bytes that are no UTF-8', { ...json('POST', ''), body: new Uint8Array([123, 34, 255, 34, 125]) }, 400],
    [
      'bytes that are no UTF-16',
      { ...json('POST', '', 'application/json; charset=utf-16'), body: new Uint8Array([0, 216, 1]) },
      400,
    ],
    [
      'a compressed body',
      { ...json('POST', '{}'), headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' } },
      415,
    ],
  ]
  bodies.forEach(([name, init, status]) => {
    it(`refuses ${name}`, async () => {
      expect((await ask('/things/', init)).status).to.equal(status)
    })
  })

  const addresses: ReadonlyArray<readonly [path: string, status: number, named: string | null]> = [
    ['/things/?whole=x', 400, 'whole'],
    ['/things/?whole=NaN', 400, 'whole'],
    ['/things/?whole=1e999', 400, 'whole'],
    ['/things/?whole__in=1,x', 400, 'whole__in'],
    ['/things/?whole__range=1', 400, 'whole__range'],
    ['/things/?day=2020-02-30', 400, 'day'],
    ['/things/?day__year=x', 400, 'day__year'],
    ['/things/?name=%00', 400, 'name'],
    ['/things/?main=99', 400, 'main'],
    ['/things/?tags=x', 400, 'tags'],
    ['/things/?whole=1&whole=x', 400, 'whole'],
    ['/things/?whole=x&whole=1', 200, null],
    ['/things/?page=0', 404, null],
    ['/things/?page=x', 404, null],
    ['/things/?page=1&page=9', 404, null],
    ['/things/?page=99999999999999999999', 404, null],
    ['/things/?page=9999999', 400, 'page'],
    ['/placed/?offset=9999999', 400, 'offset'],
    ['/placed/?offset=-1&limit=x', 200, null],
    ['/going/?cursor=x', 404, null],
    ['/going/?cursor=%ff%00', 404, null],
    [`/going/?cursor=${'x'.repeat(5000)}`, 404, null],
    ['/things/x/', 404, null],
    ['/things/1.0/', 404, null],
    ['/things/%00/', 404, null],
    ['/things/%ff/', 404, null],
    ['/things/99999999999999999999/', 404, null],
    ['/things/?format=xml', 404, null],
    ['/things/?search=%ed%a0%80', 200, null],
  ]
  addresses.forEach(([path, status, name]) => {
    it(`answers ${path.slice(0, 60)} with ${String(status)}`, async () => {
      const at = await ask(path)
      expect(at.status, at.text).to.equal(status)
      if (name !== null) expect(named(at.text)).to.deep.equal([name])
    })
  })

  // Planted: a pattern with a star within a star. Such a one wouldn't end.
  it('reads a million characters in steps that grow with them', async () => {
    const at = open()
    const texts = [' ', 'a@', '1_', '.0', '<', '-1', ':0', '%'].map((part) =>
      part.repeat(1_000_000 / part.length),
    )
    for (const text of texts) {
      const fields = ['name', 'whole', 'price', 'day', 'at', 'uid', 'main']
      for (const name of fields) {
        expect((await ask('/things/', json('POST', JSON.stringify({ [name]: text })), at)).status).to.equal(
          400,
        )
      }
    }
  })
})
