/**
 * The parts that a compiled expression is put together from.
 *
 * @since 0.2.0
 */
import { spend, type Meter } from '../../value/Meter.js'
import type { Json, Row } from '../../value/Value.js'
import type { Source } from '../Source.js'
import type { Frame } from './Frame.js'

/**
 * What running needs: where rows come from, the time that `now()` gives, what counts the work, and the rows of
 * subqueries, given the row around them: of no more than the first `most` where no more are needed.
 *
 * @since 0.2.0
 */
export interface Env<T> {
  readonly source: Source
  readonly now: string
  readonly meter: Meter
  readonly rows: (query: T, most?: number) => (frame: Frame | null) => ReadonlyArray<Row>
}

/**
 * Where an expression stands: whether there is a row around the current one, and whether the current "row" is a group.
 *
 * @since 0.2.0
 */
export interface Stand {
  readonly nested: boolean
  readonly group: boolean
}

/**
 * A node as a function of a row. `weight` is how many steps a run takes, which whoever runs it has to count before; what
 * it may take besides, of related rows and long text, it counts itself. `registers` are deep operands, to be run first,
 * deepest first.
 *
 * @since 0.2.0
 */
export interface Part {
  readonly weight: number
  readonly run: (frame: Frame) => Json
  readonly registers: ReadonlyArray<Register>
}

/** @since 0.2.0 */
export interface Register {
  readonly weight: number
  readonly run: (frame: Frame) => void
}

/** So many nested closures are called at most; what lies deeper is run before them, into a register. */
const deep = 200

/**
 * How many steps it takes to run some parts, and one for what they are parts of.
 *
 * @since 0.2.0
 */
export const weightOf = (parts: ReadonlyArray<{ readonly weight: number }>): number =>
  parts.reduce((sum, { weight }) => sum + weight, 1)

/**
 * A part with these operands.
 *
 * @since 0.2.0
 */
export const together = (
  parts: ReadonlyArray<Part>,
  run: (frame: Frame) => Json,
  weight: number = weightOf(parts),
): Part => ({ weight, run, registers: registersOf(parts) })

/** A list is taken as it is where it is the only one: a chain of nodes would copy it at each. */
const registersOf = (parts: ReadonlyArray<Part>): ReadonlyArray<Register> => {
  const deepOnes = parts.filter(({ registers }) => registers.length > 0)
  const [only, another] = deepOnes
  return only === undefined
    ? none
    : another === undefined
      ? only.registers
      : deepOnes.flatMap((each) => each.registers)
}

const none: ReadonlyArray<Register> = []

/**
 * A part as an operand at a height: every so often its value is kept in a register, and what runs it is done before.
 *
 * @since 0.2.0
 */
export const registered = (height: number, part: Part): Part => {
  if (height === 0 || height % deep !== 0) return part
  const { run, registers, weight } = part
  const cell: { value: Json } = { value: null }
  const keep: Register = {
    weight,
    run: (frame) => {
      cell.value = run(frame)
    },
  }
  return { weight: 1, run: () => cell.value, registers: [...registers, keep] }
}

/**
 * A part as a whole: its registers are run before it.
 *
 * @since 0.2.0
 */
export const close = ({ weight, run, registers }: Part): Omit<Part, 'registers'> => ({
  weight: registers.reduce((sum, register) => sum + register.weight, weight),
  run:
    registers.length === 0
      ? run
      : (frame) => {
          registers.forEach((register) => {
            register.run(frame)
          })
          return run(frame)
        },
})

/**
 * Operands of which not all may be run: each counts its own steps.
 *
 * @since 0.2.0
 */
export const meteredRuns = (meter: Meter, parts: ReadonlyArray<Part>): ReadonlyArray<Part['run']> =>
  parts.map(({ weight, run }) => (frame: Frame) => {
    spend(meter, weight)
    return run(frame)
  })

/**
 * What a row is asked for again and again, since it is reached by a relation, is found out once; if it looks at no row
 * around it.
 *
 * @since 0.2.0
 */
export const perRow = <A extends Json>(
  { nested, group }: Stand,
  reach: number,
  run: (frame: Frame) => A,
): ((frame: Frame) => A) => {
  if (!nested || group || reach > 1) return run
  const known = new Map<Row, A>()
  return (frame) => {
    const found = known.get(frame.row)
    if (found !== undefined) return found
    const value = run(frame)
    known.set(frame.row, value)
    return value
  }
}
