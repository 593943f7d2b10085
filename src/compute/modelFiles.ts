// Where the weights of a model on disk are, by its card.
import { join } from 'node:path'
import { AppError } from '@shared/errors'
import { weightsFileOf } from '@shared/model'
import type { ModelOnDisk } from '@shared/trainingCommands'

/** @throws AppError MODEL_CARD_INVALID where the card names none */
export function weightsPath({ card, directory }: ModelOnDisk): string {
  const file = weightsFileOf(card)
  if (!file) throw new AppError('MODEL_CARD_INVALID', `The card of "${card.name}" names no weights file. Import the model again.`)
  return join(directory, file.name)
}
