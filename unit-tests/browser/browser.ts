/** A real browser for tests: the system's chromium, driven by playwright-core. */
import { existsSync, mkdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import { chromium, type Browser, type Page } from 'playwright-core'

const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

/** Where the browser is; `null` where there is none. */
export const browserPath =
  [process.env['CHROMIUM'] ?? '', ...places].find((path) => path !== '' && existsSync(path)) ?? null

/** CI fails without a browser. */
const isRequired = process.env['QUERYSET_BROWSER'] === 'required'

/** Says aloud that tests are skipped for want of a browser, or fails where there has to be one. */
export const needsBrowser = (test: Mocha.Context): void => {
  if (browserPath !== null) return
  if (isRequired) throw new Error('there is no chromium: apt-get install chromium')
  console.log('    (skipped: there is no chromium on this machine)')
  test.skip()
}

export const launch = (): Promise<Browser> =>
  chromium.launch({
    executablePath: browserPath ?? '',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })

const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js')

interface Violation {
  readonly id: string
  readonly nodes: ReadonlyArray<{ readonly html: string }>
}

/** What axe-core finds on a page at WCAG 2.1 A and AA. The page's context has to bypass the policy of the page. */
export const violationsOn = async (page: Page): Promise<ReadonlyArray<string>> => {
  await page.addScriptTag({ path: axe })
  const found = await page.evaluate<ReadonlyArray<Violation>>(
    "axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'] }).then(({ violations }) => violations)",
  )
  return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)
}

const folder = resolve(process.env['QUERYSET_SCREENSHOTS'] ?? 'coverage/screenshots')

/** Keeps a picture of a page. */
export const keep = async (page: Page, name: string): Promise<void> => {
  mkdirSync(folder, { recursive: true })
  await page.screenshot({ path: join(folder, `${name.replaceAll(/[^\w-]+/gu, '_')}.png`), fullPage: true })
}

/** Moves the focus by the Tab key alone until it is where it should be. */
export const tabTo = async (page: Page, selector: string): Promise<void> => {
  for (let presses = 0; presses < 80; presses += 1) {
    if ((await page.locator(`${selector}:focus`).count()) > 0) return
    await page.keyboard.press('Tab')
  }
  throw new Error(`the Tab key leads to no ${selector}`)
}
