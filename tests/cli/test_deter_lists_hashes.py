"""`deter lists hashes`: a hash list is built, and uploads are compared with it."""

import hashlib
import json


def test_a_hash_list_is_built_and_compared_with(fanal, tmp_path):
    listed = hashlib.sha256(b"zz-test-0001").hexdigest()
    source = tmp_path / "known.csv"
    source.write_text(f"sha256\n{listed}\n{'zz' * 32}\n")
    done = fanal("lists", "hashes", source, "--out", tmp_path / "known", "--json")
    told = json.loads(done.stdout)
    assert (done.returncode, told["entries"]) == (0, 1)
    assert sum(told["refused"].values()) == 1
    config = tmp_path / "deter.toml"
    config.write_text('[hashes]\nlists = ["known.json"]\n')
    checked = fanal("check", config, "--json")
    assert json.loads(checked.stdout)["is_well"]
    again = fanal("lists", "hashes", source, "--out", tmp_path / "known")
    assert (again.returncode, "is there already" in again.stderr) == (2, True)
    source.write_text("sha256\n")
    empty = fanal("lists", "hashes", source, "--out", tmp_path / "other")
    assert empty.returncode == 1
    assert not (tmp_path / "other").exists()
    (tmp_path / "known" / "list.json").write_text("{}")
    assert fanal("check", config).returncode == 1
