"""Packets that no ordinary socket sends: data on SYN, RST and FIN, IP fragments, other protocols. Needs raw sockets.

Part of the sender (sender.py), IPv4 except for ICMP.
"""
import base64
import random
import socket
import struct
import time

FLAGS = {"rst": 0x14, "fin": 0x19, "push": 0x18}
# linux/in.h; Python has no name for it.
IP_NODEFRAG = 22
ICMP_UNREACHABLE, PROTOCOL_UNREACHABLE = 3, 2


def left(deadline):
    """Seconds until the deadline; raises when it has passed."""
    rest = deadline - time.monotonic()
    if rest <= 0:
        raise socket.timeout()
    return rest


def tries(deadline, count=3):
    """One deadline per try, a second each, none later than the send's own."""
    for _ in range(count):
        yield min(deadline, time.monotonic() + 1)


def connect(order, report, deadline):
    family = socket.AF_INET6 if ":" in order["address"] else socket.AF_INET
    peer = socket.socket(family, socket.SOCK_STREAM)
    peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if order.get("early"):
        # The kernel then holds the handshake's last ACK back until there is data to go with it.
        peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 0)
    peer.settimeout(left(deadline))
    started, report.end = time.monotonic(), "silent"
    peer.connect((order["address"], order["port"]))
    # Its SYN was answered; of the data nothing is known yet.
    report.end = "failed"
    report.connected = round((time.monotonic() - started) * 1000)
    return peer


def has_route(address):
    """Whether this host has an address and a route for it at all; asking sends nothing."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as any_socket:
            any_socket.connect((address, 9))
    except OSError:
        return False
    return True


def icmp(order, report, deadline):
    v6 = ":" in order["address"]
    family, protocol = (socket.AF_INET6, socket.IPPROTO_ICMPV6) if v6 else (socket.AF_INET, socket.IPPROTO_ICMP)
    request, reply = (128, 129) if v6 else (8, 0)
    data = base64.b64decode(order["data"])
    try:
        peer = socket.socket(family, socket.SOCK_RAW, protocol)
    except PermissionError:
        peer = socket.socket(family, socket.SOCK_DGRAM, protocol)
    identity = random.randrange(1, 65536)
    with peer:
        peer.connect((order["address"], 0))
        for number, bound in enumerate(tries(deadline)):
            header = struct.pack("!BBHHH", request, 0, 0, identity, number)
            checksum = ones_sum(header + data)
            peer.send(header[:2] + struct.pack("!H", checksum) + header[4:] + data)
            report.sent, report.end = report.sent + len(data), "silent"
            try:
                while True:
                    peer.settimeout(left(bound))
                    message = peer.recv(65536)
                    at = (message[0] & 15) * 4 if not v6 and peer.type == socket.SOCK_RAW else 0
                    # A raw socket also sees requests and the answers to others.
                    if message[at] == reply and message[at + 8:] == data:
                        report.take(message[at + 8:])
                        report.end = "answered"
                        return
            except socket.timeout:
                continue


def ones_sum(data):
    data += b"\0" * (len(data) % 2)
    total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    while total >> 16:
        total = (total >> 16) + (total & 0xFFFF)
    return ~total & 0xFFFF


def own_address(address):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        any_socket.connect((address, 9))
        return any_socket.getsockname()[0]


def checksummed(source, address, protocol, segment, at):
    """The segment with its checksum over the pseudo header put at `at`."""
    pseudo = socket.inet_aton(source) + socket.inet_aton(address) + struct.pack("!BBH", 0, protocol, len(segment))
    return segment[:at] + struct.pack("!H", ones_sum(pseudo + segment)) + segment[at + 2:]


def send_ip(source, address, protocol, payload, size=None):
    """One IPv4 packet, or fragments of `size` payload bytes (a multiple of 8)."""
    size = size or len(payload)
    identity = random.randrange(1, 65536)
    with socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW) as out:
        # Else a connection-tracking host would put the fragments together again.
        out.setsockopt(socket.IPPROTO_IP, IP_NODEFRAG, 1)
        for at in range(0, len(payload), size):
            part = payload[at:at + size]
            more = 0x2000 if at + size < len(payload) else 0
            header = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(part), identity, more | at // 8, 64, protocol, 0,
                                 socket.inet_aton(source), socket.inet_aton(address))
            out.sendto(header + part, (address, 0))


def send_tcp(ends, seq, ack, flags, payload=b"", size=None):
    source, source_port, address, port = ends
    segment = struct.pack("!HHIIBBHHH", source_port, port, seq & 0xFFFFFFFF, ack & 0xFFFFFFFF, 5 << 4, flags,
                          64000, 0, 0) + payload
    send_ip(source, address, 6, checksummed(source, address, 6, segment, 16), size)


def segments(listener, ends, deadline):
    """What the peer sends on this connection: (seq, ack, flags, payload)."""
    source, source_port, address, port = ends
    while True:
        listener.settimeout(left(deadline))
        packet = listener.recv(65536)
        at = (packet[0] & 15) * 4
        if packet[12:16] != socket.inet_aton(address) or len(packet) < at + 20:
            continue
        sender_port, own_port, seq, ack, offset, flags = struct.unpack("!HHIIBB", packet[at:at + 14])
        if (sender_port, own_port) == (port, source_port):
            yield seq, ack, flags, packet[at + (offset >> 4) * 4:]


def syn(order, report, deadline):
    """Data on the SYN itself."""
    data = base64.b64decode(order["data"])
    source, first = own_address(order["address"]), random.getrandbits(31)
    started = time.monotonic()
    with socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_TCP) as listener, \
            socket.socket(socket.AF_INET, socket.SOCK_STREAM) as reserved:
        # The port is ours then; the kernel itself resets what answers.
        reserved.bind((source, 0))
        ends = (source, reserved.getsockname()[1], order["address"], order["port"])
        for bound in tries(deadline):
            send_tcp(ends, first, 0, 0x02, data)
            report.sent, report.end = len(data), "silent"
            try:
                for _seq, ack, flags, _payload in segments(listener, ends, bound):
                    if flags & 0x04:
                        report.end = "refused"
                        return
                    confirmed = (ack - first - 1) & 0xFFFFFFFF
                    # Whatever else comes to this port answers another SYN.
                    if flags & 0x12 != 0x12 or confirmed > len(data):
                        continue
                    report.connected = round((time.monotonic() - started) * 1000)
                    report.acknowledged = confirmed
                    return
            except socket.timeout:
                continue


def segment(order, report, deadline):
    """One segment of our own on a connection of the kernel's: RST or FIN with data, or data in IP fragments."""
    data, flags = base64.b64decode(order["data"]), FLAGS[order["flags"]]
    with socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_TCP) as listener:
        peer = connect(order, report, deadline)
        with peer:
            ends = peer.getsockname()[:2] + (order["address"], order["port"])
            theirs, ours = next((seq + 1, ack) for seq, ack, seen, _ in segments(listener, ends, deadline)
                                if seen & 0x12 == 0x12)
            send_tcp(ends, ours, theirs, flags, data, order["fragment"] or None)
            report.sent, report.acknowledged, report.end = len(data), 0, "silent"
            try:
                for seq, ack, seen, payload in segments(listener, ends, deadline):
                    confirmed = (ack - ours) & 0xFFFFFFFF
                    if seen & 0x10 and confirmed <= len(data) + 1:
                        report.acknowledged = max(report.acknowledged, min(confirmed, len(data)))
                    # The kernel, which knows nothing of our data, confirms none of the answer: it may come twice.
                    if payload and (seq - theirs) & 0xFFFFFFFF == report.received:
                        report.take(payload)
                        report.end = "answered"
                        return
                    if seen & 0x04:
                        report.end = "reset"
                        return
            except socket.timeout:
                pass
            finally:
                send_tcp(ends, ours + len(data), 0, 0x04)


def udp_fragments(order, report, deadline):
    data, source = base64.b64decode(order["data"]), own_address(order["address"])
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as peer:
        peer.connect((order["address"], order["port"]))
        datagram = struct.pack("!HHHH", peer.getsockname()[1], order["port"], 8 + len(data), 0) + data
        for bound in tries(deadline):
            whole = checksummed(source, order["address"], 17, datagram, 6)
            send_ip(source, order["address"], 17, whole, order["fragment"])
            report.sent, report.end = report.sent + len(data), "silent"
            try:
                peer.settimeout(left(bound))
                report.take(peer.recv(65536))
                report.end = "answered"
                return
            except socket.timeout:
                continue


def protocol(order, report, deadline):
    """A packet of another IP protocol. That the target's kernel does not know it is an answer, too."""
    data = base64.b64decode(order["data"])
    with socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP) as listener:
        for bound in tries(deadline):
            send_ip(own_address(order["address"]), order["address"], order["number"], data)
            report.sent, report.end = report.sent + len(data), "silent"
            try:
                while True:
                    listener.settimeout(left(bound))
                    packet = listener.recv(65536)
                    at = (packet[0] & 15) * 4
                    kind, quoted = packet[at:at + 2], packet[at + 8:]
                    unreachable = kind == bytes((ICMP_UNREACHABLE, PROTOCOL_UNREACHABLE)) and len(quoted) >= 20
                    ours = unreachable and quoted[16:20] == socket.inet_aton(order["address"])
                    # Of the target itself, and of this protocol: a router or a firewall says it otherwise.
                    if ours and packet[12:16] == quoted[16:20] and quoted[9] == order["number"]:
                        report.take(quoted)
                        report.end = "answered"
                        return
            except socket.timeout:
                continue


RAW_OPERATIONS = {"icmp": icmp, "syn": syn, "segment": segment, "udp-fragments": udp_fragments, "protocol": protocol}
