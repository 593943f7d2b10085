// The face crops of a run's samples, as loaders read them from the project's cache.
import type { CroppedData } from '@shared/trainingCommands'
import type { LoaderData } from './batchLoader'
import type { Samples } from './samples'

/** For looking at faces as they are. */
const UNCHANGED: LoaderData['augmentation'] = { resizedCropScale: null, flip: 0, randAugment: null, erasing: 0 }

interface CropOptions {
  /** How training changes them; left out, they stay as they are. */
  augmentation?: LoaderData['augmentation']
  /** Side in pixels of the crops to read; left out, that of the data. */
  size?: number
}

export function cropsOf(
  { cropsFile, data }: CroppedData,
  samples: Pick<Samples, 'video' | 'frame'>,
  normalisation: LoaderData['normalisation'],
  { augmentation = UNCHANGED, size = data.crops.size }: CropOptions = {},
): LoaderData {
  return {
    cropsFile,
    rule: data.crops.rule,
    size,
    videos: data.videos.map(({ id, track }) => ({ id, track })),
    video: samples.video,
    frame: samples.frame,
    normalisation,
    augmentation,
  }
}
