// The registry of models: a list at the left, the chosen model's card at the right, import and removal.
import Plus from 'lucide-react/icons/plus'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Link, useNavigate, useParams } from 'react-router'
import { ProjectCrumbs } from '../../app/Crumbs'
import { useProjectInfo } from '../../app/projectState'
import { strings } from '../../app/strings'
import { queries } from '../../bridge/client'
import { Button } from '../../ui/Button'
import { Loading } from '../../ui/EmptyState'
import { ErrorPanel } from '../../ui/ErrorPanel'
import { plural } from '../../ui/format'
import { ImportModelDialog } from './ImportModelDialog'
import { ModelCardView } from './ModelCardView'
import { modelCardStrings } from './modelCardStrings'
import './models.css'

const t = strings.models

export default function ModelsScreen() {
  const { projectId = '', modelId } = useParams()
  const navigate = useNavigate()
  const info = useProjectInfo(projectId)
  const models = useQuery(queries.model.list.queryOptions({ input: { project: projectId } }))
  const [isImporting, setImporting] = useState(false)
  const canChange = info.data?.isWritable === true
  const shownId = modelId ?? models.data?.find((model) => model.isActive)?.id
  const shown = models.data?.find((model) => model.id === shownId)
  return (
    <div className="models">
      <ProjectCrumbs project={projectId} here={t.title} />
      <section className="model-list" aria-label={t.title}>
        <header className="spread">
          <h1>{t.title}</h1>
          <Button icon={<Plus size={15} />} disabled={!canChange} onClick={() => setImporting(true)}>
            {t.import}
          </Button>
        </header>
        <p className="soft">{t.lead}</p>
        {models.isPending ? <Loading label={strings.app.loading} /> : null}
        {models.isError ? <ErrorPanel error={models.error} onRetry={() => void models.refetch()} /> : null}
        <ul className="stack" style={{ gap: 6 }}>
          {models.data?.map((model) => (
            <li key={model.id}>
              <Link to={`/project/${projectId}/models/${model.id}`} className={`model-item ${model.id === shownId ? 'chosen' : ''}`}>
                <span className="spread">
                  <strong className="truncate">{model.name}</strong>
                  {model.isActive ? <span className="tag accent">{t.active}</span> : null}
                </span>
                <span className="small dim">
                  {model.kind === 'expression'
                    ? modelCardStrings.namesExpressions
                    : model.canPredict
                      ? plural(model.aus.length, 'AU')
                      : t.cannotPredict}
                  {model.isBuiltIn ? ` · ${t.builtIn}` : ''}
                </span>
                <span className="small dim">
                  {model.licence}
                  {model.isNonCommercial ? <span className="tag warn non-commercial">{t.nonCommercial}</span> : null}
                </span>
              </Link>
            </li>
          ))}
        </ul>
      </section>
      <section className="model-detail" tabIndex={0} aria-label={t.card}>
        {shown ? (
          <ModelCardView
            key={shown.id}
            project={projectId}
            model={shown}
            models={models.data ?? []}
            canChange={canChange}
            onRemoved={() => void navigate(`/project/${projectId}/models`, { replace: true })}
          />
        ) : (
          <p className="soft">{t.choose}</p>
        )}
      </section>
      {isImporting ? <ImportModelDialog project={projectId} onClose={() => setImporting(false)} /> : null}
    </div>
  )
}
