// What prediction in int8 would change of this model: figures of both on the project's labels, speed and size, to be looked at before it is used.
import { useMutation } from '@tanstack/react-query'
import { auLabel } from '@shared/facs'
import type { PrecisionComparison } from '@shared/contract/training'
import { formatBytes } from '@shared/formatBytes'
import type { ModelCard } from '@shared/model'
import { isActive } from '../../app/projectState'
import { queries } from '../../bridge/client'
import { Button } from '../../ui/Button'
import { ErrorPanel } from '../../ui/ErrorPanel'
import { Figure } from './Figure'
import { JobFailure } from '../../ui/JobFailure'
import { modelCardStrings as t } from './modelCardStrings'
import { useNewestJob } from './newestJob'

const minus = (a: number | null | undefined, b: number | null | undefined): number | null => (a == null || b == null ? null : a - b)

function PrecisionTable({ result }: { result: PrecisionComparison }) {
  const { float32, int8, differences, ...all } = result.figures
  const speed = all.framesPerSecond
  const share = all.bytes.int8 === null ? null : all.bytes.int8 / all.bytes.float32
  return (
    <>
      <p className="small soft">{t.precisionOn(result.subjects, all.frames)}</p>
      {result.warnings.map((warning) => (
        <p key={warning} className="small note-differ">
          {warning}
        </p>
      ))}
      <div className="card table-card" tabIndex={0} role="region" aria-label={t.precision}>
        <table className="table">
          <thead>
            <tr>
              <th>AU</th>
              {t.precisionColumns.map((name) => (
                <th key={name} className="right">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {float32.aus.map((one) => {
              const other = int8.aus.find(({ au }) => au === one.au)
              const moved = differences.find(({ au }) => au === one.au)
              return (
                <tr key={one.au}>
                  <td className="mono">{auLabel(one.au)}</td>
                  <td className="right num">{one.known}</td>
                  <Figure value={one.f1} interval={one.f1Interval} />
                  <Figure value={other?.f1 ?? null} interval={other?.f1Interval ?? null} />
                  <Figure value={minus(one.f1, other?.f1)} />
                  <Figure value={minus(one.auc, other?.auc)} />
                  <td className="right num">{moved ? t.movedBy(moved.mean, moved.largest) : '–'}</td>
                </tr>
              )
            })}
            <tr>
              <td>{t.mean}</td>
              <td />
              <Figure value={float32.means.f1} interval={float32.meanF1Interval} />
              <Figure value={int8.means.f1} interval={int8.meanF1Interval} />
              <Figure value={minus(float32.means.f1, int8.means.f1)} />
              <Figure value={minus(float32.means.auc, int8.means.auc)} />
              <td className="right num">{t.movedBy(all.meanDifference, all.largestDifference)}</td>
            </tr>
          </tbody>
        </table>
      </div>
      <ul className="soft num">
        <li>{t.decisionsChanged(all.changedShare, all.frames)}</li>
        <li>{speed ? t.speed(speed.float32, speed.int8, all.processor) : t.speedUnknown}</li>
        {share === null ? null : <li>{t.sizes(formatBytes(all.bytes.float32), formatBytes(all.bytes.int8 ?? 0), share)}</li>}
      </ul>
    </>
  )
}

export function PrecisionPart({ project, card, canChange }: { project: string; card: ModelCard; canChange: boolean }) {
  const job = useNewestJob('compare-precisions', card.id)
  const compare = useMutation(queries.training.comparePrecisions.mutationOptions({ meta: { showsError: true } }))
  if (card.kind !== 'vit') return null
  const isRunning = job !== null && isActive(job)
  return (
    <section className="stack" aria-label={t.precisionTitle}>
      <h3>{t.precisionTitle}</h3>
      <div className="row">
        <Button disabled={!canChange} isBusy={compare.isPending || isRunning} onClick={() => compare.mutate({ project, modelId: card.id })}>
          {isRunning ? t.comparing : t.precision}
        </Button>
      </div>
      <p className="small dim">{t.precisionHint}</p>
      {compare.isError ? <ErrorPanel error={compare.error} /> : null}
      <JobFailure job={job} />
      {job?.status === 'succeeded' ? <PrecisionTable result={job.result as PrecisionComparison} /> : null}
    </section>
  )
}
