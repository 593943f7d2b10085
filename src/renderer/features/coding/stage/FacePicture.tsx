// A face cut out of the video, and words in its place where there is none: the video file may be gone, and nobody should take a broken picture for a face.
import { useState } from 'react'
import { strings } from '../../../app/strings'

interface FacePictureProps {
  src: string
  alt: string
  /** Side of the square, CSS pixels; absent where the surroundings set it. */
  side?: number
  style?: React.CSSProperties
}

export function FacePicture(props: FacePictureProps) {
  // Another picture is another try.
  return <OnePicture key={props.src} {...props} />
}

function OnePicture({ src, alt, side, style }: FacePictureProps) {
  const [hasFailed, setFailed] = useState(false)
  const size = side === undefined ? {} : { width: side, height: side }
  if (hasFailed)
    return (
      <span className="no-picture small" style={size} title={strings.coding.noPicture}>
        {side === undefined ? strings.coding.noPicture : strings.coding.noPictureShort}
      </span>
    )
  return (
    <img src={src} alt={alt} loading="lazy" decoding="async" draggable={false} style={style} {...size} onError={() => setFailed(true)} />
  )
}
