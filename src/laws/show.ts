import type { Schema } from '../schema/Schema.js'
import { print } from '../queryset/print.js'
import type { Case } from './Case.js'
import type { Broken } from './execute.js'
import { querysetOf } from './Said.js'

/* @since 0.1.0 */
export const sentenceOf = (schema: Schema, example: Case, { violation }: Broken): string =>
  `${violation.law}: ${example.calls.map((call) => call._tag + ('of' in call ? ' ' + print(querysetOf(schema, call.of)) : '') + (call._tag === 'read' ? ' ' + JSON.stringify(call.terminal) : 'of' in call ? '' : JSON.stringify(call))).join(' / ')}`

/* @since 0.1.0 */
export const tableOf = (_: Schema, example: Case, { violation }: Broken): string =>
  `${JSON.stringify(example.rows)} expected ${JSON.stringify(violation.expected)} actual ${JSON.stringify(violation.actual)}`

/* @since 0.1.0 */
export const testOf = (_: Schema, __: Case, ___: Broken): string => ''
