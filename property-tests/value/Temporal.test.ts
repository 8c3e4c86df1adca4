/** The calendar agrees with `Date`, from year 1 to year 9999. */
import { expect } from 'chai'
import fc from 'fast-check'
import { option as O } from 'fp-ts'
import * as Temporal from '../../src/value/Temporal.js'
import { parameters, titled } from '../support/runs.js'

const instants = fc
  .date({
    min: new Date('0001-01-01T00:00:00.000Z'),
    max: new Date('9999-12-31T23:59:59.999Z'),
    noInvalidDate: true,
  })
  .map((date) => ({ date, text: date.toISOString() }))

const dateUnits: ReadonlyArray<Temporal.Unit> = ['year', 'quarter', 'month', 'week', 'day']
const clockUnits: ReadonlyArray<Temporal.Unit> = ['hour', 'minute', 'second']

describe('value/Temporal', () => {
  it(titled('agrees with Date', 3), () => {
    fc.assert(
      fc.property(instants, ({ date, text }) => {
        expect(O.toNullable(Temporal.parseDateTime(date))).to.equal(text)
        expect(O.toNullable(Temporal.parseDateTime(text))).to.equal(text)
        expect(Temporal.year(text)).to.equal(date.getUTCFullYear())
        expect(Temporal.month(text)).to.equal(date.getUTCMonth() + 1)
        expect(Temporal.quarter(text)).to.equal(Math.floor(date.getUTCMonth() / 3) + 1)
        expect(Temporal.day(text)).to.equal(date.getUTCDate())
        expect(Temporal.weekDay(text)).to.equal(date.getUTCDay() + 1)
        expect(Temporal.hour(text)).to.equal(date.getUTCHours())
        expect(Temporal.minute(text)).to.equal(date.getUTCMinutes())
        expect(Temporal.second(text)).to.equal(date.getUTCSeconds())
        expect(`${Temporal.dateOf(text)}T${Temporal.timeOf(text)}Z`).to.equal(text)
      }),
      parameters(3),
    )
  })

  it(titled('applies offsets as Date does'), () => {
    const offsets = fc.tuple(fc.constantFrom('+', '-'), fc.nat({ max: 23 }), fc.nat({ max: 59 }))
    fc.assert(
      fc.property(instants, offsets, ({ text }, [sign, hours, minutes]) => {
        const two = (n: number): string => String(n).padStart(2, '0')
        const local = text.replace('Z', `${sign}${two(hours)}:${two(minutes)}`)
        const expected = new Date(local).toISOString()
        const inRange = /^\d{4}-/u.test(expected) && !expected.startsWith('0000')
        expect(O.toNullable(Temporal.parseDateTime(local))).to.equal(inRange ? expected : null)
      }),
      parameters(),
    )
  })

  it(titled('cuts to what is no later, and stays there'), () => {
    fc.assert(
      fc.property(instants, ({ text }) => {
        const each = [
          ...[...dateUnits, ...clockUnits].map((unit) => [unit, text, Temporal.parseDateTime] as const),
          ...dateUnits.map((unit) => [unit, Temporal.dateOf(text), Temporal.parseDate] as const),
          ...clockUnits.map((unit) => [unit, Temporal.timeOf(text), Temporal.parseTime] as const),
        ]
        each.forEach(([unit, value, parse]) => {
          const cut = Temporal.trunc(unit, value)
          expect(cut <= value).to.equal(true)
          expect(Temporal.trunc(unit, cut)).to.equal(cut)
          expect(O.toNullable<string>(parse(cut))).to.equal(cut)
        })
        const monday = Temporal.trunc('week', text)
        expect(Temporal.isoWeekDay(monday)).to.equal(1)
        expect([Temporal.isoYear(monday), Temporal.week(monday)]).to.deep.equal([
          Temporal.isoYear(text),
          Temporal.week(text),
        ])
      }),
      parameters(),
    )
  })
})
