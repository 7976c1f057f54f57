/** What no socket sees is on record all the same, whatever way it comes, and once. */
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import type { InternetArrival } from '../network';
import { raiseInternetWithClient, CLIENT_ADDRESS, type InternetWithClient } from './with-client.fixture';
import { sniffedMessage } from './sniffer';

jest.setTimeout(60_000);
let world: InternetWithClient;
beforeAll(async () => {
  world = await raiseInternetWithClient();
});
afterAll(async () => world?.close());

const SERVER = '203.0.113.40';
let count = 0;
/** A nonce that no other test has. */
const newNonce = (): string => `5a17${String(count++).padStart(12, '0')}`;
const arrivalsOf = async (nonce: string): Promise<readonly Omit<InternetArrival, 'at' | 'nonce'>[]> =>
  (await world.internet.arrivals()).records
    .filter((record) => record.nonce === nonce)
    .map(({ protocol, remote, local, bytes }) => ({ protocol, remote, local, bytes }));

const packets = `
def ip(protocol, payload, ident=1, fragment=0):
    head = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(payload), ident, fragment, 64, protocol, 0,
                       socket.inet_aton("${CLIENT_ADDRESS}"), socket.inet_aton("${SERVER}"))
    with socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW) as s:
        s.sendto(head + payload, ("${SERVER}", 0))
def segment(source, port, sequence, flags, payload=b""):
    ip(6, struct.pack("!HHIIBBHHH", source, port, sequence & 0xffffffff, 0, 0x50, flags, 8192, 0, 0) + payload)
SYN, FIN, RST, ACK = 2, 1, 4, 16
`;
const send = async (script: string): Promise<unknown> => world.python(`${packets}\n${script}\nprint("null")`);
const mark = (nonce: string): string => `b"studio-egress:${nonce}"`;

test.each([
  ['a SYN', 'SYN', 4011],
  ['a RST without a connection', 'RST', 4012],
  ['a FIN', 'FIN | ACK', 4013],
  ['an ACK that belongs to nothing', 'ACK', 4014],
])('data on %s', async (_name, flags, port) => {
  const nonce = newNonce();
  await send(`segment(${port}, 443, 77, ${flags}, ${mark(nonce)})`);
  expect(await arrivalsOf(nonce)).toEqual([
    { protocol: 'tcp', remote: `${CLIENT_ADDRESS}:${port}`, local: `${SERVER}:443`, bytes: 30 },
  ]);
});

test('GRE and other protocols by their number, ICMP by its name', async () => {
  const [gre, sctp, echo] = [newNonce(), newNonce(), newNonce()];
  await send(`
ip(47, bytes(4) + ${mark(gre)})
ip(132, bytes(12) + ${mark(sctp)})
ip(1, bytes([8, 0, 0, 0, 0, 1, 0, 1]) + ${mark(echo)})`);
  const ends = { remote: CLIENT_ADDRESS, local: SERVER };
  expect(await arrivalsOf(gre)).toEqual([{ protocol: '47', ...ends, bytes: 34 }]);
  expect(await arrivalsOf(sctp)).toEqual([{ protocol: '132', ...ends, bytes: 42 }]);
  expect(await arrivalsOf(echo)).toEqual([{ protocol: 'icmp', ...ends, bytes: 30 }]);
});

test('a nonce that is cut by fragments, and one in a fragment whose others never come', async () => {
  const [cut, lone] = [newNonce(), newNonce()];
  await send(`
datagram = struct.pack("!HHHH", 4002, 9000, 8 + 46, 0) + b"x" * 16 + ${mark(cut)}
ip(17, datagram[:32], ident=7, fragment=0x2000)
ip(17, datagram[32:], ident=7, fragment=32 // 8)
ip(17, ${mark(lone)}, ident=8, fragment=0x2000 | 100)`);
  const ends = { remote: `${CLIENT_ADDRESS}:4002`, local: `${SERVER}:9000` };
  expect(await arrivalsOf(cut)).toEqual([{ protocol: 'udp', ...ends, bytes: 46 }]);
  expect(await arrivalsOf(lone)).toEqual([
    { protocol: 'udp', remote: CLIENT_ADDRESS, local: SERVER, bytes: 30 },
  ]);
});

test('a datagram to a port that nobody serves, in capitals', async () => {
  const nonce = newNonce();
  await send(`
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s: s.sendto(b"\\x11N${nonce.toUpperCase()}\\0", ("${SERVER}", 4003))`);
  expect(await arrivalsOf(nonce)).toMatchObject([{ protocol: 'udp', local: `${SERVER}:4003`, bytes: 19 }]);
});

test('a stream is searched as it is read: in segments of one byte, out of order, sent twice', async () => {
  const [small, mixed] = [newNonce(), newNonce()];
  await world.python(`
s = socket.create_connection(("${SERVER}", 443)); s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
for byte in ${mark(small)}: s.send(bytes([byte])); time.sleep(0.002)
time.sleep(0.05); s.close(); print("null")`);
  expect(await arrivalsOf(small)).toMatchObject([{ protocol: 'tcp', local: `${SERVER}:443`, bytes: 30 }]);
  await send(`
text = b"x" * 100 + ${mark(mixed)}
segment(4004, 443, 0xfffffff0, SYN)
for at in (120, 60, 60, 110, 0): segment(4004, 443, 0xfffffff1 + at, ACK, text[at:at + 60 if at != 110 else 120])`);
  expect(await arrivalsOf(mixed)).toEqual([
    { protocol: 'tcp', remote: `${CLIENT_ADDRESS}:4004`, local: `${SERVER}:443`, bytes: 130 },
  ]);
});

test('what comes after the first 8 kB is not searched, and nothing of a flood is called lost', async () => {
  const late = newNonce();
  await world.python(`
s = socket.create_connection(("${SERVER}", 9000)); s.settimeout(5)
s.sendall(b"x" * 20000)
got = 0
while got < 20000: got += len(s.recv(65536))
s.sendall(${mark(late)}); s.recv(100); s.close()
for _ in range(50): udp("${SERVER}", 9000, b"y" * 60000)
print("null")`);
  expect(await arrivalsOf(late)).toEqual([]);
  expect((await world.internet.arrivals()).dropped).toBe(0);
});

test('no packet whatever ends it: random ones, and real ones with bytes changed or cut', () => {
  const fuzz = `
import random, runpy, struct, sys
sniffer = runpy.run_path(sys.argv[1])["Sniffer"]()
chance = random.Random(int(sys.argv[2]))
def real():
    protocol, body = chance.choice([1, 6, 17, 47, 132]), chance.randbytes(chance.randrange(80))
    text = chance.choice([b"", b"studio-egress:%016x" % chance.getrandbits(64)])
    return struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(body + text), chance.randrange(9),
        chance.choice([0, 0, 0x2000, 5, 0x2003]), 64, protocol, 0, b"\\x0a\\0\\0\\1", b"\\x0a\\0\\0\\2") + body + text
for i in range(20000):
    packet = bytearray(chance.choice([real, real, lambda: chance.randbytes(chance.randrange(120))])())
    for _ in range(chance.randrange(3)):
        if packet: packet[chance.randrange(len(packet))] = chance.randrange(256)
    if chance.randrange(4) == 0: del packet[chance.randrange(len(packet) + 1):]
    sniffer.packet(memoryview(packet), 1e9 + i)
print(len(sniffer.out) > 1000)`;
  const sniffer = path.join(__dirname, 'sniffer.py');
  const seed = String(Math.floor(Math.random() * 2 ** 31));
  const { stdout, stderr } = spawnSync('python3', ['-c', fuzz, sniffer, seed], { encoding: 'utf8' });
  expect({ seed, stdout, stderr }).toEqual({ seed, stdout: 'True\n', stderr: '' });
});

test('a sniffer that has ended is said to have, and nobody is told that nothing came', async () => {
  const other = await raiseInternetWithClient();
  try {
    await other.python(`
import signal
for pid in filter(str.isdigit, os.listdir("/proc")):
    try: words = open(f"/proc/{pid}/cmdline", "rb").read().split(b"\\0")
    except OSError: continue
    if words[-2:-1] == [b"/run/lab/servers/internet-sniffer.py"]: os.kill(int(pid), signal.SIGKILL)
print("null")`);
    await expect(other.internet.arrivals()).rejects.toThrow(/sniffer in internet/);
    expect(other.internet.running()).toBe(false);
  } finally {
    await other.close();
  }
});

test.each([
  {
    type: 'arrival',
    at: 'now',
    nonce: 'xyz',
    protocol: 'tcp',
    remote: '1.2.3.4:5',
    local: '1.2.3.4:5',
    bytes: 1,
  },
  {
    type: 'arrival',
    at: 'now',
    nonce: '0123456789abcdef',
    protocol: 'tcp',
    remote: 'name',
    local: '1.2.3.4:5',
    bytes: 1,
  },
  { type: 'lost' },
  { type: 'something' },
])('%j is no message of the sniffer', (message) => {
  expect(() => sniffedMessage(message)).toThrow(/said|no arrival/);
});
