// What a page gets from Electron: a port to the backend, and tokens for files. Never grows with the contract; requests travel through the port.
import { contextBridge, ipcRenderer, webUtils } from 'electron'

// The port itself cannot cross the isolated world, so it goes as a message of the window to itself.
ipcRenderer.on('connect', (event) => window.postMessage('auw:port', '*', event.ports))

contextBridge.exposeInMainWorld('auw', {
  host: 'electron',
  connect: () => ipcRenderer.send('connect'),
  grantFiles: (files: File[]) =>
    ipcRenderer.invoke(
      'grant-files',
      files.map((file) => webUtils.getPathForFile(file)),
    ),
  pickFolder: (purpose: string) => ipcRenderer.invoke('pick-folder', purpose),
  pickFiles: (purpose: string) => ipcRenderer.invoke('pick-files', purpose),
})
