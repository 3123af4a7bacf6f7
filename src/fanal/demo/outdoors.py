"""Scenes under the sky: hills, water, forests, streets, a town at night, a meadow."""

import math

import numpy as np

from fanal.demo.canvas import Canvas, Colour, Point, Skin, between, hue, relief, ridge, times

GREY: Colour = (128.0, 128.0, 128.0)


def hills(canvas: Canvas) -> None:
    """Paint ridges one behind the other in haze, perhaps with a lake, a road and trees."""
    random = canvas.random
    horizon = random.uniform(0.25, 0.6)
    haze = sky(canvas, horizon)
    count = random.randint(3, 5)
    base = hue(random, 0.12, 0.42, 0.5, random.uniform(0.3, 0.55))
    for layer in range(count):
        level = horizon + (1 - horizon) * (layer / count) ** 1.2
        near = (layer + 1) / count
        colour = between(haze, base, 0.25 + 0.75 * near)
        line = ridge(canvas, level, random.uniform(0.03, 0.13) * (1.3 - near * 0.6))
        canvas.polygon(
            [(0, 1.1), *line, (1, 1.1)], Skin(colour, times(colour, 0.6), rough=0.1 + 0.12 * near)
        )
        if random.random() < 0.6:
            wood(canvas, line, 0.02 + 0.09 * near, times(colour, random.uniform(0.3, 0.7)))
    if random.random() < 0.45:
        lake(canvas, haze)
    elif random.random() < 0.6:
        road(canvas, horizon)


def sea(canvas: Canvas) -> None:
    """Paint boats on water, with waves, perhaps a coast and a low sun."""
    random = canvas.random
    horizon = random.uniform(0.2, 0.55)
    haze = sky(canvas, horizon)
    deep = hue(random, 0.48, 0.64, 0.6, random.uniform(0.25, 0.6))
    canvas.rectangle((0, horizon), (1, 1.1), Skin(between(deep, haze, 0.5), deep, rough=0.05))
    for _ in range(random.randint(25, 60)):
        down = horizon + (1 - horizon) * random.random() ** 1.4
        size = (down - horizon) * 0.25 + 0.006
        tint = times(deep, random.choice((0.6, 0.75, 1.35, 1.7)))
        centre = (random.uniform(-0.1, 1.1), down)
        canvas.ellipse(
            centre, (size * random.uniform(0.5, 2.2), size * 0.14), Skin(tint, soft=0.004)
        )
    if random.random() < 0.5:
        line = ridge(canvas, horizon - 0.02, 0.05)
        coast = hue(random, 0.1, 0.45, 0.3, 0.35)
        part = line[: random.randint(20, 60)] if random.random() < 0.5 else line[40:]
        canvas.polygon(
            [(part[0][0], horizon), *part, (part[-1][0], horizon)], Skin(coast, rough=0.2)
        )
    for _ in range(random.randint(1, 5)):
        boat(canvas, horizon)


def boat(canvas: Canvas, horizon: float) -> None:
    """Paint a hull with a mast and sails, larger the nearer it is."""
    random = canvas.random
    down = random.uniform(horizon + 0.02, 0.95)
    size = 0.05 + (down - horizon) * random.uniform(0.3, 0.6)
    x = random.uniform(0.08, 0.92)
    wide, _ = canvas.round(size)
    hull = hue(random, 0, 1, 0.6, random.uniform(0.25, 0.95))
    canvas.shade((x, down + size * 0.3), (wide * 1.6, size * 0.4), 0.55)
    canvas.polygon(
        [(x - wide, down - size * 0.1), (x + wide, down - size * 0.15),
         (x + wide * 0.7, down + size * 0.22), (x - wide * 0.75, down + size * 0.22)],
        Skin(hull, times(hull, 0.5)),
    )  # fmt: skip
    top = down - size * random.uniform(1.2, 2.4)
    canvas.line([(x, down), (x, top)], (60, 50, 40), size * 0.05)
    cloth = hue(random, 0, 1, random.choice((0.05, 0.6)), 0.95)
    for side in (-1, 1):
        foot = x + side * wide * random.uniform(0.5, 1.0)
        canvas.polygon(
            [(x, top), (x + side * wide * 0.06, down - size * 0.2), (foot, down - size * 0.2)],
            Skin(times(cloth, 1 if side < 0 else 0.8), times(cloth, 0.7)),
        )


def forest(canvas: Canvas) -> None:
    """Paint trunks at several distances with light between them."""
    random = canvas.random
    light = hue(random, 0.1, 0.35, 0.35, 0.85)
    dark = hue(random, 0.2, 0.45, 0.6, 0.22)
    canvas.rectangle((0, 0), (1, 1.1), Skin(light, dark, rough=0.25))
    for depth in (0.3, 0.6, 1.0):
        bark = between(light, hue(random, 0.04, 0.12, 0.4, 0.22), depth)
        for _ in range(random.randint(3, 7)):
            x = random.uniform(-0.05, 1.05)
            wide = random.uniform(0.01, 0.055) * depth
            foot = 0.55 + 0.4 * depth * random.uniform(0.7, 1.0)
            canvas.shade((x + 0.1 * depth, foot), (0.2 * depth, 0.04), 0.5)
            canvas.tube((x - wide, 0), (x + wide, foot), bark)
    for _ in range(random.randint(30, 70)):
        leaf = hue(random, 0.15, 0.42, 0.7, random.uniform(0.2, 0.8))
        size = random.uniform(0.02, 0.11)
        y = random.uniform(0, 0.35) if random.random() < 0.6 else random.uniform(0.75, 1.05)
        canvas.ellipse(
            (random.random(), y), (size * 0.8, size * 0.5), Skin(leaf, rough=0.3, soft=0.01)
        )
    canvas.glow((random.random(), random.uniform(0.1, 0.5)), (0.4, 0.5), (90, 85, 50))


def street(canvas: Canvas) -> None:
    """Paint a row of houses with windows, doors and roofs over a pavement."""
    random = canvas.random
    sky(canvas, 0.6)
    ground = random.uniform(0.72, 0.9)
    left = -random.uniform(0, 0.2)
    while left < 1:
        wide = random.uniform(0.14, 0.42)
        _house(canvas, (left, random.uniform(0.08, 0.45)), (left + wide, ground))
        left += wide + random.choice((0.0, 0.0, 0.03))
    stone = hue(random, 0, 1, 0.06, random.uniform(0.3, 0.6))
    canvas.rectangle((0, ground), (1, 1.1), Skin(stone, times(stone, 0.55), rough=0.12))
    canvas.rectangle((0, ground), (1, ground + 0.02), Skin(times(stone, 1.4)))
    for _ in range(random.randint(0, 3)):
        x = random.random()
        canvas.tube(
            (x, ground - random.uniform(0.25, 0.5)), (x + 0.012, ground + 0.05), (70, 72, 75)
        )
    for _ in range(random.randint(0, 3)):
        _car(canvas, random.uniform(0.1, 0.9), random.uniform(ground + 0.03, 0.98))
    canvas.polygon(
        [(random.random(), ground), (1.2, ground), (1.2, 1.2), (random.random(), 1.2)],
        Skin(times(stone, 0.4), rough=0.1, soft=0.01),
    )


def _house(canvas: Canvas, corner: Point, opposite: Point) -> None:
    """Paint one front: wall, roof, rows of windows and a door."""
    random = canvas.random
    (left, top), (right, bottom) = corner, opposite
    wall = hue(random, 0, 1, random.uniform(0.1, 0.5), random.uniform(0.35, 0.9))
    canvas.rectangle(
        corner, opposite, Skin(wall, times(wall, random.uniform(0.6, 0.95)), rough=0.08)
    )
    middle = (left + right) / 2
    peak = top - random.uniform(0.03, 0.2)
    roof = hue(random, 0, 0.1, 0.5, random.uniform(0.2, 0.5))
    canvas.polygon([(left, top), (middle, peak), (right, top)], Skin(roof, rough=0.15))
    columns, rows = random.randint(2, 5), random.randint(2, 5)
    glass = hue(random, 0.5, 0.65, 0.3, random.uniform(0.1, 0.85))
    frame = random.choice([(235.0, 232.0, 225.0), times(wall, 0.45)])
    wide, high = (right - left) / columns, (bottom - top) / rows
    for row in range(rows):
        for column in range(columns):
            x, y = left + wide * (column + 0.22), top + high * (row + 0.2)
            pane = times(glass, random.uniform(0.5, 1.3))
            canvas.rectangle((x, y), (x + wide * 0.56, y + high * 0.6), Skin(frame))
            canvas.rectangle(
                (x + wide * 0.06, y + high * 0.05),
                (x + wide * 0.5, y + high * 0.54),
                Skin(pane, times(pane, 0.6)),
            )
    x = left + wide * random.randrange(columns)
    door = hue(random, 0, 1, 0.6, 0.35)
    canvas.rectangle((x + wide * 0.2, bottom - high * 0.75), (x + wide * 0.8, bottom), Skin(door))


def _car(canvas: Canvas, x: float, y: float) -> None:
    """Paint a parked car from the side."""
    random = canvas.random
    size = random.uniform(0.05, 0.09)
    wide, _ = canvas.round(size * 2.2)
    paint = hue(random, 0, 1, 0.6, random.uniform(0.3, 0.9))
    canvas.shade((x, y + size * 0.5), (wide * 1.2, size * 0.5), 0.6)
    roof = [(x - wide * 0.5, y - size), (x + wide * 0.4, y - size)]
    canvas.polygon(
        [*roof, (x + wide * 0.7, y), (x - wide * 0.7, y)], Skin((60, 70, 85), times(paint, 0.6))
    )
    canvas.rectangle(
        (x - wide, y - size * 0.3), (x + wide, y + size * 0.4), Skin(paint, times(paint, 0.5))
    )
    for side in (-0.6, 0.6):
        canvas.ball((x + side * wide, y + size * 0.4), canvas.round(size * 0.35), (45, 45, 48))


def night(canvas: Canvas) -> None:
    """Paint a skyline with lit windows and their reflection in water."""
    random = canvas.random
    low, high = hue(random, 0.55, 0.95, 0.6, 0.35), hue(random, 0.58, 0.75, 0.7, 0.1)
    canvas.rectangle((0, 0), (1, 1.1), Skin(high, low, rough=0.15))
    canvas.ball((random.random(), random.uniform(0.08, 0.3)), canvas.round(0.04), (240, 235, 210))
    ground = random.uniform(0.6, 0.85)
    left = -0.05
    while left < 1:
        wide = random.uniform(0.05, 0.17)
        top = random.uniform(0.12, ground - 0.12)
        wall = hue(random, 0.5, 0.8, 0.4, random.uniform(0.08, 0.3))
        canvas.rectangle((left, top), (left + wide, ground), Skin(wall, times(wall, 1.6)))
        _lights(canvas, (left, top), (left + wide, ground))
        left += wide
    water = canvas.pixels[:, : int(ground * canvas.height)][:, ::-2]
    rows = min(water.shape[1], canvas.height - int(ground * canvas.height))
    start = int(ground * canvas.height)
    canvas.pixels[:, start : start + rows] = water[:, :rows] * 0.55
    for _ in range(random.randint(6, 16)):
        y = random.uniform(ground, 1)
        canvas.shade(
            (random.random(), y), (random.uniform(0.1, 0.4), 0.012), random.uniform(-0.8, 0.7)
        )


def _lights(canvas: Canvas, corner: Point, opposite: Point) -> None:
    """Light some windows of a tower."""
    random = canvas.random
    (left, top), (right, bottom) = corner, opposite
    warm = hue(random, 0.08, 0.17, 0.4, 0.95)
    columns, rows = random.randint(2, 4), random.randint(4, 9)
    wide, high = (right - left) / columns, (bottom - top) / rows
    for place in range(columns * rows):
        if random.random() < 0.45:
            x, y = left + wide * (place % columns + 0.25), top + high * (place // columns + 0.25)
            shine = times(warm, random.uniform(0.5, 1.0))
            canvas.rectangle((x, y), (x + wide * 0.5, y + high * 0.5), Skin(shine))


def meadow(canvas: Canvas) -> None:
    """Paint flowers over grass, near ones large and soft, perhaps before a fence."""
    random = canvas.random
    horizon = random.uniform(0.05, 0.4)
    sky(canvas, horizon)
    grass = hue(random, 0.18, 0.4, 0.6, random.uniform(0.3, 0.6))
    canvas.polygon(
        [(0, 1.1), *ridge(canvas, horizon, 0.03), (1, 1.1)],
        Skin(grass, times(grass, 0.5), rough=0.3),
    )
    if random.random() < 0.5:
        wood_colour = hue(random, 0.05, 0.12, 0.3, random.uniform(0.3, 0.95))
        foot = horizon + random.uniform(0.15, 0.35)
        for post in range(random.randint(5, 14)):
            x = post / 10 + 0.02
            canvas.tube((x, foot - 0.22), (x + 0.03, foot), wood_colour)
        canvas.rectangle((0, foot - 0.17), (1, foot - 0.13), Skin(times(wood_colour, 0.8)))
    tints = [hue(random, 0, 1, 0.7, 0.85) for _ in range(3)]
    for _ in range(random.randint(30, 80)):
        y = horizon + (1.05 - horizon) * random.random()
        size = 0.012 + 0.09 * max(0.0, y - horizon) ** 1.3 * random.uniform(0.6, 1.6)
        x = random.random()
        canvas.shade((x, y + size * 1.3), canvas.round(size * 1.7), 0.45)
        canvas.ball((x, y), canvas.round(size), random.choice(tints))
        canvas.ellipse((x, y), canvas.round(size * 0.3), Skin((225, 185, 40)))


def sky(canvas: Canvas, horizon: float) -> Colour:
    """Paint sky, clouds and perhaps a sun down to the horizon, and return the haze's colour."""
    random = canvas.random
    if random.random() < 0.3:
        high, low = hue(random, 0.6, 0.8, 0.5, 0.4), hue(random, 0.02, 0.12, 0.6, 0.9)
    else:
        high, low = hue(random, 0.53, 0.64, 0.55, 0.75), hue(random, 0.5, 0.62, 0.15, 0.9)
    canvas.rectangle((0, 0), (1, horizon + 0.2), Skin(high, low, rough=0.01))
    rows = min(canvas.height, int((horizon + 0.2) * canvas.height))
    field = relief(canvas.numbers, canvas.width, rows, coarse=random.randint(2, 6), keep=0.55)
    cover = (field - random.uniform(-0.6, 0.9)).clip(0, 1.4) * random.uniform(0.4, 0.75)
    shade = times(between(low, GREY, 0.4), random.choice((0.55, 1.15, 1.3)))
    upper = canvas.pixels[:, :rows]
    upper += cover * (np.array(shade, np.float32)[:, None, None] - upper)
    if random.random() < 0.6:
        place = (random.random(), random.uniform(0.02, horizon))
        canvas.glow(place, (0.5, 0.5), (110, 95, 60))
        canvas.ball(place, canvas.round(random.uniform(0.02, 0.06)), (255, 245, 215))
    return low


def wood(canvas: Canvas, line: list[Point], size: float, colour: Colour) -> None:
    """Plant trees along an outline."""
    random = canvas.random
    pointed = random.random() < 0.5
    for _ in range(random.randint(4, 22)):
        x, y = random.choice(line)
        high = size * random.uniform(0.5, 1.7)
        wide, _ = canvas.round(high * 0.35)
        tint = times(colour, random.uniform(0.7, 1.3))
        if pointed:
            canvas.polygon(
                [(x - wide, y), (x, y - high * 1.6), (x + wide, y)], Skin(tint, rough=0.25)
            )
        else:
            canvas.tube((x - wide * 0.15, y - high * 0.3), (x + wide * 0.15, y + high * 0.3), tint)
            canvas.ball((x, y - high * 0.6), canvas.round(high * 0.6), tint)


def lake(canvas: Canvas, haze: Colour) -> None:
    """Lay a lake into the foreground."""
    random = canvas.random
    water = times(between(haze, hue(random, 0.5, 0.6, 0.5, 0.4), 0.5), random.uniform(0.6, 1.2))
    centre = (random.uniform(0.2, 0.8), random.uniform(0.7, 0.9))
    radii = (random.uniform(0.2, 0.6), random.uniform(0.06, 0.18))
    canvas.ellipse(centre, radii, Skin(water, times(water, 0.6), rough=0.04))
    for _ in range(random.randint(2, 9)):
        place = (
            centre[0] + random.uniform(-0.6, 0.6) * radii[0],
            centre[1] + random.uniform(-0.6, 0.6) * radii[1],
        )
        canvas.shade(place, (radii[0] * 0.4, radii[1] * 0.12), random.uniform(-0.5, 0.5))


def road(canvas: Canvas, horizon: float) -> None:
    """Lead a winding road from the foreground towards the horizon."""
    random = canvas.random
    end, start, bend = random.uniform(0.2, 0.8), random.uniform(0.1, 0.9), random.uniform(-0.3, 0.3)
    tone = hue(random, 0.05, 0.15, 0.15, random.uniform(0.35, 0.75))
    left: list[Point] = []
    right: list[Point] = []
    for step in range(17):
        way = step / 16
        middle = end + (start - end) * way**1.5 + bend * math.sin(way * math.pi)
        y = horizon + 0.1 + (1 - horizon) * way
        half = 0.006 + 0.11 * way**1.8
        left.append((middle - half, y))
        right.append((middle + half, y))
    canvas.polygon([*left, *reversed(right)], Skin(tone, times(tone, 0.7), rough=0.1))
