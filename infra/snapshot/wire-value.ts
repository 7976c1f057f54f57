/** A value of the SDK as the JSON that the snapshot keeps. */
import type { Wire } from './snapshot';

/**
 * Dates become ISO 8601 text and bytes base64; what is not there (undefined) and the SDK's own `$metadata` are left
 * out. Throws for anything that JSON cannot carry, rather than losing it.
 */
export function toWire<T>(value: T): Wire<T> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the conversion is what makes it so
  return wireOf(value) as Wire<T>;
}

function wireOf(value: unknown): unknown {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value;
  if (typeof value === 'number') {
    if (Number.isFinite(value)) return value;
    throw new TypeError(`JSON has no number ${value}`);
  }
  if (ArrayBuffer.isView(value))
    return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64');
  // By tag, because a value may come from another realm; the SDK returns some JSON text as a String object.
  const tag = Object.prototype.toString.call(value);
  if (tag === '[object Date]') return new Date(Number(value)).toISOString();
  if (tag === '[object String]') return String.prototype.valueOf.call(value);
  if (Array.isArray(value)) return value.map((item: unknown) => wireOf(item ?? null));
  if (typeof value === 'object')
    return Object.fromEntries(
      Object.entries(value)
        .filter(([name, member]) => member !== undefined && name !== '$metadata')
        .map(([name, member]) => [name, wireOf(member)]),
    );
  throw new TypeError(`JSON has no ${typeof value}`);
}
