// Names the videos whose files are not where they were, each with the way to show where they are.
import type { ProjectInfo } from '@shared/project'
import { useState } from 'react'
import { strings } from '../../app/strings'
import { Button } from '../../ui/Button'
import { VideoDialogs, type VideoDialog } from './VideoDialogs'

export function MissingVideos({ project, missing }: { project: string; missing: ProjectInfo['missingVideos'] }) {
  const [dialog, setDialog] = useState<VideoDialog | null>(null)
  if (missing.length === 0) return null
  return (
    <section className="missing" aria-label={strings.project.missingTitle(missing.length)}>
      <h3>{strings.project.missingTitle(missing.length)}</h3>
      <p className="soft">{strings.project.missingText}</p>
      <ul>
        {missing.map((video) => (
          <li key={video.id} className="spread">
            <span className="truncate">{video.fileName}</span>
            <Button
              className="small"
              onClick={() =>
                setDialog({ kind: 'relocate', video: { ...video, labelCount: 0, subjectCode: '', condition: null, session: null } })
              }
            >
              {strings.project.relocate}
            </Button>
          </li>
        ))}
      </ul>
      <VideoDialogs project={project} dialog={dialog} onClose={() => setDialog(null)} />
    </section>
  )
}
