/**
 * Runs recorded web cases: `npm run web-cases -- FOLDER --kind rest [--client memory|json|weak]`.
 *
 * FOLDER has the cases, `rest/cases.json` and `rest/walks.json`. The runner and the fixtures are those of
 * `../shared/web-cases`, or of the folder that `WEB_CASES` names. What the runner doesn't know here is passed on to it.
 */
import { parseArgs } from 'node:util'
import { runRest } from './rest.js'

type Run = (folder: string, client: string, more: ReadonlyArray<string>) => Promise<number>

const kinds: { readonly [kind: string]: Run } = { rest: runRest }

const main = async (): Promise<number> => {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: {
      kind: { type: 'string', default: 'rest' },
      client: { type: 'string', default: 'memory' },
      only: { type: 'string' },
    },
  })
  const [folder] = positionals
  const run = kinds[values.kind]
  if (folder === undefined || run === undefined) {
    console.error(
      `Say which folder and kind: npm run web-cases -- FOLDER --kind ${Object.keys(kinds).join('|')} [--client NAME] [--only PREFIX]`,
    )
    return 2
  }
  return run(folder, values.client, values.only === undefined ? [] : ['--only', values.only])
}

process.exitCode = await main()
