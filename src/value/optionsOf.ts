/**
 * The given options, or none if the value isn't an object.
 *
 * @since 0.2.0
 */
export const optionsOf = <O extends object>(given: O | undefined): Partial<O> => {
  const options: unknown = given
  try {
    // The properties are read here, since one may be a function that throws.
    return typeof options === 'object' && options !== null ? { ...(options as Partial<O>) } : {}
  } catch {
    return {}
  }
}
