import { either as E } from 'fp-ts'
import type { Kind } from '../../../value/Value.js'
import type { Driver } from '../Driver.js'
import type { ColumnType } from '../schema/Tables.js'
import { sql, textOf, type Sql } from '../Sql.js'
import type { SqlError } from '../SqlError.js'
import { asked, namesIn, type Found } from './Catalogue.js'

const mine = sql`n.nspname = current_schema() and c.relkind in ('r', 'p')`

const columnsText = textOf(sql`
select c.relname as c0, a.attname as c1, t.typname as c2, format_type(a.atttypid, a.atttypmod) as c3,
  (not a.attnotnull)::text as c4,
  (a.attidentity <> '' or coalesce(pg_get_expr(d.adbin, d.adrelid), '') like 'nextval(%')::text as c5,
  coalesce(case when l.collname = 'default' then
    (select datcollate from pg_database where datname = current_database()) else l.collname end, 'C') as c6
from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
  join pg_type t on t.oid = a.atttypid left join pg_collation l on l.oid = a.attcollation
  left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
where ${mine} and a.attnum > 0 and not a.attisdropped order by c.relname, a.attnum`)

const indexesText = textOf(sql`
select c.relname as c0, x.relname as c1, i.indisunique::text as c2, i.indisprimary::text as c3,
  (select json_agg(a.attname order by k.n) from unnest(i.indkey::int2[]) with ordinality k (at, n)
    join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.at)::text as c4,
  exists (select from pg_constraint o where o.conindid = i.indexrelid and o.contype in ('u', 'p'))::text as c5
from pg_index i join pg_class c on c.oid = i.indrelid join pg_class x on x.oid = i.indexrelid
  join pg_namespace n on n.oid = c.relnamespace
where ${mine} and i.indpred is null and i.indexprs is null and i.indisvalid order by c.relname, x.relname`)

const namesOf = (columns: Sql, table: Sql): Sql =>
  sql`(select json_agg(a.attname order by k.n) from unnest(${columns}) with ordinality k (at, n)
    join pg_attribute a on a.attrelid = ${table} and a.attnum = k.at)::text`

const keysText = textOf(sql`
select c.relname as c0, o.conname as c1, ${namesOf(sql`o.conkey`, sql`o.conrelid`)} as c2, f.relname as c3,
  ${namesOf(sql`o.confkey`, sql`o.confrelid`)} as c4, o.confdeltype::text as c5
from pg_constraint o join pg_class c on c.oid = o.conrelid join pg_namespace n on n.oid = c.relnamespace
  join pg_class f on f.oid = o.confrelid
where ${mine} and o.contype = 'f' order by c.relname, o.conname`)

const checksText = textOf(sql`
select c.relname as c0, o.conname as c1, pg_get_constraintdef(o.oid) as c2
from pg_constraint o join pg_class c on c.oid = o.conrelid join pg_namespace n on n.oid = c.relnamespace
where ${mine} and o.contype = 'c' order by c.relname, o.conname`)

/**
 * Reads PostgreSQL's catalogue for the tables of the current schema.
 *
 * @since 0.2.0
 */
export const postgresCatalogue = async (driver: Driver): Promise<E.Either<SqlError, Found>> => {
  const columns = await asked(driver, columnsText)
  if (E.isLeft(columns)) return columns
  const indexes = await asked(driver, indexesText)
  if (E.isLeft(indexes)) return indexes
  const keys = await asked(driver, keysText)
  if (E.isLeft(keys)) return keys
  const checks = await asked(driver, checksText)
  if (E.isLeft(checks)) return checks
  return E.right({
    columns: columns.right.map(([table, name, type, native, nullable, counted, collation]) => ({
      table: table ?? '',
      name: name ?? '',
      type: typeFrom(type ?? '', native ?? '', collation ?? ''),
      nullable: nullable === 'true',
      counted: counted === 'true',
    })),
    indexes: indexes.right.map(([table, name, unique, primary, of, constraint]) => ({
      table: table ?? '',
      name: name ?? '',
      unique: unique === 'true',
      primary: primary === 'true',
      columns: namesIn(of),
      constraint: constraint === 'true',
    })),
    foreignKeys: keys.right.map(([table, name, of, target, at, onDelete]) => ({
      table: table ?? '',
      name: name ?? '',
      columns: namesIn(of),
      target: target ?? '',
      targetColumns: namesIn(at),
      onDelete: actions.get(onDelete ?? '') ?? 'protect',
    })),
    checks: checks.right.map(([table, name, text]) => ({
      table: table ?? '',
      name: name ?? '',
      text: text ?? null,
    })),
  })
}

const actions: ReadonlyMap<string, 'cascade' | 'setNull' | 'setDefault'> = new Map([
  ['c', 'cascade'],
  ['n', 'setNull'],
  ['d', 'setDefault'],
])

const kinds: ReadonlyMap<string, Kind> = new Map<string, Kind>([
  ['int2', 'int'],
  ['int4', 'int'],
  ['int8', 'int'],
  ['float4', 'float'],
  ['float8', 'float'],
  ['numeric', 'decimal'],
  ['bool', 'boolean'],
  ['date', 'date'],
  ['time', 'time'],
  ['timestamp', 'datetime'],
  ['timestamptz', 'datetime'],
  ['uuid', 'uuid'],
  ['interval', 'duration'],
  ['jsonb', 'json'],
  ['text', 'text'],
  ['varchar', 'text'],
  ['bpchar', 'text'],
])

const typeFrom = (type: string, native: string, collation: string): ColumnType => {
  const kind = kinds.get(type) ?? null
  const [first = null, second = null] = (/\((\d+)(?:,(\d+))?\)/u.exec(native) ?? [])
    .slice(1)
    .map((each: string | undefined) => (each === undefined ? null : Number(each)))
  return {
    kind,
    native,
    maxLength: kind === 'text' ? first : null,
    maxDigits: kind === 'decimal' ? first : null,
    decimalPlaces: kind === 'decimal' && first !== null ? (second ?? 0) : null,
    byCodePoint: kind !== 'text' || /^(?:C|POSIX|ucs_basic|C\.(?:utf-?8))$/iu.test(collation),
  }
}
