/** The laws kit generates conditions with a custom lookup, and checks what a client answers to them. */
import { expect } from 'chai'
import { schema, understands, validate } from 'queryset-ts'
import { checkClient, printReport, type Factory } from 'queryset-ts/laws'
import { mapQuery } from '../../src/query/mapQuery.js'
import { definitions, odd, similar } from '../support/customLookups.js'
import { planted, right as rightClient } from './planted.js'

const music = schema(definitions, { lookups: [similar, odd] })

describe('a custom lookup in the laws kit', () => {
  const asked = { schema: music, seed: 3, cases: 30, readOnly: true, failures: 1 }

  /** A right client but for `similar`, which holds of text that is longer. */
  const wrong = planted((whole) => ({
    list: (query) =>
      whole.list(
        mapQuery(query, (node) =>
          node._tag === 'lookup' && node.name === similar.name
            ? ({
                _tag: 'lookup',
                name: 'contains',
                left: node.left,
                right: node.right.slice(0, 1),
              } as never)
            : node,
        ),
      ),
  }))

  it('is generated', async () => {
    const report = await checkClient({ ...asked, client: rightClient })()
    expect(report.failures, printReport(report)).to.deep.equal([])
    expect(report.coverage.lookups).to.include.keys('similar_to', 'odd')
  })

  it('is found to be answered wrongly', async () => {
    const report = await checkClient({ ...asked, client: wrong })()
    expect(report.failures[0]?.sentence).to.include('`similar_to` on')
    expect(report.failures[0]?.test).to.include('similarTo.of(')
    expect(report.failures[0]?.size.rows).to.be.at.most(2)
  })

  it('is one of the abilities that it finds out', async () => {
    // What a client refuses it can't do.
    const weak: Factory = (at, store) =>
      validate({
        ...rightClient(at, store),
        support: understands({ lookups: { exact: 'exact', [similar.name]: 'exact' } }),
      })
    const report = await checkClient({ ...asked, cases: 5, client: weak, discover: true })()
    const found = report.manifest?.lookups.filter((each) => each.lookup === similar.name)
    expect(found?.map((each) => `${each.field} ${each.fidelity}`)).to.have.members([
      'name exact',
      'title exact',
    ])
    expect(report.manifest?.declaration).to.include("[similarTo.name]: 'exact'")
  })
})
