import pytest

from fanal.pipeline.remarks import COMPARISONS, Told, remark
from makers.desk import client, desk_on
from makers.desk_items import HOSTILE, camera, content, drawn, match, near, opinion, put, sha, task
from makers.pages import Page


@pytest.fixture
def desk(bare):
    with desk_on(bare) as made:
        yield made


def shown(desk, known, *numbers):
    items = ",".join(known.of(sha(number)) for number in numbers)
    answer = client(desk, "zz-a").get(f"/compare?items={items}")
    assert answer.status == 200, answer.text
    return answer.text


def words(page):
    return " ".join(Page(page).text().split())


def rows(page):
    """Return the rows of the tables by their first cell: values, and whether they are hidden."""
    read = Page(page)
    same = [held.get("class") == "same" for tag, held in read.tags if tag == "tr"]
    return {cells[0]: (cells[1:], hid) for cells, hid in zip(read.cells, same, strict=True)}


def test_only_rows_that_differ_are_shown_until_all_are_asked_for(desk):
    known = put(
        desk.store,
        *(content(1), content(2, exhibit="zz-2")),
        camera(1, make="Zz", model="ZZ-1", iso=100.0),
        camera(2, make="Zz", model="ZZ-2", iso=100.0),
    )
    told = rows(shown(desk, known, 1, 2))
    assert told["make"] == (["Zz", "Zz"], True)
    assert told["iso"] == (["100", "100"], True)
    assert told["model"] == (["ZZ-1", "ZZ-2"], False)
    assert told["exhibits"] == (["zz-1", "zz-2"], False)
    assert told["bytes"] == (["1,001", "1,002"], False)
    assert "lens" not in told  # none names one


def test_evidence_of_one_kind_stands_side_by_side(desk):
    known = put(
        desk.store,
        *(content(1), content(2), content(3)),
        opinion(1, "generator", "strong", "zz-says"),
        opinion(3, "generator", "weak", "zz-other"),
    )
    told = rows(shown(desk, known, 1, 2, 3))["generator record"][0]
    assert [one.split("pushes")[0].strip() for one in told] == [
        "zz-says",
        "none; neutral",
        "zz-other",
    ]
    assert "pushes towards AI, strong" in told[0]


@pytest.mark.parametrize("count", [2, 3, 4])
def test_two_to_four_are_compared(desk, count):
    known = put(desk.store, *(content(number) for number in range(1, 6)))
    page = shown(desk, known, *range(1, count + 1))
    assert page.count('class="stage"') == count
    assert page.count("data:image") == count
    assert page.index('id="facts"') < page.index("data:image")


def test_other_counts_and_tricks_are_refused(desk):
    known = put(desk.store, *(content(number) for number in range(1, 6)))
    five = ",".join(known.of(sha(number)) for number in range(1, 6))
    for query in ("", five, "zz", "../case.db", sha(1), f"{known.of(sha(1))},{'0' * 16}"):
        assert client(desk, "zz-a").get(f"/compare?items={query}").status in {400, 404}, query
    one = f"/compare?items={known.of(sha(1))}"
    for role in ("importer", "exporter", "auditor"):
        assert client(desk, "zz-a", (role,)).get(one).status == 403


def test_where_one_is_named_the_other_is_chosen(desk):
    known = put(desk.store, content(1), content(2), near(1, 2))
    page = shown(desk, known, 1)
    pair = f"/compare?items={known.of(sha(1))},{known.of(sha(2))}"
    assert pair in Page(page).refers()
    by_form = f"/compare?items={known.of(sha(1))}&with={known.of(sha(2))}"
    assert "Compare two items" in client(desk, "zz-a").get(by_form).text


def test_hostile_words_are_text_and_addresses_say_nothing(desk):
    known = put(
        desk.store,
        *(content(1, HOSTILE[0]), content(2, HOSTILE[3])),
        camera(1, make="<b>zz</b>\u202e", model="a" * 10_000),
    )
    page = shown(desk, known, 1, 2)
    read = Page(page)
    assert "b" not in read.names()
    assert "\u202e" not in page
    assert "U+202E" in words(page)
    assert "9,760 characters cut" in words(page)
    held = [value or "" for _, of in read.tags for key, value in of.items() if key != "src"]
    assert not any(sha(number)[:12] in value for value in held for number in (1, 2))


def test_drawn_and_listed_items_give_nothing_away(desk):
    known = put(
        desk.store,
        *(content(1), content(2)),
        *(opinion(1, "camera", "strong", "zz-says"), match(1, "illegal", identified=True)),
        *(drawn(1), task(1, reason="zz-reason"), camera(1, make="zz-make")),
        match(2, "harmless"),
    )
    page = shown(desk, known, 1, 2)
    for told in ("zz-says", "zz-reason", "zz-make", "made by a camera"):
        assert told not in words(page)
    assert page.count("data:image") == 1  # of the drawn one, as of any other
    assert "A list settled this content" in page


def test_what_was_said_of_a_pair_is_told_and_can_be_said(desk):
    known = put(desk.store, content(1), content(2))
    who = desk.sessions.find(desk.sessions.begin("zz-c", "Cem", ("reviewer",))).who
    told = Told("compared", "same device", sha(1), "<u>zz</u>", other=sha(2))
    remark(desk.store, who, told)
    page = shown(desk, known, 2, 1)
    assert "Cem: item" in words(page)
    assert "same device" in words(page)
    assert "<u>zz</u>" in words(page)
    values = [held["value"] for _, held in Page(page).tags if held.get("name") == "says"]
    assert tuple(values) == COMPARISONS
