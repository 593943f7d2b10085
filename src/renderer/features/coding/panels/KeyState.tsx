// What was begun by key, or what the next letters mean; shown in place of the selection while it holds.
import { auLabel } from '@shared/facs'
import { strings } from '../../../app/strings'
import { useCoding } from '../codingStore'

const t = strings.coding

export function KeyState() {
  const openEvents = useCoding((state) => state.openEvents)
  const chain = useCoding((state) => state.chain)
  if (chain)
    return (
      <span className="key-state">{chain.step === 'intensity' ? t.chainIntensity(auLabel(chain.au)) : t.chainSide(auLabel(chain.au))}</span>
    )
  const [first, ...more] = [...openEvents]
  if (!first) return null
  const rest = more.length > 0 ? t.alsoOpen(more.map(([au]) => auLabel(au)).join(', ')) : ''
  return (
    <span className="key-state">
      {t.openEvent(auLabel(first[0]), first[1])}
      {rest}
    </span>
  )
}
