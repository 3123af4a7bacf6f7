"""Mailboxes and messages of a seized site."""

import hashlib
import time

import pytest

from fanal.model.site import RowRefused, Rows
from fanal.sources.server import mail_message
from fanal.sources.server.mail import MailReader
from fanal.sources.server.mail_message import COLUMNS, row_of
from makers.site_files import mbox, message


def rows_of(path, data):
    path.write_bytes(data)
    found = list(MailReader().read(path, {}))
    return [
        dict(zip(each.columns, row, strict=True))
        for each in found
        if isinstance(each, Rows)
        for row in each.rows
    ], [each for each in found if isinstance(each, RowRefused)]


def test_headers_are_kept_and_words_are_not(tmp_path):
    rows, refused = rows_of(tmp_path / "zz.eml", message(3, b"zz-test-3"))
    assert refused == []
    assert rows == [
        {
            "message_id": "<zz.3@mail.test>",
            "from": "Zz Tést <zz3@mail.test>",
            "from_address": "zz3@mail.test",
            "to": "zz-site <zz@site.example>, other@mail.test",
            "to_address": "zz@site.example",
            "cc": None,
            "date": "Thu, 1 Jan 2026 00:00:03 +0100",
            "received": "from mx.test ([240.0.0.9]) by mx.example; Thu, 1 Jan 2026 00:00:00 +0100",
            "bytes": str(len(message(3, b"zz-test-3"))),
            "has_attachment": "1",
            "attachments": hashlib.sha256(b"zz-test-3").hexdigest(),
        }
    ]
    assert "secret" not in str(rows)


def test_a_mailbox_is_taken_apart_at_its_own_lines(tmp_path):
    data = mbox(7).replace(b"zz secret words", b"zz\n>From the words\nFrom here on", 1)
    rows, refused = rows_of(tmp_path / "zz.mbox", data)
    assert [row["message_id"] for row in rows] == [f"<zz.{at}@mail.test>" for at in range(7)]
    assert [row["has_attachment"] for row in rows] == list("1001001")
    assert refused == []


def test_each_message_is_read_again_from_its_bytes(tmp_path):
    path = tmp_path / "zz.mbox"
    path.write_bytes(mbox(5))
    for found in MailReader().read(path, {}):
        for row, ref, size in zip(found.rows, found.refs, found.sizes, strict=True):
            assert list(MailReader().at(path, {}, ref, size).rows[0]) == list(row)
    assert sum(found.sizes) == len(mbox(5))
    assert isinstance(MailReader().at(path, {}, 10**9, 50), RowRefused)


@pytest.mark.parametrize(
    "data",
    [
        b"Content-Type: multipart/mixed; boundary=a\n\n" + b"--a\nContent-Type: multipart/mixed;"
        b" boundary=a\n\n" * 3000,
        b"From: " + b"=?utf-8?q?" * 20_000 + b"\nTo: x\n\nzz",
        b"From: " + b"<" * 100_000 + b"\nTo: x\n\nzz",
        b"From: " + b"(" * 100_000 + b"\nTo: x\n\nzz",
        b"To: " + b"a@b.test, " * 30_000 + b"\nFrom: x\n\nzz",
        (
            b"Content-Type: text/plain; charset=zz\nContent-Transfer-Encoding: base64\n"
            b"Content-Disposition: attachment\nFrom: =?zz?b?!?=\n\n!!!"
        ),
        b"\0\xff\xfe: zz\nFrom: \xff\xfe\n\n",
    ],
    ids=range(7),
)
def test_hostile_headers_neither_raise_nor_hang(data):
    begin = time.process_time()
    row = row_of(data, len(data))
    assert time.process_time() - begin < 5
    assert len(row) == len(COLUMNS)
    "".join(each or "" for each in row).encode()


def test_a_message_too_long_keeps_its_headers(tmp_path, monkeypatch):
    for module in ("mail", "window", "stream"):
        monkeypatch.setattr(f"fanal.sources.server.{module}.LONGEST", 1 << 20)
    big = message(1, b"zz" * (3 << 20)).replace(b"\r\n", b"\n")
    stamp = b"From zz@mail.test Thu Jan  1 00:00:00 2026\n"
    rows, _ = rows_of(tmp_path / "zz.mbox", stamp + big + b"\n" + mbox(2))
    assert [row["message_id"] for row in rows] == [f"<zz.{at}@mail.test>" for at in (1, 0, 1)]
    assert rows[0]["has_attachment"] is None
    assert len(big) <= int(rows[0]["bytes"]) <= len(big) + 2


def test_text_without_headers_is_no_message(tmp_path):
    rows, refused = rows_of(tmp_path / "zz.eml", b"zz-test-0001\n")
    assert rows == []
    assert [each.reason for each in refused] == ["no message"]
    assert mail_message.HEAD == 1 << 18
