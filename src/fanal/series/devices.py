"""Ties pictures that came from one device: by serial number, by the noise of a sensor.

A tie joins nothing. One camera takes the pictures of years; and a serial number can be written into
any file.
"""

from array import array
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from fanal.model.series import SAME_DEVICE, Tie
from fanal.series.bodies import Body
from fanal.series.spelling import Digests, plural, printable

MOST_NAMED = 4
"""Models that a sentence names."""
Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Refused:
    """A serial number that ties nothing, and why."""

    serial: str
    contents: int
    says: str


class Devices:
    """Gathers which camera each picture names; each camera is kept once."""

    def __init__(self) -> None:
        """Begin empty."""
        self._digests = Digests()
        self._bodies: dict[Body, int] = {}
        self._rows = array("q")
        self._models: dict[Key, Counter[str]] = {}
        self._empty: Counter[str] = Counter()

    def add(self, sha256: str, body: Body) -> None:
        """Add one picture."""
        if body.refused:
            self._empty[body.refused] += 1
        if body.serial:
            models = self._models.setdefault((body.make, body.serial), Counter())
            models[body.model] += 1
            self._digests.add(sha256)
            self._rows.append(self._bodies.setdefault(body, len(self._bodies)))

    def ties(self) -> Iterator[Tie]:
        """Yield a tie for each picture by a serial number that has one model in the case."""
        told = [self._told(body) for body in self._bodies]
        for row, number in enumerate(self._rows):
            if said := told[number]:
                yield Tie(self._digests[row], SAME_DEVICE, *said)

    def _told(self, body: Body) -> tuple[str, str] | None:
        """Return name and sentence of a camera, None where its serial number ties nothing."""
        models = self._models[body.make, body.serial]
        if models.total() < 2 or sum(map(bool, models)) > 1:
            return None
        serial = printable(body.serial)
        says = (
            f"one of {plural(models.total(), 'picture')} that name the camera {body.name} with "
            f"serial number {serial}; anybody can write that"
        )
        return f"{printable(body.make)}, serial number {serial}", says

    def refused(self) -> Iterator[Refused]:
        """Yield the serial numbers that tie nothing, those of most contents first."""
        told = [
            Refused(
                serial, count, f"{plural(count, 'picture')} with a serial number that no camera has"
            )
            for serial, count in self._empty.items()
        ]
        for (make, serial), models in self._models.items():
            named = sorted(model for model in models if model)
            if len(named) > 1:
                first = ", ".join(printable(model, 40) for model in named[:MOST_NAMED])
                more = f" and {len(named) - MOST_NAMED} more" if len(named) > MOST_NAMED else ""
                says = (
                    f"{plural(models.total(), 'picture')} of {len(named)} models"
                    f" ({first}{more}) have one serial number of {printable(make, 40) or 'no make'}"
                )
                told.append(Refused(serial, models.total(), says))
        yield from sorted(told, key=lambda one: (-one.contents, one.serial, one.says))


def by_noise(agreeing: Iterable[tuple[str, str]]) -> Iterator[Tie]:
    """Yield the ties of pictures whose noise agrees with a device, of (content, device)."""
    told = sorted(set(agreeing))
    counts = Counter(device for _, device in told)
    for sha256, device in told:
        name = printable(device)
        says = f"one of {plural(counts[device], 'picture')} whose noise agrees with device {name}"
        yield Tie(sha256, SAME_DEVICE, f"sensor noise of {name}", says)
