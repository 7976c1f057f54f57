"""The far side of policy.lab.test.ts: servers, sniffers, and packets made by hand. policy-techniques.py goes on from here.

Servers and sniffers run in the client's own process, on sockets made in the network namespaces of the far side, so that all
of it ends with the process.
"""
import ctypes, itertools, json, os, random, socket, ssl, struct, threading, time
from concurrent.futures import ThreadPoolExecutor

CLIENT, KAGGLE, EXAMPLE = '10.2.3.10', '203.0.113.10', '203.0.113.40'
ECHO, BANNER, SINK, RAW = '198.51.100.60', '198.51.100.61', '198.51.100.62', '198.51.101.1'
TIMEOUT_SECONDS = 1.2
SYN, RST, PSH, ACK, FIN = 2, 4, 8, 16, 1
CA_FILE = '/etc/ssl/certs/ca-certificates.crt'
C_LIBRARY = ctypes.CDLL(None, use_errno=True)
CLONE_NEWNET, SO_REUSEADDR, IPPROTO_RAW = 0x40000000, socket.SO_REUSEADDR, socket.IPPROTO_RAW
own = threading.local()
# A port that the system gives out may have been another technique's before, or another run's.
client_ports = itertools.count(int(os.environ['FIRST_PORT']))
seen = []


def inside(namespace, make):
    """A socket keeps the namespace that it was made in."""
    here, there = (os.open(path, os.O_RDONLY) for path in ('/proc/thread-self/ns/net', f'/run/netns/{namespace}'))
    if C_LIBRARY.setns(there, CLONE_NEWNET):
        raise OSError(ctypes.get_errno(), namespace)
    try:
        return make()
    finally:
        if C_LIBRARY.setns(here, CLONE_NEWNET):
            os._exit(1)


def in_background(run, *arguments):
    threading.Thread(target=run, args=arguments, daemon=True).start()


# ---- servers of the far side

def serve(address, port, talk):
    def listen():
        server = socket.socket()
        server.setsockopt(socket.SOL_SOCKET, SO_REUSEADDR, 1)
        server.bind((address, port))
        server.listen(64)
        return server

    def one(connection):
        try:
            talk(connection)
        except OSError:
            pass
        connection.close()

    def accept(server):
        while True:
            in_background(one, server.accept()[0])
    in_background(accept, inside('far', listen))


def echo(connection):
    while data := connection.recv(65536):
        connection.sendall(b'E:' + data[:1000])


def banner(connection):
    connection.sendall(b'SSH-2.0-OpenSSH_9.2p1\r\n')
    connection.recv(4000)


def sink(connection):
    while connection.recv(65536):
        pass


def serve_udp(address, port):
    def listen():
        server = socket.socket(type=socket.SOCK_DGRAM)
        server.bind((address, port))
        return server

    def answer(server):
        while True:
            data, sender = server.recvfrom(65536)
            server.sendto(b'U:' + data[:100], sender)
    in_background(answer, inside('far', listen))


def data_on_syn_ack():
    """A server without a TCP stack: 500 bytes on each SYN-ACK."""
    def raw():
        packets = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x0800))
        packets.bind(('eth0', 0))
        return packets, socket.socket(type=socket.SOCK_RAW, proto=IPPROTO_RAW)

    def answer(packets, out):
        while True:
            packet = packets.recv(65536)[14:]
            if packet[9] == 6 and packet[16:20] == socket.inet_aton(RAW) and packet[33] & 0x3f == SYN:
                port, sequence = struct.unpack('!H', packet[20:22])[0], struct.unpack('!I', packet[24:28])[0]
                ends = {'source': RAW, 'destination': CLIENT, 'source_port': 443, 'port': port}
                out.sendto(tcp(**ends, sequence=7000, ack=sequence + 1, flags=SYN | ACK, payload=b'Y' * 500), (CLIENT, 0))
    in_background(answer, *inside('far', raw))


# ---- sniffers

def sniff(namespace, side):
    def packets():
        sniffer = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
        sniffer.bind(('eth0', 0))
        return sniffer

    def note(sniffer):
        while True:
            frame = sniffer.recv(65536)
            if frame[12:14] != b'\x08\0':
                continue
            packet = frame[14:]
            up = packet[12:16] == socket.inet_aton(CLIENT)
            if (side == 'out') != up:
                continue
            protocol, total = packet[9], struct.unpack('!H', packet[2:4])[0]
            whole = struct.unpack('!H', packet[6:8])[0] & 0x3fff == 0
            body = packet[(packet[0] & 15) * 4:total]
            if protocol == 6 and whole:
                at, size = struct.unpack('!I', body[4:8])[0], len(body) - (body[12] >> 4) * 4
            else:
                at, size = random.getrandbits(40), len(body) - (8 if protocol == 17 and whole else 0)
            key = struct.unpack('!H', body[0:2] if up else body[2:4])[0] if whole and protocol in (6, 17) else -protocol
            seen.append((side, key, at, size))
    in_background(note, inside(namespace, packets))


def amount(side, keys):
    """Payload bytes, those that TCP repeats counted once."""
    return len({at + byte for where, key, at, size in list(seen) if where == side and key in keys for byte in range(size)})


# ---- packets of the client's own making

def checksum(data):
    data += b'\0' * (len(data) % 2)
    total = sum(struct.unpack(f'!{len(data) // 2}H', data))
    total = (total >> 16) + (total & 0xffff)
    return ~(total + (total >> 16)) & 0xffff


def ip(source, destination, protocol, body, fragment=0x4000, number=0):
    head = struct.pack('!BBHHHBBH', 0x45, 0, 20 + len(body), number or random.getrandbits(15), fragment, 64, protocol, 0)
    return head + socket.inet_aton(source) + socket.inet_aton(destination) + body


def tcp(source, destination, source_port, port, sequence, ack, flags, payload=b''):
    ports = struct.pack('!HHII', source_port, port, sequence & 0xffffffff, ack & 0xffffffff)
    body = ports + struct.pack('!BBHHH', 5 << 4, flags, 64000, 0, 0) + payload
    pseudo = socket.inet_aton(source) + socket.inet_aton(destination) + struct.pack('!BBH', 0, 6, len(body))
    body = body[:16] + struct.pack('!H', checksum(pseudo + body)) + body[18:]
    return ip(source, destination, 6, body)


def own_port():
    port = next(client_ports)
    own.keys.append(port)
    return port


def by_hand(flags, payload=b'\x16' + b'Q' * 900, handshake=True):
    """Payload that begins as a handshake of TLS does, on a packet with these flags, after TCP's handshake or without."""
    ends = {'source': CLIENT, 'destination': ECHO, 'source_port': own_port(), 'port': 443}
    replies = socket.socket(type=socket.SOCK_RAW, proto=6)
    replies.settimeout(1)
    out = socket.socket(type=socket.SOCK_RAW, proto=IPPROTO_RAW)
    start, ack = random.getrandbits(31), 0
    if handshake:
        out.sendto(tcp(**ends, sequence=start, ack=0, flags=SYN), (ECHO, 0))
        while not ack:
            body = replies.recv(2000)[20:]
            if struct.unpack('!HH', body[:4]) == (443, ends['source_port']):
                ack = struct.unpack('!I', body[4:8])[0] + 1
        out.sendto(tcp(**ends, sequence=start + 1, ack=ack, flags=ACK), (ECHO, 0))
        time.sleep(0.1)
    out.sendto(tcp(**ends, sequence=start + handshake, ack=ack, flags=flags, payload=payload), (ECHO, 0))
    time.sleep(0.3)
    return False


def protocol(number):
    own.keys.append(-number)
    socket.socket(type=socket.SOCK_RAW, proto=number).sendto(b'\0\0\x08\0' + b'A' * 60, (EXAMPLE, 0))
    time.sleep(0.3)
    return False


def ping():
    own.keys.append(-1)
    echoed = socket.socket(type=socket.SOCK_RAW, proto=1)
    echoed.settimeout(TIMEOUT_SECONDS)
    head, rest = b'\x08\0', struct.pack('!HH', 77, 1) + b'probe' * 8
    echoed.sendto(head + struct.pack('!H', checksum(head + b'\0\0' + rest)) + rest, (EXAMPLE, 0))
    return bool(echoed.recv(200))


def udp_fragments():
    own.keys.append(-17)
    out = socket.socket(type=socket.SOCK_RAW, proto=IPPROTO_RAW)
    body, number = struct.pack('!HHHH', 31000, 9000, 1608, 0) + b'F' * 1600, random.getrandbits(15)
    for at in range(0, len(body), 800):
        more = 0x2000 if at + 800 < len(body) else 0
        out.sendto(ip(CLIENT, ECHO, 17, body[at:at + 800], more | at // 8, number), (ECHO, 0))
    time.sleep(0.3)
    return False
