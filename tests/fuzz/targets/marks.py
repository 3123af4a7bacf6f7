"""Targets: texts as generators write them, graphs, hidden text, and the whole look at a file."""

import copy
import json
from random import Random

from PIL import Image

from fanal.analyzers.generator import Generator
from fanal.analyzers.marks.carriers import as_text, comment_text, hidden_text
from fanal.analyzers.marks.findings import MOST_DATA, drafts
from fanal.analyzers.marks.recognise import recognise
from fanal.analyzers.marks.values import Value
from fanal.content.handle import Content
from fanal.content.media import media_type
from fanal.custody.spelling import canonical
from fanal.engines.interface import Died
from fanal.model.evidence import SENSITIVE
from fanal.model.finding import Finding, Seen
from fanal.model.item import MemoryBody
from fuzz.target import Defect, Target, require, twice
from fuzz.targets.media import SECONDS, _worker
from makers import graphs, marks_rows_more
from makers.marking import comment_of, hidden_bytes
from makers.marks import BUILDERS, mark
from makers.marks_rows import infotext

KEYS = ("parameters", "Comment", "Description", "UserComment", "DigitalSourceType", "Artist")
GREY = Image.new("RGB", (40, 30), (128, 128, 128))


def texts(data: bytes) -> None:
    """Recognise any text under any key, and make findings of it."""
    key = KEYS[data[0] % len(KEYS)] if data else KEYS[0]
    value = Value(as_text(data[1:]), "PNG text", key, 0, len(data))
    found = recognise([value, Value("zz", "EXIF", "Software")])
    made = drafts(Content("", "image/png", MemoryBody(data)), found, [], (40, 30))
    require(sum(len(json.dumps(each.data)) for each in made) <= MOST_DATA, "beyond the budget")
    require(len({(each.kind, each.says) for each in made}) == len(made), "two say the same")
    for each in made:
        require(each.says.isprintable() and len(each.says) <= 200, f"says {each.says!r}")
        require(each.data.get(SENSITIVE) != {}, "no words under their key")
        canonical(each.data).encode()
    if twice(data):
        again = recognise([value, Value("zz", "EXIF", "Software")])
        require(again == found, "recognised otherwise the second time")


def comments(data: bytes) -> None:
    """Read a UserComment, and a text out of low bits."""
    require(isinstance(comment_text(data), str), "no text")
    for signature in (b"stealth_pnginfo", b"stealth_pngcomp"):
        found = hidden_text(signature + data)
        require(all(isinstance(text, str) and text for text, _ in found), "an empty text")


ODD = (
    *(None, True, 0, -1, 1 << 70, 1.5, float("nan"), "", "zz", "\ud800", "a.png", "9" * 400),
    *([], {}, [[]], [{}], [None], {"a": []}, ["1", 0], ["zz", "zz"], [1, 2, 3, 4, 5, 6]),
)
"""What is put in the place of any part of a record."""


def structures(data: bytes) -> None:
    """Put odd values into the structure of a good record, as many as the bytes say."""
    chance = Random(data)
    record = json.loads(chance.choice(text_seeds()[1:12])[1:])
    for _ in range(1 + len(data) % 5):
        at = record
        while at:
            key = chance.choice(list(at) if isinstance(at, dict) else range(len(at)))
            if isinstance(at[key], dict | list) and at[key] and chance.random() < 0.75:
                at = at[key]
            else:
                at[key] = copy.deepcopy(chance.choice(ODD))
                break
    texts(bytes([chance.randrange(6)]) + json.dumps(record).encode())


def looked_at(data: bytes) -> str:
    """Look in the worker; return which fault there was."""
    try:
        content = Content("", media_type(data[:4096]), MemoryBody(data))
        *findings, seen = list(Generator().analyze(content))
    except Exception as error:  # noqa: BLE001 (told in the parent)
        return f"FAULT {error!r}"
    good = isinstance(seen, Seen) and all(isinstance(each, Finding) for each in findings)
    said = seen.outcome in {"spoke", "partly", "silent", "failed"}
    return "looked" if good and said else f"FAULT {findings!r} {seen!r}"


def whole(data: bytes) -> None:
    """Look at any bytes as the kind of file that they begin like."""
    (said,) = _worker().answers(looked_at, (data,), SECONDS)
    if isinstance(said, Died):
        require(not said.out_of_time, f"looking at {len(data)} bytes takes more than {SECONDS} s")
    elif "FAULT" in said:
        raise Defect(said)


def text_seeds() -> list[bytes]:
    """Return a text of each family."""
    made = [
        infotext(40, 30, "Version: v1.10.1", 'ControlNet 0: "Module: canny"'),
        json.dumps(graphs.in_painting()),
        json.dumps(graphs.editor(graphs.face_swap())),
        json.dumps(graphs.with_subgraph()),
        json.dumps({"prompt": json.dumps(graphs.control()), "workflow": {}}),
        json.dumps(marks_rows_more.novelai(40, 30, signed_hash="enp6")),
        json.dumps(marks_rows_more._invoke(40, 30)),
        json.dumps(marks_rows_more._sd_metadata(40, 30)),
        marks_rows_more._fooocus(40, 30),
        marks_rows_more._swarm(40, 30),
        json.dumps(marks_rows_more._easy(40, 30)),
        json.dumps(marks_rows_more.AIGC),
        marks_rows_more.DESCRIPTION,
        f"Signature: {marks_rows_more.SIGNATURE}",
        marks_rows_more.TRAINED,
        '"zz" -s 20 -S 1 -W 40 -H 30 -I zz.png',
        "Postprocess upscale by: 4",
    ]
    return [bytes([number % 6]) + text.encode() for number, text in enumerate(made)]


def comment_seeds() -> list[bytes]:
    """Return UserComments of each charset, and hidden texts without their signature."""
    text = infotext(40, 30)
    spelled = [comment_of(text, charset) for charset in ("be", "le", "ascii", "none")]
    packed = hidden_bytes(b"stealth_pngcomp", text)
    return [*spelled, packed[15:], hidden_bytes(b"stealth_pnginfo", text)[15:]]


def file_seeds() -> list[bytes]:
    """Return small marked files of every container."""
    names = (
        "a1111 png",
        "comfyui",
        "a1111 jpeg",
        "novelai webp",
        "tc260 xmp",
        "mflux",
        "a1111 gif",
    )
    side_car = json.dumps(graphs.text_to_picture(40, 30)).encode()
    return [*(mark(name, GREY) for name in names if name in BUILDERS), side_car]


TARGETS = (
    Target("marks-text", texts, text_seeds),
    Target("marks-structure", structures, lambda: [b"zz", b"", bytes(9)], examples=60),
    Target("marks-comment", comments, comment_seeds),
    Target("marks-file", whole, file_seeds, guided=False, examples=40),
)
