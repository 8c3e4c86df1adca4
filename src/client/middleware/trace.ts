import { either as E } from 'fp-ts'
import { around } from './around.js'
import { countOfRows } from './log.js'

/**
 * The part of OpenTelemetry's `Tracer` that is needed. `trace.getTracer('…')` of `@opentelemetry/api` gives one.
 *
 * @since 0.1.0
 */
export interface Tracer {
  readonly startSpan: (
    name: string,
    options: { readonly kind: number; readonly attributes: { readonly [name: string]: string } },
  ) => Span
}

/** @since 0.1.0 */
export interface Span {
  readonly setAttribute: (name: string, value: string | number) => unknown
  readonly setStatus: (status: { readonly code: number }) => unknown
  readonly end: () => void
}

// OpenTelemetry's numbers, which don't change between versions: SpanKind.CLIENT and SpanStatusCode.ERROR.
const clientKind = 2
const errorStatus = 2

/**
 * Reports each call of a client as a span, by OpenTelemetry's conventions for database clients. The span is named after
 * the operation and the model. It has `db.system.name` (the client's name), `db.operation.name`, `db.collection.name`,
 * `db.response.returned_rows` and `error.type`. It contains no value of a row or of a query.
 *
 * @example
 * import { autoId, pipe, schema, toArray, trace } from 'queryset-ts'
 * import { memory } from 'queryset-ts/memory'
 * const models = schema({ genre: { id: autoId } })
 * const names: Array<string> = []
 * const span = { setAttribute: () => span, setStatus: () => span, end: () => undefined }
 * const tracer = { startSpan: (name: string) => (names.push(name), span) }
 * await toArray(pipe(memory(models, {}), trace(tracer)))(models.genre)()
 * console.log(names) // => [ 'list genre' ]
 *
 * @since 0.1.0
 */
export const trace =
  (tracer: Tracer) =>
  <C extends Parameters<ReturnType<typeof around>>[0]>(client: C): C =>
    around(
      ({ operation, model }, run) =>
        async () => {
          const span = tracer.startSpan(model === '' ? operation : `${operation} ${model}`, {
            kind: clientKind,
            attributes: {
              'db.system.name': client.name,
              'db.operation.name': operation,
              ...(model === '' ? {} : { 'db.collection.name': model }),
            },
          })
          try {
            const answer = await run()
            if (E.isLeft(answer)) {
              span.setStatus({ code: errorStatus })
              span.setAttribute('error.type', answer.left._tag)
            } else {
              const rows = countOfRows(answer.right)
              if (rows !== null) span.setAttribute('db.response.returned_rows', rows)
            }
            return answer
          } finally {
            span.end()
          }
        },
      { batches: true },
    )(client)
