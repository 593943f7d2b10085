// From probabilities to labels: what accepting a model's predictions writes. Leaves out where they are kept and who asked.

/** A run of frames of one state, both ends included. */
export interface AcceptedRun {
  startFrame: number
  endFrame: number
  state: 'present' | 'absent'
}

export interface AcceptanceInput {
  /** Probability of frame startFrame + i; NaN where there is none. */
  probabilities: ArrayLike<number>
  startFrame: number
  /** Present at and above it. */
  threshold: number
  /** 1 where a face is trusted. Aligned with `probabilities`. */
  isTrusted: ArrayLike<number>
  /** 1 where a person's own label already stands and must stay. Aligned with `probabilities`. */
  isOccupied: ArrayLike<number>
}

/** The runs to write: frames without value, without a trusted face, or with a person's label are left alone. Ascending, not overlapping. */
export function acceptedRuns(input: AcceptanceInput): AcceptedRun[] {
  const runs: AcceptedRun[] = []
  let open: AcceptedRun | null = null
  for (let i = 0; i < input.probabilities.length; i++) {
    const value = input.probabilities[i] ?? Number.NaN
    const isLeftAlone = Number.isNaN(value) || input.isTrusted[i] !== 1 || input.isOccupied[i] === 1
    const state = isLeftAlone ? null : value >= input.threshold ? 'present' : 'absent'
    const frame = input.startFrame + i
    if (open && state === open.state) {
      open.endFrame = frame
      continue
    }
    if (open) runs.push(open)
    open = state === null ? null : { startFrame: frame, endFrame: frame, state }
  }
  if (open) runs.push(open)
  return runs
}
