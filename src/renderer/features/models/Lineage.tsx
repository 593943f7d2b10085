// Where a model comes from and what came out of it: the model it was trained from, the run that made it, on whom, and models trained from it.
import { useQueries, useQuery } from '@tanstack/react-query'
import type { ModelCard, ModelSummary } from '@shared/model'
import { Link } from 'react-router'
import { strings } from '../../app/strings'
import { queries } from '../../bridge/client'

const t = strings.training

/** Where a run's results are shown that is no training on labels. Distilled models are of the kind of trained ones, so their runs are asked for. */
const RUN_PLACES: Partial<Record<ModelCard['kind'], string>> = { backbone: '?part=pretraining&run=', expression: '?part=expressions&run=' }

export function Lineage({ project, card, models }: { project: string; card: ModelCard; models: readonly ModelSummary[] }) {
  const cards = useQueries({
    queries: models
      .filter((model) => !model.isBuiltIn && model.id !== card.id)
      .map((model) => queries.model.get.queryOptions({ input: { project, modelId: model.id } })),
  })
  const children = cards.flatMap(({ data }) => (data?.training.parentId === card.id ? [data] : []))
  const parent = models.find((model) => model.id === card.training.parentId)
  const { runId, subjects } = card.training
  const distillations = useQuery(
    queries.distillation.runs.queryOptions({ input: { project }, enabled: card.kind === 'vit' && runId !== null }),
  )
  const isDistilled = distillations.data?.some(({ id }) => id === runId) === true
  const place = isDistilled ? '?part=distillation&run=' : (RUN_PLACES[card.kind] ?? '/')
  if (!parent && runId === null && children.length === 0) return null
  const link = (id: string, name: string) => (
    <Link key={id} to={`/project/${project}/models/${id}`}>
      {name}
    </Link>
  )
  return (
    <section aria-label={t.lineage}>
      <h3>{t.lineage}</h3>
      <ul className="soft">
        {parent ? (
          <li>
            {t.lineageFrom} {link(parent.id, parent.name)}
          </li>
        ) : null}
        {runId !== null ? (
          <li>
            {t.lineageRun} <Link to={`/project/${project}/training${place}${runId}`}>{runId}</Link>{' '}
            {subjects.length > 0 ? t.lineageSubjects(subjects.join(', ')) : ''}
          </li>
        ) : null}
        {children.map((child) => (
          <li key={child.id}>
            {t.lineageInto} {link(child.id, child.name)}
          </li>
        ))}
      </ul>
    </section>
  )
}
