// The largest face of a picture, by the networks of face analysis: whether there is one, and the box of its landmarks.
import { DEFAULT_ANALYSIS, type FaceBox } from '@shared/faces'
import { boxOfPoints } from '@vision/geometry'
import type { FaceNetworks } from '@vision/faceTracker'
import type { RgbImage } from '@vision/image'
import { regionOfDetection } from '@vision/meshNetwork'

/** Detectors look for faces with something around them; a picture that is nothing but face is looked at again with a border of this share. */
const BORDER_SHARE = 0.5
const BORDER_GREY = 128

/** Box of the largest face's landmarks in pixels of the picture; null where there is none. */
export async function findFace(networks: FaceNetworks, image: RgbImage): Promise<FaceBox | null> {
  const plain = await largestFace(networks, image)
  if (plain) return plain
  const border = Math.round(Math.max(image.width, image.height) * BORDER_SHARE)
  const found = await largestFace(networks, bordered(image, border))
  return found && { ...found, x: found.x - border, y: found.y - border }
}

async function largestFace({ detector, mesh }: FaceNetworks, image: RgbImage): Promise<FaceBox | null> {
  const found = (await detector.detect(image)).filter(({ score }) => score >= DEFAULT_ANALYSIS.minScore)
  found.sort((a, b) => b.box.width * b.box.height - a.box.width * a.box.height)
  for (const detection of found) {
    const { flag, landmarks } = await mesh.find(image, regionOfDetection(detection))
    if (flag >= DEFAULT_ANALYSIS.minFlag) return boxOfPoints(landmarks)
  }
  return null
}

function bordered(image: RgbImage, border: number): RgbImage {
  const width = image.width + 2 * border
  const height = image.height + 2 * border
  const data = new Uint8Array(3 * width * height).fill(BORDER_GREY)
  for (let y = 0; y < image.height; y++)
    data.set(image.data.subarray(3 * y * image.width, 3 * (y + 1) * image.width), 3 * ((y + border) * width + border))
  return { width, height, data }
}
