// Who coded: each coder's colour and pattern beside the code. One's own bars are the tall ones.
import { strings } from '../../../app/strings'
import { useCoding } from '../codingStore'
import type { CoderLook } from './paint/lanesPicture'

export function CoderLegend({ looks, others }: { looks: ReadonlyMap<string, CoderLook>; others: readonly string[] }) {
  const coder = useCoding((state) => state.coder)
  const isBlind = useCoding((state) => state.isBlind)
  const shown = [...(coder === '' ? [] : [coder]), ...(isBlind ? [] : others)]
  return (
    <ul className="coder-legend" aria-label={strings.coding.coders}>
      {shown.map((who) => {
        const look = looks.get(who)
        return (
          <li key={who} title={who === coder ? strings.coding.ownBars(who) : strings.coding.othersBars(who)}>
            <svg width="26" height={who === coder ? 9 : 3} aria-hidden>
              <rect
                width="26"
                height="9"
                fill={look?.css}
                opacity={who === coder ? 0.7 : 1}
                mask={`url(#coder-${look?.pattern ?? 'solid'})`}
              />
            </svg>
            <span className="truncate">{who}</span>
          </li>
        )
      })}
      <svg width="0" height="0" aria-hidden>
        <mask id="coder-solid">
          <rect width="26" height="9" fill="white" />
        </mask>
        <mask id="coder-dashes">
          <path d="M0 0h5v9H0zM7 0h5v9H7zM14 0h5v9h-5zM21 0h5v9h-5z" fill="white" />
        </mask>
        <mask id="coder-dots">
          <path d="M0 0h2v9H0zM4 0h2v9H4zM8 0h2v9H8zM12 0h2v9h-2zM16 0h2v9h-2zM20 0h2v9h-2zM24 0h2v9h-2z" fill="white" />
        </mask>
        <mask id="coder-pairs">
          <path d="M0 0h2v9H0zM4 0h2v9H4zM9 0h2v9H9zM13 0h2v9h-2zM18 0h2v9h-2zM22 0h2v9h-2z" fill="white" />
        </mask>
      </svg>
    </ul>
  )
}
