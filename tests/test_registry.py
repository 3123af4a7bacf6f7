"""Parts are found by name, in order, loaded when asked for; other distributions add their own."""

import subprocess
import sys

import pytest

from fanal.analyzers import ANALYZERS
from fanal.engines import ENGINES
from fanal.errors import UsageError
from fanal.formats import READERS, WRITERS
from fanal.registry import Registry
from fanal.sources import ARCHIVES
from fanal.stores import STORES

GROUP = "fanal.zz_tests"
FAMILIES = [ANALYZERS, ENGINES, READERS, WRITERS, ARCHIVES, STORES]


@pytest.fixture
def distribution(tmp_path, monkeypatch):
    """A distribution that somebody installed, with three parts."""
    (tmp_path / "zz_parts.py").write_text(
        "class Part:\n    name = 'outside'\n    class Inner:\n        name = 'inner'\n"
    )
    facts = tmp_path / "zz_parts-1.0.dist-info"
    facts.mkdir()
    (facts / "METADATA").write_text("Metadata-Version: 2.1\nName: zz-parts\nVersion: 1.0\n")
    (facts / "entry_points.txt").write_text(
        f"[{GROUP}]\noutside = zz_parts:Part\nnested = zz_parts:Part.Inner\n"
        "upper = zz_parts:Part\nmissing = zz_there_is_no_such_module:Part\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    yield
    sys.modules.pop("zz_parts", None)


def table() -> Registry:
    return Registry(GROUP, {"lower": "string:ascii_lowercase", "upper": "string:ascii_uppercase"})


def test_parts_are_found_by_name_in_the_order_of_the_table():
    registry = table()
    assert registry.names() == ("lower", "upper")
    assert registry.get("lower") == "abcdefghijklmnopqrstuvwxyz"
    assert list(registry) == [registry.get("lower"), registry.get("upper")]


def test_an_unknown_name_is_said_with_those_there_are():
    with pytest.raises(UsageError) as caught:
        table().get("middle")
    assert caught.value.message == "there is no zz_tests part named 'middle'"
    assert caught.value.advice == "choose one of: lower, upper"


def test_a_part_is_imported_when_first_asked_for():
    code = (
        "import sys\n"
        "from fanal.registry import Registry\n"
        f"made = Registry({GROUP!r}, {{'one': 'wave:open', 'two': 'zz_not_there:x'}})\n"
        "assert made.names() == ('one', 'two') and 'wave' not in sys.modules\n"
        "assert made.get('one') is made.get('one') and 'wave' in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_distribution_adds_parts_at_the_end_and_replaces_none(distribution):
    registry = table()
    assert registry.names() == ("lower", "upper", "outside", "nested", "missing")
    assert registry.get("outside").name == "outside"
    assert registry.get("nested").name == "inner"
    assert registry.get("upper") == "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def test_a_part_that_cannot_be_imported_harms_no_other(distribution):
    registry = table()
    assert registry.get("lower")
    with pytest.raises(ModuleNotFoundError):
        registry.get("missing")
    assert registry.get("outside").name == "outside"


def test_a_change_of_the_table_afterwards_changes_nothing():
    names = {"one": "string:digits"}
    registry = Registry(GROUP, names)
    names["two"] = "string:digits"
    assert registry.names() == ("one",)


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.group)
def test_every_part_of_every_family_can_be_loaded(family):
    for name in family.names():
        assert callable(family.get(name))
