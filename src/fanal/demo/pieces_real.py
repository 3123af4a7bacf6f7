"""Tells the pieces of series that a camera took: passed on, made, akin to listed ones, listed."""

from collections.abc import Iterator
from dataclasses import replace

from fanal.demo import assumptions as take
from fanal.demo.cast import Series, Story
from fanal.demo.pieces import SMALL, At, Piece, Teller, camera_name, fit, scenes, shots


def traded(story: Story, series: Series) -> Iterator[Piece]:
    """Yield a series that messengers passed from exhibit to exhibit, each copy written anew."""
    teller = Teller(story, series)
    random, body = teller.random, teller.body()
    shown = list(scenes(teller, series.pictures))
    noted = list(shots(teller, body, shown))
    holders = [_holder(teller, number) for number in series.carriers]
    first, rest = range(series.pictures), series.count - series.pictures
    variants: list[tuple[int, list[At]]] = [(picture, []) for picture in first]
    wanted: list[tuple[int, int]] = []
    for holder in range(len(holders)):
        share = 1.0 if holder == 0 else random.uniform(*take.HELD)
        wanted += [(holder, picture) for picture in first if random.random() < share]
    anew = {*random.sample(wanted[series.pictures :], min(rest, len(wanted) - series.pictures))}
    for holder, picture in wanted:
        number, folder, delay = holders[holder]
        place = teller.at(number, folder, teller.passed_name(), delay)
        if (holder, picture) in anew:
            variants.append((picture, [place]))
        else:
            variants[picture][1].append(place)
    while len(variants) < series.count:  # where so many copies were not wanted
        picture = random.randrange(series.pictures)
        number, folder, delay = random.choice(holders)
        place = teller.at(number, folder, teller.passed_name(), delay)
        variants.append((picture, [place]))
    for number, (picture, places) in enumerate(variants):
        scene, bits = shown[picture]
        piece = teller.piece(number, scene, (body.width, body.height), tuple(places))
        yield teller.messenger(replace(piece, apart=bits, shot=noted[picture]))


def _holder(teller: Teller, number: int) -> tuple[int, str, float]:
    """Return an exhibit, the folder in which a series lies there, and when it came."""
    random, carrier = teller.random, teller.story.carriers[number]
    if teller.series.listed or random.random() < take.BESIDE:
        folder = teller.kept(number) if teller.series.listed else teller.beside(number)
    else:
        folder = random.choice((carrier.received, carrier.downloads))
    return number, folder, random.uniform(0, 200)


def made(story: Story, series: Series) -> Iterator[Piece]:
    """Yield a series that a suspect took himself, and the copies that he passed on."""
    teller = Teller(story, series)
    random, body, own = teller.random, teller.body(), series.carriers[0]
    folder = teller.beside(own) if series.of else f"{teller.carrier().kept[0]}/zz new"
    size = (body.width, body.height)
    pieces: list[Piece] = []
    sessions = max(1, min(take.SESSIONS[1], round(series.pictures / 10)))
    each = -(-series.pictures // sessions)
    shown = list(scenes(teller, series.pictures))
    for session in range(sessions):
        part = shown[session * each : (session + 1) * each]
        for (scene, bits), shot in zip(part, shots(teller, body, part, session), strict=True):
            place = At(own, folder, camera_name(body, shot), shot.taken)
            kept = random.random() < take.MADE_KEEPS
            piece = teller.piece(len(pieces), scene, size, (place,))
            pieces.append(replace(piece, apart=bits, shot=shot if kept else None))
    yield from pieces
    away = [_holder(teller, number) for number in series.carriers[1:]] or [(own, folder, 1.0)]
    for number in range(series.pictures, series.count):
        original = pieces[number - series.pictures]
        places = [
            teller.at(at, where, teller.passed_name(), 3 + late / 20) for at, where, late in away
        ]
        some = tuple(places[: random.randint(1, len(places))])
        yield teller.messenger(replace(original, number=number, places=some))


def kin(story: Story, series: Series) -> Iterator[Piece]:
    """Yield the unlisted pictures of a session, or the listed ones: both tell it alike."""
    known = story.by_id[series.of] if series.of else series
    session = Teller(story, known)  # the same numbers whoever asks
    body, random = session.body(), session.random
    unlisted = story.kin_of(known)
    total = known.pictures + unlisted.pictures
    shown = list(scenes(session, total))
    noted = list(shots(session, body, shown))
    listed = {*random.sample(range(total), known.pictures)}
    numbered = random.random() < take.KIN_NUMBERED
    folders = {number: session.kept(number, known.id) for number in known.carriers}
    aside = {number for number in known.carriers if random.random() >= take.KIN_BESIDE}
    teller = Teller(story, series)
    mine = [at for at in range(total) if (at in listed) == (series is known)]
    for number, at in enumerate(mine):
        name = f"zz-{known.number:04d}-{at + 1:03d}.jpg"
        places = []
        for carrier in known.carriers:
            folder = folders[carrier]
            if series is not known and carrier in aside:
                folder = story.carriers[carrier].received
            places.append(
                teller.at(
                    carrier, folder, name if numbered else teller.passed_name(), 0.1 + at / 9e3
                )
            )
        scene, bits = shown[at]
        piece = teller.piece(number, scene, (body.width, body.height), tuple(places))
        yield teller.messenger(replace(piece, apart=bits, shot=noted[at]))


def lone(story: Story, series: Series) -> Iterator[Piece]:
    """Yield one or two pictures in a folder full of listed material."""
    teller = Teller(story, series)
    body = teller.body()
    folder = teller.beside(series.carriers[0])
    shown = list(scenes(teller, series.pictures))
    for number, shot in enumerate(shots(teller, body, shown)):
        scene, bits = shown[number]
        place = teller.at(series.carriers[0], folder, teller.passed_name())
        piece = teller.piece(number, scene, (body.width, body.height), (place,))
        yield teller.messenger(replace(piece, apart=bits, shot=shot))


def source(story: Story, series: Series) -> Iterator[Piece]:
    """Yield innocent photographs of one person, downloaded or taken, that went into a generator."""
    teller = Teller(story, series)
    carrier, random = teller.carrier(), teller.random
    folder = random.choice(
        (f"{carrier.outputs}/inputs", carrier.downloads, carrier.downloads, carrier.camera)
    )
    body = teller.body()
    shown = [(f"{series.number} {number}", 0) for number in range(series.pictures)]
    for number, shot in enumerate(shots(teller, body, shown)):
        place = teller.at(series.carriers[0], folder, teller.passed_name(), number)
        piece = teller.piece(number, shown[number][0], (body.width, body.height), (place,))
        yield teller.messenger(replace(piece, shot=shot))


def listed(story: Story, series: Series) -> Iterator[Piece]:
    """Yield a series of which every content is on a list."""
    yield from traded(story, series)


def everyday(story: Story, series: Series) -> Iterator[Piece]:
    """Yield everyday photographs of a session, and those that were also sent."""
    teller = Teller(story, series)
    random, body, carrier = teller.random, teller.body(), teller.carrier()
    pieces: list[Piece] = []
    shown = list(scenes(teller, series.pictures))
    stray = min(3, series.pictures) if series.of == "stray" else 0
    for number, shot in enumerate(shots(teller, body, shown)):
        scene, bits = shown[number]
        folders = [teller.beside(series.carriers[0]) if number < stray else carrier.camera]
        folders += [f"{story.carriers[at].downloads}/backup" for at in series.carriers[1:]]
        name = camera_name(body, shot)
        places = tuple(
            At(at, folder, name, shot.taken)
            for at, folder in zip(series.carriers, folders, strict=True)
        )
        piece = teller.piece(number, scene, (body.width, body.height), places)
        pieces.append(replace(piece, apart=bits, shot=shot))
        yield pieces[-1]
    for number in range(series.pictures, series.count):
        original = random.choice(pieces)
        if random.random() < take.THUMBNAIL:
            yield _thumbnail(teller, replace(original, number=number))
            continue
        place = teller.at(series.carriers[0], carrier.received, teller.passed_name(), 0.5)
        yield teller.messenger(replace(original, number=number, places=(place,)))


def _thumbnail(teller: Teller, original: Piece) -> Piece:
    """Return what a gallery keeps of a photograph."""
    name = f"{teller.random.getrandbits(64):016x}.jpg"
    place = teller.at(teller.series.carriers[0], teller.carrier().cache, name, 2)
    width, height = fit(original.width, original.height, SMALL)
    small = replace(original, width=width, height=height, places=(place,))
    return replace(small, again=True, shot=None)
