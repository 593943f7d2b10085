// The restricted unpickler: plain data come through whole, everything else is refused, and no input makes it misbehave.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AppError } from '@shared/errors'
import { unpickle } from '@runtime/weights/pickle'
import { DEFAULT_PICKLE_LIMITS } from '@runtime/weights/pickleMemory'
import { toPlain } from '@runtime/weights/pickleBuild'
import { pickle, type PyValue } from './pickleWriter'

const plain = (bytes: Uint8Array) => toPlain(unpickle(bytes, 'x.pth').value)
const codeOf = (bytes: Uint8Array, limits = DEFAULT_PICKLE_LIMITS): string => {
  try {
    unpickle(bytes, 'x.pth', limits)
    return 'read'
  } catch (error) {
    return error instanceof AppError ? error.code : `crash: ${String(error)}`
  }
}

describe('unpickle', () => {
  it('returns what was pickled, in both protocols', () => {
    const { value } = fc.letrec<{ value: PyValue }>((tie) => ({
      value: fc.oneof(
        { depthSize: 'small' },
        fc.constant(null),
        fc.boolean(),
        fc.string({ unit: 'grapheme' }),
        fc.maxSafeInteger(),
        fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => (Object.is(number, -0) ? 0 : number)),
        fc.array(tie('value'), { maxLength: 5 }),
        fc
          .uniqueArray(fc.tuple(fc.string(), tie('value')), { maxLength: 5, selector: ([key]) => key })
          .map((dict) => ({ dict }) as PyValue),
      ),
    }))
    const toExpected = (item: PyValue): unknown => {
      if (Array.isArray(item)) return item.map(toExpected)
      if (item !== null && typeof item === 'object' && 'dict' in item)
        return Object.fromEntries(item.dict.map(([key, v]) => [key, toExpected(v)]))
      return item
    }
    fc.assert(
      fc.property(value, fc.constantFrom<2 | 4>(2, 4), (item, protocol) => {
        expect(plain(pickle(item, protocol))).toEqual(toExpected(item))
      }),
      { numRuns: 200 },
    )
  })

  it('reads training arguments of the usual kinds', () => {
    const numpyType: PyValue = {
      build: { reduce: { name: ['numpy', 'dtype'] }, args: ['f8', false, true] },
      state: { tuple: [3, '<', null] },
    }
    const double = new Uint8Array(Float64Array.of(3.5).buffer)
    const state: PyValue = {
      dict: [
        ['path', { reduce: { name: ['pathlib', 'PosixPath'] }, args: ['/', 'data', 'x'] }],
        ['device', { reduce: { name: ['torch', 'device'] }, args: ['cuda', 0] }],
        ['rate', { reduce: { name: ['numpy.core.multiarray', 'scalar'] }, args: [numpyType, double] }],
        ['size', { reduce: { name: ['torch', 'Size'] }, args: [{ tuple: [1, 2] }] }],
        ['names', { reduce: { name: ['builtins', 'set'] }, args: [['a']] }],
        ['big', { long: -(2n ** 70n) }],
      ],
    }
    const namespace: PyValue = { build: { newObject: { name: ['argparse', 'Namespace'] }, args: [] }, state }
    const expected = { path: '/data/x', device: 'cuda:0', rate: 3.5, size: [1, 2], names: ['a'], big: '-1180591620717411303424' }
    expect(plain(pickle(namespace))).toEqual(expected)
    expect(plain(pickle(namespace, 4))).toEqual(expected)
  })

  it('keeps a key like __proto__ an ordinary key', () => {
    const copy = plain(pickle({ dict: [['__proto__', { dict: [['polluted', true]] }]] })) as object
    expect(Object.getPrototypeOf(copy)).toBe(Object.prototype)
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
  })

  it('refuses calls of harmless names with odd arguments', () => {
    expect(codeOf(pickle({ reduce: { name: ['torch._utils', '_rebuild_tensor_v2'] }, args: ['x'] }))).toBe('MODEL_FILE_INVALID')
    expect(codeOf(pickle({ reduce: { name: ['builtins', 'int'] }, args: ['5'] }))).toBe('MODEL_FILE_INVALID')
    expect(codeOf(pickle({ reduce: 'text', args: [] }))).toBe('MODEL_FILE_INVALID')
    expect(codeOf(pickle({ persistentId: { tuple: ['file', '/etc/passwd'] } }))).toBe('MODEL_FILE_INVALID')
    expect(codeOf(Uint8Array.of(0x80, 2, 0x82, 1, 0x2e))).toBe('MODEL_FILE_UNSAFE')
  })

  it('stays within its limits', () => {
    const marks = Uint8Array.from([0x80, 2, ...new Array<number>(100_000).fill(0x28), 0x2e])
    expect(codeOf(marks)).toBe('MODEL_FILE_INVALID')
    const longString = Uint8Array.of(0x80, 4, 0x8d, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x1f, 0x00, 0x2e)
    expect(codeOf(longString)).toBe('MODEL_FILE_INVALID')
    expect(codeOf(pickle(new Array<number>(1000).fill(1)), { ...DEFAULT_PICKLE_LIMITS, maxValues: 500 })).toBe('MODEL_FILE_INVALID')
    // thirty lists, each holding the one before twice: a billion values if it were unfolded
    let nested: PyValue = ['a']
    for (let i = 0; i < 30; i++) nested = [nested, nested]
    expect(JSON.stringify(plain(pickle(nested))).length).toBeLessThan(1_000_000)
  })

  it('answers any bytes with a value or a refusal', () => {
    const opcodes = [...'(.012FIJKLMNPQRSTUVXabcdeghijlopqrstu]})'].map((char) => char.charCodeAt(0))
    const byte = fc.oneof(fc.integer({ min: 0, max: 255 }), fc.constantFrom(...opcodes), fc.integer({ min: 0x80, max: 0x98 }))
    fc.assert(
      fc.property(fc.array(byte, { maxLength: 60 }), (bytes) => {
        expect(codeOf(Uint8Array.from([0x80, 4, ...bytes]))).toMatch(/^(read|MODEL_FILE_(INVALID|UNSAFE|TRUNCATED))$/)
      }),
      { numRuns: 3000 },
    )
  })
})
