// Who may talk to the loopback host: only a browser on this machine that was opened with the token. Leaves out what may then be asked.
import { randomBytes, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

const COOKIE = 'auw_token'

/** Checks of one running host. */
export interface Guard {
  token: string
  /** True when the Host header names this host and, where an Origin is sent, it is this host's own. */
  isSameSite(request: IncomingMessage, port: number): boolean
  /** True when the request carries the token as cookie or bearer. */
  isAuthorised(request: IncomingMessage): boolean
  /** True when the given text is the token. */
  matches(candidate: string): boolean
  /** Value of Set-Cookie that keeps the token away from scripts and other sites. */
  cookie: string
}

function equal(a: string, b: string): boolean {
  const left = Buffer.from(a)
  const right = Buffer.from(b)
  return left.length === right.length && timingSafeEqual(left, right)
}

function cookieOf(request: IncomingMessage): string {
  for (const pair of (request.headers.cookie ?? '').split(';')) {
    const [name, value] = pair.trim().split('=')
    if (name === COOKIE && value !== undefined) return value
  }
  return ''
}

/** A guard with a fresh random token of 192 bits. */
export function createGuard(token: string = randomBytes(24).toString('base64url')): Guard {
  const bearerOf = (request: IncomingMessage): string => (request.headers.authorization ?? '').replace(/^Bearer /, '')
  return {
    token,
    matches: (candidate) => equal(candidate, token),
    isAuthorised: (request) => equal(cookieOf(request), token) || equal(bearerOf(request), token),
    isSameSite(request, port) {
      // A page of another site that rebinds its name to 127.0.0.1 still sends its own name as Host.
      const names = [`127.0.0.1:${port}`, `localhost:${port}`]
      if (!names.includes(request.headers.host ?? '')) return false
      const origin = request.headers.origin
      return origin === undefined || names.some((name) => origin === `http://${name}`)
    },
    cookie: `${COOKIE}=${token}; Path=/; HttpOnly; SameSite=Strict`,
  }
}
