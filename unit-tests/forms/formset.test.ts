/** Formsets: rows of one parent, and never of another. */
import { expect } from 'chai'
import { either as E, function as F } from 'fp-ts'
import { autoId, belongsTo, field, orderBy, schema, toArray, type WritableClient } from '../../src/index.js'
import { form, formset, saveAll, saveSet, type BoundSet } from '../../src/forms.js'
import { memory } from '../../src/memory.js'
import { limited } from '../../property-tests/support/rightClients.js'
import { everything } from '../../src/client/Support.js'

const { pipe } = F

const models = schema(
  {
    artist: { id: autoId, name: field.text({ maxLength: 20 }) },
    track: {
      id: autoId,
      name: field.text({ maxLength: 20 }),
      artist: belongsTo('artist', { relatedName: 'tracks' }),
    },
  },
  { uniqueTogether: { track: [['artist', 'name']] } },
)

const opened = () =>
  memory(models, {
    artist: [
      { id: 1, name: 'U2' },
      { id: 2, name: 'Low' },
    ],
    track: [
      { id: 1, name: 'One', artist: 1 },
      { id: 2, name: 'Two', artist: 1 },
      { id: 3, name: 'Monkey', artist: 2 },
    ],
  })

const right = <A>(result: E.Either<unknown, A>): A => {
  if (E.isLeft(result)) throw new Error(JSON.stringify(result.left))
  return result.right
}

const tracks = formset(models.artist, 'tracks', { fields: ['name'], extra: 1 })
const u2 = { id: 1, name: 'U2' }

const posted = (initial: number, forms: ReadonlyArray<{ readonly [name: string]: string }>) => ({
  'tracks-TOTAL_FORMS': String(forms.length),
  'tracks-INITIAL_FORMS': String(initial),
  ...Object.fromEntries(
    forms.flatMap((each, n) =>
      Object.entries(each).map(([name, text]) => [`tracks-${String(n)}-${name}`, text]),
    ),
  ),
})

const stored = async (client: WritableClient) =>
  right(
    await pipe(
      models.track,
      orderBy((t) => [t.id.asc()]),
      toArray(client),
    )(),
  )

const whole = ({ whole: errors }: BoundSet) => errors.map(({ code }) => code)

describe('a formset', () => {
  it('shows the rows of the parent, and spare forms', async () => {
    const shown = right(await tracks.show(u2)(opened())())
    expect(shown.forms.map(({ bound, isInitial }) => [bound.key, isInitial])).to.deep.equal([
      [1, true],
      [2, true],
      [null, false],
    ])
  })

  it('changes, deletes and makes rows in one save', async () => {
    const client = opened()
    const set = right(
      await tracks.bind(
        posted(2, [
          { id: '1', name: 'Uno' },
          { id: '2', name: 'Two', DELETE: 'on' },
          { name: 'Three' },
          { name: '' },
        ]),
        u2,
      )(client)(),
    )
    expect(set.isValid).to.equal(true)
    expect(right(await saveSet(client, set, 1)()).map(({ _tag, key }) => [_tag, key])).to.deep.equal([
      ['deleted', 2],
      ['changed', 1],
      ['created', 4],
    ])
    expect(await stored(client)).to.deep.equal([
      { id: 1, name: 'Uno', artist: 1 },
      { id: 3, name: 'Monkey', artist: 2 },
      { id: 4, name: 'Three', artist: 1 },
    ])
  })

  it("refuses another parent's row, and never writes it", async () => {
    const client = opened()
    for (const name of ['Stolen', 'Monkey'])
      for (const extra of [{}, { DELETE: 'on' }]) {
        const set = right(await tracks.bind(posted(1, [{ id: '3', name, ...extra }]), u2)(client)())
        if (!('DELETE' in extra)) expect(set.errors[0]?.['id']?.[0]?.code).to.equal('invalid_choice')
        await saveSet(client, set, 1)()
      }
    const moved = right(await tracks.bind(posted(1, [{ id: '1', name: 'x', artist: '2' }]), u2)(client)())
    expect(moved.errors[0]?.['artist']?.[0]?.code).to.equal('invalid_choice')
    expect((await stored(client)).map(({ artist, name }) => [artist, name])).to.deep.equal([
      [1, 'One'],
      [1, 'Two'],
      [2, 'Monkey'],
    ])
  })

  it('tells what is wrong with how many forms there are, before it makes any', async () => {
    const limits = formset(models.artist, 'tracks', { fields: ['name'], min: 1, max: 2 })
    const of = async (data: { readonly [name: string]: string }) =>
      whole(right(await limits.bind(data, u2)(opened())()))
    expect(await of({})).to.deep.equal(['missing_management_form'])
    for (const total of ['x', '-1', '', '1e9'])
      expect(await of({ 'tracks-TOTAL_FORMS': total, 'tracks-INITIAL_FORMS': '0' })).to.deep.equal([
        'missing_management_form',
      ])
    expect(await of({ 'tracks-TOTAL_FORMS': '999999999', 'tracks-INITIAL_FORMS': '0' })).to.deep.equal([
      'too_many_forms',
    ])
    expect(await of(posted(0, [{ name: 'a' }, { name: 'b' }, { name: 'c' }]))).to.deep.equal([
      'too_many_forms',
    ])
    expect(await of(posted(0, [{ name: '' }]))).to.deep.equal(['too_few_forms'])
  })

  it('finds values twice among its own forms', async () => {
    const set = right(await tracks.bind(posted(0, [{ name: 'x' }, { name: 'x' }]), u2)(opened())())
    expect(whole(set)).to.deep.equal(['duplicates'])
    expect(set.errors.map((errors) => Object.keys(errors))).to.deep.equal([[], ['']])
    const forNew = right(await tracks.bind(posted(0, [{ name: 'x' }, { name: 'x' }]), null)(opened())())
    expect(whole(forNew)).to.deep.equal(['duplicates'])
  })

  it('is saved with its parent, or not at all', async () => {
    const artistForm = form(models.artist, { fields: ['name'] })
    const client = opened()
    const parent = right(await artistForm.bind({ name: 'New' })(client)())
    const set = right(await tracks.bind(posted(0, [{ name: 'First' }]), null)(client)())
    const saved = right(await saveAll(client)(parent, [set])())
    expect(saved.row).to.deep.equal({ id: 3, name: 'New' })
    expect((await stored(client)).at(-1)).to.deep.equal({ id: 4, name: 'First', artist: 3 })
    const bad = right(await tracks.bind(posted(0, [{ name: 'x'.repeat(30) }]), null)(client)())
    expect(E.isLeft(await saveAll(client)(parent, [bad])())).to.equal(true)
    expect(right(await pipe(models.artist, toArray(client))())).to.have.length(3)
  })

  it('says what was done where a client without transactions fails on the way', async () => {
    const inner = opened()
    const weak = limited('weak', everything, inner)
    const bound = right(await form(models.artist, { fields: ['name'] }).bind({ name: 'New' })(weak)())
    const set = right(await tracks.bind(posted(0, [{ name: 'First' }]), null)(weak)())
    const failing: WritableClient = {
      ...weak,
      create: (model, row) =>
        model === 'track' ? () => Promise.resolve(E.left(gone)) : inner.create(model, row),
    }
    const told = await saveAll(failing)(bound, [set])()
    expect(E.isLeft(told) && told.left._tag).to.equal('PartlySaved')
    expect(
      E.isLeft(told) &&
        told.left._tag === 'PartlySaved' &&
        told.left.done.map(({ model, key }) => [model, key]),
    ).to.deep.equal([['artist', 3]])
  })
})

const gone = { _tag: 'NotFound', model: 'track', message: 'gone', hint: '', retryable: false } as const
