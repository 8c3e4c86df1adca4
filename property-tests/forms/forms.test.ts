/**
 * What holds of every form, whatever is posted and whatever its row has.
 *
 * Each test names the fault that was planted to see it fail.
 */
import { expect } from 'chai'
import { either as E, function as F } from 'fp-ts'
import fc from 'fast-check'
import { get, toArray, type WritableClient } from '../../src/index.js'
import { fieldsHtml, form, saveSet, save, withChoices, type Bound } from '../../src/forms.js'
import { parameters, titled } from '../support/runs.js'
import { bindSet } from '../../src/forms/formset/bindSet.js'
import {
  plainRow,
  models,
  names,
  opened,
  otherForm,
  parts,
  plainForm,
  tagged,
  thing,
  watched,
} from './music.js'
import { postOf } from './posts.js'
import { anyText } from './texts.js'

const { pipe } = F

const right = <A>(result: E.Either<unknown, A>): A => {
  if (E.isLeft(result)) throw new Error(JSON.stringify(result.left))
  return result.right
}

const rowIn = async (client: WritableClient) =>
  right(
    await pipe(
      models.thing,
      get(client, (t) => t.id.eq(1)),
    )(),
  )

const everything = async (client: WritableClient): Promise<string> =>
  JSON.stringify([
    right(await pipe(models.thing, toArray(client))()),
    right(await pipe(models.thing_tags, toArray(client))()),
    right(await pipe(models.part, toArray(client))()),
  ])

const forms = { plain: plainForm, other: otherForm }

const pageOf = async (client: WritableClient, which: keyof typeof forms): Promise<string> => {
  const row = await rowIn(client)
  const shown = right(await forms[which].show({ row })(client)())
  return String(await fieldsHtml(right(await withChoices(client)(shown)())))
}

const postedNames = fc.oneof(
  fc.constantFrom(
    ...names,
    'at_0',
    'at_1',
    'tags__keys',
    'initial-more',
    '__row',
    'id',
    '__proto__',
    'constructor',
    'toString',
  ),
  fc.string({ maxLength: 10 }),
)

const post = fc.array(fc.tuple(postedNames, anyText), { maxLength: 30 }).map((pairs) => {
  const data = new FormData()
  pairs.forEach(([name, value]) => {
    data.append(name, value)
  })
  return data
})

const codes = ({ errors }: Bound): ReadonlyArray<string> =>
  Object.entries(errors)
    .map(([name, all]) => `${name}: ${all.map(({ code }) => code).join(' ')}`)
    .sort()

describe('forms', function () {
  this.timeout(600_000)

  // Planted: comparing texts without regard to line breaks ('a\nb' is posted as 'a\r\nb'); a text area that drops a line
  // break at the beginning.
  it(titled('that are sent back as they were shown change nothing, and write nothing', 0.5), async () => {
    await fc.assert(
      fc.asyncProperty(thing, tagged, fc.constantFrom('plain', 'other'), async (row, tags, which) => {
        const { client, written } = watched(opened(row as never, tags))
        const before = await everything(client)
        const bound = right(
          await forms[which].bind(postOf(await pageOf(client, which)), { row: await rowIn(client) })(
            client,
          )(),
        )
        expect(bound.changed).to.deep.equal([])
        expect(bound.stale).to.equal(false)
        await pipe(bound, save(client))()
        expect(written).to.deep.equal([])
        expect(await everything(client)).to.equal(before)
      }),
      parameters(0.5),
    )
  })

  // Planted: reading `JSON.parse` without a guard; taking any text for the number that it might spell as a key.
  it(titled('are bound to anything, and are cleaned or have errors', 10), async () => {
    const client = opened(plainRow, ['a'])
    const own = await rowIn(client)
    await fc.assert(
      fc.asyncProperty(post, fc.constantFrom('plain', 'other'), fc.boolean(), async (data, which, isEdit) => {
        const result = await forms[which].bind(data, isEdit ? { row: own } : {})(client)()
        const bound = right(result)
        expect(E.isRight(bound.cleaned)).to.equal(Object.keys(bound.errors).length === 0)
        for (const [name, errors] of Object.entries(bound.errors)) {
          expect(name === '' || names.includes(name as never), name).to.equal(true)
          for (const { code, message } of errors)
            expect([code, message].every((each) => each !== '')).to.equal(true)
          expect(name in bound.passed).to.equal(false)
        }
      }),
      parameters(10),
    )
  })

  // Planted: writing all values that passed, changed or not.
  it(titled('write only what has changed'), async () => {
    await fc.assert(
      fc.asyncProperty(thing, thing, tagged, fc.subarray([...names]), async (row, other, tags, some) => {
        const { client, written } = watched(opened(row as never, tags))
        const data = postOf(await pageOf(client, 'plain'))
        const source = opened(other as never, tags)
        const typed = postOf(await pageOf(source, 'plain'))
        for (const name of some) {
          data.delete(name)
          typed.getAll(name).forEach((value) => {
            data.append(name, value)
          })
        }
        const bound = right(await plainForm.bind(data, { row: await rowIn(client) })(client)())
        expect(bound.changed.every((name) => some.includes(name as never))).to.equal(true)
        const before = await rowIn(client)
        const saved = await pipe(bound, save(client))()
        const after = await rowIn(client)
        const changed = new Set(bound.changed)
        for (const [name, value] of Object.entries(before))
          if (!changed.has(name) || E.isLeft(saved))
            expect((after as { readonly [name: string]: unknown })[name], name).to.deep.equal(value)
        const set = JSON.stringify(written)
        for (const name of names)
          if (!changed.has(name) && name !== 'tags') expect(set).to.not.contain(`"set":{"${name}"`)
      }),
      parameters(),
    )
  })

  // Planted: ending at the first field that is wrong.
  it(titled('have the same errors, whichever order their fields and what is posted come in'), async () => {
    const client = opened(plainRow, [])
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.constantFrom(...names), anyText), { maxLength: 20 }),
        fc.shuffledSubarray([...names], { minLength: names.length }),
        async (pairs, order) => {
          const posted = new Map(pairs)
          const one = right(await plainForm.bind(Object.fromEntries(posted))(client)())
          const other = form(models.thing, { fields: order })
          const two = right(await other.bind(Object.fromEntries([...posted].reverse()))(client)())
          expect(codes(two)).to.deep.equal(codes(one))
          expect(new Set(two.changed)).to.deep.equal(new Set(one.changed))
        },
      ),
      parameters(),
    )
  })
})

describe('formsets', function () {
  this.timeout(600_000)

  const postedForm = fc.record({
    id: fc.constantFrom('', '1', '2', '3', '4', '99', 'x'),
    name: fc.constantFrom('', 'x', 'y', 'new', 'z'.repeat(30)),
    count: fc.constantFrom('', '1', 'x'),
    owner: fc.constantFrom('', '', '', '1', '2'),
    DELETE: fc.constantFrom('', '', 'on'),
  })

  // Planted: looking for the posted keys among all rows of the model.
  it(titled("never touch another parent's rows, whatever is posted", 2), async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(postedForm, { maxLength: 5 }),
        fc.constantFrom('0', '1', '2', '3', '5', '-1', 'x'),
        fc.constantFrom('refuse' as const, 'ignore' as const),
        async (all, initial, foreign) => {
          const client = opened(plainRow, [])
          const others = async () =>
            JSON.stringify(
              right(await pipe(models.part, toArray(client))()).filter(({ owner }) => owner === 2),
            )
          const before = await others()
          const data = {
            'parts-TOTAL_FORMS': String(all.length),
            'parts-INITIAL_FORMS': initial,
            ...Object.fromEntries(
              all.flatMap((each, n) =>
                Object.entries(each).map(([name, value]) => [`parts-${String(n)}-${name}`, value]),
              ),
            ),
          }
          const set = right(await bindSet(client, { ...parts, foreign }, data, { id: 1, name: 'One' }))
          await saveSet(client, set, 1)()
          expect(await others()).to.equal(before)
        },
      ),
      parameters(2),
    )
  })
})
