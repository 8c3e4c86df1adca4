/**
 * `queryset-ts/rest`: a REST API for any client, compatible with clients of Django REST framework.
 *
 * @since 0.2.0
 */
export {
  basic,
  sameSecret,
  token,
  type Authentication,
  type Known,
  type Verify,
} from './rest/authenticate.js'
export type { Context } from './rest/Context.js'
export { endpoint, type EndpointOptions } from './rest/endpoint.js'
export { mistake, refuse, type Answer, type Failure, type Mistaken, type Refused } from './rest/Failure.js'
export {
  filters,
  type FilterDeclarations,
  type FilterLookup,
  type FilterOptions,
  type Filters,
} from './rest/Filters.js'
export type { Format } from './rest/negotiate.js'
export type { Orderings } from './rest/orders.js'
export {
  computed,
  expression,
  link,
  nested,
  selfLink,
  slug,
  text,
  type FieldOverride,
  type Override,
  type Within,
} from './rest/overrides.js'
export { cursor, limitOffset, pageNumber, unpaged, type Pages, type PageSize } from './rest/Pages.js'
export {
  all,
  allowAny,
  allowIf,
  any,
  isAuthenticated,
  isAuthenticatedOrReading,
  isReading,
  modelPermissions,
  notAllowed,
  type Permission,
} from './rest/Permission.js'
export { modelViews } from './rest/modelViews.js'
export { nodeListener, type NodeRequest, type NodeResponse } from './rest/nodeListener.js'
export { rest, type Arrival, type RestHandler, type RestOptions } from './rest/rest.js'
export { restLimits, type RestLimits } from './rest/RestLimits.js'
export { serializerSchema, type Side } from './rest/jsonSchema.js'
export { openApi, type DocumentOptions } from './rest/openapi.js'
export type { Input } from './rest/readInput.js'
export type { AnySerializer, InputOf, NestedWrite, OutputOf, Refusal, Serializer } from './rest/Serializer.js'
export { serializer, type SerializerOptions } from './rest/serializerOf.js'
export { perMinute, throttle, throttleStore, type Throttle, type ThrottleStore } from './rest/throttle.js'
export type { Action, Method, Standard, Tools, View } from './rest/View.js'
export { viewset, type ViewsetOptions } from './rest/viewset.js'
export type { FieldErrors, FieldProblem } from './serializers/FieldErrors.js'
