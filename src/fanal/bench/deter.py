"""Measures prevention: what a decision costs inside one process, what a reload does to it.

Then `deter_http` measures the service from outside.
"""

import argparse
import os
import platform
import random
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from fanal.bench import deter_http
from fanal.bench.deter_http import text, write_list
from fanal.bench.timing import table
from fanal.prevention.decide import Rules, decide
from fanal.prevention.messages.texts import read_texts
from fanal.prevention.nouns import Action, Signals, Surface
from fanal.prevention.uploads import open_lists
from fanal.prevention.words.lists import TermBook, WordFiles, read_words
from fanal.prevention.words.reload import Watched

TARGET = 0.001
"""Seconds that 99 of 100 decisions take at most."""
RELOAD = 1.0
"""Seconds that a new list of 50,000 phrases takes at most."""
TEXTS = 400
HIT = "Latin, with a listed phrase"
ALPHABETS = {
    "Latin": "",
    "Greek": "αβγδεζηθικλμνξοπρστυφχψω",
    "Cyrillic": "абвгдежзийклмнопрстуфхцчшщыэюя",
    "Arabic": "ابتثجحخدذرزسشصضطظعغفقكلمنهوي",
    "Hebrew": "אבגדהוזחטיכלמנסעפצקרשת",
    "Thai": "กขคงจฉชซญดตถทนบปผพฟมยรลวสหอา",
    "Chinese": "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动",
}
"""Script → letters of texts that are drawn at random."""


def main(arguments: Sequence[str] = ()) -> None:
    """Print what asking costs, then a reload beside it, then both over HTTP."""
    parser = argparse.ArgumentParser(prog="fanal bench deter")
    parser.add_argument("--phrases", type=int, default=50_000)
    parser.add_argument("--length", type=int, default=2_000)
    parser.add_argument("--inside", action="store_true", help="without the part over HTTP")
    told, _ = parser.parse_known_args(arguments)
    print(
        f"inside: {told.length:,} characters, {told.phrases:,} phrases; {os.cpu_count()} cores,"
        f" load {os.getloadavg()[0]:.1f}, Python {platform.python_version()}"
    )
    with tempfile.TemporaryDirectory(prefix="fanal-deter-") as scratch:
        path = Path(scratch) / "terms.csv"
        write_list(path, told.phrases)
        files = WordFiles((path,), limit=max(20_000, told.length))
        begin, used = time.perf_counter(), time.process_time()
        watched = Watched(lambda: read_words(files), lambda: (path,))
        print(
            f"a list is read in {time.perf_counter() - begin:.2f} s,"
            f" {time.process_time() - used:.2f} s of the processor (first time: tables of letters)"
        )
        _print_scripts(watched.current, told)
        _print_reload(watched, path, told)
    if not told.inside:
        deter_http.main(arguments)


def texts(script: str, length: int) -> list[str]:
    """Return texts of a script in words of two to nine letters, drawn from a seed."""
    letters = ALPHABETS[script]
    if not letters:
        return [text(length, seed) for seed in range(TEXTS)]
    chance = random.Random(script)
    made = []
    for _ in range(TEXTS):
        words = ("".join(chance.choices(letters, k=chance.randint(2, 9))) for _ in range(length))
        made.append(" ".join(words)[:length])
    return made


def quantile(times: Sequence[float], share: float) -> float:
    """Return what this share of the times lies below."""
    known = sorted(times)
    return known[min(len(known) - 1, int(len(known) * share))]


def _rules(words: TermBook) -> Rules:
    day: date = datetime.now(UTC).date()
    return Rules(words, open_lists(()), read_texts((), (), day, None), day)


def _timed(
    rules: Rules,
    known: Sequence[str],
    action: Action,
    clock: Callable[[], float] = time.thread_time,
) -> list[float]:
    """Return the seconds of the processor that each decision takes; complain of a wrong one."""
    times = []
    for one in known:
        signals = Signals(text=one)
        begin = clock()
        done = decide(Surface.GENERATE, signals, "en", "", rules)
        times.append(clock() - begin)
        if done.action is not action:
            raise ValueError("a decision is wrong")
    return times


def _print_scripts(words: TermBook, told: Any) -> None:
    rules = _rules(words)
    rows: list[tuple[Any, ...]] = [
        ("milliseconds of the processor a decision", "median", "99 of 100", "slowest")
    ]
    for script in ALPHABETS:
        known = texts(script, told.length)
        _timed(rules, known[:20], Action.ALLOW)
        rows.append((script, *_figures(_timed(rules, known, Action.ALLOW))))
    phrase = words.entries[told.phrases // 2].pattern
    known = [text(told.length, seed, phrase) for seed in range(TEXTS)]
    _timed(rules, known[:20], Action.INTERVENE)
    rows.append((HIT, *_figures(_timed(rules, known, Action.INTERVENE))))
    rows.append(("target", "", f"{TARGET * 1_000:.2f}", ""))
    table(rows)


def _figures(times: Sequence[float]) -> tuple[str, str, str]:
    median, most, slowest = (f"{quantile(times, one) * 1_000:.2f}" for one in (0.5, 0.99, 1))
    return median, most, slowest


def _print_reload(watched: Watched[TermBook], path: Path, told: Any) -> None:
    """Go on deciding while a longer list comes in; print what waited."""
    known = [text(told.length, seed) for seed in range(TEXTS)]
    phrase = watched.current.entries[0].pattern
    listed = [text(told.length, seed, phrase) for seed in range(20)]
    taken = [0.0]
    write_list(path, told.phrases + 1)

    def reload() -> None:
        begin = time.perf_counter()
        watched.poll()
        taken[0] = time.perf_counter() - begin

    thread = threading.Thread(target=reload)
    rules, times, at = _rules(watched.current), [], 0
    thread.start()
    while thread.is_alive():
        is_hit = at % 20 == 0
        one = listed[at // 20 % 20] if is_hit else known[at % TEXTS]
        action = Action.INTERVENE if is_hit else Action.ALLOW
        times += _timed(rules, [one], action, time.perf_counter)
        time.sleep(0.001)  # as a service waits for the next request
        at += 1
    thread.join()
    print(
        f"a new list was in use after {taken[0]:.2f} s beside {len(times):,} decisions, none wrong"
        f" (target {RELOAD:.2f} s)"
    )
    median, most, slowest = _figures(times)
    print(f"meanwhile, milliseconds: median {median}, 99 of 100 {most}, slowest {slowest}")
