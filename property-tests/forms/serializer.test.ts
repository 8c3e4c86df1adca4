/**
 * What a form cleans, REST accepts as JSON: what people type and what programs send is held to the same model.
 *
 * Planted: a form that takes null characters; one that takes half a character.
 */
import { expect } from 'chai'
import { either as E } from 'fp-ts'
import fc from 'fast-check'
import { rest, serializer, unpaged, viewset } from '../../src/rest.js'
import { parameters, titled } from '../support/runs.js'
import { plainForm, plainRow, models, names, opened } from './music.js'
import { anyText } from './texts.js'

describe('what a form cleans', function () {
  this.timeout(600_000)

  it(titled('is accepted as JSON by a serializer of the same fields', 3), async () => {
    const seen = { accepted: 0 }
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.constantFrom(...names), anyText), { maxLength: 3 }),
        async (pairs) => {
          const client = opened(plainRow, [])
          const posted = { rank: '1', line: 'x', tags: 'a', more: '{}', ...Object.fromEntries(pairs) }
          const bound = await plainForm.bind(posted)(client)()
          if (E.isLeft(bound) || E.isLeft(bound.right.cleaned)) return
          seen.accepted += 1
          const api = rest(
            {
              things: viewset({
                queryset: models.thing,
                serializer: serializer(models.thing, { fields: names }),
                pages: unpaged({ max: 100 }),
              }),
            },
            { client, prefix: '/' },
          )
          const body = Object.fromEntries(
            // An address that isn't given is no text at all.
            Object.entries(bound.right.passed).map(([name, value]) => [
              name,
              name === 'address' && value === '' ? null : value,
            ]),
          )
          const response = await api(
            new Request('http://localhost/things/', {
              method: 'POST',
              headers: { 'content-type': 'application/json' },
              body: JSON.stringify(body),
            }),
          )
          expect(response.status, await response.clone().text()).to.equal(201)
        },
      ),
      {
        ...parameters(3),
        examples: [[[['line', 'a\0']]], [[['maybe', 'a\ud800']]], [[['site', 'a.example']]]] as Array<
          [Array<[(typeof names)[number], string]>]
        >,
      },
    )
    expect(seen.accepted).to.be.greaterThan(10)
  })
})
