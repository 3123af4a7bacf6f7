"""Plans the true series of the operation, kind by kind, so that their contents add up."""

import math
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

from fanal.demo import assumptions as take
from fanal.demo.cast import GENERATED, HARMLESS, ILLEGAL, UNIDENTIFIED, Series, Story

SMALL = 4000
"""Contents below which series are made shorter, so that each kind has room."""
DAYS = 365
EVERYDAY = (3, 60)
MADE_OF = {"known": (5, 60), "identified": (5, 60), "system": (8, 40)}
SYSTEM_ON = 6
"""Exhibits on which pictures of one operating system lie."""
BUNDLE = 200
"""Contents of clutter that are planned together, each a series of its own."""
BUNDLES = {"received": 46, "screen": 14, "icon": 16, "blank": 6, "scan": 6}
"""Of 100 contents of clutter that are no everyday photographs: how many are what; the rest are
memes."""


def all_series(story: Story, random: Random) -> tuple[Series, ...]:
    """Return every true series of a story."""
    return tuple(_Plan(story, random).made())


class _Plan:
    """Plans one kind after the other and counts the contents that are left."""

    def __init__(self, story: Story, random: Random) -> None:
        self.story = story
        self.random = random
        self.number = 0
        self.short = min(1.0, (story.size / SMALL) ** 0.5)
        self.left = story.size
        self.letters: dict[str, int] = {}
        self.holding: set[int] = set()
        """Exhibits with listed material."""

    def made(self) -> Iterator[Series]:
        """Yield them all; the contents add up to the size of the story."""
        size = self.story.size
        yield from self._models()
        yield from self._several("known", round(size * take.KNOWN), self._known)
        yield from self._several("identified", round(size * take.IDENTIFIED), self._known)
        yield from self._planted()
        yield from self._several("system", round(size * take.SYSTEM), self._system)
        yield from self._several("run", min(self.left // 2, round(size * take.FLOOD)), self._run)
        yield from self._several("everyday", round(self.left * take.EVERYDAY), self._everyday)
        yield from self._clutter()

    # ---- helpers

    def _series(self, kind: str, way: str, count: int, pictures: int, **more: Any) -> Series:
        letter = {"source": "r", "altered": "r"}.get(kind, kind[0])
        turn = self.letters[letter] = self.letters.get(letter, 0) + 1
        number, self.number = self.number, self.number + 1
        self.left -= count
        return Series(
            number,
            f"zz-{letter}-{turn:03d}",
            kind,
            way,
            count=count,
            pictures=pictures,
            **{
                "planted": kind in {"real", "source", "altered"},
                "carriers": (),
                "days": 0,
                **more,
            },
        )

    def _between(self, bounds: tuple[int, int]) -> int:
        """Return a number between two, smaller where the whole operation is small."""
        least, most = bounds
        return self.random.randint(least, max(least, round(most * self.short)))

    def _several(
        self, way: str, contents: int, one: Callable[[str, int], list[Series]]
    ) -> Iterator[Series]:
        """Yield series of one way until so many contents are planned."""
        end = self.left - contents
        while self.left > max(end, 0):
            yield from one(way, self.left - max(end, 0))

    def _carriers(self, many: int, first: int = -1) -> tuple[int, ...]:
        """Return exhibits, none twice, beginning with one where that is given."""
        every = range(len(self.story.carriers))
        chosen = self.random.sample(every, min(many, len(every)))
        if first >= 0:
            chosen = [first, *(number for number in chosen if number != first)]
        return tuple(chosen[: max(1, many)])

    def _of_suspect(self, suspect: int) -> tuple[int, ...]:
        carriers = self.story.carriers
        return tuple(at for at, each in enumerate(carriers) if each.suspect == suspect)

    def _someone(self) -> int:
        return self.random.randrange(len(self.story.suspects))

    def _long_ago(self) -> int:
        """Return days before the seizure, the later ones being likelier."""
        return int(take.YEARS * DAYS * self.random.random() ** 1.6)

    # ---- planted

    def _planted(self) -> Iterator[Series]:
        count = max(len(take.WAYS), round(self.story.size / take.PLANTED_EVERY))
        total = sum(take.WAYS.values())
        ways = {
            "traded": self._traded,
            "made": self._made,
            "kin": self._kin,
            "lone": self._lone,
            "source": self._source,
            "altered": self._altered,
        }
        for way, share in take.WAYS.items():
            for _ in range(max(1, round(count * share / total))):
                yield from ways[way]()

    def _traded(self) -> list[Series]:
        pictures = self._between(take.TRADED)
        carriers = self._carriers(self.random.randint(*take.HOLDERS))
        count = round(pictures * self.random.uniform(*take.COPIES))
        return [
            self._series(
                "real",
                "traded",
                min(count, round(pictures * (1 + (len(carriers) - 1) * take.HELD[0]))),
                pictures,
                carriers=carriers,
                days=self.random.randrange(20, 900),
                using=self._stranger(),
                note="passed on by messengers; who took it is not in the case",
            )
        ]

    def _stranger(self) -> int:
        return self.random.randrange(len(self.story.suspects), len(self.story.bodies))

    def _made(self) -> list[Series]:
        suspect = self._someone()
        many = self.random.randint(*take.SESSIONS) if self.short > 0.5 else 1
        pictures = sum(self._between(take.SESSION) for _ in range(many))
        own = self.random.choice(self._of_suspect(suspect))
        beside = self.random.random() < take.HIDDEN_BESIDE
        passed = not beside or self.random.random() < take.PASSED
        away = self._carriers(self.random.randint(2, 3), own) if passed else (own,)
        copied = round(pictures * 0.6) if len(away) > 1 else 0
        return [
            self._series(
                "real",
                "made",
                pictures + copied,
                pictures,
                carriers=away,
                days=self.random.randrange(1, take.RECENT),
                using=suspect,
                of="beside" if beside else "",
                note="taken with a suspect's own camera",
            )
        ]

    def _kin(self) -> list[Series]:
        unlisted = self._between(take.KIN)
        listed = max(2, round(unlisted * self.random.uniform(*take.KIN_LISTED)))
        carriers = self._carriers(self.random.randint(1, 3))
        body, days = self._stranger(), self.random.randrange(100, 1500)
        name = self.random.choice((ILLEGAL, UNIDENTIFIED))
        known = self._series(
            "known",
            "kin",
            listed,
            listed,
            carriers=carriers,
            days=days,
            using=body,
            listed=name,
            victim_identified=False,
        )
        note = f"the same session as {known.id}, of which every picture is listed"
        kin = self._series(
            "real",
            "kin",
            unlisted,
            unlisted,
            carriers=carriers,
            days=days,
            using=body,
            of=known.id,
            note=note,
        )
        return [known, kin]

    def _lone(self) -> list[Series]:
        pictures = self.random.randint(*take.LONE)
        carriers = (self.random.choice(sorted(self.holding)),)
        days = self.random.randrange(20, 1500)
        note = "alone among listed material"
        told = {"carriers": carriers, "days": days, "using": self._stranger(), "note": note}
        return [self._series("real", "lone", pictures, pictures, **told)]

    def _source(self) -> list[Series]:
        setup = self._recording()
        own = self.random.choice(self._of_suspect(self.story.setups[setup].suspect))
        days = self.random.randrange(1, 400)
        note = "innocent photographs that were put into a generator"
        told = {"carriers": (own,), "days": days, "using": self._stranger(), "note": note}
        pictures = self.random.randint(*take.SOURCES)
        source = self._series("source", "source", pictures, pictures, **told)
        made = self._between(take.FROM_SOURCE)
        told = {"carriers": (own,), "days": days, "using": setup, "of": source.id}
        told["note"] = f"made from the photographs of {source.id}"
        return [source, self._series("generated", "from source", made, made, **told)]

    def _recording(self) -> int:
        """Return a set-up that keeps records, and is not of the kind that names no digests."""
        good = [one.number for one in self.story.setups if one.records and one.tool != "ComfyUI"]
        return self.random.choice(good)

    def _altered(self) -> list[Series]:
        setup = self.random.choice([one for one in self.story.setups if one.records])
        own = self.random.choice(self._of_suspect(setup.suspect))
        made = self._between(take.ALTERED)
        note = "made from a photograph that is not in the case"
        told = {"carriers": (own,), "days": self.random.randrange(1, 400), "note": note}
        return [self._series("altered", "altered", made, made, using=setup.number, **told)]

    # ---- the rest

    def _known(self, kind: str, left: int) -> list[Series]:
        pictures = min(left, self._between(MADE_OF[kind]))
        carriers = self._carriers(self.random.randint(*take.HOLDERS))
        self.holding.update(carriers)
        count = min(left, round(pictures * self.random.uniform(1, 2)))
        name = self.random.choice((ILLEGAL, UNIDENTIFIED)) if kind == "known" else ILLEGAL
        said: bool | None = kind == "identified"
        if kind == "known" and name == ILLEGAL:
            said = self.random.choice((False, None))
        told = {"carriers": carriers, "days": self.random.randrange(200, 3000), "listed": name}
        return [self._series(kind, "listed", count, pictures, victim_identified=said, **told)]

    def _system(self, _way: str, left: int) -> list[Series]:
        pictures = min(left, self._between(MADE_OF["system"]))
        carriers = self._carriers(SYSTEM_ON)
        told = {"carriers": carriers, "days": self.random.randrange(300, 3000)}
        note = "pictures of an operating system"
        made = self._series(
            "clutter", "system", pictures, pictures, listed=HARMLESS, note=note, **told
        )
        return [made]

    def _run(self, _way: str, left: int) -> list[Series]:
        random, setup = self.random, self.random.choice(self.story.setups)
        least, most = take.RUN
        least, most = max(4, round(least * self.short)), max(8, round(most * self.short))
        many = min(left, round(math.exp(random.uniform(math.log(least), math.log(most)))))
        own = random.choice(self._of_suspect(setup.suspect))
        carriers: tuple[int, ...] = (own,)
        if random.random() < take.FLOOD_PASSED:
            carriers = self._carriers(2, own)
        way = "run"
        if setup.records and many > 8:
            chance = random.random()
            if chance < take.OWN_INPUT:
                way = "own input"
            elif chance < take.OWN_INPUT + take.POSE_INPUT:
                way = "pose input"
        listed = GENERATED if random.random() < take.FLOOD_LISTED else ""
        told = {"carriers": carriers, "days": int(500 * random.random() ** 2), "listed": listed}
        if random.random() < take.FLOOD_BESIDE:
            told["of"] = "beside"
        return [self._series("generated", way, many, many, using=setup.number, **told)]

    def _everyday(self, _way: str, left: int) -> list[Series]:
        suspect = self._someone()
        count = min(left, self._between(EVERYDAY))
        sent = sum(self.random.random() < take.SENT for _ in range(count)) if count > 3 else 0
        own = self._of_suspect(suspect)
        backup = len(own) > 1 and self.random.random() < take.BACKUP
        carriers = tuple(self.random.sample(own, 2)) if backup else (self.random.choice(own),)
        told = {"carriers": carriers, "days": self._long_ago(), "using": suspect}
        if self.random.random() < take.STRAY:
            told["of"] = "stray"
        return [self._series("clutter", "everyday", count, max(1, count - sent), **told)]

    def _clutter(self) -> Iterator[Series]:
        whole = self.left
        for way, share in BUNDLES.items():
            yield from self._several(way, round(whole * share / 100), self._bundle)
        yield from self._several("meme", self.left, self._meme)

    def _bundle(self, way: str, left: int) -> list[Series]:
        count = min(left, max(5, round(BUNDLE * self.short)))
        told = {"carriers": self._carriers(1), "days": self._long_ago(), "apart": True}
        return [self._series("clutter", way, count, count, **told)]

    def _meme(self, way: str, left: int) -> list[Series]:
        count = min(left, self.random.randint(1, 4))
        told = {"carriers": self._carriers(self.random.randint(*take.MEME))}
        return [self._series("clutter", way, count, 1, days=self._long_ago(), **told)]

    def _models(self) -> Iterator[Series]:
        """Yield the model files that lie beside the generators, each once."""
        found: dict[str, list[int]] = {}
        first: dict[str, int] = {}
        for setup in self.story.setups:
            if setup.model_seized:
                found.setdefault(setup.model, []).append(self._of_suspect(setup.suspect)[0])
                first.setdefault(setup.model, setup.number)
        for model, carriers in found.items():
            once = tuple(dict.fromkeys(carriers))
            told = {"carriers": once, "using": first[model], "days": 400}
            yield self._series("clutter", "model file", 1, 1, **told)
