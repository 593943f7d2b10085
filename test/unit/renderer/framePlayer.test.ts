// Where the player's clock begins is taken from the first frame, and only from it: a wrong beginning would shift every label.
import { afterEach, expect, it } from 'vitest'
import { FramePlayer } from '../../../src/renderer/features/coding/frames/framePlayer'

const SECONDS = Float64Array.from({ length: 100 }, (_, frame) => frame / 25)
/** The element's clock puts frame 0 here, which the table does not know. */
const OFFSET = 0.08

/** As much of a media element as the player uses; frames are presented when the test says so. */
class Element extends EventTarget {
  paused = true
  ended = false
  readonly seeking = false
  readyState = 2
  playbackRate = 1
  currentTime = 0
  #callbacks: VideoFrameRequestCallback[] = []

  requestVideoFrameCallback(callback: VideoFrameRequestCallback): number {
    return this.#callbacks.push(callback)
  }
  cancelVideoFrameCallback(): void {
    this.#callbacks = []
  }
  play(): Promise<void> {
    this.paused = false
    this.dispatchEvent(new Event('play'))
    return Promise.resolve()
  }
  pause(): void {
    this.paused = true
    this.dispatchEvent(new Event('pause'))
  }
  present(frame: number): void {
    const callbacks = this.#callbacks
    this.#callbacks = []
    for (const callback of callbacks) callback(0, { mediaTime: OFFSET + frame / 25 } as VideoFrameCallbackMetadata)
  }
}

let player: FramePlayer | null = null
afterEach(() => player?.dispose())

function playerOf(element: Element): FramePlayer {
  player = new FramePlayer(element as unknown as HTMLVideoElement, { seconds: SECONDS, startSeconds: 0 }, () => undefined)
  return player
}

it('does not take a later frame for the first one when play is pressed before the first is told', () => {
  const element = new Element()
  const made = playerOf(element)
  made.play()
  expect(element.paused).toBe(true)
  element.present(0)
  expect(element.paused).toBe(false)
  element.currentTime = OFFSET + 3 / 25
  element.present(3)
  expect(made.state).toMatchObject({ frame: 3, isPlaying: true, isExact: true })
})

it('forgets a play that was taken back before the first frame', () => {
  const element = new Element()
  const made = playerOf(element)
  made.toggle()
  made.toggle()
  element.present(0)
  expect(element.paused).toBe(true)
})

it('goes back to the beginning first on an element that stands elsewhere', () => {
  const element = new Element()
  element.currentTime = OFFSET + 10.5 / 25
  const made = playerOf(element)
  expect(element.currentTime).toBe(0)
  element.present(10)
  element.dispatchEvent(new Event('seeked'))
  element.present(0)
  expect(made.state.frame).toBe(0)
  element.currentTime = OFFSET + 10.5 / 25
  element.present(10)
  expect(made.state.frame).toBe(10)
})

it('stands still at the end of a loop until it is back at its beginning, and counts as playing meanwhile', () => {
  const element = new Element()
  const made = playerOf(element)
  element.present(0)
  made.setLoop({ startFrame: 10, endFrame: 12 })
  made.play()
  for (const frame of [10, 11]) {
    element.currentTime = OFFSET + frame / 25
    element.present(frame)
  }
  expect(element.paused).toBe(false)
  element.currentTime = OFFSET + 12 / 25
  element.present(12)
  expect(element.paused).toBe(true)
  expect(element.currentTime).toBeCloseTo(OFFSET + 10.5 / 25)
  expect(made.state).toMatchObject({ frame: 12, isPlaying: true })
  element.dispatchEvent(new Event('seeked'))
  element.present(10)
  expect(element.paused).toBe(false)
  expect(made.state).toMatchObject({ frame: 10, isPlaying: true })
})

it('can be stopped on the way back to where a loop begins', () => {
  const element = new Element()
  const made = playerOf(element)
  element.present(0)
  made.setLoop({ startFrame: 10, endFrame: 12 })
  made.play()
  element.currentTime = OFFSET + 14 / 25
  element.present(14)
  made.toggle()
  element.dispatchEvent(new Event('seeked'))
  element.present(10)
  expect(element.paused).toBe(true)
  expect(made.state).toMatchObject({ frame: 10, isPlaying: false })
})
