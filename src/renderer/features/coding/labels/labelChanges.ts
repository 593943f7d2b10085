// Changes of labels one after the other in the order of the keys pressed, and the list on screen meanwhile: what is expected at once, what the answers say in the end.
import type { HistoryState, LabelDelta } from '@shared/contract/coding'
import type { LabelSpan } from '@shared/labels'
import { noteAnswer, noteRequest } from '../../../app/ownSteps'
import { queryClient } from '../../../app/queryClient'
import { queries } from '../../../bridge/client'
import { notifyError } from '../../../ui/notify'
import { applyDelta } from './labelDelta'

/** Last of the changes under way; the next one waits for it. */
let queue: Promise<unknown> = Promise.resolve()
/** Changes asked for and not yet answered. */
let underWay = 0
/** Labels as far as the answers tell, by video, while changes are under way; what is on screen is ahead of them. */
const confirmed = new Map<string, LabelSpan[]>()
/** What was put on screen last, by video; anything else there came from a list that was read meanwhile. */
const shown = new Map<string, LabelSpan[]>()
/** Whether a list that was on its way, had become stale, or came in between was set aside for the sake of what is on screen. */
let isListOwed = false

const listKey = (project: string, videoId: string) => queries.label.list.queryKey({ input: { project, videoId } })

/** Keeps a list that is on its way, or has come since, from being taken for the whole truth: it is asked for again when all changes are answered. */
function setAside(project: string, videoId: string): void {
  const key = listKey(project, videoId)
  const state = queryClient.getQueryState<LabelSpan[]>(key)
  const hasOther = shown.has(videoId) && state?.data !== shown.get(videoId)
  isListOwed ||= hasOther || state?.fetchStatus === 'fetching' || state?.isInvalidated === true
  void queryClient.cancelQueries({ queryKey: key }, { revert: false, silent: true })
}

/** Puts a list on screen; one that is on its way is older than that. */
function show(project: string, videoId: string, labels: LabelSpan[]): void {
  setAside(project, videoId)
  queryClient.setQueryData(listKey(project, videoId), labels)
  // as the cache holds it, which may share parts with what was there
  const kept = queryClient.getQueryData(listKey(project, videoId))
  if (kept) shown.set(videoId, kept)
}

/** Shows what a change will do, so that keys pressed in a row each start from the one before. */
export function expectLabels(project: string, videoId: string, change: (labels: readonly LabelSpan[]) => LabelSpan[]): void {
  const now = queryClient.getQueryData(listKey(project, videoId))
  if (!now) return
  if (!confirmed.has(videoId)) confirmed.set(videoId, now)
  show(project, videoId, change(now))
}

/** Takes an answer: into what is confirmed, and on screen once no other change is under way. */
function take(project: string, videoIds: readonly string[], answer: LabelDelta & { history: HistoryState }): void {
  queryClient.setQueryData(queries.history.get.queryKey({ input: { project } }), answer.history)
  for (const videoId of videoIds) {
    setAside(project, videoId)
    const before = confirmed.get(videoId) ?? queryClient.getQueryData(listKey(project, videoId))
    if (!before) continue
    const after = applyDelta(
      before,
      answer.removed,
      answer.written.filter((label) => label.videoId === videoId),
    )
    confirmed.set(videoId, after)
    if (underWay <= 1) show(project, videoId, after)
  }
}

function settle(): void {
  underWay--
  if (underWay > 0) return
  confirmed.clear()
  shown.clear()
  if (!isListOwed) return
  isListOwed = false
  void queryClient.invalidateQueries({ queryKey: queries.label.list.key() })
}

/**
 * Sends a change when those before it are answered, and takes its answer. Resolves to the answer, or to null where it was refused, which is said, or where
 * `send` itself gave null.
 */
export function changeLabels<T extends LabelDelta & { history: HistoryState }>(
  project: string,
  videosOf: (answer: T) => readonly string[],
  send: () => Promise<T | null>,
): Promise<T | null> {
  underWay++
  const run = queue
    .then(async () => {
      noteRequest(project)
      let revision: number | null = null
      try {
        const answer = await send()
        if (!answer) return null
        revision = answer.revision
        take(project, videosOf(answer), answer)
        return answer
      } finally {
        noteAnswer(project, revision)
      }
    })
    .catch((error: unknown) => {
      // What was expected did not come.
      isListOwed = true
      notifyError(error)
      return null
    })
    .finally(settle)
  queue = run
  return run
}
