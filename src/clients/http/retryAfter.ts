/**
 * The number of milliseconds in a `Retry-After` header, which is a number of seconds or a date. `null` if it is
 * neither, or if there is no header.
 *
 * @since 0.1.0
 */
export const retryAfter = (header: string | null, now: number): number | null => {
  if (header === null) return null
  const text = header.trim()
  if (/^\d{1,9}$/u.test(text)) return Number(text) * 1000
  // A date has letters. `Date.parse` would take other numbers for years.
  const at = /^[A-Za-z]{3}/u.test(text) ? Date.parse(text) : NaN
  return Number.isNaN(at) ? null : Math.max(0, at - now)
}
