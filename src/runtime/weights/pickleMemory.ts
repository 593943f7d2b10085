// What the pickle machine works with: its stack with marks, its memo, and the bounds on both. What opcodes do with them is pickle.ts.
import { malformedPickle } from './pickleBytes'
import type { PickleValue } from './pickleValues'

/** Bounds far above any real checkpoint (ViT-L with optimizer: about 3,000 tensors), far below what would exhaust memory. */
export interface PickleLimits {
  maxBytes: number
  maxStack: number
  maxMarks: number
  maxMemo: number
  /** Container elements and values made, in all. */
  maxValues: number
}

export const DEFAULT_PICKLE_LIMITS: PickleLimits = {
  maxBytes: 64 << 20,
  maxStack: 1_000_000,
  maxMarks: 1_000,
  maxMemo: 4_000_000,
  maxValues: 8_000_000,
}

/** Every method throws AppError MODEL_FILE_INVALID where the pickle asks for what is not there, or for more than the limits. */
export class PickleMemory {
  private stack: PickleValue[] = []
  private readonly marks: PickleValue[][] = []
  private readonly memo = new Map<number, PickleValue>()
  private valueCount = 0

  constructor(
    private readonly fileName: string,
    private readonly limits: PickleLimits,
  ) {}

  get memoSize(): number {
    return this.memo.size
  }

  /** What follows is a group of its own, until {@link popMark}. */
  mark(): void {
    if (this.marks.length >= this.limits.maxMarks) throw malformedPickle(this.fileName, 'it nests too deeply')
    this.marks.push(this.stack)
    this.stack = []
  }

  /** Drops the last value, or an empty group with its mark. */
  drop(): void {
    if (this.stack.length > 0) this.stack.pop()
    else this.popMark()
  }

  /** Adds items to a list that is on the stack. */
  appendTo(list: PickleValue, items: PickleValue[]): void {
    if (!Array.isArray(list)) throw malformedPickle(this.fileName, 'it appends to something that is no list')
    this.count(items.length)
    for (const item of items) list.push(item)
  }

  /** Keys and values in turns into a dictionary that is on the stack. */
  setItems(dict: PickleValue, items: PickleValue[]): void {
    if (!(dict instanceof Map) || items.length % 2 !== 0)
      throw malformedPickle(this.fileName, 'it sets items of something that is no dictionary')
    this.count(items.length)
    for (let i = 0; i < items.length; i += 2) dict.set(items[i] as PickleValue, items[i + 1] as PickleValue)
  }

  push(value: PickleValue): void {
    if (this.stack.length >= this.limits.maxStack) throw malformedPickle(this.fileName, 'it is too large')
    this.count(1)
    this.stack.push(value)
  }

  pop(): PickleValue {
    const value = this.stack.pop()
    if (value === undefined) throw malformedPickle(this.fileName, 'its stack is empty too early')
    return value
  }

  /** The last `count` values, in the order in which they were pushed. */
  popMany(count: number): PickleValue[] {
    if (this.stack.length < count) throw malformedPickle(this.fileName, 'its stack is empty too early')
    return this.stack.splice(this.stack.length - count)
  }

  /** The group since the last mark. */
  popMark(): PickleValue[] {
    const items = this.stack
    const below = this.marks.pop()
    if (!below) throw malformedPickle(this.fileName, 'it lacks a mark')
    this.stack = below
    return items
  }

  top(): PickleValue {
    const value = this.stack.at(-1)
    if (value === undefined) throw malformedPickle(this.fileName, 'its stack is empty too early')
    return value
  }

  /** Remembers the last value under a number. */
  memoise(index: number): void {
    if (this.memo.size >= this.limits.maxMemo) throw malformedPickle(this.fileName, 'it is too large')
    this.memo.set(index, this.top())
  }

  /** Pushes what was remembered under a number. */
  recall(index: number): void {
    const value = this.memo.get(index)
    if (value === undefined) throw malformedPickle(this.fileName, 'it refers to something it has not made')
    this.push(value)
  }

  /** Counts values that were made, wherever they are. */
  count(added: number): void {
    this.valueCount += added
    if (this.valueCount > this.limits.maxValues) throw malformedPickle(this.fileName, 'it is too large')
  }
}
