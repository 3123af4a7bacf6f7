"""Finds the command, runs it and turns errors into exit codes."""

import io
import os
import signal
import sys
import threading
from contextlib import suppress

# Worker processes are the parallelism here; threads inside a matrix product only cost time.
for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

import click  # noqa: E402

from fanal import __version__  # noqa: E402
from fanal.cli.lazy import Lazy  # noqa: E402
from fanal.errors import FanalError  # noqa: E402

COMMANDS = {
    "demo": "fanal.cli.demo:demo",
    "triage": "fanal.cli.triage:triage",
    "examine": "fanal.cli.examine:examine",
    "devices": "fanal.cli.devices:devices",
    "validate": "fanal.cli.validate:validate",
    "plugins": "fanal.cli.plugins:plugins",
    "lists": "fanal.cli.lists:lists",
    "trust": "fanal.cli.trust:trust",
    "items": "fanal.cli.items:items",
    "show": "fanal.cli.show:show",
    "queue": "fanal.cli.queue:queue",
    "series": "fanal.cli.series:series",
    "priorities": "fanal.cli.priorities:priorities",
    "review": "fanal.cli.review:review",
    "decide": "fanal.cli.decide:decide",
    "decisions": "fanal.cli.decisions:decisions",
    "account": "fanal.cli.account:account",
    "leads": "fanal.cli.leads:leads",
    "package": "fanal.cli.package:package",
    "deter": "fanal.cli.deter:deter",
    "report": "fanal.cli.report:report",
    "export": "fanal.cli.export:export",
    "audit": "fanal.cli.audit:audit",
    "case": "fanal.cli.case:case",
    "doctor": "fanal.cli.doctor:doctor",
    "bench": "fanal.cli.bench:bench",
}
"""Command → where it lives; a new command is one file and one line here."""


@click.group(cls=Lazy, table=COMMANDS, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="fanal")
def fanal() -> None:
    """Put the pictures that may show a real, unidentified child in front of a person first.

    Reads what was seized without changing it, sets what is known aside and orders the rest.

    Begin with:  fanal triage EVIDENCE --case DIR    (or `fanal demo` to see it on made-up evidence)

    Exit codes: 0 done, 1 failed, 2 wrong use, 3 finished but something was not read (see
    fanal account), 4 a planted item was missed.
    """


STOPPED = "\nfanal: stopped; run the same command again and it goes on"
GRACE = 15.0
"""Seconds that clearing up after Ctrl-C may take; a case bears being left at any moment."""


def _leave() -> None:
    os.write(2, f"{STOPPED}\n".encode())
    os._exit(1)


def _interrupted(_number: int, _frame: object) -> None:
    timer = threading.Timer(GRACE, _leave)
    timer.daemon = True
    timer.start()
    raise KeyboardInterrupt


def _unraisable(told: "sys.UnraisableHookArgs") -> None:
    """Leave where Ctrl-C came inside a destructor, in which Python would swallow it."""
    if issubclass(told.exc_type, KeyboardInterrupt):
        _leave()
    sys.__unraisablehook__(told)


def start() -> None:
    """Run the program as a process of its own, which Ctrl-C ends within GRACE seconds."""
    signal.signal(signal.SIGINT, _interrupted)
    sys.unraisablehook = _unraisable
    code: object = 1
    try:
        main()
    except SystemExit as done:
        code = done.code
    except KeyboardInterrupt:  # it came between the last act and the end
        os.write(2, f"{STOPPED}\n".encode())
    # All is written and closed: a further Ctrl-C must not turn the end into another one.
    with suppress(OSError):
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(code if isinstance(code, int) else int(code is not None))


def _run(arguments: list[str] | None) -> object:
    """Run the command, and tell Ctrl-C where another error stands in its place.

    Python 3.11 says RuntimeError where it came while a class was made, SQLAlchemy AssertionError
    where it came in the middle of a commit.
    """
    try:
        return fanal.main(arguments, prog_name="fanal", standalone_mode=False)
    except (RuntimeError, AssertionError) as error:
        before: BaseException | None = error
        while before is not None and not isinstance(before, KeyboardInterrupt):
            before = before.__cause__ or before.__context__
        if before is not None:
            raise KeyboardInterrupt from error
        raise


def main(arguments: list[str] | None = None) -> None:
    """Run the program and exit."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # names of any alphabet, on any terminal
            stream.reconfigure(errors="backslashreplace")
    try:
        code = _run(arguments)
    except click.ClickException as error:
        error.show()
        sys.exit(2 if isinstance(error, click.UsageError) else 1)
    except FanalError as error:
        click.echo(f"fanal: {error.message}", err=True)
        if error.advice:
            click.echo(f"       {error.advice}", err=True)
        sys.exit(error.exit_code)
    except (KeyboardInterrupt, click.Abort):
        click.echo(STOPPED, err=True)
        # Where the signal came inside an eval, as when a named tuple is made, Python would end by
        # that signal, however it was handled; another eval makes it forget (CPython, pythonrun.c).
        eval("0")  # noqa: S307
        sys.exit(1)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except OSError as error:
        click.echo(f"fanal: {error}", err=True)
        click.echo("       mend that and run the same command again", err=True)
        sys.exit(1)
    sys.exit(code if isinstance(code, int) else 0)
