"""Stock programs open a package and check it; any changed byte, and any medium, is refused."""

import base64
import os
import shutil
import subprocess

import pyrage
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.errors import PackageError, UsageError
from fanal.exchange.container import LEAST, unpack
from fanal.exchange.manifest import digest
from fanal.exchange.seal import media, render, seal
from fanal.exchange.unseal import check, check_files, meant_for, unlock
from makers.cases import signer
from makers.packages import (
    FILES,
    archive,
    encrypted,
    identity,
    key_file,
    manifest,
    packed,
    public,
    sealed,
)

needs_age = pytest.mark.skipif(not shutil.which("age"), reason="the program age is not installed")
needs_openssl = pytest.mark.skipif(not shutil.which("openssl"), reason="openssl is not installed")


def opened(data, key=""):
    return check(unlock(data, [identity()]), key)


@needs_age
@needs_openssl
def test_age_tar_and_openssl_open_and_check_it(tmp_path):
    (tmp_path / "p.age").write_bytes(sealed().data)
    key = key_file(tmp_path)
    (tmp_path / "out").mkdir()
    line = f"age -d -i {key} p.age | tar xf - -C out"
    told = subprocess.run(
        ["bash", "-o", "pipefail", "-c", line], cwd=tmp_path, capture_output=True, check=True
    )
    assert told.stderr == b""
    for name, data in FILES.items():
        assert (tmp_path / "out" / name).read_bytes() == data
    line = "openssl pkeyutl -verify -rawin -pubin -inkey sender.pem -sigfile manifest.sig"
    verify = [*line.split(), "-in", "manifest.json"]
    assert (
        subprocess.run(verify, cwd=tmp_path / "out", capture_output=True, check=False).returncode
        == 0
    )
    (tmp_path / "out/manifest.json").write_bytes(b"{}")
    assert subprocess.run(verify, cwd=tmp_path / "out", capture_output=True, check=False).returncode


@needs_age
def test_what_age_encrypted_is_read(tmp_path):
    (tmp_path / "x").write_bytes(archive())
    told = subprocess.run(
        ["age", "-r", public(), "x"], cwd=tmp_path, capture_output=True, check=True
    )
    assert opened(told.stdout).files == FILES


def test_what_is_sealed_comes_out_whole():
    made = sealed()
    found = opened(made.data, signer().public)
    assert found.manifest == manifest().with_files(FILES)
    assert found.files == FILES
    assert (found.digest, found.key) == (made.manifest, signer().public)
    assert check_files(found.everything()) == found


def test_the_size_of_the_file_tells_little():
    few, many = (len(sealed({"a.json": b"{}" * count}).data) for count in (1, 400_000))
    assert LEAST < few < LEAST + 1000
    assert LEAST < many < LEAST + 1000


@given(st.data())
def test_one_changed_byte_anywhere_is_refused_and_has_a_place(data):
    good = _GOOD
    at = data.draw(st.one_of(st.integers(0, 400), st.integers(0, len(good) - 1)))
    bad = bytearray(good)
    bad[at] ^= data.draw(st.integers(1, 255))
    with pytest.raises(PackageError, match=r"piece|head|byte 0"):
        opened(bytes(bad))


_GOOD = sealed().data


@pytest.mark.parametrize("size", [0, 10, 21, 100, 200, 66_000, -1])
def test_a_truncated_file_is_refused(size):
    with pytest.raises(PackageError, match=r"piece|head|byte 0"):
        opened(_GOOD[:size])
    with pytest.raises(PackageError, match="piece"):
        opened(_GOOD + b"x")


def test_the_piece_that_was_changed_is_named():
    bad = bytearray(_GOOD)
    bad[-300_000] ^= 1
    piece = (len(_GOOD) - 300_000 - 300) // (65_536 + 16) + 1
    with pytest.raises(PackageError, match=f"piece {piece} of"):
        opened(bytes(bad))


def test_another_key_opens_nothing():
    with pytest.raises(PackageError, match="none of these keys"):
        unlock(_GOOD, [identity(3)])


@pytest.mark.parametrize("name", ["manifest.json", "manifest.sig", "sender.pem", *FILES])
def test_a_missing_file_is_named(name):
    files = unpack(archive())
    del files[name]
    with pytest.raises(PackageError, match=f"{name}.*missing"):
        opened(packed(files))


def test_an_extra_file_is_named():
    files = unpack(archive()) | {"zz.txt": b"zz"}
    with pytest.raises(PackageError, match=r"zz\.txt.*does not name it"):
        opened(packed(files))


@pytest.mark.parametrize("name", FILES)
def test_a_changed_file_is_named(name):
    files = unpack(archive())
    with pytest.raises(PackageError, match=f"{name}.*bytes and not"):
        opened(packed(files | {name: files[name] + b"x"}))
    with pytest.raises(PackageError, match=f"{name}.*SHA-256"):
        opened(packed(files | {name: b"x" * len(files[name])}))


def test_another_sender_is_refused():
    other = signer(7)
    told = manifest()
    forged = sealed(by=other, sender=told.sender.__class__("ZZ Sender", public(2), other.public))
    assert opened(forged.data).key == other.public
    with pytest.raises(PackageError, match="by which the sender is known"):
        opened(forged.data, signer().public)


def test_a_signature_of_another_key_is_refused():
    files = unpack(archive())
    files["manifest.sig"] = bytes.fromhex(signer(7).sign(files["manifest.json"]))
    with pytest.raises(PackageError, match="signature is not that"):
        opened(packed(files))
    with pytest.raises(PackageError, match="signature is not that"):
        opened(packed(files | {"manifest.sig": b"short"}))
    with pytest.raises(PackageError, match="no public Ed25519 key"):
        opened(packed(files | {"sender.pem": b"zz"}))


def test_the_key_at_hand_must_be_the_one_that_the_manifest_names():
    raw = render(manifest(), FILES)
    with pytest.raises(PackageError, match="not the one that the manifest names"):
        seal(raw, FILES, signer(7).sign)


def test_only_the_files_of_the_manifest_are_sealed():
    raw = render(manifest(), FILES)
    with pytest.raises(PackageError, match="exactly the files"):
        seal(raw, {**FILES, "README.txt": b"other"}, signer().sign)


def test_a_package_that_somebody_encrypted_anew_is_refused():
    again = encrypted(archive(), 3)
    found = check(unlock(again, [identity(3)]))
    meant_for(found.manifest, [identity()])
    with pytest.raises(PackageError, match="made for 'ZZ Receiver'"):
        meant_for(found.manifest, [identity(3)])


JPEG = b"\xff\xd8\xff\xe0" + bytes(300)


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("a.jpg", JPEG, "endings"),
        ("a", b"zz", "endings"),
        ("a.txt", JPEG, "not what its ending"),
        ("a.pdf", JPEG, "not what its ending"),
        ("a.json", b"\0", "not what its ending"),
        ("a.html", b"<img src='data:image/png;base64,xx'>", "embedded"),
        ("a.json", b'{"x":"' + base64.b64encode(JPEG) + b'"}', "embedded"),
        ("a.pdf", b"%PDF-1.7 /Type /XObject /Subtype /Image", "embedded"),
    ],
)
def test_no_medium_leaves(name, data, why):
    assert why in media(name, data)
    with pytest.raises(PackageError, match=why):
        render(manifest(), {name: data})


@pytest.mark.parametrize(
    ("name", "data"),
    [("a.json", b"{}"), ("a.pdf", b"%PDF-1.7"), ("leads.csv", "ä;ö".encode()), ("a.html", b"<p>")],
)
def test_texts_leave(name, data):
    assert not media(name, data)


def test_bytes_of_the_manifest_are_what_its_digest_names():
    raw = render(manifest(), FILES)
    assert sealed().manifest == digest(raw)


def test_a_key_that_is_none_is_refused():
    with pytest.raises(UsageError, match="no public age key"):
        seal(
            render(manifest(recipient=manifest().recipient.__class__("ZZ", "age1zz")), FILES),
            FILES,
            signer().sign,
        )


def test_random_bytes_are_no_package():
    for size in (0, 1, 30, 5000):
        with pytest.raises(PackageError):
            unlock(os.urandom(size), [identity()])


def test_a_file_in_armour_is_read():
    armoured = bytes(pyrage.encrypt(archive(), [identity().to_public()], armored=True))
    assert armoured.startswith(b"-----BEGIN AGE")
    assert opened(armoured).files == FILES
    with pytest.raises(PackageError):
        opened(armoured[:-200])
