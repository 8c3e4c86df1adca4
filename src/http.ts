/**
 * `queryset-ts/http`: models behind HTTP. It has a server for any client, and the client for that server.
 *
 * @since 0.1.0
 */
export { httpClient, type HttpClient, type HttpClientOptions } from './clients/http/httpClient.js'
export {
  httpHandler,
  httpWork,
  type AuthorizedOptions,
  type Denied,
  type Handler,
  type HttpOptions,
} from './clients/http/httpHandler.js'
export { httpLimits, type HttpLimits } from './clients/http/HttpLimits.js'
export { djangoRestFramework, jsonServer, odata, postgrest } from './clients/rest/presets.js'
export type { BadRow } from './clients/rest/BadRow.js'
export { restClient, type RestClient, type RestModel, type RestService } from './clients/rest/restClient.js'
export type { RequestLimits } from './clients/rest/Sending.js'
export { nextToken } from './clients/rest/RestStyle.js'
export type {
  Params,
  RestFilter,
  RestItem,
  RestNext,
  RestOrderKey,
  RestPages,
  RestRefusal,
  RestRequest,
  RestResponse,
  RestStyle,
} from './clients/rest/RestStyle.js'
