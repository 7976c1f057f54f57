"""Runs the scripts of one processing job beside each other, and prints what became of each in checksummed frames.

JOB is a dict: nonce (of the frames, known to no script), workers (scripts at a time), scripts (a list of dicts with
script, timeoutMs, and delayMs after the container's start). Scripts are told apart by their place in that list. processing-job-frames.ts reads the frames.
"""
import base64
import hashlib
import json
import os
import queue
import signal
import socket
import subprocess
import threading
import time
import zlib

MAX_OUTPUT_BYTES = 64 * 1024
CHUNK_CHARACTERS = 4000
# A script that is told to end takes its client and its folder with it; that needs a second.
ENDING_SECONDS = 2

printing = threading.Lock()
began = time.monotonic()


class Capture(threading.Thread):
    """The first bytes of a stream; the rest is read and forgotten, so that the writer never waits."""

    def __init__(self, stream):
        super().__init__(daemon=True)
        self.stream, self.kept, self.cut = stream, b"", False
        self.start()

    def run(self):
        try:
            for chunk in iter(lambda: os.read(self.stream.fileno(), 65536), b""):
                room = MAX_OUTPUT_BYTES - len(self.kept)
                self.kept += chunk[:room]
                self.cut = self.cut or len(chunk) > room
        except (OSError, ValueError):
            pass

    def text(self):
        return self.kept.decode("utf-8", "replace")


def own_address():
    """The address that packets to the internet leave from; nothing is sent. None where there is no way."""
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.connect(("192.0.2.1", 9))
            return probe.getsockname()[0]
    except OSError:
        return None


def end_group(child, which):
    try:
        os.killpg(child.pid, which)
    except OSError:
        pass


def outcome(script, timeout_seconds):
    started = time.time()
    # A session of its own, so that the bound ends everything in it.
    child = subprocess.Popen(
        ["/bin/sh", "-c", script],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    out, err = Capture(child.stdout), Capture(child.stderr)
    try:
        code = child.wait(timeout_seconds)
    except subprocess.TimeoutExpired:
        code = None
        end_group(child, signal.SIGTERM)
        try:
            child.wait(ENDING_SECONDS)
        except subprocess.TimeoutExpired:
            pass
        end_group(child, signal.SIGKILL)
        child.wait()
    # A process that left the session may still hold the pipes.
    out.join(ENDING_SECONDS)
    err.join(ENDING_SECONDS)
    return {
        # A shell says 128 and more of a signal, Popen says it with a minus.
        "exitCode": 128 - code if code is not None and code < 0 else code,
        "stdout": out.text(),
        "stderr": err.text(),
        "cut": out.cut,
        "address": own_address(),
        "startedAtMs": int(started * 1000),
        "finishedAtMs": int(time.time() * 1000),
    }


def say(nonce, index, result):
    data = json.dumps(result).encode()
    digest = hashlib.sha256(data).hexdigest()[:32]
    text = base64.b64encode(zlib.compress(data, 9)).decode()
    chunks = [text[at : at + CHUNK_CHARACTERS] for at in range(0, len(text), CHUNK_CHARACTERS)]
    with printing:
        for part, chunk in enumerate(chunks, 1):
            print("studio-egress-job", nonce, index, part, len(chunks), digest, chunk, flush=True)


def work(job, waiting):
    while True:
        try:
            index, asked = waiting.get_nowait()
        except queue.Empty:
            return
        time.sleep(max(0, began + asked["delayMs"] / 1000 - time.monotonic()))
        try:
            result = outcome(asked["script"], asked["timeoutMs"] / 1000)
        except OSError as error:
            result = {"error": str(error)}
        say(job["nonce"], index, result)


def main(job):
    waiting = queue.Queue()
    for pair in enumerate(job["scripts"]):
        waiting.put(pair)
    workers = [threading.Thread(target=work, args=(job, waiting)) for _ in range(job["workers"])]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()


main(JOB)  # noqa: F821: given by whoever executes this text
