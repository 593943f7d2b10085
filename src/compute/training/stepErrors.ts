// What a failed update means to a person: where the run stood, what is kept, and what to do. The same sentences for every kind of run.
import { AppError } from '@shared/errors'

/** Where a run stood when an update failed. */
export interface StepPlace {
  /** `Training`, `Pretraining`: what has diverged. */
  name: string
  /** Of a run with folds, counted from 0. */
  fold?: number
  /** The update that failed, counted from 1. */
  step: number
  rate: number
  device: string
  /** The command that goes on with a run on another device; null where runs keep theirs. */
  elsewhere: string | null
}

const KEPT = 'The checkpoints before it are intact.'

/**
 * The error to throw: LOSS_NOT_FINITE and DEVICE_UNAVAILABLE with step and rate or device. Other errors with a code (OUT_OF_MEMORY, KERNEL_MISSING) pass as
 * they are; whatever has none came from the device.
 */
export function stepError(error: unknown, { name, fold, step, rate, device, elsewhere }: StepPlace): AppError {
  const where = fold === undefined ? `at step ${step}` : `in fold ${fold + 1} at step ${step}`
  if (error instanceof AppError && error.code === 'LOSS_NOT_FINITE')
    return new AppError(
      'LOSS_NOT_FINITE',
      `${name} has diverged ${where} with a rate of ${rate.toPrecision(3)}: the loss or its gradients are not finite. ${KEPT} Start again with a base rate of half as much.`,
      { ...error.data, step, rate, ...(fold === undefined ? {} : { fold }) },
    )
  if (error instanceof AppError && error.code !== 'DEVICE_UNAVAILABLE') return error
  const advice = elsewhere === null ? 'Resume the run.' : `Resume the run, if it happens again on another device (${elsewhere}).`
  return new AppError(
    'DEVICE_UNAVAILABLE',
    `The device "${device}" stopped working ${where} (${deviceReason(error)}). ${KEPT} ${advice}`,
    { step, device },
    { cause: error },
  )
}

/** What the device itself gave as its reason, without the sentence around it and without a full stop. */
export function deviceReason(error: unknown): string {
  const given = error instanceof AppError ? error.data['reason'] : null
  const said = typeof given === 'string' ? given : error instanceof Error ? error.message : String(error)
  return said.replace(/\.$/, '')
}
