// The face on screen and the subject's neutral face together beside the video, both cut by the models' rule, so that they lie alike.
import { pictureUrl } from '@shared/dataUrls'
import type { NeutralSpan } from '@shared/project'
import { useEffect, useRef } from 'react'
import { strings } from '../../../app/strings'
import { dataUrl } from '../../../bridge/dataUrl'
import { useCoding } from '../codingStore'
import type { FramePlayer } from '../frames/framePlayer'
import type { FaceRow } from '../videoData'
import { drawCrop } from './drawCrop'
import { FacePicture } from './FacePicture'

const t = strings.coding
/** Pixels of each picture's side as drawn; shown smaller where the stage is. */
const SIDE = 480

interface CompareViewProps {
  project: string
  videoWidth: number
  face: FaceRow | null
  neutral: NeutralSpan | null
  player: FramePlayer | null
}

export function CompareView({ project, videoWidth, face, neutral, player }: CompareViewProps) {
  const frame = useCoding((state) => state.frame)
  const brightness = useCoding((state) => state.brightness)
  const contrast = useCoding((state) => state.contrast)
  const canvas = useRef<HTMLCanvasElement>(null)
  useEffect(() => {
    if (canvas.current) drawCrop(canvas.current, player, face, videoWidth)
  }, [face, player, videoWidth, frame])
  const filter = brightness === 1 && contrast === 1 ? undefined : `brightness(${brightness}) contrast(${contrast})`
  const middle = neutral ? Math.floor((neutral.startFrame + neutral.endFrame) / 2) : 0
  return (
    <div className="compare" data-testid="compare">
      <figure>
        <canvas ref={canvas} width={SIDE} height={SIDE} style={{ filter }} />
        <figcaption>{face ? t.cropNow : t.noFaceHere}</figcaption>
      </figure>
      <figure>
        {neutral ? (
          <FacePicture
            src={dataUrl(pictureUrl(project, neutral.videoId, middle, 'crop', SIDE))}
            alt={t.cropNeutral}
            {...(filter ? { style: { filter } } : {})}
          />
        ) : (
          <p className="small">{t.noNeutral}</p>
        )}
        <figcaption>{t.cropNeutral}</figcaption>
      </figure>
    </div>
  )
}
