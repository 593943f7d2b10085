// A failed update says in one sentence where the run stood and what to do, with the device's own reason, whatever kind of run it is.
import { expect, it } from 'vitest'
import { stepError, type StepPlace } from '@compute/training/stepErrors'
import { runError } from '@runtime/onnx/session'
import { AppError } from '@shared/errors'

const place: StepPlace = { name: 'Pretraining', step: 12, rate: 0.001, device: 'webgpu', elsewhere: null }

it('gives the reason of a device that went away once, without the sentence around it', () => {
  const lost = runError(new Error('was false. Device was lost: the driver was reset.'))
  const { code, message, data } = stepError(lost, place)
  expect(code).toBe('DEVICE_UNAVAILABLE')
  expect(message).toBe(
    'The device "webgpu" stopped working at step 12 (Device was lost: the driver was reset). The checkpoints before it are intact. Resume the run.',
  )
  expect(data).toEqual({ step: 12, device: 'webgpu' })
  expect(stepError(new Error('no such op'), place).message).toContain('stopped working at step 12 (no such op).')
})

it('names the fold, and the command where a run can change its device', () => {
  const { message } = stepError(new Error('gone'), {
    ...place,
    name: 'Training',
    fold: 1,
    elsewhere: 'auw train --resume RUN --device cpu',
  })
  expect(message).toMatch(/stopped working in fold 2 at step 12 \(gone\).*on another device \(auw train --resume RUN --device cpu\)\.$/)
})

it('says at what rate a run has diverged', () => {
  const found = stepError(new AppError('LOSS_NOT_FINITE', 'bare', { loss: 'NaN' }), { ...place, name: 'Training', fold: 0 })
  expect(found.message).toMatch(/^Training has diverged in fold 1 at step 12 with a rate of 0\.00100: /)
  expect(found.data).toEqual({ loss: 'NaN', step: 12, rate: 0.001, fold: 0 })
})

it('leaves other errors as they are', () => {
  const full = new AppError('OUT_OF_MEMORY', 'There is not enough memory.')
  expect(stepError(full, place)).toBe(full)
})
