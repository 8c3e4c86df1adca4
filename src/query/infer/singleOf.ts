import { modelOf, type Scope } from '../../expression/Scope.js'
import type { SingleColumn } from '../../expression/Typed.js'

/**
 * The only column of a scope, or the key of its model's rows.
 *
 * @since 0.1.0
 */
export const singleOf = (scope: Scope): SingleColumn | null => {
  const name = scope.columns.size === 1 ? [...scope.columns.keys()][0] : modelOf(scope)?.primaryKey
  const type = name === undefined ? undefined : scope.columns.get(name)
  return name === undefined || type === undefined ? null : { name, type }
}
