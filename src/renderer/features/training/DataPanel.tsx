// What a run would learn from: each AU with its base rate and one square a subject, and the gaps with what to do about them.
import TriangleAlert from 'lucide-react/icons/triangle-alert'
import { auLabel, auName } from '@shared/facs'
import { RARE_BASE_RATE } from '@shared/trainingData'
import type { TrainingDataSummary } from '@shared/trainingRun'
import { strings } from '../../app/strings'
import { Button } from '../../ui/Button'

const t = strings.training

type CellKind = keyof typeof t.cellKinds

/** What a subject's labels of one AU can teach. */
const kindOf = (present: number, absent: number): CellKind =>
  present + absent === 0 ? 'none' : present === 0 ? 'onlyAbsent' : absent === 0 ? 'onlyPresent' : 'both'

function Cell({ au, subject, present, absent }: { au: number; subject: string; present: number; absent: number }) {
  const kind = kindOf(present, absent)
  const share = present + absent > 0 ? present / (present + absent) : 0
  const title = `${t.cell(auLabel(au), subject, present, absent)} (${t.cellKinds[kind]})`
  return (
    <td className={`data-cell ${kind}`} title={title}>
      <span className="fill" style={{ height: `${Math.round(share * 100)}%` }} aria-hidden />
      <span className="visually-hidden">{title}</span>
    </td>
  )
}

interface DataPanelProps {
  data: TrainingDataSummary
  chosen: readonly number[]
  onChoose(aus: number[]): void
}

export function DataPanel({ data, chosen, onChoose }: DataPanelProps) {
  const toggle = (au: number): void => onChoose(data.aus.filter((one) => (one === au) !== chosen.includes(one)))
  return (
    <>
      <p className="soft small num">{t.dataText(data.totals.frames, data.subjects.length)}</p>
      <div className="data-scroll" tabIndex={0} role="region" aria-label={t.data}>
        <table className="data-matrix">
          <thead>
            <tr>
              <th scope="col">
                <span className="row all-none">
                  <Button tone="quiet" className="small" onClick={() => onChoose([...data.aus])}>
                    {t.allAus}
                  </Button>
                  <Button tone="quiet" className="small" onClick={() => onChoose([])}>
                    {t.noAus}
                  </Button>
                </span>
              </th>
              <th scope="col" className="small dim">
                {t.baseRate}
              </th>
              {data.subjects.map(({ code, frames, videos }) => (
                <th key={code} scope="col" className="subject-head" title={`${code}: ${frames} / ${videos}`}>
                  <span>{code}</span>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {data.aus.map((au, column) => {
              const present = data.totals.present[column] ?? 0
              const known = present + (data.totals.absent[column] ?? 0)
              const rate = known > 0 ? present / known : 0
              const isRare = rate < RARE_BASE_RATE
              return (
                <tr key={au} className={chosen.includes(au) ? '' : 'left-out'}>
                  <th scope="row">
                    <label title={auName(au)}>
                      <input
                        type="checkbox"
                        aria-label={t.trainOn(auLabel(au))}
                        checked={chosen.includes(au)}
                        onChange={() => toggle(au)}
                      />
                      <span className="mono">{auLabel(au)}</span>
                    </label>
                  </th>
                  <td className="base-rate num" title={t.baseRateText(present, known)}>
                    <span className="bar-track" aria-hidden>
                      <span style={{ width: `${Math.min(100, rate * 100)}%` }} />
                    </span>
                    <span className={isRare ? 'gap' : ''}>{(known > 0 ? (100 * present) / known : 0).toFixed(1)} %</span>
                    {isRare ? <span className="visually-hidden">{t.rare}</span> : null}
                  </td>
                  {data.subjects.map((subject) => (
                    <Cell
                      key={subject.code}
                      au={au}
                      subject={subject.code}
                      present={subject.present[column] ?? 0}
                      absent={subject.absent[column] ?? 0}
                    />
                  ))}
                </tr>
              )
            })}
          </tbody>
        </table>
      </div>
      <p className="small dim legend">
        {t.legend}
        {(['onlyAbsent', 'onlyPresent', 'none'] as const).map((kind) => (
          <span key={kind} className="row">
            <span className={`data-cell sample ${kind}`} aria-hidden />
            {t.cellKinds[kind]}
          </span>
        ))}
      </p>
      <section aria-label={t.gaps}>
        <h3>{t.gaps}</h3>
        {data.warnings.length === 0 ? <p className="small soft">{t.noGaps}</p> : null}
        <ul className="gaps">
          {data.warnings.map((warning) => (
            <li key={warning}>
              <TriangleAlert size={13} aria-hidden />
              <span>{warning}</span>
            </li>
          ))}
        </ul>
      </section>
    </>
  )
}
