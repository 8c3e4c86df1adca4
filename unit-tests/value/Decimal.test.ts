/** Exact decimals: tables. The quotients have the places that PostgreSQL gives. */
import { expect } from 'chai'
import { option as O } from 'fp-ts'
import * as Decimal from '../../src/value/Decimal.js'
import type { Decimal as DecimalText } from '../../src/value/Value.js'

const d = (text: string): DecimalText => {
  const found = Decimal.parse(text)
  if (O.isNone(found)) throw new Error(text)
  return found.value
}

describe('Decimal', () => {
  it('has one spelling for each number', () => {
    const table: ReadonlyArray<readonly [unknown, string | null]> = [
      ['19.990', '19.99'],
      ['10.0', '10'],
      ['-0', '0'],
      ['-0.00', '0'],
      [-0, '0'],
      ['+5', '5'],
      ['007', '7'],
      ['.5', '0.5'],
      ['5.', '5'],
      ['-.5', '-0.5'],
      ['1e3', '1000'],
      ['1.5E-3', '0.0015'],
      [' 1 ', '1'],
      [0.1, '0.1'],
      [1e21, '1000000000000000000000'],
      [5e-7, '0.0000005'],
      ['0.1000000000000000000000000000000000000000001', '0.1000000000000000000000000000000000000000001'],
      ['', null],
      ['.', null],
      ['-', null],
      ['1,5', null],
      ['1 000', null],
      ['0x10', null],
      ['NaN', null],
      ['Infinity', null],
      [NaN, null],
      [Infinity, null],
      ['1e9999', null],
      [null, null],
      [true, null],
      [10n, null],
    ]
    for (const [u, wanted] of table) expect(O.toNullable(Decimal.parse(u)), String(u)).to.equal(wanted)
  })

  it('computes exactly', () => {
    expect(Decimal.add(d('0.1'), d('0.2'))).to.equal('0.3')
    expect(Decimal.add(d('99999999999999999999'), d('0.00000000000000000001'))).to.equal(
      '99999999999999999999.00000000000000000001',
    )
    expect(Decimal.subtract(d('1'), d('0.9'))).to.equal('0.1')
    expect(Decimal.subtract(d('0.1'), d('0.1'))).to.equal('0')
    expect(Decimal.multiply(d('-0.1'), d('0.3'))).to.equal('-0.03')
    expect(Decimal.multiply(d('-1'), d('0'))).to.equal('0')
    expect(Decimal.negate(d('0'))).to.equal('0')
    expect(Decimal.abs(d('-2.50'))).to.equal('2.5')
    expect(['-0.1', '0', '3'].map((x) => Decimal.sign(d(x)))).to.deep.equal(['-1', '0', '1'])
  })

  it('divides to as many places as PostgreSQL', () => {
    const table: ReadonlyArray<readonly [string, string, string | null]> = [
      ['1', '3', '0.33333333333333333333'],
      ['2', '3', '0.66666666666666666667'],
      ['-2', '3', '-0.66666666666666666667'],
      ['1', '7', '0.14285714285714285714'],
      ['10', '3', '3.3333333333333333'],
      ['100', '3', '33.3333333333333333'],
      ['1000000', '3', '333333.333333333333'],
      ['10', '4', '2.5'],
      ['0.1', '3', '0.03333333333333333333'],
      ['1', '0.0003', '3333.3333333333333333'],
      ['1', '30000', '0.000033333333333333333333'],
      ['5', '10', '0.5'],
      ['0', '7', '0'],
      ['1', '0', null],
      ['0', '0', null],
      ['1.00000000000000000000000001', '3', '0.33333333333333333333333334'],
    ]
    for (const [a, b, wanted] of table) expect(Decimal.divide(d(a), d(b)), `${a}/${b}`).to.equal(wanted)
  })

  it('rounds halves away from zero', () => {
    const table: ReadonlyArray<readonly [string, number, string]> = [
      ['0.5', 0, '1'],
      ['-0.5', 0, '-1'],
      ['1.5', 0, '2'],
      ['2.5', 0, '3'],
      ['-0.4', 0, '0'],
      ['1.005', 2, '1.01'],
      ['1.004999999999999999999', 2, '1'],
      ['1.25', 1, '1.3'],
      ['1250', -2, '1300'],
      ['49', -2, '0'],
      ['-50', -2, '-100'],
      ['1.5', 40, '1.5'],
    ]
    for (const [x, places, wanted] of table)
      expect(Decimal.round(d(x), places), `${x}, ${String(places)}`).to.equal(wanted)
  })

  it('goes up and down to whole numbers', () => {
    const table: ReadonlyArray<readonly [string, string, string]> = [
      ['1.2', '1', '2'],
      ['-1.2', '-2', '-1'],
      ['-0.2', '-1', '0'],
      ['0.2', '0', '1'],
      ['3', '3', '3'],
      ['-3', '-3', '-3'],
    ]
    for (const [x, floor, ceil] of table)
      expect([Decimal.floor(d(x)), Decimal.ceil(d(x))], x).to.deep.equal([floor, ceil])
  })

  it('takes remainders with the sign of the dividend, and roots', () => {
    expect(Decimal.remainder(d('7'), d('3'))).to.equal('1')
    expect(Decimal.remainder(d('-7'), d('3'))).to.equal('-1')
    expect(Decimal.remainder(d('7'), d('-3'))).to.equal('1')
    expect(Decimal.remainder(d('0.3'), d('0.1'))).to.equal('0')
    expect(Decimal.remainder(d('1'), d('0'))).to.equal(null)
    expect(Decimal.remainder(d('-6'), d('3'))).to.equal('0')
    expect(Decimal.sqrt(d('2'))).to.equal('1.414213562373095')
    expect(Decimal.sqrt(d('4'))).to.equal('2')
    expect(Decimal.sqrt(d('0'))).to.equal('0')
    expect(Decimal.sqrt(d('-1'))).to.equal(null)
  })

  it('compares by size', () => {
    const sorted = [
      '-100',
      '-10',
      '-9.99',
      '-9',
      '-0.5',
      '-0.05',
      '0',
      '0.05',
      '0.5',
      '0.51',
      '9',
      '9.99',
      '10',
      '100',
      '100.1',
    ]
    expect([...sorted].reverse().map(d).sort(Decimal.compare)).to.deep.equal(sorted)
    for (const a of sorted)
      for (const b of sorted)
        expect(Decimal.compare(d(a), d(b)), `${a} ${b}`).to.equal(
          Math.sign(sorted.indexOf(a) - sorted.indexOf(b)) + 0,
        )
  })

  it('becomes a number, and is made of one', () => {
    expect(Decimal.toNumber(d('0.1'))).to.equal(0.1)
    expect(Object.is(Decimal.toNumber(d('0')), 0)).to.equal(true)
    expect(Decimal.toNumber(d('1e400'))).to.equal(null)
    expect(Decimal.fromNumber(0.1)).to.equal('0.1')
    expect(Decimal.fromNumber(-0)).to.equal('0')
    expect(Decimal.fromNumber(NaN)).to.equal(null)
  })
})
