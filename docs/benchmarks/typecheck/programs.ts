/** One schema and the same hundred questions, for three libraries. */

const each = <A>(n: number, f: (i: number) => A): ReadonlyArray<A> =>
  Array.from({ length: n }, (_, i) => f(i))

export interface Size {
  readonly models: number
  readonly queries: number
}

/** A library's program: what it imports, its schema, a question of each shape about a model. */
interface Library {
  readonly imports: string
  readonly schema: (models: number) => string
  readonly queries: ReadonlyArray<(model: number, i: number, nameOf: (model: number) => string) => string>
}

// Each model points to the one before it, to one far away and to itself, and has a many-to-many relation: so each lies on
// many circles.
const near = (i: number, models: number): number => (i + models - 1) % models
const far = (i: number, models: number): number => (i * 7 + 3) % models
const other = (i: number, models: number): number => (i + 11) % models

const queryset: Library = {
  imports: `import { function as fn } from 'fp-ts'
import { and, annotate, autoId, belongsTo, exclude, exists, field, filter, groupBy, manyToMany, orderBy, prefetchRelated, schema, selectRelated, slice, subquery, values, valuesList } from 'queryset-ts'
const { pipe } = fn`,
  schema: (models) =>
    `export const m = schema({\n${each(
      models,
      (i) => `  m${String(i)}: {
    id: autoId,
    name: field.text({ maxLength: 100 }),
    note: field.nullable(field.text()),
    n: field.int({ min: 0 }),
    ratio: field.nullable(field.float()),
    price: field.decimal({ maxDigits: 10, decimalPlaces: 2 }),
    on: field.nullable(field.date()),
    at: field.datetime(),
    status: field.choices(['draft', 'live', 'gone']),
    near: belongsTo('m${String(near(i, models))}', { relatedName: 'nears' }),
    far: field.nullable(belongsTo('m${String(far(i, models))}', { relatedName: 'fars_${String(i)}' })),
    parent: field.nullable(belongsTo('m${String(i)}', { relatedName: 'children' })),
    others: manyToMany('m${String(other(i, models))}', { relatedName: 'othersOf' }),
  },`,
    ).join('\n')}\n})`,
  queries: [
    (m, i) =>
      `pipe(m.m${String(m)}, filter((t) => and(t.name.icontains('x'), t.near.near.name.eq('y'), t.n.gt(${String(i)}))), orderBy((t) => [t.price.desc(), t.near.name.asc()]), slice(0, 10))`,
    (m) =>
      `pipe(m.m${String(m)}, filter((t) => t.children.some((c) => c.n.gt(1))), values((t) => ({ title: t.name, up: t.near.near.near.name, far: t.far.price, children: t.children.count() })), filter((r) => r.far.gt('1.5')))`,
    (m) =>
      `pipe(m.m${String(m)}, groupBy((t) => ({ near: t.near.name, year: t.on.year() }), (g) => ({ n: g.count(), total: g.sum((t) => t.price), mean: g.avg((t) => t.ratio) })), filter((g) => g.n.gt(1)), orderBy((g) => [g.n.desc()]))`,
    (m) =>
      `pipe(m.m${String(m)}, selectRelated((t) => t.near.far), selectRelated((t) => t.parent), annotate((t) => ({ kids: t.children.count() })), exclude((t) => t.kids.eq(0)), prefetchRelated((t) => t.children, filter((c) => c.status.eq('live'))))`,
    (m, i, nameOf) =>
      `pipe(m.m${String(m)}, filter((t) => exists(pipe(m.${nameOf(i * 13 + 5)}, filter((o) => and(o.name.eq(t.name), o.n.lt(t.n)))))), valuesList((t) => [t.id, t.name, subquery('text', pipe(m.${nameOf(i)}, valuesList((o) => o.name)))]))`,
  ],
}

const kysely: Library = {
  imports: `import { sql, type Generated, type Kysely } from 'kysely'`,
  schema: (models) =>
    `interface DB {\n${each(
      models,
      (i) => `  m${String(i)}: {
    id: Generated<number>
    name: string
    note: string | null
    n: number
    ratio: number | null
    price: string
    on: string | null
    at: Date
    status: 'draft' | 'live' | 'gone'
    near: number
    far: number | null
    parent: number | null
  }
  m${String(i)}_others: { id: Generated<number>; from_id: number; to_id: number }`,
    ).join('\n')}\n}\ndeclare const db: Kysely<DB>`,
  queries: [
    (m, i, n) =>
      `db.selectFrom('${n(m)} as t').innerJoin('${n(m + 1)} as a', 'a.id', 't.near').innerJoin('${n(m + 2)} as b', 'b.id', 'a.near').where('t.name', 'ilike', '%x%').where('b.name', '=', 'y').where('t.n', '>', ${String(i)}).orderBy('t.price', 'desc').orderBy('a.name').limit(10).selectAll('t')`,
    (m, _, n) =>
      `db.selectFrom('${n(m)} as t').innerJoin('${n(m + 1)} as a', 'a.id', 't.near').innerJoin('${n(m + 2)} as b', 'b.id', 'a.near').innerJoin('${n(m + 3)} as c', 'c.id', 'b.near').leftJoin('${n(m + 4)} as f', 'f.id', 't.far').where((eb) => eb.exists(eb.selectFrom('${n(m)} as k').whereRef('k.parent', '=', 't.id').where('k.n', '>', 1).select('k.id'))).where('f.price', '>', '1.5').select((eb) => ['t.name as title', 'c.name as up', 'f.price as far', eb.selectFrom('${n(m)} as k').whereRef('k.parent', '=', 't.id').select((s) => s.fn.countAll<number>().as('n')).as('children')])`,
    (m, _, n) =>
      `db.selectFrom('${n(m)} as t').innerJoin('${n(m + 1)} as a', 'a.id', 't.near').select((eb) => ['a.name as near', sql<number>\`extract(year from t.on)\`.as('year'), eb.fn.countAll<number>().as('n'), eb.fn.sum('t.price').as('total'), eb.fn.avg('t.ratio').as('mean')]).groupBy(['a.name', 'year']).having((eb) => eb.fn.countAll(), '>', 1).orderBy('n', 'desc')`,
    (m, _, n) =>
      `db.selectFrom('${n(m)} as t').innerJoin('${n(m + 1)} as a', 'a.id', 't.near').leftJoin('${n(m + 4)} as f', 'f.id', 'a.far').leftJoin('${n(m)} as p', 'p.id', 't.parent').selectAll('t').select((eb) => ['a.name as near_name', 'a.price as near_price', 'f.name as far_name', 'f.price as far_price', 'p.name as parent_name', eb.selectFrom('${n(m)} as k').whereRef('k.parent', '=', 't.id').where('k.status', '=', 'live').select((s) => s.fn.countAll<number>().as('n')).as('kids')])`,
    (m, i, n) =>
      `db.selectFrom('${n(m)} as t').where((eb) => eb.exists(eb.selectFrom('${n(i * 13 + 5)} as o').whereRef('o.name', '=', 't.name').whereRef('o.n', '<', 't.n').select('o.id'))).select((eb) => ['t.id', 't.name', eb.selectFrom('${n(i)} as o').select('o.name').limit(1).as('first')])`,
  ],
}

const drizzle: Library = {
  imports: `import { alias, date, doublePrecision, integer, numeric, pgTable, serial, text, timestamp, varchar, type AnyPgColumn, type PgDatabase, type PgQueryResultHKT } from 'drizzle-orm/pg-core'
import { and, asc, avg, count, desc, eq, exists, getTableColumns, gt, ilike, lt, sql, sum } from 'drizzle-orm'`,
  schema: (models) =>
    `${each(
      models,
      (i) => `export const m${String(i)} = pgTable('m${String(i)}', {
  id: serial('id').primaryKey(),
  name: varchar('name', { length: 100 }).notNull(),
  note: text('note'),
  n: integer('n').notNull(),
  ratio: doublePrecision('ratio'),
  price: numeric('price', { precision: 10, scale: 2 }).notNull(),
  on: date('on'),
  at: timestamp('at').notNull(),
  status: text('status', { enum: ['draft', 'live', 'gone'] }).notNull(),
  near: integer('near').notNull().references((): AnyPgColumn => m${String(near(i, models))}.id),
  far: integer('far').references((): AnyPgColumn => m${String(far(i, models))}.id),
  parent: integer('parent').references((): AnyPgColumn => m${String(i)}.id),
})
export const m${String(i)}_others = pgTable('m${String(i)}_others', { id: serial('id').primaryKey(), from_id: integer('from_id').notNull(), to_id: integer('to_id').notNull() })`,
    ).join('\n')}\ndeclare const db: PgDatabase<PgQueryResultHKT>`,
  queries: [
    (m, i, n) =>
      `(() => { const a = alias(${n(m + 1)}, 'a'), b = alias(${n(m + 2)}, 'b'), t = ${n(m)}; return db.select(getTableColumns(t)).from(t).innerJoin(a, eq(a.id, t.near)).innerJoin(b, eq(b.id, a.near)).where(and(ilike(t.name, '%x%'), eq(b.name, 'y'), gt(t.n, ${String(i)}))).orderBy(desc(t.price), asc(a.name)).limit(10) })()`,
    (m, _, n) =>
      `(() => { const a = alias(${n(m + 1)}, 'a'), b = alias(${n(m + 2)}, 'b'), c = alias(${n(m + 3)}, 'c'), f = alias(${n(m + 4)}, 'f'), k = alias(${n(m)}, 'k'), t = ${n(m)}; return db.select({ title: t.name, up: c.name, far: f.price, children: db.$count(k, eq(k.parent, t.id)) }).from(t).innerJoin(a, eq(a.id, t.near)).innerJoin(b, eq(b.id, a.near)).innerJoin(c, eq(c.id, b.near)).leftJoin(f, eq(f.id, t.far)).where(and(exists(db.select({ id: k.id }).from(k).where(and(eq(k.parent, t.id), gt(k.n, 1)))), gt(f.price, '1.5'))) })()`,
    (m, _, n) =>
      `(() => { const a = alias(${n(m + 1)}, 'a'), t = ${n(m)}; const year = sql<number>\`extract(year from \${t.on})\`; return db.select({ near: a.name, year, n: count(), total: sum(t.price), mean: avg(t.ratio) }).from(t).innerJoin(a, eq(a.id, t.near)).groupBy(a.name, year).having(gt(count(), 1)).orderBy(desc(count())) })()`,
    (m, _, n) =>
      `(() => { const a = alias(${n(m + 1)}, 'a'), f = alias(${n(m + 4)}, 'f'), p = alias(${n(m)}, 'p'), k = alias(${n(m)}, 'k'), t = ${n(m)}; return db.select({ ...getTableColumns(t), near: getTableColumns(a), far: getTableColumns(f), parent: getTableColumns(p), kids: db.$count(k, and(eq(k.parent, t.id), eq(k.status, 'live'))) }).from(t).innerJoin(a, eq(a.id, t.near)).leftJoin(f, eq(f.id, a.far)).leftJoin(p, eq(p.id, t.parent)) })()`,
    (m, i, n) =>
      `(() => { const o = alias(${n(i * 13 + 5)}, 'o'), u = alias(${n(i)}, 'u'), t = ${n(m)}; return db.select({ id: t.id, name: t.name, first: sql<string | null>\`(\${db.select({ name: u.name }).from(u).limit(1)})\` }).from(t).where(exists(db.select({ id: o.id }).from(o).where(and(eq(o.name, t.name), lt(o.n, t.n))))) })()`,
  ],
}

/** The programs, by name. */
export const programs = ({ models, queries }: Size): { readonly [name: string]: string } => {
  const nameOf = (model: number): string => `m${String(model % models)}`
  const whole = ({ imports, schema, queries: shapes }: Library): string =>
    [
      imports,
      schema(models),
      ...each(
        queries,
        (i) =>
          `export const q${String(i)} = ${shapes[i % shapes.length]?.((i * 17) % models, i, nameOf) ?? '0'}`,
      ),
      '',
    ].join('\n')
  return {
    'queryset-ts, models only': `${queryset.imports}\n${queryset.schema(models)}\n`,
    'queryset-ts': whole(queryset),
    kysely: whole(kysely),
    drizzle: whole(drizzle),
  }
}
