/**
 * How people see fields and relations, as given in the definitions.
 *
 * @since 0.2.0
 */

/**
 * How people see a field or relation, and what they can do with it.
 *
 * - `label` is its name for people. Without one, the label is derived from the name: `first_name` becomes 'First name'.
 * - `help` is a sentence beside the input.
 * - `blank` says that people can leave the input empty, although the field is not nullable. An empty text is then `''`.
 * - `editable: false` keeps the field out of forms and of the input of a REST API.
 *
 * @since 0.2.0
 */
export interface SeenOptions {
  readonly label?: string
  readonly help?: string
  readonly blank?: boolean
  readonly editable?: boolean
  /** The earlier name of `label`. */
  readonly verboseName?: string
  /** The earlier name of `help`. */
  readonly helpText?: string
}

/**
 * How people see a field or relation, with defaults for the options that aren't given.
 *
 * @since 0.2.0
 */
export const seenOf = (
  given: SeenOptions,
): {
  readonly label: string | null
  readonly help: string
  readonly blank: boolean
  readonly editable: boolean
} => ({
  label: given.label ?? given.verboseName ?? null,
  help: given.help ?? given.helpText ?? '',
  blank: given.blank === true,
  editable: given.editable !== false,
})
