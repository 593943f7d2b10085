// Providers and routes. Screens come from features; this file joins them and holds no logic of its own.
import { QueryClientProvider } from '@tanstack/react-query'
import { DEFAULT_AUS } from '@shared/facs'
import { lazy, Suspense } from 'react'
import { createHashRouter, RouterProvider } from 'react-router'
import { ProjectScreen } from '../features/projects/ProjectScreen'
import { EmptyState, Loading } from '../ui/EmptyState'
import { TipProvider } from '../ui/Tip'
import { Frame } from './Frame'
import { Home } from './Home'
import { HelpRoute } from './HelpRoute'
import { queryClient } from './queryClient'
import { ScreenError } from './ScreenError'
import { Start } from './Start'
import { strings } from './strings'

const CodingScreen = lazy(() => import('../features/coding/CodingScreen'))
const TrainingScreen = lazy(() => import('../features/training/TrainingScreen'))
const RunResultsScreen = lazy(() => import('../features/training/RunResultsScreen'))
const StudiesScreen = lazy(() => import('../features/studies/StudiesScreen'))
const ModelsScreen = lazy(() => import('../features/models/ModelsScreen'))
const ExportScreen = lazy(() => import('../features/export/ExportScreen'))
const SettingsScreen = lazy(() => import('../features/settings/SettingsScreen'))

const KeyLists = lazy(() => import('../features/coding/panels/KeyLists'))

/** The keys are the coding screen's; the settings show them too. */
const settings = <SettingsScreen keyLists={(aus) => <KeyLists aus={aus ?? DEFAULT_AUS} />} />

const router = createHashRouter([
  {
    element: <Frame />,
    errorElement: <ScreenError />,
    children: [
      { index: true, element: <Start /> },
      { path: 'projects', element: <Home /> },
      { path: 'project/:projectId', element: <ProjectScreen /> },
      { path: 'project/:projectId/video/:videoId', element: <CodingScreen /> },
      { path: 'project/:projectId/training', element: <TrainingScreen /> },
      { path: 'project/:projectId/training/:runId', element: <RunResultsScreen /> },
      { path: 'project/:projectId/studies', element: <StudiesScreen /> },
      { path: 'project/:projectId/models/:modelId?', element: <ModelsScreen /> },
      { path: 'project/:projectId/export', element: <ExportScreen /> },
      { path: 'project/:projectId/settings', element: settings },
      { path: 'settings', element: settings },
      { path: 'help/:au?', element: <HelpRoute /> },
      { path: '*', element: <EmptyState title={strings.app.unknownScreen} action={<a href="#/projects">{strings.nav.home}</a>} /> },
    ].map((route) => ({ ...route, errorElement: <ScreenError /> })),
  },
])

export function App() {
  return (
    <QueryClientProvider client={queryClient}>
      <TipProvider>
        <Suspense fallback={<Loading label={strings.app.loading} />}>
          <RouterProvider router={router} />
        </Suspense>
      </TipProvider>
    </QueryClientProvider>
  )
}
