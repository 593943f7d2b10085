// Names a folder or file of this machine: by dialog in the application's own window, by typing its path on the loopback host.
import { useState } from 'react'
import { strings } from '../app/strings'
import { windowApi, type GrantedPath } from '../bridge/windowApi'
import { Button } from './Button'
import { TextField } from './Field'

interface FolderFieldProps {
  label: string
  hint: string
  placeholder?: string
  initial?: string
  /** Opens the dialog; only called where there is one. */
  pick(): Promise<GrantedPath | null>
  /** The token to send, or null while nothing usable is chosen. */
  onChange(token: string | null): void
}

export function FolderField({ label, hint, placeholder, initial = '', pick, onChange }: FolderFieldProps) {
  const [text, setText] = useState(initial)
  if (!windowApi()) {
    return (
      <TextField
        label={label}
        hint={hint}
        placeholder={placeholder}
        value={text}
        spellCheck={false}
        onChange={(event) => {
          setText(event.target.value)
          onChange(event.target.value.trim() === '' ? null : event.target.value.trim())
        }}
      />
    )
  }
  const choose = async (): Promise<void> => {
    const chosen = await pick()
    if (!chosen) return
    setText(chosen.name)
    onChange(chosen.token)
  }
  return (
    <div className="field">
      <span className="soft">{label}</span>
      <div className="row">
        <span className="grow truncate">{text === '' ? <span className="dim">{strings.common.none}</span> : text}</span>
        <Button onClick={() => void choose()}>{strings.common.choose}</Button>
      </div>
    </div>
  )
}
