// Whether this machine can do everything, in one line; what stands in the way, with the way out. All findings are on the settings screen.
import CircleCheck from 'lucide-react/icons/circle-check'
import { useQuery } from '@tanstack/react-query'
import { Link } from 'react-router'
import { strings } from '../../app/strings'
import { queries } from '../../bridge/client'
import { ErrorPanel } from '../../ui/ErrorPanel'
import { HealthList } from '../../ui/HealthList'

const t = strings.health

export function HomeHealth() {
  const doctor = useQuery({ ...queries.system.doctor.queryOptions(), staleTime: 0 })
  const findings = doctor.data?.filter((item) => item.status !== 'ok') ?? []
  const failures = findings.filter((item) => item.status === 'failed')
  const notes = findings.filter((item) => item.status === 'warning')
  const hasFailure = failures.length > 0
  return (
    <section className="card home-health" aria-label={t.title}>
      <header className="spread">
        <h2>{t.title}</h2>
        <Link className="small" to="/settings">
          {t.all}
        </Link>
      </header>
      {doctor.isPending ? (
        <p className="soft" role="status">
          {t.looking}
        </p>
      ) : null}
      {doctor.isError ? <ErrorPanel error={doctor.error} onRetry={() => void doctor.refetch()} /> : null}
      {doctor.data ? (
        <p className="row soft">
          {hasFailure ? null : <CircleCheck size={15} className="health-good" aria-hidden />}
          {hasFailure ? t.failed : t.good}
        </p>
      ) : null}
      {hasFailure ? <HealthList items={failures} /> : null}
      {notes.length > 0 ? (
        <details>
          <summary className="soft">{t.notes(notes.length)}</summary>
          <HealthList items={notes} />
        </details>
      ) : null}
    </section>
  )
}
