// Follows every face through a video, frame by frame. Deterministic: the same frames and settings give the same numbers, also when continued from a saved state.
import type { AnalysisSettings, FaceBox, FaceObservation } from '@shared/faces'
import { cropFace } from './crop'
import type { Detection, FaceDetector } from './detector'
import { boxOfPoints, containment, overlap, type TurnedSquare } from './geometry'
import { fitRigid, headPoseOf, type RigidTemplate } from './headPose'
import type { RgbImage } from './image'
import { regionOfDetection, regionOfLandmarks, type FaceMesh, type MeshNetwork } from './meshNetwork'
import { pictureQuality, QUALITY_CROP_SIZE, trustOf } from './quality'
import { findReturning, matchDetections, type LostTrack } from './trackMatching'

/** Two tracks that overlap this much have run into the same face. */
const SAME_FACE_OVERLAP = 0.5
/** A new detection this far inside a followed face is a part of it. */
const PART_OF_FACE = 0.7
/** A face that this many detections in a row did not confirm is let go, whatever its flag says: the landmark network also "follows" hands and cushions. */
const MAX_UNCONFIRMED = 3
const MAX_LOST_TRACKS = 16

/** A face being followed. */
interface ActiveTrack {
  track: number
  /** Where to look in the next frame. */
  region: TurnedSquare
  box: FaceBox
  score: number
  unconfirmed: number
}

/** Everything that the next frame depends on; plain JSON, in which every number keeps its exact value. */
export interface TrackerState {
  nextTrack: number
  /** After a loss every frame is searched until this one. */
  searchUntilFrame: number
  active: ActiveTrack[]
  lost: LostTrack[]
}

export const INITIAL_TRACKER_STATE: TrackerState = { nextTrack: 0, searchUntilFrame: -1, active: [], lost: [] }

/** Networks and constants that tracking needs; shared by trackers. */
export interface FaceNetworks {
  detector: FaceDetector
  mesh: MeshNetwork
  template: RigidTemplate
}

/** A face of the frame under way. */
interface Sighting extends ActiveTrack {
  mesh: FaceMesh
}

/** Feed it the frames of one video in order. */
export class FaceTracker {
  private nextTrack: number
  private searchUntilFrame: number
  private active: ActiveTrack[]
  private lost: LostTrack[]
  private readonly crop = new Uint8Array(QUALITY_CROP_SIZE * QUALITY_CROP_SIZE * 3)

  constructor(
    private readonly networks: FaceNetworks,
    private readonly settings: AnalysisSettings,
    state: TrackerState = INITIAL_TRACKER_STATE,
  ) {
    const copy = structuredClone(state)
    this.nextTrack = copy.nextTrack
    this.searchUntilFrame = copy.searchUntilFrame
    this.active = copy.active
    this.lost = copy.lost
  }

  /** State after the last frame; a tracker made from it continues as if never interrupted. */
  get state(): TrackerState {
    return structuredClone({ nextTrack: this.nextTrack, searchUntilFrame: this.searchUntilFrame, active: this.active, lost: this.lost })
  }

  /** Accepted faces of the frame, by ascending track. */
  async next(frame: number, image: RgbImage): Promise<FaceObservation[]> {
    let sightings = await this.follow(frame, image)
    const isSearching = sightings.length === 0 || frame <= this.searchUntilFrame || frame % this.settings.redetectEvery === 0
    if (isSearching) {
      const detections = await this.networks.detector.detect(image)
      const matched = matchDetections(
        sightings.map(({ box }) => box),
        detections,
      )
      sightings = this.confirm(frame, sightings, detections, matched)
      const taken = new Set(matched.values())
      const news = detections.filter((detection, i) => !taken.has(i) && detection.score >= this.settings.minScore)
      for (const detection of news.toSorted((a, b) => b.box.width - a.box.width)) {
        if (sightings.length >= this.settings.maxFaces) break
        const found = await this.begin(frame, image, detection, sightings)
        if (found) sightings.push(found)
      }
    }
    sightings.sort((a, b) => a.track - b.track)
    this.active = sightings.map(({ track, region, box, score, unconfirmed }) => ({ track, region, box, score, unconfirmed }))
    return sightings.map((sighting) => this.observe(frame, image, sighting))
  }

  /** Looks for each followed face near where it was; faces gone, or met by an older track, are lost. */
  private async follow(frame: number, image: RgbImage): Promise<Sighting[]> {
    const sightings: Sighting[] = []
    for (const track of this.active) {
      const mesh = await this.networks.mesh.find(image, track.region)
      const box = boxOfPoints(mesh.landmarks)
      const isHeld =
        mesh.flag >= this.settings.minFlag &&
        isInside(box, image) &&
        !sightings.some((other) => overlap(other.box, box) >= SAME_FACE_OVERLAP)
      if (isHeld) sightings.push({ ...track, box, mesh, region: regionOfLandmarks(mesh.landmarks) })
      else this.lose(frame, track)
    }
    return sightings
  }

  /** Takes over the scores of matching detections and lets go of faces that went unconfirmed too often. */
  private confirm(
    frame: number,
    sightings: readonly Sighting[],
    detections: readonly Detection[],
    matched: ReadonlyMap<number, number>,
  ): Sighting[] {
    return sightings.filter((sighting, i) => {
      const detection = matched.get(i)
      sighting.score = detection === undefined ? 0 : detections[detection]!.score
      sighting.unconfirmed = sighting.score >= this.settings.minScore ? 0 : sighting.unconfirmed + 1
      if (sighting.unconfirmed < MAX_UNCONFIRMED) return true
      this.lose(frame, sighting)
      return false
    })
  }

  /** A new face, or one that comes back; null when the landmark network sees none, or one that is followed already. */
  private async begin(frame: number, image: RgbImage, detection: Detection, others: readonly Sighting[]): Promise<Sighting | null> {
    if (others.some(({ box }) => containment(box, detection.box) >= PART_OF_FACE)) return null
    const first = await this.networks.mesh.find(image, regionOfDetection(detection))
    if (first.flag < this.settings.minFlag) return null
    // the detector's box is rough: look again where the first landmarks are, as every later frame does
    const mesh = await this.networks.mesh.find(image, regionOfLandmarks(first.landmarks))
    const box = boxOfPoints(mesh.landmarks)
    if (mesh.flag < this.settings.minFlag || !isInside(box, image)) return null
    if (others.some((other) => overlap(other.box, box) >= SAME_FACE_OVERLAP)) return null
    const returning = findReturning(box, frame, this.lost)
    if (returning) this.lost = this.lost.filter((track) => track !== returning)
    const track = returning?.track ?? this.nextTrack++
    return { track, box, mesh, region: regionOfLandmarks(mesh.landmarks), score: detection.score, unconfirmed: 0 }
  }

  private lose(frame: number, { track, box }: ActiveTrack): void {
    this.lost.push({ track, box, frame: frame - 1 })
    if (this.lost.length > MAX_LOST_TRACKS) this.lost.shift()
    this.searchUntilFrame = frame + this.settings.redetectEvery
  }

  private observe(frame: number, image: RgbImage, { track, box, score, mesh }: Sighting): FaceObservation {
    const pose = headPoseOf(fitRigid(mesh.landmarks, this.networks.template))
    cropFace(image, { name: 'fmae', size: QUALITY_CROP_SIZE }, box, this.crop)
    const quality = pictureQuality(this.crop, QUALITY_CROP_SIZE)
    const trust = trustOf({ score, box, pose, sharpness: quality.sharpness }, this.settings)
    return { frame, track, box, score, flag: mesh.flag, pose, ...quality, trust, landmarks: mesh.landmarks }
  }
}

/** Whether the middle of a box lies in the picture and the box has an area; landmarks of half a face at the edge are still worth keeping. */
function isInside(box: FaceBox, image: RgbImage): boolean {
  const x = box.x + box.width / 2
  const y = box.y + box.height / 2
  return box.width > 1 && box.height > 1 && x >= 0 && y >= 0 && x < image.width && y < image.height
}
