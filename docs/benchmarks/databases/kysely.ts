import type { Generated, Kysely } from 'kysely'
import { given, type Contender } from './Contender.js'

/** The table as kysely has it. */
export interface Tables {
  readonly track: { id: Generated<number>; name: string; milliseconds: number }
}

const columns = ['id', 'name', 'milliseconds'] as const

export const byKysely = (db: Kysely<Tables>): Contender => {
  const above = (n: number) =>
    db
      .selectFrom('track')
      .select(columns)
      .where('milliseconds', '>', n)
      .orderBy('milliseconds')
      .orderBy('id')
      .limit(20)
  return {
    name: 'kysely',
    get: (id) => db.selectFrom('track').select(columns).where('id', '=', id).executeTakeFirstOrThrow(),
    page: (n) => above(n).execute(),
    list: () => db.selectFrom('track').select(columns).orderBy('id').execute(),
    insert: () => db.insertInto('track').values(given).returning(columns).execute(),
    build: (n) => above(n).compile(),
  }
}
