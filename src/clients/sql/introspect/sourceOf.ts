/**
 * Writes a schema as TypeScript source.
 *
 * @since 0.2.0
 */

/**
 * The source of a field: `call` is the function, `target` the model of a relation.
 *
 * @since 0.2.0
 */
export interface FieldSource {
  readonly call: string
  readonly target?: string
  readonly options: { readonly [name: string]: string | number | boolean } | null
  readonly nullable: boolean
}

/** @since 0.2.0 */
export interface ModelSource {
  readonly model: string
  readonly table: string
  readonly fields: ReadonlyArray<{
    readonly name: string
    readonly column: string | null
    readonly source: FieldSource
  }>
}

/**
 * A module that exports the models, and the names of their tables and columns.
 *
 * @since 0.2.0
 */
export const sourceOf = (
  models: ReadonlyArray<ModelSource>,
  together: { readonly [model: string]: ReadonlyArray<ReadonlyArray<string>> },
): string => {
  const body = models
    .map(
      ({ model, fields }) =>
        `  ${property(model)}: {\n${fields.map(({ name, source }) => `    ${property(name)}: ${made(source)},\n`).join('')}  },\n`,
    )
    .join('')
  const unique = Object.entries(together).map(
    ([model, sets]) => `    ${property(model)}: [${sets.map(list).join(', ')}],\n`,
  )
  const options = unique.length === 0 ? '' : `, {\n  uniqueTogether: {\n${unique.join('')}  },\n}`
  const used = ['autoId', 'belongsTo', 'field', 'manyToMany', 'oneToOne'].filter((name) =>
    models.some(({ fields }) =>
      fields.some(
        ({ source }) => source.call.split('.')[0] === name || (name === 'field' && source.nullable),
      ),
    ),
  )
  const imports = [
    `import { ${[...used, 'schema'].join(', ')} } from 'queryset-ts'`,
    `import type { TableNames } from 'queryset-ts/sql'`,
  ]
  return `${imports.join('\n')}

export const models = schema({
${body}}${options})

${namesSource(models)}`
}

const made = ({ call, target, options, nullable }: FieldSource): string => {
  const given = Object.entries(options ?? {}).map(
    ([name, value]) => `${property(name)}: ${typeof value === 'string' ? text(value) : String(value)}`,
  )
  const told = given.length === 0 ? [] : [`{ ${given.join(', ')} }`]
  const args = [...(target === undefined ? [] : [text(target)]), ...told].join(', ')
  const whole = options === null ? call : `${call}(${args})`
  return nullable ? `field.nullable(${whole})` : whole
}

const namesSource = (models: ReadonlyArray<ModelSource>): string => {
  const tables = models
    .filter(({ model, table }) => model !== table)
    .map(({ model, table }) => `  ${property(model)}: ${text(table)},\n`)
  const columns = models.flatMap(({ model, fields }) => {
    const other = fields.flatMap(({ name, column }) =>
      column === null || column === name ? [] : [`${property(name)}: ${text(column)}`],
    )
    return other.length === 0 ? [] : [`  ${property(model)}: { ${other.join(', ')} },\n`]
  })
  return `const tables: { readonly [model: string]: string | undefined } = {
${tables.join('')}}

const columns: { readonly [model: string]: { readonly [column: string]: string | undefined } | undefined } = {
${columns.join('')}}

export const names: TableNames = {
  table: (model) => tables[model] ?? model,
  column: (model, column) => columns[model]?.[column] ?? column,
}
`
}

const list = (names: ReadonlyArray<string>): string => `[${names.map(text).join(', ')}]`

const property = (name: string): string =>
  /^[A-Za-z_$][\w$]*$/u.test(name) && name !== '__proto__' ? name : `[${text(name)}]`

const text = (value: string): string =>
  `'${JSON.stringify(value).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`
