// The screens that gallery.mjs takes pictures of, by name: how to get to each in the demo project. What stands open on them besides is in galleryStates.mjs.
/* global document, innerHeight, location */
import { join } from 'node:path'
import { root } from './pinnedNode.mjs'

/** Name of the button of the assisting panel. */
const ASSIST = 'Queue, proposals, events, bookmarks'

/** Waits until every picture in sight of the assisting panel has come. */
const picturesLoaded = (page) =>
  page.waitForFunction(
    () =>
      [...document.querySelectorAll('.assist img')].every((image) => {
        const { top } = image.getBoundingClientRect()
        return top > innerHeight || (image.complete && image.naturalWidth > 0)
      }),
    null,
    { timeout: 60_000 },
  )

/** Goes to an address of the window. */
export async function go(page, hash) {
  await page.evaluate((to) => (location.hash = to), hash)
  await page.waitForTimeout(400)
}

/** Opens the coding screen of a video at a frame, whole video in view. */
export async function coding(page, base, videoId) {
  await go(page, `${base}/video/${videoId}`)
  await page.locator('.lanes-view').waitFor()
  await page.waitForFunction(() => /\d/.test(document.querySelector('.coding-transport')?.textContent ?? ''))
  const jump = page.getByLabel('Go to time or frame')
  await jump.waitFor()
  await jump.fill('186')
  await jump.press('Enter')
  await page.locator('.lanes-view').focus()
  // Zooms are remembered.
  for (const key of ['Control+0', 'Alt+0']) await page.keyboard.press(key)
  await page.waitForTimeout(1500)
}

/** Opens a tab of the assisting panel of the coding screen. */
export async function assistTab(page, tab) {
  // The panel is remembered, so it may be open already.
  if (!(await page.getByRole('tab', { name: tab }).isVisible())) await page.getByRole('button', { name: ASSIST }).click()
  await page.getByRole('tab', { name: tab }).click()
  await page.waitForTimeout(2500)
  await picturesLoaded(page)
}

/** Opens a project by its folder, from the list of projects. */
export async function openProject(page, directory) {
  await go(page, '/projects')
  await page.getByRole('button', { name: 'Open project' }).click()
  await page.getByRole('dialog').getByRole('textbox').first().fill(directory)
  await page.getByRole('dialog').getByRole('button', { name: 'Open', exact: true }).click()
}

/** Screens by name: how to get there from the project's address. `page` is at the project screen. */
export function screens({ base, videoId, run, emptyProject }) {
  const { id: runId, modelId } = run ?? {}
  const onVideo = (page) => coding(page, base, videoId)
  const assist = (tab) => async (page) => {
    await onVideo(page)
    await assistTab(page, tab)
  }
  const trainingPart = async (page, part) => {
    await go(page, `${base}/training?part=${part}`)
    await page.locator('.run-form:visible').first().waitFor()
    await page.getByText('Loading', { exact: true }).waitFor({ state: 'detached' })
    await page.waitForTimeout(1500)
  }
  /** Screens of a project without videos. */
  const inEmpty = (place) => async (page) => {
    await openProject(page, emptyProject)
    await page.getByText('Bring in your first video').waitFor()
    await go(page, `${/#(\/project\/[^/]+)/.exec(page.url())[1]}${place}`)
    await page.waitForTimeout(1200)
  }
  return {
    home: async (page) => {
      await go(page, '/projects')
      await page.getByText('Everything that the application needs is here.').waitFor({ timeout: 30_000 })
    },
    'new-project': async (page) => {
      await go(page, '/projects')
      await page.getByRole('button', { name: 'New project' }).first().click()
    },
    import: async (page) => {
      await go(page, base)
      await page.locator('input[type="file"]').setInputFiles(join(root, 'resources', 'demo', 'synthetic_S01.mp4'))
      await page.getByRole('dialog').waitFor()
    },
    videos: async (page) => {
      await go(page, base)
      await page.getByRole('button', { name: 'List', exact: true }).click()
      await page.locator('.thumb img').first().waitFor()
      await page.waitForTimeout(1500)
    },
    matrix: async (page) => {
      await go(page, base)
      await page.getByRole('button', { name: 'Subjects × videos' }).click()
      await page.getByLabel('Select synthetic_S02.mp4').check()
    },
    jobs: async (page) => {
      await go(page, base)
      await page.getByRole('button', { name: 'List', exact: true }).click()
      await page.getByRole('button', { name: /^(Jobs|\d+ jobs?)/ }).click()
      await page
        .getByRole('button', { name: /^Log of/ })
        .first()
        .click()
      await page.waitForTimeout(800)
    },
    coding: async (page) => {
      await onVideo(page)
      const toggle = page.getByRole('button', { name: ASSIST })
      if ((await toggle.getAttribute('aria-pressed')) === 'true') await toggle.click()
      await page.locator('.lanes-view').focus()
    },
    overlays: async (page) => {
      await onVideo(page)
      for (const key of ['Shift+M', 'c']) await page.keyboard.press(key)
      await page.waitForTimeout(6000)
    },
    blind: async (page) => {
      await onVideo(page)
      await page.getByRole('button', { name: 'Blind', exact: true }).click()
      await page.waitForTimeout(800)
    },
    frames: async (page) => {
      await onVideo(page)
      await page.keyboard.press('Shift+T')
      await page.locator('.frame-row').first().waitFor()
      await page.getByRole('searchbox', { name: 'Show only frames where' }).fill('AU12 prob > 0.2 or AU6 present')
      await page.waitForTimeout(800)
    },
    // Two zooms at once: the timeline down to single frames, the picture on the mouth, with the sound's menu where there is sound.
    zoomed: async (page) => {
      await onVideo(page)
      for (const key of ['+', '+', '+', '+', 'Alt+=', 'Alt+=', 'Alt+ArrowDown']) await page.keyboard.press(key)
      await page.waitForTimeout(1200)
    },
    'event-selected': async (page) => {
      await onVideo(page)
      await page.keyboard.press('Tab')
      await page.waitForTimeout(600)
    },
    'accept-menu': async (page) => {
      await onVideo(page)
      await page.getByRole('button', { name: /^Accept/ }).click()
      await page.waitForTimeout(300)
    },
    proposals: assist('Proposals'),
    queue: assist('Queue'),
    events: async (page) => {
      await assist('Events')(page)
      await page.getByRole('complementary').getByLabel('AU', { exact: true }).selectOption('12')
      await page.locator('.contact-sheet img').first().waitFor()
      await picturesLoaded(page)
    },
    bookmarks: async (page) => {
      await assist('Bookmarks')(page)
      const panel = page.getByRole('complementary')
      if ((await panel.getByText('ask CD').count()) > 0) return
      await panel.getByLabel('Note').fill('AU9 or AU10? ask CD')
      await panel.getByRole('button', { name: 'Add here' }).click()
      await panel.getByText('ask CD').waitFor()
    },
    keys: async (page) => {
      await onVideo(page)
      await page.keyboard.press('?')
    },
    guide: async (page) => {
      await go(page, base)
      await page.keyboard.press('F1')
      await page.getByText('Bring in videos').waitFor()
    },
    atlas: async (page) => {
      await onVideo(page)
      await page.keyboard.press('Escape')
      await page
        .locator('.au-table')
        .getByRole('button', { name: /^Lip corner puller/ })
        .click()
      await page.locator('.atlas-pictures img').first().waitFor()
    },
    'atlas-list': async (page) => {
      await go(page, '/help/atlas')
      await page.getByRole('dialog', { name: 'Help' }).waitFor()
    },
    // The tour runs on the window's own demo project, made here without waiting for its predictions.
    tour: async (page) => {
      await go(page, '/projects')
      await page.getByRole('button', { name: 'Open the demo project' }).click()
      await page.locator('.tour-ring').waitFor({ timeout: 240_000 })
      for (let step = 1; step < 5; step++) await page.keyboard.press('ArrowRight')
      await page.getByText('The timeline', { exact: true }).waitFor()
      await page.waitForTimeout(2500)
    },
    palette: async (page) => {
      await go(page, base)
      await page.locator('.thumb img').first().waitFor()
      await page.keyboard.press('Control+k')
    },
    training: async (page) => {
      await go(page, `${base}/training`)
      await page
        .getByText(/labelled frames/)
        .first()
        .waitFor({ timeout: 60_000 })
      await page.getByText('Loading', { exact: true }).waitFor({ state: 'detached' })
      await page.waitForTimeout(1500)
    },
    'training-settings': async (page) => {
      await go(page, `${base}/training`)
      await page.getByText('All settings').first().click()
      await page.waitForTimeout(800)
    },
    ...Object.fromEntries(
      ['pretraining', 'distillation', 'expressions'].flatMap((part) => [
        [part, (page) => trainingPart(page, part)],
        [
          `${part}-end`,
          async (page) => {
            await trainingPart(page, part)
            for (const details of await page.locator('.run-form details:not([open]) > summary').all()) await details.click()
            await page.evaluate(() => {
              for (const section of document.querySelectorAll('.training > section')) section.scrollTop = section.scrollHeight
            })
            await page.waitForTimeout(500)
          },
        ],
      ]),
    ),
    results: async (page) => {
      if (!runId) return
      await go(page, `${base}/training/${runId}`)
      await page.getByText('Loading', { exact: true }).waitFor({ state: 'detached' })
      await page.waitForTimeout(1500)
    },
    models: async (page) => {
      await go(page, `${base}/models`)
      await page.waitForTimeout(800)
    },
    ...Object.fromEntries(
      ['starter', 'starter-vit'].map((id) => [
        `model-${id}`,
        async (page) => {
          await go(page, `${base}/models/${id}`)
          await page.waitForTimeout(1200)
        },
      ]),
    ),
    'model-int8': async (page) => {
      await go(page, `${base}/models/starter-vit`)
      await page.getByRole('heading', { name: 'Reduced precision (int8)' }).evaluate((heading) => heading.scrollIntoView())
      await page.waitForTimeout(800)
    },
    'model-import': async (page) => {
      await go(page, `${base}/models`)
      await page.getByRole('button', { name: 'Import model' }).click()
      const dialog = page.getByRole('dialog')
      await dialog.getByRole('textbox').first().fill(join(root, 'package.json'))
      await dialog.getByRole('button', { name: /^Import/ }).click()
      await page.waitForTimeout(1500)
    },
    'model-export': async (page) => {
      await go(page, `${base}/models/starter-vit`)
      await page.getByRole('button', { name: /^Export/ }).click()
      await page.getByRole('dialog').waitFor()
    },
    'accept-dialog': async (page) => {
      await go(page, base)
      await page.getByRole('button', { name: 'Subjects × videos' }).click()
      await page.getByLabel('Select synthetic_S02.mp4').check()
      await page.getByRole('button', { name: /^Accept predictions/ }).click()
      await page.getByRole('dialog').waitFor()
      await page.waitForTimeout(800)
    },
    'subject-menu': async (page) => {
      await go(page, base)
      await page.locator('.project-side').getByRole('button', { name: /S03/ }).last().click()
      await page.getByRole('menuitem', { name: /^Remove/ }).click()
      await page.getByRole('dialog').waitFor()
    },
    'open-error': async (page) => {
      await openProject(page, join(root, 'docs'))
      await page.waitForTimeout(1500)
    },
    'not-found': async (page) => {
      await go(page, `${base}/video/none`)
      await page.waitForTimeout(1500)
    },
    empty: inEmpty(''),
    'empty-training': inEmpty('/training'),
    'empty-studies': inEmpty('/studies'),
    'empty-export': inEmpty('/export'),
    'study-end': async (page) => {
      await go(page, `${base}/studies`)
      await page
        .getByText('Beside the published figures')
        .first()
        .evaluate((heading) => heading.scrollIntoView())
      await page.waitForTimeout(800)
    },
    report: async (page) => {
      if (!runId) return
      await go(page, `${base}/training/${runId}`)
      await page
        .getByRole('button', { name: /report/i })
        .first()
        .click()
      await page.waitForTimeout(2500)
    },
    'results-end': async (page) => {
      if (!runId) return
      await go(page, `${base}/training/${runId}`)
      await page.getByText('Loading', { exact: true }).waitFor({ state: 'detached' })
      await page.waitForTimeout(800)
      await page.evaluate(() => {
        for (const one of document.querySelectorAll('.paper')) one.parentElement.scrollTop = one.parentElement.scrollHeight * 0.5
      })
      await page.waitForTimeout(500)
    },
    studies: async (page) => {
      await go(page, `${base}/studies`)
      await page.locator('.study-table').first().waitFor()
      await page.waitForTimeout(2500)
    },
    'studies-map': async (page) => {
      await go(page, `${base}/studies${modelId ? `?model=${modelId}` : ''}`)
      await page.waitForTimeout(2000)
      await page.getByRole('heading', { name: 'Features of single frames' }).evaluate((heading) => heading.scrollIntoView())
      await page.waitForTimeout(500)
    },
    export: async (page) => {
      await go(page, `${base}/export`)
      await page.locator('.preview-grid td').first().waitFor()
    },
    ...Object.fromEntries(
      ['Appearance', 'Project', 'Devices', 'Video', 'Storage', 'Keyboard', 'Privacy', 'Health'].map((section) => [
        `settings-${section.toLowerCase()}`,
        async (page) => {
          await go(page, `${base}/settings`)
          await page.getByText('Disk of the settings').waitFor()
          await page
            .getByRole('navigation', { name: 'Settings' })
            .getByRole('button', { name: new RegExp(`^${section}`) })
            .click()
          await page.waitForTimeout(300)
        },
      ]),
    ),
  }
}
