// Models as their cards describe them: what they output, what they must be fed, how far each AU may be trusted, and whose they are.

/** Pixel and landmark networks that predict from the first minute; active until another model is chosen. */
export const STARTER_MODEL_ID = 'starter'
/** A small transformer from which a lab without a checkpoint of its own starts retraining. */
export const STARTER_VIT_ID = 'starter-vit'
/** Models that ship with the product, under `models/ID/` of its resources, in the order in which they are listed. */
export const BUILT_IN_MODEL_IDS: readonly string[] = [STARTER_MODEL_ID, STARTER_VIT_ID]

/** How far an AU's values have been shown to mean what they say. Accepting in bulk takes only `shown` unless AUs are named. */
export type AuTrust = 'shown' | 'weak' | 'experimental'

/** `starter`: pixel and landmark networks that ship with the product. `vit`: FMAE-style ViT with an AU head. `backbone`: a pretrained encoder without AU outputs. `expression`: a ViT whose
 * outputs are expression classes. */
export type ModelKind = 'starter' | 'vit' | 'backbone' | 'expression'

/** Numbers that a ViT's linear layers are computed in. `int8`: faster on processors and a quarter of the size, a little off; processor only. */
export const PRECISIONS = ['float32', 'int8'] as const
export type Precision = (typeof PRECISIONS)[number]

/** The face crop that a model was trained on. `fmae`: landmarks' box, top raised by 0.15 of its height, 5 % wider on each side, stretched to a square. */
export interface CropRule {
  name: 'fmae'
  /** Side of the square crop in pixels. */
  size: number
}

/** Channel means and deviations on the 0-1 scale. */
export interface PixelNormalisation {
  mean: readonly [number, number, number]
  deviation: readonly [number, number, number]
}

export const IMAGENET_NORMALISATION: PixelNormalisation = { mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225] }

/** Dimensions of a ViT. */
export interface VitArchitecture {
  width: number
  depth: number
  heads: number
  patch: number
  imageSize: number
  /** Outputs of the identity head in the file, 0 when it has none. */
  subjects: number
}

/** One AU output of a model. */
export interface ModelAu {
  au: number
  /** Probability at and above which the AU is predicted. */
  threshold: number
  trust: AuTrust
  /** One sentence on where the trust comes from. */
  evidence: string
}

/** A file of the model's folder. */
export interface ModelFile {
  name: string
  bytes: number
  sha256: string
}

/** The file of a model's folder that holds its weights; undefined for a model that is no single network. */
export const weightsFileOf = ({ files }: Pick<ModelCard, 'files'>): ModelFile | undefined =>
  files.find(({ name }) => name.endsWith('.safetensors'))

/** `models/ID/card.json`. */
export interface ModelCard {
  format: 'au-workbench-model/1'
  id: string
  name: string
  kind: ModelKind
  /** One paragraph in plain words. */
  description: string
  /** Null for the starter. */
  architecture: VitArchitecture | null
  aus: ModelAu[]
  /** Expression classes in the order of the outputs; only of a model of that kind. */
  expressions?: string[]
  /** True when the AU names were assumed from the number of outputs and not stated by the importer. */
  areAusAssumed: boolean
  cropRule: CropRule
  normalisation: PixelNormalisation
  training: {
    /** On what and by whom, in words. */
    summary: string
    /** True when all training faces were synthetic. */
    isSynthetic: boolean
    /** Subjects of this project the model was trained on; withdrawal of consent names these models. */
    subjects: string[]
    /** Model that training started from. */
    parentId: string | null
    runId: string | null
    /** The larger model that this one was distilled from; absent for others. */
    teacher?: { id: string; name: string; sha256: string }
  }
  licence: {
    name: string
    isNonCommercial: boolean
    notice: string
  }
  files: ModelFile[]
  /** ISO 8601, UTC. */
  createdAt: string
  /** Figures measured, by name, with what they are of. */
  metrics: { name: string; value: number; of: string }[]
}

/** A row of the registry. */
export interface ModelSummary {
  id: string
  name: string
  kind: ModelKind
  aus: number[]
  isActive: boolean
  isBuiltIn: boolean
  /** Whether it has outputs: AUs, or expressions. Whether it gives AUs is told by `aus` alone. */
  canPredict: boolean
  licence: string
  isNonCommercial: boolean
  createdAt: string
}
