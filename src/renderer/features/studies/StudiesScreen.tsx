// Studies: the paper's ablations on the project's own labels, and what models see of people. Runs themselves are the training screen's.
import { useQuery } from '@tanstack/react-query'
import { useParams, useSearchParams } from 'react-router'
import { ProjectCrumbs } from '../../app/Crumbs'
import { useProjectInfo } from '../../app/projectState'
import { strings } from '../../app/strings'
import { queries } from '../../bridge/client'
import { Loading } from '../../ui/EmptyState'
import { ErrorPanel } from '../../ui/ErrorPanel'
import { formatInstant } from '../../ui/format'
import { FeatureMap } from './FeatureMap'
import { NewStudy } from './NewStudy'
import { StudyView } from './StudyView'
import { studyStrings as t } from './studyStrings'
import './studies.css'

export default function StudiesScreen() {
  const { projectId = '' } = useParams()
  const [search, setSearch] = useSearchParams()
  const info = useProjectInfo(projectId)
  const studies = useQuery(queries.study.list.queryOptions({ input: { project: projectId } }))
  const list = studies.data ?? []
  const shown = list.find(({ study }) => study.id === search.get('study')) ?? list[0]
  const canChange = info.data?.isWritable === true
  const show = (key: 'study' | 'model', value: string): void => {
    const next = new URLSearchParams(search)
    next.set(key, value)
    setSearch(next, { replace: true })
  }
  return (
    <div className="studies">
      <ProjectCrumbs project={projectId} here={t.title} />
      <section aria-label={t.form}>
        <h1>{t.title}</h1>
        <p className="soft">{t.lead}</p>
        <h2>{t.form}</h2>
        <NewStudy project={projectId} canChange={canChange} onStarted={(id) => show('study', id)} />
        <h2>{t.list}</h2>
        {studies.isError ? <ErrorPanel error={studies.error} onRetry={() => void studies.refetch()} /> : null}
        {studies.isPending ? <Loading label={strings.app.loading} /> : null}
        {studies.data?.length === 0 ? <p className="soft">{t.none}</p> : null}
        <ul className="stack study-list">
          {list.map(({ study, state, finishedRuns }) => (
            <li key={study.id}>
              <button type="button" aria-current={study.id === shown?.study.id} onClick={() => show('study', study.id)}>
                <span className="grow truncate">{study.name}</span>
                <span className="small dim">{`${formatInstant(study.createdAt)} · ${t.progress(t.states[state], finishedRuns, study.runs.length)}`}</span>
              </button>
            </li>
          ))}
        </ul>
      </section>
      <section>
        {shown ? (
          <StudyView
            key={shown.study.id}
            project={projectId}
            studyId={shown.study.id}
            canChange={canChange}
            onRemoved={() => setSearch({}, { replace: true })}
          />
        ) : null}
        <FeatureMap project={projectId} modelId={search.get('model')} canChange={canChange} onModel={(id) => show('model', id)} />
      </section>
    </div>
  )
}
