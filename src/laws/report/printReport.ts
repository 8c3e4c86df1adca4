import type { Manifest } from '../discover/Manifest.js'
import type { Counts, Failure, Report } from './Report.js'

/**
 * Prints a report: each failure with its sentence, its table and its test, and then what was exercised.
 *
 * @example
 * import { checkClient, printReport } from 'queryset-ts/laws'
 * import { autoId, field, schema } from 'queryset-ts'
 * import { memory } from 'queryset-ts/memory'
 * const models = schema({ genre: { id: autoId, name: field.text() } })
 * const report = await checkClient({ client: memory(models, {}), seed: 1, cases: 5 })()
 * console.log(printReport({ ...report, milliseconds: 7 }).split('\n')[0]) // => memory: no law was seen broken in 5 cases (seed 1, 7 ms)
 *
 * @since 0.1.0
 */
export const printReport = (report: Report): string =>
  [
    headOf(report),
    ...report.failures.flatMap(failureLines),
    ...manifestLines(report.manifest),
    ...coverageLines(report),
  ].join('\n')

const plural = (n: number, one: string, many: string): string => `${String(n)} ${n === 1 ? one : many}`

const headOf = ({ client, cases, seed, milliseconds, failures }: Report): string =>
  `${client}: ${
    failures.length === 0
      ? 'no law was seen broken'
      : `${plural(failures.length, 'fault was', 'faults were')} found`
  } in ${plural(cases, 'case', 'cases')} (seed ${String(seed)}, ${String(milliseconds)} ms)`

const failureLines = (
  { sentence, law, area, firstCase, seen, table, test }: Failure,
  i: number,
): ReadonlyArray<string> => [
  '',
  `${String(i + 1)}. ${sentence}`,
  `   Law: ${law} (${area}). ${firstCase === 0 ? 'Seen while finding out what it can do' : `First seen in case ${String(firstCase)}, in ${plural(seen, 'case', 'cases')} in all`}.`,
  '',
  ...indented(table),
  '',
  '   A test to paste:',
  '',
  ...indented(test),
]

const manifestLines = (manifest: Manifest | null): ReadonlyArray<string> =>
  manifest === null
    ? []
    : [
        '',
        `what it can do, by ${plural(manifest.requests, 'request', 'requests')}, to paste as its \`support\`:`,
        `  ${manifest.declaration}`,
        ...(manifest.lies.length === 0 ? [] : ['what it says of itself and is not so:']),
        ...manifest.lies.map(({ about, failure }) => `  ${about} (see ${String(failure + 1)})`),
        ...(manifest.more.length === 0 ? [] : ['what it could say of itself besides:']),
        ...manifest.more.map((each) => `  ${each}`),
      ]

const indented = (text: string): ReadonlyArray<string> =>
  text.split('\n').map((line) => (line === '' ? '' : `     ${line}`))

const counted = (title: string, counts: Counts): ReadonlyArray<string> => {
  const all = Object.entries(counts)
  return all.length === 0 ? [] : [`  ${title}: ${all.map(([name, n]) => `${name} ${String(n)}`).join(', ')}`]
}

const coverageLines = ({ coverage }: Report): ReadonlyArray<string> => [
  '',
  `exercised: ${plural(coverage.reads, 'read', 'reads')}${
    coverage.reads === 0
      ? ''
      : `, of which ${String(Math.round((100 * coverage.empty) / coverage.reads))} % came back empty`
  }; ${plural(coverage.writes, 'write', 'writes')}`,
  ...counted('laws', coverage.laws),
  ...counted('asked by', coverage.terminals),
  ...counted('steps', coverage.steps),
  ...counted('lookups', coverage.lookups),
  ...counted('kinds of columns', coverage.kinds),
  ...counted('columns', coverage.nullness),
  ...counted('refused by the client', coverage.refused),
  ...(coverage.never.length === 0 ? [] : [`  never: ${coverage.never.join(', ')}`]),
]
