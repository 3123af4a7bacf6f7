"""The text for whoever opens a package names what is there, and its commands work."""

import hashlib
import json
import shutil
import subprocess

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from fanal.exchange.opener import MEANS, readme
from fanal.exchange.umf import CONCEPTS, TABLE, table

LABEL = {"package": "p-0", "version": "1", "country": "GERMANY", "handling": "Handling H2: zz"}


def test_only_what_is_there_is_told_of():
    text = readme(LABEL, ["brief.pdf", "leads/L-1.json"]).decode()
    assert "LEAD PACKAGE p-0, VERSION 1, FOR GERMANY" in text
    assert MEANS["leads/"] in " ".join(text.split())
    assert "case.jsonld" not in text
    assert all(len(line) <= 100 for line in text.splitlines())


@pytest.mark.skipif(not shutil.which("openssl"), reason="needs openssl")
def test_the_command_for_the_signature_verifies_and_refuses(tmp_path):
    text = readme(LABEL, []).decode().replace("\\\n", " ")
    command = next(line.split() for line in text.splitlines() if "openssl pkeyutl" in line)
    key = Ed25519PrivateKey.generate()
    manifest = json.dumps({"files": []}).encode()
    pem = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    (tmp_path / "sender.pem").write_bytes(pem)
    (tmp_path / "manifest.json").write_bytes(manifest)
    (tmp_path / "manifest.sig").write_bytes(key.sign(manifest))
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)
    assert b"Signature Verified Successfully" in done.stdout
    (tmp_path / "manifest.json").write_bytes(manifest + b" ")
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)
    assert done.returncode != 0


@pytest.mark.skipif(not (shutil.which("jq") and shutil.which("sha256sum")), reason="needs jq")
def test_the_command_for_the_files_finds_a_changed_one(tmp_path):
    text = readme(LABEL, []).decode()
    command = next(line.strip() for line in text.splitlines() if "sha256sum" in line)
    digest = hashlib.sha256(b"zz").hexdigest()
    entry = {"name": "a.json", "size": 2, "sha256": digest}
    (tmp_path / "manifest.json").write_text(json.dumps({"files": [entry]}))
    for data, code in ((b"zz", 0), (b"zy", 1)):
        (tmp_path / "a.json").write_bytes(data)
        done = subprocess.run(["sh", "-c", command], cwd=tmp_path, capture_output=True, check=False)
        assert done.returncode == code


def test_the_table_of_umf_names_concepts_only_and_claims_nothing():
    assert {concept for _, concept, _ in TABLE} <= {*CONCEPTS, ""}
    assert {concept for _, concept, _ in TABLE} >= set(CONCEPTS)
    assert table().startswith(b'\xef\xbb\xbf"field","UMF concept","meant as"\r\n')
