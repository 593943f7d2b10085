// Two models beside each other: F1 by AU as the runs that made them measured it, and whether the figures may be held against each other at all.
import { useQuery } from '@tanstack/react-query'
import { auLabel } from '@shared/facs'
import type { ModelSummary } from '@shared/model'
import { useState } from 'react'
import { strings } from '../../app/strings'
import { queries } from '../../bridge/client'
import { Loading } from '../../ui/EmptyState'
import { ErrorPanel } from '../../ui/ErrorPanel'

const t = strings.training
const figure = (value: number | null | undefined): string => (value === null || value === undefined ? '–' : value.toFixed(2))

function Comparison({ project, model, other }: { project: string; model: ModelSummary; other: ModelSummary }) {
  const result = useQuery(queries.training.compare.queryOptions({ input: { project, modelIds: [model.id, other.id] } }))
  if (result.isPending) return <Loading label={strings.app.loading} />
  if (result.isError) return <ErrorPanel error={result.error} onRetry={() => void result.refetch()} />
  const { models, rows, isSameSubjects } = result.data
  const isMeasured = models.every(({ meanF1 }) => meanF1 !== null)
  return (
    <>
      <p className={isSameSubjects ? 'small soft' : 'note-differ'}>
        {isSameSubjects ? t.compareSame : isMeasured ? t.compareDiffer : t.compareUnmeasured}
      </p>
      <div className="card table-card">
        <table className="table">
          <thead>
            <tr>
              <th>AU</th>
              {models.map((one) => (
                <th key={one.id} className="right">
                  {one.name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.au}>
                <td className="mono">{auLabel(row.au)}</td>
                {row.f1.map((value, index) => (
                  <td key={models[index]?.id} className="right num">
                    {figure(value)}
                  </td>
                ))}
              </tr>
            ))}
            <tr>
              <td>{t.columns.f1}</td>
              {models.map((one) => (
                <td key={one.id} className="right num">
                  <strong>{one.meanF1 === null ? t.notMeasured : figure(one.meanF1)}</strong>
                </td>
              ))}
            </tr>
            <tr>
              <td>{t.columns.meanAuc}</td>
              {models.map((one) => (
                <td key={one.id} className="right num">
                  {one.meanAuc === null ? t.notMeasured : figure(one.meanAuc)}
                </td>
              ))}
            </tr>
            <tr>
              <td>{t.heldOut}</td>
              {models.map((one) => (
                <td key={one.id} className="right small soft">
                  {one.subjects.join(', ') || '–'}
                </td>
              ))}
            </tr>
          </tbody>
        </table>
      </div>
    </>
  )
}

export function CompareModels({ project, model, models }: { project: string; model: ModelSummary; models: readonly ModelSummary[] }) {
  const [otherId, setOtherId] = useState('')
  const others = models.filter((one) => one.id !== model.id && one.aus.length > 0)
  const other = others.find((one) => one.id === otherId)
  if (others.length === 0 || model.aus.length === 0) return null
  return (
    <section className="stack" aria-label={t.compare}>
      <label className="row">
        <h3>{t.compare}</h3>
        <select className="input" value={otherId} onChange={(event) => setOtherId(event.target.value)}>
          <option value="">{t.compareNone}</option>
          {others.map((one) => (
            <option key={one.id} value={one.id}>
              {one.name}
            </option>
          ))}
        </select>
      </label>
      {other ? <Comparison project={project} model={model} other={other} /> : null}
    </section>
  )
}
