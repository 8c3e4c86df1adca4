/**
 * Releases a version: `npm run release -- 0.2.0`. With `--dry-run` it stops before anything is changed.
 *
 * It checks that the version is the next one, that nothing is uncommitted, and that the changelog says what is new. Then it
 * moves the `Unreleased` part of the changelog to the version, sets the version, runs `.ci/run`, commits and tags.
 * Publishing is left to the build server, which signs where the package was built (`npm publish --provenance`).
 */
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath, pathToFileURL } from 'node:url'

const numbersOf = (version) => /^(\d+)\.(\d+)\.(\d+)$/.exec(version)?.slice(1).map(Number) ?? null

/** Whether a version is the next major, minor or patch version. */
export const isNext = (before, after) => {
  const [old, now] = [numbersOf(before), numbersOf(after)]
  if (old === null || now === null) return false
  const [major, minor, patch] = old
  const next = [
    [major + 1, 0, 0],
    [major, minor + 1, 0],
    [major, minor, patch + 1],
  ]
  return next.some((each) => each.every((n, i) => n === now[i]))
}

/** The changelog with its unreleased part as a version; or what is wrong with it. */
export const released = (changelog, version, date) => {
  const heading = '## [Unreleased]\n'
  const start = changelog.indexOf(heading)
  if (start === -1) return { problem: `CHANGELOG.md has no '${heading.trim()}'` }
  if (changelog.includes(`## [${version}]`)) return { problem: `CHANGELOG.md has '## [${version}]' already` }
  const body = start + heading.length
  const next = changelog.indexOf('\n## [', body)
  const news = changelog.slice(body, next === -1 ? undefined : next)
  if (!/^- /m.test(news)) return { problem: "CHANGELOG.md has no entry under '## [Unreleased]'" }
  const isBreaking = news.includes('**Breaking**')
  return {
    isBreaking,
    changelog: `${changelog.slice(0, body)}\n## [${version}] - ${date}\n${changelog.slice(body)}`,
  }
}

/** A breaking change is announced by the major version; before 1.0.0 by the minor one. */
export const announces = (before, after, isBreaking) => {
  if (!isBreaking) return true
  const [[oldMajor, oldMinor], [major, minor]] = [numbersOf(before), numbersOf(after)]
  return major > oldMajor || (oldMajor === 0 && minor > oldMinor)
}

const run = (command, ...args) => execFileSync(command, args, { encoding: 'utf8' }).trim()
const shown = (command, ...args) => execFileSync(command, args, { stdio: 'inherit' })

const fail = (problem) => {
  console.error(`not released: ${problem}`)
  process.exit(1)
}

const main = () => {
  process.chdir(fileURLToPath(new URL('..', import.meta.url)))
  const [version = '', ...options] = process.argv.slice(2)
  const file = readFileSync('package.json', 'utf8')
  const { version: before } = JSON.parse(file)
  if (!isNext(before, version)) fail(`'${version}' is not the version after ${before}`)
  if (run('git', 'status', '--porcelain') !== '') fail('there are changes that are not committed')
  if (run('git', 'tag', '--list', `v${version}`) !== '') fail(`the tag v${version} is there already`)
  const date = new Date().toISOString().slice(0, 10)
  const made = released(readFileSync('CHANGELOG.md', 'utf8'), version, date)
  if (made.problem !== undefined) fail(made.problem)
  if (!announces(before, version, made.isBreaking))
    fail(`the changelog has breaking changes, which ${version} after ${before} doesn't announce`)
  if (options.includes('--dry-run')) {
    console.log(`${version} can be released after ${before}`)
    return
  }
  shown('bash', '.ci/run')
  writeFileSync('CHANGELOG.md', made.changelog)
  shown('npm', 'version', version, '--no-git-tag-version')
  shown('git', 'commit', '--all', '--message', `Release ${version}`)
  shown('git', 'tag', '--annotate', `v${version}`, '--message', `Release ${version}`)
  console.log(`released ${version}; push it with: git push --follow-tags`)
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) main()
