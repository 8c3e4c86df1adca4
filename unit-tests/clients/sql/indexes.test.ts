/**
 * Conditions use the index of the column that they look at, and so do their negations: by the plan that the engine tells,
 * on 100,000 rows.
 */
import { expect } from 'chai'
import { either as E, function as fn } from 'fp-ts'
import { autoId, belongsTo, exclude, field, filter, fold, orderBy, schema, slice } from 'queryset-ts'
import { databaseNames, openDatabase, type DatabaseName } from '../../../property-tests/support/databases.js'
import { done } from '../../../property-tests/support/sqlDatabases.js'
import { compileRows } from '../../../src/clients/sql/compile.js'
import type { Driver } from '../../../src/clients/sql/Driver.js'
import { createSchema } from '../../../src/clients/sql/schema/createSchema.js'
import { valuesAt } from '../../../src/clients/sql/Sql.js'
import { targetOf } from '../../../src/clients/sql/sqlClient.js'
import type { AnyQueryset } from '../../../src/queryset/Queryset.js'

const { pipe } = fn

const models = schema({
  shelf: { id: autoId, label: field.text({ maxLength: 40 }) },
  item: {
    id: autoId,
    n: field.nullable(field.int()),
    rank: field.int(),
    name: field.nullable(field.text({ maxLength: 40 })),
    status: field.nullable(field.text({ maxLength: 20 })),
    made: field.nullable(field.datetime()),
    sold: field.nullable(field.boolean()),
    price: field.nullable(field.decimal({ maxDigits: 12, decimalPlaces: 2 })),
    shelf: belongsTo('shelf', { relatedName: 'items' }),
  },
})

const { item, shelf } = models
const indexed = ['n', 'rank', 'name', 'status', 'made', 'sold', 'price']

/** What is asked, and the engines that go through the whole table all the same, each for a reason that is given. */
interface Lookup {
  readonly title: string
  readonly queryset: AnyQueryset
  readonly scans?: ReadonlyArray<DatabaseName>
  readonly ordered?: boolean
}

/** Each constant is such that few rows answer: else going through the table is the better plan. */
const lookups: ReadonlyArray<Lookup> = [
  {
    title: 'exact',
    queryset: pipe(
      item,
      filter((x) => x.n.eq(500)),
    ),
  },
  {
    title: 'exact, of a decimal',
    queryset: pipe(
      item,
      filter((x) => x.price.eq('500.00')),
    ),
  },
  {
    title: 'exact, by key',
    queryset: pipe(
      item,
      filter((x) => x.id.eq(500)),
    ),
  },
  {
    title: 'not exact',
    queryset: pipe(
      item,
      exclude((x) => x.status.eq('done')),
    ),
  },
  {
    title: 'not exact, of an int',
    queryset: pipe(
      item,
      exclude((x) => x.rank.eq(0)),
    ),
  },
  {
    title: 'isnull',
    queryset: pipe(
      item,
      filter((x) => x.n.isNull()),
    ),
  },
  {
    title: 'gt',
    queryset: pipe(
      item,
      filter((x) => x.n.gt(99_980)),
    ),
  },
  {
    title: 'not gt',
    queryset: pipe(
      item,
      exclude((x) => x.n.gt(20)),
    ),
  },
  {
    title: 'gte',
    queryset: pipe(
      item,
      filter((x) => x.n.gte(99_980)),
    ),
  },
  {
    title: 'not gte',
    queryset: pipe(
      item,
      exclude((x) => x.n.gte(20)),
    ),
  },
  {
    title: 'lt',
    queryset: pipe(
      item,
      filter((x) => x.n.lt(20)),
    ),
  },
  {
    title: 'not lt',
    queryset: pipe(
      item,
      exclude((x) => x.n.lt(99_980)),
    ),
  },
  {
    title: 'lte',
    queryset: pipe(
      item,
      filter((x) => x.n.lte(20)),
    ),
  },
  {
    title: 'not lte',
    queryset: pipe(
      item,
      exclude((x) => x.n.lte(99_980)),
    ),
  },
  {
    title: 'gt of text',
    queryset: pipe(
      item,
      filter((x) => x.name.gt('row 099980')),
    ),
  },
  {
    title: 'not gt of text',
    queryset: pipe(
      item,
      exclude((x) => x.name.gt('row 000020')),
    ),
  },
  {
    title: 'gt of an instant',
    queryset: pipe(
      item,
      filter((x) => x.made.gt('2020-03-10T10:39:00Z')),
    ),
  },
  {
    title: 'not gt of an instant',
    queryset: pipe(
      item,
      exclude((x) => x.made.gt('2020-01-01T00:10:00Z')),
    ),
  },
  {
    title: 'gt of a decimal',
    queryset: pipe(
      item,
      filter((x) => x.price.gt('99980.00')),
    ),
    // Its decimals are text, which doesn't sort as numbers do.
    scans: ['sqlite'],
  },
  {
    title: 'not gt of a decimal',
    queryset: pipe(
      item,
      exclude((x) => x.price.gt('20.00')),
    ),
    scans: ['sqlite'],
  },
  {
    title: 'range',
    queryset: pipe(
      item,
      filter((x) => x.n.range(500, 520)),
    ),
  },
  {
    title: 'not range',
    queryset: pipe(
      item,
      exclude((x) => x.n.range(20, 99_980)),
    ),
  },
  {
    title: 'in',
    queryset: pipe(
      item,
      filter((x) => x.n.in([5, 500, 50_000])),
    ),
  },
  {
    title: 'in, of text',
    queryset: pipe(
      item,
      filter((x) => x.name.in(['row 000005', 'row 000500'])),
    ),
  },
  {
    title: 'in, by key',
    queryset: pipe(
      item,
      filter((x) => x.id.in([5, 500, 50_000])),
    ),
  },
  {
    title: 'not in',
    // The complement of a list isn't a range, and nearly always most rows.
    scans: databaseNames,
    queryset: pipe(
      item,
      exclude((x) => x.status.in(['done', 'gone'])),
    ),
  },
  {
    title: 'a column with a column',
    scans: databaseNames,
    queryset: pipe(
      item,
      filter((x) => x.n.eq(x.rank)),
    ),
  },
  {
    title: 'contains',
    scans: databaseNames,
    queryset: pipe(
      item,
      filter((x) => x.name.contains('099980')),
    ),
  },
  {
    title: 'startswith',
    queryset: pipe(
      item,
      filter((x) => x.name.startswith('row 0999')),
    ),
  },
  {
    title: 'not startswith',
    queryset: pipe(
      item,
      exclude((x) => x.name.startswith('row')),
    ),
  },
  {
    title: 'exact of a boolean',
    queryset: pipe(
      item,
      filter((x) => x.sold.eq(true)),
    ),
  },
  {
    title: 'two conditions',
    queryset: pipe(
      item,
      filter((x) => x.n.gt(99_000)),
      filter((x) => x.name.contains('9')),
    ),
  },
  {
    title: 'the rows of a relation',
    queryset: pipe(
      item,
      filter((x) => x.shelf.id.eq(7)),
    ),
  },
  {
    title: 'a condition on the other end of a relation',
    queryset: pipe(
      item,
      filter((x) => x.shelf.label.eq('shelf 7')),
    ),
  },
  {
    title: 'some',
    queryset: pipe(
      shelf,
      filter((s) => s.items.some((x) => x.n.eq(500))),
    ),
  },
  {
    title: 'the first rows in an order',
    ordered: true,
    queryset: pipe(
      item,
      orderBy((x) => [x.rank.asc()]),
      slice(0, 20),
    ),
  },
  {
    title: 'the first rows in descending order',
    ordered: true,
    // Rows with the same rank are in the order of their keys, which runs the other way: it can't sort the rest of a key only.
    scans: ['mariadb', 'mysql'],
    queryset: pipe(
      item,
      orderBy((x) => [x.rank.desc()]),
      slice(0, 20),
    ),
  },
  {
    title: 'the rows after one, in the order of keys',
    queryset: pipe(
      item,
      filter((x) => x.id.gt(99_000)),
      slice(0, 20),
    ),
  },
]

const digits = `(${Array.from({ length: 10 }, (_, i) => `select ${String(i)} as d`).join(' union all ')})`

/** The numbers from 1 to 100,000, as each engine counts. */
const numbers: { readonly [name in DatabaseName]: string } = {
  postgres: 'generate_series(1, 100000) as g(i)',
  pglite: 'generate_series(1, 100000) as g(i)',
  sqlite:
    '(with recursive g(i) as (select 1 union all select i + 1 from g where i < 100000) select i from g)',
  mariadb: '(select seq as i from seq_1_to_100000) g',
  mysql: `(select 1 + a.d + 10 * b.d + 100 * c.d + 1000 * e.d + 10000 * f.d as i from ${['a', 'b', 'c', 'e', 'f'].map((each) => `${digits} ${each}`).join(' cross join ')}) g`,
}

/** A row of each number: a few without a value, a few that aren't done, a few that are sold. */
const rows: { readonly [name in DatabaseName]: string } = (() => {
  const other = "case when i % 10000 = 0 then 'open' else 'done' end, "
  const sold = 'case when i % 10000 = 0 then true end'
  const postgres = `i, case when i % 20000 <> 0 then i end, case when i % 10000 = 0 then i else 0 end,
    case when i % 20000 = 0 then 'other' else 'row ' || lpad(i::text, 6, '0') end, ${other}
    timestamptz '2020-01-01 00:00:00+00' + i * interval '1 minute', ${sold}, i, i % 1000 + 1`
  const mariadb = `i, case when i % 20000 <> 0 then i end, case when i % 10000 = 0 then i else 0 end,
    case when i % 20000 = 0 then 'other' else concat('row ', lpad(i, 6, '0')) end, ${other}
    '2020-01-01' + interval i minute, ${sold}, i, i % 1000 + 1`
  return {
    postgres,
    pglite: postgres,
    sqlite: `i, case when i % 20000 <> 0 then i end, case when i % 10000 = 0 then i else 0 end,
    case when i % 20000 = 0 then 'other' else printf('row %06d', i) end, ${other}
    strftime('%Y-%m-%dT%H:%M:%fZ', 1577836800 + i * 60, 'unixepoch'), ${sold}, i || '.00', i % 1000 + 1`,
    mariadb,
    mysql: mariadb,
  }
})()

const isMysqlLike = (name: DatabaseName): boolean => name === 'mariadb' || name === 'mysql'

const filled = async (driver: Driver, name: DatabaseName): Promise<void> => {
  const quoted = isMysqlLike(name) ? (each: string) => `\`${each}\`` : (each: string) => `"${each}"`
  const send = (text: string) => done(driver.query(text, [], { prepare: false }))
  const labels = isMysqlLike(name) ? "concat('shelf ', i)" : "'shelf ' || i"
  const columns = ['id', 'n', 'rank', 'name', 'status', 'made', 'sold', 'price', 'shelf'].map(quoted)
  await done(createSchema(models, driver))
  await send(`insert into shelf (id, label) select i, ${labels} from ${numbers[name]} where i <= 1000`)
  await send(`insert into item (${columns.join(', ')}) select ${rows[name]} from ${numbers[name]}`)
  for (const column of indexed) await send(`create index by_${column} on item (${quoted(column)})`)
  await send('create index by_label on shelf (label)')
  // What SQLite keeps of a column is how many rows have one value, on average: nothing of the one that most have.
  if (name !== 'sqlite') await send(isMysqlLike(name) ? 'analyze table item, shelf' : 'vacuum analyze')
}

/** What an engine would do for a statement. */
const planOf = async (
  driver: Driver,
  queryset: AnyQueryset,
): Promise<ReadonlyArray<ReadonlyArray<unknown>>> => {
  const query = fold(queryset)
  if (E.isLeft(query)) throw new Error(query.left.message)
  const compiled = compileRows(targetOf(models, driver), query.right)
  if (E.isLeft(compiled)) throw new Error(compiled.left.message)
  const { text, params } = compiled.right
  const how =
    driver.dialect === 'sqlite'
      ? 'explain query plan'
      : driver.dialect === 'mysql'
        ? 'explain format = traditional'
        : 'explain'
  const { rows: lines } = await done(
    driver.query(`${how} ${text}`, valuesAt(params, '2020-01-01T00:00:00.000Z'), { prepare: false }),
  )
  return lines
}

/** Whether a plan goes through all rows of a table; `ordered` says that it may, as far as it must, by an index. */
const isScan = (
  name: DatabaseName,
  plan: ReadonlyArray<ReadonlyArray<unknown>>,
  ordered: boolean,
): boolean => {
  const lines = plan.map((line) => line.map(String))
  switch (name) {
    case 'postgres':
    case 'pglite': {
      const text = lines.map(([line = '']) => line).join('\n')
      return (
        /Seq Scan on item|(?<!Incremental )Sort  /u.test(text) || (!ordered && !text.includes('Index Cond'))
      )
    }
    case 'sqlite':
      return lines.some(
        ([, , , line = '']) => /^SCAN t\d/u.test(line) && !(ordered && line.includes('USING INDEX')),
      )
    case 'mariadb':
      return lines.some(
        ([, , table = '', type = '']) =>
          /^t\d/u.test(table) && (type === 'ALL' || (type === 'index' && !ordered)),
      )
    case 'mysql':
      return lines.some(
        ([, , table = '', , type = '']) =>
          /^t\d/u.test(table) && (type === 'ALL' || (type === 'index' && !ordered)),
      )
  }
}

for (const name of databaseNames.filter((each) => each !== 'pglite'))
  describe(`indexes on ${name}`, function () {
    this.timeout(60_000)
    let driver: Driver
    const opened = { is: false }

    before(async function () {
      const found = await openDatabase(name, 'show')
      if (typeof found === 'string') {
        console.log(`      skipped: ${found}`)
        this.skip()
      }
      driver = found
      opened.is = true
      await filled(driver, name)
    })

    after(async () => {
      if (opened.is) await driver.close()
    })

    for (const { title, queryset, scans = [], ordered = false } of lookups)
      it(`${scans.includes(name) ? 'can not be used for' : 'are used for'} ${title}`, async () => {
        const plan = await planOf(driver, queryset)
        const text = plan.map((line) => line.join(' | ')).join('\n')
        expect(isScan(name, plan, ordered), text).to.equal(scans.includes(name))
      })
  })
