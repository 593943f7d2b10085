// What every reader of published data sets gives: labels per frame of a clip, and spans made of them. No files, no videos.
import { AppError } from '@shared/errors'
import type { ImportedSpan } from '../intensityCsvRead'

/** Present, absent; frames that are not known have no entry. Frames count from 0. */
export type FrameStates = Map<number, 'present' | 'absent'>

/** Labels of one clip. */
export interface ClipLabels {
  /** By AU. */
  states: Map<number, FrameStates>
  /** Labels that say "not known" and are left out. */
  unknown: number
}

/** Runs of equal neighbours as spans, by AU and frame. */
export function spansOf(states: ReadonlyMap<number, FrameStates>): ImportedSpan[] {
  return [...states]
    .sort(([a], [b]) => a - b)
    .flatMap(([au, frames]) => {
      const spans: ImportedSpan[] = []
      for (const [frame, state] of [...frames].sort(([a], [b]) => a - b)) {
        const last = spans.at(-1)
        if (last && last.endFrame === frame - 1 && last.state === state) last.endFrame = frame
        else spans.push({ au, startFrame: frame, endFrame: frame, state })
      }
      return spans
    })
}

/** The frame, counted from 0, of a number that counts from 1. @throws AppError DATASET_INVALID */
export function frameFromOne(text: string, where: string): number {
  const frame = Number(text)
  if (text.trim() === '' || !Number.isSafeInteger(frame) || frame < 1)
    throw invalid(where, `"${text.slice(0, 40)}" is no frame; frames count from 1`)
  return frame - 1
}

export const invalid = (where: string, what: string): AppError => new AppError('DATASET_INVALID', `${where}: ${what}.`, { where })

/** `F1`, `F001` and `f01` become `F001`, as the data sets themselves write their subjects. */
export function subjectCode(letters: string, number: string): string {
  return `${letters.toUpperCase()}${number.padStart(3, '0')}`
}
