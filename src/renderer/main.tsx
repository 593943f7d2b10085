// Starts the window: theme before the first paint, connection, what the window remembers, then the application, whose parts read that when they are loaded.
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import './app/styles/fonts.css'
import './app/styles/tokens.css'
import './app/styles/base.css'
import './app/styles/forcedColors.css'
import { applyTheme } from './app/appliedTheme'
import { keepWindowState, restoreWindowState } from './app/windowState'
import { connection } from './bridge/client'

async function start(): Promise<void> {
  const root = document.getElementById('root')
  if (!root) throw new Error('index.html has no element with the id "root".')
  applyTheme()
  void connection.open()
  await restoreWindowState()
  applyTheme()
  const { App } = await import('./app/App')
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  )
  keepWindowState()
}

void start()
