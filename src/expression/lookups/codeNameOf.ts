/**
 * What a custom lookup is taken to be called in code: `divisible_by` is `divisibleBy` there.
 *
 * @since 0.2.0
 */
export const codeNameOf = (name: string): string =>
  name.replace(/_([a-z0-9])/gu, (_, letter: string) => letter.toUpperCase())
