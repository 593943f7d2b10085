// demo.*: the project with the synthetic subjects.
import { existsSync } from 'node:fs'
import type { BackendContext } from '../context'
import { demoDirectory, fillDemoProject } from '../demoProject'
import { os } from '../procedures'

export function demoHandlers(context: BackendContext) {
  const { projects, grants, recent, ports } = context
  const { demo } = os
  return {
    demo: {
      open: demo.open.handler(async ({ input }) => {
        const directory = input.directory === undefined ? demoDirectory(ports.settingsDirectory) : grants.resolve(input.directory)
        const project = existsSync(directory) ? projects.open(directory) : projects.create(directory, { name: 'Demo' })
        const { name, isWritable } = project.store.info()
        await recent.note(project.store.root, name)
        if (isWritable) await fillDemoProject(context, project)
        return project.store.info()
      }),
    },
  }
}
