/**
 * What is read from the messages of MariaDB and MySQL: names of any characters, in sessions of any mode, and no value.
 *
 * Found: in a session with `ANSI_QUOTES` a foreign key that leads to no row was taken for one that is there already, and
 * `addRelated` went on.
 */
import { expect } from 'chai'
import { field, manyToMany, schema, addRelated, create, pipe, type FullWritableClient } from 'queryset-ts'
import { createSchema, sqlClient } from 'queryset-ts/sql'
import { either as E } from 'fp-ts'
import { createPool } from 'mariadb'
import { mariadbServer, noMariadb } from '../../../property-tests/support/databases.js'
import { mariadbDriver } from '../../../src/clients/sql/drivers/mariadb.js'
import { mysqlError } from '../../../src/clients/sql/errors/mysqlError.js'
import { right } from '../../support/answers.js'

const read = (errno: number, sqlMessage: string) => {
  const { kind, constraint, table, columns } = mysqlError({ errno, sqlMessage })
  return { kind, constraint, table, columns }
}

const fails = 'Cannot add or update a child row: a foreign key constraint fails'

describe('errors of MariaDB and MySQL', () => {
  it('name the foreign key, whatever its quotes', () => {
    const plain = { kind: 'foreignKey', constraint: 'f', table: 'c', columns: ['p', 'q'] }
    expect(
      read(
        1452,
        `${fails} (\`db\`.\`c\`, CONSTRAINT \`f\` FOREIGN KEY (\`p\`, \`q\`) REFERENCES \`p\` (\`id\`))`,
      ),
    ).to.deep.equal(plain)
    expect(
      read(1452, `${fails} ("db"."c", CONSTRAINT "f" FOREIGN KEY ("p", "q") REFERENCES "p" ("id"))`),
    ).to.deep.equal(plain)
    expect(
      read(1452, `${fails} ("db"."c""\`'", CONSTRAINT "f""\`'" FOREIGN KEY ("p, x)") REFERENCES "p" ("id"))`),
    ).to.deep.equal({ kind: 'foreignKey', constraint: 'f"`\'', table: 'c"`\'', columns: ['p, x)'] })
    expect(read(1452, fails)).to.deep.equal({
      kind: 'foreignKey',
      constraint: null,
      table: null,
      columns: [],
    })
  })

  it('name the key of a value that is taken, and not the value', () => {
    expect(read(1062, "Duplicate entry 'secret' for key 'secret' for key 'u\"`''").constraint).to.equal(
      'u"`\'',
    )
    expect(read(1062, "Duplicate entry '1' for key 'c.u'").constraint).to.equal('u')
    expect(read(1062, "Duplicate entry 'secret\n' for key 'PRIMARY'").constraint).to.equal('PRIMARY')
  })

  it('name columns and checks', () => {
    expect(read(1048, "Column 'n\"`'' cannot be null").columns).to.deep.equal(['n"`\''])
    expect(read(1406, "Data too long for column 'v\"`'' at row 1").columns).to.deep.equal(['v"`\''])
    expect(read(4025, 'CONSTRAINT `k"``\'` failed for `db`.`c`').constraint).to.equal('k"`\'')
    expect(read(3819, "Check constraint 'k\"`'' is violated.").constraint).to.equal('k"`\'')
  })
})

describe('a link to a row that is not there, with ANSI quotes', function () {
  this.timeout(60_000)

  it('is a Conflict', async function () {
    const server = await mariadbServer('ansi_links')
    if (server === null) {
      console.log(`      skipped: ${noMariadb}`)
      return this.skip()
    }
    const initSql = "set sql_mode = 'ANSI_QUOTES'"
    const driver = mariadbDriver(createPool({ ...server, connectionLimit: 2, initSql }))
    const models = schema({
      note: { id: field.int({ primaryKey: true }), tags: manyToMany('tag', { relatedName: 'notes' }) },
      tag: { name: field.text({ primaryKey: true, maxLength: 20 }) },
    })
    try {
      await right(createSchema(models, driver))
      const client = sqlClient(models, driver) as unknown as FullWritableClient
      await right(pipe(models.note, create(client, { id: 1 })))
      await right(pipe(models.tag, create(client, { name: 'there' })))
      const added = await pipe(
        models.note,
        addRelated(client, (n) => n.tags, ['there', 'nowhere']),
      )()
      expect(E.isLeft(added) && added.left._tag).to.equal('Conflict')
    } finally {
      await driver.close()
    }
  })
})
