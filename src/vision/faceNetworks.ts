// Opens the networks of face analysis from the folder they ship in.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { FaceDetector } from './detector'
import type { FaceNetworks } from './faceTracker'
import type { RigidTemplate } from './headPose'
import { MeshNetwork } from './meshNetwork'

/** @param directory resources/models/faces */
export async function openFaceNetworks(directory: string): Promise<FaceNetworks> {
  const [detector, mesh, template] = await Promise.all([
    FaceDetector.open(join(directory, 'blazeface.onnx')),
    MeshNetwork.open(join(directory, 'facemesh.onnx')),
    readRigidTemplate(join(directory, 'headTemplate.json')),
  ])
  return { detector, mesh, template }
}

/** The template is `{indices: number[], points: number[]}`, three coordinates per index. */
async function readRigidTemplate(file: string): Promise<RigidTemplate> {
  const { indices, points } = JSON.parse(await readFile(file, 'utf8')) as { indices: number[]; points: number[] }
  return { indices, points: Float64Array.from(points) }
}
