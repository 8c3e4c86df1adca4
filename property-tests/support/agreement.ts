/** What the text of a plan says of requests and rows, held against the plan's own numbers. */
import { expect } from 'chai'
import type { Cost } from '../../src/plan/Cost.js'
import type { Plan } from '../../src/plan/Plan.js'

/** What a line says: a number, or `null` for any number. */
const told = (line: string, what: 'request' | 'row'): number | null => {
  if (what === 'request' && line.includes(' in one request')) return 1
  const found = new RegExp(`(\\d+) ${what}s? at most`, 'u').exec(line)
  return found === null ? null : Number(found[1])
}

/** How many are told of in a line: a number is told once, and not otherwise in the same line. */
const expectTold = (line: string, { requests, rows }: Pick<Cost, 'requests' | 'rows'>): void => {
  expect(told(line, 'request'), line).to.equal(requests)
  expect(told(line, 'row'), line).to.equal(rows)
  expect(line.includes('in one request') && line.includes('requests'), line).to.equal(false)
}

const boundOf = (n: number | null, what: string): string =>
  n === null ? `any number of ${what}s` : `${String(n)} ${what}${n === 1 ? '' : 's'}`

const isAtMost = (part: number | null, whole: number | null): boolean =>
  (part ?? Infinity) <= (whole ?? Infinity)

/** A text says of a plan what the plan says of itself, in each of its parts. */
export const expectAgreement = (text: string, plan: Plan): void => {
  const lines = text.split('\n')
  const asking = lines.filter((line) => line.startsWith('ask '))
  const summary = lines.filter((line) => line.startsWith('at most: '))
  expect(asking.length, text).to.equal(1)
  const { residual } = plan
  expectTold(asking[0] ?? '', residual === null ? plan : residual.fetched)
  expect(summary.length, text).to.equal(residual === null ? 0 : 1)
  if (residual === null) return
  const { requests, rows } = plan
  expect(`${summary[0] ?? ''},`, text).to.contain(
    ` ${boundOf(requests, 'request')}, ${boundOf(rows, 'row')},`,
  )
  expect(isAtMost(residual.fetched.requests, requests), text).to.equal(true)
  expect(isAtMost(residual.fetched.rows, rows), text).to.equal(true)
  const inner = residual.before.flatMap((keys) => (keys.plan === null ? [] : [keys.plan]))
  const texts = lines.flatMap((line, i) =>
    line.startsWith('first find ') ? [insideOf(lines.slice(i + 1))] : [],
  )
  expect(texts.length, text).to.equal(inner.length)
  inner.forEach((each, i) => {
    expectAgreement(texts[i] ?? '', each)
  })
}

/** The lines that are indented below another one. */
const insideOf = (lines: ReadonlyArray<string>): string => {
  const end = lines.findIndex((line) => !line.startsWith('  '))
  return lines
    .slice(0, end === -1 ? undefined : end)
    .map((line) => line.slice(2))
    .join('\n')
}
