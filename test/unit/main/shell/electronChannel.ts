// The part of the stand-in for Electron that carries messages: ports of the main process, which hold what arrives until they are started.
import { EventEmitter } from 'node:events'
import { MessageChannel, type MessagePort } from 'node:worker_threads'

/** Half of a channel in the main process. Like Electron's, it holds what arrives until start(). */
export class MessagePortMain extends EventEmitter {
  private isStarted = false
  constructor(readonly port: MessagePort) {
    super()
    port.on('close', () => this.emit('close'))
  }
  postMessage(message: unknown): void {
    this.port.postMessage(message)
  }
  start(): void {
    if (this.isStarted) return
    this.isStarted = true
    this.port.on('message', (data: unknown) => this.emit('message', { data, ports: [] }))
  }
  close(): void {
    this.port.close()
  }
}
export class MessageChannelMain {
  port1: MessagePortMain
  port2: MessagePortMain
  constructor() {
    const { port1, port2 } = new MessageChannel()
    this.port1 = new MessagePortMain(port1)
    this.port2 = new MessagePortMain(port2)
  }
}
