// Keeps what this window remembers of itself (all `auw.` entries of the browser's storage) also with the backend: the storage belongs to an address, and the
// loopback host's port changes. The newer of the two copies wins when a window opens.
import { client } from '../bridge/client'

const PREFIX = 'auw.'
const SAVED_AT = 'auw.savedAt'
const VIDEO_PREFIX = 'auw.video.'
/** Videos whose place is remembered, at most. */
const VIDEOS_KEPT = 300
/** How often changes are looked for. */
const INTERVAL_MS = 1500
/** A backend that does not answer must not keep the window closed. */
const PATIENCE_MS = 3000

function entries(): Record<string, string> {
  const found: Record<string, string> = {}
  for (let i = 0; i < localStorage.length; i++) {
    const key = localStorage.key(i)
    if (key?.startsWith(PREFIX) && key !== SAVED_AT) found[key] = localStorage.getItem(key) ?? ''
  }
  return found
}

/** Takes the backend's copy over where it is the newer one. Call before anything reads the storage. */
export async function restoreWindowState(): Promise<void> {
  const patience = new Promise<null>((resolve) => setTimeout(() => resolve(null), PATIENCE_MS))
  const kept = await Promise.race([client.system.windowState().catch(() => null), patience])
  if (!kept || kept.savedAt <= (localStorage.getItem(SAVED_AT) ?? '')) return
  for (const [key, value] of Object.entries(kept.entries)) localStorage.setItem(key, value)
  localStorage.setItem(SAVED_AT, kept.savedAt)
}

/** Sends changes on, until the window goes. */
export function keepWindowState(): void {
  let sent = JSON.stringify(entries())
  const send = (): void => {
    const now = entries()
    const text = JSON.stringify(now)
    if (text === sent) return
    sent = text
    const videos = Object.keys(now).filter((key) => key.startsWith(VIDEO_PREFIX))
    for (const key of videos.slice(0, Math.max(0, videos.length - VIDEOS_KEPT))) {
      localStorage.removeItem(key)
      delete now[key]
    }
    const savedAt = new Date().toISOString()
    localStorage.setItem(SAVED_AT, savedAt)
    void client.system.keepWindowState({ savedAt, entries: now }).catch(() => undefined)
  }
  setInterval(send, INTERVAL_MS)
  window.addEventListener('pagehide', send)
  document.addEventListener('visibilitychange', () => document.visibilityState === 'hidden' && send())
}
