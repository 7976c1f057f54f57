import { sshOpening } from './ssh-opening';

const NONCE = '0123456789abcdef';

/** Packets behind the version's line, each by RFC 4253, 6. */
function packets(bytes: Buffer): readonly Buffer[] {
  const found: Buffer[] = [];
  for (let at = 0; at < bytes.length;) {
    const length = bytes.readUInt32BE(at);
    const padding = bytes[at + 4] ?? 0;
    expect((4 + length) % 8).toBe(0);
    expect(padding).toBeGreaterThanOrEqual(4);
    found.push(bytes.subarray(at + 5, at + 4 + length - padding));
    at += 4 + length;
  }
  return found;
}

test('a version, an offer and a key, each in the form that a server reads', () => {
  const opening = sshOpening(NONCE);
  const line = opening.indexOf('\r\n') + 2;
  expect(opening.subarray(0, line).toString()).toBe(`SSH-2.0-probe studio-egress:${NONCE}\r\n`);
  const [offer, key, ...others] = packets(opening.subarray(line));
  expect(others).toEqual([]);
  expect(offer?.[0]).toBe(20);
  let at = 1 + 16;
  const lists = Array.from({ length: 10 }, () => {
    const length = offer?.readUInt32BE(at) ?? 0;
    const names = offer?.toString('latin1', at + 4, at + 4 + length);
    at += 4 + length;
    return names;
  });
  expect(lists[0]).toBe('curve25519-sha256');
  expect(lists.slice(8)).toEqual(['', '']);
  // first_kex_packet_follows and what is reserved.
  expect(offer?.subarray(at)).toEqual(Buffer.alloc(5));
  expect([key?.[0], key?.readUInt32BE(1), key?.length]).toEqual([30, 32, 37]);
});
