/**
 * `queryset-ts/laws`: hunting for the smallest queryset and data on which a client is wrong.
 *
 * @since 0.1.0
 */
export { checkClient, tryCase } from './laws/checkClient.js'
export { describeClient, type Runner } from './laws/describeClient.js'
export { laws, type Asking, type Check, type Law } from './laws/laws.js'
export { openClient, type OpenClient } from './laws/openClient.js'
export { printReport } from './laws/printReport.js'
export type { Factory, Io, Options as CheckOptions, Rows } from './laws/Options.js'
export type { Manifest } from './laws/Manifest.js'
export type { Area, Counts, Coverage, Failure, Report, Size } from './laws/Report.js'
export type { Call, Case, Plain, Terminal } from './laws/Case.js'
export type { Said, SaidStep, Typed } from './laws/Said.js'
export type { Store } from './engine/Store.js'
