/** Clients that break the rules of what they speak, and clients in numbers: bounded, answered, and on record. */
import { raiseInternetWithClient, type InternetWithClient } from './with-client.fixture';

jest.setTimeout(60_000);
let world: InternetWithClient;
beforeAll(async () => {
  world = await raiseInternetWithClient();
});
afterAll(async () => world?.close());

const print = async (expression: string): Promise<string> =>
  String(await world.python(`${hello}\nprint(json.dumps(${expression}))`));

/** A TLS 1.2 hello whose server name extension holds the given bytes. */
const hello = `
def names(*all):
    entries = b"".join(b"\\0" + struct.pack("!H", len(name)) + name for name in all)
    return struct.pack("!H", len(entries)) + entries
def hello(server_name, extra=b""):
    extensions = struct.pack("!HH", 0, len(server_name)) + server_name
    extensions += bytes.fromhex("000a00060004001d0017000b00020100000d00080006040308040401") + extra
    body = b"\\3\\3" + b"R" * 32 + b"\\x20" + b"studio-egress:00000000000000aa".ljust(32, b"\\0")
    body += bytes.fromhex("0006c02bc02fc02c0100") + struct.pack("!H", len(extensions)) + extensions
    message = b"\\1" + struct.pack("!I", len(body))[1:] + body
    return b"\\x16\\3\\1" + struct.pack("!H", len(message)) + message
`;
const SERVER_HELLO = /^\x16\x03\x03[^]{2}\x02/; // eslint-disable-line no-control-regex
const ALERT = /^\x15\x03[^]\x00\x02/; // eslint-disable-line no-control-regex

test.each([
  ['a name', 'names(b"n00000000000000ab.example.com")', SERVER_HELLO],
  ['an address as its name', 'names(b"203.0.113.40")', SERVER_HELLO],
  ['NUL in its name', 'names(b"kaggle.com\\0.n00000000000000ac.example.com")', SERVER_HELLO],
  ['two names', 'names(b"kaggle.com", b"n00000000000000ad.example.com")', SERVER_HELLO],
  ['a list that is cut', 'names(b"kaggle.com")[:-3]', ALERT],
])('a hello with %s is answered', async (_name, serverName, answer) => {
  expect(await print(`tcp("203.0.113.40", 443, hello(${serverName}), read=20, bound=1)`)).toMatch(answer);
});

test('a hello with an encrypted one inside, larger than a segment, is answered', async () => {
  const extra = 'struct.pack("!HH", 0xfe0d, 1800) + bytes(1800)';
  expect(await print(`tcp("203.0.113.40", 443, hello(names(b"kaggle.com"), ${extra}), read=20)`)).toMatch(
    SERVER_HELLO,
  );
});

test('a hello that TLS refuses is answered by an alert', async () => {
  const old =
    'hello(names(b"kaggle.com")).replace(b"\\xc0\\x2b\\xc0\\x2f\\xc0\\x2c", b"\\0\\x0a\\0\\x05\\0\\x04")';
  expect(await print(`tcp("203.0.113.40", 443, ${old}, bound=1)`)).toMatch(ALERT);
});

test('raw bytes to a web server are answered', async () => {
  expect(await print('tcp("203.0.113.40", 443, b"raw bytes\\n")')).toBe('raw bytes\n');
  expect(await print('tcp("203.0.113.40", 80, b"GET http://[ HTTP/9.9\\r\\n\\r\\n")')).toMatch(
    /^HTTP\/1\.1 400/,
  );
});

test('an endless hello is met with silence, and is on record', async () => {
  const script = `
s = socket.create_connection(("203.0.113.40", 443)); s.settimeout(0.3)
s.sendall(b"\\x16\\3\\1\\x40\\0\\1\\0\\xff\\xff" + b"studio-egress:00000000000000ae")
try: got = s.recv(10).decode("latin1")
except TimeoutError: got = "silence"
for _ in range(64):
    try: s.sendall(b"z" * 16384)
    except OSError: break
print(json.dumps(got))`;
  expect(await world.python(script)).toBe('silence');
  expect((await world.internet.arrivals()).records).toContainEqual(
    expect.objectContaining({ nonce: '00000000000000ae', local: '203.0.113.40:443' }),
  );
});

test('megabytes as first bytes, and lines without an end, fill nothing', async () => {
  const script = `
import threading
def flood(port, byte):
    s = socket.create_connection(("203.0.113.60", port)); s.settimeout(0.5)
    try:
        for _ in range(64): s.sendall(byte * 65536); s.recv(1 << 20) if port > 600 else None
    except OSError: pass
    s.close()
all = [threading.Thread(target=flood, args=at) for at in ((21, b"x"), (25, b"x"), (22, b"G"), (700, b"\\x16"), (701, b"q"), (9, b"x"))]
[t.start() for t in all]; [t.join() for t in all]
print(json.dumps(tcp("203.0.113.60", 700, b"still there")))`;
  expect(await world.python(script)).toBe('still there');
  expect(world.internet.running()).toBe(true);
});

test('two hundred connections at once are all answered and all on record', async () => {
  const script = `
all = []
for i in range(200):
    s = socket.socket(); s.setblocking(False); s.connect_ex(("203.0.113.60", 2000 + i)); all.append(s)
time.sleep(0.2)
for i, s in enumerate(all): s.setblocking(True); s.settimeout(5); s.sendall(b"studio-egress:%016x" % (0xbead0000 + i))
print(json.dumps([s.recv(100).decode() for s in all]))`;
  const answers = await world.python(script);
  const expected = Array.from({ length: 200 }, (_, index) =>
    (0xbead_0000 + index).toString(16).padStart(16, '0'),
  );
  expect(answers).toEqual(expected.map((nonce) => `studio-egress:${nonce}`));
  const { records, dropped } = await world.internet.arrivals();
  const arrived = new Map(records.map(({ nonce, local }) => [nonce, local]));
  expect(expected.map((nonce) => arrived.get(nonce))).toEqual(
    expected.map((_, index) => `203.0.113.60:${2000 + index}`),
  );
  expect(dropped).toBe(0);
});
