// Two ways to code the demo clips to the frame, done in the real window: by hand, and with proposals that are accepted, refused and put right. Both must end
// with the events that are known of these synthetic faces. Actions are counted while they are made; time is what a keystroke-level model says of them.
import { DEFAULT_AU_KEYS } from '@renderer/features/coding/keyboard/keymap'
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Page } from 'playwright'
import { openWindow } from './window'

/**
 * Seconds of one operator: Card, Moran and Newell, "The Keystroke-Level Model for User Performance Time with Interactive Systems", Communications of the ACM
 * 23(7), 1980: K a key or button of an average non-secretary typist, P pointing, H moving the hand between keyboard and mouse, M thinking before an act.
 * R is waiting for the system: here watching each clip once at its own speed, in both ways; steps and jumps answer faster than the next key.
 */
const OPERATORS = { K: 0.28, P: 1.1, H: 0.4, M: 1.35 } as const
type Operator = keyof typeof OPERATORS

export const CLIPS = ['S01', 'S02', 'S03', 'S04', 'S05', 'S06'] as const
/** AUs of which the starter model is shown to be right; the others are proposed only when asked for. */
const AUS = [4, 6, 12, 25, 26, 45] as const
/** An AU counts as present from this intensity of the synthetic face, as when its table is imported. */
const PRESENT_FROM = 0.3

interface Span {
  au: number
  startFrame: number
  endFrame: number
}

export interface Way {
  counts: Record<Operator, number>
  watchedSeconds: number
  seconds: number
  /** Events after coding, by clip. */
  events: Span[][]
}

export interface Comparison {
  byHand: Way
  withProposals: Way
  isSame: boolean
  eventCount: number
  clipSeconds: number
}

const inOrder = (spans: readonly Span[]): Span[] =>
  [...spans].sort((a, b) => a.startFrame - b.startFrame || a.au - b.au || a.endFrame - b.endFrame)

/** Events that the clip's own table knows of. */
function knownEvents(subject: string): Span[] {
  const [head = '', ...rows] = readFileSync(resolve(`resources/demo/synthetic_${subject}.csv`), 'utf8')
    .trim()
    .split('\n')
  const columns = head.split(',')
  return AUS.flatMap((au) => {
    const column = columns.indexOf(`AU${String(au).padStart(2, '0')}`)
    const spans: Span[] = []
    let start = -1
    for (let frame = 0; frame <= rows.length; frame++) {
      const isPresent = frame < rows.length && Number(rows[frame]?.split(',')[column]) >= PRESENT_FROM
      if (isPresent && start < 0) start = frame
      if (!isPresent && start >= 0) {
        spans.push({ au, startFrame: start, endFrame: frame - 1 })
        start = -1
      }
    }
    return spans
  })
}

/** A coder's hands: makes each act in the window and counts it. */
class Hands {
  readonly counts: Record<Operator, number> = { K: 0, P: 0, H: 0, M: 0 }
  private isAtMouse = false

  constructor(readonly page: Page) {}

  private reach(isMouse: boolean): void {
    if (isMouse !== this.isAtMouse) this.counts.H++
    this.isAtMouse = isMouse
  }

  think(): void {
    this.counts.M++
  }

  async press(key: string): Promise<void> {
    this.reach(false)
    this.counts.K += key.split('+').length
    await this.page.keyboard.press(key)
  }

  async click(selector: string): Promise<void> {
    this.reach(true)
    this.counts.P++
    this.counts.K++
    await this.page.locator(selector).first().click()
  }

  frame(): Promise<number> {
    return this.page.getByTestId('frame-number').evaluate((element) => Number((element as HTMLElement).dataset.frame))
  }

  /** Steps by tens and ones to a frame, as somebody does who looks for an edge. */
  async stepTo(frame: number): Promise<void> {
    for (let at = await this.frame(); at !== frame;) {
      const by = frame - at
      const isLarge = Math.abs(by) >= 6
      const next = Math.max(0, at + Math.sign(by) * (isLarge ? 10 : 1))
      await this.press(`${isLarge ? 'Shift+' : ''}Arrow${by > 0 ? 'Right' : 'Left'}`)
      const last = await this.page
        .getByTestId('frame-number')
        .evaluate((element) => Number(/of ([\d,]+)/.exec(element.textContent)?.[1]?.replaceAll(',', '')))
      at = Math.min(next, last)
      await this.page.waitForFunction(
        (wanted) => document.querySelector(`[data-testid="frame-number"][data-frame="${wanted}"]`) !== null,
        at,
      )
    }
  }
}

/** Begins an event at its onset and ends it at its offset; Esc ends the chain, for neither way grades intensity. */
async function codeEvent(hands: Hands, event: Span): Promise<void> {
  const key = DEFAULT_AU_KEYS[event.au] ?? ''
  // Which AU it is, then its onset, then its offset.
  hands.think()
  hands.think()
  await hands.stepTo(event.startFrame)
  await hands.press(key)
  await hands.page.locator('.key-state', { hasText: 'since' }).waitFor()
  hands.think()
  await hands.stepTo(event.endFrame)
  await hands.press(key)
  await hands.page.locator('.key-state', { hasText: 'intensity' }).waitFor()
  await hands.press('Escape')
  await hands.press('Escape')
}

const overlap = (a: Span, b: Span): number =>
  a.au === b.au ? Math.min(a.endFrame, b.endFrame) - Math.max(a.startFrame, b.startFrame) + 1 : 0

async function readProposals(page: Page): Promise<Span[]> {
  const texts = await page
    .locator('.proposal')
    .evaluateAll((all) => all.map((one) => [...one.children].slice(0, 2).map((part) => part.textContent)))
  return texts.map(([au = '', span = '']) => {
    const [startFrame = 0, endFrame = startFrame] = (span.match(/\d+/g) ?? []).map(Number)
    return { au: Number(au.replace('AU', '')), startFrame, endFrame }
  })
}

/** Puts an edge of the selected event where it belongs: steps there, then in or out. */
async function putEdge(hands: Hands, event: Span, edge: 'startFrame' | 'endFrame'): Promise<void> {
  await hands.stepTo(event[edge])
  await hands.press(edge === 'startFrame' ? 'i' : 'o')
  const shown = edge === 'startFrame' ? new RegExp(`^${event.startFrame}–`) : new RegExp(`^\\d+–${event.endFrame}$`)
  await hands.page.locator('.label-facts span span', { hasText: shown }).waitFor()
}

/** Judges every proposal, puts its edges right where they are not, refuses what is none, then codes what was missed. */
async function workThrough(hands: Hands, wanted: readonly Span[]): Promise<void> {
  const { page } = hands
  await page.locator('.proposal').first().waitFor()
  const proposals = await readProposals(page)
  const partners = new Map<Span, Span>()
  for (const proposal of proposals) {
    const target = wanted
      .filter((event) => ![...partners.values()].includes(event) && overlap(event, proposal) > 0)
      .sort((a, b) => overlap(b, proposal) - overlap(a, proposal))[0]
    if (target) partners.set(proposal, target)
  }
  await hands.click('.proposal')
  for (const [index, proposal] of proposals.entries()) {
    const target = partners.get(proposal)
    const isHandled = (): Promise<unknown> =>
      page.waitForFunction((left) => document.querySelectorAll('.proposal').length === left, proposals.length - index - 1)
    // The chosen proposal's apex comes on screen before anybody judges it.
    await page.waitForFunction(({ startFrame, endFrame }) => {
      const shown = document.querySelector('[data-testid="frame-number"]:not(.seeking)') as HTMLElement | null
      return shown !== null && Number(shown.dataset.frame) >= startFrame && Number(shown.dataset.frame) <= endFrame
    }, proposal)
    hands.think()
    if (target) {
      // Both edges are looked at, whether they are right or not.
      hands.think()
      hands.think()
    }
    const wrong = target ? (['startFrame', 'endFrame'] as const).filter((edge) => target[edge] !== proposal[edge]) : []
    if (!target || wrong.length === 0) {
      await hands.press(target ? 'Enter' : 'x')
      await isHandled()
      continue
    }
    // An edge that lies beyond the other goes last, so that the event never ends before it starts.
    if (target.startFrame > proposal.endFrame) wrong.reverse()
    for (const edge of wrong) await putEdge(hands, target, edge)
    await isHandled()
    if (index + 1 < proposals.length) {
      await hands.press('Enter')
      await page.locator('.proposal[aria-pressed="true"]').waitFor()
    }
  }
  const found = new Set(partners.values())
  for (const event of wanted.filter((each) => !found.has(each))) await codeEvent(hands, event)
}

/** Codes the clips in one window, as a coder of that name. */
async function codeAll(
  project: string,
  settings: string,
  coder: string,
  videos: readonly { id: string; subject: string; seconds: number }[],
  isAssisted: boolean,
): Promise<Omit<Way, 'events'>> {
  const counts: Way['counts'] = { K: 0, P: 0, H: 0, M: 0 }
  const window = await openWindow(project, settings, '')
  const { page } = window
  await page.addInitScript(
    ({ coder, isAssisted }) => {
      localStorage.setItem('auw.coder', coder)
      localStorage.setItem('auw.coding', JSON.stringify({ isBlind: !isAssisted }))
      localStorage.setItem('auw.assist', JSON.stringify({ tab: isAssisted ? 'proposals' : null }))
    },
    { coder, isAssisted },
  )
  for (const { id, subject } of videos) {
    await page.evaluate((route) => (location.hash = location.hash.replace(/(#\/project\/[^/]+).*/, `$1/video/${route}`)), id)
    await page.reload()
    await page.waitForFunction(() => document.querySelector('[data-testid="frame-number"][data-frame="0"]') !== null)
    await page.locator('.lanes-view').focus()
    const hands = new Hands(page)
    const wanted = inOrder(knownEvents(subject))
    if (isAssisted) await workThrough(hands, wanted)
    else for (const event of wanted) await codeEvent(hands, event)
    for (const operator of Object.keys(counts) as Operator[]) counts[operator] += hands.counts[operator]
    await page.waitForTimeout(300)
  }
  await window.close()
  const watchedSeconds = videos.reduce((sum, video) => sum + video.seconds, 0)
  const acting = (Object.keys(OPERATORS) as Operator[]).reduce((sum, operator) => sum + counts[operator] * OPERATORS[operator], 0)
  return { counts, watchedSeconds, seconds: acting + watchedSeconds }
}

/** @param folder for the project that is made @param subjects whose demo clips are coded */
export async function compareWays(folder: string, subjects: readonly string[]): Promise<Comparison> {
  const project = join(folder, 'keystrokes.auproj')
  const settings = join(folder, 'settings')
  const auw = (...args: string[]): string =>
    execFileSync(process.execPath, [resolve('out/main/cli.js'), ...args], {
      env: { ...process.env, AUW_SETTINGS: settings },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    })
  auw('project', 'create', project, '--name', 'Keystrokes', '--aus', AUS.join(','))
  for (const subject of subjects) auw('video', 'add', project, resolve(`resources/demo/synthetic_${subject}.mp4`), '--subject', subject)
  auw('predict', project)
  interface Listed {
    id: string
    subjectCode: string
    durationSeconds: number
  }
  const { videos: listed } = JSON.parse(auw('video', 'list', project, '--json')) as { videos: Listed[] }
  const videos = listed.map(({ id, subjectCode, durationSeconds }) => ({ id, subject: subjectCode, seconds: durationSeconds }))
  const hand = await codeAll(project, settings, 'HAND', videos, false)
  const assisted = await codeAll(project, settings, 'HELP', videos, true)
  interface Label extends Span {
    coder: string
    state: string
    side: string
  }
  const present = (coder: string): Span[][] =>
    videos.map(({ id }) => {
      const { labels } = JSON.parse(auw('label', 'list', project, '--video', id, '--json')) as { labels: Label[] }
      const own = labels.filter((label) => label.coder === coder && label.state === 'present' && label.side === 'both')
      return inOrder(own.map(({ au, startFrame, endFrame }) => ({ au, startFrame, endFrame })))
    })
  const byHand = { ...hand, events: present('HAND') }
  const withProposals = { ...assisted, events: present('HELP') }
  const known = videos.map(({ subject }) => inOrder(knownEvents(subject)))
  const isEqual = (events: Span[][]): boolean => JSON.stringify(events) === JSON.stringify(known)
  return {
    byHand,
    withProposals,
    isSame: isEqual(byHand.events) && isEqual(withProposals.events),
    eventCount: known.flat().length,
    clipSeconds: hand.watchedSeconds,
  }
}

/** Lines for the table. */
export function describeWay(name: string, { counts, watchedSeconds, seconds }: Way): string[] {
  const actions = counts.K + counts.P
  return [
    `${name.padEnd(15)} ${String(actions).padStart(5)} actions: ${counts.K} K x 0.28 s, ${counts.P} P x 1.1 s, ${counts.H} H x 0.4 s, ${counts.M} M x 1.35 s, ${watchedSeconds.toFixed(0)} s watched = ${seconds.toFixed(0)} s`,
  ]
}
