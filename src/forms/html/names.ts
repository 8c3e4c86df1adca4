/**
 * The ids of what a page holds.
 *
 * @since 0.2.0
 */
import { inputName, type Bound } from '../bind/Bound.js'

/** @since 0.2.0 */
export const inputId = ({ prefix }: Pick<Bound, 'prefix'>, name: string): string =>
  `id_${inputName(prefix, name)}`

/** @since 0.2.0 */
export const helpId = (id: string): string => `${id}_help`

/** @since 0.2.0 */
export const errorsId = (id: string): string => `${id}_errors`
