// One model's card: what it outputs and how far each output may be trusted, what it was trained on, whose it is, what was measured.
import { useMutation, useQuery } from '@tanstack/react-query'
import { auLabel, auName } from '@shared/facs'
import { formatBytes } from '@shared/formatBytes'
import type { ModelCard, ModelSummary } from '@shared/model'
import { useState } from 'react'
import { strings } from '../../app/strings'
import { queries } from '../../bridge/client'
import { Button } from '../../ui/Button'
import { Dialog } from '../../ui/Dialog'
import { Loading } from '../../ui/EmptyState'
import { ErrorPanel } from '../../ui/ErrorPanel'
import { formatDay, formatInstant } from '../../ui/format'
import { notify } from '../../ui/notify'
import { TrustMark } from '../../ui/TrustMark'
import { CompareModels } from './CompareModels'
import { ExportModelDialog } from './ExportModelDialog'
import { Lineage } from './Lineage'
import { MeasureModel } from './MeasureModel'
import { modelCardStrings } from './modelCardStrings'
import { PrecisionPart } from './PrecisionPart'
import { PredictPart } from './PredictPart'

const t = strings.models

function Facts({ card, isBuiltIn }: { card: ModelCard; isBuiltIn: boolean }) {
  const net = card.architecture
  return (
    <dl className="facts">
      <dt>{t.trainedOn}</dt>
      <dd>
        {card.training.summary} {card.training.isSynthetic ? <span className="tag warn">{t.synthetic}</span> : null}
      </dd>
      <dt>{t.licence}</dt>
      <dd>
        {card.licence.name} {card.licence.isNonCommercial ? <span className="tag warn">{t.nonCommercial}</span> : null}
        {card.licence.notice ? <p className="small soft">{card.licence.notice}</p> : null}
      </dd>
      {net ? (
        <>
          <dt>{t.architecture}</dt>
          <dd className="num">
            ViT, width {net.width}, depth {net.depth}, {net.heads} heads, patch {net.patch}, input {net.imageSize} px
          </dd>
        </>
      ) : null}
      <dt>{t.crop}</dt>
      <dd className="num">
        {card.cropRule.size} × {card.cropRule.size} px <span className="dim">{t.cropRules[card.cropRule.name]}</span>
      </dd>
      <dt>{t.created}</dt>
      <dd>{isBuiltIn ? formatDay(card.createdAt) : formatInstant(card.createdAt)}</dd>
      <dt>{t.files}</dt>
      <dd>
        {card.files.map((file) => (
          <p key={file.name} className="num">
            {file.name} <span className="dim">{formatBytes(file.bytes)}</span>{' '}
            <span className="mono dim">sha256 {file.sha256.slice(0, 12)}…</span>
          </p>
        ))}
      </dd>
      {card.metrics.length > 0 ? (
        <>
          <dt>{t.metrics}</dt>
          <dd>
            {card.metrics.map((metric) => (
              <p key={`${metric.name}${metric.of}`} className="num">
                {t.metricNames[metric.name] ?? metric.name} {metric.value.toFixed(2)} <span className="dim">{metric.of}</span>
              </p>
            ))}
          </dd>
        </>
      ) : null}
    </dl>
  )
}

function AuRows({ card }: { card: ModelCard }) {
  return (
    <table className="table">
      <thead>
        <tr>
          <th>AU</th>
          <th />
          <th className="right">{t.threshold}</th>
          <th>{t.trust}</th>
          <th>{t.evidence}</th>
        </tr>
      </thead>
      <tbody>
        {card.aus.map((unit) => (
          <tr key={unit.au}>
            <td className="mono">{auLabel(unit.au)}</td>
            <td className="au-cell">{auName(unit.au)}</td>
            <td className="right num">{unit.threshold.toFixed(2)}</td>
            <td>
              <TrustMark trust={unit.trust} hasWord />
            </td>
            <td className="soft small">{unit.evidence}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/** What a model gives for a frame; a backbone gives nothing. */
function Outputs({ card }: { card: ModelCard }) {
  if (card.expressions)
    return (
      <section aria-label={modelCardStrings.expressions}>
        <h3>{modelCardStrings.expressions}</h3>
        <p>{card.expressions.join(', ')}</p>
      </section>
    )
  if (card.aus.length === 0) return null
  return (
    <>
      <h3>{t.ausTable}</h3>
      {card.areAusAssumed ? <p className="tag warn">{t.ausAssumed}</p> : null}
      <div className="card table-card">
        <AuRows card={card} />
      </div>
    </>
  )
}

interface ModelCardViewProps {
  project: string
  model: ModelSummary
  models: readonly ModelSummary[]
  canChange: boolean
  onRemoved(): void
}

export function ModelCardView({ project, model, models, canChange, onRemoved }: ModelCardViewProps) {
  const card = useQuery(queries.model.get.queryOptions({ input: { project, modelId: model.id } }))
  const [isRemoving, setRemoving] = useState(false)
  const [isExporting, setExporting] = useState(false)
  const activate = useMutation(queries.model.activate.mutationOptions({ onSuccess: () => notify(t.activated(model.name)) }))
  const remove = useMutation(
    queries.model.remove.mutationOptions({
      meta: { showsError: true },
      onSuccess() {
        notify(t.removed(model.name))
        setRemoving(false)
        onRemoved()
      },
    }),
  )
  return (
    <>
      <header className="spread">
        <h2>{model.name}</h2>
        <div className="row">
          {model.aus.length > 0 && !model.isActive ? (
            <Button
              tone="primary"
              disabled={!canChange}
              isBusy={activate.isPending}
              onClick={() => activate.mutate({ project, modelId: model.id })}
            >
              {t.activate}
            </Button>
          ) : null}
          {model.kind === 'starter' ? null : <Button onClick={() => setExporting(true)}>{strings.training.exportModel}</Button>}
          {model.isBuiltIn ? null : (
            <Button tone="danger" disabled={!canChange} onClick={() => setRemoving(true)}>
              {strings.common.remove}
            </Button>
          )}
        </div>
      </header>
      {card.isPending ? <Loading label={strings.app.loading} /> : null}
      {card.isError ? <ErrorPanel error={card.error} onRetry={() => void card.refetch()} /> : null}
      {card.data ? (
        <>
          <p className="soft model-description">{card.data.description}</p>
          <Facts card={card.data} isBuiltIn={model.isBuiltIn} />
          <Lineage project={project} card={card.data} models={models} />
          <PredictPart project={project} card={card.data} canChange={canChange} />
          <MeasureModel project={project} card={card.data} canChange={canChange} />
          <PrecisionPart project={project} card={card.data} canChange={canChange} />
          <CompareModels project={project} model={model} models={models} />
          <Outputs card={card.data} />
        </>
      ) : null}
      {isExporting ? <ExportModelDialog project={project} model={model} onClose={() => setExporting(false)} /> : null}
      <Dialog
        title={t.removeTitle(model.name)}
        description={t.removeText}
        isOpen={isRemoving}
        onClose={() => setRemoving(false)}
        footer={
          <>
            <Button onClick={() => setRemoving(false)}>{strings.common.cancel}</Button>
            <Button tone="danger" isBusy={remove.isPending} onClick={() => remove.mutate({ project, modelId: model.id })}>
              {strings.common.remove}
            </Button>
          </>
        }
      >
        {remove.isError ? <ErrorPanel error={remove.error} /> : null}
      </Dialog>
    </>
  )
}
