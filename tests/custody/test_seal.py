import hashlib
import json

from fanal.custody.seal import BLOCK, break_seal, case_files, write_seal
from fanal.custody.sign import is_signed
from makers.cases import signer


def sealed(folder, known=None):
    write_seal(folder, "zz-case", signer(), known or {})
    lines = (folder / "seal.json").read_bytes().split(b"\n")
    assert lines[2:] == [b""]
    return lines


def test_each_block_has_its_digest(tmp_path):
    data = bytes(range(256)) * 10_000
    (tmp_path / "case.db").write_bytes(data)
    text, last = sealed(tmp_path)[:2]
    assert last.decode() == hashlib.sha256(text).hexdigest()
    (entry,) = json.loads(text)["files"]
    parts = [data[at : at + BLOCK] for at in range(0, len(data), BLOCK)]
    assert entry == {
        "name": "case.db",
        "size": 2_560_000,
        "sha256": hashlib.sha256(data).hexdigest(),
        "blocks": [hashlib.sha256(part).hexdigest() for part in parts],
    }


def test_the_signature_is_over_everything_else(tmp_path):
    (tmp_path / "case.db").write_bytes(b"zz")
    facts = json.loads(sealed(tmp_path)[0])
    signature = facts.pop("signature")
    spelt = json.dumps(facts, sort_keys=True, separators=(",", ":"))
    assert is_signed(f"fanal seal\n{spelt}\n".encode(), signer().public, signature)
    assert facts["key"] == signer().public
    assert facts["case"] == "zz-case"


def test_a_file_checked_at_each_opening_is_not_read_again(tmp_path):
    (tmp_path / "lists").mkdir()
    (tmp_path / "lists" / "a").write_bytes(b"changed meanwhile")
    (entry,) = json.loads(sealed(tmp_path, {"lists/a": "0" * 64})[0])["files"]
    assert entry == {"name": "lists/a", "size": 17, "sha256": "0" * 64}


def test_what_passes_is_left_out(tmp_path):
    for name in ("case.db", "lock", "seal.json", "case.db-shm", "other"):
        (tmp_path / name).write_bytes(b"zz")
    (tmp_path / "case.db-wal").touch()
    (tmp_path / "gone").symlink_to(tmp_path / "nowhere")
    (tmp_path / "empty").mkdir()
    assert list(case_files(tmp_path)) == ["case.db", "other"]
    (tmp_path / "case.db-wal").write_bytes(b"zz")  # a part of the database that a reader held back
    assert list(case_files(tmp_path)) == ["case.db", "case.db-wal", "other"]


def test_breaking_the_seal_removes_drafts_too(tmp_path):
    sealed(tmp_path)
    (tmp_path / ".seal.json.new").touch()
    break_seal(tmp_path)
    break_seal(tmp_path)
    assert list(tmp_path.iterdir()) == []
