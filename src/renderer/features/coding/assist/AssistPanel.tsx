// The panel at the left of the coding screen: review queue, proposals, events of an AU side by side, bookmarks.
import X from 'lucide-react/icons/x'
import { strings } from '../../../app/strings'
import { IconButton } from '../../../ui/Button'
import { useAssist, type AssistTab } from './assistStore'
import './assist.css'
import { BookmarksTab, type BookmarksTabProps } from './BookmarksTab'
import { EventsTab, type EventsTabProps } from './EventsTab'
import { ProposalsTab, type ProposalsTabProps } from './ProposalsTab'
import { QueueTab, type QueueTabProps } from './QueueTab'

const t = strings.assist
const TABS: readonly AssistTab[] = ['queue', 'proposals', 'events', 'bookmarks']

interface AssistPanelProps {
  queue: QueueTabProps
  proposals: ProposalsTabProps
  events: EventsTabProps
  bookmarks: BookmarksTabProps
}

export function AssistPanel({ queue, proposals, events, bookmarks }: AssistPanelProps) {
  const tab = useAssist((state) => state.tab)
  const patch = useAssist((state) => state.patch)
  if (tab === null) return null
  return (
    <aside className="assist" aria-label={t.title}>
      <header className="assist-tabs">
        <div role="tablist" aria-label={t.title}>
          {TABS.map((name) => (
            <button
              key={name}
              type="button"
              role="tab"
              id={`assist-tab-${name}`}
              aria-selected={tab === name}
              aria-controls="assist-body"
              onClick={() => patch({ tab: name })}
            >
              {t.tabs[name]}
            </button>
          ))}
        </div>
        <IconButton label={strings.common.close} className="small" onClick={() => patch({ tab: null })}>
          <X size={14} />
        </IconButton>
      </header>
      <div id="assist-body" className="assist-body" role="tabpanel" aria-labelledby={`assist-tab-${tab}`}>
        {tab === 'queue' ? <QueueTab {...queue} /> : null}
        {tab === 'proposals' ? <ProposalsTab {...proposals} /> : null}
        {tab === 'events' ? <EventsTab {...events} /> : null}
        {tab === 'bookmarks' ? <BookmarksTab {...bookmarks} /> : null}
      </div>
    </aside>
  )
}
