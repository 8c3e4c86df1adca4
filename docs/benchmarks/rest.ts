/**
 * What an API of `queryset-ts/rest` costs, against Express with handlers written by hand over the same rows: a list of a
 * hundred, a filter, a row, a new row. `bash .config/bench.sh rest` prints a table; both are asked over HTTP, in turn, in this
 * process.
 *
 *     bash .config/bench.sh rest [--requests 400] [--rounds 7]
 */
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import express from 'express'
import { autoId, belongsTo, field, schema } from '../../src/index.js'
import { memory } from '../../src/memory.js'
import { filters, nodeListener, pageNumber, rest, serializer, viewset } from '../../src/rest.js'

const option = (name: string, otherwise: number): number => {
  const at = process.argv.indexOf(`--${name}`)
  return at === -1 ? otherwise : Number(process.argv[at + 1] ?? otherwise)
}

const [requests, rounds] = [option('requests', 400), option('rounds', 7)]

const models = schema({
  artist: { id: autoId, name: field.text({ maxLength: 40 }) },
  track: {
    id: autoId,
    name: field.text({ maxLength: 80 }),
    artist: belongsTo('artist', { relatedName: 'tracks' }),
  },
})

const rows = () => ({
  artist: Array.from({ length: 100 }, (_, i) => ({ id: i + 1, name: `Artist ${String(i + 1)}` })),
  track: Array.from({ length: 10_000 }, (_, i) => ({
    id: i + 1,
    name: `Track ${String(i + 1)}`,
    artist: (i % 100) + 1,
  })),
})

const ours = (): RequestListener =>
  nodeListener(
    rest(
      {
        tracks: viewset({
          queryset: models.track,
          serializer: serializer(models.track, { fields: ['id', 'name', 'artist'] }),
          filters: filters(models.track, { name: ['exact'] }),
          pages: pageNumber({ size: 100, max: 100 }),
        }),
      },
      { client: memory(models, rows()), prefix: '/api/' },
    ),
  )

const byHand = (): RequestListener => {
  const { track, artist } = rows()
  const artists = new Set(artist.map(({ id }) => id))
  const app = express()
  app.use(express.json())
  app.get('/api/tracks/', (request, response) => {
    const { name, page } = request.query
    const found = typeof name === 'string' ? track.filter((each) => each.name === name) : track
    const number = Number(page ?? 1)
    const results = found.slice((number - 1) * 100, number * 100)
    response.json({ count: found.length, next: null, previous: null, results })
  })
  app.get('/api/tracks/:id/', (request, response) => {
    const found = track.find(({ id }) => id === Number(request.params.id))
    if (found === undefined) response.status(404).json({ detail: 'Not found.' })
    else response.json(found)
  })
  app.post('/api/tracks/', (request, response) => {
    const { name, artist: by } = request.body as { readonly name?: unknown; readonly artist?: unknown }
    if (
      typeof name !== 'string' ||
      name === '' ||
      name.length > 80 ||
      typeof by !== 'number' ||
      !artists.has(by)
    ) {
      response.status(400).json({ name: ['Invalid.'] })
      return
    }
    const made = { id: track.length + 1, name, artist: by }
    track.push(made)
    response.status(201).json(made)
  })
  return app // Express' own type of the same
}

const listening = async (
  listener: RequestListener,
): Promise<{ readonly url: string; readonly server: Server }> => {
  const server = createServer(listener)
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  return { url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`, server }
}

const json = { 'content-type': 'application/json' }

const tasks: ReadonlyArray<readonly [name: string, path: string, init: RequestInit]> = [
  ['a list of 100', '/api/tracks/?page=3', {}],
  ['a filter', '/api/tracks/?name=Track%205000', {}],
  ['a row', '/api/tracks/5000/', {}],
  ['a new row', '/api/tracks/', { method: 'POST', headers: json, body: '{"name":"New","artist":7}' }],
]

/** Microseconds for each request. */
const timed = async (url: string, init: RequestInit): Promise<number> => {
  const start = performance.now()
  for (let i = 0; i < requests; i++) await (await fetch(url, init)).arrayBuffer()
  return ((performance.now() - start) / requests) * 1000
}

const median = (all: ReadonlyArray<number>): number => [...all].sort((a, b) => a - b)[all.length >> 1] ?? 0

const [own, hand] = await Promise.all([listening(ours()), listening(byHand())])
console.log('| | by hand, µs | rest, µs | ratio |\n|---|---|---|---|')
for (const [name, path, init] of tasks) {
  const times: Array<readonly [number, number]> = []
  for (let round = 0; round < rounds; round++)
    times.push([await timed(hand.url + path, init), await timed(own.url + path, init)])
  // The first round warms up.
  const [a, b] = [median(times.slice(1).map(([x]) => x)), median(times.slice(1).map(([, x]) => x))]
  console.log(`| ${name} | ${a.toFixed(0)} | ${b.toFixed(0)} | ${(b / a).toFixed(1)} |`)
}
for (const { server } of [own, hand]) {
  server.closeAllConnections()
  server.close()
}
