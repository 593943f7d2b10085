// Measuring a stored model on the project's labels, and how much of the person its features tell: as jobs, whose newest results are shown here.
import { useMutation, useQuery } from '@tanstack/react-query'
import { auLabel } from '@shared/facs'
import type { EvaluationResult, ProbeResult } from '@shared/contract/training'
import type { JobRow } from '@shared/jobs'
import type { ModelCard } from '@shared/model'
import { useState } from 'react'
import { isActive } from '../../app/projectState'
import { strings } from '../../app/strings'
import { queries } from '../../bridge/client'
import { Button } from '../../ui/Button'
import { ErrorPanel } from '../../ui/ErrorPanel'
import { Figure } from './Figure'
import { JobFailure } from '../../ui/JobFailure'
import { useNewestJob } from './newestJob'

const t = strings.training
const percent = (share: number): string => `${(100 * share).toFixed(1)} %`

function EvaluationTable({ result }: { result: EvaluationResult }) {
  const { figures, subjects, warnings } = result
  const frames = figures.perSubject.reduce((sum, one) => sum + one.frames, 0)
  return (
    <>
      <p className="small soft">{t.measuredOn(subjects.join(', '), frames)}</p>
      {warnings.map((warning) => (
        <p key={warning} className="small note-differ">
          {warning}
        </p>
      ))}
      <div className="card table-card" tabIndex={0} role="region" aria-label={t.evaluate}>
        <table className="table">
          <thead>
            <tr>
              <th>{t.columns.au}</th>
              {[t.columns.known, t.columns.base, 'F1', t.columns.half, t.columns.auc, t.columns.ap, t.columns.mcc].map((name) => (
                <th key={name} className="right">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {figures.aus.map((one) => (
              <tr key={one.au}>
                <td className="mono">{auLabel(one.au)}</td>
                <td className="right num">{one.known}</td>
                <td className="right num">{one.baseRate === null ? '–' : percent(one.baseRate)}</td>
                <Figure value={one.f1} interval={one.f1Interval} />
                <Figure value={one.f1AtHalf} />
                <Figure value={one.auc} interval={one.aucInterval} />
                <Figure value={one.averagePrecision} />
                <Figure value={one.matthews} />
              </tr>
            ))}
            <tr>
              <td>{t.mean}</td>
              <td />
              <td />
              <Figure value={figures.means.f1} interval={figures.meanF1Interval} />
              <Figure value={figures.means.f1AtHalf} />
              <Figure value={figures.means.auc} interval={figures.meanAucInterval} />
              <Figure value={figures.means.averagePrecision} />
              <Figure value={figures.means.matthews} />
            </tr>
          </tbody>
        </table>
      </div>
      {figures.leftOut.length > 0 ? <p className="small dim">{t.leftOut(figures.leftOut.map((au) => auLabel(au)).join(', '))}</p> : null}
    </>
  )
}

function ProbeText({ result: { figures } }: { result: ProbeResult }) {
  const { accuracy, standardisedAccuracy, chance, subjects, trainPerSubject, testPerSubject } = figures
  return (
    <p className="num">
      {t.probeResult(percent(accuracy), percent(chance), subjects, trainPerSubject, testPerSubject)}{' '}
      {standardisedAccuracy === undefined ? null : t.probeStandardised(percent(standardisedAccuracy))}
    </p>
  )
}

export function MeasureModel({ project, card, canChange }: { project: string; card: ModelCard; canChange: boolean }) {
  const subjects = useQuery(queries.subject.list.queryOptions({ input: { project } }))
  // By recordings: a code of the card may be somebody else's by now.
  const knowledge = useQuery(queries.model.trainedOn.queryOptions({ input: { project, modelId: card.id }, staleTime: 0 }))
  const [isOnlyUnknown, setOnlyUnknown] = useState(true)
  const evaluation = useNewestJob('evaluate', card.id)
  const probe = useNewestJob('probe', card.id)
  const evaluate = useMutation(queries.training.evaluate.mutationOptions({ meta: { showsError: true } }))
  const startProbe = useMutation(queries.training.probe.mutationOptions({ meta: { showsError: true } }))
  const codes = subjects.data?.map(({ code }) => code) ?? []
  const trainedOn = knowledge.data?.trainedOn ?? []
  const unknown = codes.filter((code) => !trainedOn.includes(code))
  const hasChoice = unknown.length < codes.length && unknown.length > 0
  const only = hasChoice && isOnlyUnknown ? { subjects: unknown } : {}
  const isRunning = (job: JobRow | null): boolean => job !== null && isActive(job)
  return (
    <section className="stack" aria-label={t.measure}>
      <h3>{t.measure}</h3>
      {card.aus.length === 0 ? null : (
        <>
          <div className="row wrap">
            <Button
              disabled={!canChange || knowledge.isPending}
              isBusy={evaluate.isPending || isRunning(evaluation)}
              onClick={() => evaluate.mutate({ project, modelId: card.id, ...only })}
            >
              {isRunning(evaluation) ? t.measuring : t.evaluate}
            </Button>
            {hasChoice ? (
              <label className="row small">
                <input type="checkbox" checked={isOnlyUnknown} onChange={(event) => setOnlyUnknown(event.target.checked)} />
                {t.onlyUnknown}
              </label>
            ) : null}
          </div>
          <p className="small dim">{codes.length > 0 && unknown.length === 0 ? t.allKnown : t.evaluateHint}</p>
          {evaluate.isError ? <ErrorPanel error={evaluate.error} /> : null}
          <JobFailure job={evaluation} />
          {evaluation?.status === 'succeeded' ? <EvaluationTable result={evaluation.result as EvaluationResult} /> : null}
        </>
      )}
      {card.kind === 'starter' ? null : (
        <>
          <div className="row">
            <Button
              disabled={!canChange}
              isBusy={startProbe.isPending || isRunning(probe)}
              onClick={() => startProbe.mutate({ project, modelId: card.id })}
            >
              {isRunning(probe) ? t.measuring : t.probeModel}
            </Button>
          </div>
          <p className="small dim">{t.probeHint}</p>
          {startProbe.isError ? <ErrorPanel error={startProbe.error} /> : null}
          <JobFailure job={probe} />
          {probe?.status === 'succeeded' ? <ProbeText result={probe.result as ProbeResult} /> : null}
        </>
      )}
    </section>
  )
}
