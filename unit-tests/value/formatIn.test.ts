/** Values in the form of a locale. */
import { expect } from 'chai'
import { formatIn } from 'queryset-ts'

describe('formatIn', () => {
  const german = formatIn('de-DE')

  it('writes numbers exactly, decimals with their places', () => {
    expect(german('int', 1234567)).to.equal('1.234.567')
    expect(german('float', 0.1)).to.equal('0,1')
    expect(['1.50', '1.5', '1', '-0.005'].map((n) => german('decimal', n))).to.deep.equal([
      '1,50',
      '1,5',
      '1',
      '-0,005',
    ])
    expect(german('decimal', '12345678901234567890.12')).to.equal('12.345.678.901.234.567.890,12')
    const euros = formatIn('de-DE', {
      style: 'currency',
      currency: 'EUR',
      minimumFractionDigits: 2,
      maximumFractionDigits: 2,
    })
    expect(euros('decimal', '9.9')).to.equal('9,90\u00a0€')
  })

  it('writes moments, in UTC unless told otherwise', () => {
    expect(german('date', '2024-03-01')).to.equal('01.03.2024')
    expect(german('time', '13:05:09.000')).to.equal('13:05:09')
    expect(german('datetime', '2024-03-01T23:30:00.000Z')).to.equal('01.03.2024, 23:30:00')
    expect(formatIn('de-DE', { timeZone: 'Europe/Berlin' })('datetime', '2024-03-01T23:30:00.000Z')).to.equal(
      '02.03.2024, 00:30:00',
    )
    expect(formatIn('en-GB', { month: 'long', year: 'numeric' })('date', '2024-03-01')).to.equal('March 2024')
    // A date is a day wherever one is.
    expect(formatIn('de-DE', { timeZone: 'America/New_York' })('date', '2024-03-01')).to.equal('01.03.2024')
  })

  it('writes durations in days, hours, minutes and seconds', () => {
    const english = formatIn('en-US')
    expect(english('duration', '1 02:30:00')).to.equal('1 day 2 hr 30 min')
    expect(english('duration', '-1 23:59:59')).to.equal('-1 sec')
    expect(english('duration', '0 00:00:00')).to.equal('0 sec')
    expect(english('duration', '0 00:00:01.500000')).to.equal('1.5 sec')
  })

  it('leaves the rest as it is', () => {
    expect(german('text', '1.50')).to.equal('1.50')
    expect(german('boolean', true)).to.equal('true')
    expect(german('json', { b: 1, a: 2 })).to.equal('{"a":2,"b":1}')
    expect(german('int', null)).to.equal('')
  })

  it('never throws', () => {
    expect(formatIn('no such locale')('int', 1234)).to.equal('1234')
    expect(formatIn('de-DE', { timeZone: 'Nowhere' })('datetime', 'x')).to.equal('x')
    expect(german('date', 'x')).to.equal('x')
    expect(german('decimal', 'x')).to.equal('x')
  })
})
