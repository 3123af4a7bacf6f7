import hashlib
import json
import os
import shutil
import subprocess
from collections import Counter
from contextlib import closing
from dataclasses import asdict
from pathlib import Path

import pytest

from fanal.custody.sign import Signer
from fanal.errors import UsageError
from fanal.model.failure import Failure
from fanal.model.finding import Seen
from fanal.model.item import Exhibit, Item, Place
from fanal.model.known import Match
from fanal.model.review import Task
from fanal.pipeline.account import account
from fanal.pipeline.case import reading
from fanal.pipeline.report import GROUPS, SPOTS, gather, write_report
from fanal.review.report import render
from fanal.settings import Settings
from fanal.stores import STORES
from makers.pages import Page
from makers.small_case import BITS, LONG_MEMBER, build


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return build(tmp_path_factory.mktemp("report"))


@pytest.fixture(scope="module")
def figures(made):
    with reading(made.case) as store:
        return gather(store, made.settings)


@pytest.fixture
def store(tmp_path):
    signer = Signer.from_file(tmp_path / "key")
    with closing(STORES.get("folder")(tmp_path / "case", signer)) as opened:
        yield opened


def files(made):
    """Every plain file of the evidence, found without fanal, and the two members of its archive."""
    found = [
        Path(folder, name).read_bytes()
        for root in made.evidence
        for folder, _, names in os.walk(root)
        for name in names
        if not Path(folder, name).is_symlink()
    ]
    members = subprocess.run(
        ["unzip", "-p", made.evidence[0] / "pack.zip"], capture_output=True, check=False
    )
    return found, members.stdout


def test_the_funnel_agrees_with_a_count_made_without_the_program(made, figures):
    found, _ = files(made)
    funnel = figures.funnel
    assert funnel.files == len(found) + 2
    assert funnel.contents == len({hashlib.sha256(data).digest() for data in found}) + 2
    # jpeg 101 102 103 109 110, cut.png, five broken; one video; the rest is text, RAR and ZIP.
    assert (funnel.pictures, funnel.videos, funnel.other) == (11, 1, 3)
    # The pictures drawn alike lie in one folder: four and two of them are one series each.
    assert (funnel.queued, funnel.aside, funnel.left) == (8, 0, 8)


def test_the_figures_add_up(figures):
    funnel = figures.funnel
    assert funnel.contents == funnel.pictures + funnel.videos + funnel.other
    assert funnel.queued == funnel.aside + funnel.left == sum(step.items for step in figures.steps)
    for step in figures.steps:
        assert step.items == sum(count for _, count in step.reasons) + step.others
    assert funnel.files == sum(source.files for source in figures.sources)


def test_the_steps_are_those_of_what_was_listed(figures):
    assert {step.number: step.items for step in figures.steps if step.items} == {2: 8}


def test_the_exhibits_are_those_of_the_account(made, figures):
    with reading(made.case) as store:
        expected = account(store)
    for source, entry in zip(figures.sources, expected, strict=True):
        assert source.exhibit == entry.exhibit
        assert (source.files, source.contents, source.size) == (
            entry.files,
            entry.contents,
            entry.size,
        )
        assert source.decoded == entry.decoded
        assert source.not_decoded == sum(entry.not_decoded.values())
        assert source.in_part == sum(entry.in_part.values())
        assert source.not_read == sum(entry.not_read.values())
    assert figures.not_done.gaps == sum(entry.gaps for entry in expected)


def test_bytes_are_those_of_the_files(made, figures):
    found, members = files(made)
    if not members:
        pytest.skip("the unzip program is not installed")
    assert sum(source.size for source in figures.sources) == sum(map(len, found)) + len(members)


def test_the_lists_say_what_they_know(figures):
    told = {known.kind: known for known in figures.lists}
    assert {kind: (known.exact, known.near) for kind, known in told.items()} == {
        "harmless": (1, 0),
        "illegal": (0, 1),
        "unidentified": (1, 0),
    }
    assert told["unidentified"].refused == (("wrong length: md5", 1),)
    assert {(known.entries, known.radius, known.turns) for known in figures.lists} == {
        (1, 31, False)
    }
    assert figures.distances == ((BITS, 1),)


def test_places_are_named_with_their_bytes_and_what_was_cut(figures):
    spots = {spot.path[:12]: spot for spot in figures.not_done.spots}
    assert spots["caf\ufffd \ufffd.png"].path_hex == b"caf\xe9 \xff.png".hex()
    long = spots["pack.zip!/zz"]
    assert len(long.path) + long.cut == len("pack.zip!/") + len(LONG_MEMBER)
    assert figures.not_done.spots_more == 0
    assert len(figures.not_done.spots) == 8  # five broken, one cut, one video, one RAR


def test_custody_is_that_of_the_log(made, figures):
    with reading(made.case) as store:
        verbs = Counter(leaf.verb for leaf in store.history())
        head = store.head()
    custody = figures.custody
    assert dict(custody.verbs) == verbs
    assert (custody.acts, custody.root, custody.key) == (sum(verbs.values()), head.root, head.key)
    assert custody.is_signed
    assert custody.is_at_rest
    assert custody.actors == (("<b>examiner</b>", custody.acts),)
    assert figures.warnings == ()


def test_planted_items_are_counted_by_stage(figures):
    first = figures.planted[0]
    assert (first.checks, first.planted, first.found) == (2, 6, 6)
    assert len(figures.planted) == 4


def test_the_page_shows_hostile_names_and_runs_nothing(figures):
    html = render(figures)
    page = Page(html)
    assert not page.names() & {"script", "img"}
    assert "<script>alert(1)</script><img src=x onerror=alert(2)>.png" in page.text()
    assert "photoU+202Egnp.exe.png" in page.text()
    assert "lineU+001B[2JoneU+000Aline twoU+0007.jpg" in page.text()
    assert "<i>illegal</i> list" in page.text()
    assert len(html) < 100_000
    assert page.row("desk")[1:4] == ["14", "14", page.row("desk")[3]]


def test_nothing_private_is_told(made, figures):
    text = json.dumps(asdict(figures))
    assert str(made.settings.key) not in text
    assert not {"key", "actor"} & set(figures.settings)


def test_the_page_is_written_whole_and_digested(made, figures, tmp_path):
    out = tmp_path / "report.html"
    with reading(made.case) as store:
        digest = write_report(store, figures, out)
        assert hashlib.sha256(out.read_bytes()).hexdigest() == digest
        write_report(store, figures, out)  # an older report may be written over
    assert list(tmp_path.iterdir()) == [out]


def test_no_page_in_evidence_case_or_over_another_file(made, figures, tmp_path):
    other = tmp_path / "letter.html"
    other.write_text("<meta name=x>dear court", "utf-8")
    (tmp_path / "way").symlink_to(made.evidence[0])
    places = [
        made.evidence[0] / "report.html",
        made.evidence[1] / "DCIM" / "report.html",
        made.evidence[1] / "DCIM" / "0001.jpg",
        tmp_path / "way" / "report.html",
        made.case / "report.html",
        made.case / "case.db",
        made.case / "lists" / "report.html",
        other,
        tmp_path,
        tmp_path / "nowhere" / "report.html",
    ]
    before = sorted(map(str, made.case.rglob("*")))
    with reading(made.case) as store:
        for place in places:
            with pytest.raises(UsageError):
                write_report(store, figures, place)
    assert other.read_text("utf-8").endswith("dear court")
    assert sorted(map(str, made.case.rglob("*"))) == before
    assert not [*made.evidence[0].rglob("report.html"), *made.evidence[1].rglob("report.html")]


def test_a_run_that_was_cut_off_is_told(made, tmp_path):
    case = tmp_path / "case"
    shutil.copytree(made.case, case)
    (case / "seal.json").unlink()
    signer = Signer.from_file(Path(made.settings.key))
    with closing(STORES.get("folder")(case, signer)) as store:
        with store.act("zz", "open exhibit", exhibit="third <exhibit>") as act:
            act.put([Exhibit("third <exhibit>", b"/nowhere")])
        with store.act("zz", "intake") as act:
            act.put([Item("e" * 64, "e" * 40, "e" * 32, 1, "image/png")])
            act.put([Place("third <exhibit>", b"a", "", "e" * 64, b"a", None, "")])
        told = gather(store, Settings())
    text = " ".join(told.warnings)
    assert "No seal" in text
    assert "third <exhibit>" in text
    assert text.count("Not every content has been matched") == 3
    assert "The queue is older than the facts" in text


def test_an_empty_case_is_told(store):
    told = gather(store, Settings())
    assert told.funnel.files == told.custody.acts == 0
    assert "Everything that was found was read" in render(told)


def test_a_flood_of_one_reason_hides_no_other(store):
    with store.act("zz", "intake") as act:
        act.put(
            Failure("flood", b"%d" % n, "", b"%d" % n, "damaged member", "", gap=True)
            for n in range(3000)
        )
        act.put([Failure("flood", b"z", "", b"z", "encrypted", "", gap=True)])
        act.put([Failure("calm", b"z", "", b"z", "unlisted bytes", "", gap=True)])
    told = gather(store, Settings()).not_done
    assert told.gaps == 3002
    assert len(told.spots) <= SPOTS
    assert {spot.reason for spot in told.spots} == {"damaged member", "encrypted", "unlisted bytes"}
    assert {group.reason: group.count for group in told.groups}["damaged member"] == 3000


def test_more_groups_than_fit_are_counted(store):
    with store.act("zz", "intake") as act:
        act.put(
            Failure(f"{n:04}", b"a", "", b"a", "encrypted", "", gap=True)
            for n in range(GROUPS + 30)
        )
    told = gather(store, Settings()).not_done
    assert (len(told.groups), told.groups_more) == (GROUPS, 30)
    assert (len(told.spots), told.spots_more) == (SPOTS, GROUPS + 30 - SPOTS)


def test_distances_count_contents_once_at_their_nearest_entry(store):
    def match(item, name, via, distance, entry):
        return Match(item * 64, name, "illegal", via, distance, entry)

    with store.act("zz", "match") as act:
        act.put(
            [
                match("a", "one", "pdq", 12, 1),
                match("a", "one", "pdq", 4, 2),
                match("a", "two", "pdq", 8, 1),
                match("b", "one", "pdq", 4, 1),
                match("b", "two", "md5", 0, 1),
                match("c", "one", "pdq", 4, 1),
            ]
        )
    assert gather(store, Settings()).distances == ((4, 2),)


def test_the_most_frequent_reasons_stand_first(store):
    with store.act("zz", "order") as act:
        for at, (reason, count) in enumerate({"few": 1, "most": 5, "some": 3, "more": 4}.items()):
            act.put([Task(f"{at}{n}".zfill(64), 2, 1, "desk", reason) for n in range(count)])
            act.put([Seen(f"{at}".zfill(64), "zz", "1", "spoke")])
    step = gather(store, Settings()).steps[1]
    assert step.reasons == (("most", 5), ("more", 4), ("some", 3))
    assert (step.items, step.others) == (13, 1)
