// What is kept where, and that nothing leaves this machine.
import type { SystemInfo } from '@shared/contract/work'
import { strings } from '../../app/strings'
import { Section } from './Section'

const t = strings.settings

export function Privacy({ host }: { host: SystemInfo['host'] | null }) {
  return (
    <Section id="privacy" title={t.privacy}>
      <p>{t.privacyText}</p>
      {host === 'loopback' ? <p className="soft">{t.loopbackText}</p> : null}
      <dl className="privacy-places">
        {t.places.map(({ what, where }) => (
          <div key={what}>
            <dt>{what}</dt>
            <dd className="soft">{where}</dd>
          </div>
        ))}
      </dl>
      <p className="soft">{t.withdrawal}</p>
    </Section>
  )
}
