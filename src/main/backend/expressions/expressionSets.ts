// Imported sets of expression images: folders `expressions/NAME/` of the project.
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { ProjectStore } from '@main/store/index'
import { FRAMES_MANIFEST } from '@shared/curation'
import type { ExpressionSetSummary } from '@shared/contract/expressions'
import { AppError } from '@shared/errors'
import type { ExpressionSet } from '@shared/expressions'

export class ExpressionSets {
  constructor(private readonly store: ProjectStore) {}

  folder(name: string): string {
    return join(this.store.root, 'expressions', name)
  }

  /** Where a new set goes. @throws AppError FILE_EXISTS */
  place(name: string): string {
    const folder = this.folder(name)
    if (existsSync(folder))
      throw new AppError('FILE_EXISTS', `There is an expression set ${name} already. Choose another name, or remove that one first.`, {
        name,
      })
    mkdirSync(join(this.store.root, 'expressions'), { recursive: true })
    return folder
  }

  /** @throws AppError DATASET_INVALID */
  get(name: string): ExpressionSet {
    try {
      return JSON.parse(readFileSync(join(this.folder(name), FRAMES_MANIFEST), 'utf8')) as ExpressionSet
    } catch (cause) {
      const known = this.names()
      throw new AppError(
        'DATASET_INVALID',
        `There is no expression set ${name} in this project. ${known.length === 0 ? 'Take one in with auw expressions import.' : `There are ${known.join(', ')}.`}`,
        { name },
        { cause },
      )
    }
  }

  list(): ExpressionSetSummary[] {
    return this.names().map((name) => summariseSet(this.get(name)))
  }

  remove(name: string): void {
    this.get(name)
    const folder = this.folder(name)
    const trash = `${folder}.part-removed`
    renameSync(folder, trash)
    rmSync(trash, { recursive: true, force: true })
  }

  private names(): string[] {
    const root = join(this.store.root, 'expressions')
    if (!existsSync(root)) return []
    return readdirSync(root)
      .filter((name) => /^[\w-]+$/.test(name) && existsSync(join(root, name, FRAMES_MANIFEST)))
      .sort()
  }
}

export function summariseSet({ name, layout, classes, pixels, samples, unreadable }: ExpressionSet): ExpressionSetSummary {
  const isKnown = samples.subject.every((subject) => subject !== null)
  return {
    name,
    layout,
    classes: classes.map((each, place) => ({ name: each, images: samples.label.filter((label) => label === place).length })),
    images: samples.label.length,
    pixels,
    hasTestPart: samples.split.includes('test'),
    subjects: isKnown ? new Set(samples.subject).size : null,
    unreadable: unreadable.length,
  }
}
