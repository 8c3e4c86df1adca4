/** Lists of naturals, of which tapes are made. */
import fc from 'fast-check'

export const naturals = (maxLength: number): fc.Arbitrary<ReadonlyArray<number>> =>
  fc.array(fc.nat(0xffff), { maxLength, size: 'max' })

/** So many of them, of any size alike: for cases that have everything in them, rather than ones that are simple. */
export const fullNaturals = (length: number): fc.Arbitrary<ReadonlyArray<number>> =>
  fc.noBias(fc.array(fc.nat(0xffff), { minLength: length, maxLength: length, size: 'max' }))
