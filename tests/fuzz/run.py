"""Runs the fuzz targets for a set time: `python tests/fuzz/run.py --seconds 60 [--target NAME]`.

Targets are shared out evenly over the time and, with `--jobs`, over processes. Inputs that reached
new code are kept in `.fuzz/corpus`, what breaks a promise in `.fuzz/crashes`; exit code 1 says that
there is some.
"""

# ruff: noqa: T201 (what it finds is printed)
import argparse
import base64
import os
import re
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

HERE = Path(__file__).parent
HOME = HERE.parents[1] / ".fuzz"
GUIDED = find_spec("atheris") is not None
LONGEST_SHOWN = 3000
"""Bytes of an input that are printed; a longer one is only named."""

sys.path.insert(0, str(HERE.parent))


@dataclass(frozen=True, slots=True)
class Told:
    """What became of one target."""

    name: str
    guide: str
    runs: int
    seconds: float
    edges: str
    crashes: tuple[Path, ...]
    said: str = ""


def ran(name: str, seconds: int, *, guided: bool, longest: int, scratch: str) -> Told:
    """Run one target in a process of its own."""
    corpus, crashes = HOME / "corpus" / name, HOME / "crashes" / name
    for folder in (corpus, crashes):
        folder.mkdir(parents=True, exist_ok=True)
    before = set(crashes.iterdir())
    if guided:
        command = [
            *(str(HERE / "guided.py"), name, f"-max_total_time={seconds}", f"-max_len={longest}"),
            *("-timeout=10", "-rss_limit_mb=2048", "-print_final_stats=1", "-verbosity=1"),
            *(f"-artifact_prefix={crashes}/", str(corpus)),
        ]
    else:
        command = [str(HERE / "unguided.py"), name, str(seconds), str(crashes)]
    begin = time.monotonic()
    done = subprocess.run(
        [sys.executable, *command],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="backslashreplace",
        check=False,
        env={**os.environ, "PYTHONWARNINGS": "ignore", "ZZ_FUZZ_SCRATCH": scratch},
        cwd=HERE.parents[1],
    )
    passed = time.monotonic() - begin
    said = done.stdout
    runs = re.findall(r"number_of_executed_units: (\d+)", said) or re.findall(
        r"^#(\d+)", said, re.MULTILINE
    )
    edges = re.findall(r"cov: (\d+)", said)
    new = tuple(sorted(set(crashes.iterdir()) - before))
    if done.returncode and not new:
        new = (crashes / "none",)
    why = re.search(r"=== Uncaught Python exception: ===\n(.*?)(?:\n==|\Z)", said, re.DOTALL)
    last = (why[1] if why else said)[-1500:] if done.returncode else ""
    return Told(
        name,
        "coverage" if guided else "hypothesis",
        int(runs[-1]) if runs else 0,
        passed,
        edges[-1] if edges else "-",
        new,
        last,
    )


def crash(told: Told) -> None:
    """Print what was found, and how it becomes a test."""
    for path in told.crashes:
        print(f"\nCRASH in {told.name}: {path}\n{told.said}")
        if path.is_file() and path.stat().st_size <= LONGEST_SHOWN:
            text = base64.b64encode(path.read_bytes()).decode()
            print("to keep it as a test, add to FOUND in tests/fuzz/found.py:")
            print(f'    ("{told.name}", "what went wrong", b64decode("{text}")),')


def table(all_told: list[Told]) -> None:
    """Print one line a target."""
    print(f"\n{'target':<24}{'guide':<12}{'runs':>10}{'runs/s':>9}{'edges':>8}{'crashes':>9}")
    for told in all_told:
        rate = told.runs / told.seconds
        row = f"{told.name:<24}{told.guide:<12}{told.runs:>10,}{rate:>9,.0f}{told.edges:>8}"
        print(f"{row}{len(told.crashes):>9}")
    runs, seconds = sum(t.runs for t in all_told), sum(t.seconds for t in all_told)
    print(f"{runs:,} runs in {seconds:,.1f} s of fuzzing, {len(all_told)} targets")


def main() -> int:
    """Share the time out and run."""
    from fuzz.targets import TARGETS  # noqa: PLC0415 (the path is set above)

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=60, help="for all targets together")
    parser.add_argument("--target", action="append", choices=sorted(TARGETS), help="only this one")
    parser.add_argument("--jobs", type=int, default=1, help="targets at once")
    asked = parser.parse_args()
    names = asked.target or list(TARGETS)
    seconds = max(1, asked.seconds * asked.jobs // len(names))
    if not GUIDED:
        print("atheris is not installed: hypothesis alone, without coverage as the guide")
    with ThreadPoolExecutor(asked.jobs) as pool:
        all_told = list(pool.map(lambda n: _ran(TARGETS[n], seconds), names))
    for told in all_told:
        crash(told)
    table(all_told)
    return int(any(told.crashes for told in all_told))


def _ran(target: "object", seconds: int) -> Told:
    from fuzz.target import scratch_folder  # noqa: PLC0415 (the path is set above)

    guided = GUIDED and target.guided
    with scratch_folder() as scratch:
        return ran(target.name, seconds, guided=guided, longest=target.longest, scratch=scratch)


if __name__ == "__main__":
    sys.exit(main())
