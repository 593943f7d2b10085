// `predict`: AU probabilities of the subject's face in every frame, from stored faces and decoded pixels.
import type { PredictionChunk, PredictSpec } from '@shared/compute'
import { AppError } from '@shared/errors'
import { predictionColumns } from '@shared/expressions'
import { CHUNK_FRAMES } from '@shared/faces'
import { ChunkRows } from '../chunkRows'
import type { CommandContext } from '../command'
import { FrameSource } from '../frameSource'
import { openStarterPredictor, openVitPredictor, type Predictor } from '../predictors'
import { SubjectFaces } from '../subjectFaces'

/** @param payload float32 landmarks (frames, 468, 3) of the subject's neutral frames; empty when none are marked */
export async function predict(spec: PredictSpec, payload: Uint8Array, context: CommandContext): Promise<{ frames: number }> {
  const { decode, fromFrame, model, tracks } = spec
  const { card } = model
  const isSmoothed = card.kind === 'starter'
  if (fromFrame % CHUNK_FRAMES !== 0 || decode.startFrame > Math.max(0, isSmoothed ? fromFrame - 1 : fromFrame)) {
    throw new AppError('INTERNAL', `Prediction from frame ${fromFrame} cannot decode from frame ${decode.startFrame} on.`)
  }
  const total = decode.totalFrames - fromFrame
  const emit = ({ startFrame, frameCount, probabilities }: PredictionChunk): Promise<void> =>
    context.emit({ startFrame, frameCount }, new Uint8Array(probabilities.buffer, probabilities.byteOffset, probabilities.byteLength))
  const rows = new ChunkRows(decode.startFrame, fromFrame, decode.totalFrames, predictionColumns(card).length, emit)
  const predictor = await openPredictor(spec, payload, (row) => rows.push(row))
  let source: FrameSource | null = null
  try {
    const frames = (source = new FrameSource(decode, context.signal, card.cropRule))
    const faces = new SubjectFaces(context.want, tracks, decode, (start, boxes) => frames.giveBoxes(start, boxes))
    if (decode.totalFrames > decode.startFrame) await faces.reach(decode.startFrame)
    for (let next = await frames.next(); next; next = await frames.next()) {
      const { frame, pixels } = next
      await faces.reach(frame)
      await predictor.push(pixels, faces.at(frame))
      if ((frame + 1) % CHUNK_FRAMES === 0) await predictor.flush()
      context.progress({ done: Math.max(0, frame + 1 - fromFrame), total })
    }
    await predictor.end()
  } finally {
    await Promise.all([source?.close(), predictor.close()])
  }
  return { frames: total }
}

function openPredictor(
  { model, device, precision }: PredictSpec,
  payload: Uint8Array,
  onRow: (row: Float32Array | null) => Promise<void>,
): Promise<Predictor> {
  switch (model.card.kind) {
    case 'starter':
      return openStarterPredictor(model.directory, new Float32Array(payload.buffer, payload.byteOffset, payload.byteLength / 4), onRow)
    case 'vit':
    case 'expression':
      return openVitPredictor(model.directory, model.card, { device, precision }, onRow)
    case 'backbone':
      throw new AppError(
        'MODEL_CANNOT_PREDICT',
        `"${model.card.name}" is a pretrained backbone without AU outputs. Train it on labels first, or choose another model.`,
      )
  }
}
