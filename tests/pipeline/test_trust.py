"""Trust lists are kept in the case with their digest, in an act, each once."""

import hashlib

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from fanal.errors import ListError, UsageError
from fanal.model.opinion import TrustList
from fanal.origin.trust_lists import certificates_of
from fanal.pipeline.case import reading, writing
from fanal.pipeline.trust import TrustFile, add_trust_list, anchors
from makers.credentials import house
from makers.evidence import found, leaves


@pytest.fixture
def bundle(tmp_path):
    path = tmp_path / "zz-anchors.pem"
    path.write_bytes(house().root.pem + house().middle.pem + house().root.pem)
    return path


def add(case, settings, path, **more):
    with writing(case, settings) as store:
        return add_trust_list(store, "zz", TrustFile(path, **more))


def test_a_list_is_kept_with_its_digest_and_its_act(case, settings, bundle):
    kept = add(case, settings, bundle, name="zz", date="2026-08-05")
    assert found(case, TrustList) == [kept]
    assert (kept.name, kept.date, kept.anchors) == ("zz", "2026-08-05", 2)
    assert kept.sha256 == hashlib.sha256(bundle.read_bytes()).hexdigest()
    assert kept.refused == {"duplicate": 1}
    assert len(certificates_of(kept.pem.encode())) == 2
    leaf = leaves(case)[-1]
    assert leaf.verb == "add trust list"
    assert leaf.details["sha256"] == kept.sha256
    with reading(case) as store:
        assert anchors(store).list_of(house().root.certificate.public_bytes(Encoding.DER)) == "zz"


def test_the_same_list_again_writes_nothing(case, settings, bundle):
    first = add(case, settings, bundle)
    count = len(leaves(case))
    assert add(case, settings, bundle) == first
    assert len(leaves(case)) == count
    assert first.name == "zz-anchors"


def test_a_name_or_a_file_that_is_taken_is_said(case, settings, bundle, tmp_path):
    add(case, settings, bundle, name="zz")
    with pytest.raises(UsageError, match="as trust list 'zz'"):
        add(case, settings, bundle, name="other")
    other = tmp_path / "other.pem"
    other.write_bytes(house("other").root.pem)
    with pytest.raises(UsageError, match="another trust list named 'zz'"):
        add(case, settings, other, name="zz")
    assert len(found(case, TrustList)) == 1


def test_what_is_no_list_is_refused(case, settings, tmp_path, monkeypatch):
    with pytest.raises(UsageError, match="there is no file"):
        add(case, settings, tmp_path / "none.pem")
    empty = tmp_path / "empty.pem"
    empty.write_bytes(b"zz-test-0001")
    with pytest.raises(ListError, match="holds no certificate"):
        add(case, settings, empty)
    monkeypatch.setattr("fanal.pipeline.trust.LARGEST", 4)
    with pytest.raises(ListError, match="too many for a list"):
        add(case, settings, empty)
    assert found(case, TrustList) == []
