"""What lies in a store is looked at on request: what was chosen is fetched, and little else."""

from fanal.model.finding import Seen
from fanal.model.item import Place
from fanal.pipeline.examine import Wanted, With, examine
from fanal.pipeline.progress import Silent
from fanal.pipeline.triage import triage
from makers.archives import zip_of
from makers.evidence import found, sha256, thumb
from makers.s3 import forget

PIXELS = With(("pixels",))
FILES = {
    "a.jpg": thumb(1),
    "b.jpg": thumb(2),
    "note.txt": b"zz-test-0001",
    "box.zip": zip_of([(b"c.jpg", thumb(3)), (b"d.jpg", thumb(4))]),
}


def looked(case) -> set[str]:
    return {seen.sha256 for seen in found(case, Seen, analyzer="pixels")}


def test_what_was_chosen_is_fetched_and_looked_at(lab, case, settings):
    triage(case, settings, [("", lab.fill(FILES))], [], Silent())
    lab.between.requests.clear()
    wanted = Wanted((sha256(thumb(1)), sha256(thumb(4))))
    told = examine(case, settings, PIXELS, wanted, Silent())
    assert (told.looked, told.left, told.gaps) == (2, 0, False)
    assert looked(case) == {sha256(thumb(1)), sha256(thumb(4))}
    keys = {path.removeprefix(f"/{lab.bucket}/") for path in lab.between.fetched}
    assert keys == {"a.jpg", "box.zip"}


def test_the_rest_is_looked_at_next_time_and_nothing_new_is_read_in(lab, case, settings):
    triage(case, settings, [("", lab.fill(FILES))], [], Silent())
    places = found(case, Place)
    lab.fill({"new.jpg": thumb(9)})
    lab.delete("b.jpg")
    told = examine(case, settings, PIXELS, Wanted(everything=True), Silent())
    assert (told.wanted, told.left, told.gaps) == (6, 1, True)
    assert looked(case) == {sha256(data) for data in (*FILES.values(), thumb(3), thumb(4))} - {
        sha256(thumb(2))
    }
    assert found(case, Place) == places


def test_a_store_that_is_not_there_is_named(lab, case, settings, monkeypatch):
    address = lab.fill(FILES)
    triage(case, settings, [("", address)], [], Silent())
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    forget()
    told = examine(case, settings, PIXELS, Wanted((sha256(thumb(1)),)), Silent())
    assert (told.looked, told.left, told.absent) == (0, 1, {lab.bucket: address})
