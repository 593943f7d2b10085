// The product as a coder has it: built command line, loopback host, real Chromium. Nothing in it is replaced.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { chromium, type Browser, type CDPSession, type Page } from 'playwright'

/** Chromium named by AUW_CHROMIUM, the machine's own, or Playwright's; null where there is none. */
export function findChromium(): string | null {
  const places = [
    process.env.AUW_CHROMIUM,
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome',
    chromium.executablePath(),
  ]
  return places.find((path): path is string => path !== undefined && path !== '' && existsSync(path)) ?? null
}

export interface OpenWindow {
  browser: Browser
  page: Page
  devtools: CDPSession
  url: string
  /** Inspector of the serving process, `ws://...`. */
  inspector: string
  /** Errors of the page so far. */
  errors: string[]
  close(): Promise<void>
}

/** Serves a project and opens it. @param path what to show, a route of the window */
export async function openWindow(project: string, settings: string, path: string): Promise<OpenWindow> {
  const executablePath = findChromium()
  if (executablePath === null) throw new Error('There is no Chromium.')
  const host = spawn(process.execPath, ['--inspect=127.0.0.1:0', resolve('out/main/cli.js'), 'serve', project, '--port', '0'], {
    env: { ...process.env, AUW_SETTINGS: settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let inspector = ''
  host.stderr.setEncoding('utf8').on('data', (text: string) => {
    const found = /ws:\/\/127\.0\.0\.1:\S+/.exec(text)?.[0]
    if (found) inspector = found
    else if (!/^(For help|Debugger)/.test(text)) process.stderr.write(text)
  })
  const url = await new Promise<string>((found, fail) => {
    let said = ''
    host.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text
      const address = /http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]+/.exec(said)?.[0]
      if (address) found(address)
    })
    host.once('close', (code) => fail(new Error(`The host ended with ${String(code)}: ${said}`)))
  })
  const browser = await chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--autoplay-policy=no-user-gesture-required', '--enable-precise-memory-info'],
  })
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
  const errors: string[] = []
  page.on('pageerror', (error) => errors.push(error.message))
  await page.addInitScript(() => localStorage.setItem('auw.coder', 'AB'))
  await page.goto(url)
  await page.waitForFunction(() => location.hash.startsWith('#/project/'))
  await page.evaluate((route) => (location.hash = location.hash.replace(/(#\/project\/[^/]+).*/, `$1${route}`)), path)
  const devtools = await page.context().newCDPSession(page)
  return {
    browser,
    page,
    devtools,
    url,
    inspector,
    errors,
    async close() {
      await browser.close()
      const ended = new Promise((done) => host.once('close', done))
      host.kill('SIGTERM')
      await ended
    },
  }
}
