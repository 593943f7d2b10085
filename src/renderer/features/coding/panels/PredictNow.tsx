// Beside a video without predictions: a button that finds its faces where that is still to do, and predicts.
import { useMutation } from '@tanstack/react-query'
import type { Video } from '@shared/project'
import { strings } from '../../../app/strings'
import { queries } from '../../../bridge/client'
import { Button } from '../../../ui/Button'

const t = strings.coding

interface PredictNowProps {
  project: string
  video: Video
  /** Undefined for the project's active model. */
  modelId: string | undefined
  canChange: boolean
}

export function PredictNow({ project, video, modelId, canChange }: PredictNowProps) {
  const analyse = useMutation(queries.job.analyse.mutationOptions())
  const predict = useMutation(queries.job.predict.mutationOptions())
  const start = async (): Promise<void> => {
    if (video.analysis !== 'done') await analyse.mutateAsync({ project, videoIds: [video.id] })
    await predict.mutateAsync({ project, videoIds: [video.id], ...(modelId ? { modelId } : {}) })
  }
  return (
    <div className="predict-now">
      <p className="small soft">{t.nothingPredictedText}</p>
      <Button
        className="small"
        disabled={!canChange || video.isMissing}
        isBusy={analyse.isPending || predict.isPending}
        onClick={() => void start().catch(() => undefined)}
      >
        {t.predictNow}
      </Button>
    </div>
  )
}
