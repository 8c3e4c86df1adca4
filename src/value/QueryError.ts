/**
 * Everything that can go wrong, as values.
 *
 * Each error says what happened (`message`), where (its own members), what to do about it (`hint`), and whether
 * trying the same again may help (`retryable`). None of them carries a client's credentials. Of a row they tell its key,
 * and text that stood where another value should have; of a secret field they tell nothing.
 *
 * The types, and the functions that make each error, are in `errors/`; other files import them from here.
 *
 * @since 0.1.0
 */

export { badFile, clientFailed, overBudget, undecodable, unsupported } from './errors/ofClients.js'
export {
  invalidField,
  invalidQuery,
  invalidSchema,
  invalidStep,
  multipleFound,
  notFound,
} from './errors/ofQueries.js'
export {
  conflict,
  invalid,
  leadsNowhere,
  mostErrors,
  protectedBy,
  stillPointedTo,
} from './errors/ofWrites.js'
export { nearest } from './errors/nearest.js'
export { shortened } from './errors/shortened.js'
export type {
  BadFile,
  ClientFailed,
  Conflict,
  FieldError,
  Incomplete,
  Invalid,
  InvalidField,
  InvalidQuery,
  InvalidSchema,
  InvalidStep,
  ItemFate,
  MultipleFound,
  NotFound,
  OverBudget,
  Protected,
  QueryError,
  ReadError,
  Rest,
  Undecodable,
  Unsupported,
  WriteError,
} from './errors/types.js'
