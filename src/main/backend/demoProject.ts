// The demo project: the synthetic subjects that ship with the product, with their known labels. Filling it again adds only what is missing.
import { join } from 'node:path'
import { DEMO_HELD_OUT_CODER, DEMO_HELD_OUT_SUBJECTS, DEMO_KNOWN_CODER, DEMO_LABELLED_SUBJECTS } from '@shared/demo'
import { addVideo } from './addVideo'
import { announceEdit } from './announceEdit'
import type { BackendContext } from './context'
import { importIntensities } from './importIntensities'
import type { OpenProject } from './openProjects'

/** Where the window keeps its demo project. */
export const demoDirectory = (settingsDirectory: string): string => join(settingsDirectory, 'demo.auproj')

/** Intensity from which an AU counts as present in the demo tables; see resources/demo/README.md. */
const PRESENT_FROM = 0.3

/** Adds the subjects, their clips and their labels. Labels of a clip that carries some of the same coder are left as they are. */
export async function fillDemoProject(context: BackendContext, project: OpenProject): Promise<void> {
  const { store, changes } = project
  const folder = join(context.ports.resourcesDirectory, 'demo')
  for (const subject of [...DEMO_LABELLED_SUBJECTS, ...DEMO_HELD_OUT_SUBJECTS]) {
    const fileName = `synthetic_${subject}.mp4`
    const video =
      store.videos.list().find((one) => one.fileName === fileName) ??
      (await addVideo(context, project, { path: join(folder, fileName), subjectCode: subject, condition: 'synthetic', session: null }))
    const coder = DEMO_LABELLED_SUBJECTS.includes(subject) ? DEMO_KNOWN_CODER : DEMO_HELD_OUT_CODER
    if (store.labels.list(video.id).some((label) => label.coder === coder)) continue
    const edit = await importIntensities(store, {
      videoId: video.id,
      path: join(folder, `synthetic_${subject}.csv`),
      threshold: PRESENT_FROM,
      coder,
    })
    announceEdit(store, changes, video.id, edit)
  }
}
