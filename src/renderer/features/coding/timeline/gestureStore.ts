// What the pointer is drawing in the lanes at this moment; apart from the coding state because it lives for a gesture only.
import { create } from 'zustand'
import type { Draft, LanesPicture } from './paint/lanesPicture'

interface GestureState {
  drafts: readonly Draft[]
  band: LanesPicture['band']
}

export const useGesture = create<GestureState>(() => ({ drafts: [], band: null }))

export const clearGesture = (): void => useGesture.setState({ drafts: [], band: null })
