// Tables of a run's results: by AU beside the earlier model, by subject, beside the paper, and beside the other runs of an ablation.
import { auLabel, auName } from '@shared/facs'
import type { Ablation, Difference, ModelFigures } from '@shared/figures'
import type { RunReport } from '@shared/trainingRun'
import { strings } from '../../app/strings'
import { formatCount, formatPercent } from '../../ui/format'
import { figureText, intervalText, signedText } from '../../ui/figureText'

const t = strings.training

/** `+0.08` and its interval; strong where the interval leaves 0 out. */
function Gain({ difference }: { difference: Difference | null | undefined }) {
  if (!difference) return <>–</>
  const { value, interval } = difference
  const text = signedText(value)
  const isClear = interval !== null && (interval.low > 0 || interval.high < 0)
  return (
    <>
      {isClear ? <strong>{text}</strong> : text}{' '}
      {interval ? <small>{`${signedText(interval.low)} to ${signedText(interval.high)}`}</small> : null}
    </>
  )
}

interface AuTableProps extends Pick<RunReport, 'before' | 'after' | 'difference'> {
  /** What the columns are of; as for a training run when absent. */
  caption?: string
}

export function AuTable({ before, after, difference, caption = t.tableCaption(before?.name ?? null) }: AuTableProps) {
  const hasPublished = after.aus.some(({ f1Published }) => f1Published !== null)
  return (
    <>
      <p className="caption">{caption}</p>
      <table className="paper-table">
        <thead>
          <tr>
            <th>{t.columns.au}</th>
            <th>{t.columns.known}</th>
            <th>{t.columns.base}</th>
            {before ? <th>{t.columns.before}</th> : null}
            <th>{t.columns.after}</th>
            {before ? <th>{t.columns.change}</th> : null}
            <th>{t.columns.half}</th>
            {hasPublished ? <th>{t.columns.publishedF1}</th> : null}
            <th>{t.columns.auc}</th>
            <th>{t.columns.mcc}</th>
          </tr>
        </thead>
        <tbody>
          {after.aus.map((row) => {
            const earlier = before?.aus.find(({ au }) => au === row.au)
            return (
              <tr key={row.au}>
                <td title={auName(row.au)}>{auLabel(row.au)}</td>
                <td>{formatCount(row.known)}</td>
                <td>{row.baseRate === null ? '–' : `${(row.baseRate * 100).toFixed(1)} %`}</td>
                {before ? (
                  <td>
                    {figureText(earlier?.f1)} <small>{intervalText(earlier?.f1Interval)}</small>
                  </td>
                ) : null}
                <td>
                  <strong>{figureText(row.f1)}</strong> <small>{intervalText(row.f1Interval)}</small>
                </td>
                {before ? (
                  <td>
                    <Gain difference={difference?.aus.find(({ au }) => au === row.au)?.f1} />
                  </td>
                ) : null}
                <td>{figureText(row.f1AtHalf)}</td>
                {hasPublished ? <td>{figureText(row.f1Published)}</td> : null}
                <td>
                  {figureText(row.auc)} <small>{intervalText(row.aucInterval)}</small>
                </td>
                <td>{figureText(row.matthews)}</td>
              </tr>
            )
          })}
          <tr className="mean">
            <td>{t.mean}</td>
            <td />
            <td />
            {before ? (
              <td>
                {figureText(before.means.f1)} <small>{intervalText(before.meanF1Interval)}</small>
              </td>
            ) : null}
            <td>
              {figureText(after.means.f1)} <small>{intervalText(after.meanF1Interval)}</small>
            </td>
            {before ? (
              <td>
                <Gain difference={difference?.meanF1} />
              </td>
            ) : null}
            <td>{figureText(after.means.f1AtHalf)}</td>
            {hasPublished ? <td>{figureText(after.means.f1Published)}</td> : null}
            <td>
              {figureText(after.means.auc)} <small>{intervalText(after.meanAucInterval)}</small>
            </td>
            <td>{figureText(after.means.matthews)}</td>
          </tr>
        </tbody>
      </table>
      {after.leftOut.length > 0 ? <p className="caption">{t.leftOut(after.leftOut.map((au) => auLabel(au)).join(', '))}</p> : null}
    </>
  )
}

export function SubjectTable({ before, after }: { before: ModelFigures | null; after: ModelFigures }) {
  return (
    <table className="paper-table">
      <thead>
        <tr>
          <th>{t.columns.subject}</th>
          <th>{t.columns.frames}</th>
          {before ? <th>{`${t.columns.f1}, ${t.columns.before}`}</th> : null}
          <th>{`${t.columns.f1}, ${t.columns.after}`}</th>
          <th>{t.columns.meanAuc}</th>
        </tr>
      </thead>
      <tbody>
        {after.perSubject.map((row) => (
          <tr key={row.subject}>
            <td>{row.subject}</td>
            <td>{formatCount(row.frames)}</td>
            {before ? <td>{figureText(before.perSubject.find(({ subject }) => subject === row.subject)?.meanF1)}</td> : null}
            <td>{figureText(row.meanF1)}</td>
            <td>{figureText(row.meanAuc)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

export function PublishedTable({ published, after }: { published: NonNullable<RunReport['published']>; after: ModelFigures }) {
  const aus = after.aus.map(({ au }) => au)
  return (
    <>
      <h2>{t.published}</h2>
      <p className="caption">{published.source}</p>
      <table className="paper-table">
        <thead>
          <tr>
            <th />
            {aus.map((au) => (
              <th key={au}>{au}</th>
            ))}
            <th>{t.mean}</th>
          </tr>
        </thead>
        <tbody>
          {published.rows.map((row) => (
            <tr key={`${row.method}${row.venue}`}>
              <td>{row.method}</td>
              {aus.map((au) => (
                <td key={au}>{row.f1[String(au)]?.toFixed(1) ?? '–'}</td>
              ))}
              <td>{row.meanF1.toFixed(1)}</td>
            </tr>
          ))}
          <tr className="mean">
            <td>{t.columns.publishedF1}</td>
            {after.aus.map((row) => (
              <td key={row.au}>{row.f1Published === null ? '–' : (100 * row.f1Published).toFixed(1)}</td>
            ))}
            <td>{after.means.f1Published === null ? '–' : (100 * after.means.f1Published).toFixed(1)}</td>
          </tr>
        </tbody>
      </table>
    </>
  )
}

export function AblationTable({ ablation, runId }: { ablation: Ablation; runId: string }) {
  const { rows, referenceId, leftOut } = ablation
  const reference = rows.find((row) => row.runId === referenceId)
  const names = t.ablationColumns
  return (
    <>
      <h2>{t.ablation}</h2>
      <p className="caption">{t.ablationText(reference ? t.lambdaOf(reference.lambda, reference.layers) : '')}</p>
      <table className="paper-table">
        <thead>
          <tr>
            {[names.run, names.f1, names.difference, names.auc, names.probe, names.chance].map((name) => (
              <th key={name}>{name}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.runId}>
              <td>
                {t.lambdaOf(row.lambda, row.layers)} {row.runId === runId ? t.thisRun : ''}
              </td>
              <td>
                {figureText(row.meanF1)} <small>{intervalText(row.meanF1Interval)}</small>
              </td>
              <td>{row.runId === referenceId ? null : <Gain difference={row.difference} />}</td>
              <td>
                {figureText(row.meanAuc)} <small>{intervalText(row.meanAucInterval)}</small>
              </td>
              <td>{row.probe ? formatPercent(row.probe.accuracy) : '–'}</td>
              <td>{row.probe ? formatPercent(row.probe.chance) : '–'}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {leftOut.map((text) => (
        <p key={text} className="caption">
          {text}
        </p>
      ))}
    </>
  )
}
