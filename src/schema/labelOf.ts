/**
 * The label for a name: `first_name` and `firstName` become 'First name', `id` becomes 'ID'.
 *
 * @since 0.2.0
 */
export const labelOf = (name: string): string => {
  const words = name
    .replace(/([a-z\d])([A-Z])/gu, '$1 $2')
    .replaceAll('_', ' ')
    .trim()
    .split(' ')
    .map((word) => (/^[A-Z\d]+$/u.test(word) && word.length > 1 ? word : word.toLowerCase()))
    .map((word) => (word === 'id' ? 'ID' : word))
  const text = words.join(' ')
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`
}

/**
 * The plural of a label, by the usual rules of English.
 *
 * @since 0.2.0
 */
export const pluralOf = (label: string): string =>
  /[^aeiou]y$/iu.test(label)
    ? `${label.slice(0, -1)}ies`
    : /(?:s|x|z|ch|sh)$/iu.test(label)
      ? `${label}es`
      : `${label}s`
