// Brightness, contrast and zoom of the picture on screen. Nothing of it reaches what is analysed or exported.
import SlidersHorizontal from 'lucide-react/icons/sliders-horizontal'
import { Popover } from 'radix-ui'
import { strings } from '../../../app/strings'
import { Button, IconButton } from '../../../ui/Button'
import { useCoding } from '../codingStore'

const t = strings.coding

export function PictureMenu() {
  const brightness = useCoding((state) => state.brightness)
  const contrast = useCoding((state) => state.contrast)
  const patch = useCoding((state) => state.patch)
  const slider = (label: string, value: number, onChange: (value: number) => void) => (
    <label className="picture-slider">
      <span>{label}</span>
      <input type="range" min={0.4} max={2.5} step={0.05} value={value} onChange={(event) => onChange(Number(event.target.value))} />
      <span className="num small">{Math.round(value * 100)} %</span>
    </label>
  )
  return (
    <Popover.Root>
      <Popover.Trigger asChild>
        <IconButton label={t.picture} isPressed={brightness !== 1 || contrast !== 1}>
          <SlidersHorizontal size={16} />
        </IconButton>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content className="menu picture-menu" side="top" sideOffset={6} collisionPadding={8} aria-label={t.picture}>
          {slider(t.brightness, brightness, (value) => patch({ brightness: value }))}
          {slider(t.contrast, contrast, (value) => patch({ contrast: value }))}
          <p className="small dim">{t.pictureText}</p>
          <Button className="small" onClick={() => patch({ brightness: 1, contrast: 1 })}>
            {t.resetPicture}
          </Button>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  )
}
