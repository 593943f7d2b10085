// The projects opened lately: how far each is, when it was open, and what is missing of it.
import FolderOpen from 'lucide-react/icons/folder-open'
import type { RecentProject } from '@shared/contract/project'
import { strings } from '../../app/strings'
import { formatInstant } from '../../ui/format'

const t = strings.home

function Facts({ recent }: { recent: RecentProject }) {
  const { summary, exists } = recent
  if (!exists) return <span className="tag warn">{t.folderMissing}</span>
  if (!summary) return <span className="small dim">{t.unreadable}</span>
  const { videoCount, codedVideoCount, reviewedVideoCount, missingVideoCount } = summary
  return (
    <>
      {videoCount > 0 ? (
        <span className="recent-coded" title={t.codedShare(codedVideoCount, videoCount, reviewedVideoCount)}>
          <span className="recent-bar" aria-hidden>
            <span style={{ width: `${(100 * codedVideoCount) / videoCount}%` }} />
          </span>
          <span className="small soft num">{t.coded(codedVideoCount, videoCount)}</span>
        </span>
      ) : null}
      {missingVideoCount > 0 ? <span className="tag warn">{t.missing(missingVideoCount)}</span> : null}
    </>
  )
}

export function RecentProjects({
  recent,
  isBusy,
  onOpen,
}: {
  recent: readonly RecentProject[]
  isBusy: boolean
  onOpen(token: string): void
}) {
  return (
    <section className="card" aria-label={t.recent}>
      <ul>
        {recent.map((item) => (
          <li key={item.token}>
            <button type="button" className="recent" disabled={!item.exists || isBusy} onClick={() => onOpen(item.token)}>
              <FolderOpen size={18} aria-hidden />
              <span className="grow">
                <span className="recent-name truncate">{item.name}</span>
                <span className="dim small truncate">
                  {item.folder}
                  {item.summary ? ` · ${t.contents(item.summary.subjectCount, item.summary.videoCount)}` : ''}
                </span>
              </span>
              <span className="recent-facts">
                <Facts recent={item} />
                <span className="small dim">{t.openedAt(formatInstant(item.openedAt))}</span>
              </span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  )
}
