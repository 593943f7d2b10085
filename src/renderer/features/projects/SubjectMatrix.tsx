// Subjects down, their videos across: the state of the whole study at a glance.
import type { Subject, Video } from '@shared/project'
import { Link } from 'react-router'
import { strings } from '../../app/strings'
import { formatDuration } from '../../ui/format'
import { StateMark } from '../../ui/StateMark'

const t = strings.project

export function SubjectMatrix({ project, videos, subjects }: { project: string; videos: readonly Video[]; subjects: readonly Subject[] }) {
  const rows = subjects
    .map((subject) => ({ subject, videos: videos.filter((video) => video.subjectId === subject.id) }))
    .filter((row) => row.videos.length > 0)
  return (
    <div className="card matrix" role="table" aria-label={t.viewMatrix}>
      {rows.map((row) => (
        <div key={row.subject.id} className="matrix-row" role="row">
          <div className="matrix-subject truncate" role="rowheader" title={row.subject.code}>
            {row.subject.code}
          </div>
          <div className="matrix-cells" role="cell">
            {row.videos.map((video) => (
              <Link key={video.id} to={`/project/${project}/video/${video.id}`} className="matrix-cell" title={video.fileName}>
                <span className="spread">
                  <span className="truncate">{video.fileName}</span>
                  <span className="small dim num">{formatDuration(video.durationSeconds)}</span>
                </span>
                {video.isMissing ? (
                  <span className="tag warn">{t.missing}</span>
                ) : (
                  <span className="states">
                    <StateMark state={video.analysis} label={t.analysedState} />
                    <StateMark state={video.prediction} label={t.predictedState} />
                    <StateMark state={video.labelCount > 0 ? 'partial' : 'none'} label={t.codedState} />
                  </span>
                )}
              </Link>
            ))}
          </div>
        </div>
      ))}
    </div>
  )
}
