// What the command palette offers on the coding screen: every action that has keys, and accepting the whole video.
import { useMemo } from 'react'
import { useCommands } from '../../../app/commands'
import { strings } from '../../../app/strings'
import type { useLabelActions } from '../labels/useLabels'
import { ACTIONS, type ActionId } from './keymap'

export function useCodingCommands(
  run: (action: ActionId) => void,
  keyOf: (action: ActionId) => string,
  canAccept: boolean,
  actions: ReturnType<typeof useLabelActions>,
): void {
  const commands = useMemo(
    () => [
      ...(Object.keys(ACTIONS) as ActionId[]).map((action) => ({
        id: `coding-${action}`,
        label: ACTIONS[action],
        group: strings.nav.coding,
        keys: keyOf(action),
        run: () => run(action),
      })),
      {
        id: 'accept-video',
        label: strings.coding.acceptVideo,
        group: strings.nav.coding,
        isDisabled: !canAccept,
        run: () => void actions.accept({ span: null }),
      },
    ],
    [keyOf, run, canAccept, actions],
  )
  useCommands('coding', commands)
}
