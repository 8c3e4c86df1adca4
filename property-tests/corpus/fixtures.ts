import { readFileSync } from 'node:fs'

export interface Fixtures {
  readonly [model: string]: ReadonlyArray<{ readonly [field: string]: unknown }>
}

/** The corpus's starting data, by the library's names: a foreign key under the relation's own name. */
export const readFixtures = (file: string): Fixtures => {
  const given = JSON.parse(readFileSync(file, 'utf8')) as Fixtures
  return Object.fromEntries(
    Object.entries(given).map(([model, rows]) => [
      model,
      rows.map((row, i) => ({
        ...('id' in row ? {} : { id: i + 1 }),
        ...Object.fromEntries(Object.entries(row).map(([name, value]) => [name.replace(/_id$/u, ''), value])),
      })),
    ]),
  )
}
