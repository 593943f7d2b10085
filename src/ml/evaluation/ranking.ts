// Threshold-free figures of one AU. Labels are 1 present, 0 absent; anything else is not known and is left out.

interface Ranked {
  probability: number
  isPresent: boolean
}

/** Known frames from the most to the least probable. */
function rank(labels: ArrayLike<number>, probabilities: ArrayLike<number>): Ranked[] {
  const known: Ranked[] = []
  for (let i = 0; i < labels.length; i++) {
    if (labels[i] === 1 || labels[i] === 0) known.push({ probability: probabilities[i] as number, isPresent: labels[i] === 1 })
  }
  return known.sort((a, b) => b.probability - a.probability)
}

/** Calls `visit` once per distinct probability, from high to low, with the counts at that probability. */
function visitTies(ranked: Ranked[], visit: (present: number, absent: number) => void): void {
  for (let start = 0; start < ranked.length;) {
    let end = start
    let present = 0
    for (; end < ranked.length && ranked[end]?.probability === ranked[start]?.probability; end++) if (ranked[end]?.isPresent) present++
    visit(present, end - start - present)
    start = end
  }
}

/** Area under the ROC curve, ties counted half; null unless the AU is both present and absent somewhere. */
export function rocAuc(labels: ArrayLike<number>, probabilities: ArrayLike<number>): number | null {
  const ranked = rank(labels, probabilities)
  let above = 0 // absent frames so far
  let presentTotal = 0
  let wrongPairs = 0
  visitTies(ranked, (present, absent) => {
    wrongPairs += present * (above + absent / 2)
    above += absent
    presentTotal += present
  })
  return presentTotal > 0 && above > 0 ? 1 - wrongPairs / (presentTotal * above) : null
}

/** Average precision: precision at each distinct probability, weighed by the recall gained there; null without a present frame. */
export function averagePrecision(labels: ArrayLike<number>, probabilities: ArrayLike<number>): number | null {
  let found = 0
  let seen = 0
  let sum = 0
  visitTies(rank(labels, probabilities), (present, absent) => {
    found += present
    seen += present + absent
    sum += present * (found / seen)
  })
  return found > 0 ? sum / found : null
}
