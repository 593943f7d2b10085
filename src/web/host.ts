// Joins backend, renderer files and guard to one HTTP server on 127.0.0.1. Knows transports, not meanings.
import { RPCHandler } from '@orpc/server/ws'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { WebSocketServer } from 'ws'
import type { Backend } from '@main/backend/index'
import { DATA_PREFIX } from '@shared/dataUrls'
import { AppError, toErrorBody } from '@shared/errors'
import { createGuard, type Guard } from './guard'
import { SECURITY_HEADERS, serveStatic } from './staticFiles'

export interface HostOptions {
  backend: Backend
  /** Folder of the built renderer. */
  rendererDirectory: string
  /** 0 takes a free port. */
  port: number
  /** Given in tests; random otherwise. */
  token?: string
}

export interface RunningHost {
  port: number
  token: string
  /** Opens the application: carries the token once, after which a cookie does. */
  url: string
  close(): Promise<void>
}

/** Starts the host. @throws AppError INPUT_INVALID when the port cannot be had */
export async function startHost(options: HostOptions): Promise<RunningHost> {
  const guard = createGuard(options.token)
  const server = createServer((request, response) => void answer(request, response))
  const rpc = new RPCHandler(options.backend.router)
  const sockets = new WebSocketServer({ noServer: true, maxPayload: 64 << 20 })
  let port = options.port

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      if (!guard.isSameSite(request, port)) return refuse(response, 403, 'This host answers only to pages of its own.')
      const url = new URL(request.url ?? '/', `http://127.0.0.1:${port}`)
      const offered = url.searchParams.get('token')
      if (url.pathname === '/' && offered !== null) return admit(guard, offered, response)
      if (!guard.isAuthorised(request))
        return refuse(response, 401, 'Open the address that was printed when the host started; it carries the token.')
      if (url.pathname.startsWith(DATA_PREFIX)) return await relay(options.backend, request, response, url)
      if (url.pathname === '/upload' && request.method === 'POST') return await takeUpload(options.backend, request, response, url)
      if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(response, 405, 'Only reading is possible here.')
      await serveStatic(options.rendererDirectory, url.pathname, response)
    } catch (error) {
      const body = toErrorBody(error)
      if (response.headersSent) response.destroy()
      else response.writeHead(400, { ...SECURITY_HEADERS, 'content-type': 'application/json' }).end(JSON.stringify(body))
    }
  }

  server.on('upgrade', (request, socket, head) => {
    // From here on the socket is ours: without a listener, a caller that hangs up would end the process.
    socket.on('error', () => socket.destroy())
    const isAsked = /^\/rpc(\?|$)/.test(request.url ?? '')
    // Unlike a page's own requests, WebSockets of other sites are not stopped by the browser, so an Origin is a must here.
    if (!isAsked || !guard.isSameSite(request, port) || !guard.isAuthorised(request)) {
      socket.end('HTTP/1.1 403 Forbidden\r\nconnection: close\r\n\r\n', () => socket.destroy())
      return
    }
    sockets.handleUpgrade(request, socket, head, (webSocket) => void rpc.upgrade(webSocket, { context: {} }))
  })

  await listen(server, port)
  port = (server.address() as AddressInfo).port
  return {
    port,
    token: guard.token,
    url: `http://127.0.0.1:${port}/?token=${guard.token}`,
    async close() {
      for (const client of sockets.clients) client.terminate()
      server.closeAllConnections()
      await new Promise<void>((done) => server.close(() => done()))
    },
  }
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(portError(error, port)))
    server.listen(port, '127.0.0.1', () => resolve())
  })
}

function portError(error: NodeJS.ErrnoException, port: number): Error {
  if (error.code === 'EADDRINUSE')
    return new AppError('INPUT_INVALID', `Port ${port} is in use by another program; choose another, or none to get a free one.`, { port })
  if (error.code === 'EACCES')
    return new AppError('INPUT_INVALID', `Port ${port} is reserved for the system; choose one above 1023, or none to get a free one.`, {
      port,
    })
  return error
}

function refuse(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, { ...SECURITY_HEADERS, 'content-type': 'text/plain; charset=utf-8' }).end(message)
}

function admit(guard: Guard, offered: string, response: ServerResponse): void {
  if (!guard.matches(offered)) return refuse(response, 401, 'This address is of an earlier start; use the one printed last.')
  response.writeHead(303, { ...SECURITY_HEADERS, location: '/', 'set-cookie': guard.cookie }).end()
}

/** Passes a data request to the backend as a fetch Request and streams its Response back. */
async function relay(backend: Backend, request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
  const headers = new Headers()
  for (const name of ['range', 'if-none-match', 'if-range']) {
    const value = request.headers[name]
    if (typeof value === 'string') headers.set(name, value)
  }
  const abort = new AbortController()
  response.on('close', () => abort.abort())
  const answer = await backend.handleData(
    new Request(url, { method: request.method === 'HEAD' ? 'HEAD' : 'GET', headers, signal: abort.signal }),
  )
  response.writeHead(answer.status, { ...SECURITY_HEADERS, ...Object.fromEntries(answer.headers) })
  if (answer.body === null || request.method === 'HEAD') {
    response.end()
    return
  }
  // A player drops range requests all the time; that is no error.
  await pipeline(Readable.fromWeb(answer.body as import('node:stream/web').ReadableStream), response).catch(() => response.destroy())
}

async function takeUpload(backend: Backend, request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
  const token = await backend.acceptUpload(url.searchParams.get('project') ?? '', url.searchParams.get('name') ?? '', request)
  response.writeHead(200, { ...SECURITY_HEADERS, 'content-type': 'application/json' }).end(JSON.stringify({ token }))
}
