// `exportModel`: a model's weights as safetensors, or as an .onnx file that any onnxruntime runs; written, opened again and compared.
import type { ModelExport } from '@shared/contract/training'
import type { ExportSpec } from '@shared/trainingCommands'

/** @throws AppError MODEL_CANNOT_PREDICT, DISK_FULL, FILE_NOT_FOUND, MODEL_NOT_FINITE, INTERNAL where the written file computes something else */
export async function exportModel(spec: ExportSpec): Promise<ModelExport> {
  const { writeExport } = await import('../training/exportFile')
  return writeExport(spec)
}
