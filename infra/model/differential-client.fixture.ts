/**
 * The near end of the differential test's network: one Python process in the client's namespace that sends many flows at
 * once and says of each what came back. What stays silent for the bound is blocked.
 */

/** One flow as it goes on the wire. */
export interface WireFlow {
  readonly kind: 'tcp' | 'udp' | 'icmp' | 'other' | 'raw-syn' | 'raw-rst';
  readonly source: string;
  /** TCP and UDP source port, or the ICMP identifier: unique within one batch, so that records can be told apart. */
  readonly key: number;
  readonly destination: string;
  /** 0 for transports without ports. */
  readonly port: number;
  /** IANA number, for `other`. */
  readonly protocol: number;
  /** Hexadecimal bytes of each question; the next one is sent when something came back. */
  readonly rounds: readonly (readonly string[])[];
  /** Between two pieces of one question. */
  readonly pauseMs: number;
  readonly waitsForGreeting: boolean;
  /** `handshake-ack`: the first piece goes with the third packet; `fin`: the last one with the FIN. */
  readonly carriedBy: 'data' | 'handshake-ack' | 'fin';
}

/** What the client saw of one flow. */
export interface ClientSight {
  readonly connected: boolean;
  /** Bytes that came back. */
  readonly received: number;
  /** Questions that were answered. */
  readonly answered: number;
  /** A TCP reset or an ICMP error. */
  readonly reset: boolean;
}

/** On standard input a JSON line `{silenceMs, flows}`, on standard output a JSON line of sights in their order. */
export const CLIENT_SCRIPT = `
import errno, json, selectors, socket, struct, sys, time

def checksum(data):
    if len(data) % 2: data += b'\\x00'
    total = sum(struct.unpack('!%dH' % (len(data) // 2), data))
    while total >> 16: total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff

def segment(flow, seq, ack, flags, data):
    head = struct.pack('!HHIIBBHHH', flow['key'], flow['port'], seq, ack, 0x50, flags, 64240, 0, 0)
    pseudo = socket.inet_aton(flow['source']) + socket.inet_aton(flow['destination']) + struct.pack('!BBH', 0, 6, len(head) + len(data))
    total = checksum(pseudo + head + data)
    return head[:16] + struct.pack('!H', total) + head[18:] + data

raw_sockets = {}

# One for each protocol and source, since a raw socket sends from the address that it is bound to.
def raw_socket(protocol, source):
    if (protocol, source) not in raw_sockets:
        sock = socket.socket(socket.AF_INET, socket.SOCK_RAW, protocol)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
        # The kernel's own resets, for connections that it knows nothing of, carry no mark and are dropped.
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_MARK, 7)
        sock.setblocking(False)
        sock.bind((source, 0))
        raw_sockets[protocol, source] = sock
    return raw_sockets[protocol, source]

class Flow:
    def __init__(self, spec, batch):
        self.spec, self.batch = spec, batch
        self.connected = self.reset = self.over = False
        self.received = self.answered = 0
        self.round, self.pieces, self.sock = -1, [], None
        self.greeted = not spec['waitsForGreeting']

    def sight(self):
        return {'connected': self.connected, 'received': self.received, 'answered': self.answered, 'reset': self.reset}

    def start(self):
        kind, spec = self.spec['kind'], self.spec
        try:
            if kind == 'tcp':
                self.sock = socket.socket()
                self.sock.setblocking(False)
                self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                if spec['carriedBy'] == 'handshake-ack': self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 0)
                self.sock.bind((spec['source'], spec['key']))
                code = self.sock.connect_ex((spec['destination'], spec['port']))
                if code not in (0, errno.EINPROGRESS): raise OSError(code, 'connect')
                self.batch.poll.register(self.sock, selectors.EVENT_WRITE, self)
            elif kind == 'udp':
                self.sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
                self.sock.setblocking(False)
                self.sock.bind((spec['source'], spec['key']))
                self.sock.connect((spec['destination'], spec['port']))
                self.batch.poll.register(self.sock, selectors.EVENT_READ, self)
                self.ask()
            elif kind == 'other':
                self.sock = socket.socket(socket.AF_INET, socket.SOCK_RAW, spec['protocol'])
                self.sock.setblocking(False)
                self.sock.bind((spec['source'], 0))
                self.sock.connect((spec['destination'], 0))
                self.batch.poll.register(self.sock, selectors.EVENT_READ, self)
                self.ask()
            elif kind == 'icmp': self.ask()
            elif kind == 'raw-syn': self.raw(segment(spec, 1000, 0, 0x02, bytes.fromhex(spec['rounds'][0][0])))
            elif kind == 'raw-rst': self.raw(segment(spec, 1000, 0, 0x02, b''))
        except OSError as error: self.failed(error)

    def raw(self, data): raw_socket(6, self.spec['source']).sendto(data, (self.spec['destination'], 0))

    def failed(self, error):
        if error.errno in (errno.ECONNREFUSED, errno.ECONNRESET, errno.EPIPE, errno.EHOSTUNREACH, errno.ENETUNREACH, errno.ENOPROTOOPT, errno.EACCES):
            self.reset = True
        elif error.errno != errno.ETIMEDOUT: raise error
        # What came before a reset has come, also when both are noticed at once.
        if self.spec['kind'] == 'tcp' and self.sock is not None:
            try: self.received += len(self.sock.recv(65536))
            except OSError: pass
        self.finish()

    def finish(self):
        if self.over: return
        self.over = True
        if self.sock is not None:
            try: self.batch.poll.unregister(self.sock)
            except (KeyError, ValueError): pass

    def ask(self):
        self.round += 1
        if self.round >= len(self.spec['rounds']): return self.finish()
        self.pieces = [bytes.fromhex(piece) for piece in self.spec['rounds'][self.round]]
        self.push()

    def push(self):
        if self.over or not self.pieces: return
        piece = self.pieces.pop(0)
        try:
            if self.spec['kind'] == 'icmp':
                head = struct.pack('!BBHHH', 8, 0, 0, self.spec['key'], self.round + 1)
                raw_socket(1, self.spec['source']).sendto(head[:2] + struct.pack('!H', checksum(head + piece)) + head[4:] + piece, (self.spec['destination'], 0))
            elif self.spec['carriedBy'] == 'fin' and not self.pieces:
                self.sock.send(piece, socket.MSG_MORE)
                self.sock.shutdown(socket.SHUT_WR)
            else: self.sock.send(piece)
        except OSError as error: return self.failed(error)
        self.batch.touched()
        if self.pieces: self.batch.later(self.spec['pauseMs'] / 1000, self.push)

    def event(self, mask):
        if self.over: return
        if self.spec['kind'] == 'tcp' and not self.connected:
            code = self.sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
            if code: return self.failed(OSError(code, 'connect'))
            self.connected = True
            self.batch.touched()
            self.batch.poll.modify(self.sock, selectors.EVENT_READ, self)
            if self.greeted: self.ask()
            return
        try: data = self.sock.recv(65536)
        except BlockingIOError: return
        except OSError as error: return self.failed(error)
        if not data and self.spec['kind'] == 'tcp': return self.finish()
        if self.spec['kind'] == 'other':
            if socket.inet_ntoa(data[12:16]) != self.spec['destination'] or data[20:] not in [bytes.fromhex(r[0]) for r in self.spec['rounds']]: return
            data = data[20:]
        self.came(len(data))

    def came(self, size):
        self.batch.touched()
        self.received += size
        if not self.greeted:
            self.greeted = True
            return self.ask()
        # An answer that comes before its question is whole answers nothing; it is counted all the same.
        if self.pieces: return
        self.answered += 1
        self.ask()

class Batch:
    def __init__(self, specs, silence):
        self.poll = selectors.DefaultSelector()
        self.timers, self.silence, self.last = [], silence, time.monotonic()
        self.flows = [Flow(spec, self) for spec in specs]
        self.by_key = {(f.spec['kind'], f.spec['key']): f for f in self.flows}

    def touched(self): self.last = time.monotonic()

    def later(self, seconds, call): self.timers.append((time.monotonic() + seconds, call))

    def icmp_came(self, icmp):
        while True:
            try: packet = icmp.recv(65536)
            except OSError: return
            body = packet[(packet[0] & 15) * 4:]
            if body[0] == 0:
                flow = self.by_key.get(('icmp', struct.unpack('!H', body[4:6])[0]))
                if flow and struct.unpack('!H', body[6:8])[0] == flow.round + 1: flow.came(len(body) - 8)
            elif body[0] == 3: self.unreachable(body[8:])

    def unreachable(self, inner):
        if len(inner) < 20: return
        inside = inner[(inner[0] & 15) * 4:]
        if inner[9] == 1 and len(inside) >= 6: flow = self.by_key.get(('icmp', struct.unpack('!H', inside[4:6])[0]))
        elif inner[9] not in (6, 17): flow = next((f for f in self.flows if f.spec['kind'] == 'other' and f.spec['destination'] == socket.inet_ntoa(inner[16:20])), None)
        else: flow = None
        if flow:
            flow.reset = True
            flow.finish()

    def tcp_came(self, tcp):
        while True:
            try: packet = tcp.recv(65536)
            except OSError: return
            body = packet[(packet[0] & 15) * 4:]
            key, flags = struct.unpack('!H', body[2:4])[0], body[13]
            flow = self.by_key.get(('raw-syn', key)) or self.by_key.get(('raw-rst', key))
            if flow is None or flow.over: continue
            if flags & 4: flow.reset = True
            elif flags & 0x12 == 0x12 and not flow.connected:
                flow.connected = True
                self.touched()
                if flow.spec['kind'] == 'raw-rst':
                    ack = struct.unpack('!I', body[4:8])[0] + 1
                    flow.raw(segment(flow.spec, 1001, ack, 0x10, b''))
                    flow.raw(segment(flow.spec, 1001, ack, 0x14, bytes.fromhex(flow.spec['rounds'][0][0])))
            elif len(body) > (body[12] >> 4) * 4: flow.received += len(body) - (body[12] >> 4) * 4

    def run(self):
        for source in {f.spec['source'] for f in self.flows}:
            icmp, tcp = raw_socket(1, source), raw_socket(6, source)
            # What came since the last batch is not about this one.
            self.icmp_came(icmp)
            self.tcp_came(tcp)
            self.poll.register(icmp, selectors.EVENT_READ, lambda sock=icmp: self.icmp_came(sock))
            self.poll.register(tcp, selectors.EVENT_READ, lambda sock=tcp: self.tcp_came(sock))
        for flow in self.flows: flow.start()
        while any(not f.over for f in self.flows):
            now = time.monotonic()
            due = [timer for timer in self.timers if timer[0] <= now]
            self.timers = [timer for timer in self.timers if timer[0] > now]
            for _, call in due: call()
            rest = self.last + self.silence - now
            if rest <= 0 and not self.timers: break
            wait = min([rest] + [at - now for at, _ in self.timers])
            for key, mask in self.poll.select(max(0.001, wait)):
                key.data() if callable(key.data) else key.data.event(mask)
        return [flow.sight() for flow in self.flows]

    def close(self):
        for flow in self.flows:
            if flow.sock is None: continue
            # With a reset, so that the port is free.
            if flow.spec['kind'] == 'tcp': flow.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
            flow.sock.close()
        self.poll.close()

batch = None
print('ready', flush=True)
for line in sys.stdin:
    asked = json.loads(line)
    # Only now, so that no engine puts the end of a connection on record beside what became of it.
    if batch: batch.close()
    batch = Batch(asked['flows'], asked['silenceMs'] / 1000)
    print(json.dumps(batch.run()), flush=True)
`;
