// The only things an unpickled checkpoint can consist of, and the list of names it may call. Nothing here runs code from a file.
import type { Dtype } from './tensorData'

/** A storage mentioned by a pickle: a key into the archive, never its bytes. */
export interface PickledStorage {
  readonly kind: 'storage'
  readonly key: string
  readonly dtype: Dtype
  /** Number of elements of `dtype`. */
  readonly elementCount: number
}

/** A view of a storage; offset and strides count elements of `dtype`. */
export interface PickledTensor {
  readonly kind: 'tensor'
  readonly storage: PickledStorage
  readonly dtype: Dtype
  readonly storageOffset: number
  readonly shape: readonly number[]
  readonly strides: readonly number[]
}

/** An object whose class was dropped: only its attributes are kept. */
export interface PickledRecord {
  readonly kind: 'record'
  readonly className: string
  readonly attributes: Map<PickleValue, PickleValue>
}

/** A permitted name, standing for a type or a constructor. */
export interface PickledName {
  readonly kind: 'name'
  readonly name: string
  readonly role: NameRole
}

/** A numpy number type; only its code is kept, for example `f8`. */
export interface PickledNumpyDtype {
  readonly kind: 'numpyDtype'
  readonly code: string
}

export type PickleValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | PickleValue[]
  | Map<PickleValue, PickleValue>
  | Set<PickleValue>
  | PickledStorage
  | PickledTensor
  | PickledRecord
  | PickledName
  | PickledNumpyDtype

/** What calling (REDUCE, NEWOBJ) a permitted name yields: `opaque` names an empty record, `token` names cannot be called at all. */
export type NameRole =
  | { as: 'tensor'; version: 1 | 2 | 3 }
  | { as: 'parameter' }
  | { as: 'dict' }
  | { as: 'list' }
  | { as: 'set' }
  | { as: 'record' }
  | { as: 'path'; separator: string }
  | { as: 'text' }
  | { as: 'encode' }
  | { as: 'numpyDtype' }
  | { as: 'numpyScalar' }
  | { as: 'storageType'; dtype: Dtype }
  | { as: 'dtype'; dtype: Dtype }
  | { as: 'opaque' }
  | { as: 'token' }

const STORAGE_TYPES: Record<string, Dtype> = {
  DoubleStorage: 'F64',
  FloatStorage: 'F32',
  HalfStorage: 'F16',
  BFloat16Storage: 'BF16',
  LongStorage: 'I64',
  IntStorage: 'I32',
  ShortStorage: 'I16',
  CharStorage: 'I8',
  ByteStorage: 'U8',
  BoolStorage: 'BOOL',
  UntypedStorage: 'U8',
}

const TORCH_DTYPES: Record<string, Dtype> = {
  float64: 'F64',
  double: 'F64',
  float32: 'F32',
  float: 'F32',
  float16: 'F16',
  half: 'F16',
  bfloat16: 'BF16',
  int64: 'I64',
  long: 'I64',
  int32: 'I32',
  int: 'I32',
  int16: 'I16',
  short: 'I16',
  int8: 'I8',
  uint8: 'U8',
  bool: 'BOOL',
}

const NAMES: ReadonlyMap<string, NameRole> = new Map<string, NameRole>([
  ['torch._utils._rebuild_tensor', { as: 'tensor', version: 1 }],
  ['torch._utils._rebuild_tensor_v2', { as: 'tensor', version: 2 }],
  ['torch._utils._rebuild_tensor_v3', { as: 'tensor', version: 3 }],
  ['torch._utils._rebuild_parameter', { as: 'parameter' }],
  ['torch._utils._rebuild_parameter_with_state', { as: 'parameter' }],
  ['torch.nn.parameter.Parameter', { as: 'parameter' }],
  ['torch.Size', { as: 'list' }],
  ['torch.device', { as: 'text' }],
  ['collections.OrderedDict', { as: 'dict' }],
  ['collections.defaultdict', { as: 'dict' }],
  ['argparse.Namespace', { as: 'record' }],
  ['_codecs.encode', { as: 'encode' }],
  ['numpy.dtype', { as: 'numpyDtype' }],
  ...['numpy.core.multiarray.scalar', 'numpy._core.multiarray.scalar'].map((name): [string, NameRole] => [name, { as: 'numpyScalar' }]),
  // random-number states that training scripts keep beside the weights; recognised, their contents dropped
  ...['numpy.core.multiarray', 'numpy._core.multiarray'].map((module): [string, NameRole] => [`${module}._reconstruct`, { as: 'opaque' }]),
  ['numpy.ndarray', { as: 'token' }],
  // Python 2 wrote __builtin__, which protocol 2 still does
  ...['builtins', '__builtin__'].flatMap((module): [string, NameRole][] => [
    [`${module}.dict`, { as: 'dict' }],
    [`${module}.list`, { as: 'list' }],
    [`${module}.tuple`, { as: 'list' }],
    [`${module}.set`, { as: 'set' }],
    [`${module}.frozenset`, { as: 'set' }],
    ...['int', 'float', 'str', 'bool', 'bytes', 'bytearray', 'complex', 'long', 'unicode'].map((type): [string, NameRole] => [
      `${module}.${type}`,
      { as: 'token' },
    ]),
  ]),
  ...['pathlib', 'pathlib._local'].flatMap((module): [string, NameRole][] => [
    [`${module}.PosixPath`, { as: 'path', separator: '/' }],
    [`${module}.PurePosixPath`, { as: 'path', separator: '/' }],
    [`${module}.WindowsPath`, { as: 'path', separator: '\\' }],
    [`${module}.PureWindowsPath`, { as: 'path', separator: '\\' }],
  ]),
  ...Object.entries(STORAGE_TYPES).flatMap(([type, dtype]): [string, NameRole][] => [
    [`torch.${type}`, { as: 'storageType', dtype }],
    [`torch.cuda.${type}`, { as: 'storageType', dtype }],
    [`torch.storage.${type}`, { as: 'storageType', dtype }],
  ]),
  ...Object.entries(TORCH_DTYPES).map(([name, dtype]): [string, NameRole] => [`torch.${name}`, { as: 'dtype', dtype }]),
])

/** The permitted name, or null: whatever is not on the list does not exist for the reader. */
export function lookUpName(module: string, name: string): PickledName | null {
  const full = `${module}.${name}`
  const role = NAMES.get(full)
  return role ? { kind: 'name', name: full, role } : null
}

/** Narrows to one of the tagged objects. */
export function isKind<K extends 'storage' | 'tensor' | 'record' | 'name' | 'numpyDtype'>(
  value: PickleValue | undefined,
  kind: K,
): value is Extract<PickleValue, { kind: K }> {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === kind
}
