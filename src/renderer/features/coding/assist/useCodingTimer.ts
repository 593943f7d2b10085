// Measures time spent coding: only while the window is in front and keys or pointer were used lately; reported a few times a minute, with and without predictions in sight.
import { useEffect } from 'react'
import { client } from '../../../bridge/client'
import { useCoding } from '../codingStore'
import { SpentTime } from './spentTime'

/** After this long without a key or pointer nobody is taken to be at work; watching a video play counts as work. */
const IDLE_MS = 45_000
const REPORT_MS = 20_000
const TICK_MS = 1000

export function useCodingTimer(project: string, videoId: string, hasPredictions: boolean, canChange: boolean): void {
  useEffect(() => {
    if (!canChange) return
    let lastUse = performance.now()
    let lastTick = performance.now()
    const spent = new SpentTime()
    const used = (): void => {
      lastUse = performance.now()
    }
    const report = (): void => {
      for (const time of spent.take())
        // A lost report is lost time in a summary, nothing else; it is not worth a message.
        void client.timing.add({ project, videoId, ...time }).catch(() => undefined)
    }
    const tick = setInterval(() => {
      const now = performance.now()
      const elapsed = Math.min(now - lastTick, 5 * TICK_MS) / 1000
      lastTick = now
      const { isPlaying, isBlind, coder } = useCoding.getState()
      if (document.hidden || (!isPlaying && now - lastUse > IDLE_MS)) return
      spent.add({ coder, isAssisted: hasPredictions && !isBlind, seconds: elapsed })
    }, TICK_MS)
    const send = setInterval(report, REPORT_MS)
    window.addEventListener('keydown', used, { passive: true })
    window.addEventListener('pointermove', used, { passive: true })
    window.addEventListener('pagehide', report)
    return () => {
      clearInterval(tick)
      clearInterval(send)
      window.removeEventListener('keydown', used)
      window.removeEventListener('pointermove', used)
      window.removeEventListener('pagehide', report)
      report()
    }
  }, [project, videoId, hasPredictions, canChange])
}
