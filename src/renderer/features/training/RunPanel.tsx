// One run at a glance: how far it is, what can be done with it, its curves, and its headline once it has finished.
import Pause from 'lucide-react/icons/pause'
import Play from 'lucide-react/icons/play'
import Square from 'lucide-react/icons/square'
import { useMutation, useQuery } from '@tanstack/react-query'
import { fromErrorBody } from '@shared/errors'
import type { RunSummary } from '@shared/trainingRun'
import { useMemo, useState } from 'react'
import { Link } from 'react-router'
import { useJobs } from '../../app/projectState'
import { queryClient } from '../../app/queryClient'
import { strings } from '../../app/strings'
import { queries } from '../../bridge/client'
import { Button } from '../../ui/Button'
import { Dialog } from '../../ui/Dialog'
import { ErrorPanel } from '../../ui/ErrorPanel'
import { formatRemaining } from '../../ui/format'
import { notify } from '../../ui/notify'
import { Progress } from '../../ui/Progress'
import { FoldLegend, LineChart } from './LineChart'
import { seriesOf } from './runSeries'
import { figureText, intervalText } from './runText'
import { useRunMetrics } from './useRunMetrics'

const t = strings.training

function Actions({ project, run, canChange }: { project: string; run: RunSummary; canChange: boolean }) {
  const [isRemoving, setRemoving] = useState(false)
  const refresh = (): void => void queryClient.invalidateQueries({ queryKey: queries.training.runs.key() })
  const pause = useMutation(queries.training.pause.mutationOptions({ onSuccess: refresh }))
  const resume = useMutation(queries.training.resume.mutationOptions({ onSuccess: refresh }))
  const stop = useMutation(
    queries.training.stop.mutationOptions({
      onSuccess() {
        notify(t.stopped(run.name), undefined, 'info')
        refresh()
      },
    }),
  )
  const remove = useMutation(
    queries.training.remove.mutationOptions({
      onSuccess() {
        notify(t.removed(run.name))
        setRemoving(false)
        refresh()
      },
    }),
  )
  const input = { project, runId: run.id }
  const canGoOn = run.state === 'paused' || run.state === 'interrupted' || run.state === 'stopped' || run.state === 'failed'
  return (
    <div className="row wrap">
      {run.state === 'running' ? (
        <>
          <Button
            className="small"
            icon={<Pause size={13} />}
            disabled={!canChange || pause.isSuccess}
            isBusy={pause.isPending}
            onClick={() => pause.mutate(input)}
          >
            {pause.isSuccess ? t.pausing : t.pause}
          </Button>
          <Button
            className="small"
            icon={<Square size={12} />}
            disabled={!canChange}
            isBusy={stop.isPending}
            onClick={() => stop.mutate(input)}
          >
            {t.stop}
          </Button>
        </>
      ) : null}
      {canGoOn ? (
        <Button
          className="small"
          tone="primary"
          icon={<Play size={13} />}
          disabled={!canChange}
          isBusy={resume.isPending}
          onClick={() => resume.mutate(input)}
        >
          {t.resume}
        </Button>
      ) : null}
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
      {run.state !== 'running' ? (
        <Button className="small" tone="quiet" disabled={!canChange} onClick={() => setRemoving(true)}>
          {t.removeRun}
        </Button>
      ) : null}
      <Dialog
        title={t.removeTitle(run.name)}
        description={t.removeText}
        isOpen={isRemoving}
        onClose={() => setRemoving(false)}
        footer={
          <>
            <Button onClick={() => setRemoving(false)}>{strings.common.cancel}</Button>
            <Button tone="danger" isBusy={remove.isPending} onClick={() => remove.mutate(input)}>
              {strings.common.remove}
            </Button>
          </>
        }
      >
        {null}
      </Dialog>
    </div>
  )
}

/** How far a run is, trained or pretrained. */
export function Standing({ run }: { run: Pick<RunSummary, 'job' | 'state' | 'name'> }) {
  const live = useJobs((state) => (run.job ? (state.jobs.get(run.job.id) ?? run.job) : null))
  if (run.state !== 'running') return run.state === 'finished' ? null : <p className="small soft">{t.stateText[run.state]}</p>
  const progress = live?.progress
  const share = progress?.total ? progress.done / progress.total : null
  return (
    <div className="stack" style={{ gap: 4 }}>
      <Progress value={live?.status === 'queued' ? 0 : share} label={run.name} />
      <div className="spread small soft num">
        <span className="truncate">{live?.status === 'queued' ? t.waiting : (progress?.phase ?? t.preparing)}</span>
        <span>{progress?.remainingSeconds != null ? t.remaining(formatRemaining(progress.remainingSeconds)) : ''}</span>
      </div>
    </div>
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
    <section className="run-panel" aria-label={run.name}>
      <header className="spread">
        <h3 className="truncate" title={run.name}>
          {run.name}
        </h3>
        <span className={`tag ${TONES[run.state]}`}>{t.states[run.state]}</span>
      </header>
      <Standing run={run} />
      {run.error && run.state === 'failed' ? <ErrorPanel error={fromErrorBody(run.error)} /> : null}
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
      <Actions key={`${run.id}${run.state}`} project={project} run={run} canChange={canChange} />
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
      <p className="small dim num">
        {[isRunning && series.last ? t.throughput(series.last.samplesPerSecond.toFixed(1)) : '', run.device, run.id]
          .filter(Boolean)
          .join(' · ')}
      </p>
    </section>
  )
}

export const TONES: Record<RunSummary['state'], string> = {
  running: 'accent',
  paused: 'warn',
  finished: 'good',
  stopped: '',
  failed: 'bad',
  interrupted: 'warn',
}
