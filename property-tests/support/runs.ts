/** How many cases, and from which seed: `QUERYSET_RUNS` and `QUERYSET_SEED`. */
import fc from 'fast-check'

const natural = (text: string | undefined): number | null =>
  text !== undefined && /^\d+$/u.test(text) ? Number(text) : null

// Few, so that `npm test` ends soon. `npm run test:long`, which CI runs too, takes 2,000.
const runs = natural(process.env['QUERYSET_RUNS']) ?? 50

/** The number of cases of the laws kit on each database, if `QUERYSET_KIT_CASES` sets it. */
export const kitCases = natural(process.env['QUERYSET_KIT_CASES'])

/** Whether there is time for what takes long. */
export const isLong = runs >= 2000

/**
 * The seed of all properties of this process. A short run takes the same cases each time, so that it fails only for what
 * was changed; a long run takes new ones.
 */
export const seed =
  natural(process.env['QUERYSET_SEED']) ?? (isLong ? Math.floor(Math.random() * 0x7fffffff) : 1)

/** What `fc.assert` is told. `share` is for properties whose cases cost more, or less, than usual. */
export const parameters = (share = 1) => ({ numRuns: Math.max(1, Math.round(runs * share)), seed })

/** A test's title, with what repeats it. */
export const titled = (title: string, share = 1): string =>
  `${title} [${String(parameters(share).numRuns)} runs, seed ${String(seed)}]`

/** Cases that were looked at, and how many of them had something to show. */
export interface Tally {
  readonly saw: (...labels: ReadonlyArray<string>) => void
  /** Of the case that was seen last. */
  readonly and: (...labels: ReadonlyArray<string>) => void
  readonly count: (label: string) => number
  /** Of all cases, those with a label. */
  readonly share: (label: string) => number
  readonly toString: () => string
}

export const tally = (): Tally => {
  const counts = new Map<string, number>()
  const count = (label: string) => counts.get(label) ?? 0
  const and = (...labels: ReadonlyArray<string>): void => {
    labels.forEach((label) => counts.set(label, count(label) + 1))
  }
  return {
    saw: (...labels) => {
      and('cases', ...labels)
    },
    and,
    count,
    share: (label) => count(label) / Math.max(1, count('cases')),
    toString: () => [...counts].map(([label, n]) => `${label} ${String(n)}`).join(', '),
  }
}

/** A value that a failing case is shown by. */
export const shownBy = <T extends object>(value: T, show: (value: T) => string): T =>
  Object.defineProperty({ ...value }, fc.toStringMethod, { value: () => show(value), enumerable: false })
