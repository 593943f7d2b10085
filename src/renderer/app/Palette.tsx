// The command palette: everything that can be done here, found by a few letters.
import { Command } from 'cmdk'
import { useEffect, useMemo } from 'react'
import { useCommandStore, type Command as Entry } from './commands'
import './palette.css'
import { paletteScore } from './paletteScore'
import { strings } from './strings'

export function Palette() {
  const { bySource, isPaletteOpen, setPaletteOpen } = useCommandStore()
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey)) return
      event.preventDefault()
      setPaletteOpen(!useCommandStore.getState().isPaletteOpen)
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [setPaletteOpen])

  const groups = useMemo(() => {
    const byGroup = new Map<string, Entry[]>()
    for (const commands of bySource.values())
      for (const command of commands) byGroup.set(command.group, [...(byGroup.get(command.group) ?? []), command])
    return [...byGroup]
  }, [bySource])

  return (
    <Command.Dialog
      open={isPaletteOpen}
      onOpenChange={setPaletteOpen}
      label={strings.app.palette}
      filter={paletteScore}
      overlayClassName="dialog-scrim"
      contentClassName="palette"
      loop
    >
      <Command.Input placeholder={strings.app.paletteHint} />
      <Command.List>
        <Command.Empty>{strings.app.paletteEmpty}</Command.Empty>
        {groups.map(([group, commands]) => (
          <Command.Group key={group} heading={group}>
            {commands.map((command) => (
              <Command.Item
                key={command.id}
                value={`${command.label} ${command.id}`}
                disabled={command.isDisabled}
                onSelect={() => {
                  setPaletteOpen(false)
                  command.run()
                }}
              >
                <span className="truncate">{command.label}</span>
                {command.keys ? <kbd>{command.keys}</kbd> : null}
              </Command.Item>
            ))}
          </Command.Group>
        ))}
      </Command.List>
    </Command.Dialog>
  )
}
