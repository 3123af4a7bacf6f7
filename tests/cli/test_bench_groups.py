"""The benchmark of groups expects what is said of files, and names strangers in a series."""

import pytest

from fanal.bench import groups
from fanal.bench.groups import BODY, SESSION, SETUP, File
from fanal.model.series import SAME_DEVICE, SAME_SESSION, Link, Tie
from fanal.pipeline.case import writing
from makers.program import called
from makers.series_cases import formed, sha

CAMERA = {"make": "ZZ", "model": "10"}


def file(name, note="", **told):
    return File(f"camera/{name}.jpg", sha(name), told, note)


def at(minute, **more):
    return CAMERA | {"taken": f"2025:01:01 10:{minute:02}:00"} | more


FILES = [
    file("a", **at(0), device_id="one"),
    file("b", **at(14), device_id="one"),
    file("c", **at(30)),
    file("d", **at(31, serial="zz2")),
    file("e", tool="ZZ", model="m", prompt="zz", seed=5),
    file("f", tool="ZZ", model="m", prompt="zz", seed=6),
    file("a1", tool="ZZ", model="m", prompt="another", seed=6),
    file("a2", tool="ZZ", prompt="zz", seed=6),
    file("a3", note="test chart, device folder ZZ/10"),
    file("a4", note="test chart, device folder ZZ/10"),
]


def test_groups_are_expected_by_body_time_and_set_up():
    told = {
        (group.kind, tuple(file.sha256 for file in group.files)) for group in groups.expected(FILES)
    }
    assert told == {
        (BODY, (sha("a"), sha("b"))),
        (SESSION, (sha("a"), sha("b"))),
        (SETUP, (sha("e"), sha("f"))),
    }


@pytest.fixture
def store(case, settings):
    with writing(case, settings) as opened:
        yield opened


def test_a_group_is_found_in_one_series_or_as_related(store):
    with store.act("zz", "group") as act:
        act.put(formed({"s-1": ["e", "f"]}))
        act.put([Tie(sha(name), SAME_DEVICE, "zz", "zz") for name in "ab"])
    found = {each.kind: groups.found(store, each) for each in groups.expected(FILES)}
    assert (found[BODY].joined, found[BODY].related, found[BODY].whole) == (1, 2, True)
    assert (found[SESSION].joined, found[SESSION].related, found[SESSION].whole) == (1, 1, False)
    assert (found[SETUP].joined, found[SETUP].whole) == (2, True)


def test_strangers_in_a_series_are_named_with_the_links_that_joined_them(store):
    links = [
        Link(sha("a"), sha("c"), SAME_SESSION, "zz", 50, joins=True, says="wrongly"),
        Link(sha("a"), sha("b"), SAME_SESSION, "zz", 50, joins=True, says="rightly"),
    ]
    with store.act("zz", "group") as act:
        act.put(
            formed(
                {
                    "s-1": ["a", "b", "c"],
                    "s-2": ["f", "a1"],
                    "s-3": ["a3", "a4"],
                    "s-4": ["e", "f1"],
                }
            )
        )
        act.put(links)
    (told,) = groups.wrong(store, FILES, groups.expected(FILES))
    assert told == (
        "s-1",
        ["camera/a.jpg", "camera/b.jpg", "camera/c.jpg"],
        ["same session, zz: wrongly"],
    )


def test_a_folder_without_a_list_is_wrong_use(tmp_path, capsys):
    assert called("bench", "groups", "--corpus", tmp_path) == 2
    assert "there is no MANIFEST.csv" in capsys.readouterr().err
