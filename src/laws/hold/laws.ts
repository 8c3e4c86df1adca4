/**
 * The laws that a client is held to.
 *
 * Most of them are told by holding answers against the reference. Those with a `check` of their own need none: they
 * hold several answers about one queryset against each other, or against what can be computed from the rows that the
 * client lists.
 *
 * To add one of these, put it into the list: its name is all that a case has to know of it.
 *
 * @since 0.1.0
 */
import { either as E } from 'fp-ts'
import type { Json, Kind, Row } from '../../value/Value.js'
import type { Model } from '../../schema/Schema.js'
import type { Aggregate, Expression } from '../../expression/Expression.js'
import { fold } from '../../query/fold.js'
import { isOrdered } from '../../query/Query.js'
import { ask, questionOf, type Answer } from './ask.js'
import type { Call, Terminal } from '../case/Case.js'
import { compareKeys, compareValues } from '../case/compareValues.js'
import { problem } from '../case/problem.js'
import { columnAt, constant, negated, type Making } from '../make/predicates.js'
import { modelFor, orderOf, scopeOf } from '../make/parts.js'
import { saidFrom } from '../make/reads.js'
import type { Area } from '../report/Report.js'
import { querysetOf, then, type Said, type Typed } from '../case/Said.js'
import type { Subject, Violation } from './Subject.js'
import { pick } from '../make/Tape.js'

/**
 * What a law has to say of a queryset: what is expected and what came, if these differ. `sizes` are a few small
 * numbers, for whatever it has to choose.
 *
 * @since 0.1.0
 */
export type Check = (
  asking: Asking,
  of: Said,
  sizes: ReadonlyArray<number>,
) => Promise<Pick<Violation, 'expected' | 'actual'> | null>

/**
 * - `about` says the law in a sentence, as it is told when it is broken.
 * - `of` brings a queryset into the form that `check` is about.
 *
 * @since 0.1.0
 */
export interface Law {
  readonly name: string
  readonly area: Area
  readonly about: string
  readonly of?: (making: Making, said: Said) => Said
  readonly check?: Check
}

/**
 * Asks the client; what it refuses or can't answer has nothing to do with these laws.
 *
 * @since 0.1.0
 */
export interface Asking {
  readonly subject: Subject
  readonly rows: (of: Said) => Promise<ReadonlyArray<Row> | null>
  readonly one: (of: Said, terminal: Terminal) => Promise<unknown>
}

const texts = (rows: ReadonlyArray<unknown>): ReadonlyArray<string> => rows.map((row) => JSON.stringify(row))

const sorted = (rows: ReadonlyArray<unknown>): ReadonlyArray<string> => [...texts(rows)].sort()

const same = (a: ReadonlyArray<string>, b: ReadonlyArray<string>): boolean =>
  a.length === b.length && a.every((text, i) => text === b[i])

const apart = (expected: unknown, actual: unknown, is: boolean) => (is ? null : { expected, actual })

const lastOf = (of: Said) => of.steps.at(-1)

const before = (of: Said): Said => ({ ...of, steps: of.steps.slice(0, -1) })

const isBag = ({ schema }: Subject, of: Said): boolean => {
  const query = fold(querysetOf(schema, of))
  return E.isRight(query) && !isOrdered(query.right)
}

const partition: Check = async ({ rows }, of) => {
  const last = lastOf(of)
  if (last?._tag !== 'filter') return null
  const base = before(of)
  const [all, kept, left] = [
    await rows(base),
    await rows(of),
    await rows(then(base, { _tag: 'filter', predicate: negated(last.predicate) })),
  ]
  if (all === null || kept === null || left === null) return null
  return apart(all, [...kept, ...left], same(sorted(all), sorted([...kept, ...left])))
}

/** The kind of a column; not of one that a codec makes something else of, with an order of its own. */
const plainKind = (model: Model, name: string): Kind | undefined => {
  const column = model.columns.get(name)
  return column?.field.codec === null ? column.kind : undefined
}

const isSorted: Check = async ({ subject, rows }, of) => {
  const last = lastOf(of)
  const model = subject.schema.models.get(of.model)
  if (last?._tag !== 'orderBy' || model === undefined) return null
  const kinds = last.keys.map(({ expression }) =>
    expression._tag === 'column' && expression.path.length === 1
      ? plainKind(model, expression.path[0] ?? '')
      : undefined,
  )
  const pk = model.columns.get(model.primaryKey)
  const scope = scopeOf({ world: { schema: subject.schema } }, of)
  if (pk === undefined || pk.field.codec !== null || kinds.includes(undefined) || scope?.model !== model.name)
    return null
  const columns: ReadonlyArray<Typed> = [
    ...last.keys.map(({ expression }, i): Typed => ({
      name: `k${String(i)}`,
      kind: kinds[i] ?? 'int',
      expression,
    })),
    { name: 'pk', kind: pk.kind, expression: columnAt([pk.name]) },
  ]
  const list = await rows(then(of, { _tag: 'values', columns, form: 'record' }))
  if (list === null) return null
  const compare = (a: Row, b: Row): number =>
    last.keys
      .map((key, i) =>
        compareKeys(kinds[i] ?? 'int', key, a[`k${String(i)}`] ?? null, b[`k${String(i)}`] ?? null),
      )
      .find((order) => order !== 0) ?? (isKeyed(of) ? compareValues(pk.kind, a['pk'] ?? 0, b['pk'] ?? 0) : 0)
  const right = [...list].sort(compare)
  return apart(right, list, same(texts(right), texts(list)))
}

/** Whether each row is one of the model's, once. */
const isKeyed = ({ steps }: Said): boolean =>
  steps.every(
    ({ _tag }) =>
      _tag === 'filter' ||
      _tag === 'orderBy' ||
      _tag === 'slice' ||
      _tag === 'only' ||
      _tag === 'selectRelated',
  )

const counted: Check = async ({ rows, one }, of) => {
  const list = await rows(of)
  const [count, exists] = [await one(of, { _tag: 'count' }), await one(of, { _tag: 'exists' })]
  if (list === null) return null
  return apart(
    { count: list.length, exists: list.length > 0 },
    { count: count ?? list.length, exists: exists ?? list.length > 0 },
    (count === null || count === list.length) && (exists === null || exists === list.length > 0),
  )
}

const paged: Check = async ({ rows, one }, of, [size = 2]) => {
  const n = Math.max(1, size)
  const whole = await rows(then(of, { _tag: 'slice', start: 0, stop: null }))
  if (whole === null) return null
  const pages: Array<Row> = []
  /* eslint-disable-next-line functional/no-loop-statements -- one page after the other */
  for (let start = 0; start <= whole.length; start += n) {
    const page = await rows(then(of, { _tag: 'slice', start, stop: start + n }))
    if (page === null) return null
    pages.push(...page)
  }
  if (!same(texts(whole), texts(pages))) return { expected: whole, actual: pages }
  const [first, last] = [
    await one(of, { _tag: 'first' }),
    await one(then(of, { _tag: 'reverse' }), { _tag: 'first' }),
  ]
  const ends = [whole[0] ?? null, whole.at(-1) ?? null]
  return apart(ends, [first, last], same(texts(ends), texts([first, last])))
}

const keysAgree: Check = async ({ subject, rows, one }, of) => {
  const pk = subject.schema.models.get(of.model)?.primaryKey ?? ''
  const [list, keys] = [await rows(of), await one(of, { _tag: 'getPks' })]
  if (list === null || !Array.isArray(keys) || !isKeyed(of)) return null
  // A related row may have taken the place of its key.
  const own = list.map((row) => (typeof row[pk] === 'object' ? null : (row[pk] ?? null)))
  if (own.includes(null)) return null
  const bag = isBag(subject, of)
  if (!same(bag ? sorted(own) : texts(own), bag ? sorted(keys) : texts(keys)))
    return { expected: own, actual: keys }
  const found = await one(
    { model: of.model, steps: of.steps.filter(({ _tag }) => _tag !== 'slice') },
    { _tag: 'inBulk', keys: own },
  )
  return found === null || !Array.isArray(found)
    ? null
    : apart(
        sorted(own),
        sorted(found.map((each: unknown) => (Array.isArray(each) ? (each[0] as unknown) : each))),
        same(
          [...new Set(sorted(own))],
          sorted(found.map((each: unknown) => (Array.isArray(each) ? (each[0] as unknown) : each))),
        ),
      )
}

const plainAggregate = (
  name: Aggregate<Said>['name'],
  arg: Expression<Said> | null,
  distinct = false,
): Expression<Said> => ({
  _tag: 'aggregate',
  name,
  over: 'group',
  level: 0,
  relation: [],
  arg,
  distinct,
  filter: null,
  default: null,
  sample: false,
})

const folded: Check = async ({ subject, rows, one }, of, [at = 0]) => {
  const model = subject.schema.models.get(of.model)
  const scope = scopeOf({ world: { schema: subject.schema } }, of)
  const columns = [...(model?.columns.values() ?? [])].filter(
    ({ kind, field }) => kind !== 'json' && kind !== 'uuid' && kind !== 'boolean' && field.codec === null,
  )
  const column = columns[at % Math.max(1, columns.length)]
  if (model === undefined || column === undefined || scope?.model !== model.name) return null
  const own = columnAt([column.name])
  const value: Typed = { name: 'a', kind: column.kind, expression: own }
  const list = await rows(then(of, { _tag: 'values', columns: [value], form: 'record' }))
  if (list === null) return null
  const there = list.flatMap((row) => (row['a'] === null || row['a'] === undefined ? [] : [row['a']]))
  const ranked = [...there].sort((a, b) => compareValues(column.kind, a, b))
  const isInt = column.kind === 'int' && there.every((each) => Math.abs(Number(each)) < 2 ** 40)
  const total = there.reduce<number>((so, each) => so + Number(each), 0)
  const expected: { readonly [name: string]: Json } = {
    all: list.length,
    some: there.length,
    different: new Set(there).size,
    least: ranked[0] ?? null,
    greatest: ranked.at(-1) ?? null,
    ...(isInt ? { sum: there.length === 0 ? null : total } : {}),
  }
  const aggregates: ReadonlyArray<Typed> = [
    { name: 'all', kind: 'int', expression: plainAggregate('count', null) },
    { name: 'some', kind: 'int', expression: plainAggregate('count', own) },
    { name: 'different', kind: 'int', expression: plainAggregate('count', own, true) },
    { name: 'least', kind: column.kind, expression: plainAggregate('min', own) },
    { name: 'greatest', kind: column.kind, expression: plainAggregate('max', own) },
    ...(isInt ? [{ name: 'sum', kind: column.kind, expression: plainAggregate('sum', own) }] : []),
  ]
  const actual = await one(of, { _tag: 'aggregate', aggregates })
  return actual === null ? null : apart(expected, actual, JSON.stringify(expected) === JSON.stringify(actual))
}

const foundAgain: Check = async ({ subject, rows }, of, [at = 0, which = 0]) => {
  const model = subject.schema.models.get(of.model)
  const all: Said = { model: of.model, steps: [] }
  const list = await rows(all)
  const row = list?.[at % Math.max(1, list.length)]
  const columns = [...(model?.columns.values() ?? [])].filter(
    ({ kind, field }) => kind !== 'json' && field.codec === null,
  )
  const column = columns[which % Math.max(1, columns.length)]
  if (model === undefined || list === null || row === undefined || column === undefined) return null
  const value = row[column.name] ?? null
  const left = columnAt([column.name])
  const found = await rows(
    then(all, {
      _tag: 'filter',
      predicate:
        value === null
          ? { _tag: 'lookup', name: 'isnull', left, right: [] }
          : { _tag: 'lookup', name: 'exact', left, right: [constant(column.kind, value)] },
    }),
  )
  const expected = list.filter((each) => JSON.stringify(each[column.name] ?? null) === JSON.stringify(value))
  return found === null ? null : apart(expected, found, same(sorted(expected), sorted(found)))
}

const distinctOnce: Check = async ({ rows }, of) => {
  if (lastOf(of)?._tag !== 'distinct' || before(of).steps.at(-1)?._tag !== 'values') return null
  const [all, once] = [await rows(before(of)), await rows(of)]
  if (all === null || once === null) return null
  return apart([...new Set(sorted(all))], sorted(once), same([...new Set(sorted(all))], sorted(once)))
}

const withOrder = (making: Making, said: Said): Said => {
  const base: Said = { ...said, steps: said.steps.filter(({ _tag }) => _tag === 'filter') }
  const scope = scopeOf(making, base)
  return scope === null ? base : then(base, orderOf(making, scope))
}

const withFilter = (_: Making, said: Said): Said => {
  const at = said.steps.findLastIndex(({ _tag }) => _tag === 'filter')
  return at === -1 ? said : { ...said, steps: said.steps.slice(0, at + 1) }
}

const withDistinct = (_: Making, said: Said): Said => {
  const at = said.steps.findIndex(({ _tag }) => _tag === 'values')
  return at === -1 ? said : then({ ...said, steps: said.steps.slice(0, at + 1) }, { _tag: 'distinct' })
}

/** All laws. @since 0.1.0 */
export const laws: ReadonlyArray<Law> = [
  { name: 'answer', area: 'reads', about: 'A queryset gives the rows that it means.' },
  {
    name: 'page',
    area: 'reads',
    about: 'A page has the rows of its slice, and the total of all without it.',
  },
  { name: 'count', area: 'reads', about: 'A queryset has as many rows as are counted.' },
  { name: 'keys', area: 'reads', about: 'The keys are those of the rows, in their order.' },
  { name: 'stream', area: 'reads', about: 'A stream gives the rows that a list gives.' },
  { name: 'aggregate', area: 'reads', about: 'An aggregate is that of the rows.' },
  {
    name: 'results are copies',
    area: 'reads',
    about: 'Who changes what a client gave changes nothing else.',
  },
  {
    name: 'queries are left as they are',
    area: 'reads',
    about: 'A client changes nothing in a query that it is given.',
  },
  { name: 'refuses', area: 'reads', about: 'What a client says that it cannot answer, it refuses.' },
  { name: 'keeps its word', area: 'reads', about: 'What a client says that it can answer, it answers.' },
  {
    name: 'filter and exclude',
    area: 'reads',
    about: 'What a condition keeps and what it leaves out are all rows, each once.',
    of: withFilter,
    check: partition,
  },
  {
    name: 'sorted',
    area: 'reads',
    about: 'Rows are sorted by their keys; ties are broken by the primary key.',
    of: withOrder,
    check: isSorted,
  },
  { name: 'counted', area: 'reads', about: 'The count is the length of the list.', check: counted },
  { name: 'pages', area: 'reads', about: 'Pages put together are the whole.', check: paged },
  {
    name: 'same keys',
    area: 'reads',
    about: 'The keys that are given are those of the rows that are listed.',
    check: keysAgree,
  },
  {
    name: 'aggregates are folds',
    area: 'reads',
    about: 'An aggregate is what can be computed from the rows that are listed.',
    check: folded,
  },
  {
    name: 'found again',
    area: 'reads',
    about: 'A row is found by its own values, and no other is.',
    check: foundAgain,
  },
  {
    name: 'distinct once',
    area: 'reads',
    about: 'distinct gives each row once, and loses none.',
    of: withDistinct,
    check: distinctOnce,
  },
  { name: 'what is written is there', area: 'writes', about: 'What was written is what is read.' },
  { name: 'nothing else changes', area: 'writes', about: 'A write leaves all other rows as they were.' },
  { name: 'a write is done', area: 'writes', about: 'A write that is right is done.' },
  {
    name: 'a write tells what it did',
    area: 'writes',
    about: 'A write gives the rows as they are stored, or how many there were.',
  },
  { name: 'a new key is new', area: 'writes', about: 'A key that is counted up was never there before.' },
  {
    name: 'what is wrong is refused',
    area: 'writes',
    about: 'A key or unique value that is taken is refused.',
  },
  { name: 'an error says what it is', area: 'writes', about: 'An error has the tag of what went wrong.' },
  { name: 'what fails leaves no trace', area: 'writes', about: 'A write that fails changes nothing.' },
  {
    name: 'arguments and results are copies',
    area: 'writes',
    about: 'Who changes what a client was given, or gave, changes nothing else.',
  },
  {
    name: 'arguments are left as they are',
    area: 'writes',
    about: 'A client changes nothing in the rows, keys and changes that it is given.',
  },
  {
    name: 'a transaction is all or nothing',
    area: 'writes',
    about: 'A transaction is done as a whole, or not at all.',
  },
  {
    name: 'a transaction sees what it wrote',
    area: 'writes',
    about: 'Within a transaction what it wrote is there, and what it took back is not.',
  },
  {
    name: 'a failure is told as it is',
    area: 'faults',
    about: 'What is told of a write whose backend failed is so.',
  },
  {
    name: 'calls that overlap are as in some order',
    area: 'concurrency',
    about: 'Calls that overlap end as if they had come one after the other.',
  },
  {
    name: 'no update is lost',
    area: 'concurrency',
    about: 'Of changes that are made at once, each is there in the end.',
  },
  {
    name: 'what is looked for at once is made once',
    area: 'concurrency',
    about: 'Of calls that look for the same row at once and make it if there is none, one makes it.',
  },
  {
    name: 'what is linked at once is linked once',
    area: 'concurrency',
    about: 'Two rows that are linked by several calls at once are linked once.',
  },
  {
    name: 'a transaction is by itself',
    area: 'concurrency',
    about: 'What overlaps with a transaction is as before it or as after it.',
  },
]

/** Laws that any client can be held to. @since 0.1.0 */
export const lawNames = (areas: ReadonlySet<Area>, alone: boolean): ReadonlyArray<string> =>
  laws
    .filter(
      ({ area, check, name }) => areas.has(area) && (alone || check === undefined) && !promises.has(name),
    )
    .map(({ name }) => name)

/** Only who says something of itself is held to these. */
const promises: ReadonlySet<string> = new Set(['refuses', 'keeps its word'])

/** @since 0.1.0 */
export const terminalNames: ReadonlyArray<string> = [
  'toArray',
  'whole',
  'page',
  'list',
  'count',
  'exists',
  'first',
  'last',
  'get',
  'getPks',
  'stream',
  'inBulk',
  'contains',
  'aggregate',
]

const checked = laws.filter(({ check }) => check !== undefined)

/** A law, and a queryset that it is about. @since 0.1.0 */
export const lawOf = (
  making: Making,
  models: ReadonlyArray<string>,
): Extract<Call, { readonly _tag: 'law' }> => {
  const { tape } = making
  const said = saidFrom(making, modelFor(making, models))
  const [first, ...more] = checked
  const law = first === undefined ? undefined : pick(tape, [first, ...more])
  return {
    _tag: 'law',
    law: law?.name ?? '',
    of: law?.of?.(making, said) ?? said,
    sizes: [1 + tape.next(3), tape.next(6)],
  }
}

const rowsOf = (answer: Answer): ReadonlyArray<Row> | null =>
  E.isRight(answer) && Array.isArray(answer.right) ? (answer.right as ReadonlyArray<Row>) : null

/** Holds a client to a law. @since 0.1.0 */
export const checkLaw = async (
  subject: Subject,
  { law: name, of, sizes }: Extract<Call, { readonly _tag: 'law' }>,
): Promise<Violation | null> => {
  const law = laws.find((each) => each.name === name)
  const { client, schema, tally } = subject
  if (law?.check === undefined) return null
  const max = client.maxPerRequest ?? null
  const failed: { answer: Violation | null } = { answer: null }
  const asked = async (said: Said, terminal: Terminal): Promise<Answer> => {
    const answer = await ask(client, questionOf(schema, said, terminal, max))
    if (E.isLeft(answer)) {
      if (answer.left._tag === 'Unsupported') tally.count('refused', terminal._tag)
      else if (answer.left._tag === 'ClientFailed' || answer.left._tag === 'Undecodable')
        failed.answer = { law: law.name, area: law.area, expected: 'an answer', actual: problem(answer.left) }
    }
    return answer
  }
  tally.count('laws', law.name)
  const wrong = await law.check(
    {
      subject,
      rows: async (said) => rowsOf(await asked(said, { _tag: 'toArray' })),
      one: async (said, terminal) => {
        const answer = await asked(said, terminal)
        return E.isRight(answer) ? answer.right : null
      },
    },
    of,
    sizes,
  )
  return failed.answer ?? (wrong === null ? null : { law: law.name, area: law.area, ...wrong })
}
