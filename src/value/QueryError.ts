/**
 * Everything that can go wrong, as values.
 *
 * Each error says what happened (`message`), where (in its own members), what to do about it (`hint`), and whether
 * trying the same again may help (`retryable`). No error contains a client's credentials. An error about a row includes
 * the row's key, and text that was found in the place of another type of value. It includes nothing of a secret field.
 *
 * The types, and the functions that create each error, are in `errors/`. Other files import them from here.
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
