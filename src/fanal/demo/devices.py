"""The made-up seized devices of the demonstration: their folders, cameras and file names."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

MAKE = "Zz Optics"
KINDS = ("server", "phone", "laptop", "usb-stick", "phone", "tablet", "laptop", "usb-stick")
"""Exhibits in order; an operation with more exhibits starts over."""
FOLDERS: dict[str, dict[str, tuple[str, ...]]] = {
    "server": {
        "camera": ("srv/zz-site/uploads/2024/11", "srv/zz-site/uploads/2025/02"),
        "cache": ("srv/zz-site/cache/0f", "srv/zz-site/cache/a7", "var/tmp"),
        "downloads": ("srv/zz-site/members", "home/zz/incoming"),
    },
    "phone": {
        "camera": ("DCIM/100ZZOPT", "DCIM/101ZZOPT"),
        "cache": ("Android/media/org.zz.messenger/cache", "Android/data/org.zz.browser/cache"),
        "downloads": ("Download", "Pictures/zz messenger"),
    },
    "laptop": {
        "camera": ("Users/zz/Pictures/Camera", "Users/zz/Pictures/2025"),
        "cache": ("Users/zz/AppData/Local/zz messenger/media_cache", "Users/zz/.cache/thumbs"),
        "downloads": ("Users/zz/Downloads", "Users/zz/Desktop/новая папка"),
    },
    "usb-stick": {
        "camera": ("DCIM/100ZZOPT", "backup/phone/DCIM"),
        "cache": ("backup/cache", "FOUND.000"),
        "downloads": ("Downloads", "新しいフォルダー"),
    },
}
FOLDERS["tablet"] = FOLDERS["phone"]
"""Kind of device → part of it → folders."""
WORDS = (
    *(
        "пейзаж у озера",
        "старый город",
        "τοπίο με βάρκες",
        "ελιές",
        "منظر طبيعي",
        "قوارب في الميناء",
    ),
    *(
        "पहाड़ और झील",
        "नीली नाव",
        "ภูเขาและแม่น้ำ",
        "ดอกไม้",
        "山间的湖",
        "静物 水果",
        "港の風景",
        "本棚 その2",
    ),
    *("바다와 배", "가을 숲", "נוף הרים", "ნავი ტბაზე", "նավակ", "🏔️🌊", "🍎🍐☕"),
    *(
        "e\u0301te\u0301 a\u0300 la mer",
        "Zu\u0308ge am Mu\u0308hlbach",
        "zz\u0336 l\u0337i\u0334m\u0338b\u0335o",
    ),
    *("Straße (Kopie)", "zz-test picture", "landscape final FINAL", "fruit & cups", "harbour #3"),
)
"""Benign words in many scripts, some with combining marks and emoji."""
ODD = (
    *("-rf zz", "--help", "zz line\nbreak", "zz tab\there", "zz 'quoted' \"twice\"", "..zz", "con"),
    *(
        "zz;semi$(colon)`tick`",
        "zz%s%n%00",
        "zz<img src=x>",
        "zz \u202egpj.txet",
        " zz leading space",
    ),
    *("zz\u200bzero\u200bwidth", "zz trailing dot.", "zz\\back\\slash", "zz\x07bell\x1b[31m"),
    *("{{zz}}", "=zz+1", "~", "zz*?[a]"),
)
"""Names that break careless tools: options, control characters, markup, formulas, wildcards."""
NOT_TEXT = (b"zz-caf\xe9", b"zz-\xff\xfe-\x80", b"\xcf\xf0\xe8\xe2\xe5\xf2")
"""Names that are not UTF-8: Latin-1, stray bytes, Windows-1251."""
LONGEST = 255
"""Bytes a name may have on the usual file systems."""


@dataclass(frozen=True, slots=True)
class Camera:
    """One made-up camera."""

    model: str
    serial: str


@dataclass(frozen=True, slots=True)
class Device:
    """One seized device."""

    name: str
    kind: str
    camera: Camera

    def folder(self, random: Random, part: str) -> str:
        """Return one of the device's folders for a part: `camera`, `cache` or `downloads`."""
        return random.choice(FOLDERS[self.kind][part])


def devices(count: int) -> tuple[Device, ...]:
    """Return that many devices, numbered as exhibits are."""
    return tuple(
        Device(
            f"{number + 1:02d}-{KINDS[number % len(KINDS)]}",
            KINDS[number % len(KINDS)],
            Camera(f"ZZ-{number % 7 + 1}0", f"ZZ{number + 1:05d}"),
        )
        for number in range(count)
    )


def moment(random: Random) -> datetime:
    """Return a whole second between 2023 and 2025."""
    return datetime(2023, 1, 1, tzinfo=UTC) + timedelta(seconds=random.randrange(3 * 365 * 86400))


def camera_name(number: int, taken: datetime, device: Device, suffix: str) -> bytes:
    """Return the name a camera or a telephone gives."""
    if device.kind in {"phone", "tablet"}:
        return f"IMG_{taken:%Y%m%d_%H%M%S}{suffix}".encode()
    return f"ZZ_{number % 10000:04d}{suffix.upper()}".encode()


def cache_name(random: Random, suffix: str) -> bytes:
    """Return the name a messenger's or browser's cache gives, mostly without an extension."""
    ending = suffix if random.random() < 0.3 else random.choice(("", "", ".tmp", ".cnt", ".0"))
    return f"{random.getrandbits(64):016x}{ending}".encode()


def person_name(random: Random, number: int, suffix: str) -> bytes:
    """Return the name a person gives; of each eight in turn, two break careless tools."""
    ending = suffix.encode()
    if number % 8 == 1:
        return ODD[number // 8 % len(ODD)].encode() + ending
    if number % 16 == 2:
        return NOT_TEXT[number // 16 % len(NOT_TEXT)] + ending
    if number % 16 == 10:
        return long_name(random.choice(WORDS), LONGEST - len(ending)) + ending
    counter = f" {number}" if random.random() < 0.7 else ""
    return f"{random.choice(WORDS)}{counter}".encode() + ending


def member_name(random: Random, number: int, suffix: str) -> str:
    """Return the name of a file in an archive."""
    folder = random.choice(("", "zz/", "фото/", "写真/新/"))
    return f"{folder}{random.choice(WORDS)} {number}{suffix}"


def long_name(word: str, length: int) -> bytes:
    """Return the word said again and again, cut to that many bytes between two characters."""
    return (word * length).encode()[:length].decode("utf-8", "ignore").encode()
