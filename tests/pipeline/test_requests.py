"""JUR-07, LAW-14: request sheets by country and provider, signed by a second person."""

import csv
import io

import pytest

from fanal.errors import UsageError
from fanal.leads.requests import NOBODY, ONE, PERHAPS
from fanal.model.desk import AuditRecord
from fanal.model.lead import Account, Assessment
from fanal.model.site import Dataset
from fanal.pipeline import addresses, requests
from fanal.pipeline.addresses import AddressFile
from fanal.pipeline.assess import assess
from fanal.pipeline.progress import Silent
from fanal.pipeline.requests import Wanted
from makers.canonical_site import account, event, login, write_site
from makers.cases import opened
from makers.deciding import said
from makers.leads import lead as lead_of
from makers.leads import ref

LAND = "240.1.0.0,240.1.255.255,DE\n240.2.0.0,240.2.255.255,DK\n"
NETS = """start,end,mark,asn,name
240.1.0.0,240.1.0.255,mobile,64500,ZZ Mobile
240.1.1.0,240.1.1.255,residential,64501,"=ZZ Line, Ltd"
240.1.9.0,240.1.9.255,tor,64502,ZZ Tor
"""
HOSTILE = '<script>alert("zz")</script>'
ROWS = [
    login("a", "2024-02-01 10:00:00", "240.1.0.1", port=50123, ts_raw=HOSTILE, zone="UTC, as told"),
    login("a", "2024-02-01 10:00:01", "240.1.0.1"),
    login("a", "2024-02-02 10:00:00", "240.1.1.1", precision_s=60.0),
    login("a", "2024-02-03 10:00:00", "240.1.9.1", port=1),
    login("a", "2024-02-04 10:00:00", "10.0.0.1"),
    login("a", "2024-02-05 10:00:00", "240.77.0.1"),
    login("a", "2023-12-01 10:00:00", "240.1.0.1"),
    login("a", "2024-02-06 10:00:00", "240.1.0.1", outcome="failed"),
    login("b", "2024-02-01 10:00:00", "240.1.0.1", port=50123),
]
WANTED = Wanted("DE", "ZZ Mobile", "203.0.113.7:443", "zz-act, section 1", "2026-12-24")


@pytest.fixture
def store(tmp_path):
    with_store = opened(tmp_path / "case")
    for name, text, kind in (("lands", LAND, "country"), ("nets", NETS, "network")):
        (tmp_path / name).write_text(text)
        given = AddressFile(tmp_path / name, kind, "2024-01-01", name, "zz")
        addresses.add(with_store, "Anna", given, Silent())
    folder = "site-zz"
    files = write_site(
        with_store.folder / "datasets" / folder,
        account=[account("a"), account("b")],
        login=ROWS,
        media_event=[event("a", "2024-02-07 09:00:00.250", ip="240.2.0.9", precision_s=0.001)],
    )
    clock = {"offset_s": 90.0, "by": "Zz Examiner", "at": "2025-05-20T06:30:00Z"}
    facts = {"artefacts": [{"name": "shop"}], "clocks": [clock]}
    with with_store.act("zz", "import site") as act:
        act.put([Dataset("site", "zz", "", "0", "", facts, folder, files, "zz", "2024-03-01")])
    yield with_store
    with_store.close()


@pytest.fixture
def lead():
    return lead_of(1, accounts=(Account("zz", "a", "zz-a", "", "", ref()),))


def test_sheets_are_by_country_and_provider_and_say_what_leads_nowhere(store, lead):
    found = requests.sheets(store, lead)
    assert [(one.country, one.provider, one.asn, len(one.lines)) for one in found.sheets] == [
        ("DE", "=ZZ Line, Ltd", 64501, 1),
        ("DE", "ZZ Mobile", 64500, 2),
        ("DK", "operator not known", 0, 1),
    ]
    assert found.left == {
        "Tor exit": 1,
        "in no table": 1,
        "no table before": 1,
        "private address": 1,
    }


def test_a_line_has_port_utc_precision_raw_time_zone_clock_and_row(store, lead):
    lines = {one.provider: one.lines for one in requests.sheets(store, lead).sheets}
    first, second = lines["ZZ Mobile"]
    assert (first.ip, first.port, first.precision_s) == ("240.1.0.1", 50123, 1.0)
    # The site's clock was 90 s ahead of UTC, so the true time is 90 s earlier.
    assert (first.utc, first.corrected) == ("2024-02-01T10:00:00Z", "2024-02-01T09:58:30Z")
    assert (first.raw, first.zone) == (HOSTILE, "UTC, as told")
    assert first.clock == "90 s ahead of UTC, measured by Zz Examiner at 2025-05-20T06:30:00Z"
    assert (first.ref.artefact, first.ref.table, first.ref.size) == ("shop", "raw_login", 80)
    assert first.table == "lands of 2024-01-01"
    assert (first.singles_out, first.missing) == (ONE, ())
    # Behind a carrier a line without a port singles nobody out.
    assert (second.singles_out, second.missing) == (NOBODY, ("source port",))
    (line,) = lines["=ZZ Line, Ltd"]
    assert (line.singles_out, line.missing) == (PERHAPS, ("source port", "time to the second"))
    (event_,) = lines["operator not known"]
    assert (event_.what, event_.utc) == ("media event", "2024-02-07T09:00:00.250Z")


def test_the_legal_basis_the_destination_and_the_day_are_filled_in_by_a_person(store, lead):
    for told, words in (
        (Wanted("DE", "ZZ Mobile", "203.0.113.7", " ", "2026-12-24"), "needs a legal basis"),
        (Wanted("DE", "ZZ Mobile", "", "zz", "2026-12-24"), "needs the destination"),
        (Wanted("DE", "ZZ Mobile", "203.0.113.7", "zz", "soon"), "is no day"),
        (Wanted("DE", "Nobody", "203.0.113.7", "zz", "2026-12-24"), "no line for 'Nobody'"),
    ):
        with pytest.raises(UsageError, match=words):
            requests.prepare(store, said("Anna"), lead, told)
    assert requests.requests(store) == {}


def test_a_second_person_under_another_login_signs_before_anything_is_written(
    store, lead, tmp_path
):
    one = requests.prepare(store, said("Anna", "anna"), lead, WANTED)
    with pytest.raises(UsageError, match="nobody has signed"):
        requests.export(store, said("Anna", "anna"), one.id, tmp_path / "out.html")
    for same in (said("Berta", "anna"), said("Anna", "berta"), said(" ÁNNA.", "berta")):
        with pytest.raises(UsageError, match="was prepared by Anna"):
            requests.sign(store, same, one.id)
    requests.sign(store, said("Berta", "berta", "every line checked"), one.id)
    with pytest.raises(UsageError, match="signed already"):
        requests.sign(store, said("Clara", "clara"), one.id)
    files = requests.export(
        store, said("Anna", "anna", "sent to zz"), one.id, tmp_path / "out.html"
    )
    assert [path.name for path in files] == ["out.html", "out.csv"]
    kinds = [(each.kind, each.value, each.login) for each in store.find(Assessment)]
    assert kinds == [("request", "prepared", "anna"), ("request", "signed", "berta")]
    exported = [one for one in store.find(AuditRecord) if one.action == "export request"]
    assert [(one.login, one.purpose) for one in exported] == [("anna", "sent to zz")]


def test_what_is_written_is_harmless_and_whole(store, lead, tmp_path):
    wanted = Wanted("DE", "=ZZ Line, Ltd", "203.0.113.7:443", "zz-act, section 1", "2026-12-24")
    for number, each in enumerate((WANTED, wanted)):
        one = requests.prepare(store, said("Anna", "anna"), lead, each)
        requests.sign(store, said("Berta", "berta"), one.id)
        requests.export(store, said("Anna", "anna"), one.id, tmp_path / f"{number}.html")
    page = (tmp_path / "0.html").read_text()
    assert HOSTILE not in page
    assert "&lt;script&gt;" in page
    assert "1 of 2 lines cannot single out a subscriber" in page
    assert "zz-act, section 1" in page
    assert "50123" in page
    (row,) = csv.DictReader(io.StringIO((tmp_path / "1.csv").read_text("utf-8-sig")))
    assert row["provider"] == "'=ZZ Line, Ltd"
    assert (row["port"], row["utc_corrected"]) == ("", "2024-02-02T09:58:30Z")
    assert row["missing"] == "source port; time to the second"


def test_nobody_is_asked_about_a_lead_that_is_restricted(store, lead):
    assess(store, said("Anna"), "restriction", lead.id, "restricted")
    with pytest.raises(UsageError, match="is restricted"):
        requests.prepare(store, said("Anna"), lead, WANTED)


def test_a_restriction_stops_a_request_that_waits_or_was_signed(store, lead, tmp_path):
    one = requests.prepare(store, said("Anna", "anna"), lead, WANTED)
    assess(store, said("Anna"), "restriction", lead.id, "restricted")
    with pytest.raises(UsageError, match="is restricted"):
        requests.sign(store, said("Berta", "berta"), one.id)
    assess(store, said("Anna"), "restriction", lead.id, "lifted")
    requests.sign(store, said("Berta", "berta"), one.id)
    assess(store, said("Anna"), "restriction", lead.id, "restricted")
    with pytest.raises(UsageError, match="is restricted"):
        requests.export(store, said("Anna", "anna"), one.id, tmp_path / "out.html")
    assert list(tmp_path.glob("out.*")) == []
