// Starts the application as a user has it (built command line, loopback host, a real Chromium) and drives it. Holds no assertions.
import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { _electron, chromium, type Page } from 'playwright'
import { electronRefusal, findElectron } from '../../scripts/electronBinary.mjs'
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

/** What the application's window runs in: a browser beside the loopback host, or Electron. */
export const SHELLS = ['browser', 'electron'] as const
export type Shell = (typeof SHELLS)[number]

/** Why Electron cannot be driven here, as a sentence, or null. */
const electronAbsence = electronRefusal() ?? (findElectron() === null ? 'Its binary has not been downloaded.' : null)
if (electronAbsence !== null) process.stderr.write(`\nSKIPPED: the journeys in Electron. ${electronAbsence}\n\n`)

/** Why a shell cannot be driven here, as a sentence, or null where it can. */
export const absenceOf = (shell: Shell): string | null =>
  shell === 'electron' ? electronAbsence : hasChromium ? null : 'There is no Chromium here.'

export interface Workbench {
  page: Page
  project: string
  folder: string
  /** Address with the token; empty in Electron, which has none. */
  url: string
  /** Folder of the application's settings. */
  settings: string
  /** Page errors and console errors so far. */
  errors: string[]
  auw(...args: string[]): Promise<Outcome>
  close(): Promise<void>
}

export interface WorkbenchOptions {
  /** Default: browser. */
  shell?: Shell
  /** `--aus` of the project. */
  aus?: string
  /** Makes the project in the folder and returns its path, in place of an empty one. */
  make?(folder: string): Promise<string>
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

/** A window that is open, and how to close it with what serves it. */
interface OpenWindow {
  page: Page
  url: string
  close(): Promise<void>
}

async function openInBrowser(project: string, settings: string): Promise<OpenWindow> {
  const executablePath = findChromium()
  if (!executablePath) throw new Error('There is no Chromium; look at hasChromium before starting.')
  const { child, url } = await serve(project, settings)
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--autoplay-policy=no-user-gesture-required'] })
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce' })
  const close = async (): Promise<void> => {
    await browser.close()
    await endHost(child)
  }
  return { page: await context.newPage(), url, close }
}

async function openInElectron(project: string, settings: string): Promise<OpenWindow> {
  const executablePath = findElectron()
  if (!executablePath) throw new Error('There is no Electron; look at absenceOf before starting.')
  const env = Object.fromEntries(Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined))
  const application = await _electron.launch({
    executablePath,
    args: [root, project],
    env: { ...env, AUW_SETTINGS: settings },
    // The application asks for its sandbox, which Playwright would otherwise switch off on Linux.
    chromiumSandbox: true,
  })
  const page = await application.firstWindow()
  await page.setViewportSize({ width: 1280, height: 800 })
  await page.emulateMedia({ reducedMotion: 'reduce' })
  return { page, url: '', close: () => application.close() }
}

export async function startWorkbench(options: WorkbenchOptions = {}): Promise<Workbench> {
  const folder = mkdtempSync(join(tmpdir(), 'auw-e2e-'))
  const settings = join(folder, 'settings')
  const run = (...args: string[]): Promise<Outcome> => auw({ settings }, ...args)
  const project = options.make ? await options.make(folder) : join(folder, 'study.auproj')
  if (!options.make) {
    const created = await run('project', 'create', project, '--name', 'Study', ...(options.aus ? ['--aus', options.aus] : []))
    if (created.code !== 0) throw new Error(created.stderr)
  }
  await options.prepare?.(run, project, folder)
  const open = options.shell === 'electron' ? openInElectron : openInBrowser
  const { page, url, close } = await open(project, settings)
  const errors: string[] = []
  page.on('pageerror', (error) => errors.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text())
  })
  if (url !== '') await page.goto(url)
  return {
    page,
    project,
    folder,
    url,
    settings,
    errors,
    auw: run,
    async close() {
      await close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
