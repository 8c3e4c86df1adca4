import { labelOf } from '../schema/labelOf.js'
import type { OrderKey } from '../expression/Ref.js'
import type { OwnRow } from '../expression/Refs.js'
import { isQueryset } from '../expression/toRef.js'
import type { Queryset } from '../queryset/Queryset.js'
import type { Authentication } from './authenticate.js'
import type { Context } from './Context.js'
import type { Filters } from './Filters.js'
import { orderMistakes, type Orderings } from './orders.js'
import type { Pages } from './Pages.js'
import { allowAny, type Permission } from './Permission.js'
import { searchMistakes } from './search.js'
import type { AnySerializer } from './Serializer.js'
import type { Throttle } from './throttle.js'
import type { Action, AnyAction, Standard, View } from './View.js'

/**
 * Options of a viewset.
 *
 * - `queryset`: the rows that a caller can see at all. Any other row is a 404, in lists, by key and for writes.
 * - `serializer`: one for all actions, or one for each of some actions, with `otherwise` for the rest.
 * - `only`: the available actions. The default is all.
 * - `filters`, `search` and `ordering`: what a caller can filter, search and order by. The default is nothing.
 * - `order`: the order of lists if the caller gives none. The default is the schema's order, or the key.
 * - `pages`: how lists are split into pages. The default is pages of 100 by number.
 * - `lookup`: the column in a row's URL. The default is the primary key. A value that several rows have is a 404.
 * - `authenticate`, `permission`, `throttle`: who may ask, and how often. The default is everybody.
 * - `actions`: further actions, by name.
 * - `set`: values of the program for new and changed rows, whatever the caller sends.
 * - `regex`: whether callers may filter and search by their own regular expressions, which can take long.
 *
 * @since 0.2.0
 */
export interface ViewsetOptions<U, R, A, M> {
  readonly queryset: Queryset<R, A, M> | ((context: Context<U>) => Queryset<R, A, M>)
  readonly serializer:
    AnySerializer | ({ readonly [S in Standard]?: AnySerializer } & { readonly otherwise: AnySerializer })
  readonly name?: string
  readonly description?: string
  readonly only?: ReadonlyArray<Standard>
  readonly filters?: Filters
  readonly search?: ReadonlyArray<string>
  readonly ordering?: Orderings
  readonly order?: (row: R) => ReadonlyArray<OrderKey>
  readonly pages?: Pages<R>
  readonly lookup?: keyof OwnRow<M> & string
  readonly authenticate?: Authentication<U> | ReadonlyArray<Authentication<U>>
  readonly permission?: Permission<U>
  readonly throttle?: Throttle<U> | ReadonlyArray<Throttle<U>>
  readonly actions?: { readonly [name: string]: Action<U, OwnRow<M>> }
  readonly set?: (context: Context<U>) => { readonly [F in keyof OwnRow<M>]?: unknown }
  readonly regex?: boolean
}

const everything: ReadonlyArray<Standard> = [
  'list',
  'create',
  'retrieve',
  'update',
  'partialUpdate',
  'destroy',
]

const listOf = <A>(given: A | ReadonlyArray<A> | undefined): ReadonlyArray<A> =>
  given === undefined ? [] : Array.isArray(given) ? (given as ReadonlyArray<A>) : [given as A] // one or several

/**
 * A view of a model: list, retrieve, create, update, partial update, destroy, and your own actions.
 *
 * @example
 * import { autoId, field, schema } from 'queryset-ts'
 * import { memory } from 'queryset-ts/memory'
 * import { pageNumber, rest, serializer, viewset } from 'queryset-ts/rest'
 * const music = schema({ genre: { id: autoId, name: field.text({ maxLength: 10 }) } })
 * const genres = viewset({
 *   queryset: music.genre,
 *   serializer: serializer(music.genre, { fields: 'all' }),
 *   pages: pageNumber({ size: 20, max: 100 }),
 * })
 * const api = rest({ genres }, { client: memory(music, { genre: [{ id: 1, name: 'Rock' }] }), prefix: '/api/' })
 * const answer = await api(new Request('http://localhost/api/genres/1/'))
 * console.log(await answer.json()) // => { id: 1, name: 'Rock' }
 *
 * @since 0.2.0
 */
export const viewset = <U, R, A, M>(options: ViewsetOptions<U, R, A, M>): View => {
  const { queryset, serializer: given, ordering: orderings = [], search = [] } = options
  const serializers = 'otherwise' in given ? given : { otherwise: given }
  const { otherwise } = serializers
  const { model } = otherwise
  const all = otherwise.queryset
  const name = options.lookup ?? model.primaryKey
  const lookup = model.columns.get(name) ?? null
  const filters = options.filters ?? { all: [], mistakes: [] }
  return {
    name: options.name ?? model.label,
    description: options.description ?? '',
    queryset: querysetOf(queryset),
    serializer: (action) =>
      Object.hasOwn(serializers, action) ? (serializers[action as Standard] ?? otherwise) : otherwise,
    lookup,
    does: new Set(options.only ?? everything),
    filters,
    search,
    orderings,
    order: options.order ?? null,
    pages: options.pages ?? { _tag: 'number', size: 100, max: 100 },
    authenticate: listOf(options.authenticate),
    permission: options.permission ?? allowAny,
    throttle: listOf(options.throttle),
    actions: new Map(
      Object.entries(options.actions ?? {}).map(([action, each]) => [
        action,
        actionOf(action, each, options.description ?? ''),
      ]),
    ),
    endpoint: null,
    set: options.set ?? (() => ({})),
    regex: options.regex ?? false,
    mistakes: [
      ...otherwise.mistakes,
      ...filters.mistakes,
      ...searchMistakes(all, search),
      ...orderMistakes(all, orderings),
      ...(lookup === null ? [`'${name}' is not a column`] : []),
    ],
  }
}

const querysetOf = <U, R, A, M>(given: ViewsetOptions<U, R, A, M>['queryset']): View['queryset'] => {
  if (isQueryset(given)) return () => given
  const of: unknown = given
  // Any value other than a queryset is a function of the request.
  return of as View['queryset']
}

const actionOf = <U, A>(name: string, action: Action<U, A>, description: string): AnyAction => ({
  on: action.on,
  name: action.name ?? labelOf(name.replaceAll('-', '_')),
  description: action.description ?? description,
  methods: new Map(Object.entries(action.methods)),
})
