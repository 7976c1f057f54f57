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
  expect(helloName(hello)).toEqual({ status: 'hello', name: 'www.kaggle.com' });
  for (let length = 0; length < hello.length; length += 37) {
    expect(helloName(hello.subarray(0, length))).toEqual({ status: 'more' });
  }
  expect(helloName(inRecords(hello, 40))).toEqual({ status: 'hello', name: 'www.kaggle.com' });
});

test('a hello without a name has none', async () => {
  expect(helloName(await realHello(''))).toEqual({ status: 'hello', name: null });
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
