// Takes files dropped anywhere on the window to the Videos screen of the open project. Without it a browser leaves the application for the dropped file.
import { useEffect } from 'react'
import { useNavigate } from 'react-router'
import { notify, notifyError } from '../ui/notify'
import { filesOfDrop, useDroppedFiles } from './droppedFiles'
import { strings } from './strings'

const t = strings.app
const hasFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') === true

/** @param project the open project; null on screens without one */
export function useWindowDrop(project: string | null, canChange: boolean): void {
  const navigate = useNavigate()
  useEffect(() => {
    const { patch } = useDroppedFiles.getState()
    const over = (event: DragEvent): void => {
      if (!hasFiles(event)) return
      event.preventDefault()
      patch({ isOver: project !== null && canChange })
    }
    const leave = (event: DragEvent): void => {
      if (event.relatedTarget === null) patch({ isOver: false })
    }
    const take = async (transfer: DataTransfer): Promise<void> => {
      const reading = filesOfDrop(transfer)
      if (project === null) return notify(t.dropNoProject, undefined, 'info')
      if (!canChange) return notify(t.dropReadOnly, undefined, 'info')
      const { files, emptyFolders } = await reading
      if (emptyFolders.length > 0) notify(t.dropEmptyFolder(emptyFolders.join(', ')), undefined, 'info')
      if (files.length === 0) return
      patch({ files })
      void navigate(`/project/${project}`)
    }
    const drop = (event: DragEvent): void => {
      if (!hasFiles(event) || !event.dataTransfer) return
      event.preventDefault()
      patch({ isOver: false })
      void take(event.dataTransfer).catch(notifyError)
    }
    window.addEventListener('dragover', over)
    window.addEventListener('dragleave', leave)
    window.addEventListener('drop', drop)
    return () => {
      window.removeEventListener('dragover', over)
      window.removeEventListener('dragleave', leave)
      window.removeEventListener('drop', drop)
    }
  }, [project, canChange, navigate])
}
