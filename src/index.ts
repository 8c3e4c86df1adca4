/**
 * `queryset-ts`: querysets as immutable values, over any backend.
 *
 * @since 0.1.0
 */

// 0: what values are
export type {
  DateText,
  DateTime,
  Decimal,
  Duration,
  Json,
  JsonObject,
  Kind,
  TimeText,
  Type,
  Uuid,
  ValueOf,
} from './value/Value.js'
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
  MultipleFound,
  ItemFate,
  NotFound,
  OverBudget,
  Protected,
  QueryError,
  ReadError,
  Rest,
  Undecodable,
  Unsupported,
  WriteError,
} from './value/QueryError.js'
export { clientFailed, conflict, unsupported } from './value/QueryError.js'
export { formatIn, type FormatOptions } from './value/formatIn.js'
export { flow, pipe } from './value/pipe.js'

// 1: models
export { autoId, field } from './schema/Field.js'
export type {
  AnyField,
  AutoTime,
  ClockOptions,
  DecimalOptions,
  Field,
  FieldOptions,
  Nullable,
  NumberOptions,
  TextOptions,
} from './schema/Field.js'
export { choiceLabel, type Choice, type ChoiceGroup } from './schema/choices.js'
export { hasFormat, type TextFormat } from './schema/formats.js'
export type { Pattern } from './schema/patterns.js'
export type { SeenOptions } from './schema/seen.js'
export { columnSchema, jsonSchema, modelSchema, type SchemaOf } from './schema/jsonSchema.js'
export { messageOf, messages, sentence, type MessagePlace, type Messages } from './schema/messages.js'
export { textOf } from './schema/rowErrors.js'
export { belongsTo, manyToMany, oneToOne } from './schema/Relation.js'
export type { ManyToMany, OnDelete, RelatedOptions, RelationOptions, ToOne } from './schema/Relation.js'
export type {
  Definitions,
  Model,
  ModelColumn,
  ModelLabels,
  ModelRelation,
  Ordering,
  RowError,
  Schema,
  Seen,
  UniqueFor,
  Via,
} from './schema/Schema.js'
export type { Key, RowOf } from './schema/Types.js'
export {
  checkSchema,
  schema,
  schemaOf,
  type AnyModels,
  type Models,
  type SchemaOptions,
  type Unsaved,
} from './queryset/schema.js'

// 2: expressions and predicates
export {
  caseWhen,
  cast,
  coalesce,
  concat,
  func,
  greatest,
  holds,
  least,
  now,
  nullIf,
  subquery,
  test,
  value,
} from './expression/expressions.js'
export { not } from './expression/predicates.js'
export { lookup, lookups } from './queryset/lookup.js'
export { lookupOf, type LookupOptions, type LookupOf } from './expression/lookups/lookupOf.js'
export type { LookupTree } from './expression/text/parseLookups.js'
export type { BuiltInLookupName, ByLookup, Expression, LookupName, Node } from './expression/Expression.js'
export type {
  AnyRef,
  DateRef,
  DateTimeRef,
  Expr,
  Group,
  ManyRef,
  NumberRef,
  OneRef,
  OrderedRef,
  OrderKey,
  Predicate,
  Ref,
  RefsOf,
  TextRef,
  TimeRef,
} from './expression/Ref.js'
export type { ModelTag, OfModel, Path, RefsIn as Refs } from './expression/Refs.js'

// 3: querysets
export { and, or, xor } from './queryset/and.js'
export { annotate, type With } from './queryset/annotate.js'
export { dates, datetimes } from './queryset/dates.js'
export { difference } from './queryset/difference.js'
export { distinct } from './queryset/distinct.js'
export { distinctOn } from './queryset/distinctOn.js'
export { exclude } from './queryset/exclude.js'
export { filter } from './queryset/filter.js'
export { groupBy } from './queryset/groupBy.js'
export { intersection } from './queryset/intersection.js'
export { none } from './queryset/none.js'
export { defer, only } from './queryset/only.js'
export { orderBy } from './queryset/orderBy.js'
export { prefetchRelated } from './queryset/prefetchRelated.js'
export { print } from './queryset/print.js'
export { reverse } from './queryset/reverse.js'
export type { Row } from './queryset/Row.js'
export { selectRelated } from './queryset/selectRelated.js'
export { slice } from './queryset/slice.js'
export { union } from './queryset/union.js'
export { values } from './queryset/values.js'
export { valuesList } from './queryset/valuesList.js'
export { stepsOf, type AnyQueryset, type Queryset, type Step } from './queryset/Queryset.js'

// 4: queries
export { check } from './query/check.js'
export { fold } from './query/fold.js'
export { normalise } from './query/normalise.js'
export type { From, Query, Related, Slice } from './query/Query.js'
export { foldDelete, foldInsert, foldUpdate } from './query/foldMutation.js'
export type { Delete, Insert, Mutated, Mutation, OnConflict, Update } from './query/Mutation.js'
export type { Change, Write } from './query/Write.js'
export {
  decode as decodeQuery,
  decodeMutation,
  encode as encodeQuery,
  encodeMutation,
  wireLimits,
  type WireLimits,
} from './query/wire.js'

// 5: evaluators
export { engine } from './engine/engine.js'
export type { Evaluated, EvaluatedOver, Evaluator, PageNeeds } from './query/Evaluator.js'
export type { Source } from './expression/Source.js'

// 6: clients
export type {
  BulkWrites,
  Client,
  FullClient,
  FullWritableClient,
  Page,
  PagePlace,
  SingleWrites,
  TransactionNeeds,
  WritableClient,
} from './client/Client.js'
export { derive } from './client/derive.js'
export { conjunctsOf } from './query/parts.js'
export {
  everything,
  fidelityOf,
  supportByModel,
  understands,
  type Abilities,
  type Answer,
  type Fidelity,
  type Question,
  type Support,
} from './client/Support.js'
export { route, type Errand, type Place, type Router, type RouterOptions } from './client/route.js'
export type { Budget, Guard } from './client/Budget.js'
export { within } from './client/within.js'
export type { Meter, Work } from './value/Meter.js'
export { deriveWrites } from './client/deriveWrites.js'
export type { BulkOptions, Progress } from './client/write.js'

export { cache, type CacheOptions } from './client/middleware/cache.js'
export { concurrency } from './client/middleware/concurrency.js'
export { log, type LogEvent } from './client/middleware/log.js'
export { rateLimit, type RateLimitOptions } from './client/middleware/rateLimit.js'
export { readOnly } from './client/middleware/readOnly.js'
export { retry, type RetryOptions } from './client/middleware/retry.js'
export { scope, type ScopeOptions, type ScopePredicates } from './client/middleware/scope.js'
export { timeout } from './client/middleware/timeout.js'
export { trace, type Span, type Tracer } from './client/middleware/trace.js'
export { validate } from './client/middleware/validate.js'

// 8: running
export { aggregate } from './run/read/aggregate.js'
export { collect, type Collected } from './run/write/collect.js'
export { contains } from './run/read/contains.js'
export { count } from './run/read/count.js'
export { create } from './run/write/create.js'
export { createBulk, type CreateBulkOptions } from './run/write/createBulk.js'
export { deleteRows } from './run/write/delete.js'
export { dumpData, type DumpOptions } from './run/fixtures/dumpData.js'
export { edit, type EditOptions } from './run/write/edit.js'
export { exists } from './run/read/exists.js'
export { explain, explainWrite, type Explanation, type WriteExplanation } from './plan/explain.js'
export { first } from './run/read/first.js'
export { get } from './run/read/get.js'
export { getOrCreate, updateOrCreate, type Got } from './run/write/getOrCreate.js'
export { inBulk } from './run/read/inBulk.js'
export { last } from './run/read/last.js'
export { earliest, latest } from './run/read/latest.js'
export type { FixtureRecord } from './run/fixtures/fixture.js'
export { list } from './run/read/list.js'
export { loadData } from './run/fixtures/loadData.js'
export { mutate } from './run/write/mutate.js'
export { plan, type PlanOptions } from './plan/planRead.js'
export { type Plan, type Residual } from './plan/Plan.js'
export { planWrite, type WritePlan } from './plan/planWrite.js'
export { run, type RunOptions } from './run/run.js'
export { addRelated, clearRelated, createRelated, removeRelated, setRelated } from './run/write/related.js'
export { resume } from './run/write/resume.js'
export { stream } from './run/read/stream.js'
export { toArray } from './run/read/toArray.js'
export { transaction } from './run/write/transaction.js'
export { update } from './run/write/update.js'
export { isUnwrapped, unwrap, type UnwrappedError } from './run/unwrap.js'
export { updateBulk } from './run/write/updateBulk.js'
