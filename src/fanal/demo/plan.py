"""Decides, before anything is drawn, what the demonstration holds and where each piece lies."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from random import Random

from fanal.demo.cast import HARMLESS, ILLEGAL, UNIDENTIFIED
from fanal.demo.devices import (
    Camera,
    Device,
    cache_name,
    camera_name,
    devices,
    member_name,
    moment,
    person_name,
)
from fanal.demo.encode import SUFFIX

LEAST = 60
"""The smallest operation that holds one of everything."""
LISTED = (ILLEGAL, "", HARMLESS, "", ILLEGAL, UNIDENTIFIED, "", "", ILLEGAL, "",
          HARMLESS, "", ILLEGAL, "", UNIDENTIFIED, "", HARMLESS, "", ILLEGAL, "")  # fmt: skip
"""Which list knows a scene, taken in turns; "" for none."""
KNOWN_BY = {
    ILLEGAL: ("digests and pdq", "pdq", "digests and pdq", "digests"),
    UNIDENTIFIED: ("digests and pdq", "pdq"),
    HARMLESS: ("digests and pdq", "digests"),
}
"""What a list knows of its scenes, taken in turns."""
IDENTIFIED: dict[str, tuple[bool | None, ...]] = {
    ILLEGAL: (True, False, None),
    UNIDENTIFIED: (False,),
    HARMLESS: (None,),
}
"""What a list says of the victim, taken in turns."""
MIX = (
    ("original", 0.24, 12),
    ("re-encoding", 0.14, 4),
    ("resize", 0.09, 3),
    ("crop", 0.04, 2),
    ("screenshot", 0.04, 2),
    ("mirror", 0.03, 2),
    ("rotation", 0.03, 2),
    ("animation", 0.015, 1),
    ("pages", 0.015, 1),
    ("corrupt", 0.04, 4),
    ("blank", 0.02, 2),
    ("icon", 0.03, 2),
    ("text", 0.03, 2),
    ("link", 0.005, 1),
)
"""What there is: its share of the places, and at least how many. Copies fill the rest."""
OF_SCENES = frozenset(
    {
        "copy",
        "re-encoding",
        "resize",
        "crop",
        "screenshot",
        "mirror",
        "rotation",
        "animation",
        "pages",
    }
)
PACKED = frozenset({"copy", "re-encoding", "resize", "crop", "screenshot", "text"})
"""What may lie in an archive."""
ARCHIVES = ("zip", "tar.gz", "tar.zst", "7z", "tar")
"""One group of archives; the tar holds a zip as its last member."""
SIZES = ((640, 480), (1024, 768), (1280, 960), (1600, 1200), (2048, 1536))
FREQUENT = (16, 14, 55, 9, 6)


@dataclass(frozen=True, slots=True)
class Scene:
    """One drawn scene, the camera that took it and the list that knows it."""

    number: int
    width: int
    height: int
    kind: str
    """Format of the original file."""
    camera: Camera | None
    """None where the file carries no camera's note."""
    taken: datetime
    listed: str
    known_by: str
    victim_identified: bool | None


@dataclass(frozen=True, slots=True)
class Job:
    """One file to be made, and where it goes."""

    number: int
    what: str
    scene: int | None
    exhibit: str
    """"" for a member of an archive."""
    path: bytes
    """Path in the exhibit, or the name in the archive."""
    modified: datetime
    turn: int
    """How many of the same sort came before it: kinds take turns."""


@dataclass(frozen=True, slots=True)
class Pack:
    """One archive to be made."""

    kind: str
    exhibit: str
    path: bytes
    modified: datetime
    members: tuple[Job, ...]
    inner: tuple[Job, ...] = ()
    """Members of a zip that is the archive's last member."""


@dataclass(frozen=True, slots=True)
class Plan:
    """All of it."""

    seed: int
    devices: tuple[Device, ...]
    scenes: tuple[Scene, ...]
    jobs: tuple[Job, ...]
    """Files that lie on the devices themselves."""
    packs: tuple[Pack, ...]

    def total(self) -> int:
        """Return how many places there will be."""
        packed = sum(1 + len(p.members) + len(p.inner) + bool(p.inner) for p in self.packs)
        return len(self.jobs) + packed


def plan(size: int, seed: int) -> Plan:
    """Return the plan of an operation of `size` places."""
    random = Random(f"fanal demo {seed} {size}")
    seized = devices(3 + size // 200)
    counts = _counts(size)
    scenes = tuple(_scene(random, number, seized) for number in range(counts["original"]))
    whats = [what for what, count in counts.items() for _ in range(count)]
    groups = max(1, round(size / 240))
    packable = [index for index, what in enumerate(whats) if what in PACKED]
    random.shuffle(packable)
    each = min(4, len(packable) // (groups * len(ARCHIVES)))
    chosen = packable[: each * groups * len(ARCHIVES)]
    jobs = tuple(_jobs(_Places(random, seized), whats, scenes, frozenset(chosen)))
    packs = []
    for number in range(groups * len(ARCHIVES)):
        members = tuple(jobs[index] for index in chosen[number * each : (number + 1) * each])
        packs.append(_pack(random, number, members, random.choice(seized)))
    loose = tuple(job for index, job in enumerate(jobs) if index not in set(chosen))
    return Plan(seed, seized, scenes, loose, tuple(packs))


def _counts(size: int) -> dict[str, int]:
    """Return how many of each there are."""
    counts = {what: max(least, round(share * size)) for what, share, least in MIX}
    archives = max(1, round(size / 240)) * (len(ARCHIVES) + 1)
    counts["copy"] = size - archives - sum(counts.values())
    return counts


def _scene(random: Random, number: int, seized: tuple[Device, ...]) -> Scene:
    width, height = random.choices(SIZES, FREQUENT)[0]
    kind = "jpeg"
    if width == 640:
        kind = random.choice(("jpeg", "jpeg", "png", "bmp", "tiff", "webp"))
    elif width == 1024 and random.random() < 0.25:
        kind = "webp"
    if random.random() < 0.25:
        width, height = height, width
    listed = LISTED[number % len(LISTED)]
    earlier = number // len(LISTED) * LISTED.count(listed)
    turn = earlier + LISTED[: number % len(LISTED)].count(listed)
    known, said = KNOWN_BY.get(listed, ("",)), IDENTIFIED.get(listed, (None,))
    camera = random.choice(seized).camera if kind == "jpeg" and random.random() < 0.75 else None
    return Scene(
        number,
        width,
        height,
        kind,
        camera,
        moment(random),
        listed,
        known[turn % len(known)],
        said[turn % len(said)],
    )


def _jobs(
    places: "_Places", whats: list[str], scenes: tuple[Scene, ...], packed: frozenset[int]
) -> Iterator[Job]:
    """Yield every file, with its scene and its place."""
    random = places.random
    turns: dict[str, int] = {}
    known = [scene.number for scene in scenes if scene.listed]
    pool: list[int] = []
    for number, what in enumerate(whats):
        turn = turns[what] = turns.get(what, -1) + 1
        scene = scenes[turn] if what == "original" else None
        if what in OF_SCENES:
            if not pool:  # listed scenes come twice as often, every scene comes in its turn
                pool = [*known, *range(len(scenes))]
                random.shuffle(pool)
            scene = scenes[pool.pop()]
        modified = scene.taken if scene and what == "original" else moment(random)
        suffix = _suffix(random, what, turn, scene)
        if number in packed:
            exhibit, path = "", member_name(random, number, suffix).encode()
        elif scene and what == "original":
            exhibit, path = places.for_original(scene, suffix)
        else:
            exhibit, path = places.for_file(what, suffix)
        yield Job(number, what, scene.number if scene else None, exhibit, path, modified, turn)


class _Places:
    """Finds a device, a folder and a name for each file, no two alike."""

    def __init__(self, random: Random, seized: tuple[Device, ...]) -> None:
        self.random = random
        self.devices = seized
        self._used: set[tuple[str, bytes]] = set()
        self._named = 0
        """Names given by persons so far."""

    def for_original(self, scene: Scene, suffix: str) -> tuple[str, bytes]:
        """Return where the scene's first file lies: on the device that took it, if one did."""
        takers = [device for device in self.devices if device.camera == scene.camera]
        if not takers:
            return self.for_file("download", suffix)
        name = camera_name(scene.number, scene.taken, takers[0], suffix)
        return self._free(takers[0], "camera", name, suffix)

    def for_file(self, what: str, suffix: str) -> tuple[str, bytes]:
        """Return where a file lies that people passed on."""
        device = self.random.choice(self.devices)
        if what == "icon" or self.random.random() < 1 / 3:
            return self._free(device, "cache", cache_name(self.random, suffix), suffix)
        self._named += 1
        name = person_name(self.random, self._named, suffix)
        return self._free(device, "downloads", name, suffix)

    def _free(self, device: Device, part: str, name: bytes, suffix: str) -> tuple[str, bytes]:
        folder = device.folder(self.random, part).encode() + b"/"
        while (device.name, (folder + name).lower()) in self._used:  # some systems fold the case
            name = f"zz-{self.random.getrandbits(32):08x}{suffix}".encode()
        self._used.add((device.name, (folder + name).lower()))
        return device.name, folder + name


def _suffix(random: Random, what: str, turn: int, scene: Scene | None) -> str:
    """Return an extension: mostly the right one, of copies sometimes a wrong one or none."""
    if what == "text":
        return (".txt", ".html", ".json", ".log")[turn % 4]
    if what == "copy" and random.random() < 0.3:
        return random.choice(("", ".dat", ".png", ".txt", ".jpeg", ".bak"))
    fixed = {"pages": ".tif", "animation": ".gif", "icon": ".png", "link": ".jpg", "blank": ".png"}
    fixed["corrupt"] = ".png" if turn % 4 == 3 else ".jpg"
    if what in {"original", "copy"} and scene is not None:
        return SUFFIX[scene.kind]
    return fixed.get(what, ".jpg")


def _pack(random: Random, number: int, members: tuple[Job, ...], device: Device) -> Pack:
    """Return one archive of those members."""
    kind = ARCHIVES[number % len(ARCHIVES)]
    name = f"zz-backup {number + 1} {random.getrandbits(16):04x}.{kind}"
    path = f"{device.folder(random, 'downloads')}/{name}".encode()
    inner: tuple[Job, ...] = ()
    if kind == "tar":
        half = len(members) // 2
        members, inner = members[:half], members[half:]
    return Pack(kind, device.name, path, moment(random), members, inner)
