// Training: left what there is to learn from, middle the form, right the runs with live curves. The run lives in the backend; this window only looks.
import BrainCircuit from 'lucide-react/icons/brain-circuit'
import { useQuery } from '@tanstack/react-query'
import { errorBody } from '../../bridge/errors'
import { useState } from 'react'
import { Link, useParams, useSearchParams } from 'react-router'
import { BarSlot } from '../../app/BarSlot'
import { useProjectInfo } from '../../app/projectState'
import { strings } from '../../app/strings'
import { queries } from '../../bridge/client'
import { EmptyState, Loading } from '../../ui/EmptyState'
import { ErrorPanel } from '../../ui/ErrorPanel'
import { formatInstant } from '../../ui/format'
import { DataPanel } from './DataPanel'
import { PRETRAINING_PART, PretrainingPart } from './pretraining/PretrainingPart'
import { pretrainingStrings } from './pretraining/pretrainingStrings'
import { RunForm } from './RunForm'
import { RunPanel, TONES } from './RunPanel'
import { figureText } from './runText'
import './training.css'

const t = strings.training

export default function TrainingScreen() {
  const { projectId = '' } = useParams()
  const [search, setSearch] = useSearchParams()
  const info = useProjectInfo(projectId)
  const data = useQuery(queries.training.data.queryOptions({ input: { project: projectId }, retry: false }))
  const runs = useQuery(queries.training.runs.queryOptions({ input: { project: projectId } }))
  const [leftOut, setLeftOut] = useState<readonly number[]>([])
  const canChange = info.data?.isWritable === true
  const list = runs.data ?? []
  const shown = list.find((run) => run.id === search.get('run')) ?? list.find((run) => run.state === 'running') ?? list[0]
  const show = (runId: string): void => setSearch({ run: runId }, { replace: true })
  const aus = data.data?.aus.filter((au) => !leftOut.includes(au)) ?? []
  const hasNothing = data.isError && ['NO_LABELS', 'NOT_ANALYSED'].includes(errorBody(data.error).code)
  const isPretraining = search.get('part') === PRETRAINING_PART
  return (
    <div className="training">
      <BarSlot>
        <div className="crumbs">
          <a href={`#/project/${projectId}`}>{info.data?.name}</a>
          <span aria-hidden>›</span>
          <strong>{t.title}</strong>
          <Link className="button plain small" to={isPretraining ? '.' : `?part=${PRETRAINING_PART}`}>
            {isPretraining ? pretrainingStrings.toTraining : pretrainingStrings.toPretraining}
          </Link>
        </div>
      </BarSlot>
      {isPretraining ? <PretrainingPart project={projectId} canChange={canChange} /> : null}
      {isPretraining ? null : hasNothing ? (
        <section className="training-empty">
          <EmptyState icon={<BrainCircuit size={24} />} title={t.noLabels} action={<Link to={`/project/${projectId}`}>{t.goCode}</Link>}>
            {t.noLabelsText}
            <p className="small dim">{errorBody(data.error).message}</p>
          </EmptyState>
        </section>
      ) : (
        <>
          <section className="training-data" aria-label={t.data}>
            <h1>{t.title}</h1>
            <h2>{t.data}</h2>
            {data.isPending ? <Loading label={t.loadingData} /> : null}
            {data.isError ? <ErrorPanel error={data.error} onRetry={() => void data.refetch()} /> : null}
            {data.data ? (
              <DataPanel
                data={data.data}
                chosen={aus}
                onChoose={(chosen) => setLeftOut(data.data.aus.filter((au) => !chosen.includes(au)))}
              />
            ) : null}
          </section>
          <section className="training-form" aria-label={t.form}>
            <h2>{t.form}</h2>
            {data.data ? <RunForm project={projectId} data={data.data} aus={aus} canChange={canChange} onStarted={show} /> : null}
          </section>
        </>
      )}
      {isPretraining ? null : (
        <section className="training-runs" aria-label={t.runs}>
          <h2>{t.runs}</h2>
          {runs.isPending ? <Loading label={strings.app.loading} /> : null}
          {runs.isError ? <ErrorPanel error={runs.error} onRetry={() => void runs.refetch()} /> : null}
          {runs.data?.length === 0 ? <p className="soft">{t.noRuns}</p> : null}
          {shown ? <RunPanel key={shown.id} project={projectId} run={shown} canChange={canChange} /> : null}
          {list.length > 1 ? (
            <ul className="run-list">
              {list.map((run) => (
                <li key={run.id}>
                  <button type="button" className="run-item" aria-current={run.id === shown?.id} onClick={() => show(run.id)}>
                    <span className="grow truncate" title={run.name}>
                      {run.name}
                      <span className="small dim">{formatInstant(run.createdAt)}</span>
                    </span>
                    <span className="num small">{run.meanF1 === null ? '' : `F1 ${figureText(run.meanF1)}`}</span>
                    <span className={`tag ${TONES[run.state]}`}>{t.states[run.state]}</span>
                  </button>
                </li>
              ))}
            </ul>
          ) : null}
        </section>
      )}
    </div>
  )
}
