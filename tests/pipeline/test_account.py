"""Every file is decoded or in the account, with its reason, and every sum agrees."""

import io
import os
import tarfile
import zipfile
from collections import Counter
from pathlib import Path

import pytest

from fanal.content.media import is_picture
from fanal.model.failure import Failure
from fanal.model.finding import Picture, Seen
from fanal.model.item import Item, Place
from fanal.model.known import KnownList
from fanal.pipeline import account
from fanal.pipeline.case import reading, writing
from fanal.pipeline.lists import ListFile
from fanal.pipeline.work import LookWork
from makers.archives import tar_of, zip_of
from makers.cases import digest
from makers.evidence import done, fill, found, small, table, thumb


def count(folder: Path) -> Counter[str]:
    """Count files, members of archives and links by the standard library alone."""
    counts: Counter[str] = Counter()
    for above, _, names in os.walk(folder):
        for name in names:
            path = Path(above) / name
            if path.is_symlink():
                counts["links"] += 1
                continue
            counts["files"] += 1
            counts["files"] += members(path.read_bytes())
    return counts


def members(data: bytes) -> int:
    """Count the members of an archive, and of the archives in it."""
    if data[257:262] == b"ustar" or data[:2] == b"\x1f\x8b":
        with tarfile.open(fileobj=io.BytesIO(data)) as archive:
            held = [archive.extractfile(one).read() for one in archive if one.isfile()]
    elif zipfile.is_zipfile(io.BytesIO(data)):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            held = [archive.read(name) for name in archive.namelist() if not name.endswith("/")]
    else:
        return 0
    return len(held) + sum(members(one) for one in held)


@pytest.fixture
def filled(case, settings, tmp_path):
    evidence = small(tmp_path / "desk")
    inner = zip_of([(b"x.jpg", thumb(11)), (b"deeper.tar", tar_of([(b"y.jpg", thumb(12))]))])
    fill(
        evidence,
        {
            b"outer.tar": tar_of([(b"inner.zip", inner), (b"z.txt", b"zz")]),
            b"old.rar": b"Rar!\x1a\x07\x01\x00" + bytes(64),
            b"empty.jpg": b"",
            b"clip.mp4": b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isomiso2" + bytes(64),
        },
    )
    done(case, settings, evidence)
    return case, evidence


def test_every_file_and_member_is_a_place_or_a_line(filled):
    case, evidence = filled
    counts = count(evidence)
    with reading(case) as store:
        (entry,) = account.account(store)
        lines = list(account.lines(store))
    assert entry.files == len(found(case, Place)) == counts["files"]
    assert entry.notes["symbolic link"] == counts["links"] == 1
    assert entry.contents == len(found(case, Item)) == len({p.sha256 for p in found(case, Place)})
    assert entry.size == sum(
        {item.sha256: item.size for item in found(case, Item)}[place.sha256]
        for place in found(case, Place)
    )
    decoded = {picture.sha256 for picture in found(case, Picture)}
    undecoded = {line.sha256 for line in lines if line.sha256} - decoded
    assert decoded | undecoded == {item.sha256 for item in found(case, Item)}
    assert entry.decoded == len(decoded)
    assert sum(entry.not_decoded.values()) == len(undecoded)
    assert all(line.reason for line in lines)
    assert entry.not_read == {"not opened: RAR archive": 1}
    assert entry.gaps == sum(line.gap for line in lines)


def test_what_is_no_picture_is_no_gap_and_what_may_be_one_is(filled):
    case, _ = filled
    kinds = {item.sha256: item.media_type for item in found(case, Item)}
    with reading(case) as store:
        lines = list(account.lines(store))
        assert account.has_gaps(store)
    for line in lines:
        if line.sha256:
            may_be = is_picture(kinds[line.sha256]) or kinds[line.sha256].startswith("video/")
            assert line.gap == (may_be and not line.analyzer)


def test_a_content_in_two_exhibits_is_a_line_of_each(case, settings, tmp_path):
    bad = b"\xff\xd8\xff\xe0 zz"
    exhibits = [fill(tmp_path / name, {b"a": bad, b"b": bad}) for name in ("desk", "phone")]
    done(case, settings, *exhibits)
    with reading(case) as store:
        lines = [(line.exhibit, line.reason) for line in account.lines(store) if line.gap]
        assert lines == [("desk", "damaged picture"), ("phone", "damaged picture")]
        further = Counter(line.exhibit for line in account.lines(store) if not line.gap)
        assert further["desk"] == further["phone"]
        assert [entry.not_decoded.total() for entry in account.account(store)] == [1, 1]


def test_clean_evidence_has_no_gaps(case, settings, tmp_path):
    done(case, settings, fill(tmp_path / "desk", {b"a.jpg": thumb(1), b"b.txt": b"zz"}))
    with reading(case) as store:
        assert not account.has_gaps(store)
        assert account.unchecked(store) == ()


def test_an_exhibit_whose_run_was_cut_off_is_a_gap(case, settings, evidence, monkeypatch):
    def stopping(_self, _task):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(LookWork, "__call__", stopping)
        with pytest.raises(KeyboardInterrupt):
            done(case, settings, evidence)
    with reading(case) as store:
        assert account.unchecked(store) == ("desk",)
        cut = [line for line in account.lines(store) if line.reason == account.CUT_OFF]
        assert [(line.exhibit, line.gap) for line in cut] == [("desk", True)]
    done(case, settings, evidence)
    with reading(case) as store:
        assert account.unchecked(store) == ()


def test_an_analyzer_that_is_silent_without_a_reason_is_no_line(case, settings, evidence):
    done(case, settings, evidence)
    with reading(case) as store:
        before = account.account(store)
    with writing(case, settings) as store, store.act("zz", "intake") as act:
        act.put(Seen(item.sha256, "zz", "1", "silent") for item in found(case, Item))
    with reading(case) as store:
        assert account.account(store) == before


def test_what_belongs_to_no_exhibit_is_told_too(case, settings, evidence):
    done(case, settings, evidence)
    with writing(case, settings) as store, store.act("zz", "match") as act:
        act.put([Failure("", b"zz", "l", b"zz", "limit: near matches", "zz", gap=False)])
    with reading(case) as store:
        assert [entry.exhibit for entry in account.account(store)] == ["", "desk"]


def test_rows_a_list_refused_are_told(case, settings, evidence, tmp_path):
    path = table(tmp_path / "l.csv", "md5", rows=[("zz",), ("0" * 31,), ("1" * 32,)])
    done(case, settings, evidence, lists=[ListFile(path, "harmless", "l")])
    with reading(case) as store:
        (known,) = store.find(KnownList)
        assert account.refused_rows(store) == {"l": dict(known.refused)}
        assert sum(known.refused.values()) == 2
        stages = [check["stage"] for check in account.canaries(store)]
    assert stages == ["digests and PDQ", "matching l"]


def test_media_are_counted_by_kind(filled):
    with reading(filled[0]) as store:
        counts = account.media_counts(store)
    kinds = [item.media_type for item in found(filled[0], Item)]
    assert counts["videos"] == kinds.count("video/mp4") == 1
    assert counts["pictures"] == sum(is_picture(kind) for kind in kinds)
    assert sum(counts.values()) == len(kinds)


def test_the_lines_are_the_same_however_many_contents_are_held(case, settings, monkeypatch):
    of = [digest("sha256", number) for number in range(8)]
    looks = [
        [Seen(of[0], "perceptual", "1", "spoke")],
        [Seen(of[1], "perceptual", "1", "failed", "zz-broken")],
        [Seen(of[2], "perceptual", "1", "silent", "no perceptual hash: video")],
        [Seen(of[3], "perceptual", "1", "silent")],
        [Seen(of[4], "perceptual", "1", "spoke"), Seen(of[4], "camera", "1", "partly", "zz-cut")],
        [],
        [Seen(of[6], "generator", "1", "silent", "zz-none")],
        [Seen(of[7], "perceptual", "1", "spoke"), Seen(of[7], "perceptual", "2", "failed", "zz")],
    ]
    with writing(case, settings) as store:
        with store.act("zz", "intake") as act:
            for sha256, seen in zip(of, looks, strict=True):
                act.put([Item(sha256, "", "", 1, "image/png"), *seen])
                act.put([Place("zz", sha256.encode(), "", sha256, b"zz", None, "1:2:3:4")])
        some = list(account.lines(store))
        monkeypatch.setattr(account, "MOST_HELD", 0)
        every = list(account.lines(store))
    assert some == every
    told = {(line.sha256, line.reason) for line in some}
    assert told == {
        (of[1], "zz-broken"),
        (of[2], "no perceptual hash: video"),
        (of[4], "camera: zz-cut"),
        (of[5], account.NOT_LOOKED),
        (of[7], "zz"),
    }
