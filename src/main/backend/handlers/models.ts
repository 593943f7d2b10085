// model.*
import { agreementTable } from '../agreement'
import { importModel } from '../importModel'
import type { BackendContext } from '../context'
import { modelCard, modelSummaries, summarise } from '../modelRegistry'
import { os } from '../procedures'
import { trainingKnowledge } from '../training/learnedBy'
import { AppError } from '@shared/errors'
import { BUILT_IN_MODEL_IDS } from '@shared/model'

export function modelHandlers(context: BackendContext) {
  const { projects, grants, ports } = context
  const { model } = os
  const resources = ports.resourcesDirectory
  return {
    model: {
      list: model.list.handler(({ input }) => modelSummaries(projects.get(input.project).store, resources)),
      get: model.get.handler(({ input }) => modelCard(projects.get(input.project).store, resources, input.modelId)),
      trainedOn: model.trainedOn.handler(({ input }) => {
        const { store } = projects.get(input.project)
        const codes = store.subjects.list().map(({ code }) => code)
        const { trainedOn, isTrainingKnown } = trainingKnowledge(store, modelCard(store, resources, input.modelId), codes)
        return { trainedOn, isTrainingKnown }
      }),
      import: model.import.handler(async ({ input }) => {
        const project = projects.writable(input.project)
        const card = await importModel(context, project, {
          path: grants.resolve(input.file),
          name: input.name,
          aus: input.aus,
          heads: input.heads,
        })
        project.changes.announce('models')
        return summarise(card, project.store.project.activeModelId())
      }),
      activate: model.activate.handler(({ input }) => {
        const { store, changes } = projects.writable(input.project)
        const card = modelCard(store, resources, input.modelId)
        if (card.kind === 'expression')
          throw new AppError(
            'MODEL_CANNOT_PREDICT',
            `${card.name} names expressions and no Action Units, so it cannot be the active model. It predicts beside it: auw predict DIR --model ${card.id}.`,
          )
        if (card.kind === 'backbone')
          throw new AppError(
            'MODEL_CANNOT_PREDICT',
            `${card.name} is a pretrained backbone without AU outputs; train it first, or choose a model that predicts.`,
          )
        store.project.setActiveModel(card.id)
        changes.announce('models')
        changes.announce('videos')
        return summarise(card, card.id)
      }),
      remove: model.remove.handler(({ input }) => {
        const { store, changes } = projects.writable(input.project)
        if (BUILT_IN_MODEL_IDS.includes(input.modelId))
          throw new AppError('MODEL_IN_USE', 'This model is part of the application and cannot be removed.')
        store.models.remove(input.modelId)
        changes.announce('models')
        changes.announce('videos')
        return { isRemoved: true as const }
      }),
      agreement: model.agreement.handler(({ input }) => {
        const { store } = projects.get(input.project)
        return agreementTable(store, modelCard(store, resources, input.modelId), { subjects: input.subjects, coder: input.coder })
      }),
    },
  }
}
