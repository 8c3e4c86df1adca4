/**
 * Telling requests of other sites.
 *
 * @since 0.2.0
 */

const safe: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Whether a request that writes was sent by a page of this host, or of one of the `origins` besides.
 *
 * Browsers tell so by `Sec-Fetch-Site`, and older ones by `Origin`. Where a request has neither, it is no browser's, and is
 * taken unless it has cookies or credentials that a browser might have added. Every content type is looked at, unlike in
 * hono's `csrf`, and a request that is wrong by `Sec-Fetch-Site` isn't right by `Origin`.
 *
 * @since 0.2.0
 */
export const isOwnRequest = (request: Request, origins: ReadonlyArray<string>): boolean => {
  if (safe.has(request.method)) return true
  const { headers } = request
  const [site, origin] = [headers.get('sec-fetch-site'), headers.get('origin')]
  const isListed = origin !== null && origins.includes(origin)
  if (site !== null) return site === 'same-origin' || site === 'none' || isListed
  if (origin !== null) return isListed || origin === new URL(request.url).origin
  return !headers.has('cookie') && !headers.has('authorization')
}
