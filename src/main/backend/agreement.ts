// How well stored predictions agree with stored labels, frame by frame and per AU. A first look; reports with intervals belong to training.
import type { ProjectStore } from '@main/store/index'
import type { ModelCard } from '@shared/model'
import type { AgreementRow } from '@shared/project'

interface Counts {
  truePositives: number
  falsePositives: number
  falseNegatives: number
  trueNegatives: number
}

/** Only frames with a known label (present or absent) and a prediction count. Means leave out AUs without both classes; `leftOut` names them. */
export function agreementTable(
  store: ProjectStore,
  card: ModelCard,
  filter: { subjects?: string[]; coder?: string },
): { modelId: string; rows: AgreementRow[]; meanF1: number | null; leftOut: number[] } {
  const counts = new Map<number, Counts>()
  for (const { au } of card.aus) counts.set(au, { truePositives: 0, falsePositives: 0, falseNegatives: 0, trueNegatives: 0 })
  for (const video of store.videos.list()) {
    if (filter.subjects && !filter.subjects.includes(video.subjectCode)) continue
    const labels = store.labels
      .list(video.id)
      .filter((label) => label.side === 'both' && (filter.coder === undefined || label.coder === filter.coder))
    const prediction = labels.length > 0 ? store.predictions.find(video.id, card.id) : null
    if (!prediction) continue
    const { aus, probabilities } = store.predictions.readAll(prediction.id)
    for (const label of labels) {
      const column = aus.indexOf(label.au)
      const count = counts.get(label.au)
      const threshold = card.aus.find((one) => one.au === label.au)?.threshold
      if (column < 0 || !count || threshold === undefined || label.state === 'not-scorable') continue
      for (let frame = label.startFrame; frame <= label.endFrame; frame++) {
        const value = probabilities[frame * aus.length + column] ?? Number.NaN
        if (Number.isNaN(value)) continue
        const isPredicted = value >= threshold
        if (label.state === 'present') count[isPredicted ? 'truePositives' : 'falseNegatives']++
        else count[isPredicted ? 'falsePositives' : 'trueNegatives']++
      }
    }
  }
  const rows = [...counts].map(([au, count]) => agreementRow(au, count)).filter((row) => row.known > 0)
  const scored = rows.filter((row) => row.baseRate !== null && row.baseRate > 0 && row.baseRate < 1 && row.f1 !== null)
  return {
    modelId: card.id,
    rows,
    meanF1: scored.length === 0 ? null : scored.reduce((sum, row) => sum + (row.f1 ?? 0), 0) / scored.length,
    leftOut: rows.filter((row) => !scored.includes(row)).map((row) => row.au),
  }
}

function agreementRow(au: number, { truePositives: tp, falsePositives: fp, falseNegatives: fn, trueNegatives: tn }: Counts): AgreementRow {
  const known = tp + fp + fn + tn
  const ratio = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole)
  return {
    au,
    known,
    baseRate: ratio(tp + fn, known),
    f1: ratio(2 * tp, 2 * tp + fp + fn),
    precision: ratio(tp, tp + fp),
    recall: ratio(tp, tp + fn),
  }
}
