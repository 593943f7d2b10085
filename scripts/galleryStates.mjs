// What stands open on the screens of galleryScreens.mjs at times: dialogs, menus, selections, empty lists, refusals and running work. Nothing is changed in the project.
/* global DragEvent, DataTransfer, File, window */
import { join } from 'node:path'
import { assistTab, coding, go, openProject } from './galleryScreens.mjs'
import { root } from './pinnedNode.mjs'

const DEMO_VIDEO = join(root, 'resources', 'demo', 'synthetic_S01.mp4')

/** States by name, as in {@link screens}. `modelId` is a model that training made. */
export function states({ base, videoId, run, emptyProject }) {
  const modelId = run?.modelId
  const onVideo = (page) => coding(page, base, videoId)
  const dialog = (page) => page.getByRole('dialog').waitFor()
  const rowMenu = (item) => async (page) => {
    await go(page, base)
    await page.getByRole('button', { name: 'List', exact: true }).click()
    await page.getByRole('button', { name: /^Actions for synthetic_S03/ }).click()
    if (!item) return page.waitForTimeout(300)
    await page.getByRole('menuitem', { name: item }).click()
    await dialog(page)
  }
  const subjectMenu = (item) => async (page) => {
    await go(page, base)
    await page.locator('.project-side').getByRole('button', { name: 'Actions for S03' }).click()
    await page.getByRole('menuitem', { name: item }).click()
    await dialog(page)
  }
  /** A range of frames chosen in the timeline, as shift-dragging does. */
  const range = async (page) => {
    const { x, y, width } = await page.locator('.lanes-view').boundingBox()
    // In the fourth lane, which is empty there.
    const lane = 84
    await page.keyboard.down('Shift')
    await page.mouse.move(x + width * 0.55, y + lane)
    await page.mouse.down()
    await page.mouse.move(x + width * 0.8, y + lane, { steps: 6 })
    await page.mouse.up()
    await page.keyboard.up('Shift')
    await page.waitForTimeout(400)
  }
  const several = async (page) => {
    const { x, y, width, height } = await page.locator('.lanes-view').boundingBox()
    await page.keyboard.down('Control')
    await page.mouse.move(x + width * 0.5, y + 4)
    await page.mouse.down()
    await page.mouse.move(x + width * 0.95, y + height - 4, { steps: 6 })
    await page.mouse.up()
    await page.keyboard.up('Control')
    await page.waitForTimeout(400)
  }
  return {
    'open-project': async (page) => {
      await go(page, '/projects')
      await page.getByRole('button', { name: 'Open project' }).click()
      await dialog(page)
    },
    'import-several': async (page) => {
      await go(page, base)
      await page
        .locator('input[type="file"]')
        .first()
        .setInputFiles([DEMO_VIDEO, join(root, 'resources', 'demo', 'synthetic_S02.mp4'), join(root, 'package.json')])
      await dialog(page)
    },
    'import-refused': async (page) => {
      await go(page, base)
      await page
        .locator('input[type="file"]')
        .first()
        .setInputFiles([DEMO_VIDEO, join(root, 'package.json')])
      await dialog(page)
      await page.getByRole('dialog').getByRole('button', { name: 'Add videos' }).click()
      await page.getByText(/not added/).waitFor()
    },
    drop: async (page) => {
      await go(page, base)
      await page.locator('.thumb img').first().waitFor()
      await page.evaluate(() => {
        const dataTransfer = new DataTransfer()
        dataTransfer.items.add(new File(['x'], 'x.mp4'))
        for (const type of ['dragenter', 'dragover'])
          window.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }))
      })
      await page.waitForTimeout(300)
    },
    'list-selected': async (page) => {
      await go(page, base)
      await page.getByRole('button', { name: 'List', exact: true }).click()
      for (const subject of ['S02', 'S03', 'S05']) await page.getByLabel(`Select synthetic_${subject}.mp4`).check()
    },
    'video-menu': rowMenu(null),
    'video-details': rowMenu(/^Edit/),
    'video-locate': rowMenu(/^Locate/),
    'video-remove': rowMenu(/^Remove/),
    'subject-rename': subjectMenu(/^Rename/),
    'range-selected': async (page) => {
      await onVideo(page)
      await range(page)
    },
    'several-selected': async (page) => {
      await onVideo(page)
      await several(page)
    },
    'copy-menu': async (page) => {
      await onVideo(page)
      await several(page)
      await page.getByRole('button', { name: 'Copy to…' }).click()
      await page.waitForTimeout(300)
    },
    'event-open': async (page) => {
      await onVideo(page)
      await page.keyboard.press('5')
      await page.waitForTimeout(400)
    },
    picture: async (page) => {
      await onVideo(page)
      await page.getByRole('button', { name: 'Brightness and contrast' }).click()
      await page.waitForTimeout(300)
    },
    corrected: async (page) => {
      await onVideo(page)
      await page.locator('.label-bar button[aria-label*="neutral"]').first().click()
      await page.waitForTimeout(900)
    },
    'proposals-how': async (page) => {
      await onVideo(page)
      await range(page)
      await assistTab(page, 'Proposals')
      await page.getByText('How events are found').click()
      await page.locator('.proposal').first().click()
      await page.waitForTimeout(600)
    },
    'queue-blind': async (page) => {
      await onVideo(page)
      await page.getByRole('button', { name: 'Blind', exact: true }).click()
      await assistTab(page, 'Queue')
    },
    'events-none': async (page) => {
      await onVideo(page)
      await assistTab(page, 'Events')
      await page.getByRole('complementary').getByLabel('AU', { exact: true }).selectOption('28')
      await page.waitForTimeout(400)
    },
    'frames-none': async (page) => {
      await onVideo(page)
      await page.keyboard.press('Shift+T')
      await page.locator('.frame-row').first().waitFor()
      await page.getByRole('searchbox', { name: 'Show only frames where' }).fill('AU12 prob > 2')
      await page.waitForTimeout(500)
    },
    'frames-unread': async (page) => {
      await onVideo(page)
      await page.keyboard.press('Shift+T')
      await page.locator('.frame-row').first().waitFor()
      await page.getByRole('searchbox', { name: 'Show only frames where' }).fill('AU12 prob > 0.3 or smiling')
      await page.waitForTimeout(500)
    },
    'palette-found': async (page) => {
      await onVideo(page)
      await page.keyboard.press('Control+k')
      await page.keyboard.type('pict')
      await page.waitForTimeout(300)
    },
    'palette-none': async (page) => {
      await go(page, base)
      await page.keyboard.press('Control+k')
      await page.keyboard.type('zzzz')
      await page.waitForTimeout(300)
    },
    'training-estimate': async (page) => {
      await go(page, `${base}/training`)
      const form = page.locator('.training-form')
      await form.getByLabel('When coders differ').selectOption('majority', { timeout: 30_000 })
      await form.getByRole('button', { name: /^Estimate/ }).click({ timeout: 30_000 })
      await form.getByRole('button', { name: 'Start training' }).waitFor({ timeout: 180_000 })
      await form.evaluate((section) => (section.scrollTop = section.scrollHeight))
    },
    'training-wrong': async (page) => {
      await go(page, `${base}/training`)
      await page.locator('.training-form').getByText('All settings').click({ timeout: 30_000 })
      const number = page.locator('.training-form input[type="number"]').first()
      await number.fill('-3')
      await number.blur()
      await page.waitForTimeout(500)
    },
    'run-delete': async (page) => {
      await go(page, `${base}/training`)
      await page.getByRole('button', { name: 'Delete run…' }).click({ timeout: 30_000 })
      await dialog(page)
    },
    'run-none': (page) => go(page, `${base}/training/none`).then(() => page.waitForTimeout(1200)),
    'study-heads': async (page) => {
      await go(page, `${base}/studies`)
      await page.getByRole('button', { name: 'Identity head', exact: true }).click()
      await page.waitForTimeout(500)
    },
    'study-starts': async (page) => {
      await go(page, `${base}/studies`)
      await page.getByRole('button', { name: 'Start or size' }).click()
      await page.waitForTimeout(500)
    },
    'model-trained': async (page) => {
      await go(page, `${base}/models/${modelId}`)
      await page.waitForTimeout(1500)
    },
    'model-compare': async (page) => {
      await go(page, `${base}/models/${modelId}`)
      const compare = page.getByRole('region', { name: 'Compare with' })
      const choice = compare.getByRole('combobox')
      const other = await choice.locator('option', { hasText: 'lambda 0,' }).first().getAttribute('value')
      await choice.selectOption(other ?? 'starter-vit')
      await page.waitForTimeout(900)
      await compare.evaluate((section) => section.scrollIntoView())
      await page.waitForTimeout(300)
    },
    'model-remove': async (page) => {
      await go(page, `${base}/models/${modelId}`)
      await page.getByRole('button', { name: 'Remove', exact: true }).click()
      await dialog(page)
    },
    'model-expressions': async (page) => {
      await go(page, `${base}/models`)
      await page.locator('.model-item', { hasText: 'names expressions' }).first().click()
      await page.waitForTimeout(1000)
    },
    'model-backbone': async (page) => {
      await go(page, `${base}/models`)
      await page.locator('.model-item', { hasText: 'backbone' }).first().click()
      await page.waitForTimeout(1000)
    },
    'export-openface': async (page) => {
      await go(page, `${base}/export`)
      await page.locator('.preview-grid td').first().waitFor()
      await page.getByText('OpenFace layout').click()
      await page.waitForTimeout(1500)
    },
    'settings-empty': async (page) => {
      await openProject(page, emptyProject)
      await page.getByText('Bring in your first video').waitFor()
      await go(page, '/settings')
      await page.waitForTimeout(1200)
    },
    'unknown-screen': (page) => go(page, '/nowhere').then(() => page.waitForTimeout(500)),
    'unknown-project': (page) => go(page, '/project/none').then(() => page.waitForTimeout(1500)),
    'help-keys': async (page) => {
      await onVideo(page)
      await page.keyboard.press('F1')
      await page.waitForTimeout(600)
    },
    // Last, since what is filtered by is remembered.
    'filter-none': async (page) => {
      await go(page, base)
      await page.getByRole('searchbox').fill('nobody')
      await page.getByText('No video matches').waitFor()
    },
  }
}
