// Whom a model has learned from, as far as this project knows. People are told apart by their recordings where the run's folder still names them: a code may have
// been given to somebody else since, or the person another one. Cards carry codes of their own project and nothing of recordings, as whoever holds a recording
// could otherwise learn from a model's file that the person took part in a study.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { ProjectStore } from '@main/store/index'
import { BUILT_IN_MODEL_IDS, type ModelCard } from '@shared/model'
import type { RunData } from '@shared/trainingRun'
import { Runs } from './runs'

/** Codes that subjects have now whom a model or its ancestors learned from: by labels, or (of backbones) by their faces alone. */
export function learnedBy(store: ProjectStore, card: ModelCard, how: 'labels' | 'faces'): string[] {
  const subjects = new Set<string>()
  for (let one: ModelCard | null = card; one; one = one.training.parentId === null ? null : store.models.find(one.training.parentId)) {
    if ((one.kind === 'backbone') !== (how === 'faces')) continue
    for (const code of presentCodes(store, one)) subjects.add(code)
  }
  return [...subjects].sort()
}

/** Of each code of the card those that its recordings have now; the code itself where none of them is here any more, or where the run is gone. */
function presentCodes(store: ProjectStore, { training }: ModelCard): string[] {
  const runs = new Runs(store)
  const isHere = training.runId !== null && existsSync(join(runs.folder(training.runId), 'data.json'))
  const { videos = [], subjects = [] } = isHere ? (runs.data(training.runId as string) as Partial<RunData>) : {}
  const codeOf = new Map(store.videos.list().map(({ id, subjectCode }) => [id, subjectCode]))
  return training.subjects.flatMap((code) => {
    const own = videos.filter(({ subject }) => subjects[subject] === code)
    // a recording that was taken out and added again has another id
    const present = own.flatMap(({ id, contentHash }) => codeOf.get(id) ?? store.videos.findByHash(contentHash)?.subjectCode ?? [])
    return present.length > 0 ? present : [code]
  })
}

/**
 * The first of a model and those it was made from of which it is not known whom they learned from: imported ones, and any that is gone. Null where all are
 * known, or learned from synthetic faces only.
 */
export function unknownOrigin(store: ProjectStore, card: ModelCard): { name: string } | null {
  const seen = new Set<string>()
  const look = (one: ModelCard | null, name: string): { name: string } | null => {
    if (one === null) return { name }
    if (seen.has(one.id) || BUILT_IN_MODEL_IDS.includes(one.id)) return null
    seen.add(one.id)
    const { runId, parentId, teacher, isSynthetic } = one.training
    if (runId === null) return isSynthetic ? null : { name: one.name }
    const parent = parentId === null || BUILT_IN_MODEL_IDS.includes(parentId) ? null : look(store.models.find(parentId), parentId)
    if (parent) return parent
    return teacher && !BUILT_IN_MODEL_IDS.includes(teacher.id) ? look(store.models.find(teacher.id), teacher.name) : null
  }
  return look(card, card.name)
}

/** What figures of a model on these subjects are worth by whom it learned from. */
export interface TrainingKnowledge {
  /** Of the subjects, those that it learned from. */
  trainedOn: string[]
  /** False where it may have learned from any of the others too. */
  isTrainingKnown: boolean
  warnings: string[]
}

/** @param subjects codes that figures are of */
export function trainingKnowledge(store: ProjectStore, card: ModelCard, subjects: readonly string[]): TrainingKnowledge {
  const learned = learnedBy(store, card, 'labels')
  const trainedOn = subjects.filter((code) => learned.includes(code))
  const unknown = unknownOrigin(store, card)
  const warnings: string[] = []
  if (trainedOn.length > 0)
    warnings.push(
      `The model was trained on ${trainedOn.join(', ')}, so figures on them say nothing about other people. Evaluate others with --subjects.`,
    )
  if (unknown && trainedOn.length < subjects.length)
    warnings.push(
      `It is not known here on whom ${unknown.name} was trained${unknown.name === card.name ? '' : `, which ${card.name} was made from`}: the subjects may be among those people. Take the figures for those of strangers only if you know that they are not.`,
    )
  return { trainedOn, isTrainingKnown: unknown === null, warnings }
}
