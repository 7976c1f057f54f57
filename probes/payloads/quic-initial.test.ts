import { createCipheriv, createDecipheriv } from 'node:crypto';
import * as fc from 'fast-check';
import { helloName } from '../../infra/lab/network/internet/client-hello';
import { clientInitialKeys, protectedInitial, quicInitial } from './quic-initial';

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(/\s/g, ''), 'hex');

/** RFC 9001, Appendix A.1 and A.2: published keys and the client's Initial. */
const CONNECTION_ID = hex('8394c8f03e515708');
const CRYPTO_FRAME = hex(`
  060040f1010000ed0303ebf8fa56f12939b9584a3896472ec40bb863cfd3e868
  04fe3a47f06a2b69484c00000413011302010000c000000010000e00000b6578
  616d706c652e636f6dff01000100000a00080006001d00170018001000070005
  04616c706e000500050100000000003300260024001d00209370b2c9caa47fba
  baf4559fedba753de171fa71f50f1ce15d43e994ec74d748002b000302030400
  0d0010000e0403050306030203080408050806002d00020101001c0002400100
  3900320408ffffffffffffffff05048000ffff07048000ffff08011001048000
  75300901100f088394c8f03e51570806048000ffff`);

test("the keys are the standard's", () => {
  expect(clientInitialKeys(CONNECTION_ID)).toEqual({
    key: hex('1f369613dd76d5467730efcbe3b1a22d'),
    iv: hex('fa044b2f42a3fd3b46fb255c'),
    headerProtection: hex('9f50449e04a0e810283a1e9933adedd2'),
  });
});

test("the packet is the standard's, from its header to its authentication tag", () => {
  const packet = protectedInitial({
    destination: CONNECTION_ID,
    source: Buffer.alloc(0),
    packetNumber: 2,
    frames: CRYPTO_FRAME,
  });
  expect(packet.length).toBe(1200);
  expect(packet.subarray(0, 22)).toEqual(hex('c000000001088394c8f03e5157080000449e7b9aec34'));
  // The sample that header protection is made from.
  expect(packet.subarray(22, 38)).toEqual(hex('d1b1c98dd7689fb8ec11d242b123dc9b'));
  expect(packet.subarray(-16)).toEqual(hex('e221af44860018ab0856972e194cd934'));
});

/** What a server, or a firewall, reads: the other way round, written from the standard for this test. */
function opened(datagram: Buffer): { readonly frames: Buffer; readonly rest: Buffer } {
  const destination = datagram.subarray(6, 6 + (datagram[5] ?? 0));
  const { key, iv, headerProtection } = clientInitialKeys(destination);
  const sourceAt = 6 + destination.length;
  const lengthAt = sourceAt + 1 + (datagram[sourceAt] ?? 0) + 1;
  const length = datagram.readUInt16BE(lengthAt) & 0x3fff;
  const numberAt = lengthAt + 2;
  const sample = datagram.subarray(numberAt + 4, numberAt + 20);
  const mask = createCipheriv('aes-128-ecb', headerProtection, null).update(sample);
  const header = Buffer.from(datagram.subarray(0, numberAt + 4));
  header[0] = (header[0] ?? 0) ^ ((mask[0] ?? 0) & 0x0f);
  for (let i = 0; i < 4; i++) header[numberAt + i] = (header[numberAt + i] ?? 0) ^ (mask[i + 1] ?? 0);
  const nonce = Buffer.from(iv);
  for (let i = 0; i < 4; i++) nonce[8 + i] = (nonce[8 + i] ?? 0) ^ (header[numberAt + i] ?? 0);
  const end = numberAt + length;
  const decipher = createDecipheriv('aes-128-gcm', key, nonce);
  decipher.setAAD(header);
  decipher.setAuthTag(datagram.subarray(end - 16, end));
  const frames = Buffer.concat([
    decipher.update(datagram.subarray(numberAt + 4, end - 16)),
    decipher.final(),
  ]);
  return { frames, rest: datagram.subarray(end) };
}

test('an Initial of ours opens, fills its datagram, and has the name in a hello without a session', () => {
  const label = fc.stringMatching(/^[a-z0-9]{1,40}$/);
  fc.assert(
    fc.property(label, fc.stringMatching(/^[0-9a-f]{16}$/), (name, nonce) => {
      const packet = quicInitial({ nonce, name: `${name}.example` });
      expect(packet.length).toBe(1200);
      const { frames, rest } = opened(packet);
      expect(rest.length).toBe(0);
      expect([frames[0], frames[1]]).toEqual([6, 0]);
      const length = frames.readUInt16BE(2) & 0x3fff;
      const hello = frames.subarray(4, 4 + length);
      const record = Buffer.concat([Buffer.from([22, 3, 1, length >> 8, length & 0xff]), hello]);
      expect(helloName(record)).toMatchObject({ status: 'hello', name: `${name}.example` });
      // RFC 9001, 8.4: no session id.
      expect(hello[4 + 2 + 32]).toBe(0);
      expect(frames.subarray(4 + length).every((byte) => byte === 0)).toBe(true);
    }),
    { numRuns: 30 },
  );
});
