/**
 * The far end of the differential test's network: one Python process that answers as lawful servers would, and a packet
 * socket in front of it that counts what arrived, whoever it was for. Nothing of the lab's internet is in it, so that
 * what a flow looks like depends on the engine alone.
 *
 * It answers by first bytes: a whole TLS ClientHello with a ServerHello, an HTTP request with 200, an SSH banner with a
 * KEXINIT, a DNS question with an empty answer, a QUIC Initial with a version negotiation (RFC 9000, 17.2.1), all else
 * with the same bytes. On {@link SERVER_FIRST_PORTS} it speaks first.
 */

export const TCP_PORTS = [22, 53, 80, 443, 2525, 8443, 9000, 9443] as const;
export const UDP_PORTS = [53, 443, 9000] as const;
/** SSH's banner, and a greeting that is no protocol's. */
export const SERVER_FIRST_PORTS = [22, 2525] as const;
/** GRE, ESP, SCTP, and one for experimentation (IANA; RFC 3692). */
export const OTHER_PROTOCOLS = [47, 50, 132, 253] as const;

/**
 * On standard input: `report` asks for the counts, `forget` also begins anew. On standard output: `ready`, then a JSON
 * line for each.
 */
export function farEndScript(addresses: readonly string[]): string {
  const settings = { addresses, tcp: TCP_PORTS, udp: UDP_PORTS, others: OTHER_PROTOCOLS };
  return `SETTINGS = ${JSON.stringify(settings)}\n${SCRIPT}`;
}

const SCRIPT = `
import json, selectors, socket, struct, sys, os

poll = selectors.DefaultSelector()
arrived, peers = {}, set()

def leave(peer):
    poll.unregister(peer)
    peers.discard(peer)
    # At once, so that nothing of it is left for the next batch.
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
    peer.close()

def count(key, size):
    arrived[key] = arrived.get(key, 0) + size

# What arrives, by protocol, source and destination: bytes of payload.
def sniff(frame):
    if len(frame) < 34 or frame[12:14] != b'\\x08\\x00': return
    ip = frame[14:]
    head, total = (ip[0] & 15) * 4, struct.unpack('!H', ip[2:4])[0]
    offset = (struct.unpack('!H', ip[6:8])[0] & 0x1fff) * 8
    ends = socket.inet_ntoa(ip[12:16]), socket.inet_ntoa(ip[16:20])
    body = ip[head:total]
    if offset:
        return count('%d later-fragment %s %s' % (ip[9], *ends), len(body))
    if ip[9] == 6 and len(body) >= 20:
        size = len(body) - (body[12] >> 4) * 4
        if size: count('6 %d %s %s %d' % (struct.unpack('!H', body[:2])[0], *ends, struct.unpack('!H', body[2:4])[0]), size)
    elif ip[9] == 17 and len(body) >= 8:
        count('17 %d %s %s %d' % (struct.unpack('!H', body[:2])[0], *ends, struct.unpack('!H', body[2:4])[0]), len(body) - 8)
    elif ip[9] == 1 and len(body) >= 8:
        if body[0] == 8: count('1 %d %s %s 0' % (struct.unpack('!H', body[4:6])[0], *ends), len(body) - 8)
    elif ip[9] not in (6, 17, 1):
        count('%d 0 %s %s 0' % (ip[9], *ends), len(body))

def record(kind, version, body):
    return struct.pack('!BHH', kind, version, len(body)) + body

def server_hello():
    hello = b'\\x03\\x03' + b'\\x5a' * 32 + b'\\x00' + b'\\xc0\\x2f' + b'\\x00'
    return record(22, 0x0303, b'\\x02' + struct.pack('!I', len(hello))[1:] + hello)

def kexinit():
    lists = [b'curve25519-sha256', b'ssh-ed25519'] + [b'aes128-ctr'] * 2 + [b'hmac-sha2-256'] * 2 + [b'none'] * 2 + [b''] * 2
    body = b'\\x14' + b'\\x5a' * 16 + b''.join(struct.pack('!I', len(one)) + one for one in lists) + b'\\x00' * 5
    padding = 8 - (len(body) + 5) % 8 + 8
    return struct.pack('!IB', len(body) + padding + 1, padding) + body + b'\\x00' * padding

def dns_answer(question):
    return question[:2] + b'\\x81\\x80' + question[4:6] + b'\\x00' * 6 + question[12:]

# What to say, or None for "more is to come".
def answer(data, port):
    if data[:1] == b'\\x16':
        whole, at = 0, 0
        while at + 5 <= len(data):
            whole += struct.unpack('!H', data[at + 3:at + 5])[0]
            at += 5 + struct.unpack('!H', data[at + 3:at + 5])[0]
        need = 4 + int.from_bytes(data[6:9], 'big') if len(data) >= 9 else 1 << 30
        return server_hello() if at <= len(data) and whole >= need else None
    if data[:4] in (b'GET ', b'POST', b'HEAD', b'CONN', b'PUT '):
        return b'HTTP/1.1 200 OK\\r\\nServer: far\\r\\nContent-Length: 2\\r\\n\\r\\nok' if b'\\r\\n\\r\\n' in data else None
    if data[:4] == b'SSH-':
        if b'\\n' not in data: return None
        return kexinit() if port == 22 else b'SSH-2.0-OpenSSH_9.2p1 far\\r\\n' + kexinit()
    if port == 53 and len(data) > 14 and struct.unpack('!H', data[:2])[0] == len(data) - 2:
        said = dns_answer(data[2:])
        return struct.pack('!H', len(said)) + said
    return data

def accept(listener, port):
    try: peer, _ = listener.accept()
    except OSError: return
    peer.setblocking(False)
    peers.add(peer)
    if port == 22: peer.send(b'SSH-2.0-OpenSSH_9.2p1 far\\r\\n')
    if port == 2525: peer.send(b'zq greeting of nobody\\r\\n')
    held = bytearray()
    def readable():
        # Closed since it was reported ready.
        if peer not in peers: return
        try: data = peer.recv(65536)
        except BlockingIOError: return
        except OSError: data = b''
        if not data: return leave(peer)
        held.extend(data)
        said = answer(bytes(held), port)
        if said is not None:
            held.clear()
            try: peer.send(said)
            except OSError: pass
    poll.register(peer, selectors.EVENT_READ, readable)

def datagram(sock, port):
    try: data, sender = sock.recvfrom(65536)
    except OSError: return
    if port == 53 and len(data) > 12: said = dns_answer(data)
    elif data[:1] and data[0] & 0x80 and len(data) > 30:
        to, at = data[5], 6 + data[5]
        back = data[at]
        said = b'\\xc0\\x00\\x00\\x00\\x00' + bytes([back]) + data[at + 1:at + 1 + back] + bytes([to]) + data[6:at] + b'\\x6b\\x33\\x43\\xcf'
    else: said = data[:100]
    try: sock.sendto(said, sender)
    except OSError: pass

def other(raw, protocol):
    packet, _ = raw.recvfrom(65536)
    back = socket.socket(socket.AF_INET, socket.SOCK_RAW, protocol)
    back.bind((socket.inet_ntoa(packet[16:20]), 0))
    try: back.sendto(packet[20:], (socket.inet_ntoa(packet[12:16]), 0))
    except OSError: pass
    back.close()

wire = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 23)
wire.bind(('eth0', 0x0800))
wire.setblocking(False)

def drain():
    while True:
        try: frame, where = wire.recvfrom(65536)
        except BlockingIOError: return
        if where[2] != socket.PACKET_OUTGOING: sniff(frame)

def asked():
    line = os.read(0, 65536)
    if not line: sys.exit()
    drain()
    print(json.dumps(arrived), flush=True)
    if line.strip() != b'forget': return
    arrived.clear()
    for peer in list(peers): leave(peer)

for port in SETTINGS['tcp']:
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(('0.0.0.0', port))
    listener.listen(512)
    listener.setblocking(False)
    poll.register(listener, selectors.EVENT_READ, lambda l=listener, p=port: accept(l, p))
for port in SETTINGS['udp']:
    for address in SETTINGS['addresses']:
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sock.bind((address, port))
        poll.register(sock, selectors.EVENT_READ, lambda s=sock, p=port: datagram(s, p))
for protocol in SETTINGS['others']:
    raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, protocol)
    poll.register(raw, selectors.EVENT_READ, lambda r=raw, p=protocol: other(r, p))
poll.register(wire, selectors.EVENT_READ, drain)
poll.register(0, selectors.EVENT_READ, asked)
print('ready', flush=True)
while True:
    for key, _ in poll.select(): key.data()
`;
