from makers.addresses import EVERY, level, reasons, table, worked
from makers.canonical_site import login

LAND = "start,end,country\n240.1.0.0,240.1.255.255,DE\n240.2.0.0,240.2.255.255,DK\n"


def tables(folder):
    return [
        table(folder, "lands", "2024-01-01", LAND),
        table(folder, "nets", "2024-01-01", EVERY, "network"),
    ]


def days(name, ip, *numbers):
    return [login(name, f"2024-02-{day:02} 10:00:00", ip) for day in numbers]


def test_three_days_of_one_countrys_networks_are_a_medium_family(tmp_path):
    rows = (
        days("a", "240.1.0.1", 1, 2, 3) + days("b", "240.1.0.2", 1, 2) + days("c", "240.2.0.1", 5)
    )
    with worked(tmp_path, tables(tmp_path), login=rows) as told:
        assert reasons(told, "a") == [("DE", "access network", "medium", 3, [])]
        assert reasons(told, "b") == [("DE", "access network", "weak", 2, ["few days"])]
        assert reasons(told, "c") == [("DK", "access network", "none", 1, ["single day"])]
        assert level(told, "a") == ("moderate", {"DE": False})
        assert level(told, "b") == level(told, "c") == ("unassigned", {})
