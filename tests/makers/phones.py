"""Builds a case of pictures that phones of known sensors took, told apart by their records."""

from dataclasses import dataclass
from pathlib import Path

from fanal.model.evidence import CAMERA
from fanal.model.finding import Finding
from fanal.model.item import Place
from fanal.pipeline.case import writing
from fanal.settings import Settings
from makers import sensors
from makers.archives import zip_of
from makers.evidence import done, fill, sha256
from makers.pictures import jpeg, truncated

FLAT, OWN, OTHERS = 10, 11, 11


def wall(shot: int) -> bytes:
    """A picture of a wall by the first phone."""
    return sensors.taken(1, shot, flat=True)


def own(shot: int) -> bytes:
    """A picture of a scene by the first phone."""
    return sensors.taken(1, 100 + shot)


def other(shot: int) -> bytes:
    """A picture of a scene by the second phone."""
    return sensors.taken(2, 200 + shot)


def drawn(shot: int) -> bytes:
    """A picture of that size that no sensor took."""
    return sensors.taken(None, 300 + shot)


def sent() -> bytes:
    """A picture by the first phone that lies in an archive of a third exhibit."""
    return own(50)


@dataclass(frozen=True)
class Phones:
    """A case, its evidence and the settings it is run with."""

    case: Path
    evidence: Path
    settings: Settings


def build(home: Path) -> Phones:
    """Read the pictures into a case: `one` and `two` are phones, `third` holds what came by."""
    evidence = home / "evidence"
    files = {b"one/walls/%02d.jpg" % n: wall(n) for n in range(FLAT)}
    files |= {b"one/DCIM/%02d.jpg" % n: own(n) for n in range(OWN)}
    files[b"one/DCIM/cut.jpg"] = truncated(own(40), 0.7)
    files[b"one/DCIM/upright.jpg"] = sensors.taken(1, 30, sensors.HEIGHT, sensors.WIDTH)
    files |= {b"two/%02d.jpg" % n: other(n) for n in range(OTHERS)}
    files |= {b"third/%02d.jpg" % n: drawn(n) for n in range(2)}
    files[b"third/small.jpg"] = jpeg(160, 120)
    files[b"third/box.zip"] = zip_of([(b"in/sent.jpg", sent())])
    fill(evidence, files)
    settings = Settings(engine="inline", home=str(home / "home"))
    case = home / "case"
    done(case, settings, *(evidence / name for name in ("one", "two", "third")))
    return Phones(case, evidence, settings)


def with_records(phones: Phones, two: str = "Model Z", serial: str = "2222") -> None:
    """Say of each picture of the phones which camera took it, as its record would."""
    bodies = {"one": ("Model Z", "1111"), "two": (two, serial)}
    with writing(phones.case, phones.settings) as store:
        places = [place for name in bodies for place in store.find(Place, exhibit=name)]
        with store.act("zz", "records") as act:
            act.put(record(place.sha256, *bodies[place.exhibit]) for place in places)


def record(of: str, model: str, serial: str) -> Finding:
    """A camera record."""
    data = {"make": "ZZ", "model": model, "serial": serial}
    return Finding(of, "camera", "1", CAMERA, f"taken by ZZ {model}", data=data)


def digests(*contents: bytes) -> set[str]:
    """Their SHA-256."""
    return {sha256(data) for data in contents}
