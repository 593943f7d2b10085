// Short messages at the corner of the window: what was done, with an undo or the next step where there is one.
import { create } from 'zustand'

export interface Notice {
  id: number
  tone: 'info' | 'good' | 'bad'
  text: string
  action?: { label: string; run(): void }
  /** What was thrown, for copyable details. */
  error?: unknown
}

interface NoticeState {
  notices: Notice[]
  add(notice: Omit<Notice, 'id'>): void
  dismiss(id: number): void
}

let nextId = 1
/** Milliseconds that a message stays; errors stay until dismissed. */
const STAY_MS = 6000

export const useNotices = create<NoticeState>((set) => ({
  notices: [],
  add(notice) {
    const id = nextId++
    // The same sentence twice is one message, so that a key held down cannot fill the screen.
    set((state) => ({ notices: [...state.notices.filter((other) => other.text !== notice.text), { ...notice, id }].slice(-4) }))
    if (notice.tone !== 'bad') setTimeout(() => set((state) => ({ notices: state.notices.filter((other) => other.id !== id) })), STAY_MS)
  },
  dismiss: (id) => set((state) => ({ notices: state.notices.filter((other) => other.id !== id) })),
}))
