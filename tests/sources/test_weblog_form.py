"""Lines of web servers' logs, by the usual forms and by those that configurations say."""

import pytest

from fanal.errors import UsageError
from fanal.sources.server.weblog_form import form_of

HOST = "2001:db8::7"
COMBINED = (
    f'{HOST} - zz [10/Oct/2025:13:55:36 +0200] "GET /zz?a=%22 HTTP/1.1" 200 2326'
    ' "https://zz.example/" "zz \\"agent\\""'
)


def read(told, line):
    form = form_of(told)
    row = form.row(line)
    return None if row is None else dict(zip(form.columns, row, strict=True))


@pytest.mark.parametrize("told", ["", "combined"])
def test_a_combined_line_has_its_columns(told):
    row = read(told, COMBINED)
    assert row["host"] == HOST
    assert (row["user"], row["status"], row["bytes"]) == ("zz", "200", "2326")
    assert (row["method"], row["path"], row["protocol"]) == ("GET", "/zz?a=%22", "HTTP/1.1")
    assert row["agent"] == 'zz \\"agent\\"'
    assert row["time"].startswith("10/Oct/2025")


def test_a_virtual_host_before_the_address_is_told_apart_from_it():
    row = read("", f"zz.example:443 {COMBINED}")
    assert (row["vhost"], row["vhost_port"], row["host"]) == ("zz.example", "443", HOST)


@pytest.mark.parametrize(
    ("told", "line", "wanted"),
    [
        (
            '$remote_addr:$remote_port [$time_iso8601] "$request" $status',
            '240.0.0.9:50123 [2025-10-10T13:55:36+02:00] "GET / HTTP/2.0" 304',
            {"host": "240.0.0.9", "port": "50123", "status": "304", "path": "/"},
        ),
        (
            '%h %t "%r" %>s %D',
            '240.0.0.9 [10/Oct/2025:13:55:36 +0200] "POST /zz HTTP/1.1" 200 1500',
            {"host": "240.0.0.9", "method": "POST", "took_us": "1500"},
        ),
        ("${msec} $zz_own", "1760097336.125 zz-test-0001", {"zz_own": "zz-test-0001"}),
    ],
)
def test_a_configuration_says_how_lines_are_written(told, line, wanted):
    row = read(told, line)
    assert {name: row[name] for name in wanted} == wanted


@pytest.mark.parametrize("line", ["", "zz", "\0" * 50, COMBINED + "\n", COMBINED[:60]])
def test_what_is_no_such_line_is_none(line):
    assert read("", line) is None


def test_a_form_without_variables_is_refused():
    with pytest.raises(UsageError, match="without variables"):
        form_of("zz")


def test_a_request_that_is_none_stays_as_it_stands():
    row = read("", COMBINED.replace("GET /zz?a=%22 HTTP/1.1", "\\x16\\x03"))
    assert (row["request"], row["method"], row["path"]) == ("\\x16\\x03", None, None)


def test_a_hostile_line_ends_at_once():
    assert read("", f"{HOST} - " + "a" * 200_000) is None
    assert read("combined", '"' * 200_000) is None
