/**
 * Runs a corpus of queries against a client: `npm run corpus -- FOLDER [--client NAME] [--fixtures FILE]
 * [--areas a,b]`.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { schemaOf } from 'queryset-ts'
import { answer, type Answer } from './answer.js'
import type { Case, Json, Object_ } from './Case.js'
import { clients } from './clients.js'
import { sameRows, sameValue, type Tolerance } from './compare.js'
import { readFixtures } from './fixtures.js'
import { models } from './schema.js'

const schema = schemaOf(models)

/** How closely the rounded results of a case are to be met. */
const toleranceOf = (steps: ReadonlyArray<ReadonlyArray<Json>>, result: ReadonlyArray<Json>): Tolerance => {
  const named = [
    ...steps.filter(([name]) => name === 'annotate').map(([, made]) => made),
    ...(result[0] === 'aggregate' ? [result[1]] : []),
  ]
  const all = named.flatMap((made) =>
    typeof made === 'object' && made !== null && !Array.isArray(made) ? Object.entries(made as Object_) : [],
  )
  return Object.fromEntries(
    all.flatMap(([name, expression]) => {
      const keys = typeof expression === 'object' && expression !== null ? Object.keys(expression) : []
      return keys.includes('stddev')
        ? [[name, 6]]
        : keys.includes('avg') || keys.includes('variance')
          ? [[name, 9]]
          : []
    }),
  )
}

const short = (u: unknown): string => {
  const text = u === undefined ? 'nothing' : JSON.stringify(u)
  return text.length > 300 ? `${text.slice(0, 300)}… (${String(text.length)} characters)` : text
}

/** What differs, or `null`. */
const difference = (
  expected: Object_,
  actual: Answer,
  ordered: boolean,
  tolerance: Tolerance,
): string | null => {
  const differs = `expected ${short(expected)}, got ${short(actual)}`
  if ('error' in actual) return expected['error'] === actual.error ? null : differs
  if ('rows' in actual)
    return Array.isArray(expected['rows']) && sameRows(expected['rows'], actual.rows, ordered, tolerance)
      ? null
      : differs
  if (!Object.hasOwn(expected, 'value')) return differs
  const value = expected['value'] ?? null
  return typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    Object.keys(tolerance).length > 0
    ? sameRows([value], [actual.value], true, tolerance)
      ? null
      : differs
    : sameValue(value, actual.value, undefined)
      ? null
      : differs
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
  const candidates = [
    ...(values.fixtures === undefined ? [] : [values.fixtures]),
    join(folder, 'fixtures.json'),
    join(folder, '../../shared/django-corpus/fixtures.json'),
  ]
  const fixturesFile = values.fixtures ?? candidates.find((file) => existsSync(file))
  if (fixturesFile === undefined || !existsSync(fixturesFile) || !existsSync(join(folder, 'cases'))) {
    console.error(
      fixturesFile === undefined || !existsSync(fixturesFile)
        ? `There are no fixtures: looked for ${candidates.map((file) => resolve(file)).join(', ')}.`
        : `There is no folder ${resolve(folder, 'cases')}.`,
    )
    return 1
  }
  const wanted = values.areas?.split(',')
  const started = performance.now()
  const { client, close } = await open(readFixtures(fixturesFile))
  const tally = { passed: 0, failed: 0 }
  const fail = (id: string, why: string): void => {
    tally.failed += 1
    console.log(`${id}: ${why}`)
  }
  for (const file of readdirSync(join(folder, 'cases')).sort()) {
    if (!file.endsWith('.ndjson')) continue
    const lines = readFileSync(join(folder, 'cases', file), 'utf8')
      .split('\n')
      .filter((line) => line.trim() !== '')
    for (const [i, line] of lines.entries()) {
      const parsed = parse(line)
      if (parsed === null) fail(`${file}:${String(i + 1)}`, 'is no case')
      else if (wanted === undefined || wanted.includes(parsed.area)) {
        const failure = await tried(parsed)
        if (failure === null) tally.passed += 1
        else fail(parsed.id, failure)
      }
    }
  }
  await close()
  console.log(`${values.client}: ${((performance.now() - started) / 1000).toFixed(1)} s`)
  console.log(`passed: ${String(tally.passed)} passed, ${String(tally.failed)} failed`)
  return tally.failed === 0 && tally.passed > 0 ? 0 : 1

  async function tried(one: Case): Promise<string | null> {
    try {
      const actual = await answer(schema, client, one, one.result)
      return difference(one.expect, actual, one.ordered === true, toleranceOf(one.steps, one.result))
    } catch (cause) {
      return `threw ${cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)}`
    }
  }
}

const parse = (line: string): Case | null => {
  try {
    return JSON.parse(line) as Case
  } catch {
    return null
  }
}

process.exitCode = await main()
