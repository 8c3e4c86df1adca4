/**
 * Runs a corpus of queries against a client: `npm run corpus -- FOLDER [--client NAME] [--fixtures FILE]
 * [--areas a,b]`.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { schemaOf } from 'queryset-ts'
import { answer, terminalsOf, type Answer } from './answer.js'
import type { Asked, Case, Json, Object_ } from './Case.js'
import { clients, type Opened } from './clients.js'
import { sameRows, sameValue, type Tolerance } from './compare.js'
import { readFixtures } from './fixtures.js'
import { models } from './schema.js'
import { isWrite, write } from './write.js'
import { kindIn } from './translate.js'

const schema = schemaOf(models)

const entriesOf = (json: Json | undefined): ReadonlyArray<readonly [string, Json]> =>
  typeof json === 'object' && json !== null && !Array.isArray(json) ? Object.entries(json as Object_) : []

/** To how many digits an expression's value is to be met, where it is rounded somewhere. */
const digitsOf = (model: string, json: Json): number | null => {
  const digits = (
    Array.isArray(json)
      ? (json as ReadonlyArray<Json>).map((each): [string, Json] => ['', each])
      : entriesOf(json)
  ).flatMap(([name, operand]) => {
    const own =
      name === 'stddev' && kindIn(schema, model, operand) === 'int' ? 6 : rounding.has(name) ? 9 : null
    return [own, digitsOf(model, operand)].filter((each) => each !== null)
  })
  return digits.length === 0 ? null : Math.min(...digits)
}

const rounding: ReadonlySet<string> = new Set(['avg', 'stddev', 'variance'])

/** How closely the rounded results of a case are to be met. */
const toleranceOf = ({ model, steps, result }: Asked): Tolerance =>
  Object.fromEntries(
    [
      ...steps.filter(([name]) => name === 'annotate').flatMap(([, made]) => entriesOf(made)),
      ...(result[0] === 'aggregate' ? entriesOf(result[1]) : []),
    ].flatMap(([name, expression]) => {
      const digits = digitsOf(model, expression)
      return digits === null ? [] : [[name, digits]]
    }),
  )

/** The columns of rows that are lists. */
const namesOf = ({ steps }: Asked): ReadonlyArray<string> => {
  const [, paths] = steps.findLast(([name]) => name === 'values_list') ?? []
  return Array.isArray(paths) ? (paths as ReadonlyArray<Json>).map(String) : []
}

const short = (u: unknown): string => {
  const text = u === undefined ? 'nothing' : JSON.stringify(u)
  return text.length > 300 ? `${text.slice(0, 300)}… (${String(text.length)} characters)` : text
}

/** What differs, or `null`. */
const difference = (asked: Asked, actual: Answer): string | null => {
  const { expect } = asked
  const tolerance = toleranceOf(asked)
  const differs = `expected ${short(expect)}, got ${short(actual)}`
  const value = expect['value'] ?? null
  const same =
    'error' in actual
      ? expect['error'] === actual.error
      : 'rows' in actual
        ? Array.isArray(expect['rows']) &&
          sameRows(expect['rows'], actual.rows, asked.ordered === true, tolerance, namesOf(asked))
        : Object.hasOwn(expect, 'value') &&
          (asked.result[0] === 'aggregate'
            ? sameRows([value], [actual.value], true, tolerance)
            : sameValue(value, actual.value, undefined))
  return same ? null : differs
}

/** The zeros at the end of a decimal. They are no part of its value, and the meaning gives none. */
const padding = /^(-?\d+)(?:\.0+|(\.\d*[1-9])0+)$/u

/** Answers with members in the same order, and decimals without zeros at their end; those without an order sorted. */
const settled = (given: Answer, ordered: boolean): string => {
  const text = (u: unknown) =>
    JSON.stringify(u, (_, each: unknown) =>
      typeof each === 'string'
        ? each.replace(padding, '$1$2')
        : typeof each === 'object' && each !== null && !Array.isArray(each)
          ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1)))
          : each,
    )
  const rows = 'rows' in given ? given.rows.map(text) : null
  return rows === null
    ? text('error' in given ? given.error : given)
    : JSON.stringify(ordered ? rows : [...rows].sort())
}

const main = async (): Promise<number> => {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: {
      client: { type: 'string', default: 'reference' },
      fixtures: { type: 'string' },
      areas: { type: 'string' },
    },
  })
  const [folder] = positionals
  if (folder === undefined) {
    console.error(
      'Say which folder: npm run corpus -- FOLDER [--client NAME] [--fixtures FILE] [--areas a,b]',
    )
    return 1
  }
  const open = clients[values.client]
  if (open === undefined) {
    console.error(`There is no client '${values.client}'. There are: ${Object.keys(clients).join(', ')}.`)
    return 1
  }
  const candidates =
    values.fixtures === undefined
      ? [join(folder, 'fixtures.json'), join(folder, '../../shared/django-corpus/fixtures.json')]
      : [values.fixtures]
  const fixtures = candidates.map((file) => attempt(() => readFixtures(file))).find((read) => read !== null)
  if (fixtures === undefined) {
    console.error(
      `There are no fixtures that can be read: looked for ${candidates.map((file) => resolve(file)).join(', ')}.`,
    )
    return 1
  }
  const files = attempt(() => readdirSync(join(folder, 'cases')).sort())
  if (files === null) {
    console.error(`There is no folder ${resolve(folder, 'cases')}.`)
    return 1
  }
  const wanted = values.areas?.split(',')
  const started = performance.now()
  const { client, besides, statements, close } = await open(fixtures)
  const terminals = terminalsOf(client)
  const written = writtenBy(() => open(fixtures))
  const tally = { passed: 0, failed: 0, once: 0, asked: 0 }
  const fail = (id: string, why: string): void => {
    tally.failed += 1
    console.log(`${id}: ${why}`)
  }
  for (const file of files) {
    if (!file.endsWith('.ndjson')) continue
    const text = attempt(() => readFileSync(join(folder, 'cases', file), 'utf8'))
    if (text === null) fail(file, "can't be read")
    for (const [i, line] of (text ?? '').split('\n').entries()) {
      if (line.trim() === '') continue
      const parsed = attempt(() => JSON.parse(line) as unknown)
      if (!isCase(parsed)) fail(`${file}:${String(i + 1)}`, 'is no case')
      else if (wanted === undefined || wanted.includes(parsed.area)) {
        const failure = await tried(parsed)
        if (failure === null) tally.passed += 1
        else fail(parsed.id, failure)
      }
    }
  }
  await close()
  console.log(`${values.client}: ${((performance.now() - started) / 1000).toFixed(1)} s`)
  if (statements !== undefined)
    console.log(`${String(tally.once)} of ${String(tally.asked)} reads ran as one statement`)
  console.log(`passed: ${String(tally.passed)} passed, ${String(tally.failed)} failed`)
  return tally.failed === 0 && tally.passed > 0 ? 0 : 1

  async function tried(one: Case): Promise<string | null> {
    try {
      if (isWrite(one.result)) return await written(one)
      const before = statements?.() ?? 0
      const actual = await answer(schema, terminals, one, one.result)
      const sent = (statements?.() ?? 0) - before
      if (statements !== undefined) {
        tally.asked += 1
        if (sent <= 1) tally.once += 1
        else console.log(`${one.id}: ran as ${String(sent)} statements`)
      }
      const differs = difference(one, actual)
      if (differs !== null || besides === undefined) return differs
      const meant = await answer(schema, besides, one, one.result)
      const differsToo = difference(one, meant)
      return differsToo !== null
        ? `by its meaning: ${differsToo}`
        : settled(actual, one.ordered === true) === settled(meant, one.ordered === true)
          ? null
          : `means ${short(meant)}, got ${short(actual)}`
    } catch (cause) {
      return `threw ${cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)}`
    }
  }
}

/** A write is made on data of its own, on which its later reads are made too. */
const writtenBy =
  (open: () => Promise<Opened>) =>
  async (one: Case): Promise<string | null> => {
    const { writable, client, close } = await open()
    if (writable === undefined) {
      await close()
      return 'this client does not write yet'
    }
    const differs = difference(one, await write(schema, writable, one, one.result))
    const after: Array<string> = []
    for (const [i, read] of (one.after ?? []).entries()) {
      const differsAfter = difference(read, await answer(schema, terminalsOf(client), read, read.result))
      if (differsAfter !== null) after.push(`read ${String(i)} after: ${differsAfter}`)
    }
    await close()
    return differs ?? after[0] ?? null
  }

const attempt = <A>(what: () => A): A | null => {
  try {
    return what()
  } catch {
    return null
  }
}

const isCase = (u: unknown): u is Case =>
  typeof u === 'object' &&
  u !== null &&
  'id' in u &&
  'area' in u &&
  'model' in u &&
  'steps' in u &&
  Array.isArray(u.steps) &&
  'result' in u &&
  Array.isArray(u.result) &&
  'expect' in u

process.exitCode = await main()
