/** Dates, times and datetimes: tables, and agreement with `Date` over whole centuries. */
import { expect } from 'chai'
import { option as O } from 'fp-ts'
import * as Temporal from '../../src/value/Temporal.js'

const parsed = (found: O.Option<string>): string | null => O.toNullable(found)

describe('Temporal', () => {
  it('parses dates that there are', () => {
    for (const text of ['0001-01-01', '1900-02-28', '2000-02-29', '2024-02-29', '9999-12-31', '2021-04-30'])
      expect(parsed(Temporal.parseDate(text)), text).to.equal(text)
  })

  it('refuses those that there are not', () => {
    const wrong = [
      '1900-02-29',
      '2021-02-29',
      '2100-02-29',
      '2021-04-31',
      '2021-13-01',
      '2021-00-10',
      '2021-01-00',
      '0000-01-01',
      '10000-01-01',
      '2021-1-1',
      ' 2021-01-01',
      '2021-01-01\n',
      '2021-01-01T00:00:00Z',
      'x',
      '',
      20210101,
      null,
      new Date(),
    ]
    for (const u of wrong) expect(parsed(Temporal.parseDate(u)), String(u)).to.equal(null)
  })

  it('parses times down to milliseconds', () => {
    const table: ReadonlyArray<readonly [unknown, string | null]> = [
      ['00:00', '00:00:00.000'],
      ['23:59:59.999', '23:59:59.999'],
      ['12:30:05', '12:30:05.000'],
      ['12:30:05.1', '12:30:05.100'],
      ['12:30:05.120000', '12:30:05.120'],
      ['12:30:05.1234', '12:30:05.123'],
      ['23:59:59.999999999999', '23:59:59.999'],
      ['12:30:05.1234567890123', null],
      ['24:00', null],
      ['12:60', null],
      ['12:30:60', null],
      ['1:30', null],
      ['12:30Z', null],
      ['', null],
      [1, null],
    ]
    for (const [text, wanted] of table)
      expect(parsed(Temporal.parseTime(text)), String(text)).to.equal(wanted)
  })

  it('parses instants of any offset, before 1970 too', () => {
    const table: ReadonlyArray<readonly [unknown, string | null]> = [
      ['2021-06-15T12:00:00Z', '2021-06-15T12:00:00.000Z'],
      ['2021-06-15 12:00z', '2021-06-15T12:00:00.000Z'],
      ['2021-06-15T12:00:00.5+02:00', '2021-06-15T10:00:00.500Z'],
      ['2021-06-15T00:30:00+0100', '2021-06-14T23:30:00.000Z'],
      ['2021-12-31T23:30:00-01', '2022-01-01T00:30:00.000Z'],
      ['2020-02-29T23:59:59.999-00:01', '2020-03-01T00:00:59.999Z'],
      ['1969-12-31T23:59:59.999Z', '1969-12-31T23:59:59.999Z'],
      ['1583-01-01T00:00:00.001+12:45', '1582-12-31T11:15:00.001Z'],
      [new Date(-1), '1969-12-31T23:59:59.999Z'],
      [new Date(0), '1970-01-01T00:00:00.000Z'],
      ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000Z'],
      ['0001-01-01T00:00:00+00:01', null],
      ['9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999Z'],
      ['9999-12-31T23:59:59.999-00:01', null],
      [new Date(NaN), null],
      [new Date(8.64e15), null],
      [new Date(-62167219200000), null],
      ['2021-06-15T12:00:00', null],
      ['2021-06-15', null],
      ['2021-02-30T12:00:00Z', null],
      ['2021-06-15T24:00:00Z', null],
      ['2021-06-15T12:00:00+24:00', null],
      ['2021-06-15T12:00:00+01:60', null],
      ['2021-06-15T12:00:00.0001Z', '2021-06-15T12:00:00.000Z'],
      ['1969-12-31 23:59:59.999999+00', '1969-12-31T23:59:59.999Z'],
      ['2021-06-15T12:00:00.1234567+02:00', '2021-06-15T10:00:00.123Z'],
      [0, null],
    ]
    for (const [text, wanted] of table)
      expect(parsed(Temporal.parseDateTime(text)), String(text)).to.equal(wanted)
  })

  it('knows ISO weeks around the new year', () => {
    const table: ReadonlyArray<readonly [string, number, number, number]> = [
      ['2021-01-03', 2020, 53, 7],
      ['2021-01-04', 2021, 1, 1],
      ['2020-12-31', 2020, 53, 4],
      ['2018-12-31', 2019, 1, 1],
      ['2016-01-03', 2015, 53, 7],
      ['2010-01-03', 2009, 53, 7],
      ['2008-12-29', 2009, 1, 1],
      ['2000-01-01', 1999, 52, 6],
      ['1969-12-31', 1970, 1, 3],
      ['0001-01-01', 1, 1, 1],
      ['9999-12-31', 9999, 52, 5],
      ['2024-12-30T23:59:59.999Z', 2025, 1, 1],
    ]
    for (const [text, year, week, day] of table)
      expect([Temporal.isoYear(text), Temporal.week(text), Temporal.isoWeekDay(text)], text).to.deep.equal([
        year,
        week,
        day,
      ])
  })

  it('agrees with Date on every day of six centuries', () => {
    for (let ms = Date.UTC(1600, 0, 1); ms < Date.UTC(2201, 0, 1); ms += 86400000) {
      const date = new Date(ms)
      const text = date.toISOString().slice(0, 10)
      const got = [
        Temporal.year(text),
        Temporal.month(text),
        Temporal.day(text),
        Temporal.weekDay(text),
        Temporal.quarter(text),
      ]
      const wanted = [
        date.getUTCFullYear(),
        date.getUTCMonth() + 1,
        date.getUTCDate(),
        date.getUTCDay() + 1,
        Math.floor(date.getUTCMonth() / 3) + 1,
      ]
      if (got.join() !== wanted.join()) expect(got, text).to.deep.equal(wanted)
      // The week's Monday is the day cut down to its week.
      const monday = new Date(ms - ((date.getUTCDay() + 6) % 7) * 86400000).toISOString().slice(0, 10)
      if (Temporal.trunc('week', text) !== monday) expect(Temporal.trunc('week', text), text).to.equal(monday)
    }
  })

  it('cuts down to units', () => {
    const instant = '2021-08-19T13:47:59.321Z'
    const table: ReadonlyArray<readonly [Temporal.Unit, string, string]> = [
      ['year', instant, '2021-01-01T00:00:00.000Z'],
      ['quarter', instant, '2021-07-01T00:00:00.000Z'],
      ['month', instant, '2021-08-01T00:00:00.000Z'],
      ['week', instant, '2021-08-16T00:00:00.000Z'],
      ['day', instant, '2021-08-19T00:00:00.000Z'],
      ['hour', instant, '2021-08-19T13:00:00.000Z'],
      ['minute', instant, '2021-08-19T13:47:00.000Z'],
      ['second', instant, '2021-08-19T13:47:59.000Z'],
      ['quarter', '2021-12-31', '2021-10-01'],
      ['week', '2021-01-01', '2020-12-28'],
      ['week', '0001-01-03', '0001-01-01'],
      ['hour', '13:47:59.321', '13:00:00.000'],
      ['second', '13:47:59.321', '13:47:59.000'],
    ]
    for (const [unit, text, wanted] of table)
      expect(Temporal.trunc(unit, text), `${unit} ${text}`).to.equal(wanted)
  })

  it('reads the clock of times and datetimes', () => {
    for (const text of ['13:47:59.321', '2021-08-19T13:47:59.321Z'])
      expect([Temporal.hour(text), Temporal.minute(text), Temporal.second(text)]).to.deep.equal([13, 47, 59])
    expect(Temporal.dateOf('1969-12-31T23:59:59.999Z')).to.equal('1969-12-31')
    expect(Temporal.timeOf('1969-12-31T23:59:59.999Z')).to.equal('23:59:59.999')
  })
})
