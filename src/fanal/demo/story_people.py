"""Makes up the suspects of the operation: their exhibits, folders, cameras and generators."""

import hashlib
from collections.abc import Sequence
from random import Random

from fanal.demo import assumptions as take
from fanal.demo.cast import Body, Carrier, SetUp, Suspect

MODELS = (
    ("ZZ-10", 4000, 3000),
    ("ZZ-20", 4032, 3024),
    ("ZZ-30", 4608, 3456),
    ("ZZ-40", 6000, 4000),
    ("ZZ-50", 3264, 2448),
    ("ZZ-60", 4624, 3468),
    ("ZZ-70", 4080, 3072),
)
"""Camera models and the pixels of their pictures; the last four are telephones."""
TELEPHONES = {"ZZ-20", "ZZ-50", "ZZ-60", "ZZ-70"}
MAKE = "Zz Optics"
STRANGERS = 3
"""Cameras that nobody in the case owns, for each suspect."""
KINDS = ("phone", "laptop", "usb-stick", "disk", "tablet", "server")
KEPT = {
    "phone": (".zz", "Download/zz new", "Documents/a1"),
    "laptop": ("Users/zz/Documents/zz", "Users/zz/AppData/Local/.zz", "Users/zz/Desktop/misc/b"),
    "usb-stick": ("zz", "backup/.z", "stuff/a"),
    "disk": ("archive/zz", "System/.cache/zz", "old/2"),
    "server": ("srv/zz-site/private", "home/zz/incoming/x", "srv/zz-site/.store"),
}
KEPT["tablet"] = KEPT["phone"]
"""Kind of exhibit → where somebody hides what he keeps."""
FOLDERS = {
    "phone": (
        "DCIM/100ZZOPT",
        "Android/media/org.zz.messenger/Images",
        "Download",
        "Android/data/org.zz.gallery/cache",
        "Pictures/Screenshots",
        "Pictures/zz-maker",
        "system/media",
    ),
    "laptop": (
        "Users/zz/Pictures/Camera",
        "Users/zz/AppData/Local/zz messenger/media",
        "Users/zz/Downloads",
        "Users/zz/.cache/thumbs",
        "Users/zz/Pictures/Screenshots",
        "Users/zz/zz-webui/outputs",
        "Windows/Web",
    ),
    "disk": (
        "photos",
        "backup/messenger/Images",
        "downloads",
        "backup/.thumbnails",
        "backup/Screenshots",
        "zz-webui/outputs",
        "usr/share/zz-pixmaps",
    ),
    "server": (
        "home/zz/photos",
        "srv/zz-site/uploads",
        "home/zz/incoming",
        "srv/zz-site/cache",
        "home/zz/screens",
        "srv/zz-site/made",
        "usr/share/zz-pixmaps",
    ),
}
FOLDERS["tablet"] = FOLDERS["phone"]
FOLDERS["usb-stick"] = FOLDERS["disk"]
"""Kind of exhibit → folders of camera, messenger, browser, cache, screens, generator, system."""
TOOLS = (
    ("AUTOMATIC1111", "v1.10.1"),
    ("AUTOMATIC1111", "v1.9.4"),
    ("Forge", "f2.0.1v1.10.1-previous-669-gdfdcbab6"),
    ("ComfyUI", "0.3.40"),
)
SIDES = ((1024, 1024), (832, 1216), (768, 1152), (512, 768), (1216, 832))


def suspects(random: Random, count: int) -> tuple[Suspect, ...]:
    """Return that many suspects with their exhibits and cameras."""
    found: list[Suspect] = []
    numbered = 0
    for number in range(count):
        many = 1 + random.choices((0, 1, 2, 3), (30, 35, 22, 13))[0]
        kinds = ["phone", *random.sample(KINDS[1:], many - 1)]
        if number == 0:
            kinds = ["server", "phone", "laptop"]  # the operator of the site
        carriers = tuple(
            _carrier(random, numbered + at, kind, number) for at, kind in enumerate(kinds)
        )
        numbered += len(carriers)
        body = _body(random, number)
        learned = random.random() < take.SEIZED
        found.append(Suspect(number, carriers, body, learned, random.random() < take.SORTS))
    return tuple(found)


def _carrier(random: Random, number: int, kind: str, suspect: int) -> Carrier:
    kept = random.sample(KEPT[kind], random.choice((1, 1, 2)))
    return Carrier(f"{number + 1:03d}-{kind}", kind, suspect, *FOLDERS[kind], tuple(kept))


def _body(random: Random, number: int) -> Body:
    model, width, height = random.choice(MODELS)
    serial = ""
    if model not in TELEPHONES and random.random() < 2 * take.SERIALS:
        serial = f"ZZ{random.randrange(10**6):06d}"
    return Body(
        number,
        MAKE,
        model,
        serial,
        width,
        height,
        model in TELEPHONES,
        f"Zz Firmware 1.{random.randrange(6)}",
        random.randrange(1, 4000),
    )


def bodies(random: Random, people: Sequence[Suspect]) -> tuple[Body, ...]:
    """Return the suspects' cameras, and those of strangers that took what was passed on."""
    own = [suspect.body for suspect in people]
    others = range(len(own), len(own) * (1 + STRANGERS))
    return (*own, *(_body(random, number) for number in others))


def setups(random: Random, people: Sequence[Suspect]) -> tuple[SetUp, ...]:
    """Return the generators: the operator has several, every other suspect one or none."""
    owners = [0, 0, 0, *(suspect.number for suspect in people if random.random() < 0.6)]
    models = [f"zz-model-{number:02d}" for number in range(2 + len(owners) // 2)]
    return tuple(_setup(random, number, owner, models) for number, owner in enumerate(owners))


def _setup(random: Random, number: int, suspect: int, models: Sequence[str]) -> SetUp:
    tool, version = TOOLS[number % len(TOOLS)]
    # A few models are everybody's: the first ones are taken most often.
    model = models[min(int(random.expovariate(0.25)), len(models) - 1)]
    width, height = random.choice(SIDES)
    signed = number > 3 and random.random() < take.SIGNED * 1.5
    return SetUp(
        number,
        suspect,
        tool,
        version,
        model,
        hashlib.sha256(f"fanal demo model {model}".encode()).hexdigest(),
        f"zz-lora-{number:02d}" if random.random() < 0.4 else "",
        f"zz-{random.getrandbits(20):05x}",
        random.choices(("run", "random", "fixed"), (50, 40, 10))[0],
        width,
        height,
        records=not signed and (number < 4 or random.random() < take.RECORDED),
        signed=signed,
        model_seized=random.random() < 0.5,
    )
