// Files dropped on the window, wherever it is: kept until the Videos screen takes them, and folders opened up into the videos inside.
import { create } from 'zustand'

interface DroppedFiles {
  files: readonly File[]
  /** Files are being held over the window. */
  isOver: boolean
  patch(change: Partial<Omit<DroppedFiles, 'patch'>>): void
}

export const useDroppedFiles = create<DroppedFiles>((set) => ({ files: [], isOver: false, patch: (change) => set(change) }))

/** Endings of what cameras and editors write, for files whose type the system does not know. */
const VIDEO_NAME = /\.(mp4|m4v|mov|avi|mkv|webm|wmv|mpg|mpeg|mts|m2ts|ts|3gp|ogv|flv|vob|dv|mxf|asf)$/i

/** Whether a file of a folder is meant: what lies beside videos (notes, tables, system files) is not offered. */
export const isVideoFile = ({ name, type }: Pick<File, 'name' | 'type'>): boolean =>
  !name.startsWith('.') && (type.startsWith('video/') || VIDEO_NAME.test(name))

const fileOf = (entry: FileSystemFileEntry): Promise<File> => new Promise((resolve, reject) => entry.file(resolve, reject))

/** All entries of a folder; the browser gives them a hundred at a time. */
async function entriesOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader()
  const found: FileSystemEntry[] = []
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject))
    if (some.length === 0) return found
    found.push(...some)
  }
}

async function videosIn(folder: FileSystemDirectoryEntry): Promise<File[]> {
  const entries = (await entriesOf(folder)).sort((a, b) => a.name.localeCompare(b.name, undefined, { numeric: true }))
  const found: File[] = []
  for (const entry of entries) {
    if (entry.isDirectory) found.push(...(await videosIn(entry as FileSystemDirectoryEntry)))
    else {
      const file = await fileOf(entry as FileSystemFileEntry)
      if (isVideoFile(file)) found.push(file)
    }
  }
  return found
}

/**
 * What was dropped: files as they are, since whether they are videos is for ffmpeg to say, and of folders the videos inside.
 * @param transfer read before this returns, as browsers empty it after the event
 */
export async function filesOfDrop(transfer: DataTransfer): Promise<{ files: File[]; emptyFolders: string[] }> {
  const parts = [...transfer.items]
    .filter(({ kind }) => kind === 'file')
    .map((item) => ({ entry: item.webkitGetAsEntry(), file: item.getAsFile() }))
  const files: File[] = []
  const emptyFolders: string[] = []
  for (const { entry, file } of parts) {
    if (entry?.isDirectory) {
      const inside = await videosIn(entry as FileSystemDirectoryEntry)
      if (inside.length === 0) emptyFolders.push(entry.name)
      files.push(...inside)
    } else if (file) files.push(file)
  }
  return { files, emptyFolders }
}
