"""PDQ equals the `pdqhash` package and, without any package, the algorithm of its paper."""

import io
import math

import numpy as np
import pytest
from PIL import Image

from fanal.content.handle import Content
from fanal.content.image import decode
from fanal.content.pdq import pdq, pdq_of_picture
from fanal.model.item import MemoryBody
from makers.pictures import adobe_rgb_jpeg, jpeg, opened, picture, png, ycck_jpeg

SIZES = [(641, 487), (128, 97), (64, 64), (5, 5), (7, 1000), (1000, 7), (63, 65), (300, 129)]
TURNS = [
    Image.Transpose.ROTATE_90,  # Pillow turns counter-clockwise
    Image.Transpose.ROTATE_180,
    Image.Transpose.ROTATE_270,
    Image.Transpose.FLIP_TOP_BOTTOM,
    Image.Transpose.FLIP_LEFT_RIGHT,
    Image.Transpose.TRANSPOSE,
    Image.Transpose.TRANSVERSE,
]


def bits(one: bytes, other: bytes) -> int:
    return (int.from_bytes(one, "big") ^ int.from_bytes(other, "big")).bit_count()


def scene(width: int, height: int, seed: int = 1) -> np.ndarray:
    """A drawn scene of any size, also of sizes too small to be drawn."""
    whole = picture(max(width, 64), max(height, 64), seed)
    return np.asarray(whole if whole.size == (width, height) else whole.resize((width, height)))


def noise(width: int, height: int) -> np.ndarray:
    return np.random.default_rng(5).integers(0, 256, (height, width, 3), dtype=np.uint8)


def packed(vector) -> bytes:
    return np.packbits(np.asarray(vector, dtype=np.uint8)).tobytes()


@pytest.fixture(scope="module")
def peer():
    return pytest.importorskip("pdqhash", reason="pdqhash is not installed here")


def theirs(peer, image: Image.Image | np.ndarray) -> tuple[bytes, int]:
    colours = image.convert("RGB") if isinstance(image, Image.Image) else image
    vector, quality = peer.compute(np.ascontiguousarray(colours))
    return packed(vector), quality


# The second oracle: the paper's algorithm in plain Python, as slow as it is plain.


def box_along(values: list[float], window: int) -> list[float]:
    """One pass of the paper's box filter: a running sum that grows, slides and shrinks."""
    half = (window + 2) // 2
    phases = (half - 1, window - half + 1, len(values) - window, half - 1)
    out, total, size, left, right = [], 0.0, 0, 0, 0
    for _ in range(phases[0]):
        total, right, size = total + values[right], right + 1, size + 1
    for _ in range(phases[1]):
        total, right, size = total + values[right], right + 1, size + 1
        out.append(total / size)
    for _ in range(phases[2]):
        total += values[right] - values[left]
        left, right = left + 1, right + 1
        out.append(total / size)
    for _ in range(phases[3]):
        total, left, size = total - values[left], left + 1, size - 1
        out.append(total / size)
    return out


def torben(values: list[float]) -> float:
    """Torben Mogensen's median: halve the interval until it holds the value; the lower of two."""
    low, high, half = min(values), max(values), (len(values) + 1) // 2
    while True:
        guess = (low + high) / 2
        less = sum(value < guess for value in values)
        greater = sum(value > guess for value in values)
        below = max((value for value in values if value < guess), default=low)
        above = min((value for value in values if value > guess), default=high)
        if less <= half and greater <= half:
            break
        low, high = (low, below) if less > greater else (above, high)
    equal = len(values) - less - greater
    return below if less >= half else guess if less + equal >= half else above


def by_the_paper(colours: np.ndarray) -> tuple[bytes, list[list[float]], float]:
    """Return the hash, its 16 x 16 terms and the smallest distance of a term from the median."""
    height, width = colours.shape[:2]
    grid = [[0.299 * r + 0.587 * g + 0.114 * b for r, g, b in row] for row in colours.tolist()]
    for _ in range(2):
        grid = [box_along(row, (width + 127) // 128) for row in grid]
        down = [
            box_along(list(column), (height + 127) // 128) for column in zip(*grid, strict=True)
        ]
        grid = [list(row) for row in zip(*down, strict=True)]
    samples = [
        [grid[int((i + 0.5) * height / 64)][int((j + 0.5) * width / 64)] for j in range(64)]
        for i in range(64)
    ]
    waves = [
        [math.sqrt(2 / 64) * math.cos(math.pi / 2 / 64 * (k + 1) * (2 * j + 1)) for j in range(64)]
        for k in range(16)
    ]
    half = [[sum(wave[i] * samples[i][j] for i in range(64)) for j in range(64)] for wave in waves]
    terms = [[sum(row[j] * wave[j] for j in range(64)) for wave in waves] for row in half]
    flat = [term for row in terms for term in row]
    median = torben(flat)
    value = sum(1 << at for at, term in enumerate(flat) if term > median)
    apart = min(abs(term - median) for term in flat if term != median)
    return value.to_bytes(32, "big"), terms, apart


@pytest.mark.parametrize("size", [(80, 60), (64, 64), (137, 91), (129, 40)])
def test_the_paper_gives_the_same_bits(size):
    colours = scene(*size, seed=2)
    expected, _, apart = by_the_paper(colours)
    assert apart > 1e-3  # else the last digit would decide
    assert pdq(colours, size[1], size[0]).value == expected


def test_the_paper_gives_the_same_margins():
    colours = scene(90, 70, seed=3)
    _, terms, _ = by_the_paper(colours)
    flat = np.array(terms).ravel()
    expected = flat - np.sort(flat)[127]
    assert np.allclose(pdq(colours, 70, 90).margins, expected, atol=0.02)


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("make", [scene, noise])
def test_the_package_gives_the_same_bits(peer, make, size):
    colours = make(*size)
    made = pdq(colours, size[1], size[0])
    assert (made.value, made.quality) == theirs(peer, colours)


@pytest.mark.parametrize("seed", range(2, 8))
def test_the_package_gives_the_same_bits_for_many_scenes(peer, seed):
    size = (200 + 37 * seed, 150 + 23 * seed)
    colours = scene(*size, seed=seed)
    made = pdq(colours, size[1], size[0])
    assert (made.value, made.quality) == theirs(peer, colours)


@pytest.mark.parametrize("shade", [0, 77, 255])
@pytest.mark.parametrize("size", [(64, 64), (128, 97), (5, 5)])
def test_the_package_gives_the_same_rounding_of_a_small_flat_picture(peer, size, shade):
    colours = np.full((size[1], size[0], 3), shade, dtype=np.uint8)
    made = pdq(colours, size[1], size[0])
    assert (made.value, made.quality) == theirs(peer, colours)


def test_a_large_flat_picture_is_said_to_have_no_quality():
    # Its terms are rounding error and nothing else; such a hash is never matched by distance.
    assert pdq(np.full((487, 641, 3), 77, dtype=np.uint8), 487, 641).quality == 0


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_the_package_turns_in_the_same_order(peer, size):
    colours = scene(*size)
    made = pdq(colours, size[1], size[0])
    vectors, _ = peer.compute_dihedral(np.ascontiguousarray(colours))
    assert made.value + made.turned == b"".join(packed(vector) for vector in vectors)


@pytest.mark.parametrize("turn", range(7), ids=[turn.name for turn in TURNS])
@pytest.mark.parametrize("seed", [1, 4])
def test_a_turned_value_is_the_hash_of_the_turned_picture(turn, seed):
    image = picture(641, 487, seed)
    turned = image.transpose(TURNS[turn])
    stated = pdq(np.asarray(image), 487, 641).turned
    found, _ = pdq_of_picture(turned)
    apart = [bits(found, stated[at : at + 32]) for at in range(0, 7 * 32, 32)]
    assert apart[turn] <= 12
    assert min(apart[:turn] + apart[turn + 1 :]) > 60


def test_grey_planes_hash_as_their_colours():
    grey = picture(320, 240, 1, "L")
    plane = pdq(np.asarray(grey), 240, 320).value
    assert bits(plane, pdq(np.asarray(grey.convert("RGB")), 240, 320).value) == 0


@pytest.mark.parametrize("size", [(4, 900), (900, 4), (1, 1), (3, 3)], ids=str)
def test_a_side_below_five_gives_zeros(peer, size):
    made = pdq(scene(*size), size[1], size[0])
    assert (made.value, made.turned, made.quality) == (bytes(32), bytes(7 * 32), 0)
    assert made.close_terms(0.1) == 256
    assert (made.value, 0) == theirs(peer, scene(*size))


def test_close_terms_counts_margins():
    made = pdq(scene(200, 150), 150, 200)
    assert made.close_terms(0) == 0
    assert made.close_terms(1e9) == 256
    assert made.close_terms(0.35) == sum(abs(margin) < 0.35 for margin in made.margins.tolist())


def test_a_scaled_plane_is_each_pixel_standing_for_its_block():
    small = np.asarray(picture(160, 120, 1, "L"))
    large = np.kron(small, np.ones((4, 4), dtype=np.uint8))
    folded = pdq(small, 480, 640, 4)
    assert bits(folded.value, pdq(large, 480, 640).value) == 0
    assert folded.quality == pdq(large, 480, 640).quality


def test_a_scaled_plane_of_an_odd_size_is_close():
    image = picture(1203, 901, 2, "L")
    small = np.asarray(image.reduce(2))
    assert small.shape == (451, 602)
    assert bits(pdq(small, 901, 1203, 2).value, pdq(np.asarray(image), 901, 1203).value) <= 2


@pytest.mark.parametrize("mode", ["1", "L", "P", "LA", "RGBA", "CMYK"])
def test_a_picture_of_any_mode_hashes_as_its_colours(peer, mode):
    image = picture(200, 150, 2, mode)
    assert pdq_of_picture(image) == theirs(peer, image)


EXACT = {
    "adobe rgb": lambda: adobe_rgb_jpeg(641, 487),
    "cmyk": lambda: jpeg(641, 487, mode="CMYK"),
    "ycck": lambda: ycck_jpeg(641, 487),
    **{
        f"png {mode}": lambda mode=mode: png(321, 243, mode=mode) for mode in ("1", "L", "P", "RGB")
    },
    "png LA": lambda: png(321, 243, mode="LA"),
    "png RGBA": lambda: png(321, 243, mode="RGBA"),
    "png I;16": lambda: png(321, 243, mode="I;16"),
}


@pytest.mark.parametrize("name", EXACT)
def test_what_is_no_plain_jpeg_is_exact(peer, name):
    data = EXACT[name]()
    kind = "image/png" if data.startswith(b"\x89") else "image/jpeg"
    (frame,) = decode(data, kind).frames
    assert frame.scale == 1
    made = pdq(frame.plane, frame.height, frame.width)
    assert (made.value, made.quality) == theirs(peer, shown(data))


def shown(data: bytes) -> Image.Image:
    """The picture as Pillow shows it, wide grey taken by its higher byte."""
    image = opened(data)
    if image.mode.startswith("I"):
        return Image.fromarray((np.asarray(image) >> 8).astype(np.uint8))
    return image


def test_colours_of_a_jpeg_are_read_at_the_scale_asked_for():
    content = Content("0" * 64, "image/jpeg", MemoryBody(jpeg(641, 487)))
    for scale, shape in ((1, (487, 641, 3)), (2, (244, 321, 3)), (4, (122, 161, 3))):
        frame = content.coloured(scale)
        assert (frame.plane.shape, frame.scale) == (shape, scale)
        assert (frame.width, frame.height) == (641, 487)


def test_a_grey_file_says_the_same_in_memory_and_in_pillow(peer):
    out = io.BytesIO()
    picture(300, 200, 6, "L").save(out, "PNG")
    (frame,) = decode(out.getvalue(), "image/png").frames
    made = pdq(frame.plane, 200, 300)
    assert (made.value, made.quality) == theirs(peer, opened(out.getvalue()))
