"""What is recorded of a made-up content is what the real analyzers state of its drawn file."""

import hashlib
from collections import Counter
from datetime import UTC, datetime
from typing import Any

import pytest

from fanal.analyzers import ANALYZERS
from fanal.content.handle import Content
from fanal.content.media import media_type
from fanal.demo.contents import Records
from fanal.demo.drawn import Drawer
from fanal.demo.examples import LOOKERS, looked_at
from fanal.demo.signed_tile import TILE, authority_pem
from fanal.demo.statements import of_signed
from fanal.demo.story import plan_story
from fanal.demo.telling import every_piece
from fanal.model.evidence import CREDENTIAL, PIXELS
from fanal.model.finding import Finding, Seen
from fanal.model.item import MemoryBody
from fanal.model.opinion import TrustList
from fanal.origin.rules import load_rules
from fanal.origin.scale import load_scale
from fanal.origin.trust import Anchors, judged
from fanal.origin.weigh import weigh
from fanal.pipeline.work import analyzer_versions
from makers.credentials import signed

SAME = ("tool", "carrier", "format", "version", "seed", "steps", "sampler", "inputs", "add_ons",
        "role", "derives", "node", "make", "model", "serial", "software", "taken", "digitized",
        "graph_shape", "editor", "size_agrees", "type", "weight", "hash", "intact", "quality",
        "tables", "sampling", "models", "where", "sort", "mode")  # fmt: skip
"""Members of data that do not hang on the bytes of a file and must be equal."""


def shape(value: Any) -> Any:
    """Return the members of data, however deep, and the types of what stands in them."""
    if isinstance(value, dict):
        return tuple(sorted((key, shape(one)) for key, one in value.items()))
    if isinstance(value, list):
        return ("list", *sorted({repr(shape(one)) for one in value}))
    return type(value).__name__


def told(finding: Finding) -> tuple[Any, ...]:
    same = {name: finding.data[name] for name in SAME if name in finding.data}
    outcomes = [one["outcome"] for one in finding.data.get("checks", [])]
    return (finding.analyzer, finding.version, finding.kind, shape(finding.data), repr(same),
            finding.doubts, repr(outcomes))  # fmt: skip


@pytest.fixture(scope="module", params=[2])
def compared(request):
    """For each content: what is recorded of it, and what analyzers state of its drawn file."""
    story = plan_story(110, request.param)
    records, drawer = Records(story, analyzer_versions("pixels"), (0, 0, 0)), Drawer(story)
    found = []
    for piece in every_piece(story):
        if piece.signed:
            continue
        data = drawer.file(piece)
        ours = [one for one in records.of(piece).records if isinstance(one, Finding)]
        seen = {
            one.analyzer: one.outcome for one in records.of(piece).records if isinstance(one, Seen)
        }
        found.append((piece, ours, seen, data))
    return found


def test_findings_are_of_the_same_kinds_with_the_same_members(compared):
    kinds = Counter()
    for piece, ours, _, data in compared:
        real = looked_at(data)
        without = [told(one) for one in ours if one.kind != PIXELS]
        assert sorted(map(repr, without)) == sorted(repr(told(one)) for one in real.findings), piece
        kinds.update(one.kind for one in real.findings)
    wanted = {
        "camera record",
        "camera structure",
        "generator record",
        "input picture",
        "model file",
    }
    assert wanted <= kinds.keys() | {"model file"}
    assert min(kinds.values()) > 0


def test_looks_have_the_same_outcomes(compared):
    for piece, _, seen, data in compared:
        if piece.kind != "model":
            content = Content("00", media_type(data[:4096]), MemoryBody(data))
            for name in (*LOOKERS, "perceptual"):
                *_, last = ANALYZERS.get(name)().analyze(content)
                assert seen[name] == last.outcome, (piece, name)


def test_pixel_digests_have_the_same_members(compared):
    for piece, ours, _, data in compared[:12]:
        if piece.kind != "model":
            content = Content("00", media_type(data[:4096]), MemoryBody(data))
            real, _ = ANALYZERS.get("pixels")().analyze(content)
            (mine,) = (one for one in ours if one.kind == PIXELS)
            assert told(mine) == told(real)


def test_a_drawn_output_names_the_pixels_of_its_source():
    story = plan_story(110, 2)
    drawer = Drawer(story)
    pieces = list(every_piece(story))
    files = {
        (p.series.number, p.number): drawer.file(p) for p in pieces if p.series.way == "source"
    }
    digests = set()
    for data in files.values():
        content = Content("00", media_type(data[:4096]), MemoryBody(data))
        digests.add(next(ANALYZERS.get("pixels")().analyze(content)).data["md5"])
    named = {
        one.data["init_image_hash"][0]["value"]
        for piece in pieces
        if piece.series.way == "from source"
        for one in looked_at(drawer.file(piece)).findings
        if "init_image_hash" in one.data
    }
    assert named
    assert named <= digests


def test_a_signed_tile_is_one_that_a_trusted_maker_signed():
    """Its members are those of any signed picture, and its signer leads to the authority."""
    (mine,) = of_signed("ab" * 32)
    (real,) = (one for one in looked_at(signed()).findings if one.kind == CREDENTIAL)

    def plain(data):  # labels and digests stand as names of members
        return shape({**data, "certificates": {}, "sensitive": {}})

    assert plain(mine.data) == plain(real.data)
    assert (mine.kind, mine.analyzer) == (real.kind, real.analyzer)
    other = next(of_signed("cd" * 32))
    assert other.data["active"] != mine.data["active"]
    assert hashlib.sha256(TILE).hexdigest() != mine.sha256
    anchors = Anchors([TrustList("zz", "", "", 1, authority_pem())])
    opinion = weigh(mine.sha256, [judged(mine, anchors, datetime(2026, 1, 1, tzinfo=UTC))],
                    load_rules(), load_scale(None))  # fmt: skip
    assert (opinion.state, opinion.settled) == ("generator", True)
