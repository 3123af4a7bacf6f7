import hashlib  # noqa: I001
import random
from datetime import datetime

import pytest
from makers.site_rows import parts, put_through

from fanal.leads import spool

HEAD = """
[site]
name = "zz"
zone = "Europe/Copenhagen"
from = 2024-01-01
to = 2024-12-31
phone_region = "DE"
[[artefact]]
name = "a"
file = "a"
[[artefact]]
name = "b"
file = "b"
"""
ACCOUNT = '[[account]]\nfrom = "a:users"\naccount = "id"\n'
LOGIN = '[[login]]\nfrom = "a:logins"\naccount = "user"\nip = "ip"\nts = "at"\n'


def row(**more):
    return {"user": "1", "ip": "240.0.0.1", "at": "2024-03-05 10:00:00", **more}


def test_a_login_is_read_with_all_that_it_rests_on(tmp_path):
    made = put_through(tmp_path, HEAD + LOGIN, {"a:logins": [row(ip="[::ffff:240.0.0.1]:443")]})
    (login,) = made.table("login")
    assert login == {
        "account": "1",
        "ip": "240.0.0.1",
        "ip_hi": 0,
        "ip_lo": 0xFFFF_F000_0001,
        "port": 443,
        "ts_raw": "2024-03-05 10:00:00",
        "ts": datetime(2024, 3, 5, 9),  # noqa: DTZ001
        "precision_s": 1.0,
        "zone": "Europe/Copenhagen, as the mapping says",
        "outcome": None,
        "device": None,
        "artefact": 0,
        "raw_table": "logins",
        "ref": 0,
        "size": 10,
    }
    assert made.told.zones == [
        {
            "into": "login",
            "artefact": "a",
            "table": "logins",
            "column": "ts",
            "says": "Europe/Copenhagen, as the mapping says",
        }
    ]


def test_a_login_without_a_time_or_an_account_is_refused_and_counted(tmp_path):
    rows = [
        row(),
        row(at="2024-13-01 00:00:00"),
        row(at="2023-01-01 00:00:00"),
        row(at="0000-00-00 00:00:00"),
        row(at="2024-03-31 02:30:00"),
        row(at=None),
        row(user=""),
        row(user=None),
    ]
    made = put_through(tmp_path, HEAD + LOGIN, {"a:logins": rows})
    assert made.reasons() == {
        "an hour that the zone skipped": 1,
        "before the site was there": 1,
        "no account": 2,
        "no time": 2,
        "not of the form iso": 1,
    }
    assert made.told.sources == [
        {
            "into": "login",
            "artefact": "a",
            "table": "logins",
            "place": "[[login]] 1",
            "rows": 8,
            "not_asked": 0,
            "taken": 1,
        }
    ]
    (one,) = [each for each in made.told.refused if each["reason"] == "not of the form iso"]
    assert one["examples"] == [{"ref": 10, "size": 10}]


def test_a_login_with_an_unreadable_address_stays_without_it(tmp_path):
    rows = [row(ip="240.01.0.1"), row(ip="zz"), row(ip=None)]
    made = put_through(tmp_path, HEAD + LOGIN, {"a:logins": rows})
    assert [each["ip"] for each in made.table("login")] == [None] * 3
    assert made.reasons("ip") == {"no address": 1, "zeros in front of a number": 1}
    shown = [each["examples"][0]["shown"] for each in made.told.values]
    assert shown == ["zz", "240.01.0.1"]


def test_a_payment_with_an_impossible_time_stays_without_it(tmp_path):
    mapping = HEAD + '[[payment]]\nfrom = "a:pay"\naccount = "user"\nts = "at"\n'
    made = put_through(tmp_path, mapping, {"a:pay": [row(at="2024-02-30 00:00:00")]})
    (payment,) = made.table("payment")
    assert (payment["ts_raw"], payment["ts"]) == ("2024-02-30 00:00:00", None)
    assert payment["precision_s"] is payment["zone"] is None
    assert payment["payment"] == "row 0:0"
    assert made.reasons("ts") == {"not of the form iso": 1}


def test_the_hour_that_came_twice_is_told_as_exact_to_an_hour(tmp_path):
    rows = [row(at="2024-10-27 02:30:00")]
    (login,) = put_through(tmp_path, HEAD + LOGIN, {"a:logins": rows}).table("login")
    assert login["ts"] == datetime(2024, 10, 27, 0, 30)  # noqa: DTZ001
    assert login["precision_s"] == 3600.0
    assert "told twice" in login["zone"]


def test_accounts_keep_raw_and_compared_values_side_by_side(tmp_path):
    mapping = (
        HEAD
        + ACCOUNT
        + (
            'email = "mail"\nemail_confirmed = {column = "seen", when = "filled"}\nphone = "phone"\n'  # noqa: E501
            'phone_confirmed = "ok"\nrecovery = "back"\ncountry_said = "land"\n'
            'document_check = {column = "doc", codes = {"+" = "passed"}, else = "failed"}\n'
        )
    )
    names = ("id", "mail", "seen", "phone", "ok", "back", "land", "doc")
    values = [
        ("1", "Zz.A+b@GoogleMail.com", "2024", "030 23125000", "1", "ZZ@Mail.Example", "dk", "+"),
        ("2", "zz@straße.example", "", "+1 202 555 0123", "yes", "+493023125000", "DNK", "-"),
        ("3", "zz", "0000-00-00", "zz", "maybe", "My Dog", None, None),
    ]
    rows = [dict(zip(names, one, strict=True)) for one in values]
    made = put_through(tmp_path, mapping, {"a:users": rows})
    one, two, three = made.table("account")
    assert (one["email_raw"], one["email"]) == ("Zz.A+b@GoogleMail.com", "zz.a+b@googlemail.com")
    assert one["email_hint"] == "zza@gmail.com"
    assert (one["email_confirmed"], two["email_confirmed"]) == (True, False)
    assert three["email_confirmed"] is False
    assert (two["email"], two["email_hint"]) == ("zz@xn--strae-oqa.example", None)
    assert (one["phone"], one["phone_region"]) == ("+493023125000", "DE")
    assert (two["phone"], two["phone_kind"]) == ("+12025550123", "fixed line or mobile")
    assert (three["phone_raw"], three["phone"]) == ("zz", None)
    assert [each["phone_confirmed"] for each in (one, two, three)] == [True, True, None]
    assert [(each["recovery"], each["recovery_kind"]) for each in (one, two, three)] == [
        ("zz@mail.example", "email"),
        ("+493023125000", "phone"),
        ("my dog", "text"),
    ]
    assert [each["country_said"] for each in (one, two, three)] == ["DK", "DNK", None]
    assert [each["document_check"] for each in (one, two, three)] == ["passed", "failed", None]
    assert made.reasons("email") == {"no e-mail address": 1}
    assert made.reasons("phone") == {"no phone number": 1}
    assert made.reasons("phone_confirmed") == {"neither yes nor no": 1}


def test_rows_of_one_account_that_differ_are_a_conflict_and_all_are_kept(tmp_path):
    mapping = HEAD + ACCOUNT + 'username = "name"\n'
    rows = [
        {"id": "2", "name": "zz-b"},
        {"id": "1", "name": "zz-first"},
        {"id": "1", "name": "zz-first"},
        {"id": "1", "name": "zz-later"},
        {"id": "2", "name": "zz-b"},
    ]
    made = put_through(tmp_path, mapping, {"a:users": rows})
    assert [
        (each["account"], each["username"], each["flag"]) for each in made.table("account")
    ] == [
        ("1", "zz-first", "conflict"),
        ("2", "zz-b", None),
    ]
    (other,) = made.table("account_other")
    assert (other["username"], other["ref"]) == ("zz-later", 30)
    assert made.reasons() == {"another row has the same id": 1, "the same row again": 2}


def test_the_first_source_is_the_first_row(tmp_path):
    second = ACCOUNT.replace("a:users", "b:users").replace("[[account]]\n", "[[account]]\n")
    mapping = HEAD + second + 'username = "name"\n' + ACCOUNT + 'username = "name"\n'
    tables = {"a:users": [{"id": "1", "name": "a"}], "b:users": [{"id": "1", "name": "b"}]}
    made = put_through(tmp_path, mapping, tables)
    assert [each["username"] for each in made.table("account")] == ["b"]
    assert [each["username"] for each in made.table("account_other")] == ["a"]


def test_accounts_that_are_only_spoken_of_have_a_row_with_a_flag(tmp_path):
    message = '[[message_meta]]\nfrom = "b:pm"\nfrom_account = "f"\nto_account = "t"\n'
    tables = {
        "a:users": [{"id": "1"}],
        "a:logins": [row(user="3"), row(user="1"), row(user="3")],
        "b:pm": [{"f": "1", "t": "4"}, {"f": "zz@mail.example", "t": None}],
    }
    made = put_through(tmp_path, HEAD + ACCOUNT + LOGIN + message, tables)
    accounts = made.table("account")
    assert [(each["account"], each["flag"]) for each in accounts] == [
        ("1", None),
        ("3", "no row"),
        ("4", "no row"),
    ]
    assert (accounts[1]["artefact"], accounts[1]["raw_table"], accounts[1]["ref"]) == (
        0,
        "logins",
        0,
    )
    assert (accounts[2]["artefact"], accounts[2]["raw_table"]) == (1, "pm")


def test_a_joined_row_counts_once_or_not_at_all(tmp_path):
    mapping = HEAD + (
        '[[login]]\nfrom = "b:sessions"\nip = "ip"\nts = "at"\n'
        'join.u = {from = "a:users", on = {user = "name"}}\n'
        'account = {join = "u", column = "id"}\n'
    )
    users = [
        {"id": "7", "name": "zz-one"},
        {"id": "8", "name": "zz-two"},
        {"id": "9", "name": "zz-two"},
    ]
    rows = [row(user="zz-one"), row(user="zz-two"), row(user="zz-three"), row(user=None)]
    made = put_through(tmp_path, mapping, {"a:users": users, "b:sessions": rows})
    assert [each["account"] for each in made.table("login")] == ["7"]
    assert made.reasons() == {
        "no account": 1,
        "no row where one is joined": 1,
        "several rows where one is joined": 1,
    }


def test_only_rows_that_meet_every_condition_are_taken(tmp_path):
    mapping = (
        HEAD
        + LOGIN
        + (
            'where.kind = ["in", "re"]\nwhere.path = {match = "^/log(in|on)$"}\n'
            'where.note = {filled = false}\nwhere.agent = {not = "zz-bot"}\n'
        )
    )
    good = row(kind="in", path="/login", note="", agent=None)
    others = [
        {**good, "kind": "out"},
        {**good, "kind": None},
        {**good, "path": "/login/x"},
        {**good, "path": None},
        {**good, "note": "x"},
        {**good, "agent": "zz-bot"},
    ]
    made = put_through(tmp_path, mapping, {"a:logins": [good, *others, {**good, "kind": "re"}]})
    assert len(made.table("login")) == 2
    assert made.told.sources[0]["not_asked"] == 6
    assert made.reasons() == {}


def test_events_have_words_digests_and_parts_of_texts(tmp_path):
    mapping = HEAD + (
        '[[media_event]]\nfrom = "a:log"\naccount = "user"\nts = "at"\n'
        'kind = {column = "verb", codes = {GET = "download", POST = "upload"}}\n'
        'media = {column = "path", match = "^/m/([0-9]+)$"}\nip = "ip"\n'
        '[[media]]\nfrom = "a:files"\nmedia = "id"\nsha256 = "sha"\nmd5 = "md5"\n'
        'name = {columns = ["dir", "file"], joined_by = "/"}\n'
        '[[payment]]\nfrom = "a:pay"\naccount = "user"\namount = {column = "sum", decimal = ","}\n'
        'wallet = "wallet"\nstatus = "state"\nchargeback = {constant = "false"}\n'
    )
    log = [
        row(verb="GET", path="/m/12", ip="2001:DB8::1"),
        row(verb="PUT", path="/m/12"),
        row(verb="POST", path="/x"),
    ]
    sha = hashlib.sha256(b"zz").hexdigest()
    files = [
        {"id": "12", "sha": sha.upper(), "md5": "0x" + sha[:32], "dir": "zz", "file": "a.png"},
        {"id": "13", "sha": sha[:-1], "md5": None, "dir": None, "file": "b.png"},
    ]
    wallet = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"
    pay = [
        {"user": "1", "sum": "12,50", "wallet": wallet, "state": "OK"},
        {"user": "1", "sum": "1.250,00", "wallet": "zz", "state": "odd"},
    ]
    tables = {"a:log": log, "a:files": files, "a:pay": pay}
    made = put_through(tmp_path, mapping, tables)
    events = made.table("media_event")
    assert [(each["kind"], each["media"], each["ip"]) for each in events] == [
        ("download", "12", "2001:db8::1"),
        ("upload", None, "240.0.0.1"),
    ]
    assert made.reasons() == {"a value that the mapping has no code for": 1}
    one, two = made.table("media")
    assert (one["sha256"], one["md5"], one["name"]) == (sha, sha[:32], "zz/a.png")
    assert (two["sha256"], two["name"]) == (None, "b.png")
    assert made.reasons("sha256") == {"no digest of that kind": 1}
    first, second = made.table("payment")
    assert (first["amount"], first["status"], first["chargeback"]) == (12.5, "ok", False)
    assert (first["wallet"], first["wallet_checked"]) == (wallet.lower(), True)
    assert (second["amount"], second["status"]) == (None, None)
    assert made.reasons("amount") == {"no number": 1}


@pytest.mark.parametrize(
    ("read_as", "raw"), [("hex address", "0xf0000001"), ("number address", "4026531841")]
)
def test_addresses_as_bytes_and_numbers_are_read_where_it_is_told(tmp_path, read_as, raw):
    mapping = HEAD + LOGIN.replace('ip = "ip"', f'ip = {{column = "ip", read_as = "{read_as}"}}')
    made = put_through(tmp_path, mapping, {"a:logins": [row(ip=raw), row(ip="240.0.0.1")]})
    assert [each["ip"] for each in made.table("login")] == ["240.0.0.1", None]


def test_bytes_of_text_are_read_where_it_is_told(tmp_path):
    mapping = HEAD + ACCOUNT + 'username = {column = "name", read_as = "hex text"}\n'
    rows = [
        {"id": "1", "name": "0x" + "zü".encode().hex()},
        {"id": "2", "name": "0xff"},
        {"id": "3", "name": "zz"},
    ]
    made = put_through(tmp_path, mapping, {"a:users": rows})
    assert [each["username"] for each in made.table("account")] == ["zü", None, "zz"]


def test_the_same_rows_make_the_same_bytes_whatever_the_threads_and_lots(tmp_path, monkeypatch):
    drawn = random.Random(3)
    mapping = HEAD + ACCOUNT + 'email = "mail"\nphone = "phone"\n' + LOGIN
    users = [
        {
            "id": str(at),
            "mail": f"ZZ{drawn.randrange(5000)}@mail.example",
            "phone": f"+4930231250{drawn.randrange(100):02}",
        }
        for at in range(3000)
    ]
    logins = [
        row(
            user=str(drawn.randrange(3100)),
            ip=f"240.0.{drawn.randrange(256)}.{drawn.randrange(256)}",
            at=f"2024-{drawn.randrange(1, 13):02}-05 {drawn.randrange(24):02}:00:00",
        )
        for _ in range(6000)
    ]
    digests = set()
    for threads, lot in ((1, 100_000), (2, 700)):
        monkeypatch.setattr(spool, "ROWS", lot)
        tables = {"a:users": parts("users", users), "a:logins": parts("logins", logins)}
        made = put_through(tmp_path / str(threads), mapping, tables, threads=threads)
        digests.add(
            tuple(
                (path.name, hashlib.sha256(path.read_bytes()).hexdigest())
                for path in sorted(made.out.iterdir())
            )
        )
    ((*files,),) = digests
    assert [name for name, _ in files] == [
        "account.parquet",
        "account_other.parquet",
        "login.parquet",
        "media.parquet",
        "media_event.parquet",
        "media_other.parquet",
        "message_meta.parquet",
        "payment.parquet",
    ]
    logins_out = made.table("login")
    assert logins_out == sorted(
        logins_out, key=lambda each: (each["account"], each["ts"], each["ref"])
    )
