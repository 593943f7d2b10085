// Lists of all keys of the coding screen as they are bound now, with presets. A key is changed by clicking it and pressing another. Used by the dialog and the settings.
import { auLabel, auName } from '@shared/facs'
import { useEffect, useState, type ReactNode } from 'react'
import { modifierName } from '../../../app/platform'
import { strings } from '../../../app/strings'
import { Button } from '../../../ui/Button'
import { ChoiceField } from '../../../ui/Field'
import { ACTIONS, keyName, showKey, type ActionId } from '../keyboard/keymap'
import { useKeys } from '../keyboard/keyStore'
import { PRESET_IDS, type KeyTarget, type PresetId } from '../keyboard/presets'
import './keys.css'

const t = strings.coding
const MODIFIERS = ['Shift', 'Control', 'Alt', 'Meta']
const nameOf = (target: KeyTarget): string => ('action' in target ? ACTIONS[target.action] : auLabel(target.au))
const isSame = (a: KeyTarget | null, b: KeyTarget): boolean => a !== null && nameOf(a) === nameOf(b)

/** `children` stand beside the button that undoes changes. */
export default function KeyLists({ aus, children }: { aus: readonly number[]; children?: ReactNode }) {
  const { keymap, auKeys, preset, setPreset, bind, reset } = useKeys()
  const [waiting, setWaiting] = useState<KeyTarget | null>(null)
  const [message, setMessage] = useState('')

  useEffect(() => {
    if (!waiting) return
    const onKey = (event: KeyboardEvent): void => {
      if (MODIFIERS.includes(event.key)) return
      event.preventDefault()
      event.stopPropagation()
      setWaiting(null)
      if (event.key === 'Escape') return
      const key = keyName(event)
      const taken = bind(waiting, key)
      setMessage(taken ? t.keyTaken(showKey(key, modifierName), nameOf(taken)) : '')
    }
    window.addEventListener('keydown', onKey, true)
    return () => window.removeEventListener('keydown', onKey, true)
  }, [waiting, bind])

  const keyButton = (target: KeyTarget, keys: readonly string[]) => (
    <button
      type="button"
      className={`key-button ${isSame(waiting, target) ? 'waiting' : ''}`}
      aria-label={t.changeKey(nameOf(target))}
      onClick={() => setWaiting(target)}
    >
      {isSame(waiting, target)
        ? t.pressKey
        : keys.length === 0
          ? '–'
          : keys.map((key) => <kbd key={key}>{showKey(key, modifierName)}</kbd>)}
    </button>
  )
  return (
    <>
      <ChoiceField
        label={t.keyPreset}
        value={preset}
        onChange={(event) => {
          setMessage('')
          setPreset(event.target.value as PresetId)
        }}
      >
        {PRESET_IDS.map((id) => (
          <option key={id} value={id}>
            {t.keyPresets[id]}
          </option>
        ))}
      </ChoiceField>
      <div className="keys-grid">
        <dl>
          {(Object.keys(ACTIONS) as ActionId[]).map((action) => (
            <div key={action}>
              <dt>{ACTIONS[action]}</dt>
              <dd>{keyButton({ action }, keymap[action])}</dd>
            </div>
          ))}
        </dl>
        <dl>
          {aus.map((au) => (
            <div key={au}>
              <dt>
                <span className="mono">{auLabel(au)}</span> {auName(au)}
              </dt>
              <dd>{keyButton({ au }, auKeys[au] ? [auKeys[au]] : [])}</dd>
            </div>
          ))}
        </dl>
      </div>
      <p className="small soft">{t.chainText}</p>
      <div className="row keys-foot">
        <span className="grow small soft" role="status">
          {message}
        </span>
        <Button
          onClick={() => {
            setMessage('')
            reset()
          }}
        >
          {t.resetKeys}
        </Button>
        {children}
      </div>
    </>
  )
}
