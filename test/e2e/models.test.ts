// The registry of models in the window, on a project with two trained models: compared, measured in int8, predicted with, made active, exported, deleted.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { InferenceSession } from 'onnxruntime-node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openSafetensors } from '@runtime/weights/index'
import type { ModelSummary } from '@shared/model'
import { backendIn, clientOf, finished, labelledProject, SMALL } from '../integration/training/labelledProject'
import { hasChromium, startWorkbench, type Workbench } from './workbench'

const LONG = 300_000
const SUBJECTS = ['S01', 'S03', 'S05']

describe.skipIf(!hasChromium)('models in the window', () => {
  let bench: Workbench

  beforeAll(async () => {
    bench = await startWorkbench({
      async make(folder) {
        const directory = await labelledProject(
          folder,
          SUBJECTS.map((code) => ({ code, coder: 'AB' })),
        )
        const backend = await backendIn(folder)
        try {
          const client = clientOf(backend)
          const { id: project } = await client.project.open({ directory })
          for (const [name, lambda] of [
            ['Plain', 0],
            ['Adversarial', 1],
          ] as const) {
            const configuration = {
              ...SMALL,
              identity: { lambda },
              evaluation: { ...SMALL.evaluation, folds: { kind: 'holdout', subjects: ['S05'] } },
            }
            const settings = { project, presetId: 'tiny-demo', configuration, fromModelId: null, device: 'cpu', name }
            await finished(client, project, [(await client.training.start(settings)).job])
          }
        } finally {
          await backend.close()
        }
        return directory
      },
    })
    await bench.page.getByRole('link', { name: 'Models', exact: true }).click()
  }, LONG)
  afterAll(() => bench?.close())

  const models = async (): Promise<ModelSummary[]> =>
    (await bench.auw('model', 'list', bench.project, '--json')).json<{ models: ModelSummary[] }>().models
  const open = async (name: string): Promise<void> => {
    await bench.page
      .getByRole('region', { name: 'Models' })
      .getByRole('link', { name: new RegExp(`^${name}`) })
      .click()
    await bench.page.getByRole('heading', { name, level: 2 }).waitFor()
  }

  it('shows both models with what they come from and were measured on', async () => {
    const { page } = bench
    await open('Plain')
    await page.getByText('made by the run').waitFor()
    await page.getByRole('region', { name: 'Model card' }).getByText(/32 px/).first().waitFor()
  })

  it('compares two models that were held against the same subjects', async () => {
    const { page } = bench
    const part = page.getByRole('region', { name: 'Compare with' })
    await part.getByRole('combobox').selectOption({ label: 'Adversarial' })
    await part.getByText('Measured on the same held-out subjects.').waitFor()
    await part.getByRole('columnheader', { name: 'Adversarial' }).waitFor()
    expect(await part.getByRole('row', { name: /Held-out subjects S05 S05/ }).count()).toBe(1)
  })

  it('shows what int8 would change before it is used, and keeps measuring on labels apart from it', { timeout: LONG }, async () => {
    const { page } = bench
    await page.getByRole('button', { name: 'Compare reduced-precision (int8) prediction' }).click()
    const table = page.getByRole('region', { name: 'Compare reduced-precision (int8) prediction' })
    await table.getByRole('row', { name: /^mean/ }).waitFor({ timeout: LONG })
    await page.getByText(/% of the decisions at the thresholds are others in int8 \(75 frames\)/).waitFor()
    await page.getByText(/times the speed: .* frames a second in float32|Too few frames to tell the speed/).waitFor()
    await page.getByText(/ instead of .* % of the size/).waitFor()
    expect(await page.getByText('On S01, S03, S05, 75 labelled frames, with the thresholds of the card').count()).toBe(1)
    await page.getByRole('button', { name: 'Measure on labels' }).click()
    await page.getByRole('region', { name: 'Measure on labels' }).getByRole('row', { name: /^mean/ }).waitFor({ timeout: LONG })
    expect(await table.getByRole('row', { name: /^mean/ }).count()).toBe(1)
  })

  it('predicts the videos in int8 when that is chosen, and says when there is nothing left to do', { timeout: LONG }, async () => {
    const { page } = bench
    const part = page.getByRole('region', { name: 'Predict with this model' })
    await part.getByRole('combobox', { name: 'Precision' }).selectOption('int8')
    await part.getByRole('button', { name: 'Predict 3 videos' }).click()
    const id = (await models()).find(({ name }) => name === 'Plain')?.id ?? ''
    const exported = async (): Promise<string> => {
      const out = join(bench.folder, 'out')
      const outcome = await bench.auw('export', bench.project, '--model', id, '--out', out)
      expect(outcome.code, outcome.stderr).toBe(0)
      return readFileSync(join(out, 'datapackage.json'), 'utf8')
    }
    await expect.poll(exported, { timeout: LONG, interval: 3000 }).toMatch(/("precision": "int8"[^]*){3}/)
    await part.getByRole('button', { name: 'Predict 3 videos' }).click()
    await page.getByText('All videos are predicted with this model already.').waitFor()
  })

  it('makes a model active, and the starter again', { timeout: LONG }, async () => {
    const { page } = bench
    await page.getByRole('button', { name: 'Make active' }).click()
    await page.getByText('“Plain” is now the active model.').waitFor()
    await expect.poll(async () => (await models()).find(({ isActive }) => isActive)?.name, { timeout: LONG }).toBe('Plain')
    await open('Starter model')
    await page.getByRole('button', { name: 'Make active' }).click()
    await expect.poll(async () => (await models()).find(({ isActive }) => isActive)?.name, { timeout: LONG }).toBe('Starter model')
    await open('Plain')
  })

  it('exports safetensors, half precision and ONNX that others can read', { timeout: LONG }, async () => {
    const { page } = bench
    const write = async (name: string, format: string, isHalf: boolean): Promise<string> => {
      const file = join(bench.folder, name)
      await page.getByRole('button', { name: 'Export', exact: true }).click()
      const dialog = page.getByRole('dialog')
      await dialog.getByLabel('Format').selectOption(format)
      if (isHalf) await dialog.getByRole('switch', { name: 'Half precision' }).click()
      await dialog.getByLabel('File').fill(file)
      await dialog.getByRole('button', { name: 'Export', exact: true }).click()
      await page.getByText(new RegExp(`${name} written`)).waitFor({ timeout: LONG })
      return file
    }
    const whole = await openSafetensors(await write('whole.safetensors', 'safetensors', false))
    const half = await openSafetensors(await write('half.safetensors', 'safetensors', true))
    // the keys of the published PyTorch code
    for (const key of ['patch_embed.proj.weight', 'blocks.0.attn.qkv.weight', 'head.weight']) {
      expect(whole.tensors.get(key)?.dtype).toBe('F32')
      expect(half.tensors.get(key)?.dtype).toBe('F16')
    }
    await whole.close()
    await half.close()
    const session = await InferenceSession.create(await write('model.onnx', 'onnx', false))
    expect(session.outputNames).toContain('au_logits')
    await session.release()
  })

  it('deletes a model with its predictions, and shows the active one', async () => {
    const { page } = bench
    const id = (await models()).find(({ name }) => name === 'Adversarial')?.id ?? ''
    await open('Adversarial')
    await page.getByRole('button', { name: 'Remove', exact: true }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Remove', exact: true }).click()
    await page.getByText('“Adversarial” was removed.').waitFor()
    await page.getByRole('heading', { name: 'Starter model', level: 2 }).waitFor()
    expect(existsSync(join(bench.project, 'models', id))).toBe(false)
    expect((await models()).map(({ name }) => name)).not.toContain('Adversarial')
  })

  it('runs without an error', () => expect(bench.errors).toEqual([]))
})
