import { once } from 'node:events';
import net from 'node:net';
import tls from 'node:tls';
import * as fc from 'fast-check';
import { helloName } from './client-hello';

/** A real client's hello. */
async function realHello(servername: string): Promise<Buffer> {
  const server = net.createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const first = new Promise<Buffer>((resolve) =>
    server.once('connection', (socket) =>
      socket.once('data', (bytes) => {
        resolve(bytes);
        socket.destroy();
      }),
    ),
  );
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const client = tls.connect({ port, host: '127.0.0.1', ...(servername === '' ? {} : { servername }) });
  client.on('error', () => {});
  const bytes = await first;
  client.destroy();
  server.close();
  return bytes;
}

/** The same handshake cut into records of `size` bytes. */
function inRecords(hello: Buffer, size: number): Buffer {
  const handshake = hello.subarray(5);
  const records: Buffer[] = [];
  for (let at = 0; at < handshake.length; at += size) {
    const part = handshake.subarray(at, at + size);
    records.push(Buffer.from([22, 3, 1, part.length >> 8, part.length & 0xff]), part);
  }
  return Buffer.concat(records);
}

test('the name is read from a real hello, and only once the hello is whole', async () => {
  const hello = await realHello('www.kaggle.com');
  const read = { status: 'hello', name: 'www.kaggle.com', regular: true };
  expect(helloName(hello)).toEqual(read);
  // What follows a hello is not a part of it.
  expect(helloName(Buffer.concat([hello, Buffer.from('\x17\x03\x03\x00\x01x', 'latin1')]))).toEqual(read);
  for (let length = 0; length < hello.length; length += 37) {
    const { status, ...rest } = helloName(hello.subarray(0, length));
    expect(status).toBe('more');
    // It asks for no more than there is.
    expect('atLeast' in rest && rest.atLeast > length && rest.atLeast <= hello.length).toBe(true);
  }
  for (const size of [1, 3, 40]) expect(helloName(inRecords(hello, size))).toEqual(read);
});

test('a hello without a name has none', async () => {
  expect(helloName(await realHello(''))).toEqual({ status: 'hello', name: null, regular: true });
});

test('names that TLS libraries refuse are read, and said to be irregular', async () => {
  const hello = await realHello('allowed.denied.com');
  const at = hello.indexOf('allowed.denied.com');
  const nul = Buffer.from(hello);
  nul[at + 'allowed'.length] = 0;
  expect(helloName(nul)).toEqual({ status: 'hello', name: 'allowed\0denied.com', regular: false });
  // The same bytes as a list of two names: `allowed`, and `enied.com` behind its type and length.
  const two = Buffer.from(hello);
  two.writeUInt16BE('allowed'.length, at - 2);
  two.set([0, 0, 'ied.com'.length + 1], at + 'allowed'.length);
  expect(helloName(two)).toEqual({ status: 'hello', name: 'allowed', regular: false });
});

test('an endless hello is asked about seldom, and given up', async () => {
  let bytes = Buffer.from([22, 3, 1, 0, 4, 1, 0, 0x7f, 0xff]);
  let asked = 0;
  for (;;) {
    const read = helloName(bytes);
    if (read.status !== 'more') {
      expect(read).toEqual({ status: 'not-tls' });
      break;
    }
    asked += 1;
    while (bytes.length < read.atLeast) bytes = Buffer.concat([bytes, Buffer.from([22, 3, 1, 0, 1, 0])]);
  }
  expect(bytes.length).toBeLessThan(40_000);
  expect(asked).toBeLessThan(20);
});

test('what is not TLS is known by its first byte, and no bytes break the reader', async () => {
  expect(helloName(Buffer.from('GET / HTTP/1.1\r\n\r\n'))).toEqual({ status: 'not-tls' });
  const hello = await realHello('www.kaggle.com');
  fc.assert(
    fc.property(fc.nat(hello.length - 1), fc.nat(255), (at, value) => {
      const broken = Buffer.from(hello);
      broken[at] = value;
      expect(['more', 'not-tls', 'hello']).toContain(helloName(broken).status);
    }),
    { numRuns: 500 },
  );
});
