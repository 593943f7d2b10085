// One run on expressions: how far it is and its curves; once finished its accuracy with interval, warnings, confusion matrix and figures by class.
import { useMutation, useQuery } from '@tanstack/react-query'
import type { ExpressionReport, ExpressionRunSummary } from '@shared/expressions'
import type { RunMetric } from '@shared/runMetrics'
import { Link } from 'react-router'
import { queryClient } from '../../../app/queryClient'
import { queries } from '../../../bridge/client'
import { figureText } from '../../../ui/figureText'
import { notify } from '../../../ui/notify'
import { RemoveRun } from '../RemoveRun'
import { RunActions } from '../RunActions'
import { RunCharts } from '../RunCharts'
import { RunFrame } from '../RunFrame'
import { useRunMetrics } from '../useRunMetrics'
import { ConfusionTable } from './ConfusionTable'
import { expressionStrings as t } from './expressionStrings'

type Of<Kind extends RunMetric['kind']> = Extract<RunMetric, { kind: Kind }>

interface PanelProps {
  project: string
  run: ExpressionRunSummary
  canChange: boolean
}

export function ExpressionPanel({ project, run, canChange }: PanelProps) {
  const isRunning = run.state === 'running'
  const live = useRunMetrics(project, run.id, isRunning, 'expressions')
  const stored = useQuery(queries.expressions.run.queryOptions({ input: { project, runId: run.id }, enabled: !isRunning }))
  const metrics = isRunning ? live : (stored.data?.metrics ?? [])
  const steps = metrics.filter((line): line is Of<'expressions'> => line.kind === 'expressions')
  const accuracies = metrics.filter((line): line is Of<'accuracy'> => line.kind === 'accuracy')
  const last = steps.at(-1)
  const report = isRunning ? null : stored.data?.report
  return (
    <RunFrame run={run} pace={isRunning && last ? t.imagesPerSecond(last.samplesPerSecond.toFixed(0)) : ''}>
      {report ? <Headline report={report} /> : null}
      <RunActions key={run.state} project={project} kind="expressions" run={run} canChange={canChange}>
        <Afterwards project={project} run={run} canChange={canChange} />
      </RunActions>
      <RunCharts
        charts={[
          { title: t.loss, points: steps.map(({ epoch, loss }) => ({ epoch, value: loss })) },
          { title: t.accuracy, bounds: [0, 1], points: accuracies.map(({ epoch, validation }) => ({ epoch, value: validation })) },
        ]}
      />
      {report ? <Result report={report} /> : null}
    </RunFrame>
  )
}

function Afterwards({ project, run, canChange }: PanelProps) {
  const remove = useMutation(
    queries.expressions.remove.mutationOptions({
      onSuccess() {
        notify(t.removed(run.name))
        void queryClient.invalidateQueries({ queryKey: queries.expressions.runs.key() })
      },
    }),
  )
  return (
    <>
      {run.modelId ? (
        <Link className="button primary small" to={`/project/${project}/models/${run.modelId}`}>
          {t.predict}
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

function Headline({ report: { test } }: { report: ExpressionReport }) {
  const [accuracy, range] = t.headline(test.accuracy, test.accuracyInterval)
  return (
    <p className="headline num">
      <span className="dim">{t.accuracyWord}</span> <strong>{accuracy}</strong> <span className="small dim">{range}</span>
      <span className="small soft">
        {' '}
        · {t.balanced} {t.balancedText(test.meanClassAccuracy)}
      </span>
    </p>
  )
}

const figure = (value: number | null): string => (value === null ? '–' : t.balancedText(value))

function Result({ report }: { report: ExpressionReport }) {
  const { test, warnings } = report
  return (
    <div className="stack">
      <p className="small soft">
        {t.testedOn(test.images, test.accuracyInterval === null ? null : test.intervalOver, report.isSubjectExclusive)}{' '}
        {t.trainedWith(report.counts, report.chosenEpoch)}
      </p>
      {warnings.length > 0 ? (
        <section className="note-warn" aria-label={t.readFirst}>
          <ul>
            {warnings.map((warning) => (
              <li key={warning}>{warning}</li>
            ))}
          </ul>
        </section>
      ) : null}
      <ConfusionTable names={test.perClass.map(({ name }) => name)} confusion={test.confusion} />
      <h4>{t.perClass}</h4>
      <table className="table">
        <thead>
          <tr>
            <th scope="col">{t.class}</th>
            {[t.images, t.recall, t.precision, 'F1'].map((name) => (
              <th key={name} scope="col" className="right">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {test.perClass.map((one) => (
            <tr key={one.name}>
              <td>{one.name}</td>
              <td className="right num">{one.images}</td>
              <td className="right num">{figure(one.recall)}</td>
              <td className="right num">{figure(one.precision)}</td>
              <td className="right num">{figureText(one.f1)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <h4>{t.methods}</h4>
      <p className="small soft">{report.methods}</p>
    </div>
  )
}
