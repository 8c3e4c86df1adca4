/**
 * How much of a query a client is asked: random queries over random data, each of clients with random abilities, planned and
 * run. `bash .config/bench.sh pushdown` prints a table of what was asked of the clients, part by part, and of how many
 * requests and rows that took; each answer is compared with what the query means.
 *
 *     bash .config/bench.sh pushdown [--queries 2000] [--clients 50] [--each 50] [--seed 1]
 *
 * `--each` is how many of the clients each query is asked of, in turn.
 */
import { createHash } from 'node:crypto'
import { either as E, taskEither as TE } from 'fp-ts'
import fc from 'fast-check'
import {
  everything,
  fold,
  plan,
  run,
  toArray,
  type Answer,
  type Client,
  type Query,
  type Support,
} from '../../src/index.js'
import { cases, type Case } from '../../property-tests/support/cases.js'
import { memoryOf } from '../../property-tests/support/clients.js'

const option = (name: string, otherwise: number): number => {
  const at = process.argv.indexOf(`--${name}`)
  return at === -1 ? otherwise : Number(process.argv[at + 1] ?? otherwise)
}

const [queries, clients, seed] = [option('queries', 2000), option('clients', 50), option('seed', 1)]
const each = option('each', clients)

/** Numbers from 0 to 1 that depend on the seed alone. */
const numbersFrom = (start: number): (() => number) => {
  let state = start >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

type Part = 'order' | 'slice' | 'projection' | 'aggregate' | 'distinct' | 'annotations' | 'related' | 'nested'
const parts: ReadonlyArray<Part> = [
  'order',
  'slice',
  'projection',
  'aggregate',
  'distinct',
  'annotations',
  'related',
  'nested',
]

interface Ability {
  readonly can: { readonly [P in Part]: boolean }
  readonly lookups: ReadonlySet<string>
  readonly size: number | undefined
  readonly members: number | undefined
  readonly total: Answer['total']
  readonly sized: boolean
}

const lookups = ['exact', 'in', 'gt', 'gte', 'lt', 'lte', 'isnull', 'contains', 'icontains', 'startswith']

const abilityOf = (number: () => number): Ability => {
  const size = number() < 0.6 ? 2 + Math.floor(number() * 6) : undefined
  const can = Object.fromEntries(parts.map((part) => [part, number() < 0.75])) as Ability['can']
  return {
    can: { ...can, slice: can.slice || size !== undefined },
    lookups: new Set(lookups.filter(() => number() < 0.75)),
    size,
    members: number() < 0.5 ? 2 + Math.floor(number() * 3) : undefined,
    total: number() < 0.6 ? 'exact' : 'none',
    sized: number() < 0.5,
  }
}

/** What a client with an ability says of a question. */
const supportOf =
  ({ can, lookups: known, size, members, total, sized }: Ability, rows: Case['world']['rows']): Support =>
  (question) => ({
    ...everything(question),
    ...can,
    total,
    where: question.where.map((node) =>
      node._tag === 'lookup' ? (known.has(node.name) ? 'exact' : 'unsupported') : 'exact',
    ),
    ...(size === undefined ? {} : { maxPerRequest: size }),
    ...(members === undefined ? {} : { maxMembers: members }),
    ...(sized ? { rows: rows[question.model]?.length ?? 0 } : {}),
  })

interface Counts {
  requests: number
  rows: number
}

const clientOf = (whole: Client, support: Support, { total }: Ability, counts: Counts): Client => ({
  name: 'able',
  schema: whole.schema,
  support,
  list: (query) =>
    TE.map((page: { readonly rows: ReadonlyArray<unknown>; readonly total: number | null }) => {
      counts.requests += 1
      counts.rows += page.rows.length
      return { rows: page.rows, total: total === 'exact' ? page.total : null }
    })(whole.list(query)),
})

const layersOf = (query: Query): ReadonlyArray<Query> => {
  const layers: Array<Query> = []
  let at: Query | null = query
  while (at !== null) {
    layers.push(at)
    at = at.from._tag === 'query' ? at.from.query : at.from._tag === 'combine' ? at.from.left : null
  }
  return layers
}

const conditions = ({ where }: Query): number =>
  where === null ? 0 : where._tag === 'and' ? where.all.length : 1

/** The parts of a query, counted; what was added so that it can be fetched isn't. */
const partsIn = (query: Query): { readonly [what: string]: number } => {
  const layers = layersOf(query)
  const sum = (count: (layer: Query) => number): number => layers.reduce((n, layer) => n + count(layer), 0)
  return {
    conditions: sum(conditions),
    annotations: sum(({ annotations }) => annotations.filter(({ name }) => !name.startsWith('_own')).length),
    orders: sum(({ order, reverse }) => (order.length > 0 || reverse ? 1 : 0)),
    slices: sum(({ slice }) => (slice === null ? 0 : 1)),
    projections: sum(({ columns }) => (columns === null ? 0 : 1)),
    groups: sum(({ group }) => (group === null ? 0 : 1)),
    'distinct rows': sum(({ distinct, distinctOn }) => (distinct || distinctOn !== null ? 1 : 0)),
    'related rows': sum(({ related }) => related.length),
    'passes over passes': layers.length - 1,
  }
}

const add = (sum: Map<string, number>, counts: { readonly [what: string]: number }): void => {
  Object.entries(counts).forEach(([what, n]) => sum.set(what, (sum.get(what) ?? 0) + n))
}

const abilities = Array.from({ length: clients }, (_, i) => abilityOf(numbersFrom(seed * 1000 + i)))
const asked = new Map<string, number>()
const there = new Map<string, number>()
const hash = createHash('sha256')
const tally = { plans: 0, whole: 0, bounded: 0, requests: 0, rows: 0, wrong: 0, failed: 0, milliseconds: 0 }

/** Rows as text, whichever order they and their columns come in. */
const spelled = (json: unknown): string =>
  Array.isArray(json)
    ? `[${json.map(spelled).sort().join()}]`
    : typeof json === 'object' && json !== null
      ? `{${Object.entries(json)
          .map(([name, value]) => `${name}:${spelled(value)}`)
          .sort()
          .join()}}`
      : JSON.stringify(json)

const drawn = fc.sample(cases(7), { numRuns: queries, seed })
let turn = 0
for (const { world, queryset } of drawn) {
  const query = fold(queryset)
  if (E.isLeft(query)) continue
  hash.update(JSON.stringify(query.right))
  const whole = memoryOf(world)
  const meant = await toArray(whole)(queryset)()
  if (E.isLeft(meant)) continue
  for (let i = 0; i < each; i += 1) {
    const ability = abilities[(turn + i) % clients]
    if (ability === undefined) continue
    const counts: Counts = { requests: 0, rows: 0 }
    const client = clientOf(whole, supportOf(ability, world.rows), ability, counts)
    const start = performance.now()
    const planned = plan(client)(queryset)
    tally.milliseconds += performance.now() - start
    if (E.isLeft(planned)) {
      tally.failed += 1
      continue
    }
    const rows = await run(client)(planned.right)()
    tally.plans += 1
    tally.whole += planned.right.residual === null ? 1 : 0
    tally.bounded += planned.right.requests === null ? 0 : 1
    tally.requests += counts.requests
    tally.rows += counts.rows
    if (E.isLeft(rows)) tally.failed += 1
    else if (spelled(rows.right) !== spelled(meant.right)) tally.wrong += 1
    add(there, partsIn(query.right))
    add(asked, partsIn(planned.right.pushed))
  }
  turn += each
}

const share = (n: number, of: number): string => `${((100 * n) / Math.max(1, of)).toFixed(1)} %`

console.log(
  `queries ${hash.digest('hex').slice(0, 12)}, ${String(tally.plans)} plans, seed ${String(seed)}\n`,
)
console.log('| part | in the queries | asked of the client | |\n|---|---|---|---|')
;[...there].forEach(([what, n]) => {
  const own = asked.get(what) ?? 0
  console.log(`| ${what} | ${String(n)} | ${String(own)} | ${share(own, n)} |`)
})
const all = [...there.values()].reduce((a, b) => a + b, 0)
const own = [...asked.values()].reduce((a, b) => a + b, 0)
console.log(`| **all** | ${String(all)} | ${String(own)} | ${share(own, all)} |\n`)
console.log(`queries asked whole: ${String(tally.whole)} (${share(tally.whole, tally.plans)})`)
console.log(`plans with a bound: ${String(tally.bounded)} (${share(tally.bounded, tally.plans)})`)
console.log(`requests: ${String(tally.requests)}, rows: ${String(tally.rows)}`)
console.log(`wrong answers: ${String(tally.wrong)}, failed: ${String(tally.failed)}`)
console.log(`planning: ${(tally.milliseconds / tally.plans).toFixed(2)} ms a query`)
