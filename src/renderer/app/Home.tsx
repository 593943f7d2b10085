// Joins the list of projects with the demo and its tour, which are different features.
import { useDemoTour } from '../features/help/useDemoTour'
import { HomeScreen } from '../features/projects/HomeScreen'

export function Home() {
  return <HomeScreen demo={useDemoTour()} />
}
