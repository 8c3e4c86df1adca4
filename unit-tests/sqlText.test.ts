/** The rule that only one file joins SQL text, on planted offences. The linter holds it against the sources. */
import { expect } from 'chai'
import { ESLint } from 'eslint'

const file = 'src/clients/sql/failed.ts'

const offences = async (code: string): Promise<number> => {
  const eslint = new ESLint({
    overrideConfigFile: '.config/eslint.mjs',
    // The rule needs no types, which take long.
    overrideConfig: { languageOptions: { parserOptions: { projectService: false } } },
    ruleFilter: ({ ruleId }) => ruleId === 'no-restricted-syntax',
  })
  const [result] = await eslint.lintText(code, { filePath: file })
  return (result?.messages ?? []).filter(({ message }) => message.startsWith('Only src/clients/sql/Sql.ts'))
    .length
}

describe('the rule about SQL text', function () {
  this.timeout(60_000)

  for (const code of [
    'export const made = (name: string) => `select * from ${name}`',
    'export const made = (name: string) => ` DELETE from ${name}`',
    "export const made = (name: string) => 'drop table ' + name",
    "export const made = (text: string) => ({ _tag: 'text', text })",
    'export const made = (texts: TemplateStringsArray) => sql(texts)',
    'export const made = (driver: Driver, text: string) => driver.query(`${text} for update`, [])',
  ])
    it(`tells ${code.slice(code.indexOf('=>') + 3)}`, async () => {
      expect(await offences(code)).to.be.greaterThan(0)
    })

  for (const code of [
    'export const made = (name: string) => sql`select * from ${ident(name)}`',
    "export const made = 'select 1'",
    'export const made = (name: string) => `there is no ${name}`',
  ])
    it(`allows ${code.slice(code.indexOf('=') + 2)}`, async () => {
      expect(await offences(code)).to.equal(0)
    })
})
