// Predicting the project's videos with this model, whether or not it is the active one, in the precision that is chosen here.
import { useMutation, useQuery } from '@tanstack/react-query'
import type { ModelCard, Precision } from '@shared/model'
import { useState } from 'react'
import { Link } from 'react-router'
import { isActive, useJobs } from '../../app/projectState'
import { queries } from '../../bridge/client'
import { Button } from '../../ui/Button'
import { ErrorPanel } from '../../ui/ErrorPanel'
import { notify } from '../../ui/notify'
import { modelCardStrings as t } from './modelCardStrings'

export function PredictPart({ project, card, canChange }: { project: string; card: ModelCard; canChange: boolean }) {
  const videos = useQuery(queries.video.list.queryOptions({ input: { project } }))
  const [precision, setPrecision] = useState<Precision | ''>('')
  const waiting = useJobs(
    ({ jobs }) => [...jobs.values()].filter((job) => job.kind === 'predict' && job.modelId === card.id && isActive(job)).length,
  )
  const predict = useMutation(
    queries.job.predict.mutationOptions({
      meta: { showsError: true },
      onSuccess: (jobs) => notify(jobs.length === 0 ? t.predictedAlready : t.predictStarted(jobs.length), undefined, 'info'),
    }),
  )
  if (card.kind === 'backbone') return null
  const count = videos.data?.filter(({ isMissing }) => !isMissing).length ?? 0
  return (
    <section className="stack" aria-label={t.predictTitle}>
      <h3>{t.predictTitle}</h3>
      <div className="row wrap">
        {card.kind === 'starter' ? null : (
          <label className="row">
            {t.precisionChoice}
            <select className="input" value={precision} onChange={(event) => setPrecision(event.target.value as Precision | '')}>
              <option value="">{t.precisions.same}</option>
              <option value="float32">{t.precisions.float32}</option>
              <option value="int8">{t.precisions.int8}</option>
            </select>
          </label>
        )}
        <Button
          disabled={!canChange || count === 0}
          isBusy={predict.isPending || waiting > 0}
          onClick={() => predict.mutate({ project, modelId: card.id, ...(precision === '' ? {} : { precision }) })}
        >
          {waiting > 0 ? t.predicting(waiting) : t.predict(count)}
        </Button>
      </div>
      <p className="small dim">
        {count === 0
          ? t.noVideos
          : card.kind === 'expression'
            ? t.predictExpressionsHint
            : precision === 'int8'
              ? t.int8Hint
              : t.predictHint}{' '}
        {card.kind === 'expression' ? <Link to={`/project/${project}/export`}>{t.toExport}</Link> : null}
      </p>
      {predict.isError ? <ErrorPanel error={predict.error} /> : null}
    </section>
  )
}
