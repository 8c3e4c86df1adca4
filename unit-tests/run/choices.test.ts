import { expect } from 'chai'
import { autoId, create, field, schema, toArray } from 'queryset-ts'
import { memory } from 'queryset-ts/memory'

describe('a field of choices', () => {
  const models = schema({ post: { id: autoId, state: field.choices(['draft', 'live']) } })

  it('is read as one of them', async () => {
    const client = memory(models, { post: [{ id: 1, state: 'live' }] })
    expect(await toArray(client)(models.post)()).to.deep.equal({
      _tag: 'Right',
      right: [{ id: 1, state: 'live' }],
    })
  })

  it('is never read as anything else', async () => {
    const client = memory(models, { post: [{ id: 1, state: 'gone' }] })
    const read = await toArray(client)(models.post)()
    expect(read).to.have.nested.property('left._tag', 'Undecodable')
    expect(read).to.have.nested.property('left.path', 'state')
  })

  it('is never written as anything else', async () => {
    // As a caller without types would.
    const wrong: { readonly state: 'live' } = JSON.parse('{"state":"gone"}') as { readonly state: 'live' }
    const made = await create(memory(models, {}), wrong)(models.post)()
    expect(made).to.have.nested.property('left.errors[0].code', 'invalid_choice')
  })
})
