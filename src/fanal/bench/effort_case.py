"""Makes a case of the operation's records, without files, and takes it through the last stages."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from fanal.demo.belonging import Belonging
from fanal.demo.records import record_operation
from fanal.demo.series_truth import NAME
from fanal.pipeline.case import actor, writing
from fanal.pipeline.device_weight import weigh_devices
from fanal.pipeline.group import group
from fanal.pipeline.link import link_all
from fanal.pipeline.order import order
from fanal.pipeline.progress import Progress, Silent
from fanal.pipeline.weigh import weigh_all
from fanal.settings import Settings
from fanal.stores.interface import CaseStore


@dataclass(frozen=True, slots=True)
class Variant:
    """How the operation is told: what is lost, what is wrong, which folders were copied whole."""

    name: str
    strip: float = 0.0
    wrong: float = 0.0
    copied: float = 0.0


VARIANTS = (
    Variant("as told"),
    Variant("half the metadata stripped", strip=0.5),
    Variant("origin wrong for 5 %", wrong=0.05),
    Variant("stripped and wrong", strip=0.5, wrong=0.05),
    Variant("half the folders copied", copied=0.5),
)


@dataclass(frozen=True, slots=True)
class Made:
    """A case that is ready to be looked at, and what is true of it."""

    store: CaseStore
    truth: Belonging
    seconds: dict[str, float] = field(default_factory=dict)
    """Stage → seconds of the clock."""


@contextmanager
def made(contents: int, seed: int, variant: Variant) -> Iterator[Made]:
    """Lend such a case; it is gone afterwards."""
    with TemporaryDirectory(prefix="fanal-effort-") as scratch:
        folder = Path(scratch)
        settings = Settings(engine="inline", key=str(folder / "key"), actor="zz-bench")
        with writing(folder / "case", settings) as store:
            seconds: dict[str, float] = {}
            path = folder / NAME
            start = time.monotonic()
            record_operation(
                store,
                contents,
                seed,
                truth=path,
                strip=variant.strip,
                wrong=variant.wrong,
                copied=variant.copied,
            )
            seconds["records"] = time.monotonic() - start
            for name, stage in _stages(store, settings, Silent()).items():
                start = time.monotonic()
                stage()
                seconds[name] = time.monotonic() - start
            yield Made(store, Belonging.read(path), seconds)


def _stages(
    store: CaseStore, settings: Settings, progress: Progress
) -> dict[str, Callable[[], object]]:
    """Return the stages that follow matching, as triage runs them."""
    by = actor(settings)
    return {
        "devices": lambda: weigh_devices(store, by, progress),
        "weigh": lambda: weigh_all(store, settings, by, progress),
        "link": lambda: link_all(store, settings, by, progress),
        "group": lambda: group(store, by, progress),
        "order": lambda: order(store, by, progress, settings.blind),
    }
