// Which devices compute predictions in which precision.
import { AppError } from '@shared/errors'
import type { Precision } from '@shared/model'
import type { DeviceId } from './runtime'

/** Throws INPUT_INVALID for int8 anywhere but on onnxruntime's processor provider. */
export function requirePrecision(device: DeviceId, precision: Precision = 'float32'): void {
  if (precision === 'int8' && device !== 'cpu')
    throw new AppError('INPUT_INVALID', `The device "${device}" does not compute in int8; choose cpu, or float32.`, { device })
}
