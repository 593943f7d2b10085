// One pretraining run: how far it is, its loss, what it makes of hidden faces, and the way to training once it has finished.
import { useQuery } from '@tanstack/react-query'
import { runPictureUrl } from '@shared/dataUrls'
import type { PretrainingSummary } from '@shared/pretraining'
import type { RunMetric } from '@shared/runMetrics'
import { useState } from 'react'
import { Link } from 'react-router'
import { strings } from '../../../app/strings'
import { queries } from '../../../bridge/client'
import { dataUrl } from '../../../bridge/dataUrl'
import { RunActions } from '../RunActions'
import { RunCharts } from '../RunCharts'
import { RunFrame } from '../RunFrame'
import { useRunMetrics } from '../useRunMetrics'
import { pretrainingStrings as t } from './pretrainingStrings'

interface PanelProps {
  project: string
  run: PretrainingSummary
  canChange: boolean
}

export function PretrainingPanel({ project, run, canChange }: PanelProps) {
  const isRunning = run.state === 'running'
  const live = useRunMetrics(project, run.id, isRunning, 'pretraining')
  const stored = useQuery(queries.pretraining.run.queryOptions({ input: { project, runId: run.id }, enabled: !isRunning }))
  const metrics = isRunning ? live : (stored.data?.metrics ?? [])
  const losses = metrics.filter((line): line is Extract<RunMetric, { kind: 'pretraining' }> => line.kind === 'pretraining')
  const pictures = metrics.flatMap((line) => (line.kind === 'reconstructions' ? [line.step] : []))
  const last = losses.at(-1)
  return (
    <RunFrame run={run} pace={isRunning && last ? t.imagesPerSecond(last.samplesPerSecond.toFixed(0)) : ''}>
      <RunActions key={run.state} project={project} kind="pretraining" run={run} canChange={canChange}>
        {run.modelId ? (
          <>
            <Link className="button primary small" to={`/project/${project}/training`}>
              {t.handOver}
            </Link>
            <Link className="button plain small" to={`/project/${project}/models/${run.modelId}`}>
              {strings.training.openModel}
            </Link>
          </>
        ) : null}
      </RunActions>
      <Reconstructions project={project} runId={run.id} steps={pictures} />
      <RunCharts
        charts={[
          { title: t.loss, points: losses.map(({ epoch, loss }) => ({ epoch, value: loss })) },
          { title: t.rate, points: losses.map(({ epoch, rate }) => ({ epoch, value: rate })) },
        ]}
      />
      {run.state === 'finished' && run.modelId ? <p className="small soft">{t.handOverText}</p> : null}
      {stored.data?.report?.warnings.map((warning) => (
        <p key={warning} className="small soft">
          {warning}
        </p>
      ))}
    </RunFrame>
  )
}

function Reconstructions({ project, runId, steps }: { project: string; runId: string; steps: readonly number[] }) {
  const [chosen, setChosen] = useState<number | null>(null)
  const newest = steps.length - 1
  const place = chosen === null ? newest : Math.min(chosen, newest)
  const step = steps[place]
  if (step === undefined) return <p className="small dim">{t.noPicture}</p>
  return (
    <figure className="reconstructions">
      <img src={dataUrl(runPictureUrl(project, runId, step))} alt={`${t.latestPicture(step)}. ${t.rows}`} />
      <figcaption className="small soft">
        {t.latestPicture(step)}. {t.rows}
      </figcaption>
      {steps.length > 1 ? (
        <label className="row small dim">
          {t.earlier}
          <input
            className="grow"
            type="range"
            min={0}
            max={newest}
            value={place}
            aria-valuetext={t.latestPicture(step)}
            onChange={(event) => setChosen(Number(event.target.value) === newest ? null : Number(event.target.value))}
          />
        </label>
      ) : null}
    </figure>
  )
}
