"""Scenes of things: rooms, still lifes, shelves, charts, pebbles, quilts."""

import math

from fanal.demo.canvas import Canvas, Colour, Point, Skin, between, hue, ridge, times

PAPER: Colour = (238.0, 235.0, 226.0)


def room(canvas: Canvas) -> None:
    """Paint an empty room in perspective, with a window, its light, and furniture."""
    random = canvas.random
    left, right = random.uniform(0.05, 0.35), random.uniform(0.65, 0.95)
    top, bottom = random.uniform(0.05, 0.25), random.uniform(0.55, 0.75)
    wall = hue(random, 0, 1, random.uniform(0.08, 0.4), random.uniform(0.5, 0.9))
    floor = hue(random, 0.04, 0.12, 0.45, random.uniform(0.3, 0.65))
    canvas.rectangle((0, 0), (1, 1.1), Skin(times(wall, 1.1)))
    canvas.rectangle((left, top), (right, bottom), Skin(wall, times(wall, 0.8)))
    side = times(wall, random.uniform(0.45, 0.8))
    canvas.polygon([(0, 0), (left, top), (left, bottom), (0, 1)], Skin(side, times(side, 0.8)))
    side = times(wall, random.uniform(0.6, 1.1))
    canvas.polygon([(1, 0), (right, top), (right, bottom), (1, 1)], Skin(side, times(side, 0.7)))
    canvas.polygon(
        [(left, bottom), (right, bottom), (1, 1), (1, 1.1), (0, 1.1), (0, 1)],
        Skin(floor, rough=0.1),
    )
    for board in range(random.randint(5, 12)):
        part = board / 10
        canvas.line(
            [(left + part * (right - left), bottom), (part * 1.6 - 0.3, 1.05)],
            times(floor, 0.6),
            0.005,
        )
    window(canvas, (left, top), (right, bottom))
    for _ in range(random.randint(0, 3)):
        x, y = random.uniform(left, right - 0.08), random.uniform(top + 0.03, bottom - 0.2)
        wide, high = random.uniform(0.05, 0.14), random.uniform(0.06, 0.16)
        canvas.rectangle(
            (x - 0.01, y - 0.012), (x + wide + 0.01, y + high + 0.012), Skin((60, 45, 30))
        )
        canvas.rectangle(
            (x, y),
            (x + wide, y + high),
            Skin(hue(random, 0, 1, 0.5, 0.6), hue(random, 0, 1, 0.5, 0.4)),
        )
    for _ in range(random.randint(2, 4)):
        random.choice((_table, _sofa, _cupboard, _lamp))(canvas, bottom)


def window(canvas: Canvas, corner: Point, opposite: Point) -> None:
    """Set a bright window into a wall and throw its light on the floor."""
    random = canvas.random
    (left, top), (right, bottom) = corner, opposite
    x = left + (right - left) * random.uniform(0.05, 0.6)
    wide, high = (
        (right - left) * random.uniform(0.2, 0.4),
        (bottom - top) * random.uniform(0.35, 0.65),
    )
    y = top + (bottom - top) * 0.12
    view = hue(random, 0.5, 0.62, 0.2, 0.95)
    canvas.rectangle((x - 0.012, y - 0.015), (x + wide + 0.012, y + high + 0.015), Skin(PAPER))
    canvas.rectangle(
        (x, y), (x + wide, y + high), Skin(view, hue(random, 0.2, 0.4, 0.4, 0.6), rough=0.1)
    )
    canvas.line([(x + wide / 2, y), (x + wide / 2, y + high)], PAPER, 0.014)
    canvas.line([(x, y + high / 2), (x + wide, y + high / 2)], PAPER, 0.012)
    slant = random.uniform(-0.3, 0.3)
    canvas.glow((x + wide / 2 + slant, (bottom + 1) / 2 + 0.05), (0.3, 0.22), (85, 78, 55))
    cloth = hue(random, 0, 1, 0.5, random.uniform(0.3, 0.8))
    for edge in (x - 0.06, x + wide + 0.01):
        canvas.tube((edge, y - 0.04), (edge + 0.05, min(bottom, y + high + 0.12)), cloth)


def _table(canvas: Canvas, floor: float) -> None:
    """Paint a table with something on it."""
    random = canvas.random
    x, y = random.uniform(0.05, 0.7), random.uniform(floor, 0.85)
    wide, high = random.uniform(0.15, 0.35), random.uniform(0.1, 0.2)
    oak = hue(random, 0.04, 0.11, 0.5, random.uniform(0.2, 0.6))
    canvas.shade((x + wide / 2, y + high), (wide * 0.8, 0.09), 0.6)
    for leg in (0.04, 0.9):
        canvas.tube((x + wide * leg, y), (x + wide * (leg + 0.06), y + high), times(oak, 0.7))
    canvas.polygon(
        [(x + 0.03, y - 0.05), (x + wide - 0.03, y - 0.05), (x + wide, y + 0.02), (x, y + 0.02)],
        Skin(times(oak, 1.3), oak, rough=0.12),
    )
    canvas.ball(
        (x + wide * random.uniform(0.2, 0.8), y - 0.07),
        canvas.round(0.045),
        hue(random, 0, 1, 0.7, 0.8),
    )


def _sofa(canvas: Canvas, floor: float) -> None:
    """Paint a sofa with cushions."""
    random = canvas.random
    x, y = random.uniform(-0.05, 0.6), random.uniform(floor - 0.05, 0.8)
    wide, high = random.uniform(0.25, 0.45), random.uniform(0.14, 0.24)
    cloth = hue(random, 0, 1, 0.5, random.uniform(0.25, 0.75))
    canvas.shade((x + wide / 2, y + high), (wide * 0.7, 0.1), 0.6)
    canvas.rectangle(
        (x, y - high * 0.6), (x + wide, y + high * 0.3), Skin(cloth, times(cloth, 0.7), rough=0.1)
    )
    canvas.rectangle(
        (x, y + high * 0.2),
        (x + wide, y + high),
        Skin(times(cloth, 1.2), times(cloth, 0.5), rough=0.1),
    )
    for part in (0.2, 0.5, 0.8):
        if random.random() < 0.7:
            canvas.ball(
                (x + wide * part, y), canvas.round(high * 0.35), hue(random, 0, 1, 0.6, 0.8)
            )


def _cupboard(canvas: Canvas, floor: float) -> None:
    """Paint a cupboard with drawers."""
    random = canvas.random
    x, foot = random.uniform(0.02, 0.8), random.uniform(floor, floor + 0.15)
    wide, high = random.uniform(0.1, 0.2), random.uniform(0.2, 0.45)
    front = hue(random, 0, 1, 0.35, random.uniform(0.2, 0.8))
    canvas.shade((x + wide * 0.7, foot), (wide, 0.08), 0.55)
    canvas.rectangle(
        (x, foot - high), (x + wide, foot), Skin(front, times(front, 0.7), across=True)
    )
    drawers = random.randint(2, 5)
    for number in range(drawers):
        y = foot - high + high * (number + 0.1) / drawers
        canvas.rectangle(
            (x + 0.01, y), (x + wide - 0.01, y + high * 0.8 / drawers), Skin(times(front, 1.25))
        )
        canvas.ball((x + wide / 2, y + high * 0.4 / drawers), canvas.round(0.012), (200, 180, 90))


def _lamp(canvas: Canvas, floor: float) -> None:
    """Paint a standing lamp that is on."""
    random = canvas.random
    x, foot = random.uniform(0.05, 0.95), random.uniform(floor, 0.9)
    top = foot - random.uniform(0.35, 0.55)
    canvas.tube((x - 0.006, top), (x + 0.006, foot), (70, 60, 50))
    canvas.glow((x, top), (0.3, 0.4), (95, 80, 45))
    canvas.polygon(
        [(x - 0.03, top - 0.09), (x + 0.03, top - 0.09), (x + 0.06, top), (x - 0.06, top)],
        Skin((250, 235, 190), (235, 195, 120)),
    )


def still_life(canvas: Canvas) -> None:
    """Paint bottles, fruit, cups and books on a table before a wall."""
    random = canvas.random
    edge = random.uniform(0.45, 0.68)
    wall = hue(random, 0, 1, 0.25, random.uniform(0.2, 0.85))
    cloth = hue(random, 0, 1, 0.35, random.uniform(0.3, 0.9))
    canvas.rectangle(
        (0, 0), (1, edge), Skin(wall, times(wall, random.uniform(0.5, 1.4)), across=True, rough=0.1)
    )
    canvas.rectangle((0, edge), (1, 1.1), Skin(times(cloth, 0.8), cloth, rough=0.08))
    for _ in range(random.randint(2, 7)):
        fold = random.random()
        canvas.shade((fold, (edge + 1) / 2), (0.03, 0.4), random.uniform(-0.25, 0.35))
    places = sorted(random.uniform(edge - 0.05, 0.95) for _ in range(random.randint(4, 9)))
    for foot in places:
        x, size = random.uniform(0.06, 0.94), 0.08 + 0.2 * (foot - edge + 0.1)
        canvas.shade((x + size * 0.5, foot), (size * 1.1, size * 0.35), 0.65)
        random.choice((_bottle, _fruit, _cup, _books))(canvas, (x, foot), size)


def _bottle(canvas: Canvas, foot: Point, size: float) -> None:
    """Paint a bottle with neck, cork and label."""
    random = canvas.random
    x, y = foot
    wide, _ = canvas.round(size * 0.55)
    glass = hue(random, 0, 1, 0.6, random.uniform(0.2, 0.7))
    high = size * random.uniform(2.2, 3.4)
    canvas.tube((x - wide * 0.35, y - high), (x + wide * 0.35, y - high * 0.6), glass)
    canvas.ball((x, y - high * 0.62), (wide, size * 0.5), glass)
    canvas.tube((x - wide, y - high * 0.62), (x + wide, y), glass)
    canvas.rectangle(
        (x - wide * 0.35, y - high * 1.05), (x + wide * 0.35, y - high), Skin((150, 110, 70))
    )
    canvas.rectangle(
        (x - wide * 0.9, y - high * 0.45), (x + wide * 0.9, y - high * 0.18), Skin(PAPER)
    )
    canvas.rectangle(
        (x - wide * 0.7, y - high * 0.38),
        (x + wide * 0.5, y - high * 0.32),
        Skin(hue(random, 0, 1, 0.7, 0.5)),
    )


def _fruit(canvas: Canvas, foot: Point, size: float) -> None:
    """Paint a heap of one to four fruit."""
    random = canvas.random
    x, y = foot
    tint = hue(random, 0, 1, 0.75, random.uniform(0.5, 0.9))
    for _ in range(random.randint(1, 4)):
        place = x + random.uniform(-0.9, 0.9) * size
        radius = size * random.uniform(0.5, 0.8)
        canvas.ball(
            (place, y - radius), canvas.round(radius), times(tint, random.uniform(0.7, 1.2))
        )
        canvas.line(
            [(place, y - radius * 1.8), (place + 0.01, y - radius * 2.2)], (70, 50, 30), 0.008
        )


def _cup(canvas: Canvas, foot: Point, size: float) -> None:
    """Paint a cup with something in it."""
    random = canvas.random
    x, y = foot
    wide, _ = canvas.round(size * 0.7)
    clay = hue(random, 0, 1, random.choice((0.05, 0.6)), random.uniform(0.5, 0.95))
    canvas.ellipse(
        (x + wide * 1.1, y - size * 0.6), (wide * 0.45, size * 0.35), Skin(times(clay, 0.7))
    )
    canvas.tube((x - wide, y - size * 1.2), (x + wide, y), clay)
    canvas.ellipse((x, y - size * 1.2), (wide, size * 0.25), Skin(times(clay, 1.1)))
    canvas.ellipse(
        (x, y - size * 1.17), (wide * 0.85, size * 0.19), Skin(hue(random, 0, 0.1, 0.6, 0.25))
    )


def _books(canvas: Canvas, foot: Point, size: float) -> None:
    """Paint a pile of books."""
    random = canvas.random
    x, y = foot
    for _ in range(random.randint(2, 5)):
        high, wide = size * random.uniform(0.2, 0.4), size * random.uniform(0.9, 1.6)
        left = x - wide / 2 + random.uniform(-0.02, 0.02)
        cover = hue(random, 0, 1, 0.6, random.uniform(0.2, 0.8))
        canvas.rectangle(
            (left, y - high), (left + wide, y), Skin(cover, times(cover, 0.7), across=True)
        )
        canvas.rectangle(
            (left + wide * 0.9, y - high * 0.85), (left + wide, y - high * 0.15), Skin(PAPER)
        )
        y -= high


def shelf(canvas: Canvas) -> None:
    """Paint shelves full of books, boxes and jars."""
    random = canvas.random
    board = hue(random, 0.04, 0.12, 0.45, random.uniform(0.2, 0.6))
    canvas.rectangle((0, 0), (1, 1.1), Skin(times(board, 0.35), times(board, 0.5)))
    rows = random.randint(2, 5)
    for row in range(rows):
        foot, high = (row + 0.94) / rows, 0.9 / rows
        x = random.uniform(0, 0.1)
        while x < 1:
            if random.random() < 0.18:
                x += random.uniform(0.03, 0.15)
            wide, tall = random.uniform(0.012, 0.06), high * random.uniform(0.5, 0.95)
            tint = hue(random, 0, 1, random.uniform(0.1, 0.7), random.uniform(0.2, 0.95))
            if random.random() < 0.25:
                canvas.tube((x, foot - tall * 0.7), (x + wide, foot), tint)
            else:
                canvas.rectangle(
                    (x, foot - tall), (x + wide, foot), Skin(tint, times(tint, 0.6), across=True)
                )
                band = foot - tall * random.uniform(0.6, 0.9)
                canvas.rectangle((x, band), (x + wide, band + tall * 0.08), Skin(times(tint, 1.6)))
            x += wide + 0.003
        canvas.rectangle(
            (0, foot), (1, foot + 0.06 / rows), Skin(board, times(board, 0.6), rough=0.15)
        )


def chart(canvas: Canvas) -> None:
    """Paint a printed page of charts lying on a desk: bars, lines and a pie."""
    random = canvas.random
    desk = hue(random, 0.02, 0.14, 0.4, random.uniform(0.15, 0.6))
    canvas.rectangle((0, 0), (1, 1.1), Skin(desk, times(desk, 0.6), rough=0.15))
    left, top = random.uniform(0.0, 0.12), random.uniform(0.0, 0.12)
    right, bottom = random.uniform(0.85, 1.0), random.uniform(0.85, 1.0)
    canvas.rectangle(
        (left + 0.02, top + 0.03), (right + 0.02, bottom + 0.03), Skin(times(desk, 0.3), soft=0.02)
    )
    page = random.choice([PAPER, PAPER, (40.0, 44.0, 54.0)])
    canvas.rectangle((left, top), (right, bottom), Skin(page, times(page, 0.92), rough=0.015))
    columns, rows = random.choice(((1, 2), (2, 2), (2, 1), (3, 2)))
    wide, high = (right - left) / columns, (bottom - top) / rows
    for place in range(columns * rows):
        corner = (left + wide * (place % columns + 0.1), top + high * (place // columns + 0.12))
        opposite = (corner[0] + wide * 0.8, corner[1] + high * 0.75)
        random.choice((_bars, _curves, _pie))(canvas, corner, opposite)


def _bars(canvas: Canvas, corner: Point, opposite: Point) -> None:
    """Paint a bar chart."""
    random = canvas.random
    (left, top), (right, bottom) = corner, opposite
    count, tint = random.randint(4, 12), hue(random, 0, 1, 0.7, 0.6)
    wide = (right - left) / count
    for number in range(count):
        high = (bottom - top) * random.uniform(0.08, 1.0)
        x = left + wide * number
        canvas.rectangle((x, bottom - high), (x + wide * 0.7, bottom), Skin(tint, times(tint, 0.8)))
    canvas.line([(left, top), (left, bottom), (right, bottom)], (110, 110, 110), 0.005)


def _curves(canvas: Canvas, corner: Point, opposite: Point) -> None:
    """Paint a line chart, the first line filled to the axis."""
    random = canvas.random
    (left, top), (right, bottom) = corner, opposite
    for number in range(random.randint(1, 3)):
        line = ridge(canvas, random.uniform(0.3, 0.7), 0.22)
        points = [
            (left + x * (right - left), top + min(1.0, max(0.0, y)) * (bottom - top))
            for x, y in line
        ]
        tint = hue(random, 0, 1, 0.75, 0.65)
        if number == 0:
            canvas.polygon([(left, bottom), *points, (right, bottom)], Skin(times(tint, 1.2)))
        canvas.line(points, tint, 0.009)
    canvas.line([(left, top), (left, bottom), (right, bottom)], (110, 110, 110), 0.005)


def _pie(canvas: Canvas, corner: Point, opposite: Point) -> None:
    """Paint a pie chart."""
    random = canvas.random
    (left, top), (right, bottom) = corner, opposite
    middle = ((left + right) / 2, (top + bottom) / 2)
    radius = min((bottom - top) / 2, (right - left) / 2 * canvas.width / canvas.height)
    wide, high = canvas.round(radius)
    angle = random.uniform(0, 6)
    for _ in range(random.randint(4, 7)):
        span = random.uniform(0.5, 1.9)
        arc = [
            (
                middle[0] + wide * math.cos(angle + span * n / 9),
                middle[1] + high * math.sin(angle + span * n / 9),
            )
            for n in range(10)
        ]
        canvas.polygon([middle, *arc], Skin(hue(random, 0, 1, 0.6, random.uniform(0.3, 0.95))))
        angle += span


def pebbles(canvas: Canvas) -> None:
    """Paint a heap of pebbles, shells or marbles seen from above."""
    random = canvas.random
    sand = hue(random, 0.05, 0.15, 0.35, random.uniform(0.3, 0.75))
    canvas.rectangle((0, 0), (1, 1.1), Skin(sand, times(sand, random.uniform(0.4, 1.2)), rough=0.2))
    tints = [
        hue(random, 0, 1, random.uniform(0.05, 0.6), random.uniform(0.15, 0.95)) for _ in range(5)
    ]
    largest = random.uniform(0.08, 0.2)
    for _ in range(random.randint(25, 70)):
        x, y = random.random(), random.random()
        size = largest * random.uniform(0.25, 1.0)
        wide, high = canvas.round(size)
        canvas.shade((x + wide * 0.3, y + high * 0.4), (wide * 1.5, high * 1.3), 0.6)
        canvas.ball((x, y), (wide, high * random.uniform(0.55, 1.0)), random.choice(tints))


def quilt(canvas: Canvas) -> None:
    """Paint a quilt or a tiled floor: patches of cloth with folds of light over them."""
    random = canvas.random
    columns, rows = random.randint(3, 8), random.randint(3, 7)
    tints = [
        hue(random, 0, 1, random.uniform(0.1, 0.7), random.uniform(0.15, 0.95)) for _ in range(5)
    ]
    for place in range(columns * rows):
        x, y = place % columns / columns, place // columns / rows
        ends = (x + 1 / columns, y + 1 / rows)
        one, other = random.sample(tints, 2)
        canvas.rectangle((x, y), ends, Skin(one, between(one, other, 0.3), rough=0.08))
        kind = random.random()
        if kind < 0.4:
            canvas.polygon([(x, y), (ends[0], y), random.choice(((x, ends[1]), ends))], Skin(other))
        elif kind < 0.7:
            middle = (x + 0.5 / columns, y + 0.5 / rows)
            canvas.ellipse(middle, (0.35 / columns, 0.35 / rows), Skin(other, rough=0.12))
        canvas.line([(x, ends[1]), (x, y), (ends[0], y)], (90, 85, 80), 0.005)
    for _ in range(random.randint(3, 8)):
        centre = (random.random(), random.random())
        canvas.shade(
            centre, (random.uniform(0.1, 0.4), random.uniform(0.05, 0.4)), random.uniform(-0.5, 0.6)
        )
