// Accepts predictions of several videos at once, as labels of one coder: only where the face is trusted and the AU is shown to work, never over a person's label.
import { useMutation } from '@tanstack/react-query'
import type { Video } from '@shared/project'
import { useState, type FormEvent } from 'react'
import { rememberCoder, rememberedCoder } from '../../app/coder'
import { countAsOwn } from '../../app/ownSteps'
import { strings } from '../../app/strings'
import { client } from '../../bridge/client'
import { Button } from '../../ui/Button'
import { Dialog } from '../../ui/Dialog'
import { ErrorPanel } from '../../ui/ErrorPanel'
import { TextField } from '../../ui/Field'
import { Progress } from '../../ui/Progress'

const t = strings.project.accepting

interface Sum {
  presentFrames: number
  absentFrames: number
  untrustedFrames: number
  videoCount: number
  skippedAus: number[]
}

export function AcceptDialog({ project, videos, onClose }: { project: string; videos: readonly Video[]; onClose(): void }) {
  const [coder, setCoder] = useState(rememberedCoder())
  const [done, setDone] = useState(0)
  const usable = videos.filter((video) => video.prediction === 'done')
  const accept = useMutation({
    meta: { showsError: true },
    async mutationFn() {
      const sum: Sum = { presentFrames: 0, absentFrames: 0, untrustedFrames: 0, videoCount: 0, skippedAus: [] }
      rememberCoder(coder.trim())
      for (const [index, video] of usable.entries()) {
        const result = await client.label.accept({ project, videoId: video.id, coder: coder.trim() })
        if (result.revision !== null) countAsOwn(project, result.revision)
        sum.presentFrames += result.presentFrames
        sum.absentFrames += result.absentFrames
        sum.untrustedFrames += result.untrustedFrames
        sum.videoCount++
        sum.skippedAus = result.skippedAus
        setDone(index + 1)
      }
      return sum
    },
  })
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    accept.mutate()
  }
  const result = accept.data
  return (
    <Dialog
      title={t.title(usable.length)}
      description={strings.coding.acceptHint}
      isOpen
      onClose={onClose}
      footer={
        result ? (
          <Button tone="primary" onClick={onClose}>
            {strings.common.close}
          </Button>
        ) : (
          <>
            <Button onClick={onClose}>{strings.common.cancel}</Button>
            <Button
              type="submit"
              form="accept-videos"
              tone="primary"
              disabled={coder.trim() === '' || usable.length === 0}
              isBusy={accept.isPending}
            >
              {t.action}
            </Button>
          </>
        )
      }
    >
      {result ? (
        <p role="status">
          {t.done(result.videoCount, result.presentFrames, result.absentFrames, result.untrustedFrames)}
          {result.skippedAus.length > 0 ? strings.coding.skipped(result.skippedAus.map((au) => `AU${au}`).join(', ')) : ''} {t.undo}
        </p>
      ) : (
        <form id="accept-videos" className="stack" onSubmit={submit}>
          {usable.length < videos.length ? <p className="soft">{t.leftOut(videos.length - usable.length)}</p> : null}
          <TextField
            label={strings.coding.coder}
            hint={strings.coding.coderHint}
            value={coder}
            onChange={(event) => setCoder(event.target.value)}
            autoFocus
          />
          {accept.isPending ? <Progress label={t.action} value={done / Math.max(1, usable.length)} /> : null}
        </form>
      )}
      {accept.isError ? <ErrorPanel error={accept.error} /> : null}
    </Dialog>
  )
}
