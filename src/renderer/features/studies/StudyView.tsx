// One study: how far it is, its table and curves, the paper's figures beside them, its runs.
import { useMutation, useQuery } from '@tanstack/react-query'
import { auLabel } from '@shared/facs'
import type { Estimate, StudyFigures } from '@shared/studies'
import { useState } from 'react'
import { Link } from 'react-router'
import { useJobs } from '../../app/projectState'
import { queryClient } from '../../app/queryClient'
import { queries } from '../../bridge/client'
import { Button } from '../../ui/Button'
import { Dialog } from '../../ui/Dialog'
import { Loading } from '../../ui/EmptyState'
import { ErrorPanel } from '../../ui/ErrorPanel'
import { figureText, signedText } from '../../ui/figureText'
import { Progress } from '../../ui/Progress'
import { ArmChart, ArmKey } from './ArmChart'
import { studyStrings as t } from './studyStrings'

const signed = (value: number | null): string => (value === null ? '–' : signedText(value))
const percent = (value: number | undefined): string => (value === undefined ? '–' : `${(100 * value).toFixed(1)} %`)

function EstimateCell({ estimate, write = figureText }: { estimate: Estimate | undefined; write?: (value: number | null) => string }) {
  if (!estimate) return <td>–</td>
  return (
    <td>
      {write(estimate.value)}{' '}
      {estimate.interval ? <small>{`${write(estimate.interval.low)} to ${write(estimate.interval.high)}`}</small> : null}
    </td>
  )
}

function Figures({ project, figures, seeds }: { project: string; figures: StudyFigures; seeds: number }) {
  const { arms, heldOut, resamples } = figures
  const aus = arms.find(({ aus: own }) => own.length > 0)?.aus.map(({ au }) => au) ?? []
  return (
    <>
      <p className="small soft">{t.heldOut(heldOut, seeds, resamples)}</p>
      <table className="study-table">
        <thead>
          <tr>
            {Object.entries(t.columns).map(([key, name]) => (
              <th key={key} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {arms.map((arm) => (
            <tr key={arm.label}>
              <th scope="row">{arm.label}</th>
              <td>{arm.runs.length}</td>
              <EstimateCell estimate={arm.meanF1} />
              <EstimateCell estimate={arm.difference?.meanF1} write={signed} />
              <EstimateCell estimate={arm.meanAuc} />
              <td>{percent(arm.probe?.mean)}</td>
              <td>{percent(arm.probe?.chance)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <ArmKey labels={arms.map(({ label }) => label)} />
      <div className="arm-charts">
        <ArmChart title={t.curves.f1} arms={arms} bounds={[0, 1]} of={({ testF1 }) => testF1} />
        <ArmChart title={t.curves.probe} arms={arms} bounds={[0, 1]} of={({ probe }) => probe} />
        <ArmChart title={t.curves.loss} arms={arms} of={({ identityLoss }) => identityLoss} />
      </div>
      <details>
        <summary>{t.perAu}</summary>
        <table className="study-table">
          <thead>
            <tr>
              <th scope="col">AU</th>
              {arms.map(({ label }) => (
                <th key={label} scope="col">
                  {label}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {aus.map((au) => (
              <tr key={au}>
                <th scope="row">{auLabel(au)}</th>
                {arms.map((arm) => (
                  <EstimateCell key={arm.label} estimate={arm.aus.find((one) => one.au === au)?.f1} />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </details>
      <details>
        <summary>{t.runs}</summary>
        <ul className="stack">
          {arms.flatMap(({ label, runs }) =>
            runs.map(({ runId, seed, meanF1 }) => (
              <li key={runId}>
                <Link to={`/project/${project}/training/${runId}`}>{`${label}, seed ${seed}`}</Link>{' '}
                <span className="num">{figureText(meanF1)}</span>
              </li>
            )),
          )}
        </ul>
      </details>
    </>
  )
}

export function StudyView({
  project,
  studyId,
  canChange,
  onRemoved,
}: {
  project: string
  studyId: string
  canChange: boolean
  onRemoved: () => void
}) {
  const [isReportOpen, setReportOpen] = useState(false)
  const input = { project, studyId }
  const detail = useQuery(queries.study.get.queryOptions({ input }))
  const report = useQuery(queries.study.report.queryOptions({ input, enabled: isReportOpen }))
  const live = useJobs((state) => (detail.data?.job ? state.jobs.get(detail.data.job.id) : undefined))
  const onSuccess = (): void => void queryClient.invalidateQueries({ queryKey: queries.study.key() })
  const resume = useMutation(queries.study.resume.mutationOptions({ onSuccess }))
  const stop = useMutation(queries.study.stop.mutationOptions({ onSuccess }))
  const remove = useMutation(
    queries.study.remove.mutationOptions({
      onSuccess() {
        onSuccess()
        onRemoved()
      },
    }),
  )
  if (detail.isPending) return <Loading label={t.title} />
  if (detail.isError) return <ErrorPanel error={detail.error} onRetry={() => void detail.refetch()} />
  const { study, state, finishedRuns, figures, published } = detail.data
  const progress = live?.progress
  return (
    <article className="stack study-view">
      <div className="spread wrap">
        <h2>{study.name}</h2>
        <div className="row wrap">
          {state === 'running' ? (
            <Button className="small" disabled={!canChange} isBusy={stop.isPending} onClick={() => stop.mutate(input)}>
              {t.stop}
            </Button>
          ) : null}
          {state === 'interrupted' ? (
            <Button className="small" tone="primary" disabled={!canChange} isBusy={resume.isPending} onClick={() => resume.mutate(input)}>
              {t.resume}
            </Button>
          ) : null}
          {figures ? (
            <Button className="small" onClick={() => setReportOpen(true)}>
              {t.report}
            </Button>
          ) : null}
          {state !== 'running' ? (
            <Button className="small" tone="quiet" disabled={!canChange} isBusy={remove.isPending} onClick={() => remove.mutate(input)}>
              {t.remove}
            </Button>
          ) : null}
        </div>
      </div>
      <p className="small soft">{`${t.progress(t.states[state], finishedRuns, study.runs.length)}${progress && state === 'running' ? `. ${progress.phase}` : ''}`}</p>
      {state === 'running' ? <Progress value={progress?.total ? progress.done / progress.total : null} label={study.name} /> : null}
      {[resume, stop, remove].map((one, index) => (one.isError ? <ErrorPanel key={index} error={one.error} /> : null))}
      {figures ? <Figures project={project} figures={figures} seeds={study.seeds.length} /> : <p className="soft">{t.notYet}</p>}
      {published ? (
        <section>
          <h3>{t.published}</h3>
          <p className="small soft">{`${published.caption} ${t.publishedNote}`}</p>
          <table className="study-table">
            <thead>
              <tr>
                {published.columns.map((name) => (
                  <th key={name} scope="col">
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {published.rows.map((row) => (
                <tr key={String(row[0])}>
                  {row.map((cell, column) => (
                    <td key={published.columns[column]}>
                      {typeof cell === 'number' && !Number.isInteger(cell) && column > 0 ? cell.toFixed(2) : (cell ?? '–')}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      ) : null}
      <Dialog title={t.reportTitle(study.name)} isOpen={isReportOpen} onClose={() => setReportOpen(false)} width={1000}>
        {report.isPending ? <Loading label={t.report} /> : null}
        {report.isError ? <ErrorPanel error={report.error} /> : null}
        {report.data ? <iframe className="study-report" title={t.reportTitle(study.name)} sandbox="" srcDoc={report.data.html} /> : null}
      </Dialog>
    </article>
  )
}
