// Carries the contract over a MessagePort: the page asks for one, gets its end, and the backend's router listens at the other.
import { RPCHandler } from '@orpc/server/message-port'
import { ipcMain, MessageChannelMain, type MessagePortMain } from 'electron'
import type { Backend } from '@main/backend/index'
import { isTrustedSender } from './security'

/** IPC channel on which a page asks for a port, and on which it is sent. */
export const CONNECT_CHANNEL = 'connect'

/** Listens for pages that ask. A page that asks again, after a reload, gets a new port and its earlier one is closed. */
export function carryRequests(backend: Pick<Backend, 'router'>): void {
  const handler = new RPCHandler(backend.router)
  const ports = new Map<number, MessagePortMain>()
  ipcMain.on(CONNECT_CHANNEL, (event) => {
    if (!isTrustedSender(event)) return
    const { port1, port2 } = new MessageChannelMain()
    const page = event.sender
    ports.get(page.id)?.close()
    if (!ports.has(page.id)) {
      page.once('destroyed', () => {
        ports.get(page.id)?.close()
        ports.delete(page.id)
      })
    }
    ports.set(page.id, port1)
    handler.upgrade(port1, { context: {} })
    port1.start()
    page.postMessage(CONNECT_CHANNEL, null, [port2])
  })
}
