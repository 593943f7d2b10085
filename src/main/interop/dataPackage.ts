// A Frictionless data package (`datapackage.json`) beside exported tables: what each file is, what each column means, its unit, and how far each AU
// of the model may be trusted. Describes only; the tables are written elsewhere. Format: https://specs.frictionlessdata.io (tabular data package 1.0).
import { auLabel, auName, type Side } from '@shared/facs'
import type { AuTrust } from '@shared/model'
import { csvColumns } from './csvExport'
import { expressionColumns } from './expressionColumns'
import type { ExportLane } from './exportRow'
import { openfaceColumns, type OpenfaceOptions } from './openfaceCsv'

/** What the package says of the model whose predictions are in the tables. */
export interface PackagedModel {
  id: string
  name: string
  licence: string
  isNonCommercial: boolean
  /** True when all its training faces were synthetic. */
  isSynthetic: boolean
  /** True when the AU names were assumed from the number of outputs. */
  areAusAssumed: boolean
  aus: readonly { au: number; threshold: number; trust: AuTrust; evidence: string }[]
}

export interface PackagedTable {
  /** Name of the table's file in the package's folder. */
  fileName: string
  video: string
  subject: string
  lanes: readonly ExportLane[]
  rowCount: number
  /** Named where the predictions were not computed in float32. */
  precision?: 'int8'
  /** The same of the expression columns. */
  expressionPrecision?: 'int8'
  bytes?: number
  sha256?: string
}

export interface PackageRequest {
  format: 'csv' | 'openface'
  openface?: OpenfaceOptions
  projectName: string
  tables: readonly PackagedTable[]
  /** Null where no predictions were exported. */
  model: PackagedModel | null
  /** Model whose expression columns are in the tables; absent where there are none. */
  expressions?: Pick<PackagedModel, 'id' | 'name' | 'licence' | 'isNonCommercial'> & { classes: readonly string[] }
  /** Whose labels the tables hold; null where there is one coder or none to name. */
  coder: string | null
  /** ISO 8601, UTC. */
  createdAt: string
  productVersion: string
}

/** What the words under `trust` claim. */
const TRUST_LEVELS: Readonly<Record<AuTrust, string>> = {
  shown: 'The values have been shown to tell present from absent in hand-coded frames of real faces.',
  weak: 'The values have been shown to do so to some degree, or on few frames only. Check them by eye.',
  experimental: 'Nothing has been shown on real faces, or too little to say. Do not report them unchecked.',
}

interface Field {
  name: string
  type: 'string' | 'integer' | 'number' | 'boolean'
  title?: string
  description: string
  unit?: string
  trueValues?: readonly string[]
  falseValues?: readonly string[]
  constraints?: Record<string, unknown>
  /** How far the AU's predictions have been shown to mean what they say, and on what evidence. */
  trust?: { level: AuTrust; evidence: string }
}

/** The package's JSON text, ending in a line feed. */
export function dataPackageText(request: PackageRequest): string {
  return `${JSON.stringify(dataPackage(request), null, 2)}\n`
}

/** The package as a JSON-able object. */
export function dataPackage(request: PackageRequest): Record<string, unknown> {
  const { model } = request
  return {
    profile: 'tabular-data-package',
    name: 'au-workbench-export',
    title: `Facial Action Units of ${request.projectName}`,
    description:
      'Facial Action Units per video frame, exported by AU Workbench. Every frame of each video is a row. An empty cell means not known: ' +
      'no face, not predicted, or not coded. It does not mean absent.',
    created: request.createdAt,
    trustLevels: TRUST_LEVELS,
    software: { name: 'AU Workbench', version: request.productVersion },
    ...(request.coder === null ? {} : { coder: request.coder }),
    ...(model === null
      ? {}
      : {
          model: {
            id: model.id,
            name: model.name,
            licence: model.licence,
            isNonCommercial: model.isNonCommercial,
            isTrainedOnSyntheticFacesOnly: model.isSynthetic,
            areAuNamesAssumed: model.areAusAssumed,
          },
        }),
    ...(request.expressions === undefined ? {} : { expressionModel: request.expressions }),
    resources: request.tables.map((table, index) => describeTable(table, index, request)),
  }
}

function describeTable(table: PackagedTable, index: number, request: PackageRequest): Record<string, unknown> {
  return {
    profile: 'tabular-data-resource',
    // resource names are restricted to a few characters, so files are told apart by number and described by title
    name: `table-${index + 1}`,
    path: table.fileName,
    title: table.video,
    subject: table.subject,
    rowCount: table.rowCount,
    ...(table.precision === undefined ? {} : { precision: table.precision }),
    ...(table.expressionPrecision === undefined ? {} : { expressionPrecision: table.expressionPrecision }),
    format: 'csv',
    mediatype: 'text/csv',
    encoding: 'utf-8',
    ...(table.bytes === undefined ? {} : { bytes: table.bytes }),
    ...(table.sha256 === undefined ? {} : { hash: `sha256:${table.sha256}` }),
    dialect: { delimiter: ',', lineTerminator: '\n', quoteChar: '"', doubleQuote: true, header: true },
    schema: {
      missingValues: [''],
      primaryKey: 'frame',
      fields:
        request.format === 'csv'
          ? csvFields(table.lanes, request.model, request.expressions?.classes ?? [])
          : openfaceFields(table.lanes, request),
    },
  }
}

const yesNo = { type: 'boolean', trueValues: ['1'], falseValues: ['0'] } as const

function csvFields(lanes: readonly ExportLane[], model: PackagedModel | null, expressions: readonly string[]): Field[] {
  const frameFields: Field[] = [
    { name: 'video', type: 'string', description: 'File name of the video.' },
    { name: 'subject', type: 'string', description: 'Code of the subject.' },
    {
      name: 'frame',
      type: 'integer',
      description: 'Index of the frame in order of presentation, counted from 0.',
      constraints: { required: true, minimum: 0 },
    },
    {
      name: 'timestamp_s',
      type: 'number',
      unit: 's',
      description: "Presentation time by the video's own clock, to the microsecond.",
      constraints: { required: true },
    },
    { name: 'success', ...yesNo, description: '1 where a face was found, else 0.', constraints: { required: true } },
    {
      name: 'face_confidence',
      type: 'number',
      description: 'Score of the face detector, 0 to 1.',
      constraints: { minimum: 0, maximum: 1 },
    },
    { name: 'trusted', ...yesNo, description: "1 where the face's values may be believed (large, sharp and frontal enough), else 0." },
    { name: 'trust_reason', type: 'string', description: 'Why they may not be believed; none where they may.' },
    { name: 'pose_pitch', type: 'number', unit: 'rad', description: 'Head pitch in radians, positive upwards.' },
    { name: 'pose_yaw', type: 'number', unit: 'rad', description: "Head yaw in radians, positive towards the subject's left." },
    { name: 'pose_roll', type: 'number', unit: 'rad', description: 'Head roll in radians.' },
  ]
  const fields = [...frameFields, ...lanes.flatMap((lane) => laneFields(lane, model)), ...expressionFieldsOf(expressions)]
  return inOrder(fields, csvColumns(lanes, expressions))
}

function expressionFieldsOf(classes: readonly string[]): Field[] {
  const [likeliest, ...probabilities] = expressionColumns(classes)
  if (likeliest === undefined) return []
  return [
    {
      name: likeliest,
      type: 'string',
      description: `Likeliest of the expression model's classes: ${classes.join(', ')}. Posed or felt is not told.`,
    },
    ...probabilities.map((name, place): Field => ({
      name,
      type: 'number',
      description: `Probability of ${classes[place]} among the expression model's classes, which add up to 1.`,
      constraints: { minimum: 0, maximum: 1 },
    })),
  ]
}

function laneFields({ au, side }: ExportLane, model: PackagedModel | null): Field[] {
  const column = auLabel(au, side)
  const title = titleOf(au, side)
  const card = side === 'both' ? model?.aus.find((one) => one.au === au) : undefined
  const trust = card && { trust: { level: card.trust, evidence: card.evidence } }
  const trustWords = card ? ` Trust: ${card.trust}. ${card.evidence}` : ' Not predicted by the model.'
  return [
    {
      name: `${column}_prob`,
      type: 'number',
      title,
      description: `Probability that ${title} is present, by the model.${trustWords}`,
      constraints: { minimum: 0, maximum: 1 },
      ...trust,
    },
    {
      name: `${column}_pred`,
      ...yesNo,
      title,
      description: card
        ? `1 where the probability reaches the threshold ${card.threshold}, else 0.${trustWords}`
        : `Prediction.${trustWords}`,
      ...trust,
    },
    {
      name: `${column}_label`,
      type: 'string',
      title,
      description: '1 coded present, 0 coded absent, NS coded not scorable, empty not coded.',
      constraints: { enum: ['1', '0', 'NS'] },
    },
    {
      name: `${column}_intensity`,
      type: 'string',
      title,
      description: 'FACS intensity of a present label, A (trace) to E (maximum); empty where it was not graded.',
      constraints: { enum: ['A', 'B', 'C', 'D', 'E'] },
    },
    {
      name: `${column}_source`,
      type: 'string',
      title,
      description:
        'Where the value comes from: predicted (nobody coded it), confirmed (prediction accepted), corrected (prediction changed by a person), ' +
        'manual (coded by a person, or taken in from a file), blind (coded by a person while predictions were hidden).',
      constraints: { enum: ['predicted', 'confirmed', 'corrected', 'manual', 'blind'] },
    },
  ]
}

function openfaceFields(lanes: readonly ExportLane[], request: PackageRequest): Field[] {
  const isStrict = request.openface?.isStrict ?? false
  const unknown = isStrict ? '0 also where it is not known (strict layout).' : 'Empty where it is not known or not scorable.'
  const lead: Field[] = [
    {
      name: 'frame',
      type: 'integer',
      description: 'Number of the frame, counted from 1 as OpenFace does.',
      constraints: { required: true, minimum: 1 },
    },
    { name: 'face_id', type: 'integer', description: "Always 0: the subject's face.", constraints: { required: true } },
    { name: 'timestamp', type: 'number', unit: 's', description: "Presentation time by the video's own clock, to the millisecond." },
    { name: 'confidence', type: 'number', description: 'Score of the face detector, 0 to 1; 0 without a face.' },
    { name: 'success', ...yesNo, description: '1 where a face was found and could be scored, else 0.' },
  ]
  const columns = openfaceColumns(lanes, { isStrict })
  const aus = columns.slice(lead.length).map((name): Field => {
    const au = Number(name.slice(2, 4))
    const title = titleOf(au, 'both')
    if (name.endsWith('_r')) {
      return {
        name,
        type: 'number',
        title,
        description: `Intensity of ${title} from labels: absent 0, A to E as 1 to 5. ${unknown}`,
        constraints: { minimum: 0, maximum: 5 },
      }
    }
    const card = request.model?.aus.find((one) => one.au === au)
    const source = card
      ? `, else predicted with the threshold ${card.threshold}. Trust of the prediction: ${card.trust}. ${card.evidence}`
      : '.'
    return {
      name,
      type: 'number',
      title,
      description: `Presence of ${title}, 1 or 0: the label${source} ${unknown}`,
      constraints: { enum: [0, 1] },
      ...(card && { trust: { level: card.trust, evidence: card.evidence } }),
    }
  })
  return inOrder([...lead, ...aus], columns)
}

function titleOf(au: number, side: Side): string {
  const name = `AU${au} (${auName(au)})`
  return side === 'both' ? name : `${name}, ${side} side`
}

/** The description follows the table's own list of columns, so that the two cannot drift apart. */
function inOrder(fields: readonly Field[], columns: readonly string[]): Field[] {
  const byName = new Map(fields.map((field) => [field.name, field]))
  return columns.map((column) => {
    const field = byName.get(column)
    if (!field) throw new Error(`column ${column} is not described`)
    return field
  })
}
