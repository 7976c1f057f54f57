"""Every packet that comes into this network namespace, searched for nonces. Python's standard library only.

Started by sniffer.ts. JSON lines on standard input ask, JSON lines on standard output answer:
  {"request": 1, "redirected": ["203.0.113.60"]}   begin; connections to these addresses are told with their real ports
  {"request": 2}                                   say what has come in so far, then {"type": "done", "request": 2}
It sees what no socket does: data on SYN, RST and FIN, other protocols, lone fragments, ports that nobody serves. It
reads packets before anything is translated, decides nothing, and ends with its input. All tables are bounded; what
is lost to a bound is counted and told.
"""
import json
import os
import re
import select
import socket
import struct
import sys
import time
from collections import OrderedDict

SEARCHED_BYTES = 8192
# So much of what has been searched is searched again with what follows it: longer than any nonce's spelling.
OVERLAP_BYTES = 64
MAX_FLOWS = 8192
MAX_DATAGRAMS = 1024
MAX_DATAGRAM_BYTES = 65_536
MAX_SEEN = 200_000
IDLE_SECONDS = 60
RECEIVE_BUFFER_BYTES = 32 * 1024 * 1024

ETH_P_IP = 0x0800
PACKET_OUTGOING = 4
SOL_PACKET, PACKET_STATISTICS = 263, 6
SO_RCVBUFFORCE, SO_TIMESTAMPNS = 33, 35
ICMP, TCP, UDP = 1, 6, 17
SYN = 0x02
# Unreachable, source quench, redirect, time exceeded, parameter problem.
ICMP_ERRORS = [bytes([kind]) for kind in (3, 4, 5, 11, 12)]
NTP_PORT, NTP_BYTES = 123, 48
NAMES = {ICMP: "icmp", TCP: "tcp", UDP: "udp"}

# A whole DNS label; a name's label; raw bytes or a path. Nonces are 16 hexadecimal digits.
NONCE = re.compile(rb"(?:\x11n|studio-egress[:/])([0-9a-f]{16})|n([0-9a-f]{16})\.", re.IGNORECASE)


# Larger than any packet; what is kept of one is copied out of it.
BUFFER = memoryview(bytearray(1 << 17))


class Flow:
    """The first bytes that one side of a TCP connection has sent, in order as far as they have come."""

    __slots__ = ("base", "stream", "later", "bytes", "at")

    def __init__(self, base, at):
        self.base = base
        self.stream = bytearray()
        self.later = {}
        self.bytes = 0
        self.at = at

    def add(self, offset, payload):
        """Take a segment in; true when there is more to search than before."""
        before = len(self.stream)
        if offset >= SEARCHED_BYTES or before >= SEARCHED_BYTES:
            self.bytes += len(payload) if offset >= self.bytes else 0
            return False
        if offset > before:
            if sum(map(len, self.later.values())) < 2 * SEARCHED_BYTES:
                self.later.setdefault(offset, payload[: SEARCHED_BYTES - offset])
            return False
        self.join(offset, payload)
        for start in sorted(self.later):
            if start > len(self.stream):
                break
            self.join(start, self.later.pop(start))
        return len(self.stream) > before

    def join(self, offset, payload):
        new = payload[len(self.stream) - offset :]
        self.bytes += len(new)
        self.stream += new[: SEARCHED_BYTES - len(self.stream)]


class Sniffer:
    def __init__(self):
        self.redirected = set()
        self.flows = OrderedDict()
        self.datagrams = OrderedDict()
        self.seen = OrderedDict()
        self.lost = 0
        self.out = []

    def say(self, **message):
        self.out.append(json.dumps(message))

    def flush(self):
        if self.out:
            os.write(1, ("\n".join(self.out) + "\n").encode())
            self.out = []

    def packet(self, packet, at):
        """One IPv4 packet as it came."""
        if len(packet) < 20 or packet[0] >> 4 != 4:
            return
        header = (packet[0] & 15) * 4
        # A packet that the kernel will cut only later may be larger than its length field can say.
        total = struct.unpack_from("!H", packet, 2)[0] or len(packet)
        payload = bytes(packet[header : min(total, len(packet))])
        fragment = struct.unpack_from("!H", packet, 6)[0]
        protocol = packet[9]
        remote, local = socket.inet_ntoa(packet[12:16]), socket.inet_ntoa(packet[16:20])
        if fragment & 0x3FFF:
            key = (protocol, remote, local, bytes(packet[4:6]))
            self.fragment(key, (fragment & 0x1FFF) * 8, payload, not fragment & 0x2000, at)
        else:
            self.whole(protocol, remote, local, payload, at)

    def whole(self, protocol, remote, local, payload, at):
        if protocol == TCP and len(payload) >= 20:
            self.segment(remote, local, payload, at)
        elif protocol == UDP and len(payload) >= 8:
            source, destination = struct.unpack_from("!HH", payload)
            self.datagram(f"{remote}:{source}", f"{local}:{destination}", destination, payload[8:], at)
        elif protocol == ICMP and payload[:1] in ICMP_ERRORS:
            # Mostly a quotation of what a server here has answered: no arrival of its own where that is known.
            self.search(protocol, remote, local, payload[8:], None, at, known=True)
        else:
            self.search(protocol, remote, local, payload[8:] if protocol == ICMP else payload, None, at)

    def segment(self, remote, local, segment, at):
        source, destination, sequence = struct.unpack_from("!HHI", segment)
        header, flags = (segment[12] >> 4) * 4, segment[13]
        payload = segment[header:]
        if not payload and not flags & SYN:
            return
        key = (remote, source, local, destination)
        start = (sequence + 1) & 0xFFFFFFFF if flags & SYN else sequence
        flow = self.flows.get(key)
        if flow is None or (flags & SYN and flow.base != start):
            flow = self.flows[key] = Flow(start, at)
            self.told(TCP, f"{remote}:{source}", local, destination)
        flow.at = at
        self.flows.move_to_end(key)
        self.bound()
        if not payload:
            return
        offset = (start - flow.base) & 0xFFFFFFFF
        searched = len(flow.stream)
        ends = f"{remote}:{source}", f"{local}:{destination}"
        if flow.add(offset, payload):
            window = bytes(flow.stream[max(0, searched - OVERLAP_BYTES) :])
            self.search(TCP, *ends, window, flow.bytes, at)
        if searched < SEARCHED_BYTES:
            # By itself as well: what is sent out of order, twice or outside of every window came here all the same.
            self.search(TCP, *ends, payload[:SEARCHED_BYTES], max(flow.bytes, len(payload)), at)

    def datagram(self, remote, local, port, payload, at):
        self.told(UDP, remote, local.rpartition(":")[0], port)
        self.search(UDP, remote, local, payload, None, at)
        if port == NTP_PORT and len(payload) == NTP_BYTES:
            # A time server's client can put eight bytes of its own into its transmit time.
            self.arrival(UDP, remote, local, payload[40:48].hex(), len(payload), at)

    def fragment(self, key, offset, payload, last, at):
        protocol, remote, local, _ = key
        pieces, end = self.datagrams.get(key, ({}, None))
        if sum(map(len, pieces.values())) < MAX_DATAGRAM_BYTES:
            pieces.setdefault(offset, payload)
        end = offset + len(payload) if last else end
        self.datagrams[key] = pieces, end
        self.datagrams.move_to_end(key)
        if len(self.datagrams) > MAX_DATAGRAMS:
            self.datagrams.popitem(last=False)
        joined = bytearray()
        for start in sorted(pieces):
            if start > len(joined):
                break
            joined += pieces[start][len(joined) - start :]
        ends = remote, local
        if protocol in (TCP, UDP) and len(joined) >= 4:
            ends = tuple(f"{end}:{port}" for end, port in zip(ends, struct.unpack_from("!HH", joined)))
        had = sum(map(len, pieces.values())) - (8 if protocol in (ICMP, UDP) and 0 in pieces else 0)
        if end is not None and len(joined) >= end:
            del self.datagrams[key]
            self.whole(protocol, remote, local, bytes(joined[:end]), at)
        for part in (bytes(joined), payload):
            self.search(protocol, *ends, part, had, at)

    def search(self, protocol, remote, local, payload, had, at, known=False):
        for match in NONCE.finditer(payload):
            nonce = (match[1] or match[2]).decode().lower()
            if known and (remote, nonce) in self.seen:
                continue
            self.arrival(protocol, remote, local, nonce, len(payload) if had is None else had, at)

    def arrival(self, protocol, remote, local, nonce, had, at):
        """Once for each flow and nonce; what a fragment was found in is not found again in the whole."""
        addresses = protocol, remote.partition(":")[0], local.partition(":")[0], nonce
        keys = ((*addresses, remote, local), addresses)
        if keys[0] in self.seen or (keys[1] in self.seen and self.seen[keys[1]] == "without ports"):
            return
        self.seen[keys[0]] = self.seen[addresses[1], nonce] = ""
        self.seen[keys[1]] = "" if ":" in remote else "without ports"
        name = NAMES.get(protocol, str(protocol))
        self.say(type="arrival", at=iso(at), nonce=nonce, protocol=name, remote=remote, local=local, bytes=had)

    def told(self, protocol, remote, local, port):
        key = "told", remote, local, port
        if local in self.redirected and key not in self.seen:
            self.seen[key] = ""
            self.say(type="redirected", protocol=NAMES[protocol], remote=remote, local=f"{local}:{port}")

    def bound(self):
        while len(self.seen) > MAX_SEEN:
            self.seen.popitem(last=False)
        while len(self.flows) > MAX_FLOWS:
            key, flow = self.flows.popitem(last=False)
            # What is over is no loss; what goes on is not followed any more.
            if time.time() - flow.at < IDLE_SECONDS and 0 < len(flow.stream) < SEARCHED_BYTES:
                self.lost += 1


def iso(at):
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(at)) + ".%03dZ" % (at % 1 * 1000)


def open_socket():
    """Packets from their IP header on, inbound only: the kernel hands a protocol's own sockets nothing that goes out."""
    sniffed = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(ETH_P_IP))
    try:
        sniffed.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, RECEIVE_BUFFER_BYTES)
    except OSError:
        # Not allowed in every namespace; a smaller buffer loses packets sooner, and says so.
        sniffed.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER_BYTES)
    sniffed.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
    sniffed.setblocking(False)
    return sniffed


def receive(sniffed):
    """The next packet, and when the kernel took it in; None when there is none."""
    try:
        length, ancillary, _, sender = sniffed.recvmsg_into([BUFFER], 64)
    except BlockingIOError:
        return None
    at = time.time()
    for level, kind, data in ancillary:
        if level == socket.SOL_SOCKET and kind == SO_TIMESTAMPNS and len(data) >= 16:
            seconds, nanoseconds = struct.unpack("qq", data[:16])
            at = seconds + nanoseconds / 1e9
    # What the servers say to a client in their own namespace did not come in.
    return (b"" if sender[0] == "lo" or sender[2] == PACKET_OUTGOING else BUFFER[:length]), at


def drain(sniffer, sniffed, limit):
    """Handle what has been received, up to what came in after `limit`."""
    received = receive(sniffed)
    while received is not None:
        sniffer.packet(*received)
        if received[1] > limit:
            break
        received = receive(sniffed)
    sniffer.flush()


def answer(sniffer, sniffed, line):
    asked = json.loads(line)
    sniffer.redirected.update(asked.get("redirected", []))
    drain(sniffer, sniffed, time.time())
    sniffer.lost += struct.unpack("II", sniffed.getsockopt(SOL_PACKET, PACKET_STATISTICS, 8))[1]
    if sniffer.lost:
        sniffer.say(type="lost", count=sniffer.lost)
        sniffer.lost = 0
    sniffer.say(type="done", request=asked["request"])
    sniffer.flush()


def main():
    sniffer, sniffed, pending = Sniffer(), open_socket(), b""
    while True:
        ready, _, _ = select.select([sniffed, 0], [], [])
        if 0 in ready:
            read = os.read(0, 65536)
            if not read:
                return
            *lines, pending = (pending + read).split(b"\n")
            for line in lines:
                answer(sniffer, sniffed, line)
        if sniffed in ready:
            drain(sniffer, sniffed, time.time())


if __name__ == "__main__":
    main()
