/** Text in a URL, escaped as a form does it. */
const quoted = (text: string): string =>
  encodeURIComponent(text)
    .replace(/[!'()*]/gu, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+')

/**
 * A URL with parameters replaced, or removed if they are `null`. Parameters are sorted by name, so that a page has one
 * URL.
 *
 * @since 0.2.0
 */
export const withParams = (
  origin: string,
  url: URL,
  params: ReadonlyArray<readonly [name: string, value: string | null]>,
): string => {
  const names = new Set(params.map(([name]) => name))
  const all = [
    ...[...url.searchParams].filter(([name]) => !names.has(name)),
    ...params.flatMap(([name, value]) => (value === null ? [] : [[name, value] as const])),
  ].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
  const query = all.map(([name, value]) => `${quoted(name)}=${quoted(value)}`).join('&')
  return `${origin}${url.pathname}${query === '' ? '' : `?${query}`}`
}
