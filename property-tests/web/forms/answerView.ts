/** Answers the recorded cases of views: what each page is given, by its context. */
import { either as E } from 'fp-ts'
import { schemaOf, type Json, type WritableClient } from '../../../src/index.js'
import {
  pages,
  type AnyView,
  type DetailContext,
  type FormContext,
  type ListContext,
  type RemoveContext,
  type Routes,
} from '../../../src/views.js'
import { errorsAs, type Asked } from './answerForm.js'
import { models } from './definitions.js'
import { routes } from './pages.js'
import { spelledFields, storedAs } from './values.js'

const schema = schemaOf(models)

type Context = ListContext | DetailContext | FormContext | RemoveContext

/** The views, which keep the context that they give to their template. */
const watched = (seen: { context: Context | null }): Routes<null> =>
  Object.fromEntries(
    Object.entries(routes).map(([path, view]): [string, AnyView<null>] => [
      path,
      {
        ...view,
        context: (ask, client) => async () => {
          const reply = await view.context(ask, client)()
          if (E.isRight(reply) && reply.right._tag === 'page') seen.context = reply.right.context as Context
          return reply
        },
      },
    ]),
  )

const keyOf = (row: object | null, name = 'id'): unknown =>
  (row as { readonly [name: string]: unknown } | null)?.[name]

/** What Django calls what a page is given. */
const namesOf = (context: Context): ReadonlyArray<string> => {
  switch (context._tag) {
    case 'list':
      return ['object_list', context.name, 'page_obj', 'paginator', 'is_paginated']
    case 'detail':
    case 'remove':
      return ['object', context.model.name]
    case 'form':
      return context.row === null ? ['form'] : ['form', 'object', context.model.name]
  }
}

const partsOf = (context: Context): Asked => {
  const names = namesOf(context)
  switch (context._tag) {
    case 'list': {
      const { page } = context
      return {
        names,
        ids: context.rows.map((row) => keyOf(row)),
        is_paginated: context.isPaginated,
        page:
          page === null
            ? null
            : {
                number: page.number,
                num_pages: page.pages,
                count: page.count,
                has_next: page.hasNext,
                has_previous: page.hasPrevious,
                start: page.start,
                end: page.end,
              },
      }
    }
    case 'detail':
    case 'remove':
      return { names, object: keyOf(context.row) }
    case 'form': {
      const { bound, model, row } = context
      const given = Object.entries(bound.shown).filter(([, value]) => row !== null || value !== null)
      return {
        names,
        ...(row === null ? {} : { object: keyOf(row) }),
        initial: spelledFields(model, Object.fromEntries(given)),
        errors: bound.isBound ? errorsAs(bound.errors) : null,
      }
    }
  }
}

/**
 * The recorded status. Django answers a saved form with 302, and a form with errors with 200. These pages answer with 303,
 * after which every client asks by GET (after 302 some repeat the POST), and with 422, by which a program sees that nothing
 * was saved. The pages that are shown are the same, so the cases compare those and take the statuses for equal.
 */
const recordedStatus = (status: number): number => (status === 303 ? 302 : status === 422 ? 200 : status)

type Shown = ReadonlyArray<readonly [model: string, key: Json]>

export const answerView = async (client: WritableClient, asked: Asked): Promise<Asked> => {
  const seen: { context: Context | null } = { context: null }
  const handler = pages(watched(seen), { client, prefix: '/pages/' })
  const method = String(asked['method'])
  const data = asked['data'] as { readonly [name: string]: string } | undefined
  const response = await handler(
    new Request(`http://testserver${String(asked['path'])}`, {
      method,
      ...(data === undefined ? {} : { body: new URLSearchParams(data) }),
    }),
  )
  const { context } = seen
  const [location, allow] = [response.headers.get('location'), response.headers.get('allow')]
  const shown = (asked['show'] ?? []) as Shown
  return {
    status: recordedStatus(response.status),
    ...(location === null ? {} : { location }),
    ...(allow === null ? {} : { allow }),
    ...(context === null ? {} : partsOf(context)),
    rows: await Promise.all(
      shown.map(async ([model, key]) => [model, key, await storedAs(client, schema, model, key)]),
    ),
  }
}
