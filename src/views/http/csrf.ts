/**
 * Recognises requests from other sites.
 *
 * @since 0.2.0
 */

const safe: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Whether a request that writes was sent by a page of this host, or of one of the further `origins`.
 *
 * Browsers say so with `Sec-Fetch-Site`, and older ones with `Origin`. A request without either doesn't come from a
 * browser. It is accepted unless it has cookies or credentials that a browser might have added. Unlike hono's `csrf`,
 * it checks every content type, and `Origin` can't correct a wrong `Sec-Fetch-Site`.
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
