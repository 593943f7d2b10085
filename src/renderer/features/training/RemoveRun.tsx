// The button that removes a run that is not running, and the question before it.
import { useState } from 'react'
import { strings } from '../../app/strings'
import { Button } from '../../ui/Button'
import { Dialog } from '../../ui/Dialog'

interface RemoveRunProps {
  name: string
  canChange: boolean
  isBusy: boolean
  onRemove(): void
}

export function RemoveRun({ name, canChange, isBusy, onRemove }: RemoveRunProps) {
  const t = strings.training
  const [isAsking, setAsking] = useState(false)
  return (
    <>
      <Button className="small" tone="quiet" disabled={!canChange} isBusy={isBusy} onClick={() => setAsking(true)}>
        {t.removeRun}
      </Button>
      <Dialog
        title={t.removeTitle(name)}
        description={t.removeText}
        isOpen={isAsking}
        onClose={() => setAsking(false)}
        footer={
          <>
            <Button onClick={() => setAsking(false)}>{strings.common.cancel}</Button>
            <Button
              tone="danger"
              onClick={() => {
                setAsking(false)
                onRemove()
              }}
            >
              {t.removeRunNow}
            </Button>
          </>
        }
      >
        {null}
      </Dialog>
    </>
  )
}
