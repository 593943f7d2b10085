// Devices with what their check found, in plain words.
import { useMutation, useQuery } from '@tanstack/react-query'
import type { DeviceInfo } from '@shared/contract/work'
import { queryClient } from '../../app/queryClient'
import { strings } from '../../app/strings'
import { queries } from '../../bridge/client'
import { Button } from '../../ui/Button'
import { Loading } from '../../ui/EmptyState'
import { ErrorPanel } from '../../ui/ErrorPanel'
import { formatInstant } from '../../ui/format'
import { Section } from './Section'

const t = strings.settings

type Verdict = 'passed' | 'failed' | 'notChecked' | 'unavailable'

function DeviceRow({ device }: { device: DeviceInfo }) {
  const { check } = device
  const verdict: Verdict = !device.isAvailable ? 'unavailable' : check === null ? 'notChecked' : check.hasPassed ? 'passed' : 'failed'
  // The note of an untried device says for a terminal what stands here already.
  const hasNote = device.isSoftware ? verdict !== 'passed' : verdict === 'failed' || verdict === 'unavailable'
  return (
    <li className="device">
      <div className="spread">
        <span>
          {device.name} <span className="mono dim small">{device.id}</span>
        </span>
        <span className={`tag ${verdict === 'passed' ? 'good' : verdict === 'failed' ? 'bad' : ''}`}>{t[verdict]}</span>
      </div>
      <p className="soft">
        {t.verdicts[verdict]}
        {check?.imagesPerSecond != null ? ` ${t.speed(check.imagesPerSecond)}.` : ''}
        {check?.trainingImagesPerSecond != null ? ` ${t.trainingSpeed(check.trainingImagesPerSecond)}.` : ''}
      </p>
      {check && !check.hasPassed ? <p className="soft">{check.reason}</p> : null}
      {device.note && hasNote ? <p className="small dim">{device.note}</p> : null}
      {check ? (
        <p className="small dim num">
          {check.worstError != null ? `${t.error(check.worstError.toExponential(1), check.tolerance.toExponential(0))} · ` : ''}
          {check.trainingError != null
            ? `${t.trainingError(check.trainingError.toExponential(1), check.trainingTolerance.toExponential(0))} · `
            : ''}
          {t.checkedAt(formatInstant(check.checkedAt))}
        </p>
      ) : null}
    </li>
  )
}

export function Devices() {
  const devices = useQuery(queries.device.list.queryOptions())
  const check = useMutation(
    queries.device.check.mutationOptions({ onSuccess: (checked) => queryClient.setQueryData(queries.device.list.queryKey(), checked) }),
  )
  return (
    <Section
      id="devices"
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
      <ul className="device-list">
        {devices.data?.map((device) => (
          <DeviceRow key={device.id} device={device} />
        ))}
      </ul>
    </Section>
  )
}
