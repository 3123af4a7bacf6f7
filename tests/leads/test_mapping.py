from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.errors import UsageError
from fanal.leads.mapping import read_mapping
from fanal.leads.mapping_values import Value
from fanal.leads.tables import TABLES
from fanal.leads.times import Form

WHOLE = """
[site]
name = "zz-harbour"
clock_offset_s = 12
clock_measured_by = "Zz Examiner"
clock_measured_at = 2025-02-26T08:00:00Z
from = 2022-01-01
to = "2025-02-27"
phone_region = "DK"
zone = "Europe/Copenhagen"
server_country = "DK"
app_banks = ["LT:00000"]

[[artefact]]
name = "shop"
file = "dump.sql"
options = {encoding = "latin-1", width = 7}

[[artefact]]
name = "log"
file = "access.log"
clock_offset_s = -1.5
clock_measured_by = "Zz Other"

[[account]]
from = "shop:users"
account = "id"
email = "mail"
created = "made"

[[login]]
from = "log:access_log"
where.status = [200, "302"]
where.path = {match = "^/login", not = "/login/out"}
where.user = {filled = true}
join.u = {from = "shop:users", on = {user = "name"}}
account = {join = "u", column = "id"}
ip = {column = "host"}
ts = {column = "time", form = "%d/%b/%Y:%H:%M:%S %z"}
outcome = {column = "status", codes = {"302" = "ok"}, else = "failed"}
device = {columns = ["agent", "more"], joined_by = "/"}

[[payment]]
from = "shop:pay"
account = "user"
method = {constant = "card"}
card = "pan"
iban = "iban"
amount = {column = "cents", scale = 0.01}
ts = {column = "at", form = "unix"}
"""


def refused(text):
    with pytest.raises(UsageError) as told:
        read_mapping(text)
    return f"{told.value.message} | {told.value.advice}"


def test_a_mapping_says_where_each_column_comes_from():
    read = read_mapping(WHOLE)
    assert (read.name, read.phone_region, read.server_country) == ("zz-harbour", "DK", "DK")
    assert (read.bounds.first, read.bounds.last) == (date(2022, 1, 1), date(2025, 2, 27))
    assert read.app_banks == {"LT00000"}
    shop, log = read.files
    assert shop.options == {"encoding": "latin-1", "width": "7"}
    assert (shop.clock.offset_s, shop.clock.by) == (12.0, "Zz Examiner")
    assert shop.clock.at == "2025-02-26T08:00:00+00:00"
    assert (log.clock.offset_s, log.clock.by) == (-1.5, "Zz Other")
    account, login, payment = read.sources
    assert account.values["created"].form == Form("iso", "Europe/Copenhagen")
    assert login.values["ts"].form == Form("%d/%b/%Y:%H:%M:%S %z", "in the text")
    assert login.values["account"] == Value(("id",), join="u")
    assert login.values["device"] == Value(("agent", "more"), joined_by="/")
    assert login.values["outcome"].codes == (("302", "ok"),)
    assert login.values["outcome"].otherwise == "failed"
    assert login.joins["u"].on == (("user", "name"),)
    status, path, user = login.where
    assert status.among == ("200", "302")
    assert (path.match, path.none_of) == ("^/login", ("/login/out",))
    assert user.filled is True
    assert payment.values["ts"].form == Form("unix", "")


def test_only_columns_that_are_named_are_wanted():
    read = read_mapping(WHOLE)
    assert read.wanted["shop", "users"] == {"id", "mail", "made", "name"}
    assert read.wanted["log", "access_log"] == {
        "status",
        "path",
        "user",
        "host",
        "time",
        "agent",
        "more",
    }


def test_columns_that_are_cut_while_reading_are_known_before():
    roles = read_mapping(WHOLE).roles()
    assert roles["shop", "pay", "pan"] == "card"
    assert roles["shop", "pay", "iban"] == "iban"
    assert roles["shop", "users", "id"] == "key"
    assert roles["shop", "users", "name"] == "key"
    assert roles["log", "access_log", "user"] == "key"
    assert ("shop", "users", "mail") not in roles


@pytest.mark.parametrize(
    ("here", "instead", "says"),
    [
        ('name = "zz-harbour"', 'nam = "zz-harbour"', "no key 'nam' | did you mean 'name'?"),
        ('name = "zz-harbour"', 'name = "zz harbour"', "cannot be called"),
        ('name = "zz-harbour"', "name = 7", "7 is no text"),
        ("[site]", "[sites]", "did you mean 'site'?"),
        ("[[login]]", "[[logins]]", "did you mean 'login'?"),
        ("[[login]]", "[login]", "double brackets"),
        ('ip = {column = "host"}', 'ipp = "host"', "did you mean 'ip'?"),
        ('ip = {column = "host"}', 'ip = {colum = "host"}', "did you mean 'column'?"),
        ('ip = {column = "host"}', "ip = {}", "names no column and no constant"),
        ('ip = {column = "host"}', 'ip = ""', "name of a column is empty"),
        ('ip = {column = "host"}', 'ip = {column = "h", read_as = "hex"}', "no value 'hex'"),
        ('"shop:pay"', '"shpo:pay"', "did you mean 'shop'?"),
        ('"shop:pay"', '"pay"', "names no table"),
        ('from = "shop:pay"', "", "its from is missing"),
        ('account = "user"', "", "its account is missing"),
        ('join = "u"', 'join = "v"', "there is no join 'v'"),
        ('on = {user = "name"}', "on = {}", "no column is named"),
        ('else = "failed"', 'else = "faild"', "did you mean 'failed'?"),
        ('{"302" = "ok"}', '{"302" = "okay"}', "no value 'okay'"),
        ('{constant = "card"}', '{constant = "carb"}', "did you mean 'card'?"),
        ('zone = "Europe/Copenhagen"', 'zone = ""', "its zone is missing"),
        ('zone = "Europe/Copenhagen"', 'zone = "Europe/Kopenhagen"', "no zone named"),
        ('form = "unix"', 'form = "unx"', "its form cannot be"),
        ('form = "unix"', 'form = "unix", zone = "Europe/Oslo"', "leave its zone out"),
        ('{column = "at", form = "unix"}', '{constant = "1"}', "a time is no constant"),
        ('iban = "iban"', 'iban = "pan"', "it is named as card and as iban"),
        ('iban = "iban"', 'psp_ref = "pan"', "it is named as card and as text"),
        ('iban = "iban"', 'iban = {columns = ["a", "b"]}', "come from one column"),
        ("scale = 0.01", "scale = 0", "no factor"),
        ("scale = 0.01", 'scale = "x"', "no factor"),
        ('match = "^/login"', "match = 7", "no text"),
        ("filled = true", "filled = 1", "neither true nor false"),
        ("from = 2022-01-01", "from = 2026-01-01", "later than"),
        ("from = 2022-01-01", 'from = "yesterday"', "is no day"),
        ('clock_measured_by = "Zz Examiner"', "", "who measured the clock"),
        ("clock_offset_s = 12", 'clock_offset_s = "12"', "no number of seconds"),
        ('phone_region = "DK"', 'phone_region = "Denmark"', "no country"),
        ('["LT:00000"]', '["00000"]', "no bank"),
        ('name = "log"', 'name = "shop"', "another artefact has it"),
        ('name = "log"', 'name = "l:og"', "no name"),
        ('file = "access.log"', "", "its file is missing"),
        ('{column = "host"}', '{column = "host", match = "("}', "no pattern"),
        ('{column = "host"}', '{column = "host", match = "a"}', "has no group"),
        ('{column = "host"}', '{column = "host", else = "x"}', "no codes beside it"),
        ("[site]", "[site", "not valid TOML"),
    ],
)
def test_what_is_wrong_is_refused_with_its_place(here, instead, says):
    assert here in WHOLE
    assert says in refused(WHOLE.replace(here, instead, 1))


def test_a_mapping_that_maps_nothing_is_refused():
    text = WHOLE[: WHOLE.index("[[account]]")]
    assert "no table of it becomes a canonical one" in refused(text)


def test_every_time_needs_a_zone_unless_it_is_counted_or_told():
    text = WHOLE.replace('zone = "Europe/Copenhagen"', "", 1)
    assert "[[account]] 1, created: its zone is missing" in refused(text)
    told = text.replace('created = "made"', 'created = {column = "made", zone = "+02:00"}')
    assert read_mapping(told).sources[0].values["created"].form == Form("iso", "+02:00")


@given(st.text(max_size=300))
def test_any_text_is_a_mapping_or_refused(text):
    with pytest.raises(UsageError):
        read_mapping(text)


@given(
    st.sampled_from(sorted(TABLES)),
    st.dictionaries(
        st.sampled_from(["account", "ts", "ip", "from", "where", "join", "email", "media", "kind"]),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(max_size=5),
            lambda inner: (
                st.lists(inner, max_size=2)
                | st.dictionaries(st.sampled_from(["column", "codes", "form", "on", "u"]), inner)
            ),
            max_leaves=6,
        ),
    ),
)
def test_any_values_are_a_mapping_or_refused(table, values):
    def spelt(value):
        if isinstance(value, dict):
            return "{" + ", ".join(f"{key} = {spelt(one)}" for key, one in value.items()) + "}"
        if isinstance(value, list):
            return "[" + ", ".join(map(spelt, value)) + "]"
        if isinstance(value, str):
            return '"' + "".join(f"\\U{ord(letter):08x}" for letter in value) + '"'
        return (
            str(value is True).lower() if value is None or isinstance(value, bool) else f"{value}"
        )

    head = '[site]\nname = "zz"\n[[artefact]]\nname = "a"\nfile = "f"\n'
    body = "\n".join(f"{key} = {spelt(value)}" for key, value in values.items())
    with suppress(UsageError):
        assert read_mapping(f"{head}[[{table}]]\n{body}\n").sources[0].into == table
