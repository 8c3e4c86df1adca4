/**
 * Responses as JSON, CSV or an HTML page.
 *
 * @since 0.2.0
 */
import { stringify } from 'csv-stringify/sync'
import { html, raw } from 'hono/html'
import type { Json, JsonObject } from '../value/Value.js'
import type { Negotiated } from './negotiate.js'

/** Text that a spreadsheet would compute. */
const formula = /^[\s]*[=+\-@\t\r]/u

/** A cell of CSV. An apostrophe before a formula makes it text. */
const cell = (value: Json | undefined): string => {
  if (value === null || value === undefined) return ''
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return formula.test(text) ? `'${text}` : text
}

const isObject = (json: Json | undefined): json is JsonObject =>
  typeof json === 'object' && json !== null && !Array.isArray(json)

/** The rows of a response: of a page, of a list, or its only one. */
const rowsIn = (json: Json): ReadonlyArray<Json> =>
  isObject(json) && Array.isArray(json['results'])
    ? (json['results'] as ReadonlyArray<Json>)
    : Array.isArray(json)
      ? (json as ReadonlyArray<Json>)
      : [json]

const csvOf = (json: Json, columns: ReadonlyArray<string>): string => {
  const rows = rowsIn(json)
  const names =
    columns.length > 0
      ? columns
      : [...new Set(rows.flatMap((row) => (isObject(row) ? Object.keys(row) : ['value'])))]
  return stringify([
    names.map(cell),
    ...rows.map((row) => (isObject(row) ? names.map((name) => cell(row[name])) : [cell(row)])),
  ])
}

const style =
  'body{font:1rem/1.5 system-ui,sans-serif;margin:2rem auto;max-width:60rem;padding:0 1rem}pre{background:#f4f4f4;padding:1rem;overflow:auto}nav a{margin-right:1rem}'

const pageOf = async (
  title: string,
  status: number,
  method: string,
  allow: string,
  json: Json | undefined,
): Promise<string> => {
  const links = isObject(json)
    ? (['previous', 'next'] as const).flatMap((name) => {
        const url = json[name]
        return typeof url === 'string' && /^https?:\/\//u.test(url)
          ? [html`<a href="${url}">${name}</a>`]
          : []
      })
    : []
  const page = await html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <title>${title}</title>
        <style>
          ${raw(style)}
        </style>
      </head>
      <body>
        <main>
          <h1>${title}</h1>
          <p>${method}, ${String(status)}. Allowed: ${allow}</p>
          <nav aria-label="Pages">${links}</nav>
          <pre>${json === undefined ? '' : JSON.stringify(json, null, 2)}</pre>
        </main>
      </body>
    </html>`
  return page.toString()
}

/**
 * Facts about a response besides its body.
 *
 * @since 0.2.0
 */
export interface Rendering {
  readonly title: string
  readonly status: number
  readonly method: string
  readonly allow: string
  readonly columns: ReadonlyArray<string>
}

/** The body of a response, and its media type. @since 0.2.0 */
export const render = async (
  { format, indent }: Negotiated,
  { title, status, method, allow, columns }: Rendering,
  json: Json | undefined,
): Promise<{ readonly type: string; readonly text: string }> => {
  switch (format) {
    case 'csv':
      return { type: 'text/csv; charset=utf-8', text: json === undefined ? '' : csvOf(json, columns) }
    case 'html':
      return { type: 'text/html; charset=utf-8', text: await pageOf(title, status, method, allow, json) }
    case 'json':
      return {
        type: 'application/json',
        text:
          json === undefined ? '' : indent > 0 ? JSON.stringify(json, null, indent) : JSON.stringify(json),
      }
  }
}
