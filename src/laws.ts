/**
 * `queryset-ts/laws`: finds the smallest queryset and data for which a client is wrong.
 *
 * @since 0.1.0
 */
export { checkClient, tryCase } from './laws/checkClient.js'
export { describeClient, type Runner } from './laws/describeClient.js'
export { laws } from './laws/hold/laws.js'
export type { CheckContext, Check, CallCheck, Law } from './laws/hold/Law.js'
export type { LawName } from './laws/hold/LawName.js'
export { openClient, type OpenClient } from './laws/hold/openClient.js'
export { printReport } from './laws/report/printReport.js'
export type { Factory, Io, Options as CheckOptions } from './laws/Options.js'
export type { Rows } from './laws/case/Rows.js'
export type { Manifest } from './laws/discover/Manifest.js'
export type { Area, Counts, Coverage, Failure, Report } from './laws/report/Report.js'
export type { Call, Case, Plain, Terminal } from './laws/case/Case.js'
export type { Size } from './laws/case/Size.js'
export type { QuerysetData, StepData, TypedColumn } from './laws/case/QuerysetData.js'
export { reference } from './reference/reference.js'
export type { Store } from './engine/Store.js'
