// The filter of the table of frames: sentences such as `AU12 prob > 0.5 and not coded`, read into a test of a frame. Pure.
// A word about an AU that names none (`coded`, `predicted`, `present`, `prob` ...) is about the AU named last before it; where none was, about any AU.
import type { FrameColumns } from './frameColumns'

export type FrameTest = (frame: number, columns: FrameColumns) => boolean

export type FilterReading =
  /** `says` is the filter written out in full, so that its reader sees how it was understood. */
  { isValid: true; test: FrameTest; says: string } | { isValid: false; near: string }

const COMPARISONS: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  '>': (a, b) => a > b,
  '<': (a, b) => a < b,
  '>=': (a, b) => a >= b,
  '<=': (a, b) => a <= b,
  '=': (a, b) => a === b,
}

const NUMBERS: Readonly<Record<string, (frame: number, columns: FrameColumns) => number>> = {
  frame: (frame) => frame,
  time: (frame, columns) => columns.seconds(frame),
  pitch: (frame, columns) => columns.angle(frame, 'pitch'),
  yaw: (frame, columns) => columns.angle(frame, 'yaw'),
  roll: (frame, columns) => columns.angle(frame, 'roll'),
}

const FRAME_WORDS: Readonly<Record<string, FrameTest>> = {
  trusted: (frame, columns) => columns.isTrusted(frame),
  face: (frame, columns) => columns.face(frame) !== null,
}

const AU_WORDS: Readonly<Record<string, (frame: number, columns: FrameColumns, au: number) => boolean>> = {
  coded: (frame, columns, au) => columns.state(frame, au) !== null,
  present: (frame, columns, au) => columns.state(frame, au) === 'present',
  absent: (frame, columns, au) => columns.state(frame, au) === 'absent',
  unscorable: (frame, columns, au) => columns.state(frame, au) === 'not-scorable',
  predicted: (frame, columns, au) => columns.isPredicted(frame, au),
}

/** Looks up what a person typed, which may be the name of something that every object has. */
function own<T>(words: Readonly<Record<string, T>>, word: string): T | undefined {
  return Object.hasOwn(words, word) ? words[word] : undefined
}

interface Term {
  test: FrameTest
  says: string
}

class Unread extends Error {
  constructor(readonly near: string) {
    super(near)
  }
}

/** Reads by descent: or, and, not, then brackets and single terms. */
class Reader {
  private at = 0
  private au: number | null = null

  constructor(private readonly words: readonly string[]) {}

  readAll(): Term {
    const term = this.either()
    if (this.at < this.words.length) throw new Unread(this.peek())
    return term
  }

  private peek(): string {
    return this.words[this.at] ?? ''
  }

  private take(word: string): boolean {
    if (this.peek() !== word) return false
    this.at++
    return true
  }

  private either(): Term {
    let left = this.both()
    while (this.take('or')) {
      const [a, b] = [left, this.both()]
      left = { test: (frame, columns) => a.test(frame, columns) || b.test(frame, columns), says: `${a.says} or ${b.says}` }
    }
    return left
  }

  private both(): Term {
    let left = this.negated()
    while (this.take('and')) {
      const [a, b] = [left, this.negated()]
      left = { test: (frame, columns) => a.test(frame, columns) && b.test(frame, columns), says: `${a.says} and ${b.says}` }
    }
    return left
  }

  private negated(): Term {
    if (!this.take('not')) return this.single()
    const inner = this.negated()
    return { test: (frame, columns) => !inner.test(frame, columns), says: `not ${inner.says}` }
  }

  private single(): Term {
    if (this.take('(')) {
      const inner = this.either()
      if (!this.take(')')) throw new Unread(this.peek())
      return { test: inner.test, says: `(${inner.says})` }
    }
    const named = /^au(\d{1,2})$/.exec(this.peek())
    if (named) {
      this.at++
      this.au = Number(named[1])
    }
    const word = this.peek()
    const frameWord = named ? undefined : own(FRAME_WORDS, word)
    if (frameWord) {
      this.at++
      return { test: frameWord, says: word }
    }
    const auWord = own(AU_WORDS, word)
    if (auWord) {
      this.at++
      return this.aboutAu(word, auWord)
    }
    const numeric = named ? undefined : own(NUMBERS, word)
    if (numeric) {
      this.at++
      const { compare, says } = this.comparison()
      return { test: (frame, columns) => compare(numeric(frame, columns)), says: `${word} ${says}` }
    }
    if (this.take('prob') || named) {
      const { compare, says } = this.comparison()
      return this.aboutAu(`prob ${says}`, (frame, columns, au) => compare(columns.probability(frame, au)))
    }
    throw new Unread(word)
  }

  private aboutAu(word: string, holds: (frame: number, columns: FrameColumns, au: number) => boolean): Term {
    const { au } = this
    if (au !== null) return { test: (frame, columns) => holds(frame, columns, au), says: `AU${au} ${word}` }
    return { test: (frame, columns) => columns.aus.some((any) => holds(frame, columns, any)), says: `any AU ${word}` }
  }

  private comparison(): { compare: (value: number) => boolean; says: string } {
    const sign = this.words[this.at]
    const holds = own(COMPARISONS, sign ?? '')
    const limit = Number(this.words[this.at + 1])
    if (!holds || Number.isNaN(limit) || this.words[this.at + 1] === undefined)
      throw new Unread(holds ? `${sign} ${this.words[this.at + 1] ?? ''}` : (sign ?? ''))
    this.at += 2
    return { compare: (value) => holds(value, limit), says: `${sign} ${limit}` }
  }
}

/** Reads a filter; empty text passes every frame. */
export function readFilter(text: string): FilterReading {
  // `AU 12` is written with a space by some; `!=` and the like are not among the signs and are reported.
  const plain = text
    .toLowerCase()
    .replace(/\bau\s+(\d)/g, 'au$1')
    .replaceAll('probability', 'prob')
  const words = plain.match(/>=|<=|[()<>=]|[^\s()<>=]+/g) ?? []
  if (words.length === 0) return { isValid: true, test: () => true, says: '' }
  try {
    return { isValid: true, ...new Reader(words).readAll() }
  } catch (error) {
    if (error instanceof Unread) return { isValid: false, near: error.near }
    throw error
  }
}
