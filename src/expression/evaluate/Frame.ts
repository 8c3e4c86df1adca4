import type { Row } from '../../value/Value.js'

/**
 * The current row, the rows around it, and, where the current "row" is a group, the group's rows.
 *
 * @since 0.1.0
 */
export interface Frame {
  readonly row: Row
  readonly parent: Frame | null
  readonly group: ReadonlyArray<Row> | null
}

/**
 * The frame of the row that is so many rows further out.
 *
 * @since 0.2.0
 */
export const frameAt = (frame: Frame, level: number): Frame => {
  /* eslint-disable-next-line functional/no-let -- moved by the loop below */
  let found = frame
  /* eslint-disable-next-line functional/no-loop-statements -- called for each row */
  for (let i = 0; i < level && found.parent !== null; i++) found = found.parent
  return found
}
