// The video with its overlay: loads source or playable copy, makes the player, zooms and pans, says what stands in the way of playing.
import { videoUrl } from '@shared/dataUrls'
import type { NeutralSpan, Video } from '@shared/project'
import { useCallback, useEffect, useMemo, useRef, useState, type PointerEvent as ReactPointerEvent } from 'react'
import { strings } from '../../../app/strings'
import { dataUrl } from '../../../bridge/dataUrl'
import { useCoding } from '../codingStore'
import { FramePlayer } from '../frames/framePlayer'
import type { FrameTable } from '../frames/frameTable'
import { useCanvas, useSize } from '../timeline/useCanvas'
import { faceAround, faceRow, type FaceSummary } from '../videoData'
import { CompareView } from './CompareView'
import { drawOverlay } from './drawOverlay'
import { centreOn, fitRect, panStage, WHOLE, zoomStage, zoomToFace, type StageView } from './geometry'
import { LandmarkCache } from './landmarkCache'
import { ProxyNotice } from './ProxyNotice'
import { useStills } from './useStills'
import './stage.css'

const t = strings.coding

/** Changes the reader's own zoom; with `isFollowing` false the face is let go. */
function setZoom(change: (view: StageView) => StageView, isFollowing?: boolean): void {
  const { zoom, patch } = useCoding.getState()
  patch({ zoom: change(zoom), ...(isFollowing === undefined ? {} : { isFollowing }) })
}

interface VideoStageProps {
  project: string
  video: Video
  table: FrameTable
  faces: FaceSummary | null
  neutral: NeutralSpan | null
  onPlayer(player: FramePlayer | null): void
}

/** Whether this browser says it cannot play a type. "maybe" and "probably" are both worth trying. */
function canPlay(mimeType: string): boolean {
  return document.createElement('video').canPlayType(mimeType) !== ''
}

export function VideoStage({ project, video, table, faces, neutral, onPlayer }: VideoStageProps) {
  const stage = useRef<HTMLDivElement>(null)
  const element = useRef<HTMLVideoElement>(null)
  const lookout = useRef<HTMLVideoElement>(null)
  const still = useRef<HTMLCanvasElement>(null)
  const size = useSize(stage)
  const [hasFailed, setFailed] = useState(false)
  const ownZoom = useCoding((state) => state.zoom)
  const isFollowing = useCoding((state) => state.isFollowing)
  const isComparing = useCoding((state) => state.isComparing)
  const volume = useCoding((state) => state.volume)
  const [arrivals, setArrivals] = useState(0)
  const frame = useCoding((state) => state.frame)
  const hasBox = useCoding((state) => state.hasBox)
  const hasMesh = useCoding((state) => state.hasMesh)
  const rate = useCoding((state) => state.rate)
  const isMuted = useCoding((state) => state.isMuted)
  const isLooping = useCoding((state) => state.isLooping)
  const brightness = useCoding((state) => state.brightness)
  const contrast = useCoding((state) => state.contrast)
  const isExact = useCoding((state) => state.isExact)
  const selection = useCoding((state) => state.selection)
  const [player, setPlayer] = useState<{ player: FramePlayer; clock: FrameTable } | null>(null)

  // The copy is used only where the source cannot be played, since the source is what was filmed.
  const canPlaySource = useMemo(() => canPlay(video.mimeType), [video.mimeType]) && !hasFailed
  const variant = canPlaySource ? 'source' : video.hasProxy ? 'proxy' : null
  const url = variant === null || video.isMissing ? null : dataUrl(videoUrl(project, video.id, variant))

  useEffect(() => {
    const media = element.current
    if (!media || url === null) return
    // One copy for both players: the first frame presented corrects where the clock starts.
    const clock = { ...table }
    const made = new FramePlayer(media, clock, (state) => useCoding.getState().setPlayer(state))
    setPlayer({ player: made, clock })
    onPlayer(made)
    // Back from another screen the frame that was on this one; else where the video was left.
    const { frame: left, initialFrame } = useCoding.getState()
    void made.seekTo(left >= 0 ? left : initialFrame)
    return () => {
      made.dispose()
      setPlayer(null)
      onPlayer(null)
    }
  }, [url, table, onPlayer])

  useEffect(() => player?.player.setRate(rate), [rate, player])
  useEffect(() => {
    if (element.current) element.current.volume = volume
  }, [volume, url])
  useEffect(() => player?.player.setLoop(isLooping ? selection : null), [isLooping, selection, player])

  const landmarks = useMemo(
    () => new LandmarkCache(project, video.id, video.frameCount, () => setArrivals((count) => count + 1)),
    // A new analysis makes the landmarks new.
    // eslint-disable-next-line react-hooks/exhaustive-deps
    [project, video.id, video.frameCount, faces],
  )
  const rect = useMemo(() => fitRect(video, size), [video, size])
  const { needsLookout } = useStills({
    project,
    video,
    variant: url === null ? null : variant,
    player: player?.player ?? null,
    clock: player?.clock ?? null,
    still,
    lookout,
    width: rect.width * window.devicePixelRatio,
  })
  const main = useMemo(() => (faces ? faceRow(faces, frame) : null), [faces, frame])
  const zoom = useMemo(() => {
    const around = isFollowing && faces && frame >= 0 ? faceAround(faces, frame) : null
    if (!around || rect.width === 0) return ownZoom
    return ownZoom.scale > 1 ? centreOn(around, ownZoom.scale, video, rect, size) : zoomToFace(around, video, rect, size)
  }, [isFollowing, faces, frame, ownZoom, video, rect, size])
  const paint = useCallback(
    (context: CanvasRenderingContext2D) => {
      void arrivals
      drawOverlay(context, size, {
        rect,
        frameWidth: video.width,
        zoom: zoom.scale,
        main,
        faces: hasMesh && frame >= 0 && faces ? landmarks.get(frame) : null,
        hasBox,
        hasMesh,
        accent: '#5ad1ff',
      })
    },
    [arrivals, size, rect, video.width, zoom.scale, main, hasMesh, hasBox, frame, faces, landmarks],
  )
  const canvas = useCanvas(size, paint)

  useEffect(() => {
    const box = stage.current
    if (!box) return
    const onWheel = (event: WheelEvent): void => {
      event.preventDefault()
      const bounds = box.getBoundingClientRect()
      const pointer = { x: event.clientX - bounds.left - bounds.width / 2, y: event.clientY - bounds.top - bounds.height / 2 }
      setZoom((view) => zoomStage(view, Math.exp(-event.deltaY * 0.002), pointer))
    }
    box.addEventListener('wheel', onWheel, { passive: false })
    return () => box.removeEventListener('wheel', onWheel)
  }, [])
  const onPan = (event: ReactPointerEvent<HTMLDivElement>): void => {
    if (event.buttons === 0 || zoom.scale === 1) return
    setZoom(() => panStage(zoom, -event.movementX, -event.movementY), false)
  }
  const filter = brightness === 1 && contrast === 1 ? undefined : `brightness(${brightness}) contrast(${contrast})`
  const transform = `translate(${zoom.x}px, ${zoom.y}px) scale(${zoom.scale})`
  return (
    <>
      <div
        ref={stage}
        className="stage"
        role="group"
        aria-label={t.stage}
        onPointerMove={onPan}
        onDoubleClick={() => setZoom(() => (zoom.scale > 1 || !main ? WHOLE : zoomToFace(main, video, rect, size)), false)}
      >
        {url !== null ? (
          <div className="stage-content" style={{ transform }}>
            {/* Read as the page's own: in Electron videos come from another scheme, and a picture of a foreign video may not be read back. */}
            <video
              key={url}
              ref={element}
              style={{ filter }}
              crossOrigin="anonymous"
              src={url}
              muted={isMuted}
              preload="auto"
              playsInline
              disablePictureInPicture
              onError={() => {
                if (variant === 'source') setFailed(true)
              }}
            />
            {needsLookout ? (
              <video
                key={`${url} lookout`}
                ref={lookout}
                className="lookout"
                crossOrigin="anonymous"
                src={url}
                muted
                preload="auto"
                playsInline
                disablePictureInPicture
                aria-hidden
                tabIndex={-1}
              />
            ) : null}
            <canvas ref={still} style={{ filter }} className="still" hidden data-testid="still" />
            <canvas ref={canvas} className="stage-overlay" />
          </div>
        ) : video.isMissing ? (
          <div className="stage-notice">
            <p>{t.missing}</p>
            <a href={`#/project/${project}`}>{t.missingAction}</a>
          </div>
        ) : (
          <ProxyNotice project={project} video={video} />
        )}
        {!isExact ? (
          <p className="stage-warning" role="alert">
            {t.notExact}
          </p>
        ) : null}
      </div>
      {isComparing && url !== null ? (
        <CompareView project={project} videoWidth={video.width} face={main} neutral={neutral} player={player?.player ?? null} />
      ) : null}
    </>
  )
}
