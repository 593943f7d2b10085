// What the assisting panel at the left shows and how proposals are made; choices are remembered on this machine.
import { DEFAULT_PROPOSALS, type ProposalSettings } from '@shared/proposals'
import { create } from 'zustand'
import type { ProposalFilter } from './proposalList'

export type AssistTab = 'queue' | 'proposals' | 'events' | 'bookmarks'

interface AssistState extends ProposalFilter {
  /** Null while the panel is closed. */
  tab: AssistTab | null
  isShownOnTimeline: boolean
  settings: ProposalSettings
  selectedKey: string | null
  /** Place in the queue, by item id. */
  queueId: string | null
  /** Item for whose sake another video is being opened. */
  arrivingId: string | null
  /** Items that were looked at in this session. */
  seenIds: ReadonlySet<string>
  patch(change: Partial<Omit<AssistState, 'patch'>>): void
}

const KEY = 'auw.assist'

function remembered(): Partial<AssistState> {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<AssistState>
  } catch {
    return {}
  }
}

const kept = remembered()

export const useAssist = create<AssistState>((set) => ({
  tab: kept.tab ?? null,
  isShownOnTimeline: kept.isShownOnTimeline ?? true,
  minConfidence: kept.minConfidence ?? 0,
  hasUntrustedAus: kept.hasUntrustedAus ?? false,
  settings: { ...DEFAULT_PROPOSALS, ...kept.settings },
  selectedKey: null,
  queueId: null,
  arrivingId: null,
  seenIds: new Set(),
  patch: (change) => set(change),
}))

useAssist.subscribe(({ tab, isShownOnTimeline, minConfidence, hasUntrustedAus, settings }) =>
  localStorage.setItem(KEY, JSON.stringify({ tab, isShownOnTimeline, minConfidence, hasUntrustedAus, settings })),
)
