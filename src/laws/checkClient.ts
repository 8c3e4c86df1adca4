import { either as E, type task as T } from 'fp-ts'
import { clientFailed, invalidField, type QueryError } from '../value/QueryError.js'
import type { Definitions } from '../schema/Schema.js'
import { snapshot } from './hold/ask.js'
import type { Case } from './case/Case.js'
import { attempt, schemaFor, type Prepared } from './hold/check.js'
import { counting } from './report/Coverage.js'
import { isHanging, unlisted, type Broken } from './hold/execute.js'
import { discover } from './discover/discover.js'
import { caseOf, type Setting } from './make/generate.js'
import { groundsFor } from './make/grounds.js'
import type { Manifest } from './discover/Manifest.js'
import type { Options } from './Options.js'
import type { Rows } from './case/Rows.js'
import { isFactory, isGiven, preparedFor } from './hold/prepare.js'
import { sizeOf } from './case/Case.js'
import { lawNames, terminalNames } from './hold/laws.js'
import type { Area, Failure, Report } from './report/Report.js'
import { shrink, type FailingCase } from './shrink/shrink.js'
import { signatureOf } from './case/signature.js'
import { storeOf } from './hold/Subject.js'
import { testOf } from './report/code.js'
import { sentenceOf, tableOf } from './report/show.js'
import { isSound } from './make/World.js'

/**
 * Searches for the smallest queryset and data for which a client is wrong. It generates rows, reads and writes, and
 * compares the answers with the reference, or with the laws alone. Each failure is shrunk and reported once.
 *
 * The program never fails. If rows can't be listed, or a client can't be created, the report has a failure that says
 * so.
 *
 * @example
 * import { checkClient } from 'queryset-ts/laws'
 * import { autoId, field, schema } from 'queryset-ts'
 * import { memory } from 'queryset-ts/memory'
 * const models = schema({ genre: { id: autoId, name: field.nullable(field.text()) } })
 * const report = await checkClient({
 *   schema: models,
 *   client: (_, { rows }) => memory(models, Object.fromEntries(rows)),
 *   cases: 20,
 *   seed: 1,
 * })()
 * console.log(report.cases, report.failures) // => 20 []
 *
 * @since 0.1.0
 */
export const checkClient =
  (options: Options): T.Task<Report> =>
  async () => {
    const start = Date.now()
    const isOver = () => options.timeLimit !== undefined && Date.now() - start >= options.timeLimit
    const seed = options.seed ?? Math.floor(Math.random() * 0x7fffffff)
    const tally = counting()
    const prepared = preparedFor(options)
    const { name } = options.client
    const report = (
      cases: number,
      failures: ReadonlyArray<Failure>,
      manifest: Manifest | null = null,
    ): Report => ({
      client: name === '' ? 'client' : name,
      seed,
      cases,
      milliseconds: Date.now() - start,
      failures,
      coverage: tally.result({
        laws: lawNames(areasOf(options, prepared), prepared.laws),
        terminals: terminalNames,
        schema: prepared.schema,
      }),
      manifest,
    })
    const astray = nothingToAsk(options, prepared)
    if (astray !== null) return report(0, [failureOf(prepared, unlistable(astray), 1)])
    // Areas that don't apply to the client aren't checked.
    if (areasOf(options, prepared).size === 0 && options.discover !== true) return report(0, [])
    const rows = await rowsThere(options, prepared)
    if (E.isLeft(rows)) return report(0, [failureOf(prepared, unlistable(rows.left), 1)])
    const setting = settingFor(options, prepared, rows.right)
    const capable =
      options.discover === true ? await manifestOf(options, prepared, rows.right, seed, isOver) : null
    if (capable !== null && E.isLeft(capable))
      return report(0, [failureOf(prepared, unlistable(capable.left), 1)])
    const { manifest, failures: before } = capable?.right ?? {
      manifest: null,
      failures: new Map<string, Failure>(),
    }
    const found = new Map<string, Failure>(before)
    if (areasOf(options, prepared).size === 0) return report(0, [...found.values()], manifest)
    const state = { cases: 0, broken: 0 }
    const most = found.size + (options.failures ?? 3)
    // A client that refuses too little is reported once. The limit of failures then counts the others.
    const enough = (): boolean =>
      found.size - (found.has(unrefused) && !before.has(unrefused) ? 1 : 0) >= most
    /* eslint-disable-next-line functional/no-loop-statements -- one case after the other, until enough was found */
    for (; state.cases < (options.cases ?? 300) && !enough() && state.broken < 20 + most && !isOver();) {
      // A client that never waited won't wait later, so failing backends can't be tried with it.
      const hooked = isFactory(options.client) && (state.cases < trials || prepared.seen.waiting)
      const example = caseOf({ ...setting, hooked, most: prepared.seen.most }, seed, state.cases)
      state.cases += 1
      tally.seen(schemaFor(prepared, example.definitions), example)
      const broken = await attempt(prepared, example, tally)
      if (broken === null || (rows.right !== null && (await attempt(prepared, example)) === null)) continue
      state.broken += 1
      // A client that hangs would hang each time.
      const isStuck = () => isOver() || isHanging(broken)
      const small = await shrink(
        { example, broken },
        (one) => attempt(prepared, one),
        isStuck,
        {
          schema: prepared.schema === null,
          rows: rows.right === null,
        },
        (definitions) => schemaFor(prepared, definitions),
      )
      const signature = isUnrefused(small)
        ? unrefused
        : signatureOf(small.broken.violation.law, small.example.calls)
      const known = found.get(signature)
      found.set(
        signature,
        known === undefined ? failureOf(prepared, small, state.cases) : { ...known, seen: known.seen + 1 },
      )
      if (signature === unrefused) prepared.seen.wrapped = true
    }
    return report(state.cases, [...found.values()], manifest)
  }

/** Stands for everything that a client declares unsupported but answers wrongly. */
const unrefused = 'refuses'

const isUnrefused = ({ broken: { violation } }: FailingCase): boolean => {
  const { law, expected } = violation
  return (
    law === 'refuses' &&
    typeof expected === 'object' &&
    expected !== null &&
    'error' in expected &&
    expected.error === 'Unsupported'
  )
}

/** The number of cases after which it is known whether a client waits. */
const trials = 30

const rowsThere = async (
  options: Options,
  { schema }: Prepared,
): Promise<E.Either<QueryError, Rows | null>> => {
  const { client } = options
  if (isFactory(client) || !isGiven(options) || schema === null) return E.right(null)
  const there = await snapshot(client, schema)()
  if (E.isLeft(there)) return there
  const made = storeOf(schema, there.right, null, client.name)
  if (E.isLeft(made)) return made
  return isSound(schema, there.right)
    ? there
    : E.left(
        clientFailed(client.name, 'list', null, {
          message: 'its rows lack a value, have a unique one twice, or point to rows that are not there',
          hint: 'Fix the data: over these rows nothing can be checked.',
        }),
      )
}

/** The mistake in the option `models`, or `null`. */
const nothingToAsk = ({ models }: Options, { schema }: Prepared): QueryError | null => {
  if (schema === null) return null
  const names = [...schema.models.keys()]
  const unknown = models?.find((name) => !names.includes(name))
  return (
    schema.errors[0] ??
    (unknown !== undefined
      ? invalidField(null, unknown, 'is not a model', names)
      : names.length === 0 || models?.length === 0
        ? invalidField(null, '', 'there is no model to ask about', names)
        : null)
  )
}

/** The number of cases to shrink a fault that was found while the client's abilities were discovered. */
const tries = 300

/** What a client can do, and the faults that were seen meanwhile, by signature. */
const manifestOf = async (
  options: Options,
  prepared: Prepared,
  rows: Rows | null,
  seed: number,
  isOver: () => boolean,
): Promise<
  E.Either<QueryError, { readonly manifest: Manifest; readonly failures: ReadonlyMap<string, Failure> }>
> => {
  const grounds = rows === null ? groundsFor(prepared.schema, seed) : [{ definitions: noDefinitions, rows }]
  const discovered = await discover(prepared, grounds, options.models ?? null)
  if (E.isLeft(discovered)) return discovered
  const failures = new Map<string, Failure>()
  const bySort = new Map<string, number>()
  const lies: Array<Manifest['lies'][number]> = []
  /* eslint-disable-next-line functional/no-loop-statements -- one fault after the other */
  for (const { sort: own, about, example, broken } of discovered.right.faults) {
    // A client that refuses nothing at all gets one failure for that.
    const isNone = !discovered.right.refuses && isUnrefused({ example, broken })
    const sort = isNone ? unrefused : own
    if (!bySort.has(sort)) {
      const seen = await attempt(prepared, example)
      const state = { tried: 0 }
      const same = async (one: Case): Promise<Broken | null> => {
        state.tried += 1
        const there = await attempt(prepared, one)
        return there?.violation.law === seen?.violation.law ? there : null
      }
      const small =
        seen === null
          ? { example, broken }
          : await shrink(
              { example, broken: seen },
              same,
              () => state.tried >= tries || isOver(),
              {
                schema: prepared.schema === null,
                rows: rows === null,
              },
              (definitions) => schemaFor(prepared, definitions),
            )
      const signature = isNone ? unrefused : signatureOf(small.broken.violation.law, small.example.calls)
      const known = failures.get(signature)
      failures.set(
        signature,
        known === undefined ? failureOf(prepared, small, 0) : { ...known, seen: known.seen + 1 },
      )
      bySort.set(sort, [...failures.keys()].indexOf(signature))
    }
    if (about !== null) lies.push({ about, failure: bySort.get(sort) ?? 0 })
  }
  if (failures.has(unrefused)) prepared.seen.wrapped = true
  return E.right({ manifest: { ...discovered.right.manifest, lies }, failures })
}

const areasOf = (options: Options, prepared: Prepared): ReadonlySet<Area> => {
  const all: ReadonlyArray<Area> = ['reads', 'writes', 'faults', 'concurrency']
  const wanted = options.areas ?? all
  return new Set(all.filter((area) => wanted.includes(area) && (area === 'reads' || prepared.writes)))
}

const settingFor = (options: Options, prepared: Prepared, rows: Rows | null): Setting => ({
  definitions: prepared.schema === null ? null : noDefinitions,
  schema: prepared.schema,
  rows,
  models: options.models ?? null,
  areas: areasOf(options, prepared),
  laws: prepared.laws,
  hooked: false,
  most: Infinity,
})

const noDefinitions: Definitions = {}

const unlistable = (error: QueryError): FailingCase => {
  const example: Case = { definitions: noDefinitions, rows: {}, calls: [] }
  const broken: Broken = { call: 0, violation: unlisted(error) }
  return { example, broken }
}

const failureOf = (prepared: Prepared, { example, broken }: FailingCase, firstCase: number): Failure => {
  const schema = schemaFor(prepared, example.definitions)
  const { law, area } = broken.violation
  const sentence =
    isUnrefused({ example, broken }) && !prepared.seen.refused
      ? `It refuses nothing of what its \`support\` says that it can't answer: wrap it in \`validate\`. ${sentenceOf(example, broken)}`
      : sentenceOf(example, broken)
  return {
    law,
    area,
    firstCase,
    seen: 1,
    size: sizeOf(example),
    example,
    sentence,
    table: tableOf(schema, example, broken),
    test: testOf(schema, example, broken, sentence),
  }
}

/**
 * Tries one case on a client again, such as a failure's `example`. Gives the failure, or `null` if there is none.
 *
 * @since 0.1.0
 */
export const tryCase =
  (options: Options, example: Case): T.Task<Failure | null> =>
  async () => {
    const prepared = preparedFor(options)
    const broken = await attempt(prepared, example)
    return broken === null ? null : failureOf(prepared, { example, broken }, 1)
  }
