"""Who may have been under age at the first known act is put aside for people to look at."""

import pytest

from fanal.leads.minors import MINOR, tell_minors
from fanal.leads.opening import REF_TYPE
from makers import deeds as made

ACT = "2026-06-15T10:00:00"


def flags(folder, *births, act=ACT, check=None):
    """Return the flags of accounts that give these as their birth."""
    given = {
        "account": [
            {"account": str(at + 1), "birth_raw": birth, "document_check": check}
            for at, birth in enumerate(births)
        ],
        "login": [{"account": str(at + 1), "ts": act} for at, _ in enumerate(births)],
    }
    with made.calculator(folder) as calculator:
        made.open_persons(calculator, "zz", folder, given)
        calculator.run(
            f"CREATE TABLE flag_deeds (lead VARCHAR, code VARCHAR, says VARCHAR, refs {REF_TYPE}[])"
        )
        tell_minors(calculator)
        return list(calculator.rows("SELECT * FROM flag_deeds ORDER BY ALL"))


@pytest.mark.parametrize(
    ("birth", "said"),
    [
        ("2008", "17 or 18 years old"),
        ("2010", "15 or 16 years old"),
        ("2008-06-15", None),
        ("2008-06-16", " 17 years old"),
        ("2013-01-31 00:00:00", " 13 years old"),
        ("31.12.2009", "16 or 17 years old"),
        ("12/31/2009", "16 or 17 years old"),
        ("20080616", " 17 years old"),
        ("20080615", None),
        ("15.06.09", "16 or 17 years old"),
        ("6/15/84", None),
        ("1213574400", " 17 years old"),  # date -u -d @1213574400: 16 June 2008
        ("1213488000", None),
        ("454204800", None),
        ("99999999", None),
        ("2007", None),
        ("1984", None),
        ("2026", " 0 years old"),
        ("2027", None),
        ("0", None),
        ("", None),
        ("2009 or 2010", None),
        ("120102009", None),
        (None, None),
    ],
)
def test_an_age_is_told_at_the_first_known_act(tmp_path, birth, said):
    """PRIO-09. Ages counted by hand, on 15 June 2026."""
    found = flags(tmp_path, birth)
    assert len(found) == (said is not None)
    if said:
        assert found[0][1] == MINOR
        assert said in found[0][2]
        assert "nobody checked that" in found[0][2]
        assert found[0][3][0]["raw_table"] == "raw account"


def test_a_checked_document_is_told(tmp_path):
    ((_, _, says, _),) = flags(tmp_path, "2010", check="passed")
    assert says.endswith("a document of the account was checked")


def test_without_a_time_nothing_is_said(tmp_path):
    assert flags(tmp_path, "2010", act=None) == []


def test_what_somebody_typed_is_data(tmp_path):
    ((_, _, says, _),) = flags(tmp_path, "2010'); DROP TABLE login; --" + "x" * 90)
    assert "gives 2010'); DROP TABLE login; --" in says
    assert len(says) < 200
