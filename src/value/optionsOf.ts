/**
 * Options as they were given; none, where something else was given.
 *
 * @since 0.2.0
 */
export const optionsOf = <O extends object>(given: O | undefined): Partial<O> => {
  const options: unknown = given
  try {
    // Its properties are read here, since one may be a function that throws.
    return typeof options === 'object' && options !== null ? { ...(options as Partial<O>) } : {}
  } catch {
    return {}
  }
}
