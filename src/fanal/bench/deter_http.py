"""Measures `fanal deter serve` from outside: answers a second, and while a list is read anew.

Requests leave at fixed times whatever the answers do, and each is timed from when it should have
left: a service that stops for a moment is charged for all who would have waited.
"""

import argparse
import http.client
import json
import os
import platform
import random
import selectors
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from fanal.bench.timing import table

TARGET = 0.005
"""Seconds that 99 of 100 answers take at most (PREV-13)."""
CONNECTIONS = 16
WARM = 2.0
TEXTS = 256
HITS = 20
"""One request in so many holds a phrase of the list."""
SYLLABLES = (
    "ba",
    "ce",
    "di",
    "fo",
    "gu",
    "hé",
    "ja",
    "ki",
    "lo",
    "mü",
    "na",
    "pe",
    "qi",
    "ro",
    "å",
)
CONFIG = """[service]
poll_seconds = 3600
[words]
lists = ["terms.csv"]
[counting]
folder = "counts"
"""
HEAD = "id,pattern,kind,langs,severity,valid_from,source_ref\n"


@dataclass(slots=True)
class Run:
    """What came of one series of requests."""

    times: list[float] = field(default_factory=list)
    """Seconds from when a request should have left until its answer was there."""
    starts: list[float] = field(default_factory=list)
    wrong: int = 0

    def at(self, share: float) -> float:
        """Return the time that this share of the answers took at most."""
        told = sorted(self.times)
        return told[min(len(told) - 1, int(len(told) * share))] if told else 0.0


def main(arguments: Sequence[str] = ()) -> None:
    """Print how long decisions take over HTTP, and during a reload."""
    parser = argparse.ArgumentParser(prog="fanal bench deter")
    parser.add_argument("--phrases", type=int, default=50_000)
    parser.add_argument("--length", type=int, default=2_000)
    parser.add_argument("--rate", type=int, default=500)
    parser.add_argument("--seconds", type=float, default=20.0)
    told, _ = parser.parse_known_args(arguments)
    with tempfile.TemporaryDirectory(prefix="fanal-deter-") as scratch:
        home = Path(scratch)
        write_list(home / "terms.csv", told.phrases)
        (home / "deter.toml").write_text(CONFIG, "ascii")
        with service(home / "deter.toml") as (process, port):
            _print(home, process, port, told)


def write_list(path: Path, phrases: int) -> None:
    """Write a list of made-up phrases of two words each, whole or not at all."""
    rows = (f"zz-{at},zz{at:06d} {word(at)},phrase,,,,made up\n" for at in range(phrases))
    draft = path.with_suffix(".new")
    draft.write_text(HEAD + "".join(rows), "utf-8")
    draft.replace(path)


def word(seed: int) -> str:
    """Return a made-up word."""
    chance = random.Random(seed)
    return "".join(chance.choice(SYLLABLES) for _ in range(chance.randint(1, 4)))


def text(length: int, seed: int, phrase: str = "") -> str:
    """Return a text of made-up words of this length, with a phrase in the middle."""
    words, size, at = [], 0, seed * 1_000
    while size <= length:
        words.append(word(at))
        size, at = size + len(words[-1]) + 1, at + 1
    if phrase:
        words.insert(len(words) // 2, phrase)
    return " ".join(words)[:length]


@contextmanager
def service(config: Path) -> Iterator[tuple[Any, int]]:
    """Run the service in a process of its own, and lend it with its port."""
    command = [sys.executable, "-m", "fanal", "deter", "serve", str(config), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            first = process.stdout.readline() if process.stdout else ""
            yield process, int(first.rpartition(":")[2])
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(30)


def requests(length: int, phrases: int, port: int) -> list[tuple[bytes, bytes]]:
    """Return requests, each with what its answer must say."""
    made = []
    for at in range(TEXTS):
        is_hit = at % HITS == 0
        known = at * phrases // TEXTS
        phrase = f"zz{known:06d} {word(known)}" if is_hit else ""
        act = {"surface": "generate", "text": text(length, at, phrase), "locale": "en"}
        body = json.dumps(act, ensure_ascii=False).encode()
        head = (
            f"POST /v1/decide HTTP/1.1\r\nHost: localhost:{port}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        wanted = b'"block_and_intervene"' if is_hit else b'"allow"'
        made.append((head.encode() + body, b'"action": ' + wanted))
    return made


class Load:
    """Sends requests at fixed times over connections that stay open."""

    def __init__(self, port: int, known: list[tuple[bytes, bytes]]) -> None:
        """Connect."""
        self._known = known
        self._free: SimpleQueue[socket.socket] = SimpleQueue()
        self._sent: dict[int, tuple[float, bytes]] = {}
        self._held: dict[int, bytes] = {}
        self._selector = selectors.DefaultSelector()
        self._run = Run()
        self._left = 0
        for _ in range(CONNECTIONS):
            one = socket.create_connection(("127.0.0.1", port))
            one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._selector.register(one, selectors.EVENT_READ)
            self._free.put(one)

    def close(self) -> None:
        """Let the connections go."""
        for key in [*self._selector.get_map().values()]:
            key.fileobj.close()  # type: ignore[union-attr]
        self._selector.close()

    def run(self, rate: int, seconds: float) -> Run:
        """Send for some seconds and wait for every answer."""
        count = int(rate * seconds)
        self._run, self._left = Run(), count
        sender = threading.Thread(target=self._send, args=(rate, count))
        sender.start()
        while self._left:
            for key, _ in self._selector.select(10):
                self._receive(key.fileobj)
        sender.join()
        return self._run

    def _send(self, rate: int, count: int) -> None:
        begin = time.perf_counter() + 0.01
        for at in range(count):
            due = begin + at / rate
            if (wait := due - time.perf_counter()) > 0:
                time.sleep(wait)
            one = self._free.get()
            told, wanted = self._known[at % len(self._known)]
            self._sent[one.fileno()] = (due, wanted)
            one.sendall(told)

    def _receive(self, one: Any) -> None:
        number = one.fileno()
        part = one.recv(65_536)
        held = self._held.pop(number, b"") + part
        head, blank, body = held.partition(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0] or 0)
        if part and (not blank or len(body) < length):
            self._held[number] = held
            return
        due, wanted = self._sent[number]
        self._run.times.append(time.perf_counter() - due)
        self._run.starts.append(due)
        self._run.wrong += wanted not in body
        self._left -= 1
        self._free.put(one)


def _print(home: Path, process: Any, port: int, told: Any) -> None:
    load = Load(port, requests(told.length, told.phrases, port))
    print(
        f"over HTTP: {told.rate} requests a second, {told.length:,} characters each,"
        f" {told.phrases:,} phrases; {CONNECTIONS} connections"
    )
    print(
        f"{os.cpu_count()} cores shared with the sender, load {os.getloadavg()[0]:.1f},"
        f" Python {platform.python_version()}"
    )
    load.run(told.rate, WARM)
    used = _processor(process.pid)
    steady = load.run(told.rate, told.seconds)
    share = (_processor(process.pid) - used) / told.seconds
    anew, taken = _reloaded(home, (process, port), load, told)
    load.close()
    rows: list[tuple[Any, ...]] = [
        ("milliseconds", "median", "99 of 100", "999 of 1,000", "slowest", "wrong")
    ]
    for name, run in (("steady", steady), ("while a list is read anew", anew)):
        figures = [f"{run.at(one) * 1_000:.2f}" for one in (0.5, 0.99, 0.999, 1)]
        rows.append((name, *figures, run.wrong))
    rows.append(("target", "", f"{TARGET * 1_000:.2f}", "", "", 0))
    table(rows)
    print(f"the service used {share:.0%} of a core; a new list was in use after {taken:.1f} s")


def _reloaded(home: Path, served: tuple[Any, int], load: Load, told: Any) -> tuple[Run, float]:
    """Send while a list grows by a phrase; return what was due until it was in use, and how long.

    Wrong answers are those of the whole series.
    """
    process, port = served
    before, times = version(port), [0.0, 0.0]
    write_list(home / "more.csv", told.phrases + 1)

    def grow() -> None:
        time.sleep(told.seconds / 8)
        times[0] = time.perf_counter()
        (home / "more.csv").replace(home / "terms.csv")
        process.send_signal(signal.SIGHUP)
        while version(port) == before:
            time.sleep(0.05)
        times[1] = time.perf_counter()

    thread = threading.Thread(target=grow)
    thread.start()
    run = load.run(told.rate, told.seconds)
    thread.join()
    during = [
        (due, one)
        for due, one in zip(run.starts, run.times, strict=True)
        if times[0] <= due + one and due <= times[1]
    ]
    return Run([one for _, one in during], [due for due, _ in during], run.wrong), (
        times[1] - times[0]
    )


def version(port: int) -> str:
    """Return the digest of the lists that are asked."""
    asked = http.client.HTTPConnection("localhost", port, timeout=30)
    asked.request("GET", "/v1/health")
    told: dict[str, str] = json.loads(asked.getresponse().read())
    asked.close()
    return told["list_version"]


def _processor(pid: int) -> float:
    """Return the seconds of the processor that a program has used."""
    fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
