// The results of one run, to be read like a page of a paper: headline, cautions, before and after with intervals, by subject, identity, methods.
import type { ModelFigures } from '@shared/figures'
import type { RunReport } from '@shared/trainingRun'
import { useState } from 'react'
import { strings } from '../../app/strings'
import { Button } from '../../ui/Button'
import { formatInstant, formatPercent } from '../../ui/format'
import { AblationTable, AuTable, PublishedTable, SubjectTable } from './ResultTables'
import { Curves, Forest } from './ResultFigures'
import { figureText, intervalText } from '../../ui/figureText'

const t = strings.training

function Cautions({ list }: { list: readonly string[] }) {
  return (
    <ul className="gaps">
      {list.map((warning) => (
        <li key={warning}>
          <span aria-hidden>•</span>
          {warning}
        </li>
      ))}
    </ul>
  )
}

export function RunPaper({ report }: { report: RunReport }) {
  const { before, after, probe } = report
  const tested = new Set(report.folds.flatMap(({ test }) => test)).size
  const [isCopied, setCopied] = useState(false)
  // What the data lack was said before training already; what the figures mean comes first here.
  const cautions = report.warnings.filter((warning) => !report.data.warnings.includes(warning))
  const gaps = report.warnings.filter((warning) => report.data.warnings.includes(warning))
  const mean = (figures: ModelFigures): string =>
    `${figureText(figures.means.f1)}${figures.meanF1Interval ? ` (${intervalText(figures.meanF1Interval)})` : ''}`
  return (
    <>
      <h1>{report.name}</h1>
      <p className="soft small">
        {t.byline(report.runId, formatInstant(report.createdAt), report.parentName, report.config.identity.lambda)}
      </p>
      <p className="lead num">{t.headline(mean(after), before ? mean(before) : null, before?.name ?? '', tested)}</p>
      {report.warnings.length > 0 ? (
        <>
          <h2>{t.readFirst}</h2>
          <Cautions list={cautions} />
          {gaps.length > 0 ? (
            <details className="data-gaps">
              <summary>{t.dataGaps(gaps.length)}</summary>
              <Cautions list={gaps} />
            </details>
          ) : null}
        </>
      ) : null}
      <h2>{t.results}</h2>
      <AuTable {...report} />
      <Forest before={before} after={after} />
      <h2>{t.perSubject}</h2>
      <SubjectTable before={before} after={after} />
      {report.published ? <PublishedTable published={report.published} after={after} /> : null}
      {report.ablation ? <AblationTable ablation={report.ablation} runId={report.runId} /> : null}
      {probe ? (
        <>
          <h2>{t.probe}</h2>
          <p>
            {probe.after
              ? t.probeText(
                  probe.before ? formatPercent(probe.before.accuracy) : '–',
                  formatPercent(probe.after.accuracy),
                  formatPercent(probe.after.chance),
                  probe.after.subjects,
                )
              : probe.reason}
            {probe.after?.standardisedAccuracy === undefined
              ? null
              : ` ${t.probeStandardised(formatPercent(probe.after.standardisedAccuracy))}`}
          </p>
        </>
      ) : null}
      <Curves report={report} />
      <h2>{t.folds}</h2>
      <ul className="small soft">
        {report.folds.map((fold, index) => (
          <li key={index}>
            {t.fold(index)}:{' '}
            {t.foldRow(
              fold.test.join(', ') || strings.common.none,
              fold.train.length,
              fold.validation.join(', ') || strings.common.none,
              fold.chosenEpoch === null ? '–' : String(fold.chosenEpoch),
            )}
          </li>
        ))}
      </ul>
      <header className="spread">
        <h2>{t.methods}</h2>
        <Button className="small" onClick={() => void navigator.clipboard.writeText(report.methods).then(() => setCopied(true))}>
          {isCopied ? strings.common.copied : t.copyMethods}
        </Button>
      </header>
      <p className="caption">{t.methodsText}</p>
      <p className="methods">{report.methods}</p>
      <h2>{t.environment}</h2>
      <p className="small soft num">
        {`AU Workbench ${report.environment.product} · ${report.environment.platform} · ${report.environment.processor} · onnxruntime ${report.environment.onnxruntime} · ${report.environment.device}, ${report.environment.threads} threads · seed ${report.environment.seed}`}
      </p>
    </>
  )
}
