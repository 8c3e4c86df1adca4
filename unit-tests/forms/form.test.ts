/** Forms: what they read, refuse and save. */
import { expect } from 'chai'
import { either as E, function as F } from 'fp-ts'
import {
  autoId,
  belongsTo,
  field,
  filter,
  manyToMany,
  schema,
  toArray,
  type WritableClient,
} from '../../src/index.js'
import { form, save, type Bound } from '../../src/forms.js'
import { memory } from '../../src/memory.js'

const { pipe } = F

const models = schema(
  {
    artist: {
      id: autoId,
      name: field.text({ maxLength: 20, unique: true }),
      secret: field.text({ default: 's' }),
    },
    track: {
      id: autoId,
      name: field.text({ maxLength: 20 }),
      notes: field.text({ blank: true, default: '' }),
      artist: field.nullable(belongsTo('artist', { relatedName: 'tracks' })),
      tags: manyToMany('tag', { relatedName: 'tracks' }),
    },
    tag: { id: autoId, word: field.text() },
  },
  { display: { artist: ({ name }) => name } },
)

const opened = (): WritableClient =>
  memory(models, {
    artist: [
      { id: 1, name: 'U2', secret: 'a' },
      { id: 2, name: 'Björk', secret: 'b' },
    ],
    track: [{ id: 1, name: 'One', notes: 'a\nb', artist: 1 }],
    tag: [
      { id: 1, word: 'live' },
      { id: 2, word: 'rare' },
    ],
    track_tags: [{ id: 1, track: 1, tag: 1 }],
  })

const right = <A>(result: E.Either<unknown, A>): A => {
  if (E.isLeft(result)) throw new Error(JSON.stringify(result.left))
  return result.right
}

const codes = ({ errors }: Bound): { readonly [field: string]: ReadonlyArray<string> } =>
  Object.fromEntries(Object.entries(errors).map(([name, all]) => [name, all.map(({ code }) => code)]))

const trackForm = form(models.track, { fields: ['name', 'notes', 'artist', 'tags'] })
const row = { id: 1, name: 'One', notes: 'a\nb', artist: 1 }

describe('a form', () => {
  it('reads its own fields only', async () => {
    const artistForm = form(models.artist, { fields: ['name'] })
    const client = opened()
    const saved = right(await pipe(artistForm.bind({ name: 'Low', secret: 'x', id: '7' }), save(client))())
    expect(saved).to.deep.equal({ id: 3, name: 'Low', secret: 's' })
  })

  it('saves what has changed, and what is related to many', async () => {
    const client = opened()
    const posted = { name: 'One', notes: 'a\r\nb', artist: '2', tags: ['1', '2'] }
    const bound = right(await trackForm.bind(posted, { row })(client)())
    expect(bound.changed).to.deep.equal(['artist', 'tags'])
    expect(right(await pipe(bound, save(client))())).to.deep.equal({ ...row, artist: 2 })
    const tagged = await pipe(
      models.track,
      filter((t) => t.tags.some((tag) => tag.id.eq(2))),
      toArray(client),
    )()
    expect(right(tagged)).to.have.length(1)
  })

  it('tells each field what is wrong with it', async () => {
    const bound = right(
      await trackForm.bind({ name: 'x'.repeat(21), notes: 'a\0', artist: '9', tags: ['1', 'x'] })(opened())(),
    )
    expect(codes(bound)).to.deep.equal({
      name: ['max_length'],
      notes: ['null_characters_not_allowed'],
      artist: ['invalid_choice'],
      tags: ['invalid_pk_value'],
    })
    expect(bound.errors['name']?.[0]?.message).to.equal('Name is longer than 20 characters.')
  })

  it('takes keys from the rows that may be chosen only', async () => {
    const narrow = form(models.track, {
      fields: ['artist'],
      choices: {
        artist: pipe(
          models.artist,
          filter((a) => a.name.eq('U2')),
        ),
      },
    })
    const client = opened()
    expect(codes(right(await narrow.bind({ artist: '1' })(client)()))).to.deep.equal({})
    expect(codes(right(await narrow.bind({ artist: '2' })(client)()))).to.deep.equal({
      artist: ['invalid_choice'],
    })
  })

  it('finds out whether a unique value is taken, by another row', async () => {
    const artistForm = form(models.artist, { fields: ['name'] })
    const client = opened()
    const taken = right(await artistForm.bind({ name: 'U2' })(client)())
    expect(taken.errors['name']?.map(({ code }) => code)).to.deep.equal(['unique'])
    const own = { id: 1, name: 'U2', secret: 'a' }
    expect(right(await artistForm.bind({ name: ' U2 ' }, { row: own })(client)()).errors).to.deep.equal({})
  })

  it('refuses to overwrite what somebody else has changed', async () => {
    const client = opened()
    const shown = right(await trackForm.show({ row })(client)())
    const posted = { name: 'Two', notes: 'a\nb', artist: '1', tags: ['1'], __row: shown.version }
    const other = { ...row, name: 'Other' }
    const stale = right(await trackForm.bind(posted, { row: other })(client)())
    expect(stale.stale).to.equal(true)
    const refused = await pipe(stale, save(client))()
    expect(E.isLeft(refused) && refused.left._tag).to.equal('Conflict')
    // The row that was read is no longer the one that is stored.
    const late = await pipe(trackForm.bind({ ...posted, __row: '' }, { row: other }), save(client))()
    expect(E.isLeft(late) && late.left._tag).to.equal('Conflict')
  })

  it('asks the rules of its author, and drops what they refuse', async () => {
    const ruled = form(models.track, {
      fields: ['name', 'notes'],
      clean: { name: (name) => (name === 'x' ? E.left('No x.') : E.right(name?.toUpperCase() ?? null)) },
      cleanAll: (values) =>
        values.notes === 'y'
          ? E.left({ '': 'No y.', name: { message: 'Why?', code: 'why' } })
          : E.right(values),
    })
    const client = opened()
    expect(right(await ruled.bind({ name: 'a' })(client)()).passed).to.deep.equal({ name: 'A', notes: '' })
    const both = right(await ruled.bind({ name: 'a', notes: 'y' })(client)())
    expect(codes(both)).to.deep.equal({ '': ['invalid'], name: ['why'] })
    expect(both.passed).to.deep.equal({ notes: 'y' })
    expect(codes(right(await ruled.bind({ name: 'x', notes: 'y' })(client)()))).to.deep.equal({
      name: ['invalid', 'why'],
      '': ['invalid'],
    })
  })

  it('fails where a rule throws, and where a field is none that people can edit', async () => {
    const throwing = form(models.track, {
      fields: ['name'],
      clean: {
        name: () => {
          throw new Error('secret')
        },
      },
    })
    const client = opened()
    expect(right(await throwing.bind({ name: 'a' })(client)()).errors['name']?.[0]).to.deep.equal({
      code: 'failed',
      params: {},
      message: "Name couldn't be checked.",
    })
    const wrong = form(models.track, { fields: ['id'] })
    const told = await wrong.bind({})(client)()
    expect(E.isLeft(told) && told.left.message).to.contain(
      "'id' is not a field of track that people can edit",
    )
  })

  it('ignores what is posted to a disabled field', async () => {
    const fixed = form(models.track, { fields: ['name', 'notes'], disabled: { name: true } })
    const client = opened()
    const saved = right(await pipe(fixed.bind({ name: 'Stolen', notes: 'new' }, { row }), save(client))())
    expect(saved).to.deep.equal({ ...row, notes: 'new' })
  })
})
