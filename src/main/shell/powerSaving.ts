// Keeps the computer awake while a job runs, and only then. The display may sleep.
import { powerSaveBlocker } from 'electron'
import type { Backend } from '@main/backend/index'

const LOOK_EVERY_MS = 5000

/** Looks every few seconds whether work is going on; returns the function that ends looking and blocking. */
export function blockSleepWhileBusy(backend: Pick<Backend, 'isBusy'>): () => void {
  let blocker: number | null = null
  const release = (): void => {
    if (blocker !== null) powerSaveBlocker.stop(blocker)
    blocker = null
  }
  const timer = setInterval(() => {
    if (!backend.isBusy()) release()
    else blocker ??= powerSaveBlocker.start('prevent-app-suspension')
  }, LOOK_EVERY_MS)
  return () => {
    clearInterval(timer)
    release()
  }
}
