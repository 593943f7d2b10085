// One link to the backend that outlives a dropped connection: each call uses the present socket or port and opens a new one when it has gone.
import type { ClientContext, ClientLink, ClientOptions } from '@orpc/client'
import { RPCLink as PortLink } from '@orpc/client/message-port'
import { RPCLink as SocketLink } from '@orpc/client/websocket'
import { PORT_MESSAGE, windowApi, type WindowApi } from './windowApi'

export type ConnectionState = 'connecting' | 'open' | 'closed'

type Listener = (state: ConnectionState) => void
type Link = ClientLink<ClientContext>

/** Waits for the port that the preload passes on. */
function receivePort(api: WindowApi): Promise<MessagePort> {
  return new Promise((resolve) => {
    const onMessage = (event: MessageEvent): void => {
      const port = event.ports[0]
      if (event.source !== window || event.data !== PORT_MESSAGE || !port) return
      window.removeEventListener('message', onMessage)
      port.start()
      resolve(port)
    }
    window.addEventListener('message', onMessage)
    api.connect()
  })
}

const socketUrl = (): string => `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/rpc`

export class Connection implements Link {
  #link: Promise<Link> | null = null
  #state: ConnectionState = 'connecting'
  readonly #listeners = new Set<Listener>()

  get state(): ConnectionState {
    return this.#state
  }

  /** Tells of every change of state; returns the function that stops it. */
  subscribe(listener: Listener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Opens a connection now if none is open. */
  async open(): Promise<void> {
    await this.#current()
  }

  async call(path: readonly string[], input: unknown, options: ClientOptions<ClientContext>): Promise<unknown> {
    const link = await this.#current()
    return link.call(path, input, options)
  }

  #current(): Promise<Link> {
    this.#link ??= this.#make()
    return this.#link
  }

  async #make(): Promise<Link> {
    this.#become('connecting')
    const api = windowApi()
    if (api) {
      const port = await receivePort(api)
      port.addEventListener('close', () => this.#lose())
      this.#become('open')
      return new PortLink({ port })
    }
    const socket = new WebSocket(socketUrl())
    socket.binaryType = 'arraybuffer'
    socket.addEventListener('open', () => this.#become('open'))
    socket.addEventListener('close', () => this.#lose())
    return new SocketLink({ websocket: socket })
  }

  #lose(): void {
    this.#link = null
    this.#become('closed')
  }

  #become(state: ConnectionState): void {
    if (state === this.#state) return
    this.#state = state
    for (const listener of this.#listeners) listener(state)
  }
}
