// The review queue: a card per segment with its face, AU, reason and place; done ones are ticked.
import Check from 'lucide-react/icons/check'
import RotateCw from 'lucide-react/icons/rotate-cw'
import { pictureUrl } from '@shared/dataUrls'
import { auLabel, auName } from '@shared/facs'
import { useEffect, useRef } from 'react'
import { strings } from '../../../app/strings'
import { dataUrl } from '../../../bridge/dataUrl'
import { IconButton } from '../../../ui/Button'
import { Loading } from '../../../ui/EmptyState'
import { ErrorPanel } from '../../../ui/ErrorPanel'
import { Progress } from '../../../ui/Progress'
import { useCoding } from '../codingStore'
import { FacePicture } from '../stage/FacePicture'
import type { QueueItem, QueueState } from './useQueue'

const t = strings.assist

export interface QueueTabProps {
  project: string
  queue: QueueState
  /** The model or its predictions on this video are not here yet. */
  isLoadingPredictions: boolean
  nextKey: string
  previousKey: string
}

function Card({
  project,
  item,
  isCurrent,
  isDone,
  onGo,
}: {
  project: string
  item: QueueItem
  isCurrent: boolean
  isDone: boolean
  onGo(): void
}) {
  const element = useRef<HTMLButtonElement>(null)
  useEffect(() => {
    if (isCurrent) element.current?.scrollIntoView({ block: 'nearest' })
  }, [isCurrent])
  return (
    <li>
      <button ref={element} type="button" className={`queue-card ${isDone ? 'done' : ''}`} aria-current={isCurrent} onClick={onGo}>
        <FacePicture src={dataUrl(pictureUrl(project, item.videoId, item.peakFrame, 'crop', 96))} alt="" side={48} />
        <span className="queue-text">
          <span className="row">
            <strong className="mono">{auLabel(item.au)}</strong>
            <span className={`tag ${item.reason === 'disagreement' || item.reason === 'coders' ? 'warn' : ''}`}>
              {t.reasons[item.reason]}
            </span>
            {isDone ? <Check size={13} aria-label={t.done} /> : null}
          </span>
          <span className="small soft">{item.explanation}</span>
          <span className="small dim truncate num" title={`${item.fileName} · ${auName(item.au)}`}>
            {item.subjectCode} · {t.frames(item.startFrame, item.endFrame)}
          </span>
        </span>
      </button>
    </li>
  )
}

export function QueueTab({ project, queue, isLoadingPredictions, nextKey, previousKey }: QueueTabProps) {
  const coder = useCoding((state) => state.coder)
  const isBlind = useCoding((state) => state.isBlind)
  if (isBlind) return <p className="assist-note soft">{t.queueBlind}</p>
  if (coder.trim() === '') return <p className="assist-note soft">{strings.coding.coderNeeded}</p>
  if (queue.error) return <ErrorPanel error={queue.error} onRetry={queue.refresh} />
  if ((queue.isPending || isLoadingPredictions) && queue.items.length === 0) return <Loading label={t.queueLoading} />
  if (queue.items.length === 0) return <p className="assist-note soft">{t.queueEmpty}</p>
  const done = queue.items.filter((item) => queue.doneIds.has(item.id)).length
  return (
    <>
      <div className="queue-head">
        <div className="spread">
          <span className="small soft num">{t.queueProgress(done, queue.items.length, queue.total)}</span>
          <span className="row">
            <kbd title={t.previous}>{previousKey}</kbd>
            <kbd title={t.next}>{nextKey}</kbd>
            <IconButton label={t.refresh} className="small" onClick={queue.refresh}>
              <RotateCw size={13} />
            </IconButton>
          </span>
        </div>
        <Progress value={done / queue.items.length} label={t.tabs.queue} />
      </div>
      <ol className="queue-list">
        {queue.items.map((item) => (
          <Card
            key={item.id}
            project={project}
            item={item}
            isCurrent={item.id === queue.currentId}
            isDone={queue.doneIds.has(item.id)}
            onGo={() => queue.go(item)}
          />
        ))}
      </ol>
    </>
  )
}
