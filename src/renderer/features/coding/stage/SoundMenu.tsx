// Sound on or off, its volume, and whether its outline is drawn.
import ChevronDown from 'lucide-react/icons/chevron-down'
import Volume2 from 'lucide-react/icons/volume-2'
import VolumeX from 'lucide-react/icons/volume-x'
import { Popover } from 'radix-ui'
import { strings } from '../../../app/strings'
import { IconButton } from '../../../ui/Button'
import { useCoding } from '../codingStore'

const t = strings.coding

export function SoundMenu({ hasAudio, muteKey }: { hasAudio: boolean; muteKey: string }) {
  const isMuted = useCoding((state) => state.isMuted)
  const volume = useCoding((state) => state.volume)
  const hasWaveform = useCoding((state) => state.hasWaveform)
  const patch = useCoding((state) => state.patch)
  return (
    <>
      <IconButton label={t.sound} keys={muteKey} isPressed={!isMuted} disabled={!hasAudio} onClick={() => patch({ isMuted: !isMuted })}>
        {isMuted ? <VolumeX size={16} /> : <Volume2 size={16} />}
      </IconButton>
      <Popover.Root>
        <Popover.Trigger asChild>
          <button type="button" className="sound-more" aria-label={t.soundMore} title={t.soundMore} disabled={!hasAudio}>
            <ChevronDown size={12} />
          </button>
        </Popover.Trigger>
        <Popover.Portal>
          <Popover.Content className="menu picture-menu" side="top" sideOffset={6} collisionPadding={8} aria-label={t.soundMore}>
            <label className="picture-slider">
              <span>{t.volume}</span>
              <input
                type="range"
                min={0}
                max={1}
                step={0.05}
                value={volume}
                onChange={(event) => patch({ volume: Number(event.target.value), isMuted: false })}
              />
              <span className="num small">{Math.round(volume * 100)} %</span>
            </label>
            <label className="sound-check">
              <input type="checkbox" checked={hasWaveform} onChange={(event) => patch({ hasWaveform: event.target.checked })} />
              {t.waveformShow}
            </label>
          </Popover.Content>
        </Popover.Portal>
      </Popover.Root>
    </>
  )
}
