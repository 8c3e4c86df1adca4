/** All that can be put around a client, so that it changes no answer: each by its name, and all together. */
import {
  cache,
  concurrency,
  log,
  not,
  or,
  rateLimit,
  retry,
  schemaOf,
  scope,
  timeout,
  trace,
  validate,
  type Client,
  type Span,
} from '../../src/index.js'
import type { Expr, Predicate } from '../../src/expression/Ref.js'
import type { AnyModels } from '../../src/queryset/schema.js'

export const noTime = { sleep: () => Promise.resolve() }

const span: Span = { setAttribute: () => span, setStatus: () => span, end: () => undefined }

type Layer = <C extends Client>(client: C) => C

/** A predicate that each row of a model meets. */
const everyRow =
  (key: string) =>
  (row: { readonly [name: string]: Expr & { readonly isNull: () => Predicate } }): Predicate =>
    or(row[key]!.isNull(), not(row[key]!.isNull()))

export const layers: { readonly [name: string]: (models: AnyModels) => Layer } = {
  retry: () => retry({ times: 2, ...noTime }),
  timeout: () => timeout(60_000),
  cache: () => cache({ rows: 1000, max: 3 }),
  concurrency: () => concurrency(1),
  rateLimit: () => rateLimit({ calls: 1, per: 1, ...noTime }),
  log: () => log(() => undefined),
  trace: () => trace({ startSpan: () => span }),
  validate: () => validate,
  // The names of the models are random, so their types say nothing.
  scope: (models) =>
    scope(
      models,
      Object.fromEntries(
        [...schemaOf(models).models.values()].map(({ name, primaryKey }) => [name, everyRow(primaryKey)]),
      ) as never,
    ),
}

export const stacked =
  (models: AnyModels): Layer =>
  (client) =>
    Object.values(layers).reduce((inner, layer) => layer(models)(inner), client)
