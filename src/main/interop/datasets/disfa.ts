// DISFA: one file per subject and AU (SN001_au1.txt), lines `frame,intensity`, frames from 1, intensity 0 to 5; present from a threshold on.
import { frameFromOne, invalid, subjectCode, type FrameStates } from './datasetLabels'

/** Subject and AU of a label file's name; null when it is none. */
export function disfaFile(fileName: string): { subject: string; au: number } | null {
  const match = /^(SN)(\d{1,3})_au(\d{1,2})\.txt$/i.exec(fileName)
  return match ? { subject: subjectCode(match[1] as string, match[2] as string), au: Number(match[3]) } : null
}

/** Subject and camera of a video's name (`RightVideoSN001_comp.avi`, `LeftVideoSN001_comp.avi`); null when it is none. */
export function disfaVideo(fileName: string): { subject: string; camera: 'left' | 'right' } | null {
  const match = /^(Left|Right)Video(SN)(\d{1,3})(?:_comp)?\.[A-Za-z0-9]+$/i.exec(fileName)
  if (!match) return null
  return {
    subject: subjectCode(match[2] as string, match[3] as string),
    camera: (match[1] as string).toLowerCase() === 'left' ? 'left' : 'right',
  }
}

/** @param threshold present at and above this intensity @throws AppError DATASET_INVALID, naming the line */
export function readDisfaLabels(text: string, name: string, threshold: number): FrameStates {
  const states: FrameStates = new Map()
  text.split(/\r?\n/).forEach((line, index) => {
    if (line.trim() === '') return
    const where = `${name}, line ${index + 1}`
    const [frameText, intensityText, ...rest] = line.split(/[,\s;]+/).filter((part) => part !== '')
    const frame = frameFromOne(frameText ?? '', where)
    const intensity = Number(intensityText ?? NaN)
    if (rest.length > 0 || !Number.isInteger(intensity) || intensity < 0 || intensity > 5)
      throw invalid(where, 'a line is a frame and an intensity from 0 to 5')
    if (states.has(frame)) throw invalid(where, `frame ${frame + 1} stands there twice`)
    states.set(frame, intensity >= threshold ? 'present' : 'absent')
  })
  return states
}
