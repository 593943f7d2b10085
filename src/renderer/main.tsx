// Starts the window: theme before the first paint, connection, then the application.
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app/App'
import './app/styles/fonts.css'
import './app/styles/tokens.css'
import './app/styles/base.css'
import { applyTheme } from './app/theme'
import { connection } from './bridge/client'

applyTheme()
void connection.open()

const root = document.getElementById('root')
if (!root) throw new Error('index.html has no element with the id "root".')
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
)
