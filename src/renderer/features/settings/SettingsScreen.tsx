// Settings and facts of this installation and project: devices with their check, ffmpeg, storage, privacy, appearance.
import { useMutation, useQuery } from '@tanstack/react-query'
import type { DeviceInfo } from '@shared/contract/work'
import type { ReactNode } from 'react'
import { useParams } from 'react-router'
import { BarSlot } from '../../app/BarSlot'
import { useProjectInfo } from '../../app/projectState'
import { queryClient } from '../../app/queryClient'
import { strings } from '../../app/strings'
import { useTheme } from '../../app/theme'
import { queries } from '../../bridge/client'
import { Button } from '../../ui/Button'
import { Loading } from '../../ui/EmptyState'
import { ErrorPanel } from '../../ui/ErrorPanel'
import { StorageBars } from '../../ui/StorageBars'
import { ProjectSettings } from './ProjectSettings'
import './settings.css'

const t = strings.settings

export function Section({ title, children, action }: { title: string; children: ReactNode; action?: ReactNode }) {
  return (
    <section className="card settings-section" aria-label={title}>
      <header className="spread">
        <h2>{title}</h2>
        {action}
      </header>
      {children}
    </section>
  )
}

function DeviceRow({ device }: { device: DeviceInfo }) {
  const check = device.check
  const verdict = !device.isAvailable ? 'unavailable' : check === null ? 'notChecked' : check.hasPassed ? 'passed' : 'failed'
  return (
    <tr>
      <td>
        {device.name}
        <div className="mono dim small">{device.id}</div>
      </td>
      <td>
        <span className={`tag ${verdict === 'passed' ? 'good' : verdict === 'failed' ? 'bad' : ''}`}>{t[verdict]}</span>
      </td>
      <td className="num soft">{check?.imagesPerSecond != null ? t.speed(check.imagesPerSecond) : ''}</td>
      <td className="small soft">
        {check?.worstError != null ? (
          <p className="num">{t.error(check.worstError.toExponential(1), check.tolerance.toExponential(0))}</p>
        ) : null}
        {check && !check.hasPassed ? <p>{check.reason}</p> : null}
        {device.note}
      </td>
    </tr>
  )
}

function Devices() {
  const devices = useQuery(queries.device.list.queryOptions())
  const check = useMutation(
    queries.device.check.mutationOptions({ onSuccess: (checked) => queryClient.setQueryData(queries.device.list.queryKey(), checked) }),
  )
  return (
    <Section
      title={t.devices}
      action={
        <Button isBusy={check.isPending} onClick={() => check.mutate(undefined)}>
          {check.isPending ? t.checking : t.check}
        </Button>
      }
    >
      <p className="soft">{t.devicesText}</p>
      {devices.isPending ? <Loading label={strings.app.loading} /> : null}
      {devices.isError ? <ErrorPanel error={devices.error} onRetry={() => void devices.refetch()} /> : null}
      <table className="table">
        <tbody>
          {devices.data?.map((device) => (
            <DeviceRow key={device.id} device={device} />
          ))}
        </tbody>
      </table>
    </Section>
  )
}

function Health() {
  const doctor = useQuery(queries.system.doctor.queryOptions())
  return (
    <Section
      title={t.health}
      action={
        <Button tone="quiet" onClick={() => void doctor.refetch()}>
          {strings.common.tryAgain}
        </Button>
      }
    >
      {doctor.isPending ? <Loading label={strings.app.loading} /> : null}
      {doctor.isError ? <ErrorPanel error={doctor.error} onRetry={() => void doctor.refetch()} /> : null}
      <dl className="health">
        {doctor.data?.map((item) => (
          <div key={item.name}>
            <dt>
              <span className={`dot ${item.status}`} aria-hidden />
              {item.name}
              <span className="visually-hidden">{item.status}</span>
            </dt>
            <dd className="soft">{item.detail}</dd>
          </div>
        ))}
      </dl>
    </Section>
  )
}

export default function SettingsScreen() {
  const { projectId = null } = useParams()
  const info = useProjectInfo(projectId)
  const system = useQuery(queries.system.info.queryOptions())
  const { theme, setTheme } = useTheme()
  return (
    <div className="page">
      <BarSlot>
        <div className="crumbs">
          {info.data ? (
            <>
              <a href={`#/project/${info.data.id}`}>{info.data.name}</a>
              <span aria-hidden>›</span>
            </>
          ) : null}
          <strong>{t.title}</strong>
        </div>
      </BarSlot>
      <div className="page-inner settings">
        <h1>{t.title}</h1>
        <Section title={t.privacy}>
          <p>{t.privacyText}</p>
          {system.data?.host === 'loopback' ? <p className="soft">{t.loopbackText}</p> : null}
        </Section>
        <Section title={t.appearance}>
          <div className="segmented" role="group" aria-label={strings.theme.label}>
            {(['dark', 'light'] as const).map((choice) => (
              <button key={choice} type="button" aria-pressed={theme === choice} onClick={() => setTheme(choice)}>
                {strings.theme[choice]}
              </button>
            ))}
          </div>
        </Section>
        <Devices />
        <Section title={t.media}>
          {system.data ? (
            <p>
              {t.ffmpeg}{' '}
              {system.data.ffmpeg ? (
                <span className="soft">
                  {system.data.ffmpeg.version} · {system.data.ffmpeg.source}
                </span>
              ) : (
                <span className="tag bad">{t.noFfmpeg}</span>
              )}
            </p>
          ) : null}
        </Section>
        {info.data ? (
          <>
            <ProjectSettings key={info.data.id} info={info.data} />
            <Section title={t.storage}>
              <div style={{ maxWidth: 420 }}>
                <StorageBars use={info.data.storage} />
              </div>
            </Section>
          </>
        ) : null}
        <Health />
        {system.data ? (
          <p className="small dim num">
            {strings.app.name} {system.data.version} · {system.data.platform} · {t.hosts[system.data.host]}
          </p>
        ) : null}
      </div>
    </div>
  )
}
