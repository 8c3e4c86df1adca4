/** Programs as promises. */
import { expect } from 'chai'
import { either as E, taskEither as TE } from 'fp-ts'
import { autoId, field, flow, get, isUnwrapped, pipe, schema, toArray, unwrap } from 'queryset-ts'
import { memory } from 'queryset-ts/memory'

const models = schema({ genre: { id: autoId, name: field.text() } })
const client = memory(models, { genre: [{ id: 1, name: 'Rock' }] })

const caught = (program: Promise<unknown>): Promise<unknown> =>
  program.then(
    (value) => expect.fail(`it gave ${JSON.stringify(value)}`),
    (error: unknown) => error,
  )

describe('unwrap', () => {
  it('gives what the program gives', async () => {
    expect(await unwrap(pipe(models.genre, toArray(client)))).to.deep.equal([{ id: 1, name: 'Rock' }])
    expect(flow(toArray(client), unwrap)).to.be.a('function')
  })

  it('rejects with an Error that carries the tagged one', async () => {
    const error = await caught(unwrap(pipe(models.genre, get(memory(models, {})))))
    expect(error).to.be.an.instanceOf(Error)
    if (!isUnwrapped(error)) return expect.fail('it is not what unwrap rejects with')
    expect(error.name).to.equal('NotFound')
    expect(error.error).to.deep.include({ _tag: 'NotFound', model: 'genre' })
    expect(error.cause).to.equal(error.error)
    expect(error.message.split('\n')).to.have.length(2)
    expect(error.stack).to.be.a('string')
    return undefined
  })

  it('takes any program, and says of something else that it is none', async () => {
    const plain = await caught(unwrap(TE.left('no')))
    expect(plain).to.deep.include({ name: 'Error', message: 'no', error: 'no' })
    const none = await caught(unwrap(E.right(1) as unknown as TE.TaskEither<never, number>))
    expect(none).to.have.property('name', 'InvalidProgram')
    expect(isUnwrapped(new Error('x'))).to.equal(false)
  })
})
