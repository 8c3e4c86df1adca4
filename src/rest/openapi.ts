/**
 * An API as an OpenAPI 3.1 document, made from the same values that the API uses.
 *
 * @since 0.2.0
 */
import type {
  OpenAPIObject,
  OperationObject,
  ParameterObject,
  PathItemObject,
  ResponsesObject,
  SchemaObject,
} from 'openapi3-ts/oas31'
import type { Json, JsonObject } from '../value/Value.js'
import { actionOf, methodsOf } from './answerTo.js'
import type { Filter } from './Filters.js'
import { keysIn, schemaOf, type Side } from './jsonSchema.js'
import { mediaTypes, problemType, type Format } from './negotiate.js'
import { orderPaths } from './orders.js'
import { bodyTypes } from './readBody.js'
import type { Route, Views } from './routes.js'
import type { AnySerializer } from './Serializer.js'
import type { View } from './View.js'

type Viewed = Extract<Route, { readonly _tag: 'list' | 'row' | 'action' }>

// JSON Schema as it is made here is the schema object of OpenAPI 3.1.
const asSchema = (json: JsonObject): SchemaObject => json

const ref = (name: string): SchemaObject => ({ $ref: `#/components/schemas/${name}` }) // a reference stands for one

const plain: SchemaObject = {
  type: 'object',
  properties: { detail: { type: 'string' } },
  required: ['detail'],
}

const mistakes: SchemaObject = {
  type: 'object',
  additionalProperties: { anyOf: [{ type: 'array', items: { type: 'string' } }, { type: 'string' }] },
}

const problems: SchemaObject = {
  type: 'object',
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    code: { type: 'string' },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          pointer: { type: 'string' },
          code: { type: 'string' },
          detail: { type: 'string' },
          params: { type: 'object' },
        },
        required: ['pointer', 'code', 'detail'],
      },
    },
  },
  required: ['title', 'status', 'code'],
}

const failing = (description: string, schema: string) => ({
  description,
  content: { 'application/json': { schema: ref(schema) }, [problemType]: { schema: ref('Problem') } },
})

/** The possible errors of a URL. */
const failures = (view: View, method: string, onRow: boolean): ResponsesObject => ({
  ...(method === 'GET' && onRow
    ? {}
    : { 400: failing('Values or parameters that are not valid.', 'Mistakes') }),
  ...(view.authenticate.length > 0
    ? { 401: failing('It is not known who asks.', 'Refusal'), 403: failing('It is not allowed.', 'Refusal') }
    : {}),
  404: failing('There is nothing here.', 'Refusal'),
  ...(method === 'GET' ? {} : { 409: failing('It contradicts what is stored.', 'Refusal') }),
  ...(method === 'PUT' || method === 'PATCH'
    ? { 412: failing('The row was changed meanwhile.', 'Refusal') }
    : {}),
  ...(view.throttle.length > 0 ? { 429: failing('There were too many requests.', 'Refusal') } : {}),
  default: failing('Something else.', 'Refusal'),
})

const valueSchemas: { readonly [kind: string]: SchemaObject } = {
  int: { type: 'string' },
  boolean: { type: 'string', enum: ['true', 'false', '1', '0', ''] },
}

/** Values in a URL are texts. */
const filterParameter = ({ name, form, value, lookup }: Filter): ParameterObject => ({
  name,
  in: 'query',
  description: `Filters by ${lookup}${form === 'list' ? ', values with commas between' : form === 'range' ? ', two values with a comma between' : ''}.`,
  ...(form === 'any'
    ? { schema: { type: 'array', items: { type: 'string' } }, style: 'form' as const, explode: true }
    : { schema: value._tag === 'boolean' ? (valueSchemas['boolean'] ?? {}) : { type: 'string' } }),
})

const parameter = (
  name: string,
  description: string,
  schema: SchemaObject = { type: 'string' },
): ParameterObject => ({
  name,
  in: 'query',
  description,
  schema,
})

const pageParameters = ({ pages }: View): ReadonlyArray<ParameterObject> => {
  const whole: SchemaObject = { type: 'integer', minimum: 1 }
  switch (pages._tag) {
    case 'number':
      return [
        parameter('page', "The page's number, or `last`."),
        parameter('page_size', `Rows on a page, ${String(pages.max)} at most.`, whole),
      ]
    case 'limitOffset':
      return [
        parameter('limit', `Rows, ${String(pages.max)} at most.`, whole),
        parameter('offset', 'How many rows to pass over.', { type: 'integer', minimum: 0 }),
      ]
    case 'cursor':
      return [
        parameter('cursor', 'Where the page begins, as a link of another page has it.'),
        parameter('page_size', `Rows on a page, ${String(pages.max)} at most.`, whole),
      ]
    case 'none':
      return []
  }
}

const listParameters = (view: View): Array<ParameterObject> => {
  const serializer = view.serializer('list')
  const orders = [...orderPaths(serializer.queryset, serializer, view.orderings).keys()]
  return [
    ...pageParameters(view),
    ...view.filters.all.map(filterParameter),
    ...(view.search.length > 0 ? [parameter('search', 'Terms that all have to be found.')] : []),
    ...(orders.length > 0
      ? [parameter('ordering', `Names with commas between, \`-\` for descending: ${orders.join(', ')}.`)]
      : []),
  ]
}

const listSchema = ({ pages }: View, one: SchemaObject): SchemaObject => {
  const rows: SchemaObject = { type: 'array', items: one }
  const link: SchemaObject = { type: ['string', 'null'], format: 'uri' }
  if (pages._tag === 'none') return rows
  const count: { readonly [name: string]: SchemaObject } =
    pages._tag === 'cursor' ? {} : { count: { type: ['integer', 'null'] } }
  return {
    type: 'object',
    properties: { ...count, next: link, previous: link, results: rows },
    required: [...Object.keys(count), 'next', 'previous', 'results'],
  }
}

/** The names of components consist of letters, digits, points, hyphens and underscores. */
const component = (name: string, side: Side): string =>
  `${name.replace(/[^\w.-]/gu, '_')}${side === 'output' ? '' : side === 'input' ? '_input' : '_patch'}`

const answer = (status: number, description: string, schema: SchemaObject): ResponsesObject => ({
  [status]: { description, content: { 'application/json': { schema } } },
})

const success = (route: Viewed, method: string): ResponsesObject => {
  const one = ref(component(route.name, 'output'))
  if (route._tag === 'action')
    return { '2XX': { description: 'Done.', content: { 'application/json': { schema: {} } } } }
  if (method === 'DELETE') return { 204: { description: 'Deleted.' } }
  if (method === 'POST') return answer(201, 'Made.', one)
  return answer(200, 'As asked.', route._tag === 'list' ? listSchema(route.view, one) : one)
}

const bodyOf = (route: Viewed, method: string): Pick<OperationObject, 'requestBody'> => {
  const side: Side =
    method === 'PATCH' || (route._tag === 'action' && route.view.endpoint === null) ? 'patch' : 'input'
  const schema = ref(component(route.name, side))
  return method === 'GET' || method === 'DELETE'
    ? {}
    : {
        requestBody: {
          required: side === 'input',
          content: Object.fromEntries(bodyTypes.map((type) => [type, { schema }])),
        },
      }
}

const operation = (route: Viewed, method: string, words: string): OperationObject => {
  const action = actionOf(route, method)
  const { view, name } = route
  return {
    operationId: `${name}_${action}${route._tag === 'action' ? `_${method.toLowerCase()}` : ''}`.replace(
      /\W/gu,
      '_',
    ),
    tags: [name],
    ...(words === '' ? {} : { description: words }),
    ...(route._tag === 'list' && method === 'GET' ? { parameters: listParameters(view) } : {}),
    ...bodyOf(route, method),
    responses: {
      ...success(route, method),
      ...failures(view, method, route._tag === 'row'),
    },
    ...(view.authenticate.length > 0 ? { security: [{ basic: [] }, { token: [] }] } : {}),
  }
}

const pathItem = (route: Viewed): PathItemObject => ({
  ...('key' in route && route.key !== null
    ? {
        parameters: [
          { name: 'key', in: 'path' as const, required: true, schema: { type: 'string' as const } },
        ],
      }
    : {}),
  ...Object.fromEntries(
    methodsOf(route).map((method) => [
      method.toLowerCase(),
      operation(route, method, route._tag === 'action' ? route.action.description : route.view.description),
    ]),
  ),
})

/** The URLs of a view. */
const routesOf = (name: string, view: View): ReadonlyArray<readonly [string, Viewed]> => {
  if (view.endpoint !== null)
    return [
      [`${name}/`, { _tag: 'action', view, name, key: null, action: view.endpoint, actionName: 'endpoint' }],
    ]
  const own = [...view.actions].map(([actionName, action]): readonly [string, Viewed] => {
    const key = action.on === 'row' ? '{key}' : null
    const path = key === null ? `${name}/${actionName}/` : `${name}/${key}/${actionName}/`
    return [path, { _tag: 'action', view, name, key, action, actionName }]
  })
  const usual: ReadonlyArray<readonly [string, Viewed]> = [
    [`${name}/`, { _tag: 'list', view, name }],
    [`${name}/{key}/`, { _tag: 'row', view, name, key: '{key}' }],
  ]
  return [...usual, ...own]
}

const sides: ReadonlyArray<readonly [Side, string]> = [
  ['output', 'retrieve'],
  ['input', 'create'],
  ['patch', 'partialUpdate'],
]

const componentsOf = (name: string, view: View): ReadonlyArray<readonly [string, SchemaObject]> =>
  sides.map(([side, action]) => {
    const serializer: AnySerializer = view.serializer(action)
    return [component(name, side), asSchema(schemaOf(serializer, keysIn(serializer), side))]
  })

/** Facts for a document besides the views. @since 0.2.0 */
export interface DocumentOptions {
  readonly title: string
  readonly version: string
  readonly prefix: string
  readonly formats: ReadonlyArray<Format>
}

/** The document of some views. @since 0.2.0 */
export const openApi = (views: Views, { title, version, prefix, formats }: DocumentOptions): Json => {
  const all = Object.entries(views)
  const secured = all.some(([, view]) => view.authenticate.length > 0)
  const document: OpenAPIObject = {
    openapi: '3.1.0',
    info: {
      title,
      version,
      description: `Answers as ${formats.map((format) => mediaTypes[format]).join(', ')}.`,
    },
    paths: Object.fromEntries(
      all.flatMap(([name, view]) =>
        routesOf(name, view).flatMap(([path, route]) =>
          methodsOf(route).length === 0 ? [] : [[`${prefix}${path}`, pathItem(route)] as const],
        ),
      ),
    ),
    components: {
      schemas: Object.fromEntries([
        ...all.flatMap(([name, view]) => componentsOf(name, view)),
        ['Mistakes', mistakes],
        ['Refusal', plain],
        ['Problem', problems],
      ]),
      ...(secured
        ? {
            securitySchemes: {
              basic: { type: 'http', scheme: 'basic' },
              token: { type: 'apiKey', in: 'header', name: 'Authorization' },
            },
          }
        : {}),
    },
  }
  // It is made of JSON, but for what is undefined.
  return JSON.parse(JSON.stringify(document)) as Json
}
