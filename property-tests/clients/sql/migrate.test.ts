/**
 * Migrations: from each of many random schemas to another and back. Afterwards a database has just the tables that the schema
 * needs, and the rows of models that both have are still there, with the values of columns that both have.
 *
 * Planted faults that this was seen to find: an index that isn't made again with its column, and a table of SQLite that is
 * copied without the values of a column that stays. Found: durations of MariaDB, which each migration dropped and made again.
 */
import { expect } from 'chai'
import { either as E } from 'fp-ts'
import fc from 'fast-check'
import { autoId, belongsTo, field, schema } from '../../../src/index.js'
import type { Driver } from '../../../src/clients/sql/Driver.js'
import { introspect } from '../../../src/clients/sql/introspect/introspect.js'
import { diff } from '../../../src/clients/sql/migrate/diff.js'
import { migrate } from '../../../src/clients/sql/migrate/migrate.js'
import { afterStep, describeStep } from '../../../src/clients/sql/migrate/Step.js'
import { dropStatements, quoteOf } from '../../../src/clients/sql/schema/ddl.js'
import { runStatements } from '../../../src/clients/sql/schema/runStatements.js'
import { isViolation } from '../../../src/clients/sql/SqlError.js'
import { tablesOf } from '../../../src/clients/sql/schema/tablesOf.js'
import type { Definition, Definitions } from '../../../src/schema/Schema.js'
import { schemaOf, type AnyModels } from '../../../src/queryset/schema.js'
import { databaseNames, openDatabase } from '../../support/databases.js'
import { parameters, titled } from '../../support/runs.js'

type Fields = { readonly [name: string]: Definition }

const models = ['alpha', 'beta_two', 'gamma'] as const
const names = ['a', 'select'] as const

const definition: fc.Arbitrary<Definition> = fc.oneof(
  fc.constant(field.nullable(field.text())),
  fc.integer({ min: 5, max: 40 }).map((maxLength) => field.nullable(field.text({ maxLength }))),
  fc.integer({ min: 5, max: 40 }).map((maxLength) => field.text({ maxLength, default: 'd' })),
  fc.constant(field.nullable(field.text({ unique: true, maxLength: 30 }))),
  fc.constant(field.nullable(field.int())),
  fc.constant(field.int({ default: 7 })),
  fc.constant(field.nullable(field.int({ unique: true }))),
  fc.constant(field.nullable(field.date({ unique: true }))),
  fc.constant(field.nullable(field.float())),
  fc.constant(field.nullable(field.decimal({ maxDigits: 20, decimalPlaces: 2 }))),
  fc.constant(field.nullable(field.decimal({ maxDigits: 22, decimalPlaces: 4 }))),
  fc.constant(field.nullable(field.boolean())),
  fc.constant(field.nullable(field.date())),
  fc.constant(field.nullable(field.time())),
  fc.constant(field.nullable(field.datetime())),
  fc.constant(field.nullable(field.duration())),
  fc.constant(field.nullable(field.uuid())),
  fc.constant(field.nullable(field.json())),
  fc.constantFrom(...models).map((target) => field.nullable(belongsTo(target, { onDelete: 'setNull' }))),
)

const definitions: fc.Arbitrary<Definitions> = fc
  .record({
    fields: fc.tuple(
      ...models.map(() =>
        fc.option(
          fc.dictionary(fc.constantFrom(...names), definition, { maxKeys: 2, noNullPrototype: true }),
          { nil: null, freq: 5 },
        ),
      ),
    ),
  })
  .map(({ fields }) => {
    const there = models.filter((_, i) => fields[i] !== null)
    const kept = (own: Fields): Fields =>
      Object.fromEntries(
        Object.entries(own).filter(
          ([, each]) => each._tag !== 'toOne' || there.some((name) => name === each.target),
        ),
      )
    return Object.fromEntries(
      models.flatMap((name, i) => {
        const own = fields[i] ?? null
        return own === null ? [] : [[name, { id: autoId, ...kept(own) }]]
      }),
    )
  })

const modelsOf = (given: Definitions): AnyModels => schema(given as never)

const right = <A>(answer: E.Either<unknown, A>): A => {
  if (E.isLeft(answer)) throw new Error(JSON.stringify(answer.left))
  return answer.right
}

/** Two rows for each table: the second has a text and an int where there is a column for them. */
const filled = async (driver: Driver, given: Definitions): Promise<void> => {
  const quoted = (name: string) => `${quoteOf(driver.dialect)}${name}${quoteOf(driver.dialect)}`
  for (const [model, fields] of Object.entries(given)) {
    const plain = Object.entries(fields).flatMap(([name, each]): ReadonlyArray<readonly [string, string]> =>
      each._tag !== 'field' || each.primaryKey
        ? []
        : each.kind === 'text'
          ? [[quoted(name), "'seven'"]]
          : each.kind === 'int'
            ? [[quoted(name), '77']]
            : [],
    )
    const must = plain.filter(([name]) => {
      const own = Object.entries(fields).find(([each]) => quoted(each) === name)?.[1]
      return own?._tag === 'field' && !own.nullable
    })
    for (const some of [must, plain]) {
      const columns = ['id', ...some.map(([name]) => name)].join(', ')
      const id = some === must ? '1' : '2'
      const values = [id, ...some.map(([, value]) => value)].join(', ')
      right(await driver.query(`insert into ${quoted(model)} (${columns}) values (${values})`, [])())
    }
  }
}

/** The texts and ints of the second row, in columns that both schemas have as the same kind. */
const shared = (a: Definitions, b: Definitions): ReadonlyArray<readonly [string, string, string]> =>
  Object.entries(a).flatMap(([model, fields]) =>
    Object.entries(fields).flatMap(([name, each]) => {
      const other = b[model]?.[name]
      return each._tag === 'field' &&
        other?._tag === 'field' &&
        !each.primaryKey &&
        each.kind === other.kind &&
        (each.kind === 'text' || each.kind === 'int')
        ? [[model, name, each.kind === 'text' ? 'seven' : '77'] as const]
        : []
    }),
  )

describe('the difference between tables', () => {
  it(titled('is what makes the ones of the others'), () => {
    fc.assert(
      fc.property(definitions, definitions, (a, b) => {
        const [from, to] = [a, b].map((each) => tablesOf('postgres', schemaOf(modelsOf(each))))
        const steps = diff(from!, to!, { keep: () => false })
        const after = steps.reduce(afterStep, from!)
        expect(diff(after, to!, { keep: () => false }).map(describeStep)).to.deep.equal([])
        expect(after.map(({ name }) => name).sort()).to.deep.equal(to!.map(({ name }) => name).sort())
      }),
      parameters(),
    )
  })
})

for (const name of databaseNames)
  describe(`migrations on ${name}`, function () {
    this.timeout(300_000)
    let driver: Driver
    const opened = { is: false }

    before(async function () {
      const found = await openDatabase(name, 'migrate')
      if (typeof found === 'string') {
        console.log(`      skipped: ${found}`)
        this.skip()
      }
      driver = found
      opened.is = true
    })

    after(async () => {
      if (opened.is) await driver.close()
    })

    const isLongRun = Number(process.env['QUERYSET_RUNS'] ?? 0) > 1000
    const runs = isLongRun || name === 'sqlite' ? 50 : name === 'mariadb' || name === 'mysql' ? 5 : 20

    it(`lead from ${String(runs)} schemas to others and back, and keep what both hold`, async () => {
      await fc.assert(
        fc.asyncProperty(definitions, definitions, async (a, b) => {
          const tables = right(await introspect(driver)())
          for (const { name: table } of tables)
            right(
              await runStatements(
                driver,
                dropStatements(driver.dialect, schemaOf(modelsOf({ [table]: { id: autoId } }))),
                'unchecked',
              )(),
            )
          const options = { allowLoss: true, keep: () => false }
          right(await migrate(modelsOf(a), driver, options)())
          await filled(driver, a)
          for (const [before, after] of [
            [a, b],
            [b, a],
          ] as const) {
            const migrated = await migrate(modelsOf(after), driver, options)()
            // Rows may share what must be unique now, or lead nowhere: then nothing is changed.
            if (E.isLeft(migrated) && migrated.left._tag === 'SqlError' && isViolation(migrated.left)) return
            right(migrated)
            const there = right(await introspect(driver)()).filter(
              ({ name: own }) => own !== 'queryset_migration',
            )
            const wanted = tablesOf(driver.dialect, schemaOf(modelsOf(after)))
            expect(diff(there, wanted, { keep: () => false }).map(describeStep)).to.deep.equal([])
            const q = quoteOf(driver.dialect)
            for (const model of Object.keys(after).filter(
              (each) => each in before && each in a && each in b,
            )) {
              const { rows } = right(await driver.query(`select count(*) as c0 from ${q}${model}${q}`, [])())
              expect(String(rows[0]?.[0])).to.equal('2')
            }
            for (const [model, column, value] of shared(a, b)) {
              const { rows } = right(
                await driver.query(`select ${q}${column}${q} as c0 from ${q}${model}${q} where id = 2`, [])(),
              )
              expect(String(rows[0]?.[0])).to.equal(value)
            }
          }
        }),
        { ...parameters(), numRuns: runs },
      )
    })
  })
