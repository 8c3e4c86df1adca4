/**
 * What tables and columns are called in the database. Unless something else is said, they have the names of the models
 * and of their columns.
 *
 * @since 0.2.0
 */

/**
 * The table of a model, perhaps in a schema of the database, and its columns.
 *
 * @since 0.2.0
 */
export interface Names {
  readonly table: (model: string) => { readonly schema: string | null; readonly table: string }
  readonly column: (model: string, column: string) => string
}

/**
 * Names that differ from the models': by model, the table, and by column of the model, the column.
 *
 * @since 0.2.0
 */
export interface GivenNames {
  readonly [model: string]: {
    readonly schema?: string
    readonly table?: string
    readonly columns?: { readonly [column: string]: string }
  }
}

/**
 * The names of tables and columns, where those given are as given and the others are the models'.
 *
 * @since 0.2.0
 */
export const namesFrom = (given: GivenNames = {}): Names => {
  const known = new Map(Object.entries(given))
  return {
    table: (model) => ({
      schema: known.get(model)?.schema ?? null,
      table: known.get(model)?.table ?? model,
    }),
    column: (model, column) => {
      const columns = known.get(model)?.columns ?? {}
      return Object.hasOwn(columns, column) ? (columns[column] ?? column) : column
    },
  }
}
