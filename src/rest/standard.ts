/**
 * The used part of Standard Schema (https://standardschema.dev). Any validator of this form works with a serializer,
 * and a serializer works wherever such a validator does.
 *
 * @since 0.2.0
 */

/** @since 0.2.0 */
export interface StandardSchema<Input = unknown, Output = unknown> {
  readonly '~standard': {
    readonly version: 1
    readonly vendor: string
    readonly validate: (value: unknown) => StandardResult<Output> | Promise<StandardResult<Output>>
    readonly types?: { readonly input: Input; readonly output: Output } | undefined
  }
}

/** @since 0.2.0 */
export type StandardResult<Output> =
  { readonly value: Output; readonly issues?: undefined } | { readonly issues: ReadonlyArray<StandardIssue> }

/** @since 0.2.0 */
export interface StandardIssue {
  readonly message: string
  readonly path?: ReadonlyArray<PropertyKey | { readonly key: PropertyKey }> | undefined
}

/** @since 0.2.0 */
export const isStandard = (u: unknown): u is StandardSchema =>
  (typeof u === 'object' || typeof u === 'function') && u !== null && '~standard' in u

/** The first name in a path, if an issue belongs to a field. @since 0.2.0 */
export const fieldOfIssue = ({ path }: StandardIssue): string => {
  const [first] = path ?? []
  return first === undefined ? '' : String(typeof first === 'object' ? first.key : first)
}
