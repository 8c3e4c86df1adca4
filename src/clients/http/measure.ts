/**
 * Measures a question by what a server limits.
 *
 * @since 0.2.0
 */

/**
 * The number of values, their depth, and the bytes of JSON.
 *
 * @since 0.2.0
 */
export interface Measure {
  readonly size: number
  readonly depth: number
  readonly bytes: number
}

/** Parts of queries never change, and are measured repeatedly. */
const known = new WeakMap<object, Measure>()

/**
 * Measures plain JSON. It isn't recursive, so deep nesting can't exhaust the stack.
 *
 * @since 0.2.0
 */
export const measure = (json: unknown): Measure => {
  if (typeof json !== 'object' || json === null) return walked(json)
  const measured = known.get(json) ?? walked(json)
  known.set(json, measured)
  return measured
}

const walked = (json: unknown): Measure => {
  const pending: Array<{ readonly value: unknown; readonly depth: number }> = [{ value: json, depth: 1 }]
  const sum = { size: 0, depth: 0, bytes: 0 }
  /* eslint-disable-next-line functional/no-loop-statements -- an explicit stack instead of recursion */
  for (let top = pending.pop(); top !== undefined; top = pending.pop()) {
    const { value, depth } = top
    sum.size += 1
    sum.depth = Math.max(sum.depth, depth)
    if (typeof value !== 'object' || value === null) sum.bytes += bytesOf(value)
    else {
      // Brackets; and for each member a comma, and perhaps a name and a colon.
      sum.bytes += 2
      Object.entries(value as { readonly [name: string]: unknown }).forEach(([name, each]) => {
        sum.bytes += Array.isArray(value) ? 1 : bytesOf(name) + 2
        const before = typeof each === 'object' && each !== null ? known.get(each) : undefined
        if (before === undefined) pending.push({ value: each, depth: depth + 1 })
        else {
          sum.size += before.size
          sum.depth = Math.max(sum.depth, depth + before.depth)
          sum.bytes += before.bytes
        }
      })
    }
  }
  return sum
}

const encoder = new TextEncoder()

/** How many bytes a plain value has as JSON. */
const bytesOf = (value: unknown): number =>
  typeof value === 'string' && !/^[\w .:-]*$/u.test(value)
    ? encoder.encode(JSON.stringify(value)).length
    : String(value).length + (typeof value === 'string' ? 2 : 0)
