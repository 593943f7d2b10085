// All keys of the coding screen in a dialog.
import { strings } from '../../../app/strings'
import { Button } from '../../../ui/Button'
import { Dialog } from '../../../ui/Dialog'
import KeyLists from './KeyLists'

const t = strings.coding

export function KeysDialog({ aus, onClose }: { aus: readonly number[]; onClose(): void }) {
  return (
    <Dialog title={t.keysTitle} description={t.keysText} isOpen onClose={onClose} width={860}>
      <KeyLists aus={aus}>
        <Button tone="primary" onClick={onClose}>
          {strings.common.close}
        </Button>
      </KeyLists>
    </Dialog>
  )
}
