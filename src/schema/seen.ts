/**
 * What people see of fields and relations, as it is given.
 *
 * @since 0.2.0
 */

/**
 * What people see of a field or relation, and what they may do with it.
 *
 * - `label` is its name for people. Without one, the label is made of the name: `first_name` is 'First name'.
 * - `help` is a sentence beside the input.
 * - `blank` says that people may leave the input empty, though the field is not nullable. Such a text is `''`.
 * - `editable: false` keeps the field out of forms and of what a REST API takes.
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
 * What people see of a field or relation, with what isn't said filled in.
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
