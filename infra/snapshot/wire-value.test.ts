import * as fc from 'fast-check';
import { toWire } from './wire-value';

test('dates become ISO text, bytes base64, and what is not there is left out', () => {
  const value = {
    at: new Date('2026-03-04T05:06:07.089Z'),
    bytes: new Uint8Array([1, 2, 255]),
    slice: new Uint8Array([9, 1, 2, 9]).subarray(1, 3),
    absent: undefined,
    nothing: null,
    text: Object('lazy JSON'),
    $metadata: { attempts: 1 },
    list: [{ deep: new Date(0) }],
  };
  expect(toWire(value)).toEqual({
    at: '2026-03-04T05:06:07.089Z',
    bytes: 'AQL/',
    slice: 'AQI=',
    nothing: null,
    text: 'lazy JSON',
    list: [{ deep: '1970-01-01T00:00:00.000Z' }],
  });
});

test('any JSON value comes through as it is', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = JSON.stringify(value);
      expect(JSON.stringify(toWire(JSON.parse(text) as unknown))).toBe(text);
    }),
  );
});

test.each([Number.NaN, Infinity, 10n, () => 1, Symbol('x')])('%p is refused rather than lost', (value) => {
  expect(() => toWire({ value })).toThrow(TypeError);
});

test('a date that is none is refused', () => {
  expect(() => toWire(new Date(Number.NaN))).toThrow(RangeError);
});
