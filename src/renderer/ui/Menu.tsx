// Parts of a drop-down menu in the look of the application.
import { DropdownMenu } from 'radix-ui'
import type { ReactNode } from 'react'
import './menu.css'

export const MenuContent = ({ children, align = 'end' }: { children: ReactNode; align?: 'start' | 'end' }) => (
  <DropdownMenu.Portal>
    <DropdownMenu.Content className="menu" align={align} sideOffset={4} collisionPadding={8}>
      {children}
    </DropdownMenu.Content>
  </DropdownMenu.Portal>
)

export const MenuItem = ({
  children,
  onSelect,
  isDisabled = false,
  isDanger = false,
  keys,
}: {
  children: ReactNode
  onSelect(): void
  isDisabled?: boolean
  isDanger?: boolean
  keys?: string
}) => (
  <DropdownMenu.Item className={`menu-item ${isDanger ? 'danger' : ''}`} disabled={isDisabled} onSelect={onSelect}>
    {children}
    {keys ? <kbd>{keys}</kbd> : null}
  </DropdownMenu.Item>
)

export const MenuSeparator = () => <DropdownMenu.Separator className="menu-separator" />
