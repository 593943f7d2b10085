// First steps in words, the keys of every screen, and the ways to the demo project and its tour.
import { modifierName } from '../../app/platform'
import { strings } from '../../app/strings'
import { Button } from '../../ui/Button'

const t = strings.help

export function Guide({ onTour, isBusy }: { onTour(): void; isBusy: boolean }) {
  const keys = [
    ['F1', t.keys.help],
    [`${modifierName} K`, t.keys.palette],
    ['?', t.keys.codingKeys],
    ['Esc', t.keys.close],
  ]
  return (
    <>
      <div className="help-tour">
        <p className="soft">{t.tourText}</p>
        <Button tone="primary" isBusy={isBusy} onClick={onTour}>
          {t.startTour}
        </Button>
      </div>
      <dl className="help-guide">
        {t.guides.map((guide) => (
          <div key={guide.title}>
            <dt>{guide.title}</dt>
            <dd className="soft">{guide.text}</dd>
          </div>
        ))}
      </dl>
      <section>
        <h3>{t.keys.title}</h3>
        <ul className="help-keys">
          {keys.map(([key, what]) => (
            <li key={key}>
              <kbd>{key}</kbd>
              <span className="soft">{what}</span>
            </li>
          ))}
        </ul>
      </section>
    </>
  )
}
