// Play, step, and the time and number of the frame on screen.
import ChevronFirst from 'lucide-react/icons/chevron-first'
import ChevronLast from 'lucide-react/icons/chevron-last'
import ChevronLeft from 'lucide-react/icons/chevron-left'
import ChevronRight from 'lucide-react/icons/chevron-right'
import Pause from 'lucide-react/icons/pause'
import Play from 'lucide-react/icons/play'
import Repeat from 'lucide-react/icons/repeat'
import Crosshair from 'lucide-react/icons/crosshair'
import Columns2 from 'lucide-react/icons/columns-2'
import Table2 from 'lucide-react/icons/table-2'
import ScanFace from 'lucide-react/icons/scan-face'
import SquareDashed from 'lucide-react/icons/square-dashed'
import { useRef, useState, type FormEvent, type RefObject } from 'react'
import { strings } from '../../../app/strings'
import { IconButton } from '../../../ui/Button'
import { formatTime } from '../../../ui/format'
import { PictureMenu } from '../stage/PictureMenu'
import { SoundMenu } from '../stage/SoundMenu'
import { useCoding } from '../codingStore'
import { frameSeconds, parseMoment, type FrameTable } from '../frames/frameTable'
import type { ActionId } from '../keyboard/keymap'
import { RATES } from '../keyboard/useCodingKeys'

const t = strings.coding

interface TransportProps {
  table: FrameTable
  hasAudio: boolean
  isReady: boolean
  run(action: ActionId): void
  onSeek(frame: number): void
  /** Key of an action for tooltips. */
  keyOf(action: ActionId): string
  jumpInput: RefObject<HTMLInputElement | null>
}

export function Transport({ table, hasAudio, isReady, run, onSeek, keyOf, jumpInput }: TransportProps) {
  const frame = useCoding((state) => state.frame)
  const isPlaying = useCoding((state) => state.isPlaying)
  const isSeeking = useCoding((state) => state.isSeeking)
  const rate = useCoding((state) => state.rate)
  const isLooping = useCoding((state) => state.isLooping)
  const isFollowing = useCoding((state) => state.isFollowing)
  const isComparing = useCoding((state) => state.isComparing)
  const hasFrameList = useCoding((state) => state.hasFrameList)
  const hasBox = useCoding((state) => state.hasBox)
  const hasMesh = useCoding((state) => state.hasMesh)
  const patch = useCoding((state) => state.patch)
  const [text, setText] = useState<string | null>(null)
  const form = useRef<HTMLFormElement>(null)
  const last = table.seconds.length - 1
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    const moment = parseMoment(text ?? '', table)
    if (moment !== null) onSeek(moment)
    setText(null)
    jumpInput.current?.blur()
  }
  const button = (action: ActionId, label: string, icon: React.ReactNode) => (
    <IconButton label={label} keys={keyOf(action)} disabled={!isReady} onClick={() => run(action)}>
      {icon}
    </IconButton>
  )
  return (
    <div className="transport" role="group" aria-label={t.stage}>
      {button('first', t.first, <ChevronFirst size={17} />)}
      {button('back1', t.back, <ChevronLeft size={17} />)}
      {button('playPause', isPlaying ? t.pause : t.play, isPlaying ? <Pause size={17} /> : <Play size={17} />)}
      {button('forward1', t.forward, <ChevronRight size={17} />)}
      {button('last', t.last, <ChevronLast size={17} />)}
      <div className="place">
        <form ref={form} className="moment" onSubmit={submit}>
          <input
            ref={jumpInput}
            className="mono"
            aria-label={t.jump}
            title={t.jumpHint}
            value={text ?? (frame < 0 ? '--:--.---' : formatTime(frameSeconds(table, frame)))}
            onFocus={(event) => {
              setText(event.target.value)
              event.target.select()
            }}
            onChange={(event) => setText(event.target.value)}
            onBlur={() => setText(null)}
            onKeyDown={(event) => event.key === 'Escape' && event.currentTarget.blur()}
          />
        </form>
        <span className={`mono frame-number ${isSeeking ? 'seeking' : ''}`} data-testid="frame-number" data-frame={frame} aria-live="off">
          {frame < 0 ? t.waitingFrame : t.frameOf(frame, last)}
        </span>
      </div>
      <div className="transport-tools">
        <select className="input small" aria-label={t.speed} value={rate} onChange={(event) => patch({ rate: Number(event.target.value) })}>
          {RATES.map((value) => (
            <option key={value} value={value}>
              {value}×
            </option>
          ))}
        </select>
        <IconButton label={t.loop} keys={keyOf('loop')} isPressed={isLooping} onClick={() => patch({ isLooping: !isLooping })}>
          <Repeat size={16} />
        </IconButton>
        <SoundMenu hasAudio={hasAudio} muteKey={keyOf('mute')} />
        <PictureMenu />
        <IconButton label={t.box} keys={keyOf('box')} isPressed={hasBox} onClick={() => patch({ hasBox: !hasBox })}>
          <SquareDashed size={16} />
        </IconButton>
        <IconButton label={t.mesh} keys={keyOf('mesh')} isPressed={hasMesh} onClick={() => patch({ hasMesh: !hasMesh })}>
          <ScanFace size={16} />
        </IconButton>
        <IconButton label={t.follow} keys={keyOf('follow')} isPressed={isFollowing} onClick={() => patch({ isFollowing: !isFollowing })}>
          <Crosshair size={16} />
        </IconButton>
        <IconButton label={t.compare} keys={keyOf('compare')} isPressed={isComparing} onClick={() => patch({ isComparing: !isComparing })}>
          <Columns2 size={16} />
        </IconButton>
        <IconButton
          label={t.frameList}
          keys={keyOf('frameList')}
          isPressed={hasFrameList}
          onClick={() => patch({ hasFrameList: !hasFrameList })}
        >
          <Table2 size={16} />
        </IconButton>
      </div>
    </div>
  )
}
