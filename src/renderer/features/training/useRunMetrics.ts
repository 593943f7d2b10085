// The metrics of a run as they are written: everything so far, then each new line until the run ends. Screens get at most a few updates a second.
import type { RunMetric } from '@shared/runMetrics'
import { useEffect, useState } from 'react'
import { client } from '../../bridge/client'
import type { RunKind } from './runKinds'
import { metricKey } from './runSeries'

const UPDATE_MS = 300
const RETRY_MS = 1500

/** Empty until the first lines have come. A lost connection is taken up again; repeated lines replace themselves. */
export function useRunMetrics(project: string, runId: string | null, isRunning: boolean, of: RunKind = 'training'): readonly RunMetric[] {
  const [state, setState] = useState<{ runId: string | null; metrics: readonly RunMetric[] }>({ runId: null, metrics: [] })
  useEffect(() => {
    if (!runId || !isRunning) return
    const abort = new AbortController()
    const byKey = new Map<string, RunMetric>()
    let timer: ReturnType<typeof setTimeout> | null = null
    const show = (): void => {
      timer ??= setTimeout(() => {
        timer = null
        setState({ runId, metrics: [...byKey.values()] })
      }, UPDATE_MS)
    }
    const follow = async (): Promise<void> => {
      while (!abort.signal.aborted) {
        try {
          for await (const metric of await client[of].metrics({ project, runId }, { signal: abort.signal })) {
            byKey.set(metricKey(metric), metric)
            show()
          }
          // The stream ends with the run.
          return
        } catch {
          // The connection was lost; the banner says so, and the stream is asked for again.
        }
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS))
      }
    }
    void follow()
    return () => {
      abort.abort()
      if (timer) clearTimeout(timer)
    }
  }, [project, runId, isRunning, of])
  return state.runId === runId ? state.metrics : []
}
