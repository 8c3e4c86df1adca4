import { expect } from 'chai'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { either as E } from 'fp-ts'
import * as Q from '../src/index.js'
import { httpClient, httpHandler } from '../src/http.js'
import { json } from '../src/json.js'
import { memory } from '../src/memory.js'
import { right } from './support/answers.js'

/**
 * Models, fields and relations may be called as what every object answers to. Nothing may be looked up along a
 * prototype. Caught, planted: the definitions of a schema, the rows given to `memory`, those of an answer, and the names of
 * functions looked up so.
 */
const names = Object.getOwnPropertyNames(Object.prototype).filter(
  (name) => !name.startsWith('__') && name !== 'constructor',
)

// The names are those of the loop, of which types can't know.
/* eslint-disable @typescript-eslint/no-explicit-any, @typescript-eslint/no-unsafe-argument, @typescript-eslint/no-unsafe-assignment, @typescript-eslint/no-unsafe-call, @typescript-eslint/no-unsafe-member-access, @typescript-eslint/no-unsafe-return */
const q: any = Q

/** A model and its fields are called `name`, and so is the reverse side of a relation to it. */
const modelsOf = (name: string): any =>
  Q.schema({
    [name]: { id: Q.autoId, [name]: Q.field.text() },
    other: { id: Q.autoId, to: Q.field.nullable(Q.belongsTo('third', { relatedName: name })) },
    third: { id: Q.autoId, maybe: Q.field.nullable(Q.field.text()) },
  } as any)

describe('names that every object answers to', () => {
  names.forEach((name) => {
    it(`${name} is a name like any other`, async () => {
      const models = modelsOf(name)
      expect(E.isRight(Q.checkSchema(models))).to.equal(true)
      const folder = await mkdtemp(join(tmpdir(), 'queryset-names-'))
      const data = {
        [name]: [{ id: 1, [name]: 'a' }],
        third: [{ id: 1, maybe: null }],
        other: [{ id: 1, to: 1 }],
      }
      const clients: ReadonlyArray<any> = [
        memory(models, data as any),
        memory(models, {}),
        json(models, folder),
        httpClient(models, { url: 'http://x/', fetch: httpHandler(memory(models, data as any)) }),
        Q.cache({ rows: 1000 })(memory(models, data as any)),
        {
          ...memory(models, data as any),
          support: Q.understands({ rows: {}, maxPerRequest: 10, order: true }),
        },
        Q.route(models, {
          [name]: memory(models, data as any),
          third: memory(models, data as any),
          other: memory(models, data as any),
        }),
        { ...memory(models, data as any), support: Q.supportByModel({}, Q.everything) },
        q.scope(models, {})(memory(models, data as any)),
        Q.validate(memory(models, data as any)),
      ]
      for (const client of clients) {
        await right(q.create(client, { [name]: 'b' })(models[name]))
        const found: any = await right(q.toArray(client)(q.filter((r: any) => r[name].eq('b'))(models[name])))
        expect(found.map((row: any) => row[name])).to.deep.equal(['b'])
        await right(q.update(client, () => ({ [name]: 'c' }))(models[name]))
        const projected = q.values((r: any) => ({ [name]: r[name].upper() }))(models[name])
        expect(((await right(q.toArray(client)(projected))) as any)[0][name]).to.equal('C')
        const annotated = q.annotate((r: any) => ({ [`${name}2`]: r[name] }))(models[name])
        expect(((await right(q.first(client)(annotated))) as any).value[`${name}2`]).to.equal('c')
        const along = q.annotate((r: any) => ({ n: r[name].count() }))(models.third)
        await right(q.toArray(client)(along))
        const deeper = q.filter((r: any) => r[name].some((each: any) => each.id.gt(0)))(models.third)
        await right(q.toArray(client)(deeper))
        await right(q.toArray(client)(q.prefetchRelated((r: any) => r[name])(models.third)))
        expect(Q.print(deeper)).to.contain(name)
        await right(q.deleteRows(client)(models[name]))
      }
      await rm(folder, { recursive: true })
    })

    it(`${name} is not there where nobody has put it`, async () => {
      const models: any = Q.schema({
        genre: { id: Q.autoId, [name]: Q.field.nullable(Q.field.text()) },
      } as any)
      // A column that a row lacks isn't found behind it.
      const told = await q.toArray(memory(models, { genre: [{ id: 1 }] }))(models.genre)()
      expect(told).to.have.nested.property('left.actual', 'nothing')
      const plain: any = Q.schema({ genre: { id: Q.autoId } })
      const client = memory(plain, {})
      for (const wrong of [
        q.filter((r: any) => r[name].eq(1))(plain.genre),
        q.orderBy((r: any) => [r[name].asc()])(plain.genre),
        q.values((r: any) => ({ x: r[name] }))(plain.genre),
        q.selectRelated((r: any) => r[name])(plain.genre),
        q.only(name)(plain.genre),
        q.values(() => ({ x: q.func(name, 'text', 'a') }))(plain.genre),
      ]) {
        const answer = await q.toArray(client)(wrong)()
        expect(answer._tag, Q.print(wrong)).to.equal('Left')
      }
      expect(E.isLeft(q.lookup(name, 1)(plain.genre))).to.equal(true)
      expect(E.isLeft(q.lookup(`id__${name}`, 1)(plain.genre))).to.equal(true)
      const made = await q.create(client, { [name]: 1 })(plain.genre)()
      expect(made).to.have.nested.property('left._tag', 'Invalid')
      for (const target of [Q.belongsTo(name), Q.manyToMany(name), Q.manyToMany('genre', { through: name })])
        expect(E.isLeft(Q.checkSchema(Q.schema({ genre: { id: Q.autoId, x: target } } as any)))).to.equal(
          true,
        )
      expect(
        E.isLeft(
          Q.checkSchema(
            Q.schema({ genre: { id: Q.autoId } }, { uniqueTogether: { [name]: [['id']] } } as any),
          ),
        ),
      ).to.equal(true)
      for (const body of [
        { operation: name },
        { operation: 'list', query: { _tag: name } },
        { operation: 'write', write: { _tag: name, model: 'genre', rows: [] } },
        { operation: 'write', write: { _tag: 'create', model: name, rows: [] } },
      ]) {
        const request = new Request('http://x/', {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(body),
        })
        expect((await httpHandler(client)(request)).status).to.equal(400)
      }
    })
  })

  it('a clash is one with a field that is there', () => {
    const clashing = Q.schema({
      a: { id: Q.autoId, valueOf: Q.field.text() },
      b: { id: Q.autoId, a: Q.belongsTo('a', { relatedName: 'valueOf' }) },
    } as any)
    expect(E.isLeft(Q.checkSchema(clashing))).to.equal(true)
  })
})
