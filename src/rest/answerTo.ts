/**
 * The response of a route, after the caller was authorized.
 *
 * @since 0.2.0
 */
import { either as E, type taskEither as TE } from 'fp-ts'
import type { Json } from '../value/Value.js'
import { refuse, type Answer, type Failure } from './Failure.js'
import { listRows, pageOf } from './listRows.js'
import type { Format } from './negotiate.js'
import { optionsOf } from './options.js'
import { readBody } from './readBody.js'
import type { Route } from './routes.js'
import { change, changeValues, createRow, destroyRow, findRow, retrieve, updateRow } from './rows.js'
import type { Serving } from './Serving.js'
import type { Standard, Tools } from './View.js'

type Viewed = Extract<Route, { readonly _tag: 'list' | 'row' | 'action' }>

const ofList: ReadonlyArray<readonly [string, Standard]> = [
  ['GET', 'list'],
  ['POST', 'create'],
]
const ofRow: ReadonlyArray<readonly [string, Standard]> = [
  ['GET', 'retrieve'],
  ['PUT', 'update'],
  ['PATCH', 'partialUpdate'],
  ['DELETE', 'destroy'],
]

const order = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']

/** The methods of a route, without HEAD and OPTIONS. @since 0.2.0 */
export const methodsOf = (route: Viewed): ReadonlyArray<string> =>
  route._tag === 'action'
    ? order.filter((method) => route.action.methods.has(method))
    : (route._tag === 'list' ? ofList : ofRow).flatMap(([method, does]) =>
        route.view.does.has(does) ? [method] : [],
      )

/** The name of a route's method. @since 0.2.0 */
export const actionOf = (route: Viewed, method: string): string => {
  const asked = method === 'HEAD' ? 'GET' : method
  return route._tag === 'action'
    ? route.actionName
    : ((route._tag === 'list' ? ofList : ofRow).find(([each]) => each === asked)?.[1] ?? method.toLowerCase())
}

const ok = (body: Json): Answer => ({ status: 200, body })

/** @since 0.2.0 */
export const answerTo = (
  serving: Serving,
  route: Viewed,
  methods: ReadonlyArray<string>,
  formats: ReadonlyArray<Format>,
): TE.TaskEither<Failure, Answer> => {
  const { method } = serving.context
  const asked = method === 'HEAD' ? 'GET' : method
  if (method === 'OPTIONS') return mapped(optionsOf(serving, route, methods, formats))
  if (!methods.includes(asked))
    return () => Promise.resolve(E.left(refuse(405, 'method_not_allowed', `${method} is not allowed here.`)))
  if (route._tag === 'action') return ownAction(serving, route, asked)
  if (route._tag === 'list')
    return asked === 'GET' ? mapped(listRows(serving, route.view)) : createRow(serving, route.view)
  switch (asked) {
    case 'GET':
      return retrieve(serving, route.view, route.key)
    case 'DELETE':
      return destroyRow(serving, route.view, route.key)
    default:
      return updateRow(serving, route.view, route.key, asked === 'PATCH')
  }
}

const mapped =
  (json: TE.TaskEither<Failure, Json>): TE.TaskEither<Failure, Answer> =>
  async () =>
    E.map(ok)(await json())

const ownAction =
  (
    serving: Serving,
    { view, key, action }: Extract<Route, { readonly _tag: 'action' }>,
    method: string,
  ): TE.TaskEither<Failure, Answer> =>
  async () => {
    const run = action.methods.get(method)
    if (run === undefined) return E.left(refuse(405, 'method_not_allowed', `${method} is not allowed here.`))
    const serializer = view.serializer('partialUpdate')
    const row = key === null ? E.right({}) : await findRow(serving, view, serializer, key)()
    if (E.isLeft(row)) return row
    const body: Tools<unknown>['body'] = () => readBody(serving.context.request, serving.limits)
    const tools: Tools<unknown> = {
      context: serving.context,
      row: row.right,
      body,
      save: async () => {
        const input = await body()
        return E.isLeft(input) ? input : change(serving, view, serializer, row.right, input.right, true)()
      },
      change: (values) => changeValues(serving, serializer, row.right, values),
      page: (queryset, own, pages = view.pages) =>
        pageOf(serving, queryset, own, pages, `${serving.about} ${action.name} ${key ?? ''}`),
    }
    return run(tools as never)() // what the action's own types say
  }
