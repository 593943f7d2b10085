// Starts the application as a user has it (built command line, loopback host, a real Chromium) and drives it. Holds no assertions.
import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { chromium, type Browser, type Page } from 'playwright'
import { auw, type Outcome } from '../integration/cli/auw'

export const root = resolve(import.meta.dirname, '../..')

/** Chromium named by AUW_CHROMIUM, the machine's own, or Playwright's; null where there is none. */
export function findChromium(): string | null {
  const candidates = [
    process.env.AUW_CHROMIUM,
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome',
    chromium.executablePath(),
  ]
  return candidates.find((path): path is string => path !== undefined && path !== '' && existsSync(path)) ?? null
}

/** Whether browser tests can run; says loudly why not. */
export const hasChromium = findChromium() !== null
if (!hasChromium) {
  process.stderr.write('\nSKIPPED: browser tests need Chromium and none was found. Install one, or name it in AUW_CHROMIUM.\n\n')
}

export interface Workbench {
  page: Page
  browser: Browser
  project: string
  folder: string
  /** Address with the token. */
  url: string
  /** Folder of the application's settings. */
  settings: string
  /** Page errors and console errors so far. */
  errors: string[]
  auw(...args: string[]): Promise<Outcome>
  close(): Promise<void>
}

export interface WorkbenchOptions {
  /** `--aus` of the project. */
  aus?: string
  /** Runs before the host starts, for projects that already hold something. */
  prepare?(run: (...args: string[]) => Promise<Outcome>, project: string, folder: string): Promise<void>
}

/** Starts a host; with no project it opens what the window had open. */
export function serve(project: string | null, settings: string): Promise<{ child: ChildProcess; url: string }> {
  const child = spawn(process.execPath, [join(root, 'out/main/cli.js'), 'serve', ...(project === null ? [] : [project]), '--port', '0'], {
    env: { ...process.env, AUW_SETTINGS: settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  return new Promise((found, fail) => {
    let said = ''
    const take = (text: string): void => {
      said += text
      const url = /http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]+/.exec(said)?.[0]
      if (url) found({ child, url })
    }
    child.stdout.setEncoding('utf8').on('data', take)
    child.stderr.setEncoding('utf8').on('data', take)
    child.on('close', (code) => fail(new Error(`The host ended with ${String(code)} before it printed its address:\n${said}`)))
  })
}

/** Ends a host and waits until it has. */
export async function endHost(child: ChildProcess): Promise<void> {
  const ended = new Promise((done) => child.on('close', done))
  child.kill('SIGTERM')
  await ended
}

export async function startWorkbench(options: WorkbenchOptions = {}): Promise<Workbench> {
  const executablePath = findChromium()
  if (!executablePath) throw new Error('There is no Chromium; look at hasChromium before starting.')
  const folder = mkdtempSync(join(tmpdir(), 'auw-e2e-'))
  const settings = join(folder, 'settings')
  const project = join(folder, 'study.auproj')
  const run = (...args: string[]): Promise<Outcome> => auw({ settings }, ...args)
  const created = await run('project', 'create', project, '--name', 'Study', ...(options.aus ? ['--aus', options.aus] : []))
  if (created.code !== 0) throw new Error(created.stderr)
  await options.prepare?.(run, project, folder)
  const { child, url } = await serve(project, settings)
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--autoplay-policy=no-user-gesture-required'] })
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce' })
  const page = await context.newPage()
  const errors: string[] = []
  page.on('pageerror', (error) => errors.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text())
  })
  await page.goto(url)
  return {
    page,
    browser,
    project,
    folder,
    url,
    settings,
    errors,
    auw: run,
    async close() {
      await browser.close()
      await endHost(child)
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
