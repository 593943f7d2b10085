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
  const hasFailure = findings.some((item) => item.status === 'failed')
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
          {hasFailure ? t.failed : findings.length === 0 ? t.good : t.goodWithNotes}
        </p>
      ) : null}
      {findings.length > 0 ? <HealthList items={findings} /> : null}
    </section>
  )
}
