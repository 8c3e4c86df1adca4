/** What `npm run release` checks before it changes anything. */
import { expect } from 'chai'
import { announces, isNext, released } from '../.config/release.mjs'

describe('release', () => {
  it('takes the next version, and no other', () => {
    ;['1.0.0', '0.2.0', '0.1.3'].forEach((version) => {
      expect(isNext('0.1.2', version), version).to.equal(true)
    })
    ;['0.1.2', '0.1.1', '0.3.0', '0.2.1', '1.1.0', '2.0.0', '0.2', 'v0.2.0', ''].forEach((version) => {
      expect(isNext('0.1.2', version), version).to.equal(false)
    })
  })

  it('moves what is unreleased to the version', () => {
    const changelog = '# Changelog\n\n## [Unreleased]\n\n### Added\n\n- A step.\n\n## [0.1.0] - 2026-01-01\n'
    expect(released(changelog, '0.2.0', '2026-02-03')).to.deep.equal({
      isBreaking: false,
      changelog:
        '# Changelog\n\n## [Unreleased]\n\n## [0.2.0] - 2026-02-03\n\n### Added\n\n- A step.\n\n## [0.1.0] - 2026-01-01\n',
    })
  })

  it('refuses a changelog that says nothing new, or has the version already', () => {
    const empty = '## [Unreleased]\n\n## [0.1.0] - 2026-01-01\n\n- A step.\n'
    expect(released(empty, '0.2.0', '2026-02-03').problem).to.contain('no entry')
    expect(released(empty, '0.1.0', '2026-02-03').problem).to.contain('already')
    expect(released('# Changelog\n', '0.2.0', '2026-02-03').problem).to.contain('Unreleased')
  })

  it('has breaking changes announced', () => {
    expect(announces('0.1.0', '0.1.1', true)).to.equal(false)
    expect(announces('0.1.0', '0.2.0', true)).to.equal(true)
    expect(announces('1.1.0', '1.2.0', true)).to.equal(false)
    expect(announces('1.1.0', '2.0.0', true)).to.equal(true)
    expect(announces('1.1.0', '1.1.1', false)).to.equal(true)
  })
})
