"""A receiver checks all before anything is written; what counts no more is refused and marked."""

import os
import shutil
import subprocess
from dataclasses import replace

import pytest

from fanal.custody.sign import public_pem
from fanal.errors import PackageError, UsageError
from fanal.exchange.manifest import RECALL, Party
from fanal.pipeline.received import Given, open_package, sender_key, struck, verify
from fanal.pipeline.received_register import read
from makers.cases import signer
from makers.packages import (
    FILES,
    LEAD,
    archive,
    encrypted,
    identity,
    key_file,
    manifest,
    public,
    receiving,
    sealed,
)

KEY = signer().public
NAME = "leads/L-000000000001.json"


@pytest.fixture
def there(tmp_path):
    """A machine that receives, and how it is given a package."""

    class There:
        settings = receiving(tmp_path)

        def given(self, data, sender=""):
            path = tmp_path / "p.age"
            path.write_bytes(data)
            return Given(path, key_file(tmp_path), sender)

        def verify(self, data, sender=""):
            return verify(self.settings, self.given(data, sender))

        def open(self, data, name, sender=""):
            return open_package(self.settings, self.given(data, sender), tmp_path / name)

    return There()


def forged(other, name="ZZ Sender"):
    party = Party(name, public(2), other.public)
    return sealed(by=other, sender=party).data


def test_it_is_opened_whole(there, tmp_path):
    taken = there.open(sealed().data, "out")
    names = {
        path.relative_to(tmp_path / "out").as_posix()
        for path in (tmp_path / "out").rglob("*")
        if path.is_file()
    }
    assert names == {"manifest.json", "manifest.sig", "sender.pem", *FILES}
    for name, data in FILES.items():
        assert (tmp_path / "out" / name).read_bytes() == data
    assert (tmp_path / "out" / NAME).stat().st_mode & 0o777 == 0o600
    assert taken.before is None
    assert verify(there.settings, Given(tmp_path / "out", None, KEY)).is_folder


def test_to_verify_leaves_nothing(there, tmp_path):
    told = there.verify(sealed().data, KEY)
    assert (told.is_known, told.opened.manifest.id) == (True, "p-0123456789ab")
    assert {path.name for path in tmp_path.iterdir()} == {"p.age", "receiver-1.key"}


def test_a_decrypted_archive_needs_no_key_of_the_receiver(there, tmp_path):
    (tmp_path / "p.tar").write_bytes(archive())
    assert verify(there.settings, Given(tmp_path / "p.tar", None, KEY)).opened.files == FILES


def test_an_encrypted_one_does(there, tmp_path):
    with pytest.raises(UsageError, match="encrypted"):
        verify(there.settings, replace(there.given(sealed().data), identity=None))


def test_the_first_package_of_a_key_is_taken_on_trust_and_says_so(there):
    assert "nobody here has named that key before" in there.verify(sealed().data).trust
    assert not there.open(sealed().data, "out").checked.is_known
    again = there.verify(sealed().data)
    assert again.is_known
    assert "this machine knows them" in again.trust


def test_a_known_sender_with_another_key_is_refused_until_it_is_named(there):
    there.open(sealed().data, "out")
    other = signer(7)
    with pytest.raises(PackageError, match="this machine knows"):
        there.verify(forged(other))
    with pytest.raises(PackageError, match="this machine knows 'ZZ Sender'"):
        there.verify(forged(signer(), "Somebody else"))
    newer = sealed(by=other, sender=Party("ZZ Sender", public(2), other.public), version=2).data
    there.open(newer, "new", other.public)
    assert read(there.settings).known_by("ZZ Sender") == [other.public]
    with pytest.raises(PackageError, match="this machine knows"):
        there.verify(sealed(id="p-bbbbbbbbbbbb").data)


def test_another_senders_package_of_the_same_id_is_another_one(there):
    there.open(sealed(version=5).data, "out")
    other = signer(7)
    there.open(forged(other, "Somebody else"), "other")


def test_a_newer_version_strikes_the_older_one_through(there, tmp_path):
    there.open(sealed().data, "v1")
    files = {**FILES, NAME: b'{"email":"zz-new@mail.example"}'}
    taken = there.open(sealed(files, version=2, reason="zz-wrong address").data, "v2")
    assert taken.before is not None
    assert taken.before.version == 1
    (line,) = struck(taken.lines)
    assert (line.where, line.was, line.now) == (
        "email",
        "zz@mail.example",
        "zz-new@mail.example",
    )
    page = (tmp_path / "v1/SUPERSEDED.html").read_text()
    assert "<del>zz@mail.example</del>" in page
    assert "zz-wrong address" in page
    assert not (tmp_path / "v2/SUPERSEDED.html").exists()
    with pytest.raises(PackageError, match="counts no more"):
        verify(there.settings, Given(tmp_path / "v1", None, KEY))


def test_a_stale_version_is_refused(there, tmp_path):
    there.open(sealed(version=3).data, "v3")
    for version in (1, 2):
        with pytest.raises(PackageError, match=f"version {version} counts no more"):
            there.open(sealed(version=version).data, "old")
        with pytest.raises(PackageError, match="counts no more"):
            there.verify(sealed(version=version).data)
    assert not (tmp_path / "old").exists()


def test_two_of_one_number_are_refused_and_the_same_twice_is_not(there, tmp_path):
    there.open(sealed().data, "one")
    there.open(sealed().data, "two")
    with pytest.raises(PackageError, match="two of one number"):
        there.open(sealed(reason="another").data, "three")
    there.open(sealed(version=2).data, "four")
    assert (tmp_path / "one/SUPERSEDED.html").exists()
    assert (tmp_path / "two/SUPERSEDED.html").exists()


def test_a_recall_takes_everything_back(there, tmp_path):
    there.open(sealed().data, "v1")
    recall = sealed(
        {"recall.txt": b"zz"}, kind=RECALL, version=2, leads={}, withdrawn=(LEAD,), reason="zz"
    ).data
    taken = there.open(recall, "recall")
    assert [line.was for line in struck(taken.lines)] == ["zz@mail.example"]
    assert f"<del>{LEAD}</del>" in (tmp_path / "v1/SUPERSEDED.html").read_text()
    with pytest.raises(PackageError, match="a recall of it was opened"):
        there.open(sealed().data, "again")


def test_a_folder_that_is_gone_or_changed_is_not_marked(there, tmp_path):
    there.open(sealed().data, "v1")
    (tmp_path / "v1" / NAME).write_bytes(b"{}")
    taken = there.open(sealed(version=2).data, "v2")
    assert taken.lines == ()
    assert not (tmp_path / "v1/SUPERSEDED.html").exists()
    shutil.rmtree(tmp_path / "v2")
    assert there.open(sealed(version=3).data, "v3").lines == ()


def changed(folder, what):
    if what == "changed":
        (folder / NAME).write_bytes(b"{}")
    elif what == "missing":
        (folder / NAME).unlink()
    elif what == "extra":
        (folder / "extra.txt").write_bytes(b"zz")
    elif what == "link":
        (folder / NAME).unlink()
        (folder / NAME).symlink_to("/etc/hostname")
    elif what == "pipe":
        os.mkfifo(folder / "pipe")
    elif what == "padding":
        (folder / "padding").write_bytes(b"zz")


@pytest.mark.parametrize(
    ("what", "why"),
    [
        ("changed", "bytes and not|SHA-256"),
        ("missing", "is missing"),
        ("extra", "does not name it"),
        ("link", "no plain file"),
        ("pipe", "no plain file"),
        ("padding", "hidden"),
    ],
)
def test_an_opened_folder_that_was_changed_is_refused(there, tmp_path, what, why):
    there.open(sealed().data, "out")
    changed(tmp_path / "out", what)
    with pytest.raises(PackageError, match=why):
        verify(there.settings, Given(tmp_path / "out"))


@pytest.mark.skipif(not shutil.which("age"), reason="the program age is not installed")
def test_a_folder_that_stock_programs_unpacked_is_verified(there, tmp_path):
    given = there.given(sealed().data)
    (tmp_path / "stock").mkdir()
    line = f"age -d -i {given.identity} {given.package} | tar xf - -C {tmp_path / 'stock'}"
    subprocess.run(["bash", "-c", line], check=True)
    assert verify(there.settings, Given(tmp_path / "stock", None, KEY)).opened.files == FILES


def test_nothing_is_written_where_anything_is_wrong(there, tmp_path):
    data = bytearray(sealed().data)
    data[-5] ^= 1
    with pytest.raises(PackageError):
        there.open(bytes(data), "out")
    with pytest.raises(PackageError, match="by which the sender is known"):
        there.open(sealed().data, "out", signer(7).public)
    other = encrypted(archive(recipient=Party("ZZ Other", public(3))))
    with pytest.raises(PackageError, match="made for"):
        there.open(other, "out")
    assert {path.name for path in tmp_path.iterdir()} <= {"p.age", "receiver-1.key", "receiver"}
    assert not read(there.settings).opened


def test_it_is_opened_to_a_new_folder_only(there, tmp_path):
    (tmp_path / "out").mkdir()
    for name in ("out", "no/folder"):
        with pytest.raises(UsageError):
            there.open(sealed().data, name)
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    with pytest.raises(UsageError):
        there.open(sealed().data, "link")


def test_a_sender_is_named_by_its_key_or_its_file(tmp_path):
    (tmp_path / "k.pem").write_bytes(public_pem(KEY))
    assert sender_key(KEY) == sender_key(str(tmp_path / "k.pem")) == KEY
    (tmp_path / "bad.pem").write_bytes(b"zz")
    for text in ("zz", str(tmp_path / "bad.pem"), str(tmp_path), "a\0b"):
        with pytest.raises(UsageError):
            sender_key(text)


def test_a_register_that_was_damaged_stops_everything(there):
    there.open(sealed().data, "out")
    file = there.settings.home + "/packages.json"
    for text in (b"{", b"[]", b'{"senders":{},"opened":{"x":{}}}', b"\xff"):
        with open(file, "wb") as out:  # noqa: PTH123
            out.write(text)
        with pytest.raises(PackageError, match="cannot be read"):
            there.verify(sealed().data)


def test_the_key_of_the_receiver_is_the_one_it_was_made_for():
    assert manifest().recipient.age_key == str(identity().to_public())


def test_what_is_no_plain_file_is_not_read(there, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(UsageError, match="no plain file"):
        verify(there.settings, Given(tmp_path / "pipe"))
