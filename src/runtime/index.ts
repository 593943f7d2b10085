// Everything a caller outside this room needs for prediction.
export { loadEagerBackend, runtimeFor } from './byDevice'
export { openFunction, type DeviceFunction, type FunctionSpec } from './deviceFunction'
export { checkDevice, checkDevices, fastestPassed, type CheckOptions, type DeviceCheck } from './devices/checkDevice'
export { INT8_GRAPH_FILE } from './onnx/onnxRuntime'
export { listDevices, type Device } from './devices/listDevices'
export type { DeviceId, LoadedModel, Prediction, PredictionModel, Runtime, RuntimeName, RunOptions, WeightsSource } from './runtime'
