// One run at a glance: how far it is, what can be done with it, its curves, and its headline once it has finished.
import { useMutation, useQuery } from '@tanstack/react-query'
import type { RunSummary } from '@shared/trainingRun'
import { useMemo } from 'react'
import { Link } from 'react-router'
import { queryClient } from '../../app/queryClient'
import { strings } from '../../app/strings'
import { queries } from '../../bridge/client'
import { notify } from '../../ui/notify'
import { FoldLegend, LineChart } from './LineChart'
import { RemoveRun } from './RemoveRun'
import { RunActions } from './RunActions'
import { RunFrame } from './RunFrame'
import { seriesOf } from './runSeries'
import { figureText, intervalText } from '../../ui/figureText'
import { useRunMetrics } from './useRunMetrics'

const t = strings.training

/** What leads on from a run that stands, and the way to delete it. */
function Afterwards({ project, run, canChange }: { project: string; run: RunSummary; canChange: boolean }) {
  const remove = useMutation(
    queries.training.remove.mutationOptions({
      onSuccess() {
        notify(t.removed(run.name))
        void queryClient.invalidateQueries({ queryKey: queries.training.runs.key() })
      },
    }),
  )
  return (
    <>
      {run.state === 'finished' ? (
        <Link className="button primary small" to={`/project/${project}/training/${run.id}`}>
          {t.openResults}
        </Link>
      ) : null}
      {run.modelId ? (
        <Link className="button plain small" to={`/project/${project}/models/${run.modelId}`}>
          {t.openModel}
        </Link>
      ) : null}
      {run.state === 'running' ? null : (
        <RemoveRun
          name={run.name}
          canChange={canChange}
          isBusy={remove.isPending}
          onRemove={() => remove.mutate({ project, runId: run.id })}
        />
      )}
    </>
  )
}

export function RunPanel({ project, run, canChange }: { project: string; run: RunSummary; canChange: boolean }) {
  const isRunning = run.state === 'running'
  const live = useRunMetrics(project, run.id, isRunning)
  const detail = useQuery(queries.training.run.queryOptions({ input: { project, runId: run.id }, enabled: !isRunning }))
  const metrics = isRunning ? live : (detail.data?.metrics ?? live)
  const series = useMemo(() => seriesOf(metrics), [metrics])
  const isFinal = (fold: number): boolean => detail.data?.run.folds[fold]?.test.length === 0
  const foldName = (fold: number): string => (isFinal(fold) ? t.finalFit : t.fold(fold))
  return (
    <RunFrame run={run} pace={isRunning && series.last ? t.throughput(series.last.samplesPerSecond.toFixed(1)) : ''}>
      {run.meanF1 !== null ? (
        <p className="headline num">
          <span className="dim">{t.columns.f1}</span> <strong>{figureText(run.meanF1)}</strong>{' '}
          <span className="small dim">{intervalText(run.meanF1Interval)}</span>
          {run.beforeMeanF1 !== null ? (
            <span className="small soft">
              {' '}
              · {t.columns.before} {figureText(run.beforeMeanF1)}
            </span>
          ) : null}
        </p>
      ) : null}
      <RunActions key={`${run.id}${run.state}`} project={project} kind="training" run={run} canChange={canChange}>
        <Afterwards project={project} run={run} canChange={canChange} />
      </RunActions>
      <div className="charts" aria-label={t.curves} role="group">
        <LineChart title={t.chart.auLoss} series={series.auLoss} foldName={foldName} />
        <LineChart
          title={t.chart.identityLoss}
          series={series.identityLoss}
          empty={run.lambda === 0 ? t.noIdentity : t.noPoints}
          foldName={foldName}
        />
        <LineChart title={t.chart.rate} series={series.rate} foldName={foldName} />
        <LineChart
          title={series.testF1.length > 0 || series.validationF1.length === 0 ? t.chart.f1 : t.chart.validationF1}
          series={series.testF1.length > 0 ? series.testF1 : series.validationF1}
          bounds={[0, 1]}
          foldName={foldName}
        />
      </div>
      <FoldLegend
        folds={[...new Set([...series.auLoss, ...series.validationF1].map(({ fold }) => fold))].sort((a, b) => a - b)}
        foldName={foldName}
      />
    </RunFrame>
  )
}
