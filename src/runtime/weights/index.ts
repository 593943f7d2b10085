// Weights files: reading PyTorch and safetensors checkpoints, recognising and importing them. Everything a caller outside this folder needs.
export { recogniseCheckpoint, type CheckpointFacts, type CheckpointHints } from './checkpoint'
export { importCheckpoint, inspectCheckpoint, WEIGHTS_FILE_NAME, type ImportedCheckpoint, type ImportRequest } from './importCheckpoint'
export { openWeights, type WeightsSource } from './openWeights'
export { openPytorch, type PytorchFile } from './pytorchZip'
export { openSafetensors, type SafetensorsFile } from './safetensors'
export { writeSafetensors, type TensorToWrite } from './safetensorsWrite'
export { DTYPE_BYTES, toFloat32, type Dtype, type TensorEntry, type WeightsReader } from './tensorData'
