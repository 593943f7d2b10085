// Electron's entry: joins the shell and the backend, nothing else.
import { createBackend } from './backend/index'
import { startShell } from './shell/startShell'

void startShell(createBackend)
