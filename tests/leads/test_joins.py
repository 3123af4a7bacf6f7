"""Links by address: bounded, and none from where everybody comes."""

from itertools import combinations

from fanal.leads.joins import MOST_LINKS, find_together, tell_joins
from fanal.leads.values import MOST_SHARING, TOGETHER
from makers.canonical_site import account, login
from makers.resolving import persons

HOUR = "2024-03-01 10:{:02}:00"


def linked(calculator, *crowded):
    calculator.run("CREATE TABLE network (ip VARCHAR, day DATE, kind VARCHAR)")
    for ip, kind in crowded:
        calculator.run("INSERT INTO network VALUES (?, '2024-03-01', ?)", (ip, kind))
    find_together(calculator)
    tell_joins(calculator)
    sql = "SELECT a, b, says FROM lead_join WHERE rule = ? ORDER BY a, b, lead"
    return [
        (a.partition("/")[2], b.partition("/")[2], says)
        for a, b, says in calculator.rows(sql, (TOGETHER,))
    ]


def test_hours_are_counted_and_other_hours_are_no_link(tmp_path):
    came = [login(n, HOUR.format(at)) for at, n in enumerate("ab")]
    came += [login(n, "2024-03-02 08:00:00") for n in "ab"]
    came += [login("c", "2024-03-01 11:00:00"), login("d", HOUR.format(5), outcome="failed")]
    with persons(tmp_path, login=came) as calculator:
        links = linked(calculator)
    assert {link[:2] for link in links} == {("a", "b")}
    assert len(links) == 2  # once for the lead of each
    assert links[0][2] == "both came from 240.0.0.1 within one hour, in 2 hours"


def test_a_crowd_makes_no_pairs(tmp_path):
    few = "abcde"[:MOST_SHARING]
    came = [login(n, HOUR.format(1)) for n in few]
    came += [login(n, HOUR.format(1), ip="240.0.0.2") for n in "ghijklm"[: MOST_SHARING + 1]]
    with persons(tmp_path, login=came) as calculator:
        links = {link[:2] for link in linked(calculator)}
    assert links == set(combinations(few, 2))


def test_addresses_that_many_share_link_nobody(tmp_path):
    came = [login(n, HOUR.format(1), ip=ip) for ip in ("240.0.0.3", "240.0.0.4") for n in "ab"]
    with persons(tmp_path, login=came) as calculator:
        crowded = (("240.0.0.3", "tor"), ("240.0.0.4", "carrier"))
        assert linked(calculator, *crowded) == []


def test_a_lead_shows_no_more_links_of_a_rule_than_anybody_reads(tmp_path):
    came = [
        login(n, f"2024-03-{1 + at % 28:02} {at // 28:02}:00:00")
        for at in range(MOST_LINKS + 10)
        for n in ("a", f"b{at:02}")
    ]
    with persons(tmp_path, login=came) as calculator:
        linked(calculator)
        sql = "SELECT max(n) FROM (SELECT count(*) AS n FROM lead_join GROUP BY lead)"
        assert calculator.value(sql) == MOST_LINKS


def test_values_that_open_doors_are_shown_by_their_beginning(tmp_path):
    rows = [account(n, password_hash="zz-0123456789abcdef") for n in "ab"]  # noqa: S106
    with persons(tmp_path, account=rows) as calculator:
        linked(calculator)
        says = calculator.value("SELECT says FROM lead_join WHERE rule = 'same password hash'")
    assert says == "both show the password hash zz-012345678"
