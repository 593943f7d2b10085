// The side of the project screen: active model, subjects, and what the project takes on disk.
import Ellipsis from 'lucide-react/icons/ellipsis'
import { useMutation, useQuery } from '@tanstack/react-query'
import type { CodingTime } from '@shared/coding'
import type { ProjectInfo, Subject, Video } from '@shared/project'
import { DropdownMenu } from 'radix-ui'
import { Link } from 'react-router'
import { strings } from '../../app/strings'
import { queries } from '../../bridge/client'
import { IconButton } from '../../ui/Button'
import { formatRemaining, plural } from '../../ui/format'
import { MenuContent, MenuItem } from '../../ui/Menu'
import { StorageBars } from '../../ui/StorageBars'
import { workTime } from './progressOfVideos'

const t = strings.project

interface ProjectSideProps {
  project: string
  info: ProjectInfo | undefined
  subjects: readonly Subject[]
  videos: readonly Video[]
  times: readonly CodingTime[]
  onSubject(kind: 'remove' | 'rename', subject: Subject): void
}

function ActiveModel({ project, canChange }: { project: string; canChange: boolean }) {
  const models = useQuery(queries.model.list.queryOptions({ input: { project } }))
  const activate = useMutation(queries.model.activate.mutationOptions())
  const active = models.data?.find((model) => model.isActive)
  const card = useQuery(queries.model.get.queryOptions({ input: { project, modelId: active?.id ?? '' }, enabled: active !== undefined }))
  const shown = card.data?.aus.filter((unit) => unit.trust === 'shown') ?? []
  return (
    <section aria-label={t.activeModel}>
      <h3>{t.activeModel}</h3>
      <select
        className="input"
        aria-label={t.activeModel}
        value={active?.id ?? ''}
        disabled={!canChange}
        onChange={(event) => activate.mutate({ project, modelId: event.target.value })}
      >
        {models.data
          ?.filter((model) => model.aus.length > 0)
          .map((model) => (
            <option key={model.id} value={model.id}>
              {model.name}
            </option>
          ))}
      </select>
      {card.data ? (
        <p className="small soft">
          {plural(card.data.aus.length, 'AU')}, {strings.trust.shown}:{' '}
          <span className="num">{shown.map((unit) => unit.au).join(', ') || strings.common.none}</span>
          {card.data.training.isSynthetic ? ` · ${strings.models.trainedOn.toLowerCase()} ${strings.models.synthetic}` : ''}
        </p>
      ) : null}
      {active ? (
        <Link className="small" to={`/project/${project}/models/${active.id}`}>
          {strings.models.card}
        </Link>
      ) : null}
    </section>
  )
}

/** What coding has taken so far, with predictions in view and without. */
function WorkSummary({ videos, times }: { videos: readonly Video[]; times: readonly CodingTime[] }) {
  const rows = [
    [t.withPredictions, workTime(times, videos, true)],
    [t.withoutPredictions, workTime(times, videos, false)],
  ] as const
  if (rows.every(([, time]) => time === null)) return null
  return (
    <section aria-label={t.work}>
      <h3>{t.work}</h3>
      <dl className="work">
        {rows.map(([name, time]) =>
          time ? (
            <div key={name}>
              <dt className="soft">{name}</dt>
              <dd className="num">{t.workSum(formatRemaining(time.seconds), t.perMinute(time.perMinute))}</dd>
              <dd className="small dim">{t.workVideos(time.videoCount)}</dd>
            </div>
          ) : null,
        )}
      </dl>
    </section>
  )
}

export function ProjectSide({ project, info, subjects, videos, times, onSubject }: ProjectSideProps) {
  const canChange = info?.isWritable === true
  return (
    <aside className="project-side">
      <ActiveModel project={project} canChange={canChange} />
      <section aria-label={t.subjects}>
        <h3>{t.subjects}</h3>
        {subjects.length === 0 ? <p className="small dim">{strings.common.none}</p> : null}
        <ul className="subjects">
          {subjects.map((subject) => (
            <li key={subject.id} className="spread">
              <span className="grow truncate" title={subject.code}>
                {subject.code}
              </span>
              <span className="small dim">
                {plural(subject.videoCount, 'video')} · {subject.neutral ? t.neutralSet : t.neutralUnset}
              </span>
              <DropdownMenu.Root modal={false}>
                <DropdownMenu.Trigger asChild>
                  <IconButton label={t.actions(subject.code)} className="small">
                    <Ellipsis size={14} />
                  </IconButton>
                </DropdownMenu.Trigger>
                <MenuContent>
                  <MenuItem isDisabled={!canChange} onSelect={() => onSubject('rename', subject)}>
                    {t.renameSubject}
                  </MenuItem>
                  <MenuItem isDisabled={!canChange} isDanger onSelect={() => onSubject('remove', subject)}>
                    {t.removeSubject}
                  </MenuItem>
                </MenuContent>
              </DropdownMenu.Root>
            </li>
          ))}
        </ul>
      </section>
      <WorkSummary videos={videos} times={times} />
      {info ? (
        <section aria-label={t.storage}>
          <h3>{t.storage}</h3>
          <StorageBars use={info.storage} />
        </section>
      ) : null}
    </aside>
  )
}
