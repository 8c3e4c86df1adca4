/** How much is asked of a client: as often for a hundred rows as for one. */
import { expect } from 'chai'
import { understands, type Client, type WritableClient } from '../../src/index.js'
import { limited } from '../../property-tests/support/rightClients.js'
import { memory } from '../../src/memory.js'
import { shop, shopApi, shopClient, shopRows } from './shop.js'

/** Counts the questions. */
const counting = (
  client: WritableClient,
): { readonly client: WritableClient; readonly asked: () => number } => {
  const state = { asked: 0 }
  const list: Client['list'] = (query, meter) => {
    state.asked += 1
    return client.list(query, meter)
  }
  const { count } = client
  return {
    client: {
      ...client,
      list,
      ...(count === undefined
        ? {}
        : {
            count: (query, meter) => {
              state.asked += 1
              return count(query, meter)
            },
          }),
    },
    asked: () => state.asked,
  }
}

const questions = async (under: WritableClient, path: string): Promise<number> => {
  const { client, asked } = counting(under)
  const response = await shopApi(client)(new Request(`http://x/api/${path}`))
  expect(response.status).to.equal(200)
  return asked()
}

describe('requests of rest', () => {
  ;['artists-nested', 'albums-nested'].forEach((view) => {
    it(`${view}: as many for a hundred rows as for one`, async () => {
      const one = await questions(shopClient(), `${view}/?page_size=1`)
      const hundred = await questions(shopClient(), `${view}/?page_size=100`)
      expect(hundred).to.equal(one)
      expect(hundred).to.be.at.most(4)
    })
  })

  it('over a client that can only page and find by key, no more than its pages', async () => {
    const weak = limited(
      'weak',
      understands({ lookups: { exact: 'exact', in: 'exact' }, maxPerRequest: 100 }),
      memory(shop, shopRows),
    )
    // Artists, albums, links and tags, by pages of 100, and what counting them takes.
    expect(await questions(weak, 'artists-nested/?page_size=100')).to.be.at.most(12)
  })

  it('over a client that finds by one key only, no more than the pages of the related rows', async () => {
    const exact = limited(
      'exact',
      understands({ lookups: { exact: 'exact' }, maxPerRequest: 100 }),
      memory(shop, shopRows),
    )
    // Two pages of artists, three of albums, the link and its tag. Planted: after a full first page of albums, a request for
    // each artist.
    expect(await questions(exact, 'artists-nested/?page_size=100')).to.equal(7)
    expect(await questions(exact, 'albums-nested/?page_size=100')).to.be.at.most(6)
  })
})
