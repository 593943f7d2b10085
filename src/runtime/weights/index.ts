// Weights files: reading PyTorch and safetensors checkpoints. Everything a caller outside this folder needs.
export { openPytorch, type PytorchFile } from './pytorchZip'
export { openSafetensors, type SafetensorsFile } from './safetensors'
export { DTYPE_BYTES, toFloat32, type Dtype, type TensorEntry, type WeightsReader } from './tensorData'
