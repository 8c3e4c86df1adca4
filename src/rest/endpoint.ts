import { either as E, type taskEither as TE } from 'fp-ts'
import { allRows } from '../queryset/Queryset.js'
import type { Authentication } from './authenticate.js'
import type { Context } from './Context.js'
import { mistaken, type Answer, type Failure } from './Failure.js'
import type { FieldOverride } from './overrides.js'
import { allowAny, type Permission } from './Permission.js'
import { checkedInput } from './readInput.js'
import { anySerializer } from './serializerOf.js'
import type { Throttle } from './throttle.js'
import type { Method, Tools, View } from './View.js'

/**
 * Options of an endpoint. `takes` has the fields of its bodies, each with a codec or a schema. `methods` has a function
 * for each method.
 *
 * @since 0.2.0
 */
export interface EndpointOptions<U> {
  readonly name: string
  readonly description?: string
  readonly takes?: { readonly [field: string]: FieldOverride }
  readonly methods: {
    readonly [M in Method]?: (asked: {
      readonly context: Context<U>
      readonly values: { readonly [field: string]: unknown }
    }) => TE.TaskEither<Failure, Answer>
  }
  readonly authenticate?: ReadonlyArray<Authentication<U>>
  readonly permission?: Permission<U>
  readonly throttle?: ReadonlyArray<Throttle<U>>
}

/** A schema of no models, for what is about none. */
const nothing = { models: new Map(), lookups: new Map(), errors: [] }

/**
 * A URL that belongs to no model, such as a login or a health check.
 *
 * @example
 * import { either as E } from 'fp-ts'
 * import { autoId, schema } from 'queryset-ts'
 * import { memory } from 'queryset-ts/memory'
 * import { endpoint, rest } from 'queryset-ts/rest'
 * const health = endpoint({ name: 'Health', methods: { GET: () => async () => E.right({ status: 200, body: { well: true } }) } })
 * const api = rest({ health }, { client: memory(schema({ genre: { id: autoId } }), {}) })
 * console.log(await (await api(new Request('http://localhost/health/'))).json()) // => { well: true }
 *
 * @since 0.2.0
 */
export const endpoint = <U>(options: EndpointOptions<U>): View => {
  const { name, description = '', takes = {}, methods } = options
  const serializer = anySerializer(allRows(nothing, name), {
    fields: 'all',
    override: takes,
    checks: [],
    unknown: 'ignore',
  })
  const read =
    (run: NonNullable<EndpointOptions<U>['methods'][Method]>) =>
    ({ context, body }: Tools<U>): TE.TaskEither<Failure, Answer> =>
    async () => {
      const hasBody = context.method !== 'GET' && context.method !== 'HEAD' && context.method !== 'DELETE'
      const input = hasBody ? await body() : E.right({ _tag: 'json' as const, value: {} })
      if (E.isLeft(input)) return input
      const values = hasBody ? await checkedInput(serializer, input.right) : E.right({})
      return E.isLeft(values) ? E.left(mistaken(values.left)) : run({ context, values: values.right })()
    }
  return {
    name,
    description,
    queryset: () => serializer.queryset,
    serializer: () => serializer,
    lookup: null,
    does: new Set(),
    filters: { all: [], mistakes: [] },
    search: [],
    orderings: [],
    order: null,
    pages: { _tag: 'none', max: 1 },
    authenticate: options.authenticate ?? [],
    permission: options.permission ?? allowAny,
    throttle: options.throttle ?? [],
    actions: new Map(),
    endpoint: {
      on: 'list',
      name,
      description,
      methods: new Map(
        Object.entries(methods).map(([method, run]) => [method, read(run) as never] as const), // its tools are of its own types
      ),
    },
    set: () => ({}),
    regex: false,
    mistakes: serializer.mistakes,
  }
}
