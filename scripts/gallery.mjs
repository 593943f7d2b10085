// Pictures of every screen on the demo project, in a real browser: 1280 x 800 and 2560 x 1440, dark and light. For looking at, and for docs/images.
// node scripts/gallery.mjs OUT [--project DIR [--url URL] [--prepare]] [--only NAME,NAME] [--width 1280|2560] [--theme dark|light] [--subject CODE]
// A project that is given must be the demo; without one it is made, which takes many minutes; --prepare goes on with making it and takes no pictures. --url is the
// address of a host that has the project open already.
/* global localStorage, location */
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { findChromium } from './chromium.mjs'
import { ensureBuilt } from './build.mjs'
import { CODED, prepareProject, RESULTS } from './galleryProject.mjs'
import { screens } from './galleryScreens.mjs'
import { states } from './galleryStates.mjs'
import { enterPinnedNode, root, say } from './pinnedNode.mjs'

const cli = join(root, 'out', 'main', 'cli.js')
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    project: { type: 'string' },
    only: { type: 'string' },
    prepare: { type: 'boolean', default: false },
    url: { type: 'string' },
    width: { type: 'string' },
    theme: { type: 'string' },
    subject: { type: 'string', default: CODED },
  },
})
const outFolder = resolve(positionals[0] ?? join(root, 'out', 'gallery'))
const work = mkdtempSync(join(tmpdir(), 'auw-gallery-'))
const project = resolve(values.project ?? join(work, 'Demo.auproj'))
const environment = { ...process.env, AUW_SETTINGS: join(work, 'settings') }
const wanted = values.only?.split(',')
const sizes = [
  { width: 1280, height: 800 },
  { width: 2560, height: 1440 },
].filter(({ width }) => values.width === undefined || values.width === String(width))
const themes = ['dark', 'light'].filter((theme) => values.theme === undefined || values.theme === theme)
function auw(...args) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, ...args], { env: environment, encoding: 'utf8', maxBuffer: 1 << 28 })
  if (status !== 0) throw new Error(`auw ${args[0]} failed: ${stderr}`)
  return stdout
}

function serve() {
  const child = spawn(process.execPath, [cli, 'serve', project, '--port', '0'], { env: environment, stdio: ['ignore', 'pipe', 'inherit'] })
  return new Promise((found, fail) => {
    let said = ''
    child.stdout.setEncoding('utf8').on('data', (text) => {
      said += text
      const url = /http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]+/.exec(said)?.[0]
      if (url) found({ child, url })
    })
    child.on('close', (code) => fail(new Error(`The host ended with ${code}.`)))
  })
}

async function shoot() {
  const executablePath = findChromium()
  if (!executablePath) throw new Error('There is no Chromium; name one in AUW_CHROMIUM.')
  const { chromium } = await import('playwright')
  const emptyProject = join(work, 'Empty.auproj')
  auw('project', 'create', emptyProject)
  const { child, url } = values.url ? { child: null, url: values.url } : await serve()
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] })
  try {
    for (const theme of themes) {
      const context = await browser.newContext({ viewport: sizes[0], reducedMotion: 'reduce' })
      const page = await context.newPage()
      await page.addInitScript((choice) => localStorage.setItem('auw.theme', choice), theme)
      await page.addInitScript(() => localStorage.setItem('auw.coder', 'AB'))
      // Each picture starts from the coding screen as a new user has it.
      await page.addInitScript(() => ['auw.coding', 'auw.assist'].forEach((key) => localStorage.removeItem(key)))
      page.on('pageerror', (error) => say(`error on the page: ${error.message}`))
      await page.goto(url)
      await page.waitForFunction(() => location.hash.startsWith('#/project/'))
      const base = /#(\/project\/[^/]+)/.exec(page.url())[1]
      const { videos } = JSON.parse(auw('video', 'list', project, '--json'))
      const runs = JSON.parse(auw('runs', 'list', project, '--json')).runs ?? []
      const video = videos.find((one) => one.subjectCode === values.subject) ?? videos[0]
      const run = runs.find(({ name }) => name === RESULTS) ?? runs[0]
      const place = { base, videoId: video.id, run, emptyProject }
      for (const [name, open] of Object.entries({ ...screens(place), ...states(place) })) {
        if (wanted && !wanted.includes(name)) continue
        await page.setViewportSize(sizes[0])
        await page.evaluate((to) => (location.hash = to), base)
        await page.reload()
        await page.waitForTimeout(300)
        await open(page).catch((error) => say(`${name}: ${error.message.split('\n')[0]}`))
        for (const size of sizes) {
          await page.setViewportSize(size)
          await page.mouse.move(size.width - 2, size.height - 2)
          await page.waitForTimeout(size === sizes[0] ? 250 : 900)
          await page.screenshot({ path: join(outFolder, `${name}-${theme}-${size.width}.png`) })
        }
      }
      await context.close()
    }
  } finally {
    await browser.close()
    child?.kill('SIGTERM')
  }
}

await enterPinnedNode()
if (!(await ensureBuilt())) process.exit(1)
mkdirSync(outFolder, { recursive: true })
try {
  if (!existsSync(project) || values.prepare) prepareProject(auw, project, work)
  if (values.prepare) process.exit(0)
  await shoot()
  say(`Pictures are in ${outFolder}`)
} finally {
  rmSync(work, { recursive: true, force: true })
}
