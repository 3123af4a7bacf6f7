"""What a line of a request needs to single out a subscriber, and how a clock is told of."""

import itertools

import pytest

from fanal.leads.calculator import Calculator
from fanal.leads.country_rules import rules
from fanal.leads.requests import NOBODY, ONE, PERHAPS, Clock, Site, lay_out
from makers.addresses import table
from makers.canonical_site import login, write_site

LAND = "240.0.0.0/8,DE\n"
NETS = "240.1.0.0/16,mobile\n240.2.0.0/16,carrier\n240.3.0.0/16,residential\n240.4.0.0/16,vpn\n"
MEASURED = Clock(-30.0, "Zz", "2025-01-01")


@pytest.mark.parametrize(
    ("clock", "says"),
    [
        (Clock(None), "not measured: the true time may differ from what the site's clock said"),
        (Clock(420.0, "Zz", "2025-01-01"), "420 s ahead of UTC, measured by Zz at 2025-01-01"),
        (MEASURED, "30 s behind UTC, measured by Zz at 2025-01-01"),
    ],
)
def test_a_clock_says_how_far_it_was_off(clock, says):
    assert clock.says == says


@pytest.mark.parametrize("clock", [MEASURED, Clock(None)])
def test_only_a_port_a_second_and_a_measured_clock_single_out_a_subscriber(tmp_path, clock):
    nets = {"240.1.0.1": NOBODY, "240.2.0.1": NOBODY, "240.3.0.1": PERHAPS, "240.9.0.1": PERHAPS}
    cases = list(itertools.product(nets, (None, 7), (1.0, 1.5, None)))
    rows = [
        login("a", f"2024-02-01 10:00:{at:02}", ip, port=port, precision_s=precision)
        for at, (ip, port, precision) in enumerate(cases)
    ]
    write_site(tmp_path / "site", login=[*rows, login("a", "2024-02-01 11:00:00", "240.4.0.1")])
    used = [
        table(tmp_path, "lands", "2024-01-01", LAND),
        table(tmp_path, "nets", "2024-01-01", NETS, "network"),
    ]
    with Calculator(tmp_path, threads=1) as calculator:
        sites = {"zz": Site(tmp_path / "site", ["shop"], [clock])}
        found = lay_out(calculator, sites, [("zz", "a")], used, rules())
    (sheet,) = found.sheets
    told = {line.utc: (line.singles_out, len(line.missing)) for line in sheet.lines}
    assert len(told) == len(cases)
    for at, (ip, port, precision) in enumerate(cases):
        missing = (port is None) + (precision != 1.0) + (clock.offset_s is None)
        expected = nets[ip] if missing else ONE
        assert told[f"2024-02-01T10:00:{at:02}Z"] == (expected, missing)
    assert found.left == {"VPN": 1}
    assert (sheet.lines[0].corrected == "") == (clock.offset_s is None)
    if clock.offset_s:
        assert sheet.lines[0].corrected == "2024-02-01T10:00:30Z"
