// What was found out about this installation, each with its state as shape and word, and what to do about it.
import type { DoctorItem } from '@shared/contract/work'
import { strings } from '../app/strings'
import './healthList.css'

export function HealthList({ items }: { items: readonly DoctorItem[] }) {
  return (
    <dl className="health">
      {items.map((item) => (
        <div key={item.name}>
          <dt>
            <span className={`dot ${item.status}`} aria-hidden />
            {item.name}
            <span className="visually-hidden">{strings.health.states[item.status]}</span>
          </dt>
          <dd>
            <span className="soft health-detail">{item.detail}</span>
            {item.advice ? <p className="health-advice">{item.advice}</p> : null}
          </dd>
        </div>
      ))}
    </dl>
  )
}
