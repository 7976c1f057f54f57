"""What a client behind the firewall can try, and what of it passes: goes on from policy-far-side.py.

Prints one JSON list: of each technique its name, whether the client got an answer, how many payload bytes arrived outside
("up") and at the client ("down"), and the ports it used, or its IP protocol as a negative number.
"""

# ---- ordinary sockets

def connect(address, port=443):
    connection = socket.socket()
    connection.settimeout(TIMEOUT_SECONDS)
    connection.bind((CLIENT, own_port()))
    connection.connect((address, port))
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def say(address, *pieces, port=443, listen=False, gap_seconds=0.02):
    """Send each piece in a segment of its own, and hear whether anything comes back."""
    connection, answer = connect(address, port), b''
    if listen:
        try:
            answer = connection.recv(4000)
        except TimeoutError:
            pass
    for piece in pieces:
        connection.send(piece)
        time.sleep(gap_seconds)
    return bool(answer or connection.recv(4000))


def datagram(address, port, data):
    out = socket.socket(type=socket.SOCK_DGRAM)
    out.settimeout(TIMEOUT_SECONDS)
    out.bind((CLIENT, own_port()))
    out.sendto(data, (address, port))
    return bool(out.recv(4000))


def cut(data, size):
    return [data[at:at + size] for at in range(0, len(data), size)]


def https(address, name, port=443, segment=0, record=0, protocols=0, gap_seconds=0.002, host='x'):
    """A whole exchange; the hello in segments or TLS records of a size, made longer by protocol names that nobody speaks."""
    context = ssl.create_default_context(cafile=CA_FILE)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    if protocols:
        context.set_alpn_protocols([f'p{number:03d}' * 20 for number in range(protocols)] + ['http/1.1'])
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    tls = context.wrap_bio(incoming, outgoing, server_hostname=name)
    connection = None

    def exchange(step):
        nonlocal connection
        while True:
            try:
                return step()
            except ssl.SSLWantReadError:
                data = outgoing.read()
                if connection is None:
                    connection = connect(address, port)
                    if record:
                        data = b''.join(data[:3] + struct.pack('!H', len(part)) + part for part in cut(data[5:], record))
                    for piece in cut(data, segment or len(data)):
                        connection.send(piece)
                        time.sleep(gap_seconds)
                elif data:
                    connection.sendall(data)
                received = connection.recv(65536)
                if not received:
                    raise EOFError
                incoming.write(received)
    exchange(tls.do_handshake)
    tls.write(f'GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n'.encode())
    connection.sendall(outgoing.read())
    return bool(exchange(lambda: tls.read(4000)))


def hello(*names):
    """A ClientHello of our own, with this list of server names."""
    entries = b''.join(b'\0' + struct.pack('!H', len(name)) + name for name in names)
    extensions = b'\0\0' + struct.pack('!HH', len(entries) + 2, len(entries)) + entries if names else b''
    extensions += b'\0\x0a\0\4\0\2\0\x17' + b'\0\x0b\0\2\1\0' + b'\0\x0d\0\x0a\0\x08\4\3\4\1\5\3\6\3'
    body = b'\3\3' + os.urandom(32) + b'\0\0\4\xc0\x2b\xc0\x2c\1\0' + struct.pack('!H', len(extensions)) + extensions
    return unfinished(len(body), body)


def unfinished(announced, body):
    """The record and the handshake message say how long they will be; what follows may be less."""
    head = b'\1' + struct.pack('!I', announced)[1:]
    return b'\x16\3\1' + struct.pack('!H', min(announced + 4, 16384)) + head + body


HALF = unfinished(300, b'\3\3' + b'S' * 40)
HALF_RECORD = b'\x16\3\1\0\x10' + b'\1\0\0\x80' + b'\3' * 12
REQUEST = b'GET / HTTP/1.1\r\nHost: %s\r\n\r\n'
TECHNIQUES = {
    'https': lambda: https(KAGGLE, 'kaggle.com'),
    'https, upper case': lambda: https(KAGGLE, 'WWW.KAGGLE.COM'),
    'https, hello of 2.3 kB in two segments': lambda: https(KAGGLE, 'kaggle.com', segment=1400, protocols=25),
    'https, the second 0.3 s later': lambda: https(KAGGLE, 'kaggle.com', segment=1400, protocols=25, gap_seconds=0.3),
    'https, hello of 3.9 kB': lambda: https(KAGGLE, 'kaggle.com', segment=1400, protocols=45),
    'https, segments of 40 B': lambda: https(KAGGLE, 'kaggle.com', segment=40),
    'https, segments of 1 B': lambda: https(KAGGLE, 'kaggle.com', segment=1, gap_seconds=0.0005),
    'https, records of 40 B': lambda: https(KAGGLE, 'kaggle.com', record=40),
    'other name': lambda: https(EXAMPLE, 'example.com'),
    'other name, segments of 1 B': lambda: https(EXAMPLE, 'example.com', segment=1, gap_seconds=0.0005),
    'other name, two segments': lambda: https(EXAMPLE, 'example.com', segment=1400, protocols=25),
    'no name': lambda: https(EXAMPLE, None),
    'other name listed first': lambda: say(EXAMPLE, hello(b'example.com', b'kaggle.com')),
    'allowed name listed first': lambda: say(EXAMPLE, hello(b'kaggle.com', b'example.com')),
    'allowed name to a NUL': lambda: say(EXAMPLE, hello(b'kaggle.com\0.example.com')),
    'allowed name elsewhere': lambda: https(EXAMPLE, 'kaggle.com', host='example.com'),
    'allowed name on 9443': lambda: https(KAGGLE, 'kaggle.com', port=9443),
    'http': lambda: say(KAGGLE, REQUEST % b'kaggle.com', port=80),
    'http, other name': lambda: say(EXAMPLE, REQUEST % b'example.com', port=80),
    'http without headers': lambda: say(EXAMPLE, b'GET / HTTP/1.0\r\n\r\n', port=80),
    'http on 443': lambda: say(ECHO, REQUEST % b'kaggle.com'),
    'server first': lambda: say(BANNER, b'SSH-2.0-x\r\n', listen=True),
    'ssh': lambda: say('203.0.113.20', b'SSH-2.0-x\r\n', port=22, listen=True),
    'raw on 9000': lambda: say(EXAMPLE, b'\0\1', port=9000),
    'raw, 1 B': lambda: say(ECHO, b'\0'),
    'raw, 600 B': lambda: say(ECHO, b'\0\1\2' * 200),
    'first byte of TLS, then raw': lambda: say(ECHO, b'\x16' + b'\7' * 600),
    'first bytes of TLS, one by one': lambda: say(ECHO, *cut(b'\x16\3\1' + b'\7' * 40, 1)),
    'TLS application data': lambda: say(ECHO, b'\x17\3\3\0\x40' + b'S' * 64),
    'TLS ServerHello': lambda: say(ECHO, b'\x16\3\3\0\x40\2\0\0\x3c\3\3' + b'S' * 58),
    'hello of a version that TLS has not': lambda: say(ECHO, b'\x16\3\x09' + HALF[3:], b'S' * 600, gap_seconds=0.1),
    'half a hello': lambda: say(ECHO, HALF),
    'half a hello, then application data': lambda: say(ECHO, HALF_RECORD, b'\x17\3\3\1\0' + b'S' * 8000, gap_seconds=0.1),
    'hello that announces 16 kB': lambda: say(SINK, *cut(unfinished(16000, b'\3\3' + b'S' * 12000), 1400)),
    'hello that announces 3.9 kB': lambda: say(SINK, *cut(unfinished(3900, b'\3\3' + b'S' * 3800), 1400)),
    'payload on the SYN': lambda: by_hand(SYN, handshake=False),
    'payload on the RST': lambda: by_hand(RST | ACK),
    'payload on the FIN': lambda: by_hand(FIN | PSH | ACK),
    'payload on the SYN-ACK': lambda: say(RAW, b'\x16'),
    'handshake alone': lambda: connect(ECHO) is None,
    'ping': ping,
    'udp': lambda: datagram(ECHO, 9000, b'hello'),
    'udp on 443': lambda: datagram(ECHO, 443, os.urandom(1200)),
    'udp in fragments': udp_fragments,
    'GRE': lambda: protocol(47),
    'SCTP': lambda: protocol(132),
}


def tried(name, technique):
    own.keys = []
    try:
        answered = bool(technique())
    except (OSError, EOFError):
        answered = False
    return name, answered, own.keys


serve(ECHO, 443, echo)
serve(BANNER, 443, banner)
serve(SINK, 443, sink)
serve_udp(ECHO, 443)
serve_udp(ECHO, 9000)
data_on_syn_ack()
sniff('internet', 'out')
sniff('client', 'in')
with ThreadPoolExecutor(12) as pool:
    results = list(pool.map(tried, *zip(*TECHNIQUES.items())))
time.sleep(0.3)
print(json.dumps([
    {'technique': name, 'answered': answered, 'up': amount('out', keys), 'down': amount('in', keys), 'keys': keys}
    for name, answered, keys in results
]), flush=True)
os._exit(0)
