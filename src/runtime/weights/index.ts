// Weights files: reading PyTorch and safetensors checkpoints, recognising and importing them. Everything a caller outside this folder needs.
export { recogniseCheckpoint, type CheckpointFacts, type CheckpointHints } from './checkpoint'
export { importCheckpoint, ownMetadata, WEIGHTS_FILE_NAME, type ImportedCheckpoint, type ImportRequest } from './importCheckpoint'
export { openPytorch, type PytorchFile } from './pytorchZip'
export { openSafetensors, type SafetensorsFile } from './safetensors'
export { writeSafetensors, type TensorToWrite } from './safetensorsWrite'
export { DTYPE_BYTES, toHalfBytes, type Dtype, type TensorEntry, type WeightsReader } from './tensorData'
