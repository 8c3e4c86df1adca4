/**
 * `queryset-ts/json`: models that live in a folder of JSON files.
 *
 * @since 0.1.0
 */
export { json, type JsonOptions } from './clients/json/json.js'
