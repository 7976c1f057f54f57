import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import * as fc from 'fast-check';
import {
  algorithmOf,
  envelopeText,
  IN_TOTO_PAYLOAD,
  isSignedBy,
  keyIdOf,
  parseEnvelope,
  preAuthentication,
  type Envelope,
} from './dsse';

const pairs = {
  p256: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  ed25519: generateKeyPairSync('ed25519'),
};

function signed(payload: Uint8Array, key: KeyObject, digest: 'sha256' | null): Envelope {
  const signature = sign(digest, preAuthentication(IN_TOTO_PAYLOAD, payload), key);
  return { payloadType: IN_TOTO_PAYLOAD, payload, signatures: [{ keyId: 'anything', signature }] };
}

test("the encoding is that of the protocol's own example", () => {
  const encoded = preAuthentication('http://example.com/HelloWorld', Buffer.from('hello world'));
  expect(Buffer.from(encoded).toString()).toBe('DSSEv1 29 http://example.com/HelloWorld 11 hello world');
});

test('two different pairs of type and payload never have the same encoding', () => {
  const part = fc.string({ unit: fc.constantFrom('a', ' ', '1', '2', 'é'), maxLength: 6 });
  fc.assert(
    fc.property(part, part, part, part, (typeA, payloadA, typeB, payloadB) => {
      const encoded = (type: string, payload: string) =>
        Buffer.from(preAuthentication(type, Buffer.from(payload))).toString('hex');
      const isSame = typeA === typeB && payloadA === payloadB;
      expect(encoded(typeA, payloadA) === encoded(typeB, payloadB)).toBe(isSame);
    }),
  );
});

test.each([
  ['p256', 'sha256'],
  ['ed25519', null],
] as const)(
  'a signature of %s holds after the way to disk, and no bit of the payload can change',
  (kind, digest) => {
    const { privateKey, publicKey } = pairs[kind];
    const other = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey;
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1 }), fc.nat(), (payload, at) => {
        const parsed = parseEnvelope(envelopeText(signed(payload, privateKey, digest)));
        if (parsed.status === 'refused') throw new Error(parsed.because);
        expect(isSignedBy(parsed.envelope, publicKey)).toBe(true);
        expect(isSignedBy(parsed.envelope, other)).toBe(false);
        const changed = Buffer.from(payload);
        changed[at % changed.length] = (changed[at % changed.length] ?? 0) ^ (1 << (at % 8));
        expect(isSignedBy({ ...parsed.envelope, payload: changed }, publicKey)).toBe(false);
        expect(isSignedBy({ ...parsed.envelope, payloadType: 'text/plain' }, publicKey)).toBe(false);
      }),
      { numRuns: 30 },
    );
  },
);

test('what is no signature at all is simply not one', () => {
  const envelope = { payloadType: IN_TOTO_PAYLOAD, payload: Buffer.from('{}') };
  const signatures = [{ keyId: keyIdOf(pairs.p256.publicKey), signature: Buffer.from('no DER') }];
  expect(isSignedBy({ ...envelope, signatures }, pairs.p256.publicKey)).toBe(false);
  expect(isSignedBy({ ...envelope, signatures: [] }, pairs.p256.publicKey)).toBe(false);
});

test('keys of other kinds are refused', () => {
  expect(algorithmOf(generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey)).toBeNull();
  expect(algorithmOf(generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey)).toBeNull();
});

test.each([
  ['not JSON', 'it is not a JSON object'],
  ['[]', 'it is not a JSON object'],
  ['{"payloadType":"a","payload":"%%%","signatures":[]}', 'it has no payload in base64'],
  ['{"payloadType":"a","payload":"AA==","signatures":[]}', 'it has no signature'],
  ['{"payloadType":"a","payload":"AA==","signatures":[{"sig":7}]}', 'a signature is not base64'],
])('%s is refused', (text, because) => {
  expect(parseEnvelope(text)).toEqual({ status: 'refused', because });
});
