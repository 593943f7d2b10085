// The face as the model sees it now, beside the subject's neutral face; and the choice of that neutral face.
import { useMutation } from '@tanstack/react-query'
import { pictureUrl } from '@shared/dataUrls'
import type { Subject, Video } from '@shared/project'
import { useEffect, useRef } from 'react'
import { strings } from '../../../app/strings'
import { queries } from '../../../bridge/client'
import { dataUrl } from '../../../bridge/dataUrl'
import { Button } from '../../../ui/Button'
import { notify } from '../../../ui/notify'
import { useCoding } from '../codingStore'
import type { FramePlayer } from '../frames/framePlayer'
import { drawCrop } from '../stage/drawCrop'
import { FacePicture } from '../stage/FacePicture'
import { faceRow, type FaceSummary } from '../videoData'

const t = strings.coding
const SIDE = 128

interface FaceInsetsProps {
  project: string
  video: Video
  subject: Subject | undefined
  faces: FaceSummary | null
  player: FramePlayer | null
  canChange: boolean
}

function CropNow({ video, faces, player }: Pick<FaceInsetsProps, 'video' | 'faces' | 'player'>) {
  const frame = useCoding((state) => state.frame)
  const canvas = useRef<HTMLCanvasElement>(null)
  const row = faces ? faceRow(faces, frame) : null
  useEffect(() => {
    if (canvas.current) drawCrop(canvas.current, player, row, video.width)
  }, [row, player, video.width, frame])
  return (
    <figure>
      <div className="inset">
        <canvas ref={canvas} width={SIDE * 2} height={SIDE * 2} />
      </div>
      <figcaption>
        {t.cropNow}
        <br />
        <span className="dim">{row ? t.trustReasons[row.trust] : faces && frame >= 0 ? t.trustReasons['no-face'] : ''}</span>
      </figcaption>
    </figure>
  )
}

export function FaceInsets({ project, video, subject, faces, player, canChange }: FaceInsetsProps) {
  const neutral = subject?.neutral ?? null
  const set = useMutation(queries.neutral.set.mutationOptions({ onSuccess: () => notify(t.neutralSetDone(video.subjectCode)) }))
  const clear = useMutation(queries.neutral.clear.mutationOptions())
  const setNeutral = (): void => {
    const { selection, frame } = useCoding.getState()
    if (!selection && frame < 0) return
    const span = selection ?? { startFrame: frame, endFrame: frame }
    set.mutate({ project, subject: video.subjectCode, videoId: video.id, ...span })
  }
  const middle = neutral ? Math.floor((neutral.startFrame + neutral.endFrame) / 2) : 0
  return (
    <div className="insets">
      <CropNow video={video} faces={faces} player={player} />
      <figure>
        <div className="inset">
          {neutral ? (
            <FacePicture src={dataUrl(pictureUrl(project, neutral.videoId, middle, 'crop', SIDE * 2))} alt={t.cropNeutral} />
          ) : (
            <p className="small dim">{t.noNeutral}</p>
          )}
        </div>
        <figcaption title={neutral ? t.neutralAt(`${neutral.startFrame}–${neutral.endFrame}`, neutral.videoId !== video.id) : undefined}>
          {t.cropNeutral} {neutral ? <span className="dim num">{strings.assist.frames(neutral.startFrame, neutral.endFrame)}</span> : null}
        </figcaption>
      </figure>
      <div className="inset-actions">
        <Button className="small" title={t.setNeutralHint} disabled={!canChange} isBusy={set.isPending} onClick={setNeutral}>
          {t.setNeutral}
        </Button>
        {neutral ? (
          <Button
            className="small"
            tone="quiet"
            disabled={!canChange}
            onClick={() => clear.mutate({ project, subject: video.subjectCode })}
          >
            {t.neutralClear}
          </Button>
        ) : null}
      </div>
    </div>
  )
}
