// Gives the player its pictures to step by: decoded from the file where the container tells which bytes are which frame, else caught from a second player.
import { pictureUrl, videoUrl } from '@shared/dataUrls'
import type { Video } from '@shared/project'
import { useEffect, useRef, useState, type RefObject } from 'react'
import { dataUrl, fetchData } from '../../../bridge/dataUrl'
import { FrameDecoder } from '../frames/frameDecoder'
import type { FramePlayer } from '../frames/framePlayer'
import type { FrameTable } from '../frames/frameTable'
import { FrameWindow } from '../frames/frameWindow'
import { fetchSampleTable, type SampleTable } from '../frames/sampleTable'
import { StillLayer, type FetchExact } from '../frames/stillLayer'
import type { Stills } from '../frames/stills'

interface StillsRequest {
  project: string
  video: Video
  variant: 'source' | 'proxy' | null
  player: FramePlayer | null
  /** The player's own clock. */
  clock: FrameTable | null
  still: RefObject<HTMLCanvasElement | null>
  lookout: RefObject<HTMLVideoElement | null>
  /** Width in device pixels at which the picture is shown; 0 while unknown. */
  width: number
}

/** 'unknown' until the backend has answered; null where this video's frames cannot be decoded singly. */
type Samples = SampleTable | null | 'unknown'

/** @returns whether the second player is needed */
export function useStills({ project, video, variant, player, clock, still, lookout, width }: StillsRequest): { needsLookout: boolean } {
  const [samples, setSamples] = useState<Samples>('unknown')
  const stills = useRef<Stills | null>(null)
  const shownWidth = useRef(width)
  const { id, width: videoWidth, height: videoHeight } = video

  useEffect(() => {
    let isCurrent = true
    setSamples('unknown')
    if (variant === null) return
    if (typeof VideoDecoder === 'undefined') setSamples(null)
    else void fetchSampleTable(project, id, variant).then((table) => isCurrent && setSamples(table))
    return () => {
      isCurrent = false
    }
  }, [project, id, variant])

  useEffect(() => {
    const canvas = still.current
    if (!player || !clock || !canvas || variant === null || samples === 'unknown') return
    const fetchExact: FetchExact = async (frame) => {
      const response = await fetchData(pictureUrl(project, id, frame, 'frame', videoHeight))
      return createImageBitmap(await response.blob())
    }
    const options = { size: { width: videoWidth, height: videoHeight }, width: shownWidth.current, onFailure: () => setSamples(null) }
    const made = samples
      ? new FrameDecoder({ ...options, table: samples, url: dataUrl(videoUrl(project, id, variant)) })
      : lookout.current && typeof VideoFrame !== 'undefined'
        ? new FrameWindow(lookout.current, clock, shownWidth.current)
        : null
    stills.current = made
    player.setStills(new StillLayer(canvas, made, fetchExact))
    return () => {
      player.setStills(null)
      made?.dispose()
      stills.current = null
    }
  }, [project, id, videoWidth, videoHeight, variant, player, clock, samples, still, lookout])

  useEffect(() => {
    if (width <= 0) return
    shownWidth.current = width
    stills.current?.setWidth(width)
  }, [width])

  return { needsLookout: samples === null }
}
