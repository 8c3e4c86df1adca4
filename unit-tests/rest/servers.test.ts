/** The handler under node:http, Hono and Express: the same answers, bodies and statuses. */
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { connect } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import { expect } from 'chai'
import express from 'express'
import { Hono } from 'hono'
import { nodeListener } from '../../src/rest.js'
import { shopApi, shopClient } from './shop.js'

const listening = async (
  listener: RequestListener,
): Promise<{ readonly url: string; readonly server: Server }> => {
  const server = createServer(listener)
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  return { url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`, server }
}

const servers: { readonly [name: string]: () => RequestListener } = {
  'node:http': () => nodeListener(shopApi(shopClient())),
  Hono: () => {
    const api = shopApi(shopClient())
    const app = new Hono().all('/api/*', (context) => api(context.req.raw))
    const listener = getRequestListener(app.fetch)
    return (incoming, outgoing) => {
      void listener(incoming, outgoing)
    }
  },
  Express: () => {
    const listener = nodeListener(shopApi(shopClient()))
    return express().use((incoming, outgoing) => {
      listener(incoming, outgoing)
    }) as RequestListener
  },
}

describe('rest under a server', () => {
  Object.entries(servers).forEach(([name, listener]) => {
    it(`answers as itself under ${name}`, async () => {
      const { url, server } = await listening(listener())
      const json = { 'content-type': 'application/json' }
      const list = await fetch(`${url}/api/artists/?name=Artist%207`)
      expect(await list.json()).to.deep.equal({
        count: 1,
        next: null,
        previous: null,
        results: [{ id: 7, name: 'Artist 7' }],
      })
      const made = await fetch(`${url}/api/artists/`, {
        method: 'POST',
        headers: json,
        body: '{"name":"New"}',
      })
      expect(made.status).to.equal(201)
      expect(await made.json()).to.deep.equal({ id: 101, name: 'New' })
      const refused = await fetch(`${url}/api/artists/`, { method: 'POST', headers: json, body: '{' })
      expect(refused.status).to.equal(400)
      const gone = await fetch(`${url}/api/albums/1/`, { method: 'DELETE' })
      expect(gone.status).to.equal(204)
      const head = await fetch(`${url}/api/albums/1/`, { method: 'HEAD' })
      expect([head.status, await head.text()]).to.deep.equal([404, ''])
      const linked = (await (await fetch(`${url}/api/artists/?page_size=1`)).json()) as {
        readonly next: string
      }
      expect(linked.next).to.equal(`${url}/api/artists/?page=2&page_size=1`)
      server.closeAllConnections()
      server.close()
    })
  })

  it('refuses what no request can be made of, and goes on', async () => {
    const { url, server } = await listening(nodeListener(shopApi(shopClient())))
    const { port } = new URL(url)
    const raw = (text: string): Promise<string> =>
      new Promise((resolve) => {
        const socket = connect(Number(port), '127.0.0.1', () => socket.write(text))
        socket.once('data', (data) => {
          resolve(data.toString().split('\r\n')[0] ?? '')
          socket.destroy()
        })
      })
    expect(await raw('TRACE /api/artists/ HTTP/1.1\r\nHost: x\r\n\r\n')).to.include('501')
    expect(await raw('GET /api/artists/ HTTP/1.1\r\nHost: %%%\r\n\r\n')).to.include('400')
    expect((await fetch(`${url}/api/artists/1/`)).status).to.equal(200)
    server.closeAllConnections()
    server.close()
  })
})
