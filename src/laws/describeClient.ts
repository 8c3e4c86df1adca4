import { checkClient } from './checkClient.js'
import type { Options } from './Options.js'
import { printReport } from './report/printReport.js'
import type { Area } from './report/Report.js'

/**
 * The functions of a test runner, such as mocha, vitest or `node:test`.
 *
 * @since 0.1.0
 */
export interface Runner {
  readonly describe: (title: string, tests: () => void) => unknown
  readonly it: (title: string, test: () => Promise<void>) => unknown
}

const titles: { readonly [K in Area]: string } = {
  reads: 'answers as the reference does',
  writes: 'writes what it is told to, and nothing else',
  faults: 'tells what failed as it is',
  concurrency: 'does calls that overlap as if in some order',
}

/**
 * Creates one test for each area of a check. With `discover`, another test covers what the client says of itself. The
 * message of a failed test is the report, with its manifest. Each test ends after 1.5 seconds unless `timeLimit` is
 * set, since test runners have short time limits. Discovery takes as long as it needs.
 *
 * @example
 * import { describeClient } from 'queryset-ts/laws'
 * import { autoId, field, schema } from 'queryset-ts'
 * import { memory } from 'queryset-ts/memory'
 * const models = schema({ genre: { id: autoId, name: field.text() } })
 * const titles: Array<string> = []
 * // In a test file, `describe` and `it` are those of the test runner.
 * const describe = (title: string, tests: () => void) => { titles.push(title); tests() }
 * const it = (title: string) => titles.push(title)
 * describeClient({ client: memory(models, {}), areas: ['reads'] }, { describe, it })
 * console.log(titles) // => [ 'the client memory', 'answers as the reference does' ]
 *
 * @since 0.1.0
 */
export const describeClient = (options: Options, { describe, it }: Runner): void => {
  const { name } = options.client
  const areas: ReadonlyArray<Area> = options.areas ?? ['reads', 'writes', 'faults', 'concurrency']
  describe(name === '' || name === 'client' ? 'the client' : `the client ${name}`, () => {
    areas.forEach((area) => {
      it(titles[area], async () => {
        await passes({ timeLimit: 1500, ...options, discover: false, areas: [area] })
      })
    })
    if (options.discover === true)
      it('says of itself what is so', async () => {
        await passes({ ...options, cases: 0 })
      })
  })
}

/** A test fails by rejecting its promise. */
const passes = async (options: Options): Promise<void> => {
  const report = await checkClient(options)()
  return report.failures.length === 0 ? undefined : Promise.reject(new Error(printReport(report)))
}
