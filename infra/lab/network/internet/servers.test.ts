/** Every server that the evasion battery has a use for answers, and is on record. */
import { raiseInternetWithClient, type InternetWithClient } from './with-client.fixture';

jest.setTimeout(60_000);
let world: InternetWithClient;
beforeAll(async () => {
  world = await raiseInternetWithClient();
});
afterAll(async () => world?.close());

const print = async (expression: string): Promise<unknown> =>
  world.python(`print(json.dumps(${expression}))`);
const nonces = async (): Promise<Record<string, string>> =>
  Object.fromEntries(
    (await world.internet.arrivals()).records.map(({ nonce, protocol, local }) => [
      nonce,
      `${protocol} ${local}`,
    ]),
  );

test('every TCP port of one host is open, and what is spoken there is decided by the first bytes', async () => {
  const page = 'b"GET /studio-egress/00000000000000a1 HTTP/1.0\\r\\n\\r\\n"';
  expect(
    await print(
      `[tcp("203.0.113.60", port, b"studio-egress:00000000000000a0\\n") for port in (1, 53, 31337, 65535)]`,
    ),
  ).toEqual(Array.from({ length: 4 }, () => 'studio-egress:00000000000000a0\n'));
  expect(await print(`tcp("203.0.113.60", 8081, ${page})`)).toMatch(/^HTTP\/1\.1 200 OK/);
  expect(await print(`tls("203.0.113.60", 22, "n00000000000000a2.example.com", ${page})`)).toMatch(
    /^HTTP\/1\.1 200 OK/,
  );
  expect(await print(`tcp("203.0.113.60", 22)`)).toMatch(/^SSH-2\.0-/);
  expect(await print(`tcp("203.0.113.60", 445, b"\\0\\0\\0\\x26\\xfeSMB" + bytes(34), read=4)`)).toContain(
    '\xfeSMB',
  );
  expect(await print(`tcp("203.0.113.60", 9, b"x" * 1000, bound=0.3)`)).toBe('');
  const arrived = (await world.internet.arrivals()).records
    .filter(({ nonce }) => nonce === '00000000000000a0')
    .map(({ local }) => local);
  expect(arrived.sort()).toEqual(['1', '31337', '53', '65535'].map((port) => `203.0.113.60:${port}`));
  // The path inside TLS is the server's word, under the port that the client meant.
  expect(await nonces()).toMatchObject({
    '00000000000000a1': expect.stringMatching(/^tcp 203\.0\.113\.60:(8081|22)$/),
    '00000000000000a2': 'tcp 203.0.113.60:22',
  });
  expect(world.internet.witnesses()).toContainEqual(
    expect.objectContaining({ kind: 'http', local: '203.0.113.60:8081' }),
  );
});

test('UDP is answered on every port of that host, from the address and port that were asked', async () => {
  expect(
    await print(`[udp("203.0.113.60", port, b"studio-egress:00000000000000b0") for port in (7, 40000)]`),
  ).toEqual(['studio-egress:00000000000000b0', 'studio-egress:00000000000000b0']);
  // In fragments both ways.
  expect(await print(`len(udp("203.0.113.60", 40000, b"z" * 4000))`)).toBe(4_000);
  expect(world.internet.witnesses()).toContainEqual(
    expect.objectContaining({
      kind: 'udp',
      bytes: 30,
      local: expect.stringMatching(/^203\.0\.113\.60:(7|40000)$/),
    }),
  );
});

test('servers that speak first do, and then answer', async () => {
  expect(
    await print(`tcp("203.0.113.63", 587, b"EHLO n00000000000000c0.example.com\\r\\nQUIT\\r\\n", read=90)`),
  ).toMatch(/^220 .*\r\n250-.*\r\n(250.*\r\n)*221 /);
  expect(await print(`tcp("203.0.113.63", 25)`)).toMatch(/^220 /);
  expect(
    await print(`tcp("203.0.113.64", 21, b"NOOP studio-egress:00000000000000c1\\r\\n", read=50)`),
  ).toMatch(/^220 .*\r\n200 /);
  for (const [address, port] of [
    ['203.0.113.20', 22],
    ['203.0.113.21', 443],
  ] as const) {
    const answer = await print(
      `tcp("${address}", ${port}, b"SSH-2.0-probe studio-egress:00000000000000c2\\r\\n", read=100)`,
    );
    expect(answer).toMatch(/^SSH-2\.0-[^\n]*\n[^]{5}\x14/); // eslint-disable-line no-control-regex
  }
  expect(await nonces()).toMatchObject({
    '00000000000000c0': 'tcp 203.0.113.63:587',
    '00000000000000c1': 'tcp 203.0.113.64:21',
    '00000000000000c2': expect.stringMatching(/^tcp 203\.0\.113\.2[01]:(22|443)$/),
  });
});

test('public resolvers answer by UDP, TCP, TLS and HTTPS', async () => {
  const question =
    '"\\x12\\x34\\1\\0\\0\\1\\0\\0\\0\\0\\0\\0\\x11n" + nonce + "\\x07example\\3com\\0\\0\\1\\0\\1"';
  const asked = (nonce: string): string => `(lambda nonce: (${question}).encode("latin1"))("${nonce}")`;
  const framed = (nonce: string): string => `(lambda m: struct.pack("!H", len(m)) + m)(${asked(nonce)})`;
  const address = '\xcb\x00\x71\x28';
  expect(await print(`udp("1.1.1.1", 53, ${asked('00000000000000d0')})`)).toContain(address);
  expect(await print(`tcp("8.8.8.8", 53, ${framed('00000000000000d1')}, read=40)`)).toContain(address);
  expect(
    await print(`tls("1.1.1.1", 853, "one.one.one.one", ${framed('00000000000000d2')}, read=40)`),
  ).toContain(address);
  const post = `(lambda m: b"POST /dns-query HTTP/1.1\\r\\nHost: cloudflare-dns.com\\r\\nContent-Type: application/dns-message\\r\\nContent-Length: %d\\r\\n\\r\\n" % len(m) + m)(${asked('00000000000000d3')})`;
  expect(await print(`tls("1.1.1.1", 443, "cloudflare-dns.com", ${post}, read=200)`)).toMatch(
    /^HTTP\/1\.1 200 OK/,
  );
  const json = await world.shell(
    'curl -s "https://dns.google/resolve?name=n00000000000000d4.example.com&type=A"',
  );
  expect(JSON.parse(json.stdout)).toMatchObject({ Status: 0, Answer: [{ data: '203.0.113.40' }] });
  expect(await nonces()).toMatchObject({
    '00000000000000d0': 'udp 1.1.1.1:53',
    '00000000000000d1': 'tcp 8.8.8.8:53',
    '00000000000000d2': 'tcp 1.1.1.1:853',
    '00000000000000d3': 'tcp 1.1.1.1:443',
    '00000000000000d4': 'tcp 8.8.8.8:443',
  });
});

test('time is told, with the question as its origin', async () => {
  const answer = await print(
    `udp("203.0.113.62", 123, bytes([0x23]) + bytes(39) + bytes.fromhex("00000000000000e0"))`,
  );
  const bytes = Buffer.from(String(answer), 'latin1');
  expect([bytes.length, (bytes[0] ?? 0) & 7, bytes.toString('hex', 24, 32)]).toEqual([
    48,
    4,
    '00000000000000e0',
  ]);
  expect(Math.abs(bytes.readUInt32BE(40) - 2_208_988_800 - Date.now() / 1000)).toBeLessThan(10);
  expect(await nonces()).toMatchObject({ '00000000000000e0': 'udp 203.0.113.62:123' });
});

test('a web server takes every name, and says by its address which one it is', async () => {
  const fronted = await world.shell(
    'curl -s --resolve kaggle.com:443:203.0.113.40 https://kaggle.com/ -H "Host: n00000000000000f0.example.net" -k',
  );
  expect(fronted.stdout).toMatch(/This is n00000000000000f0\.example\.net .* at 203\.0\.113\.40:443/);
  const tunnel = `b"CONNECT n00000000000000f1.example.com:443 HTTP/1.1\\r\\nHost: kaggle.com\\r\\n\\r\\n", b"studio-egress:00000000000000f2"`;
  expect(await print(`tcp("203.0.113.10", 80, ${tunnel}, read=69)`)).toMatch(
    /^HTTP\/1\.1 200 .*\r\n\r\nstudio-egress:/,
  );
  const upgrade = `b"GET / HTTP/1.1\\r\\nHost: kaggle.com\\r\\nConnection: Upgrade\\r\\nUpgrade: websocket\\r\\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\\r\\n\\r\\n"`;
  expect(await print(`tcp("203.0.113.10", 80, ${upgrade})`)).toContain('s3pPLMBiTxaQ9kYGzzhZRbK+xOo=');
  expect(await nonces()).toMatchObject({
    '00000000000000f0': 'tcp 203.0.113.40:443',
    '00000000000000f1': 'tcp 203.0.113.10:80',
    '00000000000000f2': 'tcp 203.0.113.10:80',
  });
});

test('TLS inside a tunnel is served, and on record under the ends of the tunnel', async () => {
  const script = `
context = ssl.create_default_context()
s = socket.create_connection(("203.0.113.10", 443), timeout=3)
s.sendall(b"CONNECT example.com:443 HTTP/1.1\\r\\nHost: kaggle.com\\r\\n\\r\\n"); s.recv(1000)
with context.wrap_socket(s, server_hostname="example.com") as inner:
    inner.sendall(b"GET /studio-egress/00000000000000f3 HTTP/1.0\\r\\n\\r\\n")
    print(json.dumps(inner.recv(1000).decode()))`;
  expect(await world.python(script)).toMatch(/^HTTP\/1\.1 200/);
  expect(await nonces()).toMatchObject({ '00000000000000f3': 'tcp 203.0.113.10:443' });
  const inTls = `
context = ssl.create_default_context()
outer = context.wrap_socket(socket.create_connection(("203.0.113.40", 443), timeout=3), server_hostname="example.com")
outer.sendall(b"CONNECT kaggle.com:80 HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n"); outer.recv(1000)
incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
inner = context.wrap_bio(incoming, outgoing, server_hostname="kaggle.com")
def through(act):
    while True:
        try: done = act()
        except ssl.SSLWantReadError: done = None
        if outgoing.pending: outer.sendall(outgoing.read())
        if done is not None: return done
        incoming.write(outer.recv(65536))
through(lambda: (inner.do_handshake(), 1))
through(lambda: inner.write(b"GET /studio-egress/00000000000000f4 HTTP/1.0\\r\\n\\r\\n"))
print(json.dumps(through(lambda: inner.read(1000)).decode()))`;
  expect(await world.python(inTls)).toMatch(/^HTTP\/1\.1 200/);
  expect(await nonces()).toMatchObject({ '00000000000000f4': 'tcp 203.0.113.40:443' });
});

test('a public bucket is read by anybody, and another is not', async () => {
  const status = async (url: string): Promise<string> =>
    (await world.shell(`curl -sk -o /dev/null -w "%{http_code}" ${url}`)).stdout;
  expect(await status('https://s3.us-east-1.amazonaws.com/noaa-ghcn-pds/ghcnd-countries.txt')).toBe('200');
  expect(await status('https://1000genomes.s3.amazonaws.com/')).toBe('200');
  expect(await status('https://somebody-s.s3.us-east-1.amazonaws.com/')).toBe('403');
});
