/** A service that fails, lies and changes, as numbers say; and what it has seen. */
import type { Row } from '../../src/index.js'
import type { Handler } from '../../src/http.js'
import { chance, pick, type Tape } from '../../src/laws/make/Tape.js'
import { credible, honest, type Dialect, type State, type Told, type Wanted } from './restStubs.js'

/**
 * What can befall a request on its way:
 * - `late`: it takes a few turns. `refused`: it doesn't arrive. `lost`: it is done, and its answer doesn't arrive.
 * - `failed`, `busy`, `often`: 500, 503, and 429 with `Retry-After`. `page`: a page of HTML.
 * - `unknown`, `forbidden`: 401 and 403, as of a token that has expired.
 * - `cut`: the end of the answer is missing. `broken`: the connection breaks within it. `hangs`: no answer, ever.
 * - `again`: the answer to an earlier request comes instead.
 */
export const accidents = [
  'late',
  'refused',
  'lost',
  'failed',
  'busy',
  'often',
  'page',
  'unknown',
  'forbidden',
  'cut',
  'broken',
  'hangs',
  'again',
] as const
export type Accident = (typeof accidents)[number]

/** What a service can say that isn't so: of its total, and of its rows. */
export const lies = [
  'total less',
  'total more',
  'total negative',
  'total none',
  'total half',
  'total changing',
  'row twice',
  'row left out',
  'row left out, next one instead',
  'too long',
  'foreign row',
  'reversed',
  'odd row',
  'no next',
  'a next',
] as const
export type Lie = (typeof lies)[number]

/** What may go wrong, and in how many of a hundred requests; and what happens before each of them. */
export interface Weather {
  readonly accidents?: ReadonlyArray<Accident>
  readonly lies?: ReadonlyArray<Lie>
  readonly share: number
  readonly before?: (state: State) => State
}

export interface Seen {
  /** Whether it was sent after the end had been told. */
  readonly late: boolean
  readonly method: string
  readonly accident: Accident | null
  readonly lie: Lie | null
  /** Whether what was said could be true of some rows: `null` where nothing was said. */
  readonly credible: boolean | null
  readonly rows: number
}

export interface Service {
  readonly fetch: Handler
  readonly state: () => State
  readonly seen: ReadonlyArray<Seen>
  /** Requests that wait for their answers, and bodies that are neither read to their end nor left. */
  readonly open: () => number
  /** How many were open at once, at most. */
  readonly most: () => number
}

export const turns = async (n: number): Promise<void> => {
  for (let i = 0; i < n; i += 1) await new Promise((done) => setImmediate(done))
}

const statuses = new Map<Accident | null, number>([
  ['failed', 500],
  ['busy', 503],
  ['often', 429],
  ['page', 200],
  ['unknown', 401],
  ['forbidden', 403],
])

/** What a service did: its answer, what is seen of it, and whether that could be the answer to another request. */
interface Done {
  readonly response: Response
  readonly seen: Pick<Seen, 'method' | 'lie' | 'credible' | 'rows'>
  readonly fits?: (request: Request) => boolean
}

/** What carries requests, and what befalls them on the way. `ended` tells whether nothing may be asked any more. */
export const carrier = (
  tape: Tape,
  { accidents: some = [], share }: Weather,
  answer: (request: Request) => Promise<Done>,
  ended: () => boolean = () => false,
) => {
  const seen: Array<Seen> = []
  const earlier: Array<
    Omit<Done, 'response'> & { readonly status: number; readonly headers: Headers; readonly text: string }
  > = []
  const open = new Set<object>()
  const most = { open: 0 }
  const opened = (): object => {
    const one = {}
    open.add(one)
    most.open = Math.max(most.open, open.size)
    return one
  }
  const fetch: Handler = async (request) => {
    const one = opened()
    const accident = some.length > 0 && chance(tape, share) ? pick(tape, some as readonly [Accident]) : null
    const late = ended()
    const nothing: Done['seen'] = { method: request.method, lie: null, credible: null, rows: 0 }
    const drawn = [tape.next(4), tape.next(1000), tape.next(1000)] as const
    const leave = (): void => {
      open.delete(one)
    }
    const unanswered = (): void => {
      seen.push({ ...nothing, accident, late })
      leave()
    }
    try {
      request.signal.throwIfAborted()
      if (accident === 'late') await turns(drawn[0])
      if (accident === 'refused') throw new TypeError('fetch failed')
      if (accident === 'hangs')
        await new Promise((_, fail) => {
          request.signal.addEventListener('abort', () => {
            fail(new DOMException('aborted', 'AbortError'))
          })
        })
      const status = statuses.get(accident)
      if (status !== undefined) {
        unanswered()
        return new Response('<html>', {
          status,
          ...(accident === 'often' ? { headers: { 'retry-after': '0' } } : {}),
        })
      }
      const { response, ...own } = await answer(request)
      const { headers, status: code } = response
      const fresh = { ...own, status: code, headers, text: await response.text() }
      if (accident === 'late') await turns(drawn[0])
      request.signal.throwIfAborted()
      if (accident === 'lost') throw new TypeError('fetch failed')
      const told = accident === 'again' ? (earlier[drawn[1] % Math.max(1, earlier.length)] ?? fresh) : fresh
      earlier.push(fresh)
      const fitting = told === fresh ? fresh.seen.credible : (told.fits?.(request) ?? null)
      seen.push({
        ...told.seen,
        credible: fitting,
        accident: told === fresh && accident === 'again' ? null : accident,
        late,
      })
      const bytes = new TextEncoder().encode(told.text)
      const kept =
        accident === 'cut' || accident === 'broken' ? drawn[1] % Math.max(1, bytes.length) : bytes.length
      const body = new ReadableStream<Uint8Array>({
        start: async (controller) => {
          const half = Math.floor(kept / 2)
          for (const part of [bytes.slice(0, half), bytes.slice(half, kept)]) {
            if (accident === 'late') await turns(drawn[0])
            if (request.signal.aborted || !open.has(one)) break
            if (part.length > 0) controller.enqueue(part)
          }
          const was = open.has(one)
          leave()
          if (request.signal.aborted) controller.error(new DOMException('aborted', 'AbortError'))
          else if (accident === 'broken') controller.error(new TypeError('terminated'))
          else if (was) controller.close()
        },
        cancel: leave,
      })
      return new Response([204, 304].includes(told.status) ? null : body, {
        status: told.status,
        headers: told.headers,
      })
    } catch (cause) {
      unanswered()
      throw cause
    }
  }
  return { fetch, seen, open: () => open.size, most: () => most.open }
}

const lied = (lie: Lie | null, tape: Tape, wanted: Wanted, said: Told, state: State): Told => {
  const { rows, total } = said
  const n = Number(total)
  const by = 1 + tape.next(3)
  const at = tape.next(Math.max(1, rows.length))
  const all = state[wanted.model] ?? []
  switch (lie) {
    case null:
      return said
    case 'total less':
      return { ...said, total: Math.max(0, n - by) }
    case 'total more':
      return { ...said, total: n + by }
    case 'total negative':
      return { ...said, total: -by }
    case 'total none':
      return { ...said, total: 'many' }
    case 'total half':
      return { ...said, total: n + 0.5 }
    case 'total changing':
      return { ...said, total: tape.next(9) }
    case 'row twice':
      return {
        ...said,
        rows: rows.flatMap((row, i) => (i === at ? [row, row] : [row])).slice(0, wanted.limit),
      }
    case 'row left out':
      return { ...said, rows: rows.filter((_, i) => i !== at) }
    case 'row left out, next one instead': {
      const further = honest(state, { ...wanted, limit: wanted.limit + 1 }).rows
      return { ...said, rows: further.filter((_, i) => i !== at) }
    }
    case 'too long':
      return { ...said, rows: honest(state, { ...wanted, limit: wanted.limit + by }).rows }
    case 'foreign row':
      return {
        ...said,
        rows: rows.map((row, i) => (i === at ? (all[tape.next(Math.max(1, all.length))] ?? row) : row)),
      }
    case 'reversed':
      return { ...said, rows: [...rows].reverse() }
    case 'odd row':
      return { ...said, rows: rows.map((row, i) => (i === at ? { ...(row as Row), name: by } : row)) }
    case 'no next':
      return { ...said, next: false }
    case 'a next':
      return { ...said, next: true }
  }
}

/** A service in some dialect, over rows that only it has. */
export const faultyService = (
  dialect: Dialect,
  rows: State,
  tape: Tape,
  weather: Weather,
  ended: () => boolean = () => false,
): Service => {
  const held = { state: rows }
  const carried = carrier(
    tape,
    weather,
    async (request) => {
      const url = new URL(request.url)
      const { method } = request
      held.state = weather.before?.(held.state) ?? held.state
      const wanted = dialect.read(url)
      if (method === 'GET') {
        const some = weather.lies ?? []
        const lie = some.length > 0 && chance(tape, weather.share) ? pick(tape, some as readonly [Lie]) : null
        const told = lied(lie, tape, wanted, honest(held.state, wanted), held.state)
        return {
          response: dialect.spell(wanted, told, url),
          seen: { method, lie, credible: credible(dialect, wanted, told), rows: told.rows.length },
          fits: (other) =>
            other.method === 'GET' && credible(dialect, dialect.read(new URL(other.url)), told),
        }
      }
      const body = (method === 'DELETE' ? {} : await request.json()) as Row
      const { response, state } = written(dialect, method, url, body, wanted.model, held.state)
      held.state = state
      return { response, seen: { method, lie: null, credible: null, rows: 1 } }
    },
    ended,
  )
  return { ...carried, state: () => held.state }
}

const written = (
  dialect: Dialect,
  method: string,
  url: URL,
  body: Row,
  model: string,
  state: State,
): { readonly response: Response; readonly state: State } => {
  const rows = state[model] ?? []
  const many = dialect.name === 'PostgREST'
  const answer = (found: ReadonlyArray<Row>, status = 200): Response =>
    many
      ? Response.json(found, { status })
      : found.length === 0
        ? new Response('{}', { status: 404 })
        : Response.json(found[0], { status })
  if (method === 'POST') {
    const id = Math.max(0, ...rows.map((row) => Number(row['id']))) + 1
    const made: Row = { ...body, id }
    return { response: answer([made], 201), state: { ...state, [model]: [...rows, made] } }
  }
  const key = dialect.keyOf(url)
  const found = rows.filter(({ id }) => JSON.stringify(id) === key)
  const others =
    method === 'DELETE'
      ? rows.filter((row) => !found.includes(row))
      : rows.map((row) => (found.includes(row) ? { ...row, ...body } : row))
  const after = { ...state, [model]: others }
  return {
    response: answer(method === 'DELETE' ? found : others.filter(({ id }) => JSON.stringify(id) === key)),
    state: after,
  }
}
