/**
 * Chooses the format of a response.
 *
 * @since 0.2.0
 */

/** The formats of responses. @since 0.2.0 */
export type Format = 'json' | 'csv' | 'html'

/** @since 0.2.0 */
export const mediaTypes: { readonly [F in Format]: string } = {
  json: 'application/json',
  csv: 'text/csv',
  html: 'text/html',
}

/** @since 0.2.0 */
export const problemType = 'application/problem+json'

/**
 * The chosen format. `problem` says whether errors have the format of RFC 9457. `indent` is the indentation of JSON.
 *
 * @since 0.2.0
 */
export interface Negotiated {
  readonly format: Format
  readonly problem: boolean
  readonly indent: number
}

interface Range {
  readonly type: string
  readonly quality: number
  readonly indent: number
  readonly specificity: number
}

const rangesIn = (accept: string): ReadonlyArray<Range> =>
  accept
    .slice(0, 2000)
    .split(',')
    .flatMap((part) => {
      const [type = '', ...params] = part.split(';').map((each) => each.trim().toLowerCase())
      if (!/^[^\s/]+\/[^\s/]+$/u.test(type)) return []
      const value = (name: string): string | undefined =>
        params.find((param) => param.startsWith(`${name}=`))?.slice(name.length + 1)
      const quality = Number(value('q') ?? '1')
      return [
        {
          type,
          quality: Number.isFinite(quality) ? Math.min(1, Math.max(0, quality)) : 0,
          indent: /^[0-8]$/u.test(value('indent') ?? '') ? Number(value('indent')) : 0,
          specificity: type === '*/*' ? 0 : type.endsWith('/*') ? 1 : 2,
        },
      ]
    })

const covers = ({ type }: Range, media: string): boolean =>
  type === '*/*' || type === media || (type.endsWith('/*') && media.startsWith(type.slice(0, -1)))

/** The most specific range that matches a type. */
const rangeFor = (ranges: ReadonlyArray<Range>, media: string): Range | null =>
  ranges.filter((range) => covers(range, media)).sort((a, b) => b.specificity - a.specificity)[0] ?? null

/**
 * The format of a response. It is the one in the URL (`.json`, `?format=csv`) if there is one. Otherwise it is the
 * caller's preferred format among those offered. The result is `'not found'` if the URL names another format, and
 * `null` if the caller accepts none.
 *
 * @since 0.2.0
 */
export const negotiate = (
  offered: ReadonlyArray<Format>,
  named: string | null,
  accept: string | null,
): Negotiated | 'not found' | null => {
  const ranges = accept === null ? [] : rangesIn(accept)
  // A caller that names this type gets it for errors, and JSON otherwise.
  const problem = ranges.some(({ type, quality }) => type === problemType && quality > 0)
  if (named !== null) {
    const format = offered.find((each) => each === named)
    return format === undefined ? 'not found' : { format, problem, indent: 0 }
  }
  const [first] = offered
  if (accept === null) return first === undefined ? null : { format: first, problem, indent: 0 }
  const liked = offered
    .flatMap((format) => {
      const range = rangeFor(ranges, mediaTypes[format])
      return range === null || range.quality === 0 ? [] : [{ format, range }]
    })
    .sort((a, b) => b.range.quality - a.range.quality || b.range.specificity - a.range.specificity)
  const [best] = liked
  if (best !== undefined) return { format: best.format, problem, indent: best.range.indent }
  return problem && first !== undefined ? { format: first, problem, indent: 0 } : null
}
