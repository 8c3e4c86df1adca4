/**
 * `queryset-ts/json`: models in a folder of JSON files.
 *
 * @since 0.1.0
 */
export { json, type JsonOptions } from './clients/json/json.js'
