/**
 * Responses to OPTIONS: a description of a URL and its input.
 *
 * @since 0.2.0
 */
import { either as E, type taskEither as TE } from 'fp-ts'
import type { Json, JsonObject } from '../value/Value.js'
import type { Failure } from './Failure.js'
import { fieldsInfo } from './metadata.js'
import { mediaTypes, type Format } from './negotiate.js'
import { bodyTypes } from './readBody.js'
import type { Route } from './routes.js'
import { findRow } from './rows.js'
import type { Serving } from './Serving.js'

type Viewed = Extract<Route, { readonly _tag: 'list' | 'row' | 'action' }>

/** The name and description of a URL. @since 0.2.0 */
export const aboutRoute = (route: Viewed): { readonly name: string; readonly description: string } => {
  switch (route._tag) {
    case 'list':
      return { name: `${route.view.name} List`, description: route.view.description }
    case 'row':
      return { name: `${route.view.name} Instance`, description: route.view.description }
    case 'action':
      return { name: route.action.name, description: route.action.description }
  }
}

/** The input of a method, if this caller may use it. */
const sendable = async (serving: Serving, { view, ...route }: Viewed, method: string): Promise<boolean> => {
  const context = { ...serving.context, method }
  if (E.isLeft(view.permission(context as never, null))) return false // what its own types say
  if (method !== 'PUT' || !('key' in route) || route.key === null) return true
  return E.isRight(await findRow({ ...serving, context }, view, view.serializer('retrieve'), route.key)())
}

/** @since 0.2.0 */
export const optionsOf =
  (
    serving: Serving,
    route: Viewed,
    methods: ReadonlyArray<string>,
    formats: ReadonlyArray<Format>,
  ): TE.TaskEither<Failure, Json> =>
  async () => {
    const actions: Array<readonly [string, JsonObject]> = []
    /* eslint-disable-next-line functional/no-loop-statements -- one method after the other */
    for (const method of ['POST', 'PUT'].filter((each) => methods.includes(each)))
      if (await sendable(serving, route, method))
        actions.push([method, fieldsInfo(route.view.serializer(method === 'PUT' ? 'update' : 'create'))])
    return E.right({
      ...aboutRoute(route),
      renders: formats.map((format) => mediaTypes[format]),
      parses: [...bodyTypes],
      ...(actions.length === 0 ? {} : { actions: Object.fromEntries(actions) }),
    })
  }
