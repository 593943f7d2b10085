// Several runs at once that differ in lambda alone: how much the identity adversary does on these labels.
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { queryClient } from '../../app/queryClient'
import { strings } from '../../app/strings'
import { client, queries } from '../../bridge/client'
import { Button } from '../../ui/Button'
import { ErrorPanel } from '../../ui/ErrorPanel'
import { TextField } from '../../ui/Field'
import { notify } from '../../ui/notify'
import { parseLambdas } from './lambdaList'

const t = strings.training

type Settings = Parameters<typeof client.training.start>[0]

interface AblationStartProps {
  /** Of the form; lambda is laid over them. */
  settings: Settings
  name: string
  isReady: boolean
  onStarted(runId: string): void
}

export function AblationStart({ settings, name, isReady, onStarted }: AblationStartProps) {
  const [text, setText] = useState('0, 0.5, 1, 2')
  const lambdas = parseLambdas(text)
  const start = useMutation({
    mutationFn: async (values: readonly number[]) => {
      const ablation = crypto.randomUUID()
      const started: string[] = []
      for (const lambda of values) {
        const identity = { ...(settings.configuration?.['identity'] as object | undefined), lambda }
        const run = { ...settings, configuration: { ...settings.configuration, identity }, name: t.ablateName(name, lambda), ablation }
        started.push((await client.training.start(run)).runId)
      }
      return started
    },
    meta: { showsError: true },
    onSuccess(started) {
      notify(t.ablateStarted(started.length))
      if (started[0]) onStarted(started[0])
    },
    onSettled: () => void queryClient.invalidateQueries({ queryKey: queries.training.runs.key() }),
  })
  return (
    <details className="ablation-start">
      <summary>{t.ablate}</summary>
      <p className="small dim">{t.ablateText}</p>
      <TextField
        label={t.ablateLambdas}
        hint={lambdas ? t.ablateHint : t.ablateRefused}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      {start.isError ? <ErrorPanel error={start.error} /> : null}
      <Button disabled={!lambdas || !isReady} isBusy={start.isPending} onClick={() => lambdas && start.mutate(lambdas)}>
        {t.ablateStart(lambdas?.length ?? 0)}
      </Button>
    </details>
  )
}
