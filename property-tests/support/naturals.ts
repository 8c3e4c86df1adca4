/** Lists of naturals, of which tapes are made. */
import fc from 'fast-check'

export const naturals = (maxLength: number): fc.Arbitrary<ReadonlyArray<number>> =>
  fc.array(fc.nat(0xffff), { maxLength, size: 'max' })
