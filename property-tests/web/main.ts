/**
 * Runs recorded web cases: `npm run web-cases -- FOLDER --kind rest|forms|views [--client memory|json|weak]`. FOLDER is
 * laid out as `../shared/web-cases` is; what it lacks besides the cases is taken from there.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { runRest } from './rest.js'

const root = fileURLToPath(new URL('../..', import.meta.url))
const shared = resolve(root, '../shared/web-cases')

interface Run {
  readonly folder: string
  readonly client: string
}

/** The first of some files that is there. */
const firstOf = (files: ReadonlyArray<string>): string | null =>
  files.find((file) => existsSync(file)) ?? null

const isCases = (file: string): boolean => {
  const json: unknown = JSON.parse(readFileSync(file, 'utf8'))
  return typeof json === 'object' && json !== null && 'cases' in json
}

/** Cases that are asked by lines of JSON. */
const byLines =
  (kind: string) =>
  ({ folder, client }: Run): number => {
    const own = firstOf([join(folder, kind), folder]) ?? folder
    const runner = firstOf(
      [folder, dirname(resolve(folder)), shared].map((each) => join(each, 'run-lines.mjs')),
    )
    const fixtures = firstOf([folder, shared].map((each) => join(each, 'rest', 'fixtures.json')))
    if (runner === null || fixtures === null || !existsSync(own)) {
      console.error(`There are no cases in ${own}, or nothing to run them by.`)
      return 2
    }
    const files = readdirSync(own)
      .filter((name) => name.endsWith('.json'))
      .map((name) => join(resolve(own), name))
      .filter(isCases)
    const lines = join(root, 'property-tests/web/forms/lines.ts')
    const command = `npx tsx --conditions=queryset-source ${lines} --client ${client}`
    const { status } = spawnSync('node', [runner, command, ...files, '--timeout', '30000'], {
      stdio: 'inherit',
      cwd: root,
      env: { ...process.env, WEB_CASES: dirname(dirname(fixtures)) },
    })
    return status ?? 2
  }

const kinds: { readonly [kind: string]: (run: Run) => number | Promise<number> } = {
  rest: ({ folder, client }) => runRest(folder, client),
  forms: byLines('forms'),
  views: byLines('views'),
}

const main = async (): Promise<number> => {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { kind: { type: 'string', default: 'forms' }, client: { type: 'string', default: 'memory' } },
  })
  const [folder] = positionals
  const run = kinds[values.kind]
  if (folder === undefined || run === undefined || !/^\w+$/u.test(values.client)) {
    console.error(
      `Say which folder, and one of these kinds: npm run web-cases -- FOLDER --kind ${Object.keys(kinds).join('|')}`,
    )
    return 2
  }
  return run({ folder: resolve(folder), client: values.client })
}

process.exitCode = await main()
