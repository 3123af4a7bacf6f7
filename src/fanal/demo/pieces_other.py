"""Tells the pieces that no camera took: generated runs, memes, screenshots, icons, blanks."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from fanal.demo import assumptions as take
from fanal.demo.cast import Series, SetUp, Story
from fanal.demo.pieces import GENERATOR, NEITHER, Made, Piece, Teller

LAYOUTS = 3
SEED_SPACE = 1 << 32


def run(story: Story, series: Series) -> Iterator[Piece]:
    """Yield a generated run, of whatever way: none of its pictures is a photograph."""
    teller = Teller(story, series)
    random, setup = teller.random, story.setups[series.using]
    folder = _folder(teller, setup)
    away = [(number, story.carriers[number].received) for number in series.carriers[1:]]
    seed, serial = random.randrange(SEED_SPACE), random.randrange(0, 4000)
    prompt = random.randrange(1000)
    recorded: dict[int, str] = {}
    for number in range(series.count):
        seed = _next(teller, setup, seed)
        prompt = random.randrange(1000) if random.random() < take.NEW_PROMPT else prompt
        made = _input(teller, Made(setup.number, seed, prompt), list(recorded))
        name = f"{serial + number:05d}-{seed}.png"
        if setup.tool == "ComfyUI":
            name = f"zz-out_{serial + number:05d}_.png"
        places = [teller.at(series.carriers[0], folder, name, number / 2000)]
        if away and number % 3 == 0:
            places += [teller.at(at, where, teller.passed_name(".png"), 9) for at, where in away]
        own = made.source[1] if made.source and made.source[0] == series.number else -1
        scene = recorded.get(own, f"{series.number} {number}")
        size = (setup.width, setup.height)
        piece = Piece(series, number, scene, 0, "png", *size, tuple(places), side=GENERATOR)
        if own >= 0:
            piece = replace(piece, apart=random.randint(2, 12))
        lost = take.FLOOD_STRIPPED if not made.role else 1 - take.INPUT_RECORDED
        if random.random() >= lost:
            made_here = made if setup.records else None
            piece = replace(piece, made=made_here, signed=setup.signed)
            if setup.records:
                recorded[number] = scene
        yield piece


def _folder(teller: Teller, setup: SetUp) -> str:
    if teller.series.of == "beside":
        return teller.beside(teller.series.carriers[0])
    base = teller.carrier().outputs
    return base if setup.tool == "ComfyUI" else f"{base}/{teller.begun:%Y-%m-%d}"


def _next(teller: Teller, setup: SetUp, seed: int) -> int:
    if setup.seeds == "fixed":
        return 42
    if setup.seeds == "random" or teller.random.random() < take.NEW_PROMPT:
        return teller.random.randrange(SEED_SPACE)
    return (seed + 1) % SEED_SPACE


def _input(teller: Teller, made: Made, recorded: list[int]) -> Made:
    """Return what a generator notes, with the picture that went in, if one did."""
    random, series, story = teller.random, teller.series, teller.story
    graph = story.setups[made.setup].tool == "ComfyUI"
    match series.way:
        case "from source":
            of = story.by_id[series.of]
            return replace(made, role="init", source=(of.number, random.randrange(of.count)))
        case "altered":
            file = f"zz-in-{series.number:05d}.png"
            return replace(
                made, role=("face" if graph else "mask"), source=(-1, series.number), file=file
            )
        case "own input" if recorded and random.random() < 0.4:
            number = random.choice(recorded)
            file = f"zz-out_{number:05d}_.png"
            return replace(made, role="init", source=(series.number, number), file=file)
        case "pose input":
            return replace(made, role="control", file=f"zz-pose-{series.number % 7}.png")
        case _:
            return made


def meme(story: Story, series: Series) -> Iterator[Piece]:
    """Yield a picture that many people have and no list knows."""
    teller = Teller(story, series)
    random = teller.random
    width, height = random.choice(((1080, 1080), (1080, 1350), (1920, 1080), (720, 720)))
    of: list[list[int]] = [[] for _ in range(series.count)]
    for turn, carrier in enumerate(series.carriers):
        of[turn if turn < series.count else random.randrange(series.count)].append(carrier)
    for number, carriers in enumerate(of):
        places = []
        for at in carriers or series.carriers[:1]:
            there = story.carriers[at]
            folder = random.choice((there.received, there.received, there.downloads))
            if random.random() < take.MEME_BESIDE:
                folder = teller.beside(at)
            places.append(teller.at(at, folder, teller.passed_name(), random.uniform(0, 90)))
        piece = Piece(series, number, f"{series.number}", 0, "jpeg", width, height, tuple(places))
        yield replace(piece, again=number > 0, side=NEITHER)


def system(story: Story, series: Series) -> Iterator[Piece]:
    """Yield pictures of an operating system, the same on many exhibits."""
    teller = Teller(story, series)
    for number in range(series.count):
        name = f"zz-{series.number:03d}-{number:03d}.png"
        places = tuple(teller.at(at, story.carriers[at].system, name) for at in series.carriers)
        side = teller.random.choice((48, 256, 1920))
        yield Piece(
            series, number, f"{series.number} {number}", 0, "png", side, side, places, side=NEITHER
        )


def bundle(story: Story, series: Series) -> Iterator[Piece]:
    """Yield pictures that have nothing to do with each other: received, screenshots, scans."""
    teller = Teller(story, series)
    for number in range(series.count):
        piece = _SINGLES[series.way](teller, number)
        later = teller.random.uniform(0, 300)
        yield replace(
            piece,
            places=tuple(
                replace(at, modified=min(at.modified + timedelta(days=later), at.modified))
                for at in piece.places
            ),
        )


def _received(teller: Teller, number: int) -> Piece:
    random, at, carrier = teller.random, teller.series.carriers[0], teller.carrier()
    folder = carrier.received if random.random() < 0.7 else carrier.downloads
    if random.random() < take.RECEIVED_BESIDE:
        folder = teller.beside(at)
    name = teller.passed_name()
    places = [teller.at(at, folder, name, -random.uniform(0, 600))]
    if random.random() < take.FORWARDED:
        other = random.randrange(len(teller.story.carriers))
        if other != at:
            received = teller.story.carriers[other].received
            places.append(teller.at(other, received, teller.passed_name(), 1))
    size = random.choice(((1600, 1200), (1200, 1600), (1280, 960), (1080, 1080), (960, 1280)))
    piece = teller.piece(number, f"{teller.series.number} {number}", size, tuple(places))
    return replace(piece, again=True)


def _screen(teller: Teller, number: int) -> Piece:
    random, carrier = teller.random, teller.carrier()
    day = teller.begun - timedelta(days=random.uniform(0, 300))
    name = f"Screenshot_{day:%Y%m%d-%H%M%S}.png"
    place = replace(
        teller.at(teller.series.carriers[0], carrier.screens, name),
        modified=day.replace(microsecond=0),
    )
    layout = random.random() < take.LAYOUT
    scene = f"layout {random.randrange(LAYOUTS)}" if layout else f"{teller.series.number} {number}"
    bits = random.randint(*take.LAYOUT_BITS) if layout else 0
    piece = Piece(teller.series, number, scene, bits, "png", 1080, 2400, (place,))
    return replace(piece, side=NEITHER, screen=random.random() < 0.5)


def _icon(teller: Teller, number: int) -> Piece:
    random, carrier = teller.random, teller.carrier()
    side = random.choice((16, 32, 48, 64, 96))
    name = f"{random.getrandbits(64):016x}.png"
    place = teller.at(teller.series.carriers[0], carrier.cache, name, -random.uniform(0, 300))
    piece = Piece(
        teller.series, number, f"{teller.series.number} {number}", 0, "png", side, side, (place,)
    )
    return replace(piece, side=NEITHER, quality=random.choice((10, 30, 45, 60, 90)))


def _blank(teller: Teller, number: int) -> Piece:
    random, carrier = teller.random, teller.carrier()
    name = f"{random.getrandbits(64):016x}.jpg"
    place = teller.at(teller.series.carriers[0], carrier.cache, name, -random.uniform(0, 300))
    piece = Piece(teller.series, number, f"blank {number % 5}", 0, "jpeg", 640, 480, (place,))
    return replace(piece, side=NEITHER, quality=0)


def _scan(teller: Teller, number: int) -> Piece:
    random, carrier = teller.random, teller.carrier()
    name = f"Scan_{random.randrange(10_000):04d}.jpg"
    place = teller.at(teller.series.carriers[0], carrier.downloads, name, -random.uniform(0, 900))
    bits = random.randint(*take.LAYOUT_BITS)
    piece = Piece(teller.series, number, f"page {number % 2}", bits, "jpeg", 1654, 2339, (place,))
    return replace(piece, side=NEITHER)


_SINGLES = {
    "received": _received,
    "screen": _screen,
    "icon": _icon,
    "blank": _blank,
    "scan": _scan,
}


def model_file(story: Story, series: Series) -> Iterator[Piece]:
    """Yield the file of a generator's model."""
    teller = Teller(story, series)
    setup = story.setups[series.using]
    places = tuple(
        teller.at(at, f"{story.carriers[at].outputs}/models", f"{setup.model}.safetensors")
        for at in series.carriers
    )
    yield Piece(
        series, 0, f"model {setup.model}", 0, "model", 0, 0, places, side=NEITHER, quality=0
    )
