// Models that were imported into the project or trained in it: a card here and a folder `models/ID/` with the card and the weights. The built-in models are not among them.
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { AppError } from '@shared/errors'
import { BUILT_IN_MODEL_IDS, STARTER_MODEL_ID, type ModelCard } from '@shared/model'
import { temporaryBeside, writeFileAtomically } from '../atomicFile'
import type { StoreContext } from '../context'

interface Row {
  card_json: string
}

export class ModelRepository {
  constructor(private readonly context: StoreContext) {}

  /** Folder of a model; it need not exist yet. Weights are written there before {@link add}. */
  folder(id: string): string {
    if (!/^[\w.-]+$/.test(id) || id.startsWith('.')) throw new AppError('INPUT_INVALID', `${id} cannot be the id of a model.`)
    return join(this.context.root, 'models', id)
  }

  /** Cards in order of adding. */
  list(): ModelCard[] {
    return this.context.db.all<Row>('SELECT card_json FROM model ORDER BY added_at, rowid').map(toCard)
  }

  find(id: string): ModelCard | null {
    const row = this.context.db.get<Row>('SELECT card_json FROM model WHERE id = ?', id)
    return row ? toCard(row) : null
  }

  /** Throws MODEL_NOT_FOUND. */
  get(id: string): ModelCard {
    const card = this.find(id)
    if (!card)
      throw new AppError('MODEL_NOT_FOUND', `There is no model ${id} in this project. "auw model list" shows those there are.`, {
        modelId: id,
      })
    return card
  }

  /** Registers a model whose files are already in its folder; writes `card.json` beside them. Throws MODEL_EXISTS, or FILE_NOT_FOUND for a file that is not there. */
  add(card: ModelCard): ModelCard {
    const { db, now } = this.context
    return db.transaction(() => {
      if (BUILT_IN_MODEL_IDS.includes(card.id) || this.find(card.id))
        throw new AppError('MODEL_EXISTS', `There is already a model ${card.id} in this project.`, { modelId: card.id })
      const folder = this.folder(card.id)
      const missing = card.files.find((file) => !existsSync(join(folder, file.name)))
      if (missing) throw new AppError('FILE_NOT_FOUND', `The model's file ${missing.name} is not in its folder.`, { modelId: card.id })
      mkdirSync(folder, { recursive: true })
      writeFileAtomically(join(folder, 'card.json'), cardText(card))
      db.run('INSERT INTO model (id, card_json, added_at) VALUES (?, ?, ?)', card.id, JSON.stringify(card), now().toISOString())
      return card
    })
  }

  /** Replaces a card, as when thresholds or metrics were measured. Throws MODEL_NOT_FOUND. */
  replaceCard(card: ModelCard): ModelCard {
    const { db } = this.context
    return db.transaction(() => {
      this.get(card.id)
      db.run('UPDATE model SET card_json = ? WHERE id = ?', JSON.stringify(card), card.id)
      writeFileAtomically(join(this.folder(card.id), 'card.json'), cardText(card))
      return card
    })
  }

  /** Removes a model, its predictions and its files; when it was active the starter becomes so. Labels made with its help stay. Throws MODEL_NOT_FOUND. */
  remove(id: string): { predictionCount: number } {
    const { db } = this.context
    const removed = db.transaction(() => {
      this.get(id)
      const predictionCount = db.run('DELETE FROM prediction WHERE model_id = ?', id)
      db.run('DELETE FROM model WHERE id = ?', id)
      db.run('UPDATE project SET active_model_id = ? WHERE active_model_id = ?', STARTER_MODEL_ID, id)
      return { predictionCount }
    })
    // Files go last, under another name first: a crash in between leaves bytes to delete, never a model without weights.
    const folder = this.folder(id)
    if (existsSync(folder)) {
      const trash = temporaryBeside(folder)
      renameSync(folder, trash)
      rmSync(trash, { recursive: true, force: true })
    }
    return removed
  }
}

const toCard = (row: Row): ModelCard => JSON.parse(row.card_json) as ModelCard
const cardText = (card: ModelCard): string => `${JSON.stringify(card, null, 2)}\n`
