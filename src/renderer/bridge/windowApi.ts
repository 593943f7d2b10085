// What Electron's preload puts on `window.auw`. On the loopback host it is absent, and uploads and typed folders stand in for dialogs.

/** A file or folder that the host remembers under a token; only the last name is known here. */
export interface GrantedPath {
  token: string
  name: string
}

export interface WindowApi {
  /** Asks the main process for a port; it arrives as a window message whose data is {@link PORT_MESSAGE}. */
  connect(): void
  /** Tokens of dropped or chosen files, in the same order. */
  grantFiles(files: File[]): Promise<string[]>
  /** Folder dialog; null when it was dismissed. */
  pickFolder(purpose: 'open-project' | 'create-project' | 'export' | 'images'): Promise<GrantedPath | null>
  /** File dialog; empty when it was dismissed. */
  pickFiles(purpose: 'video' | 'model' | 'backup' | 'save-safetensors' | 'save-onnx'): Promise<GrantedPath[]>
}

export const PORT_MESSAGE = 'auw:port'

declare global {
  interface Window {
    auw?: WindowApi
  }
}

/** The preload's functions, or null on the loopback host. */
export function windowApi(): WindowApi | null {
  return window.auw ?? null
}
