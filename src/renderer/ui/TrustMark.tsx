// How far an AU's values may be trusted, by shape: three bars filled for shown, two for weak, one for experimental.
import type { AuTrust } from '@shared/model'
import { strings } from '../app/strings'
import { Tip } from './Tip'
import './trustMark.css'

const BARS: Record<AuTrust, number> = { shown: 3, weak: 2, experimental: 1 }
const TEXTS: Record<AuTrust, string> = {
  shown: strings.trust.shownText,
  weak: strings.trust.weakText,
  experimental: strings.trust.experimentalText,
}

export function TrustMark({ trust, hasWord = false }: { trust: AuTrust; hasWord?: boolean }) {
  const mark = (
    <span className={`trust ${trust}`}>
      <svg viewBox="0 0 11 10" width="11" height="10" role="img" aria-label={`${strings.models.trust}: ${strings.trust[trust]}`}>
        {[0, 1, 2].map((bar) => (
          <rect
            key={bar}
            x={bar * 4}
            y={6 - bar * 3}
            width="3"
            height={4 + bar * 3}
            rx="0.5"
            className={bar < BARS[trust] ? 'on' : 'off'}
          />
        ))}
      </svg>
      {hasWord ? strings.trust[trust] : null}
    </span>
  )
  return <Tip text={`${strings.trust[trust]}: ${TEXTS[trust]}`}>{mark}</Tip>
}
