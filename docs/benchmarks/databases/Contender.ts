/** What each library that is compared does with the same table. */
export const size = 10_000

export interface Track {
  readonly id: number
  readonly name: string
  readonly milliseconds: number
}

export const given: ReadonlyArray<Omit<Track, 'id'>> = Array.from({ length: size }, (_, i) => ({
  name: `track ${String(i)}`,
  milliseconds: (i * 7919) % 400_000,
}))

export interface Contender {
  readonly name: string
  readonly get: (id: number) => Track | Promise<Track>
  readonly page: (above: number) => Rows
  readonly list: () => Rows
  readonly insert: () => Rows
  /** Makes the text of the page's statement without asking. `null` if the library doesn't make any. */
  readonly build: ((above: number) => unknown) | null
}

type Rows = ReadonlyArray<Track> | Promise<ReadonlyArray<Track>>

export interface Engine {
  readonly name: string
  readonly contenders: ReadonlyArray<Contender>
  /** Deletes all rows but the first `size`. */
  readonly undo: () => unknown
  readonly close: () => unknown
}

export const theOne = <A>(row: A | undefined): A => {
  if (row === undefined) throw new Error('no row')
  return row
}
