"""Importing a large site is measured on one that was made up."""

from makers.program import called


def test_a_small_site_is_measured(capsys):
    sizes = ("--accounts", "300", "--logins", "400", "--events", "500", "--payments", "60")
    assert called("bench", "leads", "--", *sizes) == 0
    told = capsys.readouterr().out
    assert "300 accounts, 400 logins, 500 events, 60 payments" in told
    for what in ("import", "table of addresses", "resolve", "all"):
        assert f"\n{what} " in told
