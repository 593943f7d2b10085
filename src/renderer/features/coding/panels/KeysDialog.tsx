// All keys of the coding screen, as they are bound now.
import { auLabel, auName } from '@shared/facs'
import { modifierName } from '../../../app/platform'
import { strings } from '../../../app/strings'
import { Dialog } from '../../../ui/Dialog'
import { ACTIONS, showKey, type ActionId, type Keymap } from '../keyboard/keymap'

export function KeysDialog({
  keymap,
  auKeys,
  aus,
  onClose,
}: {
  keymap: Keymap
  auKeys: Readonly<Record<number, string>>
  aus: readonly number[]
  onClose(): void
}) {
  return (
    <Dialog title={strings.coding.keysTitle} isOpen onClose={onClose} width={820}>
      <div className="keys-grid">
        <dl>
          {(Object.keys(ACTIONS) as ActionId[]).map((action) => (
            <div key={action}>
              <dt>{ACTIONS[action]}</dt>
              <dd>
                {keymap[action].map((key) => (
                  <kbd key={key}>{showKey(key, modifierName)}</kbd>
                ))}
              </dd>
            </div>
          ))}
        </dl>
        <dl>
          {aus
            .filter((au) => auKeys[au])
            .map((au) => (
              <div key={au}>
                <dt>
                  <span className="mono">{auLabel(au)}</span> {auName(au)}
                </dt>
                <dd>
                  <kbd>{auKeys[au]?.toUpperCase()}</kbd>
                </dd>
              </div>
            ))}
        </dl>
      </div>
    </Dialog>
  )
}
