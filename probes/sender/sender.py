"""Sends what evasion techniques ask for and says, in one line of JSON, what came back of each.

Python 3.9 and later, standard library only. Its one argument is an order (probes/sender-order.ts):
{"timeoutMs": n, "sends": [...]}; all sends go at once. Names are looked up in the file `addresses` beside this
program, lines of name=address, so that what was sent where is on record. A report is a list:
[end, connectMs, sent, acknowledged, greeting, received, answered, first] (probes/sender-report.ts).
"""
import base64
import json
import os
import socket
import struct
import sys
import threading
import time

from raw_packets import RAW_OPERATIONS, connect, has_route, left, tries

START = time.monotonic()
# No more comes once a peer that has spoken is silent for so long.
QUIET_S = 0.7
# A server that speaks first does so by then; beyond it, it is taken for one that waits.
GREETING_S = 2.5
SIOCOUTQ = 0x5411
# What a server counts up in a report: more digits would push the other sends' reports out of it.
MOST_BYTES = 999_999


class Report:
    """What is known of one send so far; a send that is cut short keeps what it had."""

    def __init__(self, keep):
        # Until all of it is on its way: silence proves something only then.
        self.end = "failed"
        self.connected = self.acknowledged = None
        self.sent = self.greeting = self.received = self.answered = 0
        self.keep, self.first = keep, b""

    def take(self, data):
        self.received += len(data)
        self.first = (self.first + data)[: self.keep]

    def fields(self):
        text = base64.b64encode(self.first).decode("ascii")
        greeting, received, answered = (min(count, MOST_BYTES) for count in
                                        (self.greeting, self.received, self.answered))
        return [self.end, self.connected, self.sent, self.acknowledged, greeting, received, answered, text]


def read(peer, deadline, take):
    """Hands on what comes until the peer closes, is quiet after it has spoken, or the deadline."""
    spoken = False
    while True:
        try:
            peer.settimeout(min(QUIET_S, left(deadline)) if spoken else left(deadline))
            data = peer.recv(65536)
        except socket.timeout:
            return "answered" if spoken else "silent"
        if not data:
            return "closed"
        spoken = True
        take(data)


def unacknowledged(peer):
    """Bytes that the peer's kernel has not confirmed; None where the system does not say."""
    try:
        import fcntl

        return struct.unpack("i", fcntl.ioctl(peer.fileno(), SIOCOUTQ, b"\0\0\0\0"))[0]
    except (ImportError, OSError):
        return None


def note_acknowledged(peer, report):
    pending = unacknowledged(peer)
    report.acknowledged = None if pending is None else max(0, report.sent - pending)


def tcp(order, report, deadline):
    peer = connect(order, report, deadline)
    try:
        if order.get("greeting"):
            spoken = Report(report.keep)
            read(peer, min(deadline, time.monotonic() + GREETING_S), spoken.take)
            report.greeting, report.first = spoken.received, spoken.first
        for data, pause_ms in order["chunks"]:
            data = base64.b64decode(data)
            peer.settimeout(left(deadline))
            peer.sendall(data)
            report.sent += len(data)
            # The last one has no successor to wait for.
            time.sleep(min(pause_ms / 1000, max(0, deadline - time.monotonic())))
        report.end = "silent"
        if order["chunks"]:
            held_first, report.first = report.first, b""
            try:
                report.end = read(peer, deadline, report.take)
            finally:
                report.first = report.first or held_first
        else:
            report.end = "answered" if report.greeting else "silent"
    finally:
        note_acknowledged(peer, report)
        peer.close()


def tls(order, report, deadline):
    """A whole TLS handshake by OpenSSL, then data inside it. Certificates are not looked at."""
    import ssl

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    session = context.wrap_bio(incoming, outgoing, server_hostname=order["name"])
    peer = connect(order, report, deadline)

    def flush():
        data = outgoing.read()
        if data:
            peer.settimeout(left(deadline))
            peer.sendall(data)
            report.sent += len(data)

    def pump(bound):
        flush()
        peer.settimeout(left(bound))
        data = peer.recv(65536)
        if not data:
            raise EOFError()
        report.received += len(data)
        incoming.write(data)

    def until_done(step, bound):
        while True:
            try:
                return step()
            except ssl.SSLWantReadError:
                pump(bound())

    try:
        until_done(session.do_handshake, lambda: deadline)
        session.write(base64.b64decode(order["data"]))
        flush()
        while True:
            spoken = report.answered > 0
            data = until_done(lambda: session.read(65536),
                              lambda: min(deadline, time.monotonic() + QUIET_S) if spoken else deadline)
            if not data:
                report.end = "closed"
                return
            report.answered += len(data)
            report.first = (report.first + data)[: report.keep]
            report.end = "answered"
    except (socket.timeout, ssl.SSLZeroReturnError):
        report.end = "answered" if report.answered else "silent" if report.sent else "failed"
    except EOFError:
        report.end = "answered" if report.answered else "closed"
    except ssl.SSLError:
        # Without a byte of the server's, the error is the host's own.
        report.end = "answered" if report.answered else "alert" if report.received else "failed"
    finally:
        note_acknowledged(peer, report)
        peer.close()


def udp(order, report, deadline):
    family = socket.AF_INET6 if ":" in order["address"] else socket.AF_INET
    data = base64.b64decode(order["data"])
    with socket.socket(family, socket.SOCK_DGRAM) as peer:
        peer.connect((order["address"], order["port"]))
        for bound in tries(deadline):
            peer.send(data)
            report.sent, report.end = report.sent + len(data), "silent"
            try:
                peer.settimeout(left(bound))
                report.take(peer.recv(65536))
                report.end = "answered"
                return
            except socket.timeout:
                continue


OPERATIONS = {"tcp": tcp, "tls": tls, "udp": udp, **RAW_OPERATIONS}


def addresses():
    path = os.path.join(os.path.dirname(os.path.abspath(sys.argv[0])), "addresses")
    with open(path, encoding="ascii") as lines:
        return dict(line.strip().split("=", 1) for line in lines if "=" in line)


def perform(order, report, deadline):
    try:
        if not has_route(order["address"]):
            report.end = "stranded"
            return
        OPERATIONS[order["op"]](order, report, deadline)
    except socket.timeout:
        pass
    except ConnectionRefusedError:
        report.end = "refused"
    except (ConnectionResetError, BrokenPipeError):
        report.end = "reset"
    except PermissionError:
        report.end = "forbidden"
    except OSError as error:
        report.end = "unreachable" if error.errno in (101, 113) else "failed"
    except Exception:  # The other sends' reports must not be lost by it.
        report.end = "failed"


def main():
    order = json.loads(sys.argv[1])
    deadline, known = START + order["timeoutMs"] / 1000, addresses()
    reports, threads = [], []
    for send in order["sends"]:
        report = Report(send["keep"])
        reports.append(report)
        send["address"] = known.get(send["to"], "")
        if not send["address"]:
            report.end = "unresolved"
            continue
        threads.append(threading.Thread(target=perform, args=(send, report, deadline), daemon=True))
        threads[-1].start()
    for thread in threads:
        thread.join(max(0, deadline + 1 - time.monotonic()))
    print(json.dumps([report.fields() for report in reports], separators=(",", ":")), flush=True)
    # Not by way of the interpreter's end: a thread that hangs must not hold it up.
    os._exit(0)


main()
