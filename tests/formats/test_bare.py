import subprocess
from shutil import which

import pytest

from fanal.formats import recognize
from fanal.formats.bare import BareReader
from makers import lists


def test_the_length_tells_the_kind(reading):
    md5, sha1 = lists.digest("md5", 1), lists.digest("sha1", 1)
    one, two = reading.known("bare", f"# zz\n\n{md5.upper()}\n{sha1}\n".encode())
    assert (one.md5, two.sha1) == (md5, sha1)


def test_a_few_hashes_of_64_digits_are_taken_as_both(reading):
    sha256 = lists.digest("sha256", 1)
    (known,) = reading.known("bare", sha256.encode() + b"\n")
    assert (known.sha256, known.pdq) == (sha256, sha256)
    empty = b"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\n"
    assert reading.known("bare", empty) == []


def test_many_are_told_apart(reading):
    sha256 = [lists.digest("sha256", n) for n in range(99)]
    known = reading.known("bare", "\n".join([*sha256, ""]).encode())
    assert [each.sha256 for each in known] == sha256
    assert {each.pdq for each in known} == {""}
    assert BareReader().profile(reading.path) == "one hash a line: sha256"


def test_every_line_refused_is_counted(reading):
    md5 = lists.digest("md5", 1)
    lines = [md5, "d41d8cd98f00b204e9800998ecf8427e", md5[1:], "hello", "x" * 70_000, md5, ""]
    assert reading.reasons("bare", "\n".join(lines).encode()) == {
        "zero-length file: md5": 1,
        "wrong length: hash": 1,
        "not hexadecimal: hash": 1,
        "row too long": 1,
    }
    assert len(reading.known("bare", "\n".join(lines).encode())) == 2


def test_a_cut_last_line_is_not_taken(reading):
    sha1 = lists.digest("sha1", 1)
    found = reading.all("bare", f"{sha1}\n{sha1[:32]}".encode())
    assert [getattr(each, "reason", "") for each in found] == [
        "",
        "file ends early: the last row is cut",
    ]


@pytest.mark.skipif(which("md5sum") is None, reason="md5sum is not installed")
def test_what_md5sum_writes_is_read(tmp_path):
    for number in range(3):
        (tmp_path / f"zz {number}").write_bytes(b"zz-test-%d" % number)
    (tmp_path / "odd\nname").write_bytes(b"zz-test-3")
    names = ["zz 0", "zz 1", "zz 2", "odd\nname"]
    done = subprocess.run(["md5sum", *names], cwd=tmp_path, capture_output=True, check=True)
    (tmp_path / "list").write_bytes(done.stdout)
    found = list(recognize(tmp_path / "list").read(tmp_path / "list"))
    assert [each.md5 for each in found] == [lists.digest("md5", n) for n in range(4)]
    assert [each.fields["name"] for each in found][:3] == names[:3]


def test_the_public_md5sum_list(corpus):
    path = corpus / "testmd5.dat"
    words = [line.split() for line in path.read_text().splitlines() if line.strip()]
    found = list(recognize(path).read(path))
    assert [(k.md5, k.fields["name"]) for k in found] == [
        (md5.lower(), name.removeprefix("*")) for md5, name in words
    ]
