"""A picture that another was made from is found by its pixels, wherever it lies in the case."""

import hashlib
import io
from dataclasses import replace

import pytest
from PIL import Image, ImageOps

from fanal.analyzers import ANALYZERS
from fanal.analyzers.pixels import Pixels
from fanal.errors import UsageError
from fanal.model.evidence import PIXELS
from fanal.model.finding import Finding, Seen
from fanal.pipeline.case import reading, writing
from fanal.pipeline.made_from import asked, ties_of
from fanal.pipeline.progress import Silent
from fanal.pipeline.triage import triage
from makers.archives import zip_of
from makers.evidence import done, fill, found, sha256, thumb
from makers.recording import Recording, record

MD5, SHORT = "32 hex MD5 equal", "first 8 hex of SHA-256 equal"


@pytest.fixture
def says(monkeypatch):
    """Content → hashes of source pictures that a generator wrote into it."""
    monkeypatch.setitem(ANALYZERS._table, Recording.name, "makers.recording:Recording")
    monkeypatch.setattr(Recording, "SAYS", {})
    return Recording.SAYS


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


def md5(image: Image.Image) -> list[dict[str, str]]:
    """What AUTOMATIC1111 writes of an image."""
    return [{"algorithm": "md5", "value": hashlib.md5(image.tobytes()).hexdigest()}]


def short(image: Image.Image) -> list[dict[str, str]]:
    """What SD.Next writes of an image."""
    value = hashlib.sha256(image.tobytes()).hexdigest()[:8]
    return [{"algorithm": "sha256-8", "value": value}]


def turned() -> bytes:
    exif, out = Image.Exif(), io.BytesIO()
    exif[0x0112] = 6
    opened(thumb(5)).save(out, "JPEG", exif=exif)
    return out.getvalue()


def sources(case) -> dict[str, list[tuple[str, str]]]:
    with reading(case) as store:
        return ties_of(store).sources


def test_the_source_is_found_in_every_way_in_which_tools_take_it(case, settings, tmp_path, says):
    """As the editor hands it over, from a folder, turned as its EXIF says, and with SHA-256."""
    photo, upright = opened(thumb(1)), ImageOps.exif_transpose(opened(turned()))
    outputs = [thumb(n) for n in range(10, 15)]
    hashes = [md5(photo), md5(photo.convert("RGBA")), short(photo), md5(upright), short(upright)]
    says.update(zip(map(sha256, outputs), hashes, strict=True))
    files = {b"%d.jpg" % n: data for n, data in enumerate(outputs)}
    fill(tmp_path / "made", files)
    phone = {b"box.zip": zip_of([(b"a.jpg", thumb(1))]), b"t.jpg": turned(), b"c.jpg": thumb(3)}
    fill(tmp_path / "phone", phone)
    done(case, settings, tmp_path / "phone")
    assert found(case, Finding) == []  # nothing asks for digests of pixels yet
    done(case, settings, tmp_path / "made")
    how = [MD5, MD5, SHORT, MD5, SHORT]
    of = [thumb(1)] * 3 + [turned()] * 2
    wanted = {
        sha256(output): [(sha256(source), told)]
        for output, source, told in zip(outputs, of, how, strict=True)
    }
    assert sources(case) == wanted


def test_what_comes_later_is_looked_at_too(case, settings, tmp_path, says):
    says[sha256(thumb(10))] = md5(opened(thumb(1)))
    done(case, settings, fill(tmp_path / "one", {b"o.jpg": thumb(10)}))
    assert sources(case) == {}
    later = fill(tmp_path / "two", {b"a.jpg": thumb(1), b"copy.png": saved_as_png(thumb(1))})
    done(case, settings, later)
    assert [source for source, _ in sources(case)[sha256(thumb(10))]] == sorted(
        [
            sha256(thumb(1)),
            sha256(saved_as_png(thumb(1))),
        ]
    )


def saved_as_png(data: bytes) -> bytes:
    """The copy that the tool keeps beside its outputs."""
    out = io.BytesIO()
    opened(data).convert("RGBA").save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize(("told", "wanted"), [("asked", 0), ("always", 2), ("never", 0)])
def test_the_setting_says_when_pixels_are_digested(case, settings, tmp_path, told, wanted):
    evidence = fill(tmp_path / "one", {b"a.jpg": thumb(1), b"b.jpg": thumb(2)})
    done(case, settings.changed({"pixels": told}), evidence)
    assert len(found(case, Seen, analyzer="pixels")) == wanted


def test_never_is_never(case, settings, tmp_path, says):
    says[sha256(thumb(10))] = md5(opened(thumb(1)))
    evidence = fill(tmp_path / "one", {b"a.jpg": thumb(1), b"o.jpg": thumb(10)})
    done(case, settings.changed({"pixels": "never"}), evidence)
    assert (found(case, Seen, analyzer="pixels"), sources(case)) == ([], {})


def test_another_setting_is_refused(case, settings, evidence):
    with pytest.raises(UsageError, match="pixels cannot be 'sometimes'"):
        done(case, settings.changed({"pixels": "sometimes"}), evidence)


def test_pictures_are_decoded_once_where_it_is_known_beforehand(
    case, settings, tmp_path, says, monkeypatch
):
    says[sha256(thumb(10))] = md5(opened(thumb(1)))
    done(case, settings, fill(tmp_path / "one", {b"o.jpg": thumb(10)}))
    log: list[str] = []

    class Noting(Silent):
        def step(self, name):
            log.append(name)

    together = Pixels.analyze
    seen_before: list[bool] = []

    def noting(self, content):
        seen_before.append("decoded" in content.__dict__)  # the perceptual hash was asked first
        return together(self, content)

    monkeypatch.setattr(Pixels, "analyze", noting)
    evidence = fill(tmp_path / "two", {b"a.jpg": thumb(1)})
    triage(case, settings, [("", evidence)], [], Noting())
    assert seen_before
    assert all(seen_before)
    assert "looking for the source pictures of 1 generated pictures" in log


def test_evidence_that_is_not_there_is_told(case, settings, tmp_path, says):
    away = fill(tmp_path / "one", {b"a.jpg": thumb(1)})
    done(case, settings, away)
    away.rename(tmp_path / "away")
    says[sha256(thumb(10))] = md5(opened(thumb(1)))
    told = done(case, settings, fill(tmp_path / "two", {b"o.jpg": thumb(10)}))
    assert told.absent == {"one": str(away)}


@pytest.mark.parametrize(
    "hashes",
    [
        None,
        "zz",
        [],
        ["zz"],
        [{"algorithm": "md5", "value": "00" * 15}],
        [{"algorithm": "md5", "value": None}],
        [{"algorithm": "sha256-8", "value": "zz" * 4}],
        [{"algorithm": "zz", "value": "00" * 16}],
        [{"algorithm": ["md5"], "value": "00" * 16}],
    ],
)
def test_what_is_no_hash_asks_for_nothing(case, settings, hashes):
    with writing(case, settings) as store:
        with store.act("zz", "intake") as act:
            act.put([record("a" * 64, hashes), pixels("b" * 64, "00" * 16)])
        assert not asked(store)
        assert ties_of(store).sources == {}


def test_a_picture_is_not_its_own_source_and_two_may_have_one(case, settings):
    same = [{"algorithm": "md5", "value": "00" * 16}]
    with writing(case, settings) as store:
        with store.act("zz", "intake") as act:
            act.put([record(n * 64, same) for n in "ab"])
            act.put([pixels(n * 64, "00" * 16) for n in "acd"])
        assert asked(store)
        assert ties_of(store).sources == {
            "a" * 64: [("c" * 64, MD5), ("d" * 64, MD5)],
            "b" * 64: [("a" * 64, MD5), ("c" * 64, MD5), ("d" * 64, MD5)],
        }


@pytest.mark.parametrize("modes", [7, {"a": 7}, {"a": ["zz"]}, {"a": {"md5": 7}}])
def test_odd_digests_of_a_worker_lead_nowhere(case, settings, modes):
    same = [{"algorithm": "md5", "value": "00" * 16}]
    odd = replace(pixels("b" * 64, "zz"), data={"modes": modes, "turned": modes})
    with writing(case, settings) as store:
        with store.act("zz", "intake") as act:
            act.put([record("a" * 64, same), odd])
        assert ties_of(store).sources == {}


def pixels(sha: str, value: str) -> Finding:
    return Finding(sha, "pixels", "1", PIXELS, "zz", data={"md5": value, "sha256": "11" * 32})
