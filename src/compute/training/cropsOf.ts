// The face crops of a run's samples, as loaders read them from the project's cache.
import type { CroppedData } from '@shared/trainingCommands'
import type { LoaderData } from './batchLoader'
import type { Samples } from './samples'

/** For looking at faces as they are. */
const UNCHANGED: LoaderData['augmentation'] = { resizedCropScale: null, flip: 0, randAugment: null, erasing: 0 }

/** @param augmentation how training changes them; left out, they stay as they are */
export function cropsOf(
  { cropsFile, data }: CroppedData,
  samples: Samples,
  normalisation: LoaderData['normalisation'],
  augmentation: LoaderData['augmentation'] = UNCHANGED,
): LoaderData {
  return {
    cropsFile,
    rule: data.crops.rule,
    size: data.crops.size,
    videos: data.videos.map(({ id, track }) => ({ id, track })),
    video: samples.video,
    frame: samples.frame,
    normalisation,
    augmentation,
  }
}
