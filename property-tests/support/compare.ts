/** Lists of rows, as lists or as bags. */
import { expect } from 'chai'
import { canonicalJson } from '../../src/value/Order.js'
import type { Json, Row } from '../../src/value/Value.js'

/** Rows as text, whatever the order of their columns. */
export const asText = (rows: ReadonlyArray<unknown>): ReadonlyArray<string> =>
  rows.map((row) => canonicalJson(row as Json))

export const asBag = (rows: ReadonlyArray<unknown>): ReadonlyArray<string> => [...asText(rows)].sort()

export const expectRows = (
  actual: ReadonlyArray<unknown>,
  expected: ReadonlyArray<unknown>,
  ordered: boolean,
  message?: string,
): void => {
  if (ordered) expect(asText(actual), message).to.deep.equal(asText(expected))
  else expect(asBag(actual), message).to.deep.equal(asBag(expected))
}

export type { Row }

/** The instant at which everything is evaluated. */
export const now = '2020-01-01T12:00:00.000Z'
