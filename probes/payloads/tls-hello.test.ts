import { once } from 'node:events';
import { connect } from 'node:net';
import { createServer } from 'node:tls';
import * as fc from 'fast-check';
import { helloName } from '../../infra/lab/network/internet/client-hello';
import { clientHello, derived, unfinishedHello } from './tls-hello';

const NONCE = '0123456789abcdef';

test('the server name stands on the wire as it was given, whatever its bytes are', () => {
  const bytes = fc
    .uint8Array({ minLength: 1, maxLength: 300 })
    .map((array) => Buffer.from(array).toString('latin1'));
  fc.assert(
    fc.property(bytes, fc.boolean(), fc.boolean(), (name, postQuantum, encryptedHello) => {
      const hello = clientHello({ nonce: NONCE, names: [name], postQuantum, encryptedHello });
      expect(helloName(hello)).toMatchObject({ status: 'hello', name });
      // No byte more and none less than the record says.
      expect(hello.length).toBe(5 + hello.readUInt16BE(3));
      expect(helloName(hello.subarray(0, -1))).toMatchObject({ status: 'more' });
    }),
  );
});

test('a hello without names says none, and of a list an engine reads the first', () => {
  expect(helloName(clientHello({ nonce: NONCE, names: [] }))).toMatchObject({ status: 'hello', name: null });
  const list = clientHello({ nonce: NONCE, names: ['kaggle.com', 'example.com'] });
  expect(helloName(list)).toMatchObject({ name: 'kaggle.com' });
  expect(list.includes('example.com')).toBe(true);
});

test('the nonce stands in clear in the session id, and another nonce makes another hello', () => {
  const hello = clientHello({ nonce: NONCE, names: ['kaggle.com'] });
  expect(hello[43]).toBe(32);
  expect(hello.subarray(44, 44 + 30).toString()).toBe(`studio-egress:${NONCE}`);
  expect(clientHello({ nonce: NONCE, names: ['kaggle.com'] })).toEqual(hello);
  expect(clientHello({ nonce: 'fedcba9876543210', names: ['kaggle.com'] }).subarray(11, 43)).not.toEqual(
    hello.subarray(11, 43),
  );
  expect(() => clientHello({ nonce: 'n'.repeat(20), names: [] })).toThrow(RangeError);
});

test('a post-quantum hello is larger than a segment, and its key is one that a server takes', () => {
  const hello = clientHello({ nonce: NONCE, names: ['kaggle.com'], postQuantum: true });
  expect(hello.length).toBeGreaterThan(2200);
  expect(hello.length).toBeLessThan(2400);
  const share = hello.indexOf(Buffer.from('11ec04c0', 'hex'));
  const key = hello.subarray(share + 4, share + 4 + 1184);
  for (let at = 0; at < 1152; at += 3) {
    const pair = key.readUIntLE(at, 3);
    // FIPS 203, 7.2: the modulus check.
    expect(Math.max(pair & 0xfff, pair >> 12)).toBeLessThan(3329);
  }
});

test('an encrypted hello is beside the outer name', () => {
  const hello = clientHello({ nonce: NONCE, names: ['kaggle.com'], encryptedHello: true });
  expect(hello.includes(Buffer.from('fe0d', 'hex'))).toBe(true);
  expect(helloName(hello)).toMatchObject({ name: 'kaggle.com' });
});

test('an unfinished hello never has a name, however long it is', () => {
  fc.assert(
    fc.property(fc.integer({ min: 100, max: 8000 }), (bytes) => {
      const hello = unfinishedHello({ nonce: NONCE, bytes });
      expect(hello.length).toBe(bytes);
      expect(helloName(hello)).toMatchObject({ status: 'more' });
      expect(hello.includes(`studio-egress:${NONCE}`)).toBe(true);
    }),
    { numRuns: 30 },
  );
});

test('derived bytes depend on nonce and purpose, and a longer run begins like a shorter one', () => {
  expect(derived(NONCE, 'one', 40)).not.toEqual(derived(NONCE, 'other', 40));
  expect(derived(NONCE, 'one', 100).subarray(0, 40)).toEqual(derived(NONCE, 'one', 40));
});

test("OpenSSL reads the server name out of a hello of ours, in the hello's full form", async () => {
  const seen: string[] = [];
  const server = createServer({
    SNICallback: (name, done) => {
      seen.push(name);
      done(new Error('that is all'));
    },
  });
  server.on('tlsClientError', () => {});
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const client = connect(address !== null && typeof address === 'object' ? address.port : 0, '127.0.0.1');
  client.on('error', () => {});
  client.write(clientHello({ nonce: NONCE, names: ['kaggle.com'], postQuantum: true, encryptedHello: true }));
  await once(client, 'close');
  server.close();
  expect(seen).toEqual(['kaggle.com']);
});
