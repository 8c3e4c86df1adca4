/** Choices: what they are made of, what they allow, and what people see. */
import { expect } from 'chai'
import { choiceLabel, field } from 'queryset-ts'

describe('choices', () => {
  it('are read from a list, labels by value, pairs, and named groups', () => {
    expect(field.choices(['a', 'b']).choiceGroups).to.deep.equal([
      {
        label: null,
        choices: [
          { value: 'a', label: 'a' },
          { value: 'b', label: 'b' },
        ],
      },
    ])
    expect(field.choices({ US: 'United States' }).choices).to.deep.equal(['US'])
    expect(field.choices([['lp', 'LP']]).choiceGroups).to.deep.equal([
      { label: null, choices: [{ value: 'lp', label: 'LP' }] },
    ])
    const grouped = field.choices([
      ['', 'nowhere'],
      ['Americas', { US: 'United States' }],
      ['Europe', [['GB', 'United Kingdom']]],
      ['??', 'elsewhere'],
    ])
    expect(grouped.choiceGroups?.map(({ label, choices }) => [label, choices.length])).to.deep.equal([
      [null, 1],
      ['Americas', 1],
      ['Europe', 1],
      [null, 1],
    ])
    expect(grouped.choices).to.deep.equal(['', 'US', 'GB', '??'])
    expect(choiceLabel(grouped.choiceGroups ?? [], 'GB')).to.equal('United Kingdom')
    expect(choiceLabel(grouped.choiceGroups ?? [], 'FR')).to.equal(null)
  })

  it('are ints where all of their values are whole numbers', () => {
    const type = field.choices({ 0: 'Solo', 1: 'Group' })
    expect(type.kind).to.equal('int')
    expect(type.choices).to.deep.equal([0, 1])
    expect(field.choices([[7, 'Seven']]).kind).to.equal('int')
    expect(field.choices({ 0: 'Solo', x: 'Other' }).kind).to.equal('text')
    expect(field.choices({ '007': 'Bond' }).choices).to.deep.equal(['007'])
  })

  it('allow empty text where people may leave them empty, and nothing else', () => {
    const country = field.choices({ US: 'United States' }, { blank: true })
    expect(['US', '', 'FR'].map((value) => country.codec?.is(value))).to.deep.equal([true, true, false])
    expect(field.choices({ US: 'United States' }).codec?.is('')).to.equal(false)
    expect(field.choices({ 1: 'One' }, { blank: true }).codec?.is('')).to.equal(false)
  })

  it('of something that is none leave it out', () => {
    const odd = [1, null, ['a'], ['b', 7], [{}, 'c'], ['d', 'D']] as unknown as readonly ['a']
    expect(field.choices(odd).choices).to.deep.equal([1, 'd'])
    expect(field.choices(null as unknown as readonly ['a']).choices).to.deep.equal([])
  })
})
