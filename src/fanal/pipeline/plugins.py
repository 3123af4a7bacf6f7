"""Tries a detector plug-in behind the guards of a worker before it is asked about evidence."""

import os
from dataclasses import dataclass
from typing import ClassVar

from fanal.analyzers.detector import load
from fanal.analyzers.detector_folder import Plugin, refused
from fanal.analyzers.detector_manifest import Unfit
from fanal.engines import ENGINES
from fanal.engines.interface import Died
from fanal.pipeline.sound import sound
from fanal.pipeline.work import Made, build
from fanal.settings import Settings

DETECTOR = "fanal.analyzers.detector:load"
"""Makes an analyzer of the folder of a plug-in."""


@dataclass(frozen=True, slots=True)
class Tried:
    """How a plug-in's self-test went."""

    fault: str
    """Why it is not taken; "" where it gave what it should."""


@dataclass(frozen=True, slots=True)
class TryWork:
    """Makes an analyzer of what a laboratory brings, and has it test itself where it can."""

    never_raises: ClassVar[bool] = True

    def __call__(self, made: Made) -> Tried:
        """Return how it went."""
        try:
            getattr(build(made.factory, made.argument), "ready", bool)()
        except Unfit as why:
            return Tried(str(why))
        except Exception as error:  # noqa: BLE001 (what a laboratory brings may fail in any way)
            return Tried(f"{type(error).__name__}: {error}"[:200])
        return Tried("")


def checked(folder: str, settings: Settings) -> Plugin:
    """Return what a plug-in states, once its network gave what its self-test wants.

    Raises UsageError with what is wrong.
    """
    plugin = load(os.path.realpath(folder)).plugin
    trial(Made(plugin.name, plugin.version, DETECTOR, plugin.folder), settings)
    return plugin


def trial(made: Made, settings: Settings) -> None:
    """Raise UsageError where what a laboratory brings does not pass its self-test.

    It runs in a worker of its own, on this machine, within the time and memory of a file: whoever
    made the network may be an enemy.
    """
    pool = ENGINES.get("pool")(settings.changed({"workers": 1}))
    try:
        ((_, (tried,)),) = pool.run(TryWork(), [(made,)], settings.seconds)
    finally:
        pool.close()
    if fault := _fault(tried, settings):
        raise refused(made.argument, Unfit(fault))


def _fault(tried: Tried | Died, settings: Settings) -> str:
    if isinstance(tried, Died):
        if tried.out_of_time:
            return f"its self-test took longer than {settings.seconds:g} s"
        return "its self-test killed the worker: it may take more memory than allowed"
    if type(tried) is not Tried or not sound(tried):
        return "its worker answered what none does: it may have been taken over"
    return "".join(letter if letter.isprintable() else "?" for letter in tried.fault)
