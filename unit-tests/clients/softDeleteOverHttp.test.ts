/** A scope with soft deletes behind a server: what the caller can't know, the server does. */
import { expect } from 'chai'
import { either as E, function as fn } from 'fp-ts'
import {
  addRelated,
  autoId,
  count,
  deleteRows,
  field,
  filter,
  manyToMany,
  schema,
  scope,
  toArray,
} from 'queryset-ts'
import { httpClient, httpHandler } from 'queryset-ts/http'
import { memory } from 'queryset-ts/memory'

const { pipe } = fn

const models = schema({
  note: {
    id: autoId,
    gone: field.boolean({ default: false }),
    tags: manyToMany('tag', { relatedName: 'notes' }),
  },
  tag: { id: autoId },
})

describe('a soft delete over HTTP', () => {
  // Caught, planted: a delete that is collected by the caller, who deletes the links.
  it('keeps the links', async () => {
    const whole = memory(models, { note: [{ id: 1, gone: false }], tag: [{ id: 1 }] })
    const scoped = scope(
      models,
      { note: (n) => n.gone.eq(false) },
      { softDelete: { note: () => ({ gone: true }) } },
    )(whole)
    const far = httpClient(models, { url: 'http://localhost/', fetch: httpHandler(scoped) })
    await pipe(
      models.note,
      addRelated(far, (n) => n.tags, [1]),
    )()
    expect(await pipe(models.note, deleteRows(far))()).to.deep.equal(E.right({ note: 1 }))
    expect(await pipe(models.note, count(far))()).to.deep.equal(E.right(0))
    const there = pipe(
      models.note,
      filter((n) => n.tags.some((t) => t.id.eq(1))),
    )
    expect(await pipe(there, toArray(whole))()).to.deep.equal(E.right([{ id: 1, gone: true }]))
  })
})
