"""A service that counted for some days, with known numbers."""

import random
from datetime import date, timedelta

import pytest

from fanal.prevention.config import read_config
from fanal.prevention.counting import publish
from fanal.prevention.counting.cells import Cell
from fanal.prevention.counting.counters import Counters
from makers.counted import Moment

DAY = date(2026, 11, 20)
TOLD = """
[service]
operator = "=Made-up service"
contact = "safety@service.example"
[fails]
closed = { search = "allow" }
[counting]
folder = "counts"
"""


@pytest.fixture
def service(tmp_path):
    """Return the path of a configuration whose service counted on three days."""
    path = tmp_path / "deter.toml"
    path.write_text(TOLD, "utf-8")
    counters = Counters(tmp_path / "counts", Moment().now)
    for at in range(3):
        day = DAY + timedelta(days=at)
        counters.add([Cell(day, "DK", "search", "zz-trial", "zz-wording", "shown")] * 400)
        counters.add([Cell(day, "DK", "generate", "zz-trial", "zz-wording", "shown")] * 200)
        counters.add([Cell(day, "DK", "search", "zz-trial", "zz-wording", "continued")] * 100)
        counters.add([Cell(day, "SE", "upload", "", "combined", "shown")] * 3)
        counters.add([Cell(day, "", "search", "", "", "acts")] * 8_642)
        counters.saw(day, "w1+f1" if at < 2 else "w2+f1")
    counters.flush()
    return path


@pytest.fixture
def days():
    return [DAY + timedelta(days=at) for at in range(3)]


@pytest.fixture
def released(service, days):
    """Return what the service has published."""
    folder, plan, later = read_config(service).counting, publish.Plan(("DK",)), timedelta(days=2)
    return publish.publish(folder, days, plan, days[-1] + later, random.Random(7).randrange)
