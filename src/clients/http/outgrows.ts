/**
 * How deep JSON may be nested, and of how many values it may consist, to be parsed at all: parsed, a list of two
 * characters takes up forty times as much.
 *
 * @since 0.2.0
 */
export const parsedLimits = { depth: 1500, values: 500_000 }

/**
 * Why text is too much to be parsed as JSON; `null` where it isn't.
 *
 * @since 0.2.0
 */
export const outgrows = (text: string): string | null => {
  /* eslint-disable functional/no-let, functional/no-loop-statements -- looks at each character once */
  let depth = 0
  let values = 1
  let quoted = false
  for (let i = 0; i < text.length; i += 1) {
    const c = text.charCodeAt(i)
    if (quoted) {
      if (c === backslash) i += 1
      else if (c === quote) quoted = false
    } else if (c === quote) quoted = true
    else if (c === openList || c === openObject) {
      depth += 1
      values += 1
      if (depth > parsedLimits.depth) return `is nested more than ${String(parsedLimits.depth)} deep`
    } else if (c === closeList || c === closeObject) depth -= 1
    else if (c === comma) values += 1
    if (values > parsedLimits.values) return `has more than ${String(parsedLimits.values)} values`
  }
  /* eslint-enable functional/no-let, functional/no-loop-statements */
  return null
}

const [quote, backslash, comma] = [34, 92, 44]
const [openList, closeList, openObject, closeObject] = [91, 93, 123, 125]
