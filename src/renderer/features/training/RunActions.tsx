// Pausing, stopping and taking up a run of any kind; what else can be done with it stands behind, given by the kind.
import Pause from 'lucide-react/icons/pause'
import Play from 'lucide-react/icons/play'
import Square from 'lucide-react/icons/square'
import { useMutation } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { queryClient } from '../../app/queryClient'
import { strings } from '../../app/strings'
import { client, queries } from '../../bridge/client'
import { Button } from '../../ui/Button'
import { notify } from '../../ui/notify'
import type { AnyRun, RunKind } from './runKinds'

const t = strings.training

interface ActionsProps {
  project: string
  kind: RunKind
  run: AnyRun
  canChange: boolean
  children: ReactNode
}

/** Give it a key of run and state: a pause that was asked for is over when the state changes. */
export function RunActions({ project, kind, run, canChange, children }: ActionsProps) {
  const input = { project, runId: run.id }
  const onSuccess = (): void => void queryClient.invalidateQueries({ queryKey: queries[kind].runs.key() })
  const pause = useMutation({ mutationFn: (): Promise<unknown> => client[kind].pause(input), onSuccess })
  const resume = useMutation({ mutationFn: (): Promise<unknown> => client[kind].resume(input), onSuccess })
  const stop = useMutation({
    mutationFn: (): Promise<unknown> => client[kind].stop(input),
    onSuccess() {
      notify(t.stopped(run.name), undefined, 'info')
      onSuccess()
    },
  })
  return (
    <div className="row wrap">
      {run.state === 'running' ? (
        <>
          <Button
            className="small"
            icon={<Pause size={13} />}
            disabled={!canChange || pause.isSuccess}
            isBusy={pause.isPending}
            onClick={() => pause.mutate()}
          >
            {pause.isSuccess ? t.pausing : t.pause}
          </Button>
          <Button className="small" icon={<Square size={12} />} disabled={!canChange} isBusy={stop.isPending} onClick={() => stop.mutate()}>
            {t.stop}
          </Button>
        </>
      ) : null}
      {run.state !== 'running' && run.state !== 'finished' ? (
        <Button
          className="small"
          tone="primary"
          icon={<Play size={13} />}
          disabled={!canChange}
          isBusy={resume.isPending}
          onClick={() => resume.mutate()}
        >
          {t.resume}
        </Button>
      ) : null}
      {children}
    </div>
  )
}
