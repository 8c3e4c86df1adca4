/** Each mutant differs from a right client, and right clients don't. */
import { expect } from 'chai'
import { storeClient, inMemory } from '../../src/clients/reference/storeClient.js'
import { mutants } from './mutants.js'
import { rightClient } from './support/client.js'
import type { MakeClient } from './support/Mutant.js'
import { shows } from './support/witness.js'

const reference: MakeClient = (schema, store) => storeClient('reference', schema, inMemory(store))

describe('mutants', () => {
  it('have names of their own', () => {
    expect(new Set(mutants.map(({ name }) => name)).size).to.equal(mutants.length)
  })

  const kinds = [...new Set(mutants.map(({ kind }) => kind))]
  kinds.forEach((kind) => {
    describe(kind, () => {
      mutants
        .filter((mutant) => mutant.kind === kind)
        .forEach(({ name, about, client, witness }) => {
          it(`${name}: ${about}`, async () => {
            expect(await shows(client, rightClient, witness), 'the mutant').not.to.equal(null)
            expect(await shows(rightClient, rightClient, witness), 'the right client').to.equal(null)
            expect(await shows(reference, rightClient, witness), 'the reference').to.equal(null)
          })
        })
    })
  })
})
