// The curves of the timeline: probabilities of every AU ready for drawing, and the same seen from the subject's neutral face where one is marked.
import type { ModelAu } from '@shared/model'
import type { Subject, Video } from '@shared/project'
import { useMemo } from 'react'
import { useCoding } from '../codingStore'
import { usePredictions, type Predictions } from '../videoData'
import { baselineOf, correctedColumn } from './corrected'
import type { Curve } from './paint/lanesPicture'
import { buildColumn, buildPyramid } from './pyramid'

export interface CurvesInput {
  project: string
  video: Video
  subject: Subject | undefined
  modelId: string | undefined
  predictions: Predictions | null
  units: ReadonlyMap<number, ModelAu>
}

/** Mean probability of each AU over the subject's neutral span, by AU; from another video's predictions where the span is there. */
function useBaselines({ project, video, subject, modelId, predictions }: CurvesInput): ReadonlyMap<number, number> {
  const isShown = useCoding((state) => state.isCorrectedShown)
  const neutral = subject?.neutral ?? null
  const isElsewhere = neutral !== null && neutral.videoId !== video.id
  const elsewhere = usePredictions(project, neutral ? { id: neutral.videoId } : undefined, modelId, !isElsewhere || !isShown).data ?? null
  const source = isElsewhere ? elsewhere : predictions
  return useMemo(() => {
    const found = new Map<number, number>()
    if (!isShown || !neutral || !source) return found
    source.aus.forEach((au, column) => {
      const baseline = baselineOf(source.values, source.aus.length, column, neutral)
      if (baseline !== null) found.set(au, baseline)
    })
    return found
  }, [isShown, neutral, source])
}

export function useCurves(input: CurvesInput): ReadonlyMap<number, Curve> {
  const { predictions, units } = input
  const baselines = useBaselines(input)
  const pyramids = useMemo(
    () => new Map(predictions?.aus.map((au, column) => [au, buildColumn(predictions.values, predictions.aus.length, column)])),
    [predictions],
  )
  return useMemo(() => {
    const curves = new Map<number, Curve>()
    predictions?.aus.forEach((au, column) => {
      const pyramid = pyramids.get(au)
      const baseline = baselines.get(au)
      if (!pyramid) return
      const corrected =
        baseline === undefined ? null : buildPyramid(correctedColumn(predictions.values, predictions.aus.length, column, baseline))
      curves.set(au, { pyramid, threshold: units.get(au)?.threshold ?? 0.5, corrected })
    })
    return curves
  }, [predictions, pyramids, baselines, units])
}
