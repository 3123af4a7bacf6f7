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
from fanal.settings import Settings


@dataclass(frozen=True, slots=True)
class Tried:
    """How a plug-in's self-test went."""

    fault: str
    """Why it is not taken; "" where it gave what it should."""


@dataclass(frozen=True, slots=True)
class TryWork:
    """Loads a plug-in and runs its self-test."""

    never_raises: ClassVar[bool] = True

    def __call__(self, folder: str) -> Tried:
        """Return how it went."""
        try:
            load(folder).ready()
        except Unfit as why:
            return Tried(str(why))
        except Exception as error:  # noqa: BLE001 (what a laboratory brings may fail in any way)
            return Tried(f"{type(error).__name__}: {error}"[:200])
        return Tried("")


def checked(folder: str, settings: Settings) -> Plugin:
    """Return what a plug-in states, once its network gave what its self-test wants.

    The network runs in a worker of its own, on this machine, within the time and memory of a file.
    Raises UsageError with what is wrong.
    """
    place = os.path.realpath(folder)
    plugin = load(place).plugin
    pool = ENGINES.get("pool")(settings.changed({"workers": 1}))
    try:
        ((_, (tried,)),) = pool.run(TryWork(), [(place,)], settings.seconds)
    finally:
        pool.close()
    if fault := _fault(tried, settings):
        raise refused(folder, Unfit(fault))
    return plugin


def _fault(tried: Tried | Died, settings: Settings) -> str:
    if isinstance(tried, Died):
        if tried.out_of_time:
            return f"its self-test took longer than {settings.seconds:g} s"
        return "its self-test killed the worker: it may take more memory than allowed"
    if type(tried) is not Tried or not sound(tried):
        return "its worker answered what none does: it may have been taken over"
    return "".join(letter if letter.isprintable() else "?" for letter in tried.fault)
